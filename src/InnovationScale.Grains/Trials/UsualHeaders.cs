using System.Collections.Immutable;

namespace InnovationScale.Trials;

/// <summary>Guesses what a file's columns say from the headers that people usually write.</summary>
public static class UsualHeaders
{
    extension(ColumnMapping)
    {
        /// <summary>What usual headers say, in the languages of schools.</summary>
        public static ColumnMapping Detect(IReadOnlyList<string> headers, UploadPlan plan) => Of(headers, plan);
    }

    private static ColumnMapping Of(IReadOnlyList<string> headers, UploadPlan plan)
    {
        var spelled = headers.Select(Spelling.Of).ToList();
        string? Find(IEnumerable<string> names)
        {
            foreach (var name in names)
            {
                if (spelled.IndexOf(name) is >= 0 and var at) return headers[at];
            }

            return null;
        }

        var measure = Spelling.Of(plan.Measure.Name);
        var mapping = new ColumnMapping
        {
            School = Find(Schools), Class = Find(Classes), Arm = Find(Arms), Wave = Find(Waves), Pupil = Find(Pupils),
            Outcome = Find([measure, $"{measure} score", $"{measure} post", $"{measure} outcome", .. Outcomes]),
            Baseline = Find([$"{measure} pre", $"{measure} baseline", $"baseline {measure}", $"pre {measure}", .. Baselines]),
            LostReason = Find(LostReasons), N = Find(Counts), Mean = Find(Means), Sd = Find(Sds), M2 = Find(M2s), Allocated = Find(Allocations), Lost = Find(Losses),
            Subgroups = plan.Subgroups.Select(subgroup => (subgroup.Name, Column: Find([Spelling.Of(subgroup.Name)])))
                .Where(found => found.Column is not null).ToImmutableSortedDictionary(found => found.Name, found => found.Column!, StringComparer.Ordinal),
        };
        return mapping with
        {
            Kind = mapping is { N: not null, Mean: not null } ? FileKind.ClassSummaries : FileKind.PupilRows, EveryAllocatedPupilHasARow = plan.EveryAllocatedPupilHasARow,
        };
    }

    // English, French, Spanish, Portuguese, Swahili and Arabic, spelled as Spelling.Of leaves them.
    private static readonly string[] Schools = [.. Spell("school", "school id", "school code", "school name", "site", "école", "ecole", "établissement", "code école", "escuela",
        "colegio", "centro", "código escuela", "escola", "shule", "jina la shule", "nambari ya shule", "المدرسة", "مدرسة", "اسم المدرسة", "رمز المدرسة")];

    private static readonly string[] Classes = [.. Spell("class", "class id", "class name", "classroom", "section", "stream", "group id", "classe", "clase", "grupo clase", "turma", "aula",
        "darasa", "mkondo", "الفصل", "فصل", "الصف", "القسم")];

    private static readonly string[] Arms = [.. Spell("arm", "trial arm", "group", "condition", "treatment", "allocation", "bras", "groupe", "condición", "grupo", "brazo", "tratamiento",
        "braço", "kundi", "المجموعة", "مجموعة")];

    private static readonly string[] Waves = [.. Spell("wave", "time point", "timepoint", "round", "vague", "ola", "ronda", "onda", "awamu", "الجولة", "الموجة")];

    private static readonly string[] Pupils = [.. Spell("pupil", "pupil id", "pupil code", "student", "student id", "student code", "learner", "learner id", "learner code", "child id", "id",
        "code", "élève", "code élève", "identifiant", "id élève", "alumno", "código alumno", "código", "id alumno", "aluno", "código aluno", "mwanafunzi", "namba ya mwanafunzi",
        "nambari ya mwanafunzi", "التلميذ", "رمز التلميذ", "رقم التلميذ", "الطالب", "رمز الطالب")];

    private static readonly string[] Outcomes = [.. Spell("score", "outcome", "post", "posttest", "post test", "post score", "endline", "result", "mark", "points", "note", "résultat", "score final",
        "puntaje", "puntuación", "nota", "resultado", "pontuação", "alama", "matokeo", "الدرجة", "درجة", "النتيجة", "العلامة")];

    private static readonly string[] Baselines = [.. Spell("baseline", "baseline score", "pre", "pretest", "pre test", "pre score", "score initial", "prétest", "línea base", "puntaje inicial",
        "nota inicial", "alama za awali", "القياس القبلي", "الدرجة القبلية")];

    private static readonly string[] LostReasons = [.. Spell("reason", "missing reason", "lost reason", "reason missing", "raison", "motif", "motivo", "razón", "sababu", "السبب")];
    private static readonly string[] Counts = [.. Spell("n", "count", "n measured", "measured", "pupils", "effectif", "número", "idadi", "العدد")];
    private static readonly string[] Means = [.. Spell("mean", "average", "moyenne", "media", "promedio", "média", "wastani", "المتوسط")];
    private static readonly string[] Sds = [.. Spell("sd", "standard deviation", "std", "écart type", "desviación estándar", "desviación típica", "desvio padrão", "mkengeuko", "الانحراف المعياري")];
    private static readonly string[] M2s = [.. Spell("m2", "sum of squares", "sum of squared deviations", "ss")];
    private static readonly string[] Allocations = [.. Spell("allocated", "n allocated", "randomised", "randomized", "affectés", "asignados")];
    private static readonly string[] Losses = [.. Spell("lost", "n lost", "missing", "perdus", "perdidos")];

    private static IEnumerable<string> Spell(params string[] headers) => headers.Select(Spelling.Of).Distinct(StringComparer.Ordinal);
}
