using System.Collections.Immutable;
using InnovationScale.Storage;

namespace InnovationScale;

/// <summary>
/// One running aggregate: its state in memory, one turn at a time. A turn decides, evolves and enqueues; it ends there, before the disk.
/// Two states are held: <c>decided</c>, which the next turn builds on, and <c>committed</c>, the only one that is ever shown. Whatever rests
/// on a version that is not yet durable waits for it, and is decided again if it fails.
/// </summary>
public sealed class Activation<TAggregate> where TAggregate : class, IAggregate<TAggregate>
{
    private const int AcceptedMost = 4096;
    private static readonly long AcceptedFor = TimeSpan.FromMinutes(3).Ticks;

    private readonly string id;
    private readonly Kind<TAggregate> kind;
    private readonly EventLog log;
    private readonly Lock turn = new();

    // Commands accepted here, from their turn until a while after their commit, so that a client who sends again is answered without a new
    // decision. The command table knows them for ever: forgetting one here costs a decision that the log then refuses as a duplicate.
    private readonly Dictionary<CommandKey, Accepted> accepted = [];
    private readonly Queue<(CommandKey Key, long At)> done = new();
    private int underWay;
    private Standing decided;
    private Standing committed;
    private bool dropped;
    private long lastUsed;

    private Activation(string id, Kind<TAggregate> kind, EventLog log, Standing loaded) =>
        (this.id, this.kind, this.log, decided, committed) = (id, kind, log, loaded, loaded);

    /// <summary>Reads the stream and folds it; from where an earlier activation or a snapshot stood, if the log still says so.</summary>
    /// <exception cref="StoreUnavailableException">The store is away or cannot be read.</exception>
    public static async Task<Activation<TAggregate>> Load(string id, Kind<TAggregate> kind, EventLog log, Activation<TAggregate>? earlier = null, ISnapshots? snapshots = null)
    {
        var stream = Streams.Of<TAggregate>(id);
        var kept = earlier is null ? await Kept(stream, log, kind.HasPersonal ? null : snapshots) : null;
        if ((earlier?.Committed ?? kept) is { Head: { Version: > 0 } head } known
            // The event it stood at is read too: a database that was put back to an earlier day may have another one there.
            && await log.Read(stream, head.Version - 1) is [var same, ..] since && head == new LogHead(same.Version, same.Hash))
            return new(id, kind, log, Standing.After(known.State, kind, head, [.. since.Skip(1)])) { SnapshotVersion = kept?.Head.Version ?? 0 };

        return new(id, kind, log, Standing.After(TAggregate.New, kind, LogHead.None, await log.Read(stream)));
    }

    // A stream that is too short to have one is not asked for: most are.
    private static async Task<(TAggregate State, LogHead Head)?> Kept(string stream, EventLog log, ISnapshots? snapshots) =>
        snapshots is not null && (await log.Head(stream)).Version >= Snapshot.From && await snapshots.Read(stream) is { } snapshot && snapshot.State<TAggregate>() is { } state
            ? (state, new(snapshot.Version, snapshot.Hash))
            : null;

    /// <summary>Of the snapshot that it was loaded from; 0 where it was folded from its first event.</summary>
    public long SnapshotVersion { get; private init; }

    /// <summary>It rested on a version that was not committed, or was retired: it takes no more turns, and another one must be loaded.</summary>
    public bool Dropped
    {
        get { lock (turn) return dropped; }
    }

    /// <summary>The committed state and the event that made it so.</summary>
    public (View<TAggregate> View, LogHead Head) Look(long now)
    {
        lock (turn)
        {
            lastUsed = now;
            return (new(id, committed.State, committed.Version), committed.Head);
        }
    }

    /// <summary>The committed state and the event that made it so.</summary>
    public (TAggregate State, LogHead Head) Committed
    {
        get { lock (turn) return (committed.State, committed.Head); }
    }

    /// <summary>Whether it stands where the log does, or further.</summary>
    /// <param name="underWay">What has been decided here and not settled yet; it may be what the log has.</param>
    public bool Reaches(LogHead head, out Task<AppendResult>? underWay)
    {
        lock (turn)
        {
            underWay = decided.Version > committed.Version ? decided.Commit : null;
            return committed.Version > head.Version || committed.Head == head;
        }
    }

    /// <summary>Takes no more turns: the log has moved on without it.</summary>
    public void Drop()
    {
        lock (turn) dropped = true;
    }

    /// <summary>Stops taking turns if nothing is under way and it was not used since <paramref name="before"/> (ticks of the host's clock).</summary>
    public bool Retire(long before)
    {
        lock (turn)
        {
            if (!dropped && (underWay > 0 || lastUsed >= before)) return false;
            dropped = true;
            return true;
        }
    }

