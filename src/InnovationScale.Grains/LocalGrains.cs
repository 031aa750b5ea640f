using System.Collections.Concurrent;
using InnovationScale.Storage;

namespace InnovationScale;

/// <summary>How the embedded host keeps its grains.</summary>
public sealed record LocalGrainsOptions
{
    /// <summary>A grain that nobody used for so long leaves the memory.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>An answer that is not known by then is told as unknown.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a conflict is decided again before the caller is told to come back.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>The longest pause before a conflict is decided again, of random length, where other processes write too.</summary>
    public TimeSpan PauseMost { get; init; }
}

/// <summary>
/// The embedded host: the grains of one process, each loaded when first used and retired when idle. It distributes nothing; where a
/// programme outgrows one machine, another host runs the same activations.
/// </summary>
public sealed class LocalGrains : IGrains, IDisposable
{
    private readonly Kinds kinds;
    private readonly EventLog log;
    private readonly TimeProvider clock;
    private readonly LocalGrainsOptions options;
    private readonly ConcurrentDictionary<string, IResident> residents = new(StringComparer.Ordinal);
    private readonly ITimer sweep;

    public LocalGrains(Kinds kinds, EventLog log, TimeProvider clock, LocalGrainsOptions? options = null)
    {
        (this.kinds, this.log, this.clock, this.options) = (kinds, log, clock, options ?? new());
        sweep = clock.CreateTimer(_ => RetireIdle(), null, this.options.IdleAfter / 2, this.options.IdleAfter / 2);
    }

    /// <summary>Ticks on a clock that only goes forward.</summary>
    private long Now => clock.GetElapsedTime(0).Ticks;

    /// <summary>Grains in memory now.</summary>
    public int Count => residents.Count;

    public async Task<Outcome> Execute<TAggregate>(string id, ICommand<TAggregate> command, Stamp stamp, long? expectedVersion = null)
        where TAggregate : class, IAggregate<TAggregate>
    {
        var stream = Streams.Of<TAggregate>(id);
        var body = CommandBody.Sha256(stream, command);
        for (var attempt = 1; attempt <= options.Attempts; attempt++)
        {
            if (attempt > 1)
            {
                if (options.PauseMost > TimeSpan.Zero) await Task.Delay(options.PauseMost * Random.Shared.NextDouble(), clock);
                // On the way back from a conflict the command itself may be what was faster.
                if (await Replay(stamp, body) is { } earlier) return earlier;
            }

            var activation = await Activate<TAggregate>(id, stream);
            if (activation.Take(command, body, stamp, expectedVersion, Now) is not { } turn) continue;

            var settled = turn.RestsOn is null ? AppendResult.Committed : await Known(turn.RestsOn);
            switch (settled.Status)
            {
                case AppendStatus.Committed when turn.Receipt is { } receipt: return receipt;
                case AppendStatus.Committed when !log.Store.IsShared || await IsCurrent(activation, await log.Head(stream)): return await Replay(stamp, body) ?? turn.Refusal!;
                case AppendStatus.Duplicate when turn.Receipt is { Replayed: false }: return Replay(settled.Earlier!, body);
                case AppendStatus.FactsMoved when turn.Receipt is { Replayed: false }: return Refusals.FactsMoved;
                case AppendStatus.Lost when turn.Receipt is { Replayed: false } && settled.FailsAlways: throw new InvalidOperationException($"What {stream} decided cannot be saved, now or later.", settled.Fault);
                case AppendStatus.Lost or AppendStatus.Unknown when turn.Receipt is { Replayed: false }: throw new StoreUnavailableException("The store failed while this was being saved. Send the same request again in a moment.", settled.Fault);
            }
        }

        throw new StoreUnavailableException("Others were faster several times in a row. Send the same request again in a moment.");
    }

    public async Task<View<TAggregate>> Look<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate>
    {
        var stream = Streams.Of<TAggregate>(id);
        var activation = await Current<TAggregate>(id, stream);
        var view = activation.Look(Now);
        // Ids that do not exist are asked for by anybody: they take no place in memory.
        if (!view.Exists && activation.Retire(long.MaxValue)) Forget(stream);
        return view;
    }

