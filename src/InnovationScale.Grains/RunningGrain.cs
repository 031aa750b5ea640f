using InnovationScale.Storage;

namespace InnovationScale;

/// <summary>How a host runs its grains.</summary>
public sealed record GrainOptions
{
    /// <summary>A grain that nobody used for so long leaves the memory.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>An answer that is not known by then is told as unknown, so that whoever asked hears of it within two seconds.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How often a conflict is decided again before the caller is told to come back.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>The longest pause before a conflict is decided again, of random length, where other processes write too.</summary>
    public TimeSpan PauseMost { get; init; }
}

/// <summary>
/// One grain as every host runs it: its activation, loaded when first used and replaced once it was dropped; commands, decided again until their
/// outcome is known; looks, as new as the log.
/// </summary>
public sealed class RunningGrain<TAggregate>(string id, Kind<TAggregate> kind, EventLog log, TimeProvider clock, GrainOptions options, ISnapshots? snapshots = null)
    : IRunningGrain where TAggregate : class, IAggregate<TAggregate>
{
    private readonly string stream = Streams.Of<TAggregate>(id);
    private readonly Lock replacing = new();
    private Task<Activation<TAggregate>>? activation;
    private long keptVersion;
    private int users;
    private bool retired;

    // Each snapshot is of four times the events of the one before, so that all of them together cost no more than a few of the last.
    private const int SnapshotGrowth = 4;

    /// <summary>Ticks on a clock that only goes forward.</summary>
    private long Now => clock.GetElapsedTime(0).Ticks;

    /// <inheritdoc cref="IGrains.Execute"/>
    public async Task<Outcome> Execute(ICommand<TAggregate> command, Stamp stamp, long? expectedVersion = null)
    {
        var body = CommandBody.Sha256(stream, command);
        for (var attempt = 1; attempt <= options.Attempts; attempt++)
        {
            if (attempt > 1)
            {
                Telemetry.Conflicts.Add(1, Telemetry.Kind(TAggregate.Kind));
                if (options.PauseMost > TimeSpan.Zero) await Task.Delay(options.PauseMost * Random.Shared.NextDouble(), clock);
                // On the way back from a conflict the command itself may be what was faster.
                if (await Replay(stamp, body) is { } earlier) return earlier;
            }

            var active = await Activate();
            if (active.Take(command, body, stamp, expectedVersion, Now) is not { } turn) continue;

            var settled = turn.RestsOn is null ? AppendResult.Committed : await Known(turn.RestsOn);
            switch (settled.Status)
            {
                case AppendStatus.Committed when turn.Receipt is { } receipt:
                    Keep(active);
                    return receipt;
                case AppendStatus.Committed when !log.Store.IsShared || await IsCurrent(active, await log.Head(stream)): return await Replay(stamp, body) ?? turn.Refusal!;
                case AppendStatus.Duplicate when turn.Receipt is { Replayed: false }: return Replay(settled.Earlier!, body);
                case AppendStatus.FactsMoved when turn.Receipt is { Replayed: false }: return Refusals.FactsMoved;
                case AppendStatus.Lost when turn.Receipt is { Replayed: false } && settled.FailsAlways: throw new InvalidOperationException($"What {stream} decided cannot be saved, now or later.", settled.Fault);
                case AppendStatus.Lost or AppendStatus.Unknown when turn.Receipt is { Replayed: false }: throw new StoreUnavailableException("The store failed while this was being saved. Send the same request again in a moment.", settled.Fault);
            }
        }

        throw new StoreUnavailableException("Others were faster several times in a row. Send the same request again in a moment.");
    }

    /// <inheritdoc cref="IGrains.Look"/>
    public async Task<View<TAggregate>> Look() => (await LookAtHead()).View;

    /// <summary>The same with the event that made it so.</summary>
    public async Task<(View<TAggregate> View, LogHead Head)> LookAtHead()
    {
        var active = await Current();
        Keep(active);
        return active.Look(Now);
    }

    /// <summary>Keeps it in memory until <see cref="Leave"/>; false once it was retired: then its host has another one.</summary>
    public bool Enter()
    {
        lock (replacing)
        {
            if (!retired) users++;
            return !retired;
        }
    }

    public void Leave()
    {
        lock (replacing) users--;
    }

    /// <summary>Leaves the memory if nobody is in it, nothing is under way and it was not used since <paramref name="before"/> (ticks of the host's clock).</summary>
    public bool Retire(long before)
    {
        lock (replacing)
        {
            if (users > 0 || activation is { IsCompleted: false } || (activation is { IsCompletedSuccessfully: true } && !activation.Result.Retire(before))) return false;
            return retired = true;
        }
    }

    private void Keep(Activation<TAggregate> active)
    {
        if (snapshots is null || kind.HasPersonal) return;
        var (state, head) = active.Committed;
        keptVersion = Math.Max(keptVersion, active.SnapshotVersion);
        if (head.Version < Math.Max(Snapshot.From, SnapshotGrowth * keptVersion)) return;
        keptVersion = head.Version;
        snapshots.Keep(stream, Snapshot.Of(state, head));
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
    private async Task<Activation<TAggregate>> Current()
    {
        var active = await Activate();
        if (!log.Store.IsShared) return active;

        var head = await log.Head(stream);
        while (!await IsCurrent(active, head)) active = await Activate();
        return active;
    }

    /// <summary>False, and the activation is dropped, where somebody else has written to its stream.</summary>
    private async Task<bool> IsCurrent(Activation<TAggregate> active, LogHead head)
    {
        if (active.Reaches(head, out var underWay)) return true;
        if (underWay is not null)
        {
            await Known(underWay);
            if (active.Reaches(head, out _)) return true;
        }

        active.Drop();
        return false;
    }

    /// <summary>The activation, on its way or there. One that failed to load, or was dropped, is replaced by one that goes on from where it stood.</summary>
    private Task<Activation<TAggregate>> Activate()
    {
        lock (replacing)
        {
            var loaded = activation is { IsCompletedSuccessfully: true } ? activation.Result : null;
            var isLive = loaded is null ? activation is { IsCompleted: false } : !loaded.Dropped;
            return isLive ? activation! : activation = Activation<TAggregate>.Load(id, kind, log, loaded, snapshots);
        }
    }
}

/// <summary>A grain in memory, of whatever kind.</summary>
public interface IRunningGrain
{
    /// <inheritdoc cref="RunningGrain{TAggregate}.Retire"/>
    bool Retire(long before);
}
