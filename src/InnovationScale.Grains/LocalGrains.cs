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
        where TAggregate : class, IAggregate<TAggregate> => In<TAggregate, Outcome>(id, grain => grain.Execute(command, stamp, expectedVersion));

    public async Task<View<TAggregate>> Look<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate>
    {
        var view = await In<TAggregate, View<TAggregate>>(id, grain => grain.Look());
        // Ids that do not exist are asked for by anybody: they take no place in memory.
        if (!view.Exists && running.TryGetValue(Streams.Of<TAggregate>(id), out var grain)) Retire(Streams.Of<TAggregate>(id), grain, long.MaxValue);
        return view;
    }

    /// <summary>
    /// Uses the one grain of that id in this process. Nobody uses a retired one: it would wake beside its successor, and what one of them is told
    /// the other would not show.
    /// </summary>
    private async Task<TResult> In<TAggregate, TResult>(string id, Func<RunningGrain<TAggregate>, Task<TResult>> use) where TAggregate : class, IAggregate<TAggregate>
    {
        var stream = Streams.Of<TAggregate>(id);
        while (true)
        {
            var grain = (RunningGrain<TAggregate>)running.GetOrAdd(stream, _ => new RunningGrain<TAggregate>(id, kinds.Of<TAggregate>(), log, clock, options));
            if (!grain.Enter())
            {
                running.TryRemove(new(stream, grain));
                continue;
            }

            try
            {
                return await use(grain);
            }
            finally
            {
                grain.Leave();
            }
        }
    }

    /// <summary>Takes grains out of the memory that nobody used for a while.</summary>
    public void RetireIdle()
    {
        var before = clock.GetElapsedTime(0).Ticks - options.IdleAfter.Ticks;
        foreach (var (stream, grain) in running) Retire(stream, grain, before);
    }

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
