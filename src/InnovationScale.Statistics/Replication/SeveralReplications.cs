using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>
/// Several replications of one original: do they agree with each other, and with it (Hedges and Schauer 2019)? Homogeneity is tested both ways: that the
/// replications differ by more than chance, and that they differ by less than an amount that would matter.
/// </summary>
public sealed record SeveralReplications
{
    private readonly double[] effects, variances;

    /// <param name="original">The original effect.</param>
    /// <param name="replications">Its replications, two or more, in the same unit.</param>
    public SeveralReplications(EffectEstimate original, IEnumerable<EffectEstimate> replications)
    {
        Replications = [.. replications];
        Require.That(Replications.Length >= 2, "too-few-replications", "Agreement among replications needs at least 2 of them.");
        foreach (var effect in Replications.Prepend(original))
        {
            Require.Finite(effect.Value, "effect-size", "An effect");
            Require.Positive(effect.Variance, "variance", "An effect's variance");
        }

        Original = original;
        effects = [.. Replications.Select(r => r.Value)];
        variances = [.. Replications.Select(r => r.Variance)];
        Pool = RandomEffects.Fit(effects, variances, HeterogeneityEstimator.Reml, CoefficientTest.Normal);
    }

    public EffectEstimate Original { get; }

    public ImmutableArray<EffectEstimate> Replications { get; }

    public int K => Replications.Length;

    /// <summary>The replications' random-effects pool by REML, the original left out; normal test.</summary>
    public RandomEffects Pool { get; }

    /// <summary>The same by another estimator.</summary>
    public RandomEffects PoolBy(HeterogeneityEstimator method) => RandomEffects.Fit(effects, variances, method, CoefficientTest.Normal);

    public int InSameDirection => Replications.Count(r => Math.Sign(r.Value) == Math.Sign(Original.Value));

    public int SignificantInSameDirection => Pairs.Count(p => p.SignificantInSameDirection());

    public int InsidePredictionInterval => Pairs.Count(p => p.ReplicationInPredictionInterval());

    public int WithIntervalAroundOriginal => Pairs.Count(p => p.OriginalInReplicationInterval());

    /// <summary>Cochran's Q of the replications alone, k - 1 degrees of freedom.</summary>
    public double Q => Pool.Q;

    public int QDegreesOfFreedom => K - 1;

    public double QPValue => Pool.QPValue;

    /// <summary>P(a Q so large) if heterogeneity is at the edge of what would not matter, lambda0 = share (k - 1): small means they fail to replicate.</summary>
    /// <param name="share">0, 1/4, 1/3 or 2/3 by the field's conventions.</param>
    public double NonReplicationPValue(double share) => NoncentralChiSquared.Survival(Q, K - 1, Negligible(share));

    /// <summary>P(a Q so small) at the same edge: small means heterogeneity is shown to be below it.</summary>
    public double EquivalencePValue(double share) => NoncentralChiSquared.Cdf(Q, K - 1, Negligible(share));

    /// <summary>Q of the replications and the original together, k degrees of freedom.</summary>
    public double QWithOriginal => RandomEffects.Fit([.. effects, Original.Value], [.. variances, Original.Variance], HeterogeneityEstimator.EqualEffects).Q;

    public double QWithOriginalPValue => ChiSquared.Survival(QWithOriginal, K);

    /// <summary>The original against the pooled mean.</summary>
    public SignificanceTest OriginalAgainstPool =>
        SignificanceTest.Z((Original.Value - Pool.Estimate) / Math.Sqrt(Original.Variance + Pool.StandardError * Pool.StandardError));

    /// <summary>The original against what a new context would see, tau² included.</summary>
    public SignificanceTest OriginalAgainstNewContext =>
        SignificanceTest.Z((Original.Value - Pool.Estimate) / Math.Sqrt(Original.Variance + Pool.StandardError * Pool.StandardError + Pool.Tau2));

    /// <summary>Pooled replications over original: below 1 the effect shrank.</summary>
    public double ShrinkageRatio
    {
        get
        {
            Require.That(Original.Value != 0, "no-effect", "An original effect of 0 has no relative effect.");
            return Pool.Estimate / Original.Value;
        }
    }

    /// <summary>What the next context may see, in the normal form.</summary>
    public NextContext Next => new(Pool.Estimate, Pool.StandardError, Pool.Tau2);

    /// <summary>The same with t on k - 1 degrees of freedom.</summary>
    public NextContext NextByT => Next with { DegreesOfFreedom = K - 1 };

    /// <summary>P(the next effect lies beyond half the original, on the original's side), in the normal form.</summary>
    public double ProbabilityBeyondHalfOriginal =>
        Original.Value < 0 ? 1 - Next.ProbabilityAbove(Original.Value / 2) : Next.ProbabilityAbove(Original.Value / 2);

    private IEnumerable<ReplicationPair> Pairs =>
        Replications.Select(r => new ReplicationPair(Original.Value, Original.StandardError, r.Value, r.StandardError));

    private double Negligible(double share) => Require.NotNegative(share, "heterogeneity", "The heterogeneity that would not matter") * (K - 1);
}
