namespace InnovationScale.Statistics;

/// <summary>Size, mean and standard deviation (divisor n - 1) of one group's outcome.</summary>
/// <param name="N">How many were measured, at least 2.</param>
/// <param name="Mean">In the outcome's unit.</param>
/// <param name="Sd">In the outcome's unit, above 0.</param>
public readonly record struct GroupSummary(long N, double Mean, double Sd)
{
    public double Variance => Sd * Sd;

    public static GroupSummary Of(Moments moments)
    {
        Require.That(moments.N >= 2, "group-too-small", "A group needs at least 2 values.");
        return new(moments.N, moments.Mean, Math.Sqrt(moments.M2 / (moments.N - 1)));
    }

    internal GroupSummary Checked()
    {
        Require.That(N >= 2, "group-too-small", "A group needs at least 2 values.");
        Require.Finite(Mean, "mean", "A group's mean");
        Require.Positive(Sd, "standard-deviation", "A group's standard deviation");
        return this;
    }
}

/// <summary>Which sampling variance goes with Hedges' g.</summary>
public enum SmdVariance
{
    /// <summary>1/n1 + 1/n2 + g²/(2N) (Hedges 1982; Hedges and Olkin 1985).</summary>
    LargeSample,

    /// <summary>J² (1/n1 + 1/n2 + d²/(2N)) (Borenstein et al. 2009).</summary>
    LargeSampleCorrected,

    /// <summary>Unbiased (Hedges 1983); needs m above 2.</summary>
    Unbiased,

    /// <summary>Under no effect; needs m above 2.</summary>
    NullHypothesis,
}

/// <summary>
/// Two independent groups on one continuous outcome and everything that their sizes, means and standard deviations tell: standardised and raw
/// differences with variances, and the t tests. Group 1 is treated, group 2 the comparison; positive means the treated scored higher.
/// </summary>
public sealed record TwoGroups
{
    public TwoGroups(GroupSummary treated, GroupSummary comparison)
    {
        Treated = treated.Checked();
        Comparison = comparison.Checked();
    }

    public TwoGroups(Moments treated, Moments comparison) : this(GroupSummary.Of(treated), GroupSummary.Of(comparison))
    {
    }

    public GroupSummary Treated { get; }

    public GroupSummary Comparison { get; }

    public long N => Treated.N + Comparison.N;

    /// <summary>m = N - 2.</summary>
    public long DegreesOfFreedom => N - 2;

    public double PooledVariance =>
        ((Treated.N - 1) * Treated.Variance + (Comparison.N - 1) * Comparison.Variance) / DegreesOfFreedom;

    public double PooledSd => Math.Sqrt(PooledVariance);

    /// <summary>1/n1 + 1/n2.</summary>
    public double SizeTerm => 1.0 / Treated.N + 1.0 / Comparison.N;

    /// <summary>(m1 - m2) / pooled SD, uncorrected.</summary>
    public double CohenD => (Treated.Mean - Comparison.Mean) / PooledSd;

    /// <summary>Cohen's d with its uncorrected large-sample variance.</summary>
    public EffectEstimate UncorrectedD => new(CohenD, SizeTerm + CohenD * CohenD / (2.0 * N));

    public HedgesG HedgesG(CorrectionForm form = CorrectionForm.Exact) => Statistics.HedgesG.FromD(CohenD, Treated.N, Comparison.N, form);

    /// <summary>Glass' delta, corrected: the comparison group's standard deviation alone is the unit; needs 3 or more compared.</summary>
    /// <param name="heteroscedastic">Allow the two groups' variances to differ in the sampling variance.</param>
    public EffectEstimate GlassDelta(bool heteroscedastic = false)
    {
        var delta = HedgesCorrection.Exact(Comparison.N - 1) * (Treated.Mean - Comparison.Mean) / Comparison.Sd;
        var df = Comparison.N - 1.0;
        return new(delta, heteroscedastic
            ? Treated.Variance / Comparison.Variance / (Treated.N - 1) + 1 / df + delta * delta / (2 * df)
            : SizeTerm + delta * delta / (2.0 * Comparison.N));
    }

    /// <summary>Standardised by the square root of the mean of the two variances, which need not be equal (Bonett 2008).</summary>
    public EffectEstimate DifferenceWithUnequalSds
    {
        get
        {
            double v1 = Treated.Variance, v2 = Comparison.Variance, s2 = (v1 + v2) / 2;
            double df1 = Treated.N - 1, df2 = Comparison.N - 1;
            var y = HedgesCorrection.Exact(DegreesOfFreedom) * (Treated.Mean - Comparison.Mean) / Math.Sqrt(s2);
            return new(y, y * y * (v1 * v1 / df1 + v2 * v2 / df2) / (8 * s2 * s2) + (v1 / df1 + v2 / df2) / s2);
        }
    }

    /// <summary>m1 - m2 in the outcome's unit, variances not pooled.</summary>
    public EffectEstimate MeanDifference => new(Treated.Mean - Comparison.Mean, Treated.Variance / Treated.N + Comparison.Variance / Comparison.N);

    /// <summary>m1 - m2 in the outcome's unit, variances pooled.</summary>
    public EffectEstimate MeanDifferencePooled => new(Treated.Mean - Comparison.Mean, PooledVariance * SizeTerm);

    /// <summary>ln(m1/m2); needs both means above 0, so a ratio scale.</summary>
    public EffectEstimate LogResponseRatio
    {
        get
        {
            Require.That(Treated.Mean > 0 && Comparison.Mean > 0, "mean-not-positive", "A response ratio needs both means above 0.");
            return new(
                Math.Log(Treated.Mean / Comparison.Mean),
                Treated.Variance / (Treated.N * Treated.Mean * Treated.Mean)
                    + Comparison.Variance / (Comparison.N * Comparison.Mean * Comparison.Mean));
        }
    }

