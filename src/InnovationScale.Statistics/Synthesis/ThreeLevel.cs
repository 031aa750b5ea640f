using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>
/// Effects within inner units (schools) within outer units (districts): y ~ N(mu, v) with a variance between the outer units and one
/// between the inner units of an outer one (Konstantopoulos 2011), by REML over both at 0 or above.
/// </summary>
/// <remarks>
/// Given both variances an inner unit is worth its weighted mean, and an outer unit the weighted mean of its inner ones, so the likelihood
/// takes O(k) time and memory: no covariance matrix is formed. For each inner variance the outer one is the global REML of a two-level model.
/// </remarks>
public sealed record ThreeLevel
{
    public required int K { get; init; }

    public required int OuterUnits { get; init; }

    public required int InnerUnits { get; init; }

    public ImmutableArray<int> LeftOut { get; init; } = [];

    /// <summary>Variance between outer units.</summary>
    public required double Sigma2Outer { get; init; }

    /// <summary>Variance between inner units within an outer one.</summary>
    public required double Sigma2Inner { get; init; }

    public required double Estimate { get; init; }

    public required double StandardError { get; init; }

    public required double Statistic { get; init; }

    /// <summary>Two-sided, normal.</summary>
    public required double PValue { get; init; }

    public required Interval Interval { get; init; }

    /// <summary>Restricted log-likelihood.</summary>
    public required double LogLikelihood { get; init; }

    public required double Q { get; init; }

    public required int QDegreesOfFreedom { get; init; }

    /// <summary>Percent of the variation between outer units.</summary>
    public required double I2Outer { get; init; }

    /// <summary>Percent of the variation between inner units within outer ones.</summary>
    public required double I2Inner { get; init; }

    public double I2Total => I2Outer + I2Inner;

    /// <summary>Correlation of the true effects within an outer unit; null where neither variance is above 0.</summary>
    public double? RhoWithin => Sigma2Outer + Sigma2Inner > 0 ? Sigma2Outer / (Sigma2Outer + Sigma2Inner) : null;

    /// <summary>Fits the model.</summary>
    /// <param name="outer">The outer unit of each row.</param>
    /// <param name="inner">The inner unit of each row, told apart within its outer unit.</param>
    public static ThreeLevel Fit<TOuter, TInner>(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v, ReadOnlySpan<TOuter> outer, ReadOnlySpan<TInner> inner, double level = 0.95)
        where TOuter : notnull
        where TInner : notnull
    {
        Require.Level(level);
        Require.That(outer.Length == y.Length && inner.Length == y.Length, "lengths-differ", "Every effect needs its outer and its inner unit.");
        var studies = Studies.AtLeast(2, "A three-level model", y, v);
        var rows = new InterceptOnly(studies.Y, studies.V);
        var nest = Nest.From(rows, studies.Rows, outer, inner);
        Require.That(nest.OuterUnits > 1, "one-outer-unit", "A variance between outer units needs at least 2 of them.");
        Require.That(nest.InnerUnits > nest.OuterUnits, "units-not-told-apart",
            "Every outer unit holds one inner unit: the two variances cannot be told apart. Fit a random-effects model.");

        var inside = nest.BestInner(rows.VMin, rows.VMax, rows.SumOfSquares() / (rows.K - 1));
        var at = nest.At(inside);
        var typical = (rows.K - 1) / rows.At(0).TraceP;
        var total = at.Outer + inside + typical;
        double estimate = rows.Centre + at.Mean, se = Math.Sqrt(1 / at.Information);
        return new ThreeLevel
        {
            K = rows.K,
            OuterUnits = nest.OuterUnits,
            InnerUnits = nest.InnerUnits,
            LeftOut = studies.LeftOut,
            Sigma2Outer = at.Outer,
            Sigma2Inner = inside,
            Estimate = estimate,
            StandardError = se,
            Statistic = estimate / se,
            PValue = 2 * Normal.Survival(Math.Abs(estimate / se)),
            Interval = Interval.Normal(estimate, se, level),
            LogLikelihood = -0.5 * ((rows.K - 1) * Math.Log(2 * Math.PI) - Math.Log(rows.K) + at.MinusTwoLogLikelihood),
            Q = rows.At(0).Rss,
            QDegreesOfFreedom = rows.K - 1,
            I2Outer = 100 * at.Outer / total,
            I2Inner = 100 * inside / total,
        };
    }
}

/// <summary>Inner units, sorted by their outer unit, each with the sufficient statistics of its rows.</summary>
internal sealed class Nest
{
    private const int IterationsMax = 200;

    private readonly int[] starts;
    private readonly double[] weight;
    private readonly double[] mean;
    private readonly double constant;

    private Nest(int[] starts, double[] weight, double[] mean, double constant) =>
        (this.starts, this.weight, this.mean, this.constant) = (starts, weight, mean, constant);

