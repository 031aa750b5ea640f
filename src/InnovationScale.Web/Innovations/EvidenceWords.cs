using System.Collections.Immutable;
using System.Globalization;
using Humanizer;
using InnovationScale.Acts;
using InnovationScale.Charts;
using InnovationScale.Components;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Replications;
using InnovationScale.Statistics;
using InnovationScale.Trials;

namespace InnovationScale.Innovations;

/// <summary>What is known of a version, in sentences for people who run schools. Terms of research stand under “Show the numbers” alone.</summary>
public sealed class EvidenceWords(VersionEvidence evidence, Words words)
{
    private Pool Pool => evidence.Level.Pool;

    /// <summary>The study that speaks while no trial of the programme does; null once one does, or where there is none.</summary>
    public StudyOnRecord? Leading => evidence.Evaluated.Any() ? null : evidence.Studies.FirstOrDefault(study => study.Reading?.Adjusted is not null);

    public Tone Tone => ToneOf(evidence.Level.Verdict);

    public static Tone ToneOf(Verdict verdict) => verdict switch
    {
        Verdict.Helps => Tone.Success,
        Verdict.Harms => Tone.Stop,
        Verdict.NoWorthwhileDifference => Tone.Information,
        _ => Tone.Caution,
    };

    // The verdict

    /// <summary>The first split whose levels do not all say what all schools together say: then where matters.</summary>
    private ContextSplit? Telling => evidence.Splits.FirstOrDefault(split => split.Groups.Length > 1 && split.Groups.Any(group => group.Pool.Fit is not null && Of(group) != evidence.Level.Verdict));

    public string Heading => evidence.Level.Verdict is Verdict.CannotTellYet && Telling is not null ? words["Cannot tell yet for schools of every kind"] : words.Name(evidence.Level.Verdict);

    /// <summary>The verdict in one sentence, and one for every kind of school where they differ.</summary>
    public ImmutableArray<string> Sentences => Telling is { } split && evidence.Level.HarmedPupils.IsEmpty ? [.. split.Groups.Select(Says)] : [Sentence];

    private string Sentence => evidence.Level.Verdict switch
    {
        Verdict.Helps => words["Pupils did better with it."],
        Verdict.Harms when evidence.Level.HarmedPupils is [var pupils, ..] =>
            words["Pupils of one group, named beforehand, clearly did worse with it: {pupils}. Do not use it with them.", ("pupils", Pupils(pupils, words))],
        Verdict.Harms => words["Pupils did worse with it. Do not use it."],
        Verdict.NoWorthwhileDifference => words["Pupils did about as well without it. To know that spares other schools the effort."],
        _ when evidence.Evaluated.Any() => words["The results so far leave open whether it helps."],
        _ when Leading is { } study => words["No trial here has tested it yet. {study}", ("study", Says(study))],
        _ when evidence.Trials.Length > 0 => words.Count(evidence.Trials.Length, "{n} trial is on its way and not evaluated yet.", "{n} trials are on their way and not evaluated yet."),
        _ when evidence.Record.RunChartSignal => words["Where it was tried, things got better by more than chance wobble. No trial has compared it with usual teaching."],
        _ when evidence.Schools > 0 => words["Schools are trying it. No trial has tested it yet."],
        _ => words["Nobody has tried it yet."],
    };

    /// <summary>What the trials at one level say together.</summary>
    public Verdict Of(ContextGroup group) => group.Pool.Interval is { } interval ? Verdicts.Of(interval.Lower, interval.Upper, Worthwhile) : Verdict.CannotTellYet;

    /// <summary>The same in a sentence.</summary>
    public string Says(ContextGroup group) => Of(group) switch
    {
        Verdict.Helps => words["It helps where {where}.", ("where", Where(group))],
        Verdict.Harms => words["It harms where {where}.", ("where", Where(group))],
        Verdict.NoWorthwhileDifference => words["It makes no worthwhile difference where {where}.", ("where", Where(group))],
        _ => words["Nobody can tell yet where {where}.", ("where", Where(group))],
    };

    /// <summary>A kind of school, to be read after “where”.</summary>
    private string Where(ContextGroup group) => Where(group.Dimension, group.Level, words);

