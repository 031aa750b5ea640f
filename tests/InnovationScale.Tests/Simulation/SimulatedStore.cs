using System.Collections.Immutable;
using InnovationScale.Storage;

namespace InnovationScale.Simulation;

/// <summary>The moments at which a store can fail, or at which something else can happen meanwhile.</summary>
internal enum Moment
{
    Opening,
    Beginning,
    Adding,

    /// <summary>The batch is written and not yet on the disk: after a failure it is there or not.</summary>
    Syncing,

    /// <summary>The batch is on the disk and nobody has heard of it.</summary>
    Synced,
    Reading,
}

/// <summary>What goes wrong. This one never fails.</summary>
internal class Faults
{
    /// <summary>Throws where the store is to fail.</summary>
    public virtual void Meet(Moment moment)
    {
    }

    /// <summary>Whether a batch whose sync failed is on the disk after all.</summary>
    public virtual bool KeepsUnsynced() => false;

    /// <summary>Lets others go first while something is being read.</summary>
    public virtual Task Pause() => Task.CompletedTask;
}

/// <summary>A disk that several processes may use, one writer at a time, with the batch that a failed sync left behind.</summary>
/// <param name="isShared">
/// Where one process uses it, it may show a batch that is not yet safe after a crash or a failed sync (SQLite replays its write-ahead log before
/// syncing it). A server that several use (PostgreSQL) shows nothing before it is safe.
/// </param>
internal sealed class SimulatedDisk(bool isShared = false)
{
    public bool IsShared => isShared;

    private Disk durable = Disk.Empty;
    private Disk readable = Disk.Empty;
    private (Disk Batch, object Writer)? unsynced;

    /// <summary>What a power cut would leave.</summary>
    public Disk Durable => durable;

    /// <summary>What a reader sees.</summary>
    public Disk Readable => Volatile.Read(ref readable);

    public void Write(Disk batch, object writer) => unsynced = (batch, writer);

    public void Sync(Disk batch)
    {
        unsynced = null;
        durable = batch;
        Volatile.Write(ref readable, batch);
    }

    /// <summary>The database replays what the failed sync left: it can be read, and is still not safe.</summary>
    public void Replay(bool kept)
    {
        if (unsynced is not { } left) return;
        if (!kept) unsynced = null;
        else if (!isShared) Volatile.Write(ref readable, left.Batch);
    }

    /// <summary>Whatever was left behind is now on the disk or gone.</summary>
    public void Recover(bool kept) => Sync(unsynced is { } left && kept ? left.Batch : durable);

    /// <summary>The writer's process dies: what it had not synced is there or not.</summary>
    public void Crash(object writer, bool kept)
    {
        if (unsynced is { } left && ReferenceEquals(left.Writer, writer)) Recover(kept);
    }
}

/// <summary>One process's store on a simulated disk. It keeps the rules of a real one; what breaks, and when, is up to its faults.</summary>
internal class SimulatedStore(SimulatedDisk disk, Faults faults) : ILogStore
{
    private bool? keptLeft;
    private bool open;
    private bool closed;

    public SimulatedDisk Disk => disk;

    public void Open()
    {
        ObjectDisposedException.ThrowIf(closed, this);
        open = false;
        disk.Replay(keptLeft ??= faults.KeepsUnsynced());
        Meet(Moment.Opening);
        disk.Recover(keptLeft.Value);
        keptLeft = null;
        open = true;
    }

    public bool IsShared => disk.IsShared;

    public ILogBatch Begin(IReadOnlyCollection<Append> appends)
    {
        if (!open) throw new IOException("The store is not open.");
        Meet(Moment.Beginning);
        // Another process may have died or failed in the middle of its batch.
        disk.Recover(faults.KeepsUnsynced());
        return NewBatch();
    }

    protected virtual SimulatedBatch NewBatch() => new(this);

    public virtual async Task<IReadOnlyList<LoggedEvent>> Read(string stream, long afterVersion = 0)
    {
        var found = await Read(d => d.Stream(stream));
        return afterVersion == 0 ? found : [.. found.Where(e => e.Version > afterVersion)];
    }

    public virtual Task<LogHead> Head(string stream) => Read(d => d.Stream(stream) is [.., var last] ? new LogHead(last.Version, last.Hash) : LogHead.None);

    public virtual Task<CommandRow?> Find(CommandKey command) => Read(d => d.Commands.GetValueOrDefault(command));

    public Task<IReadOnlyList<Note>> DueNotes(DateTimeOffset now, int most) =>
        Read<IReadOnlyList<Note>>(d => [.. d.DueNotes(now).Take(most).Select(n => n.Note)]);

    private async Task<T> Read<T>(Func<Disk, T> read)
    {
        await faults.Pause();
        Meet(Moment.Reading);
        var found = read(disk.Readable);
        await faults.Pause();
        return found;
    }

    internal void Meet(Moment moment)
    {
        faults.Meet(moment);
        if (closed) throw new IOException("The process has died.");
    }

    internal void Commit(Disk batch)
    {
        disk.Write(batch, this);
        try
        {
            Meet(Moment.Syncing);
        }
        catch when (TellsFailedSync || closed)
        {
            open = false;
            throw;
        }
        catch (IOException)
        {
            return;
        }

        Sync(batch);
        Meet(Moment.Synced);
    }

    protected virtual bool TellsFailedSync => true;

