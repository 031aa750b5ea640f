namespace InnovationScale.Statistics;

/// <summary>A two-sided interval with its level, such as 0.95.</summary>
public readonly record struct Interval(double Lower, double Upper, double Level = 0.95)
{
    public bool Contains(double value) => value >= Lower && value <= Upper;

    public bool IsAbove(double value) => Lower > value;

    public bool IsBelow(double value) => Upper < value;

    /// <summary>The interval of a normal estimate.</summary>
    public static Interval Normal(double estimate, double standardError, double level = 0.95)
    {
        var half = Statistics.Normal.TwoSided(Require.Level(level)) * standardError;
        return new(estimate - half, estimate + half, level);
    }

    /// <summary>The interval of an estimate whose standard error has so many degrees of freedom.</summary>
    public static Interval StudentT(double estimate, double standardError, double degreesOfFreedom, double level = 0.95)
    {
        var half = Statistics.StudentT.TwoSided(Require.Level(level), degreesOfFreedom) * standardError;
        return new(estimate - half, estimate + half, level);
    }
}

/// <summary>An effect and its sampling variance, in the metric that the member which gives it names.</summary>
public readonly record struct EffectEstimate(double Value, double Variance)
{
    public double StandardError => Math.Sqrt(Variance);

    /// <summary>The large-sample interval.</summary>
    public Interval Interval(double level = 0.95) => Statistics.Interval.Normal(Value, StandardError, level);

    /// <summary>The difference of two independent effects: variances add.</summary>
    public static EffectEstimate operator -(EffectEstimate left, EffectEstimate right) =>
        new(left.Value - right.Value, left.Variance + right.Variance);

    /// <summary>The same effect in another unit.</summary>
    public static EffectEstimate operator *(EffectEstimate effect, double factor) =>
        new(effect.Value * factor, effect.Variance * factor * factor);
}

/// <summary>A test statistic with its reference degrees of freedom (infinite for a normal test) and its two-sided p-value.</summary>
public readonly record struct SignificanceTest(double Statistic, double DegreesOfFreedom, double PValue)
{
    public static SignificanceTest Z(double z) => new(z, double.PositiveInfinity, 2 * Normal.Survival(Math.Abs(z)));

    public static SignificanceTest T(double t, double degreesOfFreedom) =>
        new(t, degreesOfFreedom, 2 * StudentT.Survival(Math.Abs(t), degreesOfFreedom));
}
