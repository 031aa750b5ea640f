using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using InnovationScale.Publication;
using InnovationScale.Statistics;
using InnovationScale.Trials;

namespace InnovationScale.Evidence;

/// <summary>The tables of a dossier as CSV (RFC 4180), exact to the last digit, with no text that a spreadsheet would run.</summary>
internal sealed record DossierTables(ImmutableArray<CellRow> Cells, ImmutableArray<TotalRow> Totals, ImmutableArray<DoseRow> Doses, ImmutableArray<DossierContext> Contexts, ImmutableArray<DossierDecision> Decisions, ImmutableArray<Figure> Figures)
{
    private static readonly CsvConfiguration Csv = new(CultureInfo.InvariantCulture) { NewLine = "\r\n" };

    private static readonly DossierColumn Record = new("record", "string", "Id of the trial or study"), Measure = new("measure", "string", "What was measured, see dictionary.csv"),
        Wave = new("wave", "string", "When it was measured"), Arm = new("arm", "string", "The group, see arms.csv"), Subgroup = new("subgroup", "string", "Pupils named beforehand; empty for everybody");

    public static IEnumerable<DossierFile> Of(Dossier dossier, DossierFigures figures)
    {
        yield return Table("records.csv", "Trials and studies",
            [Record, new("kind", "string", "trial or study"), new("title", "string", "What people call it"), new("method", "string", "How it was evaluated"), new("counts", "string", "yes where it enters the pool of the version"),
                new("computed", "string", "yes where it can be computed again from cells.csv, no where its results are withheld, empty where there are none")],
            [
                .. dossier.Trials.Select(trial => (object?[])[trial.Id, "trial", trial.Title, trial.Evaluation?.Method, YesNo(trial.Evaluation is not null), trial.Evaluation is null ? null : YesNo(!trial.IsSealed)]),
                .. dossier.Studies.Select(study => (object?[])[study.Id, "study", study.About.Title, null, YesNo(study.InPool == true), study.Withheld ? "no" : study.Cells.IsEmpty ? null : "yes"]),
            ]);
        yield return Table("arms.csv", "Groups", [Record, Arm, new("comparison", "string", "yes for the group the others are compared with"), new("condition", "string", "What this group got")],
            [
                .. dossier.Trials.SelectMany(trial => trial.Plan.Arms, (trial, arm) => (object?[])[trial.Id, arm.Name, YesNo(arm.Comparison), arm.Condition]),
                .. dossier.Studies.SelectMany(study => study.About.Arms, (study, arm) => (object?[])[study.Id, arm.Name, YesNo(arm.Comparison), arm.Condition]),
            ]);
        yield return Table("dictionary.csv", "What was measured",
            [Record, Measure, Wave, new("unit", "string", "Unit"), new("min", "number", "Lowest possible score"), new("max", "number", "Highest possible score"), new("direction", "string", "Which way is better"), new("primary", "string", "yes for the one result it is judged by"),
                new("attainment", "string", "yes for a measure of attainment"), new("baseline_wave", "string", "When pupils were measured before the start"), new("norm_referenced", "string", "yes where scores are compared with a norm"),
                new("inherent_to_treatment", "string", "yes where the measure tests what the innovation teaches")],
            [
                .. dossier.Trials.SelectMany(trial => trial.Plan.Outcomes(), (trial, outcome) => Outcome(trial.Id, outcome, outcome == trial.Plan.Primary)),
                .. dossier.Studies.SelectMany(study => study.About.Outcomes, (study, outcome) => Outcome(study.Id, outcome, outcome == study.About.Outcomes[0])),
            ]);
        yield return Table("cells.csv", "Results, one row a class",
            [Record, Measure, Wave, Arm, Subgroup, new("school", "string", "Of a study alone; trials name no school"), new("class", "string", "Of a study, or a number within the group that tells no school"), new("classes", "integer", "Classes in the row"),
                new("n", "integer", "Pupils"), new("mean", "number", "Mean score"), new("m2", "number", "Sum of squared deviations from the mean"), new("blended", "string", "yes where mean and spread are shared out among several small classes")],
            [
                .. dossier.Trials.SelectMany(trial => trial.Cells.Cells, (trial, cell) => new CellRow(trial.Id, cell.Group, "", cell.Number.ToString(CultureInfo.InvariantCulture), cell.Classes, cell.Outcome, cell.Blended).Fields),
                .. dossier.Studies.SelectMany(study => study.Cells, (study, cell) => new CellRow(study.Id, CellGroup.Of(cell), cell.School, cell.Class, cell.Classes, cell.Outcome, Blended: false).Fields),
            ]);
        yield return Table("totals.csv", "What is published of a whole group alone",
            [Record, Measure, Wave, Arm, Subgroup, new("cells", "integer", "Rows behind it"), new("classes", "integer", "Classes"), new("allocated", "integer", "Pupils given to the group before the start"), new("measured", "integer", "Pupils with a result"),
                new("lost", "integer", "Allocated and without a result"), new("joined_late", "integer", "Measured, and not there when groups were decided"), new("unsaid", "integer", "Rows that do not say how many were allocated"),
                new("baseline_n", "integer", "Pupils with a score before the start"), new("baseline_mean", "number", "Their mean"), new("baseline_m2", "number", "Their sum of squared deviations")],
            [.. dossier.Trials.SelectMany(trial => trial.Cells.Totals, (trial, total) => new TotalRow(trial.Id, total).Fields)]);
        yield return Table("doses.csv", "What schools delivered to the groups that tried it, one row a school, the smallest first",
            [Record, Arm, new("minutes_a_week", "integer", "Planned"), new("weeks", "integer", "Planned"), new("as_planned_percent", "integer", "From this share of the planned minutes on a school did as planned"),
                new("weeks_logged", "integer", "On record; the others count as nothing delivered"), new("minutes", "integer", "Delivered, all weeks together")],
            [
                .. from trial in dossier.Trials where trial.Plan.Dose is not null
                   from dose in trial.Doses
                   select (object?[])[trial.Id, dose.Arm, trial.Plan.Dose!.MinutesAWeek, trial.Plan.Dose.Weeks, trial.Plan.Dose.AsPlannedPercent, dose.Weeks, dose.Minutes],
            ]);
        yield return Table("contexts.csv", "Trials by what was said beforehand the effect may depend on", [new("dimension", "string", "The question about schools"), new("level", "string", "The answer of all its schools"), new("trial", "string", "Id of the trial")],
            [.. dossier.Contexts.Select(context => (object?[])[context.Dimension, context.Level, context.Trial])]);
        yield return Table("deviations.csv", "Where trials left their plan", [Record, new("at", "datetime", "When it was told"), new("what", "string", "In the words on record"), new("fields", "string", "Of the plan, where it was changed")],
            [.. dossier.Trials.SelectMany(trial => trial.Deviations, (trial, deviation) => (object?[])[trial.Id, deviation.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), deviation.What, string.Join(", ", deviation.Changes.Select(change => change.Field))])]);
        yield return Table("decisions.csv", "What was decided, when and in which role", [new("day", "date", "Day"), Record, new("what", "string", "What happened"), new("role", "string", "The role it was done in"), new("reason", "string", "Why, where one was given")],
            [.. dossier.Decisions.Select(decision => (object?[])[decision.Day, decision.Record, decision.What, decision.Role, decision.Reason])]);
        yield return Table("figures.csv", "Every figure that is claimed",
            [new("about", "string", "A trial, a study, all trials together, or one kind of school"), Measure, Wave, Arm, Subgroup, new("name", "string", "What the figure is"), new("value", "number", "The figure")],
            [.. figures.Figures.Select(figure => (object?[])[figure.About, figure.Measure, figure.Wave, figure.Arm, figure.Subgroup, figure.Name, figure.Value])]);

