using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>How one dimension of a context profile is compared.</summary>
/// <param name="Name">The dimension.</param>
/// <param name="Weight">Above 0; dimensions that the theory of change calls moderators weigh double by the domain's policy.</param>
public abstract record ContextDimension(string Name, double Weight = 1)
{
    /// <summary>0 for alike to 1 for as different as can be.</summary>
    internal abstract double Dissimilarity(double left, double right);
}

/// <summary>Kinds without an order, coded by any numbers: alike or not.</summary>
public sealed record NominalDimension(string Name, double Weight = 1) : ContextDimension(Name, Weight)
{
    internal override double Dissimilarity(double left, double right) => left == right ? 0 : 1;
}

/// <summary>Ordered levels 0, 1, … Levels - 1: |i - j|/(levels - 1).</summary>
public sealed record OrdinalDimension(string Name, int Levels, double Weight = 1) : ContextDimension(Name, Weight)
{
    internal override double Dissimilarity(double left, double right)
    {
        Require.That(Levels >= 2, "levels", $"“{Name}” needs at least 2 levels.");
        Require.That(left >= 0 && left < Levels && right >= 0 && right < Levels, "levels", $"A level of “{Name}” is out of its range.");
        return Math.Abs(left - right) / (Levels - 1);
    }
}

/// <summary>A number: |x - y| over a range that policy fixes, at most 1.</summary>
public sealed record NumericDimension(string Name, double Range, double Weight = 1) : ContextDimension(Name, Weight)
{
    internal override double Dissimilarity(double left, double right) =>
        Math.Min(1, Math.Abs(Require.Finite(left, "context", Name) - Require.Finite(right, "context", Name)) / Require.Positive(Range, "range", $"The range of “{Name}”"));
}

/// <summary>
/// How far two contexts are apart: Gower's (1971) weighted mean of dissimilarities by dimension. Unknown values are left out, and the share of the weight that
/// was known says how far the distance can be trusted. There is no single agreed distance between contexts of schooling.
/// </summary>
/// <param name="Value">0 alike to 1; null where no dimension is known of both.</param>
/// <param name="Comparability">Known weight over all weight.</param>
public sealed record GowerDistance(double? Value, double Comparability)
{
    /// <param name="dimensions">What is compared.</param>
    /// <param name="left">A value for each dimension; null is unknown.</param>
    /// <param name="right">The same of the other context.</param>
    public static GowerDistance Between(IReadOnlyList<ContextDimension> dimensions, IReadOnlyList<double?> left, IReadOnlyList<double?> right)
    {
        Require.That(dimensions.Count > 0, "no-dimensions", "A distance between contexts needs a dimension.");
        Require.That(left.Count == dimensions.Count && right.Count == dimensions.Count, "profile-shape", "A profile has a value or an unknown for each dimension.");
        double all = 0, known = 0, sum = 0;
        for (var i = 0; i < dimensions.Count; i++)
        {
            var weight = Require.Positive(dimensions[i].Weight, "weight", $"The weight of “{dimensions[i].Name}”");
            all += weight;
            if (left[i] is not { } a || right[i] is not { } b) continue;
            known += weight;
            sum += weight * dimensions[i].Dissimilarity(a, b);
        }

        return new(known > 0 ? sum / known : null, known / all);
    }
}

/// <summary>
/// How far the nearest evidence is from each place where an innovation would go: the distances of the target's cells, their median and ninetieth percentile, and the
/// cells beyond a limit.
/// </summary>
/// <param name="Distances">Of each target cell to the nearest evidence, in order; null where nothing is comparable.</param>
/// <param name="Median">Over the comparable cells.</param>
/// <param name="NinetiethPercentile">Nearest rank, over the comparable cells.</param>
/// <param name="Beyond">The cells further away than the limit or not comparable, by place.</param>
public sealed record NearestEvidence(ImmutableArray<double?> Distances, double? Median, double? NinetiethPercentile, ImmutableArray<int> Beyond)
{
    /// <param name="targets">Profiles of the target's cells.</param>
    /// <param name="evidence">Profiles of the places with a successful replication.</param>
    /// <param name="limit">The largest distance that counts as near.</param>
    /// <param name="leastComparability">Pairs of which less of the weight is known are not compared.</param>
    public static NearestEvidence Of(
        IReadOnlyList<ContextDimension> dimensions, IEnumerable<IReadOnlyList<double?>> targets, IReadOnlyCollection<IReadOnlyList<double?>> evidence,
        double limit, double leastComparability = 0)
    {
        ImmutableArray<double?> distances =
        [
            .. targets.Select(target => evidence
                .Select(place => GowerDistance.Between(dimensions, target, place))
                .Where(d => d.Value is not null && d.Comparability >= leastComparability)
                .Min(d => d.Value)),
        ];
        double[] known = [.. distances.OfType<double>().Order()];
        var middle = known.Length / 2;
        return new(
            distances,
            known.Length == 0 ? null : known.Length % 2 == 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2,
            known.Length == 0 ? null : known[(int)Math.Ceiling(0.9 * known.Length) - 1],
            [.. Enumerable.Range(0, distances.Length).Where(i => !(distances[i] <= limit))]);
    }
}
