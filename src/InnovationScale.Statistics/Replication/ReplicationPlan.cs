namespace InnovationScale.Statistics;

/// <summary>What is assumed of the true effect when a replication is planned.</summary>
public enum DesignPrior
{
    /// <summary>The original estimate is the truth.</summary>
    Conditional,

    /// <summary>The original estimate, with its uncertainty.</summary>
    Predictive,

    /// <summary>The original estimate shrunk towards 0 by empirical Bayes, with its uncertainty.</summary>
    EmpiricalBayes,
}

/// <summary>
/// Planning a replication from the original's z: the power to reach significance or golden replication success, and the size it takes (Held, Micheloud and
/// Pawel 2022). All levels are one-sided.
/// </summary>
public sealed record ReplicationPlan
{
    /// <param name="originalZ">z of the original; its sign does not matter.</param>
    /// <param name="level">One-sided, such as 0.025.</param>
    public ReplicationPlan(double originalZ, double level = 0.025)
    {
        OriginalZ = Math.Abs(Require.Finite(originalZ, "statistic", "The original's z"));
        Level = Require.Level(level);
        Require.That(level < 0.5, "level", "A one-sided level lies below one half.");
    }

    public double OriginalZ { get; }

    public double Level { get; }

    /// <summary>The nominal level that the golden one stands for.</summary>
    public double GoldenLevel => Normal.Survival(GoldenZ);

    /// <summary>The smallest replication effect, over the original's, that succeeds; none unless the original reaches the golden level itself.</summary>
    public double MinimumRelativeEffect(double varianceRatio) =>
        GoldenThreshold(varianceRatio) / (OriginalZ * Math.Sqrt(varianceRatio));

    public double PowerOfSignificance(double varianceRatio, DesignPrior prior) =>
        Power(Require.Positive(varianceRatio, "variance-ratio", "The ratio of variances"), prior, -Normal.Quantile(Level));

    public double PowerOfSuccess(double varianceRatio, DesignPrior prior) => Power(varianceRatio, prior, GoldenThreshold(varianceRatio));

    /// <summary>The smallest c at which significance has the power, if the original estimate is the truth.</summary>
    public double RatioForSignificance(double power)
    {
        Require.Positive(OriginalZ, "no-effect", "The original's z");
        var need = -Normal.Quantile(Level) + Normal.Quantile(Require.Level(power, "A power"));
        return Math.Max(0, need) / OriginalZ * (Math.Max(0, need) / OriginalZ);
    }

    /// <summary>The smallest c at which golden success has the power; refused where no size reaches it.</summary>
    public double RatioForSuccess(double power, DesignPrior prior)
    {
        Require.Level(power, "A power");
        CheckOriginal();
        double Gap(double logC) => PowerOfSuccess(Math.Exp(logC), prior) - power;

        // The power need not rise all the way in c: the first crossing from below is the answer, so it is looked for on a fine grid.
        double before = Math.Log(1e-8), gapBefore = Gap(before);
        Require.That(gapBefore < 0, "power", "That power is reached without a replication.");
        for (var i = 1; i <= 800; i++)
        {
            var here = Math.Log(1e-8) + i * 0.05;
            var gap = Gap(here);
            if (gap >= 0) return Math.Exp(Root.Between(Gap, before, gapBefore, here, gap));
            (before, gapBefore) = (here, gap);
        }

        throw Require.Refused("power-out-of-reach", "No replication, however large, has that power of success.");
    }

    private double GoldenZ => -Normal.Quantile(Level) / Math.Sqrt((1 + Math.Sqrt(5)) / 2);

    /// <summary>The replication z that just succeeds.</summary>
    private double GoldenThreshold(double c)
    {
        Require.Positive(c, "variance-ratio", "The ratio of variances");
        CheckOriginal();
        double z = GoldenZ, k = OriginalZ * OriginalZ / (z * z) - 1;
        return z * Math.Sqrt(1 + c / k);
    }

    private void CheckOriginal() =>
        Require.That(OriginalZ > GoldenZ, "original-not-convincing", "The original does not reach the golden level, so no replication of it can succeed.");

    private double Power(double c, DesignPrior prior, double threshold)
    {
        var shrink = OriginalZ == 0 ? 0 : Math.Max(0, 1 - 1 / (OriginalZ * OriginalZ));
        var (mean, variance) = prior switch
        {
            DesignPrior.Conditional => (OriginalZ * Math.Sqrt(c), 1.0),
            DesignPrior.Predictive => (OriginalZ * Math.Sqrt(c), c + 1),
            _ => (shrink * OriginalZ * Math.Sqrt(c), shrink * c + 1),
        };
        return Normal.Survival((threshold - mean) / Math.Sqrt(variance));
    }
}
