using System.Collections.Immutable;
using InnovationScale.Evidence;
using InnovationScale.People;

namespace InnovationScale.ScaleUp;

/// <summary>How far it is to go: the gates depend on it.</summary>
public enum Reach
{
    /// <summary>To more schools like those where it was tried.</summary>
    Expand,

    /// <summary>To a whole system.</summary>
    SystemWide,
}

/// <summary>The way it is to go there (ExpandNet/WHO 2010).</summary>
public enum Pathway
{
    /// <summary>Into policy, budgets and training.</summary>
    Vertical,

    /// <summary>To more places.</summary>
    Horizontal,

    /// <summary>By adding something to it.</summary>
    Diversification,
}

/// <summary>What is asked of a committee: for whom, how, at what cost, and why. It is frozen with the evidence when it is put on the agenda.</summary>
public sealed record Case
{
    public TargetPopulation Target { get; init; } = new("");

    public CostAtScale? Cost { get; init; }

    /// <summary>Who gains and who may be left behind, group by group.</summary>
    public ImmutableArray<EquityRow> Equity { get; init; } = [];

    /// <summary>Why it should be scaled at all (IDRC's Scaling Science: justification).</summary>
    public string Justification { get; init; } = "";

    /// <summary>How much is enough, and why not more (optimal scale).</summary>
    public string OptimalScale { get; init; } = "";

    /// <summary>The one area that will hold it back first.</summary>
    public Area? Bottleneck { get; init; }

    public string BottleneckWords { get; init; } = "";
}

/// <summary>For whom it is meant: in words, and as the kinds of schools that it may meet there.</summary>
public sealed record TargetPopulation(string Words)
{
    /// <summary>Levels by the code of a question about schools, as <see cref="ContextSplit.LevelOf"/> names them.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Levels { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>More combinations than this say too little of any of them.</summary>
    public const int CellsMost = 256;

    /// <summary>Every combination of levels.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> Cells() => Levels.Aggregate(
        (IEnumerable<ImmutableDictionary<string, string>>)[ImmutableDictionary<string, string>.Empty],
        (cells, dimension) => cells.SelectMany(_ => dimension.Value, (cell, level) => cell.SetItem(dimension.Key, level)));

    /// <summary>A place is inside where every answer it gave to these questions is one of the levels; an answer that nobody knows counts as outside.</summary>
    public bool Holds(ImmutableSortedDictionary<string, ContextAnswer> place, IEnumerable<string> questions) => questions.Where(Levels.ContainsKey)
        .All(question => ContextSplit.LevelOf(question, place.GetValueOrDefault(question)) is { } level && level.Split('+').Any(Levels[question].Contains));

    /// <summary>What is impossible about it; null when nothing is.</summary>
    internal Refusal? Fault()
    {
        foreach (var (code, levels) in Levels)
        {
            if (ContextProfile.Dimensions.FirstOrDefault(dimension => dimension.Code == code) is not { } question)
                return Refusal.Invalid("target-question-unknown", $"There is no question “{code}” about schools and lessons.");
            var known = ContextProfile.IsShare(code) ? [ContextSplit.Most, ContextSplit.Few] : question.Values;
            var choices = string.Join(", ", known);
            if (levels.IsEmpty || (!known.IsEmpty && levels.FirstOrDefault(level => !known.Contains(level)) is not null))
                return Refusal.Invalid("target-level-unknown", $"Choose for “{code}” from: {choices}.");
        }

        return Levels.Values.Aggregate(1L, (product, levels) => Math.Min(product * levels.Length, CellsMost + 1)) > CellsMost
            ? Refusal.Invalid("target-too-wide", $"That makes more than {CellsMost} kinds of schools. Name fewer.")
            : null;
    }
}

/// <summary>What one learner costs once it is everywhere it is meant to be, with how far off that may be; in minor units of one currency.</summary>
/// <param name="Words">What is in it, and where the figures come from.</param>
public sealed record CostAtScale(long Likely, long Low, long High, string Currency, string Words);

/// <param name="Group">Such as girls, or pupils in multigrade classes.</param>
/// <param name="Says">What is known of how it works for them, or that nothing is.</param>
/// <param name="Source">Where that is known from; empty where nothing is known.</param>
public sealed record EquityRow(string Group, string Says, string Source = "");

/// <summary>The seven areas of MSI's Scalability Assessment Tool (Cooley and Linn 2014, Taking Innovations to Scale).</summary>
public enum Area
{
    Credible,
    Observable,
    Relevant,
    BetterThanNow,
    EasyToTakeUp,
    Testable,
    Fundable,
}

/// <summary>What an area does to scaling.</summary>
public enum Ease
{
    Harder,
    Neither,
    Easier,
}

/// <param name="Evidence">A link to, or the name of, what the score rests on.</param>
public sealed record AreaScore(Area Area, Ease Ease, string Evidence, string Comment = "");

/// <summary>One person's assessment of how easily it scales.</summary>
public sealed record ScalabilityAssessment(string By, ImmutableArray<AreaScore> Scores);

/// <summary>Areas on which assessors do not agree.</summary>
public static class Scalability
{
    public static IEnumerable<Area> Disputed(ImmutableArray<ScalabilityAssessment> assessments) => Enum.GetValues<Area>()
        .Where(area => assessments.SelectMany(one => one.Scores).Where(score => score.Area == area).Select(score => score.Ease).Distinct().Count() > 1);
}
