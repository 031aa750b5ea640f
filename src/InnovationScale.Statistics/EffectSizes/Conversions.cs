namespace InnovationScale.Statistics;

/// <summary>
/// Effect sizes from reported test statistics, and from one metric to another. The unit of a standardised difference is always the raw
/// standard deviation of the outcome: never the residual one of an adjusted model, never that of gain scores.
/// </summary>
public static class Conversions
{
    /// <summary>d = t sqrt(1/n1 + 1/n2) of an unadjusted two-group t test.</summary>
    public static HedgesG FromT(double t, long n1, long n2) =>
        HedgesG.FromD(Require.Finite(t, "statistic", "The t statistic") * Math.Sqrt(SizeTerm(n1, n2)), n1, n2);

    /// <summary>From an F with 1 numerator degree of freedom, whose direction has to be said.</summary>
    /// <param name="sign">1 where the treated scored higher, -1 where lower.</param>
    public static HedgesG FromF(double f, int sign, long n1, long n2) =>
        FromT(Signed(sign) * Math.Sqrt(Require.NotNegative(f, "statistic", "An F statistic")), n1, n2);

    /// <summary>The t of a two-sided p-value, whose direction has to be said.</summary>
    public static double TFromP(double p, int sign, long n1, long n2)
    {
        Require.That(p is > 0 and <= 1, "p-value", "A p-value lies above 0 and at most at 1; a rounded 0 tells no effect.");
        SizeTerm(n1, n2);
        return Signed(sign) * -StudentT.Quantile(p / 2, n1 + n2 - 2);
    }

    /// <summary>From a two-sided p-value of a t test.</summary>
    public static HedgesG FromP(double p, int sign, long n1, long n2) => FromT(TFromP(p, sign, n1, n2), n1, n2);

    /// <summary>phi = sqrt(chi²/N) of a chi-squared with 1 degree of freedom.</summary>
    public static double PhiFromChiSquared(double chiSquared, long n)
    {
        Require.NotNegative(chiSquared, "statistic", "A chi-squared statistic");
        Require.That(n > chiSquared, "statistic", "A chi-squared with 1 degree of freedom is below the number of people.");
        return Math.Sqrt(chiSquared / n);
    }

    /// <summary>d = 2 sqrt(chi²/(N - chi²)), for groups of equal size.</summary>
    public static double DFromChiSquared(double chiSquared, long n)
    {
        PhiFromChiSquared(chiSquared, n);
        return 2 * Math.Sqrt(chiSquared / (n - chiSquared));
    }

    /// <summary>A log odds ratio in standard deviations of a logistic variable: times sqrt 3/pi.</summary>
    public static EffectEstimate LogisticD(EffectEstimate logOddsRatio) => logOddsRatio * (1 / TwoByTwo.Logistic);

    /// <summary>A log odds ratio over 1.65 (Cox).</summary>
    public static EffectEstimate CoxD(EffectEstimate logOddsRatio) => logOddsRatio * (1 / TwoByTwo.CoxDivisor);

    /// <summary>A standardised difference as a log odds ratio: times pi/sqrt 3.</summary>
    public static EffectEstimate LogOddsRatioLogistic(EffectEstimate d) => d * TwoByTwo.Logistic;

    /// <summary>A standardised difference as a log odds ratio: times 1.65 (Cox).</summary>
    public static EffectEstimate LogOddsRatioCox(EffectEstimate d) => d * TwoByTwo.CoxDivisor;

    /// <summary>The exact point-biserial correlation of a two-group difference: d / sqrt(d² + m/n1 + m/n2).</summary>
    public static double PointBiserial(double d, long n1, long n2)
    {
        double m = n1 + n2 - 2;
        Require.That(n1 >= 1 && n2 >= 1 && m > 0, "group-too-small", "A correlation with membership needs more than 2 people.");
        return d / Math.Sqrt(d * d + m / n1 + m / n2);
    }

    /// <summary>The usual formula d / sqrt(d² + N²/(n1 n2)), which takes N for N - 2.</summary>
    public static double PointBiserialBalanced(double d, long n1, long n2)
    {
        double n = n1 + n2;
        Require.That(n1 >= 1 && n2 >= 1, "group-too-small", "A correlation with membership needs two groups.");
        return d / Math.Sqrt(d * d + n / n1 * (n / n2));
    }

    /// <summary>A ratio reported with its interval, on the log scale.</summary>
    public static EffectEstimate LogRatio(Interval interval)
    {
        Require.Positive(interval.Lower, "interval", "The lower limit of a ratio");
        Require.That(interval.Upper > interval.Lower && double.IsFinite(interval.Upper), "interval", "The upper limit lies above the lower one.");
        double low = Math.Log(interval.Lower), high = Math.Log(interval.Upper);
        var se = (high - low) / (2 * Normal.TwoSided(Require.Level(interval.Level)));
        return new((low + high) / 2, se * se);
    }

    private static double SizeTerm(long n1, long n2)
    {
        Require.That(n1 >= 1 && n2 >= 1 && n1 + n2 > 2, "group-too-small", "A t test needs two groups and more than 2 people.");
        return 1.0 / n1 + 1.0 / n2;
    }

    private static int Signed(int sign)
    {
        Require.That(sign is 1 or -1, "sign", "The direction is 1 (the treated scored higher) or -1.");
        return sign;
    }
}
