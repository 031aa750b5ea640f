using InnovationScale.Storage;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace InnovationScale.Silo;

/// <summary>
/// A grain wakes on the silo that is asked for it, or on another one while that silo cannot reach the log. Orleans would choose the one with least to do, and
/// nothing is as idle as a silo that has lost its way to the log.
/// </summary>
public sealed class WhereTheLogIs : PlacementStrategy
{
    public static WhereTheLogIs Strategy { get; } = new();
}

/// <inheritdoc cref="WhereTheLogIs"/>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WhereTheLogIsAttribute() : PlacementAttribute(WhereTheLogIs.Strategy);

/// <summary>Asked on the silo that wakes a grain or lets it move; that one knows of its own log.</summary>
public sealed class WhereTheLogIsDirector(EventLog log) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        if (!log.IsAway && context.LocalSiloStatus is SiloStatus.Active && silos.Contains(context.LocalSilo)) return Task.FromResult(context.LocalSilo);

        // Alone it has no choice.
        if (silos.Where(silo => !silo.Equals(context.LocalSilo)).ToArray() is { Length: > 0 } others) silos = others;
        return Task.FromResult(silos[Random.Shared.Next(silos.Length)]);
    }
}
