namespace InnovationScale.Statistics;

/// <summary>
/// A standardised difference that was computed as if people had been assigned singly, put right for clusters that were assigned whole: Hedges
/// (2007) and the What Works Clearinghouse Handbook 5.0, appendix E (4.1 supplement, equation E.21). Clusters are taken as equal in size.
/// </summary>
public sealed record ClusterAdjustment
{
    /// <param name="d">Mean difference over the pooled total standard deviation, ignoring clusters and uncorrected.</param>
    /// <param name="treated">People treated.</param>
    /// <param name="compared">People compared.</param>
    /// <param name="clusterSize">Mean number of people in a cluster.</param>
    /// <param name="intraclassCorrelation">rho, 0 or more and below 1; see <see cref="DefaultForAchievement"/> where it is unknown.</param>
    /// <param name="rSquared">Share of the outcome's variance that covariates explain.</param>
    /// <param name="covariates">q, how many covariates the analysis had.</param>
    /// <param name="clusterSizeVariation">Coefficient of variation of the cluster sizes; only <see cref="DesignEffectUnequal"/> uses it.</param>
    public ClusterAdjustment(
        double d, double treated, double compared, double clusterSize, double intraclassCorrelation,
        double rSquared = 0, int covariates = 0, double? clusterSizeVariation = null)
    {
        Require.Finite(d, "effect-size", "The standardised difference");
        Require.That(treated >= 2 && compared >= 2, "group-too-small", "A group needs at least 2 people.");
        Require.That(clusterSize >= 1 && double.IsFinite(clusterSize), "cluster-size", "A cluster has at least 1 person.");
        Require.IntraclassCorrelation(intraclassCorrelation);
        Require.Share(rSquared, "r-squared", "The variance explained by covariates");
        Require.That(covariates >= 0, "covariates", "The number of covariates is 0 or more.");
        if (clusterSizeVariation is { } cv) Require.NotNegative(cv, "coefficient-of-variation", "A coefficient of variation");

        D = d;
        Treated = treated;
        Compared = compared;
        ClusterSize = clusterSize;
        IntraclassCorrelation = intraclassCorrelation;
        RSquared = rSquared;
        Covariates = covariates;
        ClusterSizeVariation = clusterSizeVariation;

        Require.That(Clusters > 2, "too-few-clusters", "An effect between clusters needs more than 2 of them.");
        Require.That(B > 0, "clusters-too-large", "The clusters are too large for so few people: no degrees of freedom are left.");
        Require.That(H > 1, "too-few-clusters", "Fewer than 2 degrees of freedom are left between clusters.");
    }

    /// <summary>What the Clearinghouse assumes for achievement outcomes whose intraclass correlation nobody reported.</summary>
    public const double DefaultForAchievement = 0.20;

    /// <summary>The same for behaviour, attitudes and attendance.</summary>
    public const double DefaultForOther = 0.10;

    public double D { get; }

    public double Treated { get; }

    public double Compared { get; }

    public double ClusterSize { get; }

    public double IntraclassCorrelation { get; }

    public double RSquared { get; }

    public int Covariates { get; }

    public double? ClusterSizeVariation { get; }

    public double N => Treated + Compared;

    public double Clusters => N / ClusterSize;

    /// <summary>Clusters less two groups and q, the degrees of freedom of an analysis of cluster means.</summary>
    public double DegreesOfFreedomBetween => Clusters - 2 - Covariates;

    /// <summary>eta, the design effect for equal clusters.</summary>
    public double DesignEffect => 1 + (ClusterSize - 1) * IntraclassCorrelation;

    /// <summary>The design effect for unequal clusters; null where their variation is not known.</summary>
    public double? DesignEffectUnequal => ClusterSizeVariation is { } cv ? Statistics.DesignEffect.Of(ClusterSize, IntraclassCorrelation, cv) : null;

    /// <summary>Independent people worth as much.</summary>
    public double EffectiveN => N / DesignEffect;

    /// <summary>1 - 2(n-1) rho/(N-2).</summary>
    public double Gamma => B / (N - 2);

    /// <summary>h, Hedges' approximate degrees of freedom.</summary>
    public double H => B * B / A;

    /// <summary>d in the total standard deviation, d sqrt(gamma) (Hedges 2007, equation 15).</summary>
    public double AdjustedD => D * Math.Sqrt(Gamma);

    /// <summary>Its sampling variance (Hedges 2007, equation 16).</summary>
    public double AdjustedDVariance => SizeTerm * DesignEffect + AdjustedD * AdjustedD * A / (2 * (N - 2) * B);

    /// <summary>g with the exact correction J(h).</summary>
    public double G => HedgesCorrection.Exact(H) * AdjustedD;

    /// <summary>g with the Clearinghouse's correction 1 - 3/(4h - 1).</summary>
    public double GClearinghouse => HedgesCorrection.Approximate(H) * AdjustedD;

    /// <summary>d in the standard deviation within clusters, from the uncorrected d.</summary>
    public double DWithin => D / Math.Sqrt(1 - IntraclassCorrelation);