        static object?[] Outcome(string record, RegisteredOutcome outcome, bool primary) =>
            [record, outcome.Measure, outcome.Wave, outcome.Unit, outcome.Min, outcome.Max, JsonNamingPolicy.KebabCaseLower.ConvertName(outcome.Direction.ToString()), YesNo(primary), YesNo(outcome.Attainment), outcome.BaselineWave, YesNo(outcome.NormReferenced), YesNo(outcome.InherentToTreatment)];
    }

    /// <param name="file">A file's bytes; null where there is none.</param>
    public static DossierTables Read(Func<string, ImmutableArray<byte>?> file)
    {
        return new(
            Rows("cells.csv", r => new CellRow(r(0), Group(r), r(5), r(6), Whole(r(7)), new(Whole(r(8)), Number(r(9)), Number(r(10))), r(11) == "yes")),
            Rows("totals.csv", r => new TotalRow(r(0), new(
                Group(r), new(Whole(r(5)), Whole(r(7)), Whole(r(8)), Whole(r(9)), Whole(r(10)), Whole(r(11)), Whole(r(6))), new(Whole(r(12)), Number(r(13)), Number(r(14)))))),
            // A dossier of an earlier release has none.
            file("doses.csv") is null ? [] : Rows("doses.csv", r => new DoseRow(r(0), new("", r(1), Whole(r(5)), Whole(r(6))))),
            Rows("contexts.csv", r => new DossierContext(r(0), r(1), r(2))),
            Rows("decisions.csv", r => new DossierDecision(r(0), r(1), r(2), r(3), r(4) is "" ? null : r(4))),
            Rows("figures.csv", r => new Figure(r(0), r(1), r(2), r(3), r(4), r(5), Number(r(6)))));

        ImmutableArray<T> Rows<T>(string name, Func<Func<int, string>, T> read)
        {
            using var csv = new CsvReader(new StringReader(Encoding.UTF8.GetString((file(name) ?? throw new FormatException($"{name} is missing.")).AsSpan())), Csv);
            var rows = ImmutableArray.CreateBuilder<T>();
            csv.Read();
            while (csv.Read()) rows.Add(read(column => SpreadsheetText.Read(csv.GetField(column) ?? "")));
            return rows.ToImmutable();
        }

        static CellGroup Group(Func<int, string> r) => new(r(1), r(2), r(3), r(4));

        static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    private static DossierFile Table(string name, string title, ImmutableArray<DossierColumn> columns, IReadOnlyCollection<object?[]> rows)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, Csv))
        {
            foreach (var fields in rows.Prepend([.. columns.Select(column => column.Name)]))
            {
                foreach (var field in fields) csv.WriteField(field is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : SpreadsheetText.NoFormula((string?)field ?? ""));
                csv.NextRecord();
            }
        }

        return new(name, title, [.. Encoding.UTF8.GetBytes(text.ToString())]) { Columns = columns };
    }

    private static string YesNo(bool yes) => yes ? "yes" : "no";
}