    protected virtual void Sync(Disk batch) => disk.Sync(batch);

    /// <summary>Everything in memory is lost.</summary>
    public void Crash()
    {
        closed = true;
        disk.Crash(this, faults.KeepsUnsynced());
    }

    public void Dispose()
    {
        closed = true;
        GC.SuppressFinalize(this);
    }
}

/// <summary>One transaction on a simulated disk.</summary>
internal class SimulatedBatch(SimulatedStore store) : ILogBatch
{
    private readonly Dictionary<string, IReadRows> rows = new(StringComparer.Ordinal);
    private readonly Disk before = store.Disk.Durable;

    protected Disk Working { get; set; } = store.Disk.Durable;

    public virtual AppendResult Add(Append append)
    {
        store.Meet(Moment.Adding);
        var savepoint = Working;
        var result = Write(append);
        if (result.Status is AppendStatus.Committed) rows[append.Stream] = rows.TryGetValue(append.Stream, out var earlier) ? earlier.Then(append.Rows) : append.Rows;
        else Working = Undone(savepoint);
        return result;
    }

    private AppendResult Write(Append append)
    {
        var row = append.Command;
        if (Earlier(row.Key) is { } earlier) return new(AppendStatus.Duplicate, earlier);
        Working = Working with { Commands = Working.Commands.SetItem(row.Key, row) };

        var head = Working.Stream(append.Stream);
        // As in a real store, where a version can exist once, the events may be half written when that shows.
        if (HeadMoved(append, head)) return AppendResult.HeadMoved;
        foreach (var e in append.Events)
        {
            Working = Working with
            {
                Events = Working.Events.Add(new(NextPosition(), e)),
                Streams = Working.Streams.SetItem(e.Stream, Working.Stream(e.Stream).Add(e)),
            };
        }

        if (FactsMoved(append)) return AppendResult.FactsMoved;
        foreach (var note in append.Notes) Working = Working with { Notes = Working.Notes.Add(note.Id, new(note, note.Due)) };
        return AppendResult.Committed;
    }

    protected virtual CommandRow? Earlier(CommandKey key) => Working.Commands.GetValueOrDefault(key);

    protected virtual bool HeadMoved(Append append, ImmutableList<LoggedEvent> stream) =>
        !(stream is [.., var last] ? last.Hash : HashChain.Start).AsSpan().SequenceEqual(append.Previous) || stream.Count != append.Events[0].Version - 1;

    protected virtual bool FactsMoved(Append append) =>
        append.RestsOn.Any(head => Stood(head.Stream) - (Within(append.Stream, head.Stream) ? append.Events.Length : 0) != head.Version);

    private long Stood(string stream) => stream.Contains('/', StringComparison.Ordinal) ? Working.Version(stream) : Working.Streams.Keys.Where(one => Within(one, stream)).Sum(Working.Version);

    /// <summary>A kind alone is all its streams.</summary>
    private static bool Within(string stream, string of) => stream == of || stream.StartsWith(of + "/", StringComparison.Ordinal);

    protected virtual Disk Undone(Disk savepoint) => savepoint;

    protected virtual long NextPosition() => Working.Events.Count + 1;

    public IReadOnlyList<Note> Claim(DateTimeOffset now, DateTimeOffset until, int most)
    {
        List<KeptNote> free = [.. Working.DueNotes(now).Where(n => IsFree(n, now)).Take(most)];
        foreach (var kept in free) Working = Working with { Notes = Working.Notes.SetItem(kept.Note.Id, kept with { HeldUntil = until }) };
        return [.. free.Select(n => n.Note)];
    }

    protected virtual bool IsFree(KeptNote note, DateTimeOffset now) => note.HeldUntil is null || note.HeldUntil <= now;

    public void Settle(string noteId, DateTimeOffset? againAt, string? fault)
    {
        if (!Working.Notes.TryGetValue(noteId, out var kept)) return;
        Working = Working with
        {
            Notes = fault is null && againAt is null
                ? Working.Notes.Remove(noteId)
                : Working.Notes.SetItem(noteId, new(kept.Note with { Attempts = kept.Note.Attempts + 1 }, againAt)),
        };
    }

    public int Do(string sql, params (string Name, object? Value)[] parameters) => throw new NotSupportedException("A simulated disk knows no SQL.");

    public void Commit()
    {
        var writer = new DiskRows(Working.Rows);
        foreach (var stream in ToWrite(rows)) stream.Write(writer);
        Working = Working with { Rows = writer.Rows };
        if (Working.Events.Count > before.Events.Count)
        {
            var last = before.Batches is [.., var batch] ? batch : new BatchRow(0, 0, 0, HashChain.Start);
            Working = Working with
            {
                Batches = Working.Batches.Add(new(last.Number + 1, last.Last + 1, Working.Events[^1].Position,
                    HashChain.NextBatch(last.Hash, Hashes(Working.Events.GetRange(before.Events.Count, Working.Events.Count - before.Events.Count).Select(e => e.Event.Hash))))),
            };
        }

        store.Commit(Working);
    }

    protected virtual IEnumerable<IReadRows> ToWrite(Dictionary<string, IReadRows> byStream) => byStream.Values;

    protected virtual IEnumerable<byte[]> Hashes(IEnumerable<byte[]> events) => events;

    public void Dispose() => GC.SuppressFinalize(this);
}