    /// <summary>Standard error of g when the analysis ignored the clusters.</summary>
    public double StandardErrorOfNaiveAnalysis => ClearinghouseError((1 - RSquared) * SizeTerm * DesignEffect);

    /// <summary>The same with the design effect of unequal clusters; null where their variation is not known.</summary>
    public double? StandardErrorOfNaiveAnalysisUnequal =>
        DesignEffectUnequal is { } unequal ? ClearinghouseError((1 - RSquared) * SizeTerm * unequal) : null;

    /// <summary>Standard error of g when the analysis accounted for the clusters.</summary>
    public double StandardErrorOfClusteredAnalysis => ClearinghouseError((1 - RSquared) * SizeTerm * Gamma);

    /// <summary>Standard error of g from the standard error that a clustered analysis (such as a random-intercept model) reported.</summary>
    /// <param name="reported">In the outcome's unit.</param>
    /// <param name="pooledSd">The unadjusted total standard deviation, in the same unit.</param>
    public double StandardErrorFrom(double reported, double pooledSd)
    {
        Require.Positive(reported, "standard-error", "A reported standard error");
        Require.Positive(pooledSd, "standard-deviation", "A pooled standard deviation");
        return ClearinghouseError(reported / pooledSd * (reported / pooledSd) * Gamma);
    }

    /// <summary>The t test that ignores clusters; its p-value is too small whenever rho is above 0.</summary>
    public SignificanceTest NaiveTest => SignificanceTest.T(D / Math.Sqrt(SizeTerm), N - 2);

    /// <summary>The clustering-corrected t test on h degrees of freedom.</summary>
    public SignificanceTest ClusteredTest => SignificanceTest.T(D / Math.Sqrt(SizeTerm) * Math.Sqrt(B / ((N - 2) * DesignEffect)), H);

    private double SizeTerm => 1 / Treated + 1 / Compared;

    private double A
    {
        get
        {
            double rho = IntraclassCorrelation, n = ClusterSize;
            return (N - 2) * (1 - rho) * (1 - rho) + n * (N - 2 * n) * rho * rho + 2 * (N - 2 * n) * rho * (1 - rho);
        }
    }

    private double B => N - 2 - 2 * (ClusterSize - 1) * IntraclassCorrelation;

    private double ClearinghouseError(double sampling)
    {
        var df = H - Covariates;
        Require.Positive(df, "degrees-of-freedom", "Degrees of freedom after covariates");
        return Math.Sqrt(sampling + GClearinghouse * GClearinghouse / (2 * df));
    }
}

/// <summary>
/// The effect of a cluster-randomised trial from the moments of its clusters: Hedges' g of all people, put right for clustering with the
/// intraclass correlation of the same clusters (or one that was registered).
/// </summary>
/// <param name="Unadjusted">g as if people had been assigned singly.</param>
/// <param name="Adjustment">The correction, with all its parts.</param>
/// <param name="Observed">The intraclass correlation of these clusters; null where it cannot be estimated.</param>
public sealed record ClusteredEffect(HedgesG Unadjusted, ClusterAdjustment Adjustment, IntraclassCorrelation? Observed)
{
    /// <summary>g with the exact correction on h degrees of freedom.</summary>
    public double G => Adjustment.G;

    /// <summary>Its standard error; the design effect is that of unequal clusters, so it is not too small when their sizes differ.</summary>
    public double StandardError => Adjustment.StandardErrorOfNaiveAnalysisUnequal ?? Adjustment.StandardErrorOfNaiveAnalysis;

    public double DegreesOfFreedom => Adjustment.H;

    public Interval Interval(double level = 0.95) => Statistics.Interval.StudentT(G, StandardError, DegreesOfFreedom, level);

    /// <param name="treated">The treated clusters.</param>
    /// <param name="comparison">The comparison clusters.</param>
    /// <param name="intraclassCorrelation">A registered value to use in place of the observed one.</param>
    public static ClusteredEffect Between(
        IReadOnlyCollection<Moments> treated, IReadOnlyCollection<Moments> comparison, double? intraclassCorrelation = null)
    {
        var clusters = treated.Concat(comparison).Where(c => c.N > 0).ToList();
        Require.That(clusters.Count > 2, "too-few-clusters", "An effect between clusters needs more than 2 of them.");
        var naive = HedgesG.Between(Total(treated), Total(comparison));
        var observed = naive.N1 + naive.N2 > clusters.Count ? IntraclassCorrelation.Within(treated, comparison) : null;
        Require.That(intraclassCorrelation is not null || observed is not null, "no-intraclass-correlation",
            "Clusters of one person tell no intraclass correlation: give a registered one.");
        var rho = intraclassCorrelation ?? observed!.Value;

        double n = naive.N1 + naive.N2, mean = n / clusters.Count;
        var variance = clusters.Sum(c => (c.N - mean) * (c.N - mean)) / (clusters.Count - 1);
        return new(naive, new(naive.CohenD, naive.N1, naive.N2, mean, rho, clusterSizeVariation: Math.Sqrt(variance) / mean), observed);
    }

    private static Moments Total(IEnumerable<Moments> clusters) => clusters.Aggregate(Moments.None, (all, one) => all.Merge(one));
}
