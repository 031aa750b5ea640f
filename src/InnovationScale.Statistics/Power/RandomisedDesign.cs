namespace InnovationScale.Statistics;

/// <summary>
/// A randomised design on paper: from its sizes, intraclass correlations and covariates follow the standard error of a standardised effect, its degrees
/// of freedom, and so the smallest effect it can be expected to find and its power (Bloom 1995, 2006; Dong and Maynard 2013).
/// </summary>
/// <param name="TreatedShare">P, the share treated, strictly between 0 and 1.</param>
public abstract record RandomisedDesign(double TreatedShare)
{
    /// <summary>Standard error of the effect, in standard deviations.</summary>
    public double StandardError
    {
        get
        {
            Require.Level(TreatedShare, "The share treated");
            Require.That(SharesAreValid, "shares", "Intraclass correlations and shares explained lie between 0 and 1, and the correlations together below 1.");
            Require.That(SizesAreValid, "sizes", "Every size of a design is at least 1, and the number of covariates is 0 or more.");
            return Math.Sqrt(Require.Positive(SamplingVariance, "no-variation", "The sampling variance of the design"));
        }
    }

    public abstract double DegreesOfFreedom { get; }

    protected abstract double SamplingVariance { get; }

    protected abstract bool SharesAreValid { get; }

    protected abstract bool SizesAreValid { get; }

    protected double Balance => TreatedShare * (1 - TreatedShare);

    /// <summary>The minimum detectable effect size by Bloom's multiplier, in standard deviations.</summary>
    public double MinimumDetectableEffect(double power = 0.8, double level = 0.05, bool twoSided = true) =>
        Multiplier(power, level, twoSided) * StandardError;

    /// <summary>t(1 - level/2) + t(power), the latter negative below a power of one half.</summary>
    public double Multiplier(double power = 0.8, double level = 0.05, bool twoSided = true)
    {
        var df = FeasibleDegreesOfFreedom;
        return Critical(level, twoSided) + StudentT.Quantile(Require.Level(power, "A power"), df);
    }

    /// <summary>The effect at which the power, by the noncentral t distribution, is exactly the one asked for.</summary>
    public double MinimumDetectableEffectExact(double power = 0.8, double level = 0.05, bool twoSided = true)
    {
        Require.Level(power, "A power");
        var low = 0.0;
        Require.That(power > PowerAt(0, level, twoSided), "power", "That power is reached without any effect.");
        var high = Math.Max(Multiplier(power, level, twoSided) * StandardError, StandardError);
        while (PowerAt(high, level, twoSided) < power) (low, high) = (high, high * 2);
        double Gap(double effect) => PowerAt(effect, level, twoSided) - power;
        return Root.Between(Gap, low, Gap(low), high, Gap(high));
    }

    /// <summary>P(the t test rejects) when the effect is so large, by the noncentral t distribution; both tails where the test is two-sided.</summary>
    public double PowerAt(double effect, double level = 0.05, bool twoSided = true)
    {
        Require.Finite(effect, "effect-size", "The effect");
        double df = FeasibleDegreesOfFreedom, critical = Critical(level, twoSided), delta = effect / StandardError;
        return NoncentralT.Survival(critical, df, delta) + (twoSided ? NoncentralT.Cdf(-critical, df, delta) : 0);
    }

    /// <summary>The same by the normal distribution and the near tail alone.</summary>
    public double PowerAtByNormal(double effect, double level = 0.05, bool twoSided = true) =>
        Normal.Cdf(effect / StandardError + Normal.Quantile(twoSided ? Require.Level(level) / 2 : Require.Level(level)));

    private double FeasibleDegreesOfFreedom
    {
        get
        {
            Require.That(DegreesOfFreedom >= 1, "not-feasible", "The design leaves no degree of freedom: it needs more units at its top level.");
            return DegreesOfFreedom;
        }
    }

    // From the lower tail, which keeps the digits of a small level.
    private double Critical(double level, bool twoSided) =>
        -StudentT.Quantile(twoSided ? Require.Level(level) / 2 : Require.Level(level), FeasibleDegreesOfFreedom);

    private protected static bool IsShare(double value) => value is >= 0 and <= 1;
}

/// <summary>People assigned singly.</summary>
/// <param name="People">n in all.</param>
/// <param name="ExplainedWithin">R², share of variance that covariates explain.</param>
/// <param name="Covariates">g, how many.</param>
public sealed record IndividualDesign(double People, double TreatedShare = 0.5, double ExplainedWithin = 0, int Covariates = 0) : RandomisedDesign(TreatedShare)
{
    public override double DegreesOfFreedom => People - Covariates - 2;

    protected override double SamplingVariance => (1 - ExplainedWithin) / (Balance * People);

    protected override bool SharesAreValid => IsShare(ExplainedWithin);

    protected override bool SizesAreValid => People >= 1 && Covariates >= 0;
}

