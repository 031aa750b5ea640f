using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using InnovationScale.Storage;

namespace InnovationScale;

/// <summary>
/// The embedded host: the grains of one process, each loaded when first used and retired when idle. It distributes nothing; where a
/// programme outgrows one machine, another host runs the same grains.
/// </summary>
public sealed class LocalGrains : IGrains, IDisposable
{
    private readonly Kinds kinds;
    private readonly EventLog log;
    private readonly TimeProvider clock;
    private readonly GrainOptions options;
    private readonly ConcurrentDictionary<string, IRunningGrain> running = new(StringComparer.Ordinal);
    private readonly ITimer sweep;
    private readonly Meter meter;

    public LocalGrains(Kinds kinds, EventLog log, TimeProvider clock, GrainOptions? options = null)
    {
        (this.kinds, this.log, this.clock, this.options) = (kinds, log, clock, options ?? new());
        meter = Telemetry.ActiveGrains(() => running.Count);
        sweep = clock.CreateTimer(_ => RetireIdle(), null, this.options.IdleAfter / 2, this.options.IdleAfter / 2);
    }

    /// <summary>Grains in memory now.</summary>
    public int Count => running.Count;

    public Task<Outcome> Execute<TAggregate>(string id, ICommand<TAggregate> command, Stamp stamp, long? expectedVersion = null)
        where TAggregate : class, IAggregate<TAggregate> => Grain<TAggregate>(id).Execute(command, stamp, expectedVersion);

    public async Task<View<TAggregate>> Look<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate>
    {
        var grain = Grain<TAggregate>(id);
        var view = await grain.Look();
        // Ids that do not exist are asked for by anybody: they take no place in memory.
        if (!view.Exists) Retire(Streams.Of<TAggregate>(id), grain, long.MaxValue);
        return view;
    }

    private RunningGrain<TAggregate> Grain<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate> =>
        (RunningGrain<TAggregate>)running.GetOrAdd(Streams.Of<TAggregate>(id), _ => new RunningGrain<TAggregate>(id, kinds.Of<TAggregate>(), log, clock, options));

    /// <summary>Takes grains out of the memory that nobody used for a while.</summary>
    public void RetireIdle()
    {
        var before = clock.GetElapsedTime(0).Ticks - options.IdleAfter.Ticks;
        foreach (var (stream, grain) in running) Retire(stream, grain, before);
    }

    // Somebody who has just found it may wake it once more: then there are two for a moment, as in any cluster, and the log's guard keeps them apart.
    private void Retire(string stream, IRunningGrain grain, long before)
    {
        if (grain.Retire(before)) running.TryRemove(new(stream, grain));
    }

    public void Dispose()
    {
        sweep.Dispose();
        meter.Dispose();
    }
}