    /// <summary>A refusal may be the echo of the command's own earlier success: then the answer is that success again.</summary>
    private async Task<Outcome?> Replay(Stamp stamp, string body) =>
        await log.Find(new(stamp.Actor, stamp.CommandId)) is { } earlier ? Replay(earlier, body) : (Outcome?)null;

    private static Outcome Replay(CommandRow earlier, string body) =>
        earlier.BodySha256 == body ? new Receipt(earlier.Stream, earlier.LastVersion, Replayed: true) : Refusals.CommandIdReused;

    private async Task<AppendResult> Known(Task<AppendResult> commit)
    {
        try
        {
            return await commit.WaitAsync(options.AnswerWithin, clock);
        }
        catch (TimeoutException late)
        {
            throw new StoreUnavailableException("It is not known yet whether this was saved. Send the same request again in a moment.", late);
        }
    }

    /// <summary>The activation, as new as the log was when it was asked for: where other processes write too, the log tells how far it is.</summary>
    private async Task<Activation<TAggregate>> Current<TAggregate>(string id, string stream) where TAggregate : class, IAggregate<TAggregate>
    {
        var activation = await Activate<TAggregate>(id, stream);
        if (!log.Store.IsShared) return activation;

        var head = await log.Head(stream);
        while (!await IsCurrent(activation, head)) activation = await Activate<TAggregate>(id, stream);
        return activation;
    }

    /// <summary>False, and the activation is dropped, where somebody else has written to its stream.</summary>
    private async Task<bool> IsCurrent<TAggregate>(Activation<TAggregate> activation, LogHead head) where TAggregate : class, IAggregate<TAggregate>
    {
        if (activation.Reaches(head, out var underWay)) return true;
        if (underWay is not null)
        {
            await Known(underWay);
            if (activation.Reaches(head, out _)) return true;
        }

        activation.Drop();
        return false;
    }

    private Task<Activation<TAggregate>> Activate<TAggregate>(string id, string stream) where TAggregate : class, IAggregate<TAggregate>
    {
        while (true)
        {
            if (residents.TryGetValue(stream, out var known) && known.IsLive) return ((Resident<TAggregate>)known).Activation;

            var earlier = (known as Resident<TAggregate>)?.Loaded;
            var next = new Resident<TAggregate>(() => Activation<TAggregate>.Load(id, kinds.Of<TAggregate>(), log, earlier));
            if (known is null ? residents.TryAdd(stream, next) : residents.TryUpdate(stream, next, known)) return next.Activation;
        }
    }

    private void Forget(string stream)
    {
        if (residents.TryGetValue(stream, out var resident) && !resident.IsLive) residents.TryRemove(new(stream, resident));
    }

    /// <summary>Takes grains out of the memory that nobody used for a while.</summary>
    public void RetireIdle()
    {
        var before = Now - options.IdleAfter.Ticks;
        foreach (var (stream, resident) in residents)
        {
            if (resident.Retire(before)) residents.TryRemove(new(stream, resident));
        }
    }

    public void Dispose() => sweep.Dispose();

    private interface IResident
    {
        /// <summary>False once it failed to load or was dropped.</summary>
        bool IsLive { get; }

        bool Retire(long before);
    }

    /// <summary>A grain in memory, or on its way there. One that failed to load, or was dropped, is replaced at the next call.</summary>
    private sealed class Resident<TAggregate>(Func<Task<Activation<TAggregate>>> load) : IResident where TAggregate : class, IAggregate<TAggregate>
    {
        private readonly Lazy<Task<Activation<TAggregate>>> activation = new(load);

        public Task<Activation<TAggregate>> Activation => activation.Value;

        /// <summary>Null where it never was in memory.</summary>
        public Activation<TAggregate>? Loaded => activation.IsValueCreated && Activation.IsCompletedSuccessfully ? Activation.Result : null;

        public bool IsLive => !activation.IsValueCreated || !Activation.IsCompleted || (Activation.IsCompletedSuccessfully && !Activation.Result.Dropped);

        public bool Retire(long before) => activation.IsValueCreated && Activation.IsCompleted && (!Activation.IsCompletedSuccessfully || Activation.Result.Retire(before));
    }
}
