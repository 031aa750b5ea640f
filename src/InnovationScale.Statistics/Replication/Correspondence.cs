namespace InnovationScale.Statistics;

/// <summary>What a correspondence test says about two effects.</summary>
public enum Correspondence
{
    /// <summary>Shown to lie within the margin of each other; no difference shown.</summary>
    Equivalent,

    /// <summary>Shown to differ; not shown to lie within the margin.</summary>
    Different,

    /// <summary>Shown to differ, and shown to lie within the margin: a difference too small to matter.</summary>
    TrivialDifference,

    /// <summary>Neither shown: the data are too few to tell.</summary>
    Indeterminate,
}

/// <summary>
/// The correspondence test of a replication with its original: a difference test and an equivalence test against a margin registered before
/// (two one-sided tests) side by side, which leaves four outcomes (Steiner and Wong 2018; Schuirmann 1987). The two errors are independent.
/// </summary>
public sealed record CorrespondenceTest
{
    /// <param name="original">The original effect, in standard deviations or any common unit.</param>
    /// <param name="replication">The replication's, in the same unit.</param>
    /// <param name="margin">The largest difference that would not matter, in the same unit; registered before the replication.</param>
    /// <param name="level">Of both tests, such as 0.05.</param>
    public CorrespondenceTest(EffectEstimate original, EffectEstimate replication, double margin, double level = 0.05)
    {
        Require.Finite(original.Value, "effect-size", "The original effect");
        Require.Finite(replication.Value, "effect-size", "The replication's effect");
        Require.Positive(original.Variance, "variance", "The original's variance");
        Require.Positive(replication.Variance, "variance", "The replication's variance");
        Require.Positive(margin, "margin", "The margin");
        Require.Level(level);
        Margin = margin;
        Level = level;
        Difference = replication - original;
        var se = Difference.StandardError;
        DifferenceTest = SignificanceTest.Z(Difference.Value / se);
        EquivalencePValue = Normal.Survival((margin - Math.Abs(Difference.Value)) / se);
    }

    public double Margin { get; }

    public double Level { get; }

    /// <summary>Replication minus original.</summary>
    public EffectEstimate Difference { get; }

    /// <summary>Two-sided, of no difference.</summary>
    public SignificanceTest DifferenceTest { get; }

    /// <summary>The larger of the two one-sided p-values against a difference as large as the margin.</summary>
    public double EquivalencePValue { get; }

    public Correspondence Outcome => (EquivalencePValue < Level, DifferenceTest.PValue < Level) switch
    {
        (true, false) => Correspondence.Equivalent,
        (false, true) => Correspondence.Different,
        (true, true) => Correspondence.TrivialDifference,
        _ => Correspondence.Indeterminate,
    };

    /// <summary>Different, and on the side where the replication did worse.</summary>
    /// <param name="higherIsBetter">Whether a higher value is an improvement.</param>
    public bool DiffersInHarmfulDirection(bool higherIsBetter = true) =>
        Outcome is Correspondence.Different && (higherIsBetter ? Difference.Value < 0 : Difference.Value > 0);
}

/// <summary>
/// How often a version succeeded where it was tried again: successes over everything that was assessed or abandoned, because an abandoned
/// replication is not evidence of success; Wilson interval.
/// </summary>
public sealed record SuccessRate
{
    public SuccessRate(int successes, int assessed, int abandoned)
    {
        Require.That(successes >= 0 && assessed >= successes && abandoned >= 0, "counts", "Successes are among the assessed, and no count is negative.");
        Require.That(assessed + abandoned > 0, "no-replications", "No replication was assessed or abandoned yet.");
        Successes = successes;
        Assessed = assessed;
        Abandoned = abandoned;
    }

    public int Successes { get; }

    public int Assessed { get; }

    public int Abandoned { get; }

    public int Denominator => Assessed + Abandoned;

    public double Value => (double)Successes / Denominator;

    public Interval Wilson(double level = 0.95) => Proportion.Wilson(Successes, Denominator, level);
}

/// <summary>
/// What the pool of several contexts says about the next one: the effect there is drawn from a distribution with mean mu and variance tau², and mu
/// is itself uncertain (Higgins, Thompson and Spiegelhalter 2009).
/// </summary>
/// <param name="Mean">mu, the pooled effect.</param>
/// <param name="StandardError">Of mu, by the test in use.</param>
/// <param name="Tau2">Variance between contexts, in the effect's unit squared.</param>
/// <param name="DegreesOfFreedom">k - 1 or k - 2 by choice; null for the normal form.</param>
public sealed record NextContext(double Mean, double StandardError, double Tau2, double? DegreesOfFreedom = null)
{
    public double Sd
    {
        get
        {
            Require.Finite(Mean, "effect-size", "The pooled effect");
            Require.NotNegative(Tau2, "tau2", "The variance between contexts");
            Require.NotNegative(StandardError, "standard-error", "The standard error");
            if (DegreesOfFreedom is { } df) Require.Positive(df, "degrees-of-freedom", "Degrees of freedom of a prediction");
            var sd = Math.Sqrt(StandardError * StandardError + Tau2);
            Require.Positive(sd, "no-variation", "The standard deviation of the next effect");
            return sd;
        }
    }

    /// <summary>P(effect in the next context above a threshold).</summary>
    public double ProbabilityAbove(double threshold)
    {
        var z = (Mean - Require.Finite(threshold, "threshold", "The threshold")) / Sd;
        return DegreesOfFreedom is { } df ? StudentT.Cdf(z, df) : Normal.Cdf(z);
    }

    /// <summary>
    /// The share of contexts whose effect is above a threshold, at both ends of the interval of mu (tau² taken as known): how sure the probability
    /// itself is. Needs tau² above 0.
    /// </summary>
    public Interval ShareAbove(double threshold, double level = 0.95)
    {
        Require.Positive(Tau2, "tau2", "The variance between contexts");
        var mean = DegreesOfFreedom is { } df
            ? Statistics.Interval.StudentT(Mean, StandardError, df, level)
            : Statistics.Interval.Normal(Mean, StandardError, level);
        var tau = Math.Sqrt(Tau2);
        return new(Normal.Cdf((mean.Lower - threshold) / tau), Normal.Cdf((mean.Upper - threshold) / tau), level);
    }

    /// <summary>The prediction interval.</summary>
    public Interval Interval(double level = 0.95) => DegreesOfFreedom is { } df
        ? Statistics.Interval.StudentT(Mean, Sd, df, level)
        : Statistics.Interval.Normal(Mean, Sd, level);
}
