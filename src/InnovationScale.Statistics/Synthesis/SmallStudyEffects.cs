namespace InnovationScale.Statistics;

/// <summary>Do small studies show larger effects? Egger's regression in its two forms, Begg's rank correlation and Rosenthal's fail-safe number.</summary>
public static class SmallStudyEffects
{
    /// <summary>Egger's test as weighted least squares of y on its standard error, residual scale estimated (Egger 1997); needs 3 studies.</summary>
    public static EggerTest Egger(ReadOnlySpan<double> y, ReadOnlySpan<double> v, double level = 0.95)
    {
        Require.Level(level);
        var studies = Studies.AtLeast(3, "Egger's test", y, v);
        var model = OnStandardError(studies);
        var (b, covariance) = model.Coefficients(0, Columns);
        var df = model.Df;
        var scale = model.At(0).Rss / df;
        double slopeError = Math.Sqrt(scale * covariance[3]), limitError = Math.Sqrt(scale * covariance[0]);
        Require.That(slopeError > 0, "no-variation", "Every effect lies on the regression: Egger's test has no residual to stand on.");
        var t = b[1] / slopeError;
        return new(b[1], slopeError, t, df, 2 * StudentT.Survival(Math.Abs(t), df), b[0], limitError, Interval.StudentT(b[0], limitError, df, level), Math.Sqrt(scale));
    }

    /// <summary>Egger's test as a meta-regression on the standard error, normal tests; the intercept is the limit of an infinitely precise study.</summary>
    public static MetaRegression EggerMixed(ReadOnlySpan<double> y, ReadOnlySpan<double> v, HeterogeneityEstimator method = HeterogeneityEstimator.Reml, double level = 0.95)
    {
        Require.Level(level);
        var studies = Studies.AtLeast(3, "Egger's test", y, v);
        var model = OnStandardError(studies);
        var (tau2, standardError) = BetweenStudyVariance.Estimate(model, method);
        return MetaRegression.Of(model, Columns, method, CoefficientTest.Normal, level, tau2, standardError, studies.LeftOut);
    }

    /// <summary>
    /// Begg's test: Kendall's tau-b of the standardised deviations from the equal-effects mean with the variances. Exact below 50 studies
    /// without ties, else normal with the correction for ties and none for continuity; needs 3 studies.
    /// </summary>
    public static RankTest Begg(ReadOnlySpan<double> y, ReadOnlySpan<double> v)
    {
        var studies = Studies.AtLeast(3, "Begg's test", y, v);
        var model = new InterceptOnly(studies.Y, studies.V);
        var at = model.At(0);
        var deviations = new double[model.K];
        for (var i = 0; i < model.K; i++)
        {
            // v - 1/sum w = v (sum of the other weights)/sum w; where one study dwarfs the rest, the others are summed anew so that nothing cancels.
            var others = at.SumW - 1 / studies.V[i];
            if (others < at.SumW / 2) others = model.AtWithout(i, 0).SumW;
            deviations[i] = (model.Y[i] - at.Mean) / Math.Sqrt(studies.V[i] * others / at.SumW);
        }

        return RankTest.Kendall(deviations, studies.V);
    }

    /// <summary>How many studies of no effect would take the combined one-sided significance below 5 % (Rosenthal 1979).</summary>
    public static FailSafe Rosenthal(ReadOnlySpan<double> y, ReadOnlySpan<double> v)
    {
        var studies = Studies.From(y, v);
        double sum = 0;
        for (var i = 0; i < studies.Y.Length; i++) sum += studies.Y[i] / Math.Sqrt(studies.V[i]);
        var k = studies.Y.Length;
        var z = Math.Abs(sum) / Math.Sqrt(k);
        var ratio = z / -Normal.Quantile(0.05);
        return new(Math.Ceiling(Math.Max(0, k * ratio * ratio - k)), Normal.Survival(z));
    }

    internal static readonly string[] Columns = ["intrcpt", "sei"];

    internal static WithModerators OnStandardError(Studies studies)
    {
        Require.That(studies.V.AsSpan().ContainsAnyExcept(studies.V[0]), "no-variation", "A regression on the standard error needs studies whose standard errors differ.");
        var design = new double[2 * studies.Y.Length];
        for (var i = 0; i < studies.Y.Length; i++) (design[2 * i], design[2 * i + 1]) = (1, Math.Sqrt(studies.V[i]));
        return new(studies.Y, studies.V, design, 2, Columns);
    }
}

/// <summary>Egger's regression: the slope on the standard error, and the limit estimate at a standard error of 0.</summary>
public sealed record EggerTest(
    double Slope, double SlopeStandardError, double T, int DegreesOfFreedom, double PValue,
    double Limit, double LimitStandardError, Interval LimitInterval, double ResidualDeviation);

