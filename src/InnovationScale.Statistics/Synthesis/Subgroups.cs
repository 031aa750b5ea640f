using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>Pools by a moderator's levels, each with its own tau², and the test that their means are equal.</summary>
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
        var levels = SubgroupRows.Of(y, v, level);
        ImmutableArray<SubgroupPool> pools = [.. levels.Names.Select((name, g) => new SubgroupPool(name, levels.Pool(of => of == g, method)))];
        var means = new InterceptOnly(
            [.. pools.Select(p => p.Pool.Estimate)], [.. pools.Select(p => p.Pool.StandardError * p.Pool.StandardError)]);
        var q = means.At(0).Rss;
        return new(pools, q, pools.Length - 1, ChiSquared.Survival(q, pools.Length - 1), pools.Sum(p => p.Pool.Q));
    }

    /// <summary>
    /// One tau² in common: the meta-regression on indicator columns. The first level is the intercept, the columns of the others are called
    /// <c>is_</c> and their level.
    /// </summary>
    public static MetaRegression FitCommon(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v, ReadOnlySpan<string?> level,
        HeterogeneityEstimator method = HeterogeneityEstimator.Reml, CoefficientTest test = CoefficientTest.KnappHartung)
    {
        var levels = SubgroupRows.Of(y, v, level);
        int k = levels.Y.Length, p = levels.Names.Length;
        if (k <= p) throw new NotComputableException(new TooFewStudies($"A common tau² of {p} levels", k, p + 1));
        var design = new double[k * p];
        for (var i = 0; i < k; i++) (design[i * p], design[i * p + levels.Group[i]]) = (1, 1);
        return MetaRegression.Fit(levels.Y, levels.V, design, ["intrcpt", .. levels.Names.Skip(1).Select(name => "is_" + name)], method, test);
    }

    /// <summary>Leaves each level out in turn: do the others predict it?</summary>
    public static ImmutableArray<ContextLeftOut> LeaveOneOut(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v, ReadOnlySpan<string?> level, HeterogeneityEstimator method = HeterogeneityEstimator.Reml)
    {
        var levels = SubgroupRows.Of(y, v, level);
        return [.. levels.Names.Select((name, g) => ContextLeftOut.Of(name, levels.Pool(of => of != g, method), levels.Pool(of => of == g, method)))];
    }
}

/// <summary>The pool of one level, with a normal test.</summary>
public sealed record SubgroupPool(string Level, RandomEffects Pool);

/// <summary>A context against what the others predict for it.</summary>
/// <param name="Others">The pool without it.</param>
/// <param name="Own">Its own pool.</param>
/// <param name="Z">(own - others)/sqrt(tau² of the others + both se²).</param>
/// <param name="PValue">Two-sided.</param>
/// <param name="IsInside">Within the others' 95 % prediction interval for a pool as precise as its own.</param>
public sealed record ContextLeftOut(string Context, RandomEffects Others, RandomEffects Own, double Z, double PValue, bool IsInside)
{
    internal static ContextLeftOut Of(string context, RandomEffects others, RandomEffects own)
    {
        var z = (own.Estimate - others.Estimate)
            / Math.Sqrt(others.Tau2 + others.StandardError * others.StandardError + own.StandardError * own.StandardError);
        return new(context, others, own, z, 2 * Normal.Survival(Math.Abs(z)), Math.Abs(z) <= Normal.TwoSided(0.95));
    }
}

/// <summary>The usable rows that have a level, and which.</summary>
internal readonly record struct SubgroupRows(double[] Y, double[] V, int[] Group, ImmutableArray<string> Names)
{
    public static SubgroupRows Of(ReadOnlySpan<double> y, ReadOnlySpan<double> v, ReadOnlySpan<string?> level)
    {
        Require.That(level.Length == y.Length, "lengths-differ", "Every effect needs a level, or null where it has none.");
        var studies = Studies.From(y, v);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var rows = new List<int>();
        for (var i = 0; i < studies.Y.Length; i++)
        {
            if (level[studies.Rows[i]] is not { } name) continue;
            names.Add(name);
            rows.Add(i);
        }

        Require.That(names.Count > 1, "one-level", "A comparison of subgroups needs at least 2 levels.");
        var number = names.Select((name, g) => (name, g)).ToDictionary(n => n.name, n => n.g, StringComparer.Ordinal);
        var groups = new int[rows.Count];
        for (var i = 0; i < groups.Length; i++) groups[i] = number[level[studies.Rows[rows[i]]]!];
        return new([.. rows.Select(i => studies.Y[i])], [.. rows.Select(i => studies.V[i])], groups, [.. names]);
    }

    public RandomEffects Pool(Func<int, bool> group, HeterogeneityEstimator method)
    {
        List<double> y = [], v = [];
        for (var i = 0; i < Y.Length; i++)
        {
            if (!group(Group[i])) continue;
            y.Add(Y[i]);
            v.Add(V[i]);
        }

        return RandomEffects.Fit(y.ToArray(), v.ToArray(), method, CoefficientTest.Normal);
    }
}
