using InnovationScale.Storage;

namespace InnovationScale.Silo;

/// <summary>What a silo's grains run on: the same parts as the embedded host's.</summary>
public sealed class GrainHost(Kinds kinds, EventLog log, TimeProvider clock, GrainOptions options, ISnapshots snapshots)
{
    public RunningGrain<TAggregate> Run<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate> => new(id, kinds.Of<TAggregate>(), log, clock, options, snapshots);
}
