using System.Collections.Immutable;
using InnovationScale.People;
using InnovationScale.Statistics;

namespace InnovationScale.Evidence;

/// <summary>Trials at one level of a dimension that was registered beforehand, with what they show together.</summary>
public sealed record ContextGroup(string Dimension, string Level, ImmutableArray<string> Trials, Pool Pool);

/// <summary>
/// The trials of a version parted by one dimension of the context, which somebody said beforehand the effect may depend on. Every level has a pool of its
/// own; where there are two levels, how far they lie apart is told too, by the meta-regression with one variance between places in common (Viechtbauer 2010).
/// </summary>
/// <param name="Groups">In the order of their levels.</param>
public sealed record ContextSplit(string Dimension, ImmutableArray<ContextGroup> Groups)
{
    /// <summary>Shares of pupils fall into two levels: this one where it is half of them or more.</summary>
    public const string Most = "half-or-more", Few = "less-than-half";

    /// <summary>The first level less the second; null where there are not two, or too few trials.</summary>
    public GroupDifference? Difference { get; init; }

    public static ContextSplit Of(string dimension, ImmutableArray<(string Level, PooledEffect Effect)> trials)
    {
        ImmutableArray<ContextGroup> groups =
        [
            .. trials.GroupBy(trial => trial.Level, trial => trial.Effect, StringComparer.Ordinal).OrderBy(level => level.Key, StringComparer.Ordinal)
                .Select(level => new ContextGroup(dimension, level.Key, [.. level.Select(effect => effect.Name)], Pool.Of([.. level]))),
        ];
        return new(dimension, groups) { Difference = groups.Length == 2 && groups.All(group => group.Pool.Fit is not null) ? GroupDifference.Of(trials) : null };
    }

    /// <summary>Levels at which the trials together lie clear below 0, in words.</summary>
    public static ImmutableArray<string> Harmed(IEnumerable<ContextSplit> splits) =>
        [.. splits.SelectMany(split => split.Groups).Where(group => group.Pool.Interval is { Upper: < 0 }).Select(group => $"{group.Dimension} is {group.Level}")];

    /// <summary>The level that an answer falls into; null for “unknown”.</summary>
    public static string? LevelOf(string dimension, ContextAnswer? answer) => answer?.Value is not { } value ? null
        : ContextProfile.IsShare(dimension) ? double.Parse(value, System.Globalization.CultureInfo.InvariantCulture) >= 50 ? Most : Few
        : value;
}

/// <summary>How far two groups of trials lie apart.</summary>
/// <param name="Estimate">The first less the second, in standard deviations.</param>
public sealed record GroupDifference(double Estimate, Interval Interval, double PValue)
{
    internal static GroupDifference? Of(ImmutableArray<(string Level, PooledEffect Effect)> trials) => Computed.Try(() => Subgroups.FitCommon(
            [.. trials.Select(trial => trial.Effect.G)], [.. trials.Select(trial => trial.Effect.Variance)], [.. trials.Select(trial => (string?)trial.Level)]))
        .Match(fit => Of(fit.Coefficients[1]), _ => null as GroupDifference);

    /// <summary>The coefficient is the second level less the first.</summary>
    private static GroupDifference Of(RegressionCoefficient second) => new(-second.Estimate, new(-second.Interval.Upper, -second.Interval.Lower), second.PValue);
}