/// <summary>A class of a trial or of a study as a row.</summary>
internal sealed record CellRow(string Record, CellGroup Group, string School, string Class, int Classes, Moments Outcome, bool Blended)
{
    internal object?[] Fields =>
        [Record, Group.Measure, Group.Wave, Group.Arm, Group.Subgroup, School, Class, Classes, Outcome.N, Outcome.Mean, Outcome.M2, Blended ? "yes" : "no"];

    internal PublishedCell Published => new(Group, int.Parse(Class, CultureInfo.InvariantCulture), Classes, Outcome, Blended);

    internal Cell OfStudy => new() { School = School, Class = Class, Arm = Group.Arm, Measure = Group.Measure, Wave = Group.Wave, Classes = Classes, Outcome = Outcome };
}

/// <summary>What a school of a trial delivered, as a row.</summary>
internal sealed record DoseRow(string Record, SiteDose Dose);

/// <summary>A group of a trial as a row.</summary>
internal sealed record TotalRow(string Record, PublishedTotal Total)
{
    internal object?[] Fields
    {
        get
        {
            var (group, flow, start) = Total;
            return
            [
                Record, group.Measure, group.Wave, group.Arm, group.Subgroup, flow.Cells, flow.Classes, flow.Allocated, flow.Measured, flow.Lost, flow.JoinedLate, flow.Unsaid, start.N, start.Mean, start.M2,
            ];
        }
    }
}
