using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>
/// Pools by a moderator's levels, each with its own tau², and the test that their means are equal. (For a tau² in common, regress on indicator
/// columns with <see cref="MetaRegression"/>.)
/// </summary>
/// <param name="Levels">In the order of their code points.</param>
/// <param name="QBetween">sum w (b - mean b)², w = 1/se².</param>
/// <param name="PValue">Upper chi-squared tail of <see cref="QBetween"/>.</param>
/// <param name="QWithin">Sum of the levels' own Q.</param>
public sealed record Subgroups(ImmutableArray<SubgroupPool> Levels, double QBetween, int DegreesOfFreedom, double PValue, double QWithin)
{
    /// <summary>Needs 2 levels; rows without a level (null) leave this comparison only. A level with one study keeps its own estimate.</summary>
    public static Subgroups Fit(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v, ReadOnlySpan<string?> level, HeterogeneityEstimator method = HeterogeneityEstimator.Reml)
    {
        Require.That(level.Length == y.Length, "lengths-differ", "Every effect needs a level, or null where it has none.");
        var studies = Studies.From(y, v);
        var members = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        for (var i = 0; i < studies.Y.Length; i++)
        {
            if (level[studies.Rows[i]] is not { } name) continue;
            if (!members.TryGetValue(name, out var rows)) members.Add(name, rows = []);
            rows.Add(i);
        }

        Require.That(members.Count > 1, "one-level", "A comparison of subgroups needs at least 2 levels.");
        ImmutableArray<SubgroupPool> pools =
        [
            .. members.Select(m => new SubgroupPool(m.Key, RandomEffects.Fit(
                m.Value.Select(i => studies.Y[i]).ToArray(), m.Value.Select(i => studies.V[i]).ToArray(), method, CoefficientTest.Normal))),
        ];
        var means = new InterceptOnly(
            [.. pools.Select(p => p.Pool.Estimate)], [.. pools.Select(p => p.Pool.StandardError * p.Pool.StandardError)]);
        var q = means.At(0).Rss;
        return new(pools, q, pools.Length - 1, ChiSquared.Survival(q, pools.Length - 1), pools.Sum(p => p.Pool.Q));
    }
}

/// <summary>The pool of one level, with a normal test.</summary>
public sealed record SubgroupPool(string Level, RandomEffects Pool);