    /// <summary>Student's t test, variances pooled.</summary>
    public SignificanceTest StudentTest => SignificanceTest.T(CohenD / Math.Sqrt(SizeTerm), DegreesOfFreedom);

    /// <summary>Welch's t test, with Satterthwaite's degrees of freedom.</summary>
    public SignificanceTest WelchTest
    {
        get
        {
            double v1 = Treated.Variance / Treated.N, v2 = Comparison.Variance / Comparison.N;
            var df = (v1 + v2) * (v1 + v2) / (v1 * v1 / (Treated.N - 1) + v2 * v2 / (Comparison.N - 1));
            return SignificanceTest.T((Treated.Mean - Comparison.Mean) / Math.Sqrt(v1 + v2), df);
        }
    }
}

/// <summary>
/// Hedges' g: a mean difference in pooled standard deviations, corrected for small samples (Hedges 1981). Carries its parts, so that a reader
/// can recompute it, and names the form of its correction.
/// </summary>
/// <param name="Value">g, in standard deviations.</param>
/// <param name="CohenD">The uncorrected difference.</param>
/// <param name="N1">Treated.</param>
/// <param name="N2">Comparison.</param>
/// <param name="Correction">The factor J between the two.</param>
/// <param name="Form">Exact, unless the approximation was asked for.</param>
public sealed record HedgesG(double Value, double CohenD, long N1, long N2, double Correction, CorrectionForm Form)
{
    public static HedgesG Between(Moments treated, Moments comparison, CorrectionForm form = CorrectionForm.Exact) =>
        new TwoGroups(treated, comparison).HedgesG(form);

    public static HedgesG Between(GroupSummary treated, GroupSummary comparison, CorrectionForm form = CorrectionForm.Exact) =>
        new TwoGroups(treated, comparison).HedgesG(form);

    /// <summary>From an uncorrected difference in pooled standard deviations.</summary>
    public static HedgesG FromD(double d, long n1, long n2, CorrectionForm form = CorrectionForm.Exact)
    {
        Require.Finite(d, "effect-size", "The standardised difference");
        Require.That(n1 >= 1 && n2 >= 1 && n1 + n2 > 3, "group-too-small", "The correction needs more than 3 people in two groups.");
        var j = HedgesCorrection.Of(n1 + n2 - 2, form);
        return new(j * d, d, n1, n2, j, form);
    }

    /// <summary>m = N - 2.</summary>
    public long DegreesOfFreedom => N1 + N2 - 2;

    /// <summary>The large-sample variance, the engine's default.</summary>
    public double Variance => VarianceBy(SmdVariance.LargeSample);

    public double StandardError => Math.Sqrt(Variance);

    public EffectEstimate Estimate => new(Value, Variance);

    /// <summary>The sampling variance in the form asked for.</summary>
    public double VarianceBy(SmdVariance form)
    {
        double a = 1.0 / N1 + 1.0 / N2, m = DegreesOfFreedom, n = N1 + N2;
        if (form is SmdVariance.Unbiased or SmdVariance.NullHypothesis)
            Require.Above(m, 2, "degrees-of-freedom", "Degrees of freedom of this variance");
        return form switch
        {
            SmdVariance.LargeSample => a + Value * Value / (2 * n),
            SmdVariance.LargeSampleCorrected => Correction * Correction * (a + CohenD * CohenD / (2 * n)),
            SmdVariance.Unbiased => a + UnbiasedShare(m) * Value * Value,
            _ => Correction * Correction * a * m / (m - 2),
        };
    }

    /// <summary>The large-sample interval g -+ z se.</summary>
    public Interval Interval(double level = 0.95) => Statistics.Interval.Normal(Value, StandardError, level);

    /// <summary>The exact interval of the population difference by inverting the noncentral t distribution, on the scale of d.</summary>
    public Interval ExactInterval(double level = 0.95)
    {
        Require.Level(level);
        var root = Math.Sqrt(1.0 / N1 + 1.0 / N2);
        var t = CohenD / root;
        return new(
            root * NoncentralT.Noncentrality(t, DegreesOfFreedom, 0.5 + level / 2),
            root * NoncentralT.Noncentrality(t, DegreesOfFreedom, 0.5 - level / 2),
            level);
    }

    public EffectSizeReadings Readings => new(Value);

    /// <summary>1 - (m-2)/(m J²), formed from logarithms because its two parts agree in more digits the larger m is.</summary>
    private double UnbiasedShare(double m)
    {
        var logJ = Form is CorrectionForm.Exact ? HedgesCorrection.LogExact(m) : Math.Log(Correction);
        return -Precise.ExpM1(Precise.LogP1(-2 / m) - 2 * logJ);
    }
}

/// <summary>What a standardised difference says in other words, if both groups are normal with equal spread.</summary>
/// <param name="Effect">g, in standard deviations.</param>
public readonly record struct EffectSizeReadings(double Effect)
{
    /// <summary>Cohen's U3: the share of the comparison group below the treated group's mean.</summary>
    public double U3 => Normal.Cdf(Effect);

    /// <summary>What Works Clearinghouse improvement index: percentile points that the average comparison pupil would rise.</summary>
    public double ImprovementIndex => 100 * (Normal.Cdf(Effect) - 0.5);

    /// <summary>The chance that somebody treated scores above somebody compared.</summary>
    public double CommonLanguage => Normal.Cdf(Effect / Math.Sqrt(2));

    /// <summary>The share that two equal normal distributions so far apart have in common.</summary>
    public double Overlap => 2 * Normal.Cdf(-Math.Abs(Effect) / 2);
}
