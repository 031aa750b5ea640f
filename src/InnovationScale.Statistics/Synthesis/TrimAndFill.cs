using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>How the number of missing studies is estimated (Duval and Tweedie 2000).</summary>
public enum TrimEstimator
{
    L0,
    R0,
}

/// <summary>
/// Trim and fill (Duval and Tweedie 2000): the studies that a symmetric funnel lacks, and the pool with them. A sensitivity analysis, not a correction.
/// </summary>
/// <param name="FillsRight">The side on which studies are missing.</param>
/// <param name="Missing">k0.</param>
/// <param name="PValue">Of no missing study; for R0 only.</param>
/// <param name="FilledEffects">In the unit of the effects.</param>
/// <param name="Refit">Observed and filled studies together, normal test.</param>
public sealed record TrimAndFill(
    bool FillsRight, int Missing, double StandardError, double? PValue, ImmutableArray<double> FilledEffects, ImmutableArray<double> FilledVariances, RandomEffects Refit)
{
    private const int IterationsMax = 100;

    /// <summary>Needs 3 studies.</summary>
    public static TrimAndFill Of(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v,
        HeterogeneityEstimator method = HeterogeneityEstimator.Reml, TrimEstimator estimator = TrimEstimator.L0, double level = 0.95)
    {
        var studies = Studies.AtLeast(3, "Trim and fill", y, v);
        var k = studies.Y.Length;
        var slope = SmallStudyEffects.OnStandardError(studies);
        var (tau2, _) = BetweenStudyVariance.Estimate(slope, method);
        var right = slope.Coefficients(tau2, SmallStudyEffects.Columns).B[1] < 0;
        var sign = right ? -1 : 1;
        var order = Enumerable.Range(0, k).OrderBy(i => sign * studies.Y[i]).ToArray();
        double[] sorted = Array.ConvertAll(order, i => sign * studies.Y[i]), variances = Array.ConvertAll(order, i => studies.V[i]);

        int missing = 0, iterations = 0;
        double mean, standardError;
        while (true)
        {
            if (++iterations > IterationsMax) throw Require.NotConverged("Trim and fill", IterationsMax);
            if (missing >= k) throw new NotComputableException(new TooFewStudies("Trim and fill", k - missing, 1));
            var model = new InterceptOnly(sorted[..(k - missing)], variances[..(k - missing)]);
            mean = model.Centre + model.At(BetweenStudyVariance.Estimate(model, method).Tau2).Mean;
            (var next, standardError) = Count(sorted, mean, estimator);
            if (next == missing) break;
            missing = next;
        }

        double[] filled = [.. sorted[(k - missing)..].Select(e => sign * (2 * mean - e))], filledVariances = variances[(k - missing)..];
        return new(right, missing, standardError, estimator is TrimEstimator.R0 ? Math.Pow(2, -(missing + 1)) : null, [.. filled], [.. filledVariances],
            RandomEffects.Fit([.. studies.Y, .. filled], [.. studies.V, .. filledVariances], method, CoefficientTest.Normal, level));
    }

    private static (int Missing, double StandardError) Count(double[] sorted, double mean, TrimEstimator estimator)
    {
        double k = sorted.Length, positive = 0, deepest = 0;
        var rank = 0;
        foreach (var i in Enumerable.Range(0, sorted.Length).OrderBy(i => Math.Abs(sorted[i] - mean)))
        {
            rank++;
            if (sorted[i] > mean) positive += rank;
            else if (sorted[i] < mean) deepest = rank;
        }

        if (estimator is TrimEstimator.R0)
        {
            var r0 = k - deepest - 1;
            return (Whole(r0), Math.Sqrt(2 * Math.Max(0, r0) + 2));
        }

        var l0 = (4 * positive - k * (k + 1)) / (2 * k - 1);
        var variance = (k * (k + 1) * (2 * k + 1) + 10 * l0 * l0 * l0 + 27 * l0 * l0 + 17 * l0 - 18 * k * l0 * l0 - 18 * k * l0 + 6 * k * k * l0) / 24;
        return (Whole(l0), 4 * Math.Sqrt(Math.Max(0, variance)) / (2 * k - 1));
    }

    private static int Whole(double count) => (int)Math.Max(0, Math.Round(count, MidpointRounding.ToEven));
}