    /// <inheritdoc cref="Where(ContextGroup)"/>
    public static string Where(string dimension, string level, Words words) => (dimension, level) switch
    {
        ("home-language-match", ContextSplit.Most) => words["pupils are taught in the language they speak at home"],
        ("home-language-match", ContextSplit.Few) => words["pupils are taught in another language than at home"],
        _ => words["the answer to “{question}” is “{answer}”", ("question", ContextQuestions.Name(dimension, words)), ("answer", Answer(level, words))],
    };

    /// <summary>A level of a dimension as an answer to its question.</summary>
    public string Answer(string level) => Answer(level, words);

    /// <inheritdoc cref="Answer(string)"/>
    public static string Answer(string level, Words words) => level switch
    {
        ContextSplit.Most => words["half of them or more"],
        ContextSplit.Few => words["fewer than half"],
        _ => ContextQuestions.Value(level, words),
    };

    /// <summary>A registered subgroup, such as <c>score-before:lowest-third</c>: “lowest third by score before”.</summary>
    public static string Pupils(string subgroup, Words words) => subgroup.Split(':', 2) is [var by, var level]
        ? words["{level} by {measure}", ("level", InWords(level)), ("measure", InWords(by))]
        : InWords(subgroup);

    private static string InWords(string name) => name.Humanize(LetterCasing.LowerCase);

    // What the next school might see

    private double Worthwhile => evidence.Trials.Select(trial => trial.Result.SmallestWorthwhile).DefaultIfEmpty(TrialResult.UsualSmallestWorthwhile).Max();

    /// <summary>What the next school might see; null while there is no trial.</summary>
    public string? Next => Pool.Prediction is { } next
        ? words["{chance} The next school might see anything from “{low}” to “{high}”.", ("chance", Chance(Pool.ChanceAbove(0)!.Value)), ("low", InWords(next.Lower)), ("high", InWords(next.Upper))]
        : evidence.Trials.IsEmpty ? null
        : words["What the next school might see cannot be said yet: that takes {needed} evaluated trials, and there are {have}.", ("needed", words.Number(Pool.FewestPredicted)), ("have", words.Number(Pool.K))];

    private string Chance(double chance) => Math.Round(10 * chance) switch
    {
        <= 0 => words["In hardly any of 10 schools like these, pupils would do better with it."],
        >= 10 => words["In nearly all of 10 schools like these, pupils would do better with it."],
        var of10 => words["In about {count} of 10 schools like these, pupils would do better with it.", ("count", words.Number(of10))],
    };

    /// <summary>An effect in words, by what was called worth the effort beforehand.</summary>
    private string InWords(double g) => (g / Worthwhile) switch
    {
        <= -2.5 => words["much worse"],
        <= -1 => words["clearly worse"],
        <= -.25 => words["a little worse"],
        < .25 => words["about the same"],
        < 1 => words["a little better"],
        < 2.5 => words["clearly better"],
        _ => words["much better"],
    };

    // How sure

    /// <summary>What the level means, without its number. How sure and which way are two matters.</summary>
    private static string LevelOf(int level) => level switch
    {
        0 => Words.Key("An idea on record"),
        1 => Words.Key("Tried and told: a school worked with it and said what happened"),
        2 => Words.Key("Measured where it was tried; that it helps is not shown for sure"),
        3 => Words.Key("A fair comparison shows that it helps"),
        _ => Words.Key("A fair comparison shows that it helps, and others found the same"),
    };

    /// <summary>The level in words; null where harm or no difference is shown, since then nobody claims that it helps.</summary>
    public string? Level => evidence.Level.Verdict is Verdict.CannotTellYet or Verdict.Helps ? words[LevelOf(evidence.Level.Level)] : null;

    /// <summary>What the verdict rests on; null where no trial is evaluated.</summary>
    public string? RestsOn
    {
        get
        {
            var trials = evidence.Evaluated.ToArray();
            if (trials is []) return null;

            var schools = trials.SelectMany(trial => trial.Trial.Sites.Select(site => site.School)).Distinct(StringComparer.Ordinal).Count();
            var classes = trials.Sum(trial => trial.Trial.Cells.Held.Where(held => held.Cell.Subgroup.Length == 0 && held.Cell.Measure == trial.Trial.Plan.Primary!.Measure && held.Cell.Wave == trial.Trial.Plan.Primary.Wave)
                .Sum(held => held.Cell.Classes));
            (string, object)[] counts =
            [
                ("trials", words.Count(trials.Length, "{n} trial", "{n} trials")), ("schools", words.Count(schools, "{n} school", "{n} schools")), ("classes", words.Count(classes, "{n} class", "{n} classes")),
            ];
            return trials.All(trial => trial.Trial.Plan.Design.DrawsLots())
                ? words["This rests on {trials} in {schools} with {classes}. Lots decided who tried it and who went on as before.", counts]
                : words["This rests on {trials} in {schools} with {classes}.", counts];
        }
    }