    /// <summary>
    /// One turn. Returns at once with what was decided and the commit it waits for; null when this activation has been dropped.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The queue refused: nothing happened.</exception>
    public Turn? Take(ICommand<TAggregate> command, string bodySha256, Stamp stamp, long? expectedVersion, long now)
    {
        var key = new CommandKey(stamp.Actor, stamp.CommandId);
        lock (turn)
        {
            if (dropped) return null;
            lastUsed = now;
            if (!Keeps(stamp)) return new(null, Refusals.TextNotKept, null);
            if (accepted.TryGetValue(key, out var earlier))
                return earlier.BodySha256 == bodySha256 ? new(new Receipt(Stream, earlier.Version, Replayed: true), null, earlier.Commit) : new(null, Refusals.CommandIdReused, earlier.Commit);
            if (expectedVersion is { } expected && expected != decided.Version) return new(null, Refusals.Stale(expected, decided.Version), decided.Commit);

            var decision = decided.State.Decide(command, stamp);
            return decision.Refusal is { } refusal ? new(null, refusal, decided.Commit) : Accept(command, decision.Events, key, bodySha256, stamp, now);
        }
    }

    private Turn Accept(ICommand<TAggregate> command, ImmutableArray<IEvent<TAggregate>> happened, CommandKey key, string bodySha256, Stamp stamp, long now)
    {
        var next = decided;
        var events = ImmutableArray.CreateBuilder<LoggedEvent>(happened.Length);
        var notes = ImmutableArray.CreateBuilder<Note>();
        foreach (var e in happened)
        {
            var logged = kind.Write(Stream, next.Version + 1, e, stamp, next.Hash);
            next = new(next.State.Evolve(e, stamp), logged.Version, logged.Hash, null);
            events.Add(logged);
            notes.AddRange(kind.Notes(new(id, next.State, next.Version), logged.Version, e, stamp));
        }

        var row = new CommandRow(key, bodySha256, Stream, next.Version, events[0].At);
        var after = next;
        var commit = log.Enqueue(new(row, decided.Hash, events.DrainToImmutable(), (command as IRestsOn)?.RestsOn ?? [],
            kind.Rows(new(id, next.State, next.Version), decided.Version == 0 ? null : decided.State), notes.ToImmutable(),
            result => Settled(key, after, result)));

        decided = next with { Commit = commit };
        accepted[key] = new(bodySha256, next.Version, commit);
        underWay++;
        while (done.TryPeek(out var oldest) && (done.Count > AcceptedMost || now - oldest.At > AcceptedFor)) accepted.Remove(done.Dequeue().Key);
        return new(new Receipt(Stream, next.Version), null, commit);
    }

    /// <summary>Called by the log's writer before anybody who waits hears of it.</summary>
    private void Settled(CommandKey key, Standing standing, AppendResult result)
    {
        lock (turn)
        {
            underWay--;
            if (result.Status is not AppendStatus.Committed)
            {
                dropped = true;
                return;
            }

            if (standing.Version > committed.Version) committed = standing;
            done.Enqueue((key, lastUsed));
        }
    }

    private bool Keeps(Stamp stamp) =>
        HashChain.Keeps(id) && HashChain.Keeps(stamp.Actor) && HashChain.Keeps(stamp.Role.In) && HashChain.Keeps(stamp.CommandId) && HashChain.Keeps(stamp.Reason);

    private string Stream => Streams.Of<TAggregate>(id);

    private sealed record Standing(TAggregate State, long Version, byte[] Hash, Task<AppendResult>? Commit)
    {
        public LogHead Head => new(Version, Hash);

        public static Standing After(TAggregate state, Kind<TAggregate> kind, LogHead head, IReadOnlyList<LoggedEvent> events) =>
            events is [.., var last] ? new(kind.Fold(state, events), last.Version, last.Hash, null) : new(state, head.Version, head.Hash, null);
    }

    private sealed record Accepted(string BodySha256, long Version, Task<AppendResult> Commit);
}

/// <summary>What a turn decided, and the commit that must succeed before it may be told.</summary>
/// <param name="Receipt">There when the command was accepted (or is being accepted already).</param>
/// <param name="Refusal">There when the rules said no.</param>
/// <param name="RestsOn">The commit it waits for; null when it rests on what is durable already.</param>
public sealed record Turn(Receipt? Receipt, Refusal? Refusal, Task<AppendResult>? RestsOn);

/// <summary>The host's own refusals.</summary>
public static class Refusals
{
    public static Refusal CommandIdReused { get; } = Refusal.Invalid("command-id-reused",
        "This command id was used before for another request. Use a new id for a new request.");

    public static Refusal TextNotKept { get; } = Refusal.Invalid("text-not-kept",
        "An id or a reason holds a character that cannot be kept (a NUL, or half of a pair). Write it without.");

    public static Refusal FactsMoved { get; } = new("facts-moved", "Something this rests on has changed meanwhile. Look again and decide again.");

    public static Refusal Stale(long expected, long actual) => new("stale-version",
        "The record has changed since you read it. Look at it again, then repeat what you wanted to do.")
    {
        Kind = RefusalKind.Stale,
        With = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty
            .Add("expected", expected.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Add("actual", actual.ToString(System.Globalization.CultureInfo.InvariantCulture)),
    };
}
