namespace InnovationScale.Statistics;

/// <summary>
/// An original and its replication on one scale, and everything that the two estimates and standard errors say about each other. One-sided p-values are in
/// the direction of the original.
/// </summary>
public sealed record ReplicationPair
{
    /// <param name="original">The original effect, in any unit in which both are normal (Fisher z for correlations).</param>
    /// <param name="originalError">Its standard error.</param>
    /// <param name="replication">The replication's effect, in the same unit.</param>
    /// <param name="replicationError">Its standard error.</param>
    public ReplicationPair(double original, double originalError, double replication, double replicationError)
    {
        Require.Finite(original, "effect-size", "The original effect");
        Require.Finite(replication, "effect-size", "The replication's effect");
        Original = original;
        OriginalError = Require.Positive(originalError, "standard-error", "The original's standard error");
        Replication = replication;
        ReplicationError = Require.Positive(replicationError, "standard-error", "The replication's standard error");
    }

    public double Original { get; }

    public double OriginalError { get; }

    public double Replication { get; }

    public double ReplicationError { get; }

    public double OriginalZ => Original / OriginalError;

    public double ReplicationZ => Replication / ReplicationError;

    /// <summary>c, the original's variance over the replication's: how much larger the replication is.</summary>
    public double VarianceRatio => OriginalError * OriginalError / (ReplicationError * ReplicationError);

    /// <summary>Replication over original.</summary>
    public double RelativeEffect
    {
        get
        {
            Require.That(Original != 0, "no-effect", "An original effect of 0 has no relative effect.");
            return Replication / Original;
        }
    }

    public double OriginalP => 2 * Normal.Survival(Math.Abs(OriginalZ));

    public double ReplicationP => 2 * Normal.Survival(Math.Abs(ReplicationZ));

    /// <summary>The replication's one-sided p-value in the direction of the original.</summary>
    public double ReplicationPOneSided => Normal.Survival(Direction * ReplicationZ);

    public bool SameDirection => Math.Sign(Original) == Math.Sign(Replication);

    public bool SignificantInSameDirection(double level = 0.05) => ReplicationP < Require.Level(level) && SameDirection;

    public bool OriginalInReplicationInterval(double level = 0.95) =>
        Math.Abs(Original - Replication) <= Normal.TwoSided(Require.Level(level)) * ReplicationError;

    public bool ReplicationInOriginalInterval(double level = 0.95) =>
        Math.Abs(Original - Replication) <= Normal.TwoSided(Require.Level(level)) * OriginalError;

    /// <summary>Where the replication's estimate should fall if both estimate one effect (Patil, Peng and Leek 2016; Spence and Stanley 2016).</summary>
    public Interval PredictionInterval(double level = 0.95) => Interval.Normal(Original, DifferenceError, level);

    public bool ReplicationInPredictionInterval(double level = 0.95) => PredictionInterval(level).Contains(Replication);

    /// <summary>Q = (difference)²/(sum of variances), chi-squared with 1 degree of freedom.</summary>
    public double Q => (Original - Replication) / DifferenceError * ((Original - Replication) / DifferenceError);

    public double QPValue => ChiSquared.Survival(Q, 1);

    /// <summary>The small-telescopes test (Simonsohn 2015).</summary>
    public SmallTelescopes SmallTelescopes => new(this);

    /// <summary>Fixed-effect pool of the two.</summary>
    public EffectEstimate Pooled
    {
        get
        {
            double wo = 1 / (OriginalError * OriginalError), wr = 1 / (ReplicationError * ReplicationError);
            return new((wo * Original + wr * Replication) / (wo + wr), 1 / (wo + wr));
        }
    }

    /// <summary>The sceptical p-values (Held 2020 and later).</summary>
    public ScepticalP Sceptical => new(OriginalZ, ReplicationZ, VarianceRatio);