    /// <summary>How much there is to go by, for a list: trials that did not report yet or were given up are not hidden.</summary>
    public string Counted
    {
        get
        {
            var (evaluated, waiting, gone) = (evidence.Evaluated.Count(), evidence.Trials.Count(trial => trial.Result.Effect is null), evidence.Replications.Count(again => again.State.State is ReplicationState.Abandoned));
            string?[] parts =
            [
                evidence.Schools == 0 ? null : words.Count(evidence.Schools, "{n} school", "{n} schools"),
                words.Count(evaluated, "{n} trial evaluated", "{n} trials evaluated"),
                waiting == 0 ? null : words.Count(waiting, "{n} on its way", "{n} on their way"),
                gone == 0 ? null : words.Count(gone, "{n} given up", "{n} given up"),
                evidence.Studies.IsEmpty ? null : words.Count(evidence.Studies.Length, "{n} study from elsewhere", "{n} studies from elsewhere"),
            ];
            return string.Join(words[", "], parts.OfType<string>());
        }
    }

    /// <summary>How far one trial’s numbers can be trusted; null unless there is exactly one.</summary>
    public string? Trust => evidence.Evaluated.ToArray() is [var only]
        ? words["Its numbers are trusted {rating} of 5. What holds them there: {why}", ("rating", only.Result.Rating), ("why", words[only.Result.BoundBy])]
        : null;

    /// <summary>What keeps anybody from being surer, in sentences. Where harm or no difference is shown, nobody looks for proof that it helps.</summary>
    public IEnumerable<string> WhyNotSurer
    {
        get
        {
            if (Level is not null && evidence.Level.Steps.FirstOrDefault(step => !step.Missing.IsEmpty) is { } next)
            {
                foreach (var missing in next.Missing) yield return words["Still missing: {what}", ("what", words.Sentence(missing))];
            }

            if (Pool.Fit is { QPValue: < .05 }) yield return words["The schools’ results differ by more than chance explains."];
            foreach (var trial in evidence.Evaluated.Where(trial => trial.Trial.StopReason is not null))
                yield return words["The trial ended early. {why}", ("why", trial.Trial.StopReason!)];
            foreach (var trial in evidence.Trials.Where(trial => trial.SetAside is not null))
            {
                yield return words["What was worked out of {trial} does not count any more: its results were opened again or it was taken back. {why}",
                    ("trial", trial.Trial.Title), ("why", trial.SetAside!.State.SupersededBecause ?? trial.SetAside.State.RetractedBecause ?? "")];
            }

            foreach (var trial in evidence.Trials.Where(trial => trial.Result.Overdue)) yield return words["Nothing is heard of {trial}: its report is overdue.", ("trial", trial.Trial.Title)];
            foreach (var again in evidence.Replications.Where(again => again.State.State is ReplicationState.Abandoned))
                yield return words["{school} gave up before it had a result. {why}", ("school", School(again.State.School)), ("why", again.State.AbandonedBecause ?? "")];
        }
    }

    /// <summary>How often it succeeded where it was tried again; null where it was not.</summary>
    public string? TriedAgain => evidence.SuccessRate is { } rate
        ? words["Looked at alone, {clear} of the {reported} replications that reported are clear of “no difference”. {given}", ("clear", rate.Successes), ("reported", rate.Assessed),
            ("given", rate.Abandoned == 0 ? "" : words.Count(rate.Abandoned, "{n} was given up and counts as one that did not.", "{n} were given up and count as ones that did not."))].TrimEnd()
        : null;

    public string School(string id) => evidence.SchoolNames.GetValueOrDefault(id) ?? id;

    // The numbers, in words

