using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>P-values of several outcomes, adjusted for there being several; each in the place of the one it came from.</summary>
public static class MultipleComparisons
{
    /// <summary>Benjamini and Hochberg (1995): expected share of false discoveries; step-up from the largest.</summary>
    public static ImmutableArray<double> BenjaminiHochberg(IReadOnlyList<double> p)
    {
        var order = Ascending(p);
        var adjusted = new double[p.Count];
        var least = 1.0;
        for (var rank = p.Count; rank >= 1; rank--)
        {
            var i = order[rank - 1];
            least = Math.Min(least, p[i] * ((double)p.Count / rank));
            adjusted[i] = least;
        }

        return [.. adjusted];
    }

    /// <summary>Holm (1979): chance of any false finding; step-down from the smallest.</summary>
    public static ImmutableArray<double> Holm(IReadOnlyList<double> p)
    {
        var order = Ascending(p);
        var adjusted = new double[p.Count];
        var most = 0.0;
        for (var rank = 1; rank <= p.Count; rank++)
        {
            var i = order[rank - 1];
            most = Math.Max(most, Math.Min(1, p[i] * (p.Count - rank + 1)));
            adjusted[i] = most;
        }

        return [.. adjusted];
    }

    /// <summary>Bonferroni: chance of any false finding, each times their number.</summary>
    public static ImmutableArray<double> Bonferroni(IReadOnlyList<double> p)
    {
        Ascending(p);
        return [.. p.Select(one => Math.Min(1, one * p.Count))];
    }

    private static int[] Ascending(IReadOnlyList<double> p)
    {
        Require.That(p.Count > 0, "no-p-values", "There are no p-values to adjust.");
        foreach (var one in p) Require.Share(one, "p-value", "A p-value");
        return [.. Enumerable.Range(0, p.Count).OrderBy(i => p[i])];
    }
}
