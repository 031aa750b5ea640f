using InnovationScale.Charts;
using InnovationScale.Components;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Replications;
using InnovationScale.Statistics;

namespace InnovationScale.Innovations;

/// <summary>What is known of a version, in sentences for people who run schools. Terms of research stand under “Show the numbers” alone.</summary>
public sealed class EvidenceWords(VersionEvidence evidence, Words words)
{
    private Pool Pool => evidence.Level.Pool;

    /// <summary>The study that speaks while no trial of the programme does; null once one does, or where there is none.</summary>
    public StudyOnRecord? Leading => evidence.Trials.Any(trial => trial.Result.Effect is not null) ? null : evidence.Studies.FirstOrDefault(study => study.Reading?.Adjusted is not null);

    public Tone Tone => ToneOf(evidence.Level.Verdict);

    public static Tone ToneOf(Verdict verdict) => verdict switch
    {
        Verdict.Helps => Tone.Success,
        Verdict.Harms => Tone.Stop,
        Verdict.NoWorthwhileDifference => Tone.Information,
        _ => Tone.Caution,
    };

    /// <summary>The verdict in one sentence.</summary>
    public string Sentence => evidence.Level.Verdict switch
    {
        Verdict.Helps => words["Pupils did better with it."],
        Verdict.Harms => words["Pupils did worse with it."],
        Verdict.NoWorthwhileDifference => words["Pupils did about as well without it."],
        _ when Leading is { } study => $"{words["Nobody can tell yet from trials here."]} {Says(study)}",
        _ => words["No trial is evaluated yet, or the results are too few to tell."],
    };

    /// <summary>What the level means, without its number.</summary>
    public string LevelOf(int level) => words[level switch
    {
        0 => Words.Key("An idea on record"),
        1 => Words.Key("Tried and told: a school worked with it and said what happened"),
        2 => Words.Key("Something got better where it was tried"),
        3 => Words.Key("A fair comparison shows it"),
        _ => Words.Key("A fair comparison shows it, and others found the same"),
    }];

    public string Level => LevelOf(evidence.Level.Level);

    /// <summary>How big the difference is and what the next school might see; null where no trial is evaluated.</summary>
    public string? Size => (Pool.Fit, evidence.Trials.Select(trial => trial.Result.Effect).OfType<SignedEffect>().ToArray()) switch
    {
        ({ } fit, _) => words["How big the difference is, {count} results together: {size}, likely between {low} and {high}.",
            ("count", Pool.K), ("size", Number(fit.Estimate)), ("low", Number(fit.Interval.Lower)), ("high", Number(fit.Interval.Upper))] + $" {Scale}",
        (null, [var only]) => words["How big the difference is: {size}, likely between {low} and {high}.", ("size", Number(only.G)), ("low", Number(only.Low)), ("high", Number(only.High))] + $" {Scale}",
        (null, []) => null,
        (null, var several) => words.Count(several.Length, "{n} trial is evaluated, too few to put together.", "{n} trials are evaluated, too few to put together."),
    };

    private string Scale => words["Beforehand, {size} was called the smallest difference worth the effort.",
        ("size", Number(evidence.Trials.Select(trial => trial.Result.SmallestWorthwhile).DefaultIfEmpty(TrialResult.UsualSmallestWorthwhile).Max()))];

    /// <summary>What the next school might see.</summary>
    public string Next => Pool.Prediction is { } next
        ? words["What the next school might see: between {low} and {high}. The chance that it gets better there at all is about {chance} in 100.",
            ("low", Number(next.Lower)), ("high", Number(next.Upper)), ("chance", words.Number(100 * Pool.ChanceAbove(0)!.Value))]
        : words.Count(Pool.K, "Too few trials to say what the next school might see: that takes {needed}, and there is {n}.", "Too few trials to say what the next school might see: that takes {needed}, and there are {n}.",
            ("needed", Pool.FewestPredicted));

