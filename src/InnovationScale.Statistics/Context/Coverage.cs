using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>A level of a dimension of the target population.</summary>
public readonly record struct TargetLevel(string Dimension, string Level);

/// <summary>Two levels of different dimensions that occur together in the target.</summary>
public readonly record struct TargetPair(TargetLevel First, TargetLevel Second);

/// <summary>
/// How much of a declared target population has been tried with success: level by level, and pair of levels by pair (two-way coverage, as in combinatorial
/// testing: Kuhn, Kacker and Lei 2010), with the gaps by name.
/// </summary>
/// <param name="Levels">Levels that occur in the target.</param>
/// <param name="MissingLevels">Those without a successful replication.</param>
/// <param name="Pairs">Pairs that occur in the target.</param>
/// <param name="MissingPairs">Those without a successful replication where both held.</param>
public sealed record Coverage(int Levels, ImmutableArray<TargetLevel> MissingLevels, int Pairs, ImmutableArray<TargetPair> MissingPairs)
{
    /// <summary>Share of the target's levels covered.</summary>
    public double LevelShare => (double)(Levels - MissingLevels.Length) / Levels;

    /// <summary>Share of its pairs; 1 where the target has a single dimension.</summary>
    public double PairShare => Pairs == 0 ? 1 : (double)(Pairs - MissingPairs.Length) / Pairs;

    /// <param name="target">The target's cells: a level by dimension; a dimension left out is unknown there.</param>
    /// <param name="evidence">The places with a successful replication, in the same terms.</param>
    public static Coverage Of(IEnumerable<IReadOnlyDictionary<string, string>> target, IEnumerable<IReadOnlyDictionary<string, string>> evidence)
    {
        SortedSet<TargetLevel> levels = new(ByName), tried = new(ByName);
        HashSet<TargetPair> pairs = [], pairsTried = [];
        foreach (var cell in target) Collect(cell, levels, pairs);
        foreach (var place in evidence) Collect(place, tried, pairsTried);
        Require.That(levels.Count > 0, "no-target", "The target population names no level of any dimension.");
        return new(
            levels.Count, [.. levels.Where(l => !tried.Contains(l))],
            pairs.Count, [.. pairs.Where(p => !pairsTried.Contains(p)).OrderBy(p => p.First, ByName).ThenBy(p => p.Second, ByName)]);
    }

    private static readonly Comparer<TargetLevel> ByName = Comparer<TargetLevel>.Create((a, b) =>
        string.CompareOrdinal(a.Dimension, b.Dimension) is var byDimension && byDimension != 0 ? byDimension : string.CompareOrdinal(a.Level, b.Level));

    private static void Collect(IReadOnlyDictionary<string, string> place, SortedSet<TargetLevel> levels, HashSet<TargetPair> pairs)
    {
        TargetLevel[] here = [.. place.Select(d => new TargetLevel(d.Key, d.Value)).Order(ByName)];
        for (var i = 0; i < here.Length; i++)
        {
            levels.Add(here[i]);
            for (var j = i + 1; j < here.Length; j++) pairs.Add(new(here[i], here[j]));
        }
    }
}

/// <summary>How generalisable a sample of sites is by <see cref="Generalisability"/> (Tipton 2014).</summary>
public enum GeneralisabilityBand
{
    /// <summary>Below .5: the sample says little of the population.</summary>
    Low,

    /// <summary>.5 and more: reweighting can help.</summary>
    Medium,

    /// <summary>.8 and more: reweighting makes it like the population.</summary>
    High,

    /// <summary>.9 and more: as good as a random sample of the same size.</summary>
    VeryHigh,
}

/// <summary>
/// Tipton's (2014) generalisability index B = sum sqrt(p_sample p_population) over bins of the propensity to be in the sample: 0 for nothing in common to 1 for
/// alike. It needs a population frame and is read with its warning below the number of sites where it is biased.
/// </summary>
/// <param name="Index">B.</param>
/// <param name="Sites">Sites in the sample.</param>
public sealed record Generalisability(double Index, long Sites)
{
    /// <summary>Fewer sites than this, and no index is given at all.</summary>
    public const int SitesMin = 10;

    // Tipton, Hallberg, Hedges and Chan (2017): with few sites even a random sample looks unlike its population.
    private const int SitesForLittleBias = 40;

    public GeneralisabilityBand Band => Index switch
    {
        >= 0.9 => GeneralisabilityBand.VeryHigh,
        >= 0.8 => GeneralisabilityBand.High,
        >= 0.5 => GeneralisabilityBand.Medium,
        _ => GeneralisabilityBand.Low,
    };

    /// <summary>Always to be shown beside the index.</summary>
    public string Warning => Sites < SitesForLittleBias
        ? $"With {Sites} sites the index runs low by chance alone: even a random sample of so few would score below 1."
        : "The index sees only the dimensions that went into the propensity; sites can differ in others.";

    /// <param name="sample">Sites of the sample in each propensity bin.</param>
    /// <param name="population">Units of the population frame in each bin.</param>
    public static Generalisability Of(IReadOnlyList<long> sample, IReadOnlyList<long> population)
    {
        Require.That(sample.Count == population.Count && sample.Count > 0, "bins", "Sample and population have the same bins.");
        Require.That(sample.All(n => n >= 0) && population.All(n => n >= 0), "counts", "A bin holds 0 or more.");
        long sites = sample.Sum(), units = population.Sum();
        Require.That(units > 0, "no-population-frame", "The index needs a population frame.");
        Require.That(sites >= SitesMin, "too-few-sites", $"The index needs at least {SitesMin} sites; there are {sites}.");
        return new(Math.Min(1, sample.Zip(population, (s, p) => Math.Sqrt((double)s / sites * ((double)p / units))).Sum()), sites);
    }
}
