namespace InnovationScale.Statistics;

/// <summary>One group measured before and after.</summary>
/// <param name="N">People with both scores, at least 2.</param>
/// <param name="PreMean">Mean before.</param>
/// <param name="PreSd">Standard deviation before.</param>
/// <param name="PostMean">Mean after.</param>
/// <param name="PostSd">Standard deviation after.</param>
/// <param name="Correlation">Of the two scores; it cannot be told from means and standard deviations alone.</param>
public sealed record PrePost(long N, double PreMean, double PreSd, double PostMean, double PostSd, double Correlation)
{
    public static PrePost Of(JointMoments moments)
    {
        Require.That(moments.N >= 2, "group-too-small", "A group needs at least 2 people with both scores.");
        Require.Positive(moments.M2X, "no-variation", "The variation before");
        Require.Positive(moments.M2Y, "no-variation", "The variation after");
        double df = moments.N - 1;
        return new(moments.N, moments.MeanX, Math.Sqrt(moments.M2X / df), moments.MeanY, Math.Sqrt(moments.M2Y / df),
            moments.CXY / Math.Sqrt(moments.M2X) / Math.Sqrt(moments.M2Y));
    }

    /// <summary>After minus before, in the measure's unit.</summary>
    public EffectEstimate MeanChange => new(Checked().PostMean - PreMean, ChangeVariance / N);

    /// <summary>The change in standard deviations of the change, corrected; not comparable with a difference between groups.</summary>
    public EffectEstimate StandardisedByChange
    {
        get
        {
            Checked();
            var variance = Require.Positive(ChangeVariance, "no-variation", "The variance of the change");
            var y = HedgesCorrection.Exact(N - 1) * (PostMean - PreMean) / Math.Sqrt(variance);
            return new(y, 1.0 / N + y * y / (2.0 * N));
        }
    }

    /// <summary>The change in standard deviations before, corrected (Becker 1988).</summary>
    public EffectEstimate StandardisedByPre
    {
        get
        {
            Checked();
            var y = HedgesCorrection.Exact(N - 1) * (PostMean - PreMean) / PreSd;
            return new(y, 2 * (1 - Correlation) / N + y * y / (2.0 * N));
        }
    }

    internal double ChangeVariance => PreSd * PreSd + PostSd * PostSd - 2 * Correlation * PreSd * PostSd;

    internal PrePost Checked()
    {
        Require.That(N >= 2, "group-too-small", "A group needs at least 2 people with both scores.");
        Require.Finite(PreMean, "mean", "A mean before");
        Require.Finite(PostMean, "mean", "A mean after");
        Require.Positive(PreSd, "standard-deviation", "A standard deviation before");
        Require.Positive(PostSd, "standard-deviation", "A standard deviation after");
        Require.That(Math.Abs(Correlation) <= 1, "correlation", "A correlation must lie between -1 and 1.");
        return this;
    }
}

/// <summary>Two groups measured before and after: the change among the treated less the change in the comparison group.</summary>
public sealed record PrePostControl
{
    public PrePostControl(PrePost treated, PrePost comparison)
    {
        Treated = treated.Checked();
        Comparison = comparison.Checked();
    }

    public PrePost Treated { get; }

    public PrePost Comparison { get; }

    /// <summary>Difference of the mean changes, in the measure's unit.</summary>
    public EffectEstimate MeanChange => Treated.MeanChange - Comparison.MeanChange;

    public EffectEstimate StandardisedByChange => Treated.StandardisedByChange - Comparison.StandardisedByChange;

    public EffectEstimate StandardisedByPre => Treated.StandardisedByPre - Comparison.StandardisedByPre;

    /// <summary>Mean of the two pre-post correlations, weighted by size.</summary>
    public double PooledCorrelation =>
        (Treated.N * Treated.Correlation + Comparison.N * Comparison.Correlation) / (Treated.N + Comparison.N);

    /// <summary>Pooled standard deviation before.</summary>
    public double PooledPreSd =>
        Math.Sqrt(((Treated.N - 1) * Treated.PreSd * Treated.PreSd + (Comparison.N - 1) * Comparison.PreSd * Comparison.PreSd) / DegreesOfFreedom);

    public long DegreesOfFreedom => Treated.N + Comparison.N - 2;

    /// <summary>Morris' (2008) d_ppc2: the difference of the changes in pooled standard deviations before, corrected.</summary>
    public double Morris(CorrectionForm form = CorrectionForm.Exact) => HedgesCorrection.Of(DegreesOfFreedom, form) * Uncorrected;

    /// <summary>Morris' (2008) own variance; m above 2.</summary>
    public double MorrisVariance(CorrectionForm form = CorrectionForm.Exact)
    {
        double m = Require.Above(DegreesOfFreedom, 2, "degrees-of-freedom", "Degrees of freedom of this variance");
        double c = HedgesCorrection.Of(m, form), d = Morris(form), spread = Spread;
        return c * c * spread * (m / (m - 2)) * (1 + d * d / spread) - d * d;
    }

    /// <summary>The large-sample variance 2(1-r)(1/n1 + 1/n2) + d²/(2N).</summary>
    public double LargeSampleVariance(CorrectionForm form = CorrectionForm.Exact)
    {
        var d = Morris(form);
        return Spread + d * d / (2.0 * (Treated.N + Comparison.N));
    }

    private double Uncorrected => (Treated.PostMean - Treated.PreMean - (Comparison.PostMean - Comparison.PreMean)) / PooledPreSd;

    private double Spread => 2 * (1 - PooledCorrelation) * (1.0 / Treated.N + 1.0 / Comparison.N);
}
