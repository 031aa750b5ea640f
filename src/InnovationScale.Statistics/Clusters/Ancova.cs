namespace InnovationScale.Statistics;

/// <summary>
/// Two groups compared on an outcome with a baseline held equal (analysis of covariance, one common slope), from the groups' moments and
/// cross-products alone.
/// </summary>
public sealed record Ancova
{
    /// <param name="treated">X the baseline, Y the outcome, of those treated who have both.</param>
    /// <param name="comparison">The same of the comparison group.</param>
    public Ancova(JointMoments treated, JointMoments comparison)
    {
        Require.That(treated.N >= 2 && comparison.N >= 2, "group-too-small", "A group needs at least 2 people with both scores.");
        Require.That(treated.N + comparison.N > 3, "degrees-of-freedom", "An adjusted comparison needs more than 3 people.");
        double xx = treated.M2X + comparison.M2X, yy = treated.M2Y + comparison.M2Y, xy = treated.CXY + comparison.CXY;
        Require.Positive(xx, "no-variation", "The baseline's variation within groups");
        Require.Positive(yy, "no-variation", "The outcome's variation within groups");

        N1 = treated.N;
        N2 = comparison.N;
        Slope = xy / xx;
        RSquared = Math.Min(1, xy / xx * xy / yy);
        var gap = treated.MeanX - comparison.MeanX;
        AdjustedDifference = treated.MeanY - comparison.MeanY - Slope * gap;
        PooledSd = Math.Sqrt(yy / (N1 + N2 - 2));
        ResidualVariance = yy * (1 - RSquared) / DegreesOfFreedom;
        StandardError = Math.Sqrt(ResidualVariance * (1.0 / N1 + 1.0 / N2 + gap * gap / xx));
    }

    public long N1 { get; }

    public long N2 { get; }

    /// <summary>Outcome points for a baseline point, within groups.</summary>
    public double Slope { get; }

    /// <summary>Squared correlation of baseline and outcome within groups.</summary>
    public double RSquared { get; }

    /// <summary>Treated minus comparison at the same baseline, in the outcome's unit.</summary>
    public double AdjustedDifference { get; }

    public double StandardError { get; }

    /// <summary>The residual variance, in the outcome's unit squared.</summary>
    public double ResidualVariance { get; }

    /// <summary>The unadjusted pooled standard deviation of the outcome, which is the unit of g: never the residual one.</summary>
    public double PooledSd { get; }

    /// <summary>N - 3: two means and a slope.</summary>
    public long DegreesOfFreedom => N1 + N2 - 3;

    public SignificanceTest Test => SignificanceTest.T(AdjustedDifference / StandardError, DegreesOfFreedom);

    /// <summary>The adjusted difference as Hedges' g (Hedges et al. 2023).</summary>
    public AdjustedG G => AdjustedG.FromDifference(AdjustedDifference, StandardError, PooledSd, N1, N2, covariates: 1);
}

/// <summary>A covariate-adjusted difference in unadjusted standard deviations (Hedges et al. 2023).</summary>
/// <param name="D">The difference over the unadjusted pooled standard deviation.</param>
/// <param name="G">D with the exact correction.</param>
/// <param name="Sampling">The part of its variance that is there without an effect, in standard deviations squared.</param>
/// <param name="DegreesOfFreedom">N - 2 - q.</param>
/// <param name="N">People in both groups.</param>
public sealed record AdjustedG(double D, double G, double Sampling, long DegreesOfFreedom, long N)
{
    /// <summary>Sampling variance of g.</summary>
    public double Variance => Sampling + G * G / (2.0 * DegreesOfFreedom);

    /// <summary>The same with 2N in place of twice the degrees of freedom (Borenstein et al. 2009).</summary>
    public double VarianceByPeople => Sampling + G * G / (2.0 * N);

    public double StandardError => Math.Sqrt(Variance);

    public EffectEstimate Estimate => new(G, Variance);

    /// <summary>From an adjusted difference b with its standard error.</summary>
    /// <param name="difference">b, in the outcome's unit.</param>
    /// <param name="standardError">Of b.</param>
    /// <param name="pooledSd">The raw pooled standard deviation of the outcome: neither the residual one nor that of gains.</param>
    /// <param name="covariates">q.</param>
    public static AdjustedG FromDifference(double difference, double standardError, double pooledSd, long n1, long n2, int covariates)
    {
        Require.Finite(difference, "difference", "The adjusted difference");
        Require.Positive(standardError, "standard-error", "The standard error");
        Require.Positive(pooledSd, "standard-deviation", "The pooled standard deviation");
        var df = DegreesOfFreedomFor(n1, n2, covariates);
        double d = difference / pooledSd, g = HedgesCorrection.Exact(df) * d, se = standardError / pooledSd;
        return new(d, g, se * se, df, n1 + n2);
    }

    /// <summary>From the t of an analysis of covariance whose covariates explain R² of the outcome.</summary>
    public static AdjustedG FromT(double t, double rSquared, long n1, long n2, int covariates)
    {
        Require.Finite(t, "statistic", "The t statistic");
        Require.Share(rSquared, "r-squared", "The variance explained by covariates");
        var df = DegreesOfFreedomFor(n1, n2, covariates);
        var sampling = (1 - rSquared) * (1.0 / n1 + 1.0 / n2);
        double d = t * Math.Sqrt(sampling), g = HedgesCorrection.Exact(df) * d;
        return new(d, g, sampling, df, n1 + n2);
    }

    private static long DegreesOfFreedomFor(long n1, long n2, int covariates)
    {
        Require.That(n1 >= 2 && n2 >= 2, "group-too-small", "A group needs at least 2 people.");
        Require.That(covariates >= 0, "covariates", "The number of covariates is 0 or more.");
        var df = n1 + n2 - 2 - covariates;
        Require.Above(df, 1, "degrees-of-freedom", "Degrees of freedom after covariates");
        return df;
    }
}