/// <summary>Kendall's tau-b and its two-sided p-value.</summary>
/// <param name="IsExact">From the permutation distribution rather than the normal one.</param>
public sealed record RankTest(double Tau, double PValue, bool IsExact)
{
    private const int ExactBelow = 50;

    internal static RankTest Kendall(double[] x, double[] y)
    {
        var n = x.Length;
        var (s, discordant) = Pairs(x, y);

        double pairs = (double)n * (n - 1) / 2;
        double[] tiesX = Ties(x), tiesY = Ties(y);
        double tiedX = tiesX.Sum(t => t * (t - 1) / 2), tiedY = tiesY.Sum(t => t * (t - 1) / 2);
        Require.That(tiedX < pairs && tiedY < pairs, "no-variation", "A rank correlation needs effects and variances that differ.");
        var tau = s / (Math.Sqrt(pairs - tiedX) * Math.Sqrt(pairs - tiedY));
        if (tiesX.Length == 0 && tiesY.Length == 0 && n < ExactBelow) return new(tau, Exact(n, discordant), true);

        double m = n;
        double v0 = m * (m - 1) * (2 * m + 5), vx = tiesX.Sum(t => t * (t - 1) * (2 * t + 5)), vy = tiesY.Sum(t => t * (t - 1) * (2 * t + 5));
        double v1 = 2 * tiedX * tiedY * 2 / (2 * m * (m - 1));
        var v2 = tiesX.Sum(t => t * (t - 1) * (t - 2)) * tiesY.Sum(t => t * (t - 1) * (t - 2)) / (9 * m * (m - 1) * (m - 2));
        var z = s / Math.Sqrt((v0 - vx - vy) / 18 + v1 + v2);
        return new(tau, 2 * Normal.Survival(Math.Abs(z)), false);
    }

    /// <summary>Twice the smaller tail of the number of inversions of a random permutation.</summary>
    private static double Exact(int n, long discordant)
    {
        var most = n * (n - 1) / 2;
        var share = new double[most + 1];
        share[0] = 1;
        for (var i = 2; i <= n; i++)
        {
            var next = new double[most + 1];
            for (var c = 0; c <= i * (i - 1) / 2; c++)
                for (var d = 0; d < i && d <= c; d++) next[c] += share[c - d] / i;
            share = next;
        }

        // The distribution is symmetric, so both tails are sums of the small terms.
        var few = Math.Min(discordant, most - discordant);
        double tail = 0;
        for (var c = 0; c <= few; c++) tail += share[c];
        return Math.Min(1, 2 * tail);
    }

    /// <summary>
    /// Concordant less discordant pairs, and the discordant, in O(n log n): sorted by x, the discordant pairs are the exchanges that a merge
    /// sort by y makes (Knight 1966).
    /// </summary>
    private static (long Score, long Discordant) Pairs(double[] x, double[] y)
    {
        long n = x.Length;
        var order = Enumerable.Range(0, x.Length).OrderBy(i => x[i]).ThenBy(i => y[i]).ToArray();
        double[] sorted = [.. order.Select(i => y[i])];
        var tiedBoth = order.GroupBy(i => (x[i], y[i])).Sum(g => Two(g.Count()));
        long tiedX = x.GroupBy(value => value).Sum(g => Two(g.Count())), tiedY = y.GroupBy(value => value).Sum(g => Two(g.Count()));
        var discordant = Exchanges(sorted, new double[sorted.Length]);
        return (n * (n - 1) / 2 - tiedX - tiedY + tiedBoth - 2 * discordant, discordant);

        static long Two(long count) => count * (count - 1) / 2;
    }

    private static long Exchanges(Span<double> values, Span<double> space)
    {
        if (values.Length < 2) return 0;
        var half = values.Length / 2;
        var exchanges = Exchanges(values[..half], space) + Exchanges(values[half..], space);
        for (int i = 0, j = half, at = 0; at < values.Length; at++)
        {
            if (j == values.Length || (i < half && values[i] <= values[j])) space[at] = values[i++];
            else
            {
                exchanges += half - i;
                space[at] = values[j++];
            }
        }

        space[..values.Length].CopyTo(values);
        return exchanges;
    }

    private static double[] Ties(double[] values) => [.. values.GroupBy(v => v).Select(g => (double)g.Count()).Where(c => c > 1)];
}

/// <param name="Studies">n, 0 where the combined test is not significant.</param>
/// <param name="PValue">One-sided, of the combined test (Stouffer).</param>
public sealed record FailSafe(double Studies, double PValue);