    /// <summary>How big the difference is; null where no trial is evaluated.</summary>
    public string? Size => (Pool.Fit, evidence.Evaluated.Select(trial => trial.Result.Effect!).ToArray()) switch
    {
        ({ } fit, _) => words["How big the difference is, {count} results together: {size}, likely between {low} and {high}.", ("count", Pool.K), ("size", Number(fit.Estimate)), ("low", Number(fit.Interval.Lower)),
            ("high", Number(fit.Interval.Upper))] + $" {Scale}",
        (null, [var only]) => words["How big the difference is: {size}, likely between {low} and {high}.", ("size", Number(only.G)), ("low", Number(only.Low)), ("high", Number(only.High))] + $" {Scale}",
        (null, []) => null,
        (null, { Length: var several }) => words.Count(several, "{n} trial is evaluated, too few to put together.", "{n} trials are evaluated, too few to put together."),
    };

    private string Scale => words["Beforehand, {size} was called the smallest difference worth the effort.", ("size", Number(Worthwhile))];

    /// <summary>How far kinds of schools lie apart; null where that is not known.</summary>
    public string? Apart => evidence.Splits.FirstOrDefault(split => split.Difference is not null) is { Difference: { } apart }
        ? words[apart.Interval.Contains(0)
            ? Words.Key("The two kinds of school lie {apart} apart, likely between {low} and {high}: that may be chance.")
            : Words.Key("The two kinds of school lie {apart} apart, likely between {low} and {high}: that is more than chance."),
            ("apart", Number(apart.Estimate)), ("low", Number(apart.Interval.Lower)), ("high", Number(apart.Interval.Upper))]
        : null;

    /// <summary>A study's class-adjusted reading in a sentence.</summary>
    public string Says(StudyOnRecord study)
    {
        if (study.Reading?.Adjusted is not { } read) return study.Reading?.NotAdjusted ?? words["It has no results yet."];

        var (difference, low, high) = (read.Difference, read.Interval.Lower, read.Interval.Upper);
        var about = study.Study.About;
        var group = about.Arms.First(arm => !arm.Comparison);
        return low > 0
            ? Said(Words.Key("In a study from elsewhere, pupils {which} scored about {points} {unit} higher (likely {low} to {high})."), difference, low, high)
            : high < 0
                ? Said(Words.Key("In a study from elsewhere, pupils {which} scored about {points} {unit} lower (likely {low} to {high})."), -difference, -high, -low)
                : Said(Words.Key("In a study from elsewhere, pupils {which} scored {points} {unit} apart from the others, likely between {low} and {high}: too wide to tell."), difference, low, high);

        string Said(string sentence, double points, double from, double to) => words[sentence,
            ("which", group.Condition.Length > 0 ? group.Condition : group.Name), ("points", words.Number(points)), ("unit", about.Outcomes[0].Unit), ("low", words.Number(from)), ("high", words.Number(to))];
    }

    /// <summary>How far its schools differ, and why that is not all about schools.</summary>
    public string Spread(StudyOnRecord study)
    {
        var compared = study.Reading!.Sites.Where(site => site.Effect is not null).ToArray();
        var single = compared.Count(site => site.TreatedClasses == 1 || site.ComparedClasses == 1);
        return words[
            "Schools' results look very different, but {single} of the {all} had only one class in a group, and differences between classes can account for that spread. This study does not show that some schools are harmed, and cannot rule out that schools differ.",
            ("single", single), ("all", compared.Length)];
    }

    // Pictures