    /// <summary>P-value for intrinsic credibility of the original alone (Held 2019).</summary>
    public double IntrinsicP => 2 * Normal.Survival(Math.Abs(OriginalZ) / Math.Sqrt(2));

    /// <summary>ln of the replication Bayes factor: the original's posterior as prior, against no effect (Verhagen and Wagenmakers 2014).</summary>
    public double LogReplicationBayesFactor
    {
        get
        {
            double z = (Replication - Original) / DifferenceError, z0 = ReplicationZ;
            return Math.Log(ReplicationError / DifferenceError) - z * z / 2 + z0 * z0 / 2;
        }
    }

    /// <summary>P(a replication so large gets the original's sign), predicted from the original alone.</summary>
    public double PredictedSameSign => Normal.Cdf(Math.Abs(OriginalZ) / Math.Sqrt(1 + 1 / VarianceRatio));

    internal int Direction => Original < 0 ? -1 : 1;

    private double DifferenceError => Math.Sqrt(OriginalError * OriginalError + ReplicationError * ReplicationError);
}

/// <summary>
/// Was the original's telescope too small to have seen what the replication shows? The replication is tested against the effect that would have given the
/// original a power of one third (Simonsohn 2015).
/// </summary>
/// <param name="Pair">The two estimates.</param>
public sealed record SmallTelescopes(ReplicationPair Pair)
{
    /// <summary>x with Phi(x - z) + Phi(-x - z) = 1/3: 1.52857… standard errors.</summary>
    private static readonly double ThirdOfPower = Third();

    /// <summary>The effect that a two-sided z test at 5 % finds one time in three with the original's standard error.</summary>
    public double Theta33 => Pair.Direction * ThirdOfPower * Pair.OriginalError;

    /// <summary>Below 0 where the replication is smaller than that.</summary>
    public double Z => Pair.Direction * (Pair.Replication - Theta33) / Pair.ReplicationError;

    public double PValue => Normal.Cdf(Z);

    /// <summary>The replication's effect is too small to have been found by the original.</summary>
    public bool TooSmallToHaveBeenFound => PValue < 0.05;

    /// <summary>The test for two-sample t tests, by the noncentral t distribution.</summary>
    /// <param name="d">The replication's uncorrected standardised difference, positive in the original's direction.</param>
    public static SmallTelescopesT OfTTests(long originalN1, long originalN2, double d, long replicationN1, long replicationN2)
    {
        Require.Finite(d, "effect-size", "The standardised difference");
        Require.That(Math.Min(Math.Min(originalN1, originalN2), Math.Min(replicationN1, replicationN2)) >= 2, "group-too-small", "A group needs at least 2 people.");
        double df = originalN1 + originalN2 - 2, critical = -StudentT.Quantile(0.025, df);
        double Power(double delta) => NoncentralT.Survival(critical, df, delta) + NoncentralT.Cdf(-critical, df, delta) - 1.0 / 3;
        var d33 = Root.Between(Power, 0, Power(0), 5, Power(5)) * Math.Sqrt(1.0 / originalN1 + 1.0 / originalN2);
        var size = Math.Sqrt(1.0 / replicationN1 + 1.0 / replicationN2);
        return new(d33, d / size, NoncentralT.Cdf(d / size, replicationN1 + replicationN2 - 2, d33 / size));
    }

    private static double Third()
    {
        var z = Normal.TwoSided(0.95);
        double Gap(double x) => Normal.Cdf(x - z) + Normal.Cdf(-x - z) - 1.0 / 3;
        return Root.Between(Gap, 0, Gap(0), 4, Gap(4));
    }
}

/// <summary>The small-telescopes test of two-sample t tests.</summary>
/// <param name="D33">The standardised difference that gave the original a power of one third.</param>
/// <param name="T">The replication's t.</param>
/// <param name="PValue">P(a t so small or smaller) if the effect were d33.</param>
public sealed record SmallTelescopesT(double D33, double T, double PValue)
{
    public bool TooSmallToHaveBeenFound => PValue < 0.05;
}