    public int OuterUnits => starts.Length - 1;

    public int InnerUnits => weight.Length;

    public static Nest From<TOuter, TInner>(InterceptOnly rows, int[] original, ReadOnlySpan<TOuter> outer, ReadOnlySpan<TInner> inner)
        where TOuter : notnull
        where TInner : notnull
    {
        var units = new Dictionary<TOuter, Dictionary<TInner, List<int>>>();
        for (var i = 0; i < original.Length; i++)
        {
            if (!units.TryGetValue(outer[original[i]], out var within)) units.Add(outer[original[i]], within = []);
            if (!within.TryGetValue(inner[original[i]], out var members)) within.Add(inner[original[i]], members = []);
            members.Add(i);
        }

        var begins = new List<int> { 0 };
        List<double> weights = [], means = [];
        double rest = 0;
        foreach (var within in units.Values)
        {
            foreach (var members in within.Values)
            {
                double a = 0, b = 0, spread = 0, logs = 0;
                foreach (var i in members)
                {
                    a += 1 / rows.V[i];
                    b += rows.Y[i] / rows.V[i];
                    logs += Math.Log(rows.V[i]);
                }

                foreach (var i in members) spread += (rows.Y[i] - b / a) * (rows.Y[i] - b / a) / rows.V[i];
                weights.Add(a);
                means.Add(b / a);

                // ln|V| of the rows of one inner unit is sum ln v + ln a + ln(1/a + s): the last term comes with the variance s.
                rest += spread + logs + Math.Log(a);
            }

            begins.Add(weights.Count);
        }

        return new([.. begins], [.. weights], [.. means], rest);
    }

    /// <summary>Everything at one inner variance, with the outer variance at its best.</summary>
    public Profile At(double inner)
    {
        int j = OuterUnits;
        double[] y = new double[j], v = new double[j];
        var deviance = constant;
        for (var u = 0; u < j; u++)
        {
            double a = 0, b = 0;
            for (var g = starts[u]; g < starts[u + 1]; g++)
            {
                var alpha = 1 / (1 / weight[g] + inner);
                a += alpha;
                b += alpha * mean[g];
                deviance -= Math.Log(alpha);
            }

            (y[u], v[u]) = (b / a, 1 / a);
            for (var g = starts[u]; g < starts[u + 1]; g++) deviance += (mean[g] - y[u]) * (mean[g] - y[u]) / (1 / weight[g] + inner);
            deviance += Math.Log(a);
        }

        var model = new InterceptOnly(y, v);
        var outer = LikelihoodMaximum.Of(model, restricted: true);
        var at = model.At(outer);

        // The score in the inner variance; by the envelope theorem that of the profile. P 1_g sums to the terms in front of each line.
        double score = 0;
        for (var u = 0; u < j; u++)
        {
            var omega = 1 / (v[u] + outer);
            for (var g = starts[u]; g < starts[u + 1]; g++)
            {
                var alpha = 1 / (1 / weight[g] + inner);
                var py = alpha * (mean[g] - y[u] + (model.Y[u] - at.Mean) * omega * v[u]);
                var share = alpha * omega * v[u];
                score += py * py - (alpha - alpha * alpha * outer * omega * v[u]) + share * share / at.SumW;
            }
        }

        return new(outer, model.Centre + at.Mean, at.SumW, deviance + model.MinusTwoLogLikelihood(outer, restricted: true), score);
    }

    /// <summary>The inner variance at the global maximum: every sign change of the profile's score is bracketed, polished and compared.</summary>
    public double BestInner(double vMin, double vMax, double meanSquare)
    {
        var grid = LikelihoodMaximum.Grid(vMin, vMax, 4 * meanSquare);
        var peaks = new List<(double At, double Deviance)>();
        var before = At(grid[0]);
        if (!(before.Score > 0)) peaks.Add((0, before.MinusTwoLogLikelihood));
        for (var i = 1; i < grid.Length; i++)
        {
            var here = At(grid[i]);
            if (before.Score > 0 && !(here.Score > 0))
            {
                var root = Root.Between(t => At(t).Score, grid[i - 1], before.Score, grid[i], here.Score);
                peaks.Add((root, At(root).MinusTwoLogLikelihood));
            }

            before = here;
        }

        return peaks.Count > 0 ? peaks.MinBy(p => p.Deviance).At : throw Require.NotConverged("The variance between inner units", IterationsMax);
    }
}

/// <summary>The restricted likelihood along the inner variance.</summary>
/// <param name="Mean">mu, less the centre of the rows.</param>
/// <param name="Information">1/se².</param>
/// <param name="Score">Derivative of twice the log-likelihood in the inner variance.</param>
internal readonly record struct Profile(double Outer, double Mean, double Information, double MinusTwoLogLikelihood, double Score);