    /// <summary>Trials, parted by what was said beforehand, and studies as one row each. Null where no trial has an effect.</summary>
    public ForestPlot? Trials()
    {
        if (Pool.K == 0 && !evidence.Evaluated.Any()) return null;

        var weights = Weights(Pool);
        ImmutableArray<ContextGroup> parted = evidence.Splits is [var split, ..] ? split.Groups : [];
        ForestGroup[] groups =
        [
            .. parted.Select(group => new ForestGroup(words["Where {where}", ("where", Where(group))], [.. evidence.Trials.Where(trial => group.Trials.Contains(trial.Id)).Select(Row)],
                Together(words["Together, {count}", ("count", group.Pool.K)], group.Pool))),
            Rest(parted.IsEmpty ? null : words["Other trials"], evidence.Trials.Where(trial => !parted.Any(group => group.Trials.Contains(trial.Id))).Select(Row)),
            Rest(words["Pupils named beforehand"], evidence.Trials.SelectMany(trial => trial.Result.Pupils).Select(pupils =>
                new ForestRow(Pupils(pupils.Name, words), pupils.G, new(pupils.Low, pupils.High), Part: ForestPart.Within))),
            Rest(words["Given up without a result"], evidence.Replications.Where(again => again.State.State is ReplicationState.Abandoned)
                .Select(again => new ForestRow(School(again.State.School), null, null, Part: ForestPart.NotPooled))),
            Rest(null, evidence.Studies.Where(study => study.Reading?.Adjusted is not null).Select(Elsewhere)),
        ];
        return new(words["{title}: how big the difference is, by trial", ("title", evidence.Innovation.Title)], string.Join(' ', new[] { Size, Apart, Next }.OfType<string>()),
            words["did worse"], words["did better"], [.. groups.Where(group => group.Rows.Count > 0)], Together(words["All {count} together", ("count", Pool.K)], Pool));

        ForestRow Row(TrialOnRecord trial) => trial.Result.Effect is { } effect
            ? new(Label(trial), effect.G, new(effect.Low, effect.High), weights.GetValueOrDefault(trial.Id))
            : new(Label(trial), null, null, Part: ForestPart.NotPooled, Note: words["not evaluated yet"]);

        ForestRow Elsewhere(StudyOnRecord study)
        {
            var (read, title) = (study.Reading!.Adjusted!, study.Study.About.Title);
            var (g, error) = (study.Sign * read.InStandardDeviations, read.StandardError / read.PooledSd);
            return study.Pooled is null
                ? new(title, g, Of(Interval.Normal(g, error)), Part: ForestPart.NotPooled, Note: words["from elsewhere, not counted"])
                : new(title, g, Of(Interval.Normal(g, error)), weights.GetValueOrDefault(title), ForestPart.Elsewhere);
        }

        static ForestGroup Rest(string? heading, IEnumerable<ForestRow> rows) => new(heading, [.. rows]);
    }

    /// <summary>The trial’s title, without the innovation’s where it begins with it.</summary>
    private string Label(TrialOnRecord trial) => trial.Trial.Title.StartsWith($"{evidence.Innovation.Title}: ", StringComparison.Ordinal) ? trial.Trial.Title[(evidence.Innovation.Title.Length + 2)..] : trial.Trial.Title;

    /// <summary>Schools by their names, numbers in them by their size.</summary>
    public static IEnumerable<StudySite> InOrder(StudyReading reading) =>
        reading.Sites.OrderBy(site => site.School, StringComparer.Create(CultureInfo.InvariantCulture, CompareOptions.NumericOrdering));

    /// <summary>Every school of a study without regard to classes: the picture of a check of arithmetic.</summary>
    public ForestPlot Schools(StudyOnRecord study)
    {
        var pool = study.Reading!.Unadjusted;
        var weights = Weights(pool);
        return new(words["{title}: every school, classes left out of account", ("title", study.Study.About.Title)], Spread(study), words["did worse"], words["did better"],
            [
                new(null,
                [
                    .. InOrder(study.Reading).Select(site => site.Effect is { } effect
                        ? new ForestRow(words["School {school}", ("school", site.School)], study.Sign * effect.Value, Of(Interval.Normal(study.Sign * effect.Value, effect.StandardError)), weights.GetValueOrDefault(site.School))
                        : new ForestRow(words["School {school}", ("school", site.School)], null, null, Part: ForestPart.NotPooled, Note: words["one group only"])),
                ]),
            ],
            Together(words["{count} schools, unadjusted", ("count", pool.K)], pool));
    }

    private static ForestPool? Together(string label, Pool pool) =>
        pool.Fit is { } fit ? new(label, fit.Estimate, Of(fit.Interval), pool.Prediction is { } next ? Of(next) : null) : null;

    private static Dictionary<string, double?> Weights(Pool pool)
    {
        if (pool.Fit is not { } fit) return [];

        var each = pool.Effects.Select(effect => (effect.Name, Weight: 1 / (effect.Variance + fit.Tau2))).ToArray();
        var sum = each.Sum(one => one.Weight);
        return each.ToDictionary(one => one.Name, one => (double?)(one.Weight / sum), StringComparer.Ordinal);
    }

    private static Charts.Span Of(Interval interval) => new(interval.Lower, interval.Upper);

    private string Number(double value) => words.Number(value, 2);
}
