using System.Diagnostics.Metrics;
using InnovationScale.Storage;

namespace InnovationScale.Silo;

/// <summary>What a silo's grains run on: the same parts as the embedded host's.</summary>
public sealed class GrainHost : IDisposable
{
    private readonly Kinds kinds;
    private readonly EventLog log;
    private readonly TimeProvider clock;
    private readonly GrainOptions options;
    private readonly ISnapshots snapshots;
    private readonly Meter meter;
    private int active;

    public GrainHost(Kinds kinds, EventLog log, TimeProvider clock, GrainOptions options, ISnapshots snapshots)
    {
        (this.kinds, this.log, this.clock, this.options, this.snapshots) = (kinds, log, clock, options, snapshots);
        meter = Telemetry.ActiveGrains(() => Volatile.Read(ref active));
    }

    public RunningGrain<TAggregate> Run<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate>
    {
        Interlocked.Increment(ref active);
        return new(id, kinds.Of<TAggregate>(), log, clock, options, snapshots);
    }

    /// <summary>A grain that was run has left the memory.</summary>
    public void Left() => Interlocked.Decrement(ref active);

    public void Dispose() => meter.Dispose();
}