/// <summary>Clusters (classes, schools) assigned whole.</summary>
/// <param name="Clusters">J in all.</param>
/// <param name="ClusterSize">n people in each.</param>
/// <param name="IntraclassCorrelation">rho2.</param>
/// <param name="ExplainedBetween">R² at the level of clusters.</param>
/// <param name="ExplainedWithin">R² at the level of people.</param>
/// <param name="Covariates">g, covariates at the level of clusters.</param>
public sealed record ClusterDesign(
    double Clusters, double ClusterSize, double IntraclassCorrelation, double TreatedShare = 0.5,
    double ExplainedBetween = 0, double ExplainedWithin = 0, int Covariates = 0) : RandomisedDesign(TreatedShare)
{
    public override double DegreesOfFreedom => Clusters - Covariates - 2;

    protected override double SamplingVariance =>
        (IntraclassCorrelation * (1 - ExplainedBetween) + (1 - IntraclassCorrelation) * (1 - ExplainedWithin) / ClusterSize) / (Balance * Clusters);

    protected override bool SharesAreValid => IntraclassCorrelation is >= 0 and < 1 && IsShare(ExplainedBetween) && IsShare(ExplainedWithin);

    protected override bool SizesAreValid => Clusters >= 1 && ClusterSize >= 1 && Covariates >= 0;
}

/// <summary>Third-level units (schools of classes, districts of schools) assigned whole.</summary>
/// <param name="Units">K third-level units in all.</param>
/// <param name="ClustersPerUnit">J clusters in each.</param>
/// <param name="ClusterSize">n people in each cluster.</param>
/// <param name="CorrelationOfClusters">rho2, share of variance between clusters of a unit.</param>
/// <param name="CorrelationOfUnits">rho3, share of variance between units.</param>
/// <param name="ExplainedByUnits">R² at the third level.</param>
/// <param name="ExplainedBetween">R² at the level of clusters.</param>
/// <param name="ExplainedWithin">R² at the level of people.</param>
/// <param name="Covariates">g, covariates at the third level.</param>
public sealed record ThreeLevelDesign(
    double Units, double ClustersPerUnit, double ClusterSize, double CorrelationOfClusters, double CorrelationOfUnits, double TreatedShare = 0.5,
    double ExplainedByUnits = 0, double ExplainedBetween = 0, double ExplainedWithin = 0, int Covariates = 0) : RandomisedDesign(TreatedShare)
{
    public override double DegreesOfFreedom => Units - Covariates - 2;

    protected override double SamplingVariance =>
        (CorrelationOfUnits * (1 - ExplainedByUnits)
            + CorrelationOfClusters * (1 - ExplainedBetween) / ClustersPerUnit
            + (1 - CorrelationOfClusters - CorrelationOfUnits) * (1 - ExplainedWithin) / (ClustersPerUnit * ClusterSize)) / (Balance * Units);

    protected override bool SharesAreValid =>
        CorrelationOfClusters >= 0 && CorrelationOfUnits >= 0 && CorrelationOfClusters + CorrelationOfUnits < 1
        && IsShare(ExplainedByUnits) && IsShare(ExplainedBetween) && IsShare(ExplainedWithin);

    protected override bool SizesAreValid => Units >= 1 && ClustersPerUnit >= 1 && ClusterSize >= 1 && Covariates >= 0;
}

/// <summary>People assigned within blocks (sites, schools) that stand for a population of blocks.</summary>
/// <param name="Blocks">J blocks.</param>
/// <param name="BlockSize">n people in each.</param>
/// <param name="IntraclassCorrelation">rho2, share of variance between blocks.</param>
/// <param name="EffectHeterogeneity">omega, variance of the effect between blocks over the variance between blocks.</param>
/// <param name="ExplainedBetween">R², share of the effect's variance between blocks that block covariates explain.</param>
/// <param name="ExplainedWithin">R² at the level of people.</param>
/// <param name="Covariates">g, covariates at the level of blocks.</param>
public sealed record RandomBlockDesign(
    double Blocks, double BlockSize, double IntraclassCorrelation, double EffectHeterogeneity, double TreatedShare = 0.5,
    double ExplainedBetween = 0, double ExplainedWithin = 0, int Covariates = 0) : RandomisedDesign(TreatedShare)
{
    public override double DegreesOfFreedom => Blocks - Covariates - 1;

    protected override double SamplingVariance =>
        (IntraclassCorrelation * EffectHeterogeneity * (1 - ExplainedBetween)
            + (1 - IntraclassCorrelation) * (1 - ExplainedWithin) / (Balance * BlockSize)) / Blocks;

    protected override bool SharesAreValid =>
        IntraclassCorrelation is >= 0 and < 1 && EffectHeterogeneity >= 0 && IsShare(ExplainedBetween) && IsShare(ExplainedWithin);

    protected override bool SizesAreValid => Blocks >= 1 && BlockSize >= 1 && Covariates >= 0;
}

/// <summary>People assigned within blocks that stand for themselves alone.</summary>
/// <param name="Blocks">J blocks.</param>
/// <param name="BlockSize">n people in each.</param>
/// <param name="IntraclassCorrelation">rho2, share of variance between blocks, which the design takes out.</param>
/// <param name="ExplainedWithin">R² at the level of people.</param>
/// <param name="Covariates">g, covariates.</param>
public sealed record FixedBlockDesign(
    double Blocks, double BlockSize, double IntraclassCorrelation, double TreatedShare = 0.5, double ExplainedWithin = 0, int Covariates = 0)
    : RandomisedDesign(TreatedShare)
{
    public override double DegreesOfFreedom => Blocks * (BlockSize - 2) - Covariates;

    protected override double SamplingVariance => (1 - IntraclassCorrelation) * (1 - ExplainedWithin) / (Balance * Blocks * BlockSize);

    protected override bool SharesAreValid => IntraclassCorrelation is >= 0 and < 1 && IsShare(ExplainedWithin);

    protected override bool SizesAreValid => Blocks >= 1 && BlockSize >= 1 && Covariates >= 0;
}