    /// <summary>A study's class-adjusted reading in a sentence.</summary>
    public string Says(StudyOnRecord study)
    {
        if (study.Reading?.Adjusted is not { } read) return study.Reading?.NotAdjusted ?? words["It has no results yet."];

        var (difference, low, high) = (read.Difference, read.Interval.Lower, read.Interval.Upper);
        var about = study.Study.About;
        var group = about.Arms.First(arm => !arm.Comparison);
        var which = group.Condition.Length > 0 ? group.Condition : group.Name;
        return low > 0
            ? Said(Words.Key("In a study from elsewhere, pupils {which} scored about {points} {unit} higher (likely {low} to {high})."), difference, low, high)
            : high < 0
                ? Said(Words.Key("In a study from elsewhere, pupils {which} scored about {points} {unit} lower (likely {low} to {high})."), -difference, -high, -low)
                : Said(Words.Key("In a study from elsewhere, pupils {which} scored {points} {unit} apart from the others, likely between {low} and {high}: too wide to tell."), difference, low, high);

        string Said(string sentence, double points, double from, double to) => words[sentence,
            ("which", which), ("points", words.Number(points)), ("unit", about.Outcomes[0].Unit), ("low", words.Number(from)), ("high", words.Number(to))];
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

    /// <summary>Trials, and studies as one row each. Null where no trial has an effect.</summary>
    public ForestPlot? Trials()
    {
        if (Pool.K == 0 && evidence.Trials.All(trial => trial.Result.Effect is null)) return null;

        var weights = Weights(Pool);
        var grouped = evidence.Splits is [var split, ..] ? split.Groups : [];
        var rest = evidence.Trials.Where(trial => !grouped.Any(group => group.Trials.Contains(trial.Id)));
        ForestRow[] elsewhere =
        [
            .. evidence.Studies.Where(study => study.Reading?.Adjusted is not null).Select(study =>
            {
                var read = study.Reading!.Adjusted!;
                var (g, error) = (study.Sign * read.InStandardDeviations, read.StandardError / read.PooledSd);
                return new ForestRow(study.Study.About.Title, g, Of(Interval.Normal(g, error)), weights.GetValueOrDefault(study.Study.About.Title),
                    study.Pooled is null ? ForestPart.NotPooled : ForestPart.Elsewhere, study.Pooled is null ? words["from elsewhere, not counted"] : null);
            }),
        ];
        var groups = grouped.Select(group => new ForestGroup($"{Acts.ContextQuestions.Name(group.Dimension, words)}: {Acts.ContextQuestions.Value(group.Level, words)}",
            [.. evidence.Trials.Where(trial => group.Trials.Contains(trial.Id)).Select(Row)], Together(words["Together, {count}", ("count", group.Pool.K)], group.Pool))).ToList();
        if (rest.Any()) groups.Add(new(groups.Count > 0 ? words["Other trials"] : null, [.. rest.Select(Row)]));
        if (elsewhere.Length > 0) groups.Add(new(null, elsewhere));
        return new(words["{title}: how big the difference is, by trial", ("title", evidence.Innovation.Title)], $"{Size} {Next}", words["did worse"], words["did better"], groups,
            Together(words["All {count} together", ("count", Pool.K)], Pool));

        ForestRow Row(TrialOnRecord trial) => trial.Result.Effect is { } effect
            ? new(trial.Trial.Title, effect.G, new(effect.Low, effect.High), weights.GetValueOrDefault(trial.Id))
            : new(trial.Trial.Title, null, null, Part: ForestPart.NotPooled, Note: words["not evaluated yet"]);
    }

    /// <summary>Schools by their names, numbers in them by their size.</summary>
    public static IEnumerable<StudySite> InOrder(StudyReading reading) =>
        reading.Sites.OrderBy(site => site.School, StringComparer.Create(System.Globalization.CultureInfo.InvariantCulture, System.Globalization.CompareOptions.NumericOrdering));

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
