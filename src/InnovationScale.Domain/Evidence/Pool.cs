using System.Collections.Immutable;
using InnovationScale.Statistics;

namespace InnovationScale.Evidence;

/// <summary>One effect that may enter a pool: a trial's signed primary effect, or a school of a study, improvement positive.</summary>
/// <param name="Name">Such as the trial's id or the school's.</param>
/// <param name="Variance">Square of the standard error.</param>
public sealed record PooledEffect(string Name, double G, double Variance);

/// <summary>
/// What several effects show together, as a mean and as what the next place might see. Nothing is pooled below three; what a next place might
/// see is said from five on, since with fewer the spread between places is little more than a guess.
/// </summary>
public sealed record Pool
{
    public const int FewestPooled = 3;

    public const int FewestPredicted = 5;

    public required string Method { get; init; }

    public required ImmutableArray<PooledEffect> Effects { get; init; }

    /// <summary>Why nothing was pooled; null when something was.</summary>
    public string? NotPooled { get; init; }

    /// <summary>The fitted model; null when nothing was pooled.</summary>
    public RandomEffects? Fit { get; init; }

    public int K => Effects.Length;

    /// <summary>95 % interval of the mean.</summary>
    public Interval? Interval => Fit?.Interval;

    /// <summary>What the next place might see (95 %); null where there are too few to say.</summary>
    public Interval? Prediction => K >= FewestPredicted ? Fit?.Prediction?.Default?.Interval : null;

    /// <summary>The chance that the next place improves by more than this, in standard deviations; null where there are too few to say.</summary>
    public double? ChanceAbove(double threshold) => K >= FewestPredicted ? Fit?.Prediction?.Default?.ChanceAbove(threshold) : null;

    /// <summary>Pools by the default method: REML with the Knapp-Hartung interval.</summary>
    public static Pool Of(ImmutableArray<PooledEffect> effects) => Of(effects, PoolMethod.Default);

    public static Pool Of(ImmutableArray<PooledEffect> effects, PoolMethod method)
    {
        var pool = new Pool { Method = method.Name, Effects = effects };
        if (effects.Length < FewestPooled) return pool with { NotPooled = $"Fewer than {FewestPooled}: too few to pool." };
        return Computed.Try(() => RandomEffects.Fit([.. effects.Select(effect => effect.G)], [.. effects.Select(effect => effect.Variance)], method.Estimator, method.Test))
            .Match(fit => pool with { Fit = fit }, why => pool with { NotPooled = why.Sentence });
    }
}

/// <summary>A named way of pooling, by the names the field and our API use.</summary>
public sealed record PoolMethod(string Name, HeterogeneityEstimator Estimator, CoefficientTest Test)
{
    public static PoolMethod Default { get; } = new("REML_knha", HeterogeneityEstimator.Reml, CoefficientTest.KnappHartung);

    public static ImmutableArray<PoolMethod> All { get; } =
    [
        Default,
        new("REML_z", HeterogeneityEstimator.Reml, CoefficientTest.Normal),
        new("DL_z", HeterogeneityEstimator.DerSimonianLaird, CoefficientTest.Normal),
        new("PM_z", HeterogeneityEstimator.PauleMandel, CoefficientTest.Normal),
        new("EE_z", HeterogeneityEstimator.EqualEffects, CoefficientTest.Normal),
    ];

    public static PoolMethod? Named(string name) => All.FirstOrDefault(method => method.Name == name);
}
