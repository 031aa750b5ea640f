using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace InnovationScale.Storage;

/// <summary>How the log's writer behaves.</summary>
public sealed record EventLogOptions
{
    /// <summary>Appends that may wait; the next one is refused as unavailable.</summary>
    public int QueueLimit { get; init; } = 10_000;

    /// <summary>Appends in one transaction.</summary>
    public int BatchLimit { get; init; } = 2_000;

    /// <summary>Between attempts to reopen a store that failed.</summary>
    public TimeSpan ReopenAfter { get; init; } = TimeSpan.FromMilliseconds(250);
}

/// <summary>
/// The append-only truth of one process: a bounded queue and one writer that commits whatever waits as one batch. There is no fixed window:
/// while one batch is being made durable the next one gathers. A batch whose commit failed is an unknown outcome: the store is reopened and
/// asked for each command before anybody is answered, and until then the queue refuses.
/// </summary>
public sealed partial class EventLog : IDisposable
{
    private readonly ILogStore store;
    private readonly EventLogOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly object gate = new();
    private List<Waiting> queue = [];
    private Exception? away;
    private int outages;
    private bool unread, closing;
    private Thread? writer;

    public EventLog(ILogStore store, TimeProvider clock, ILogger<EventLog> log, EventLogOptions? options = null)
    {
        (this.store, this.clock, this.log, this.options) = (store, clock, log, options ?? new());
        store.Open();
    }

    public ILogStore Store => store;

    /// <summary>
    /// True while the store is being reopened: appends are refused, and so is what <see cref="Read"/>, <see cref="Find"/> and
    /// <see cref="DueNotes"/> ask. The store itself refuses to read lists meanwhile. True also where the last read failed, until one succeeds; whoever sweeps
    /// the outbox reads every second.
    /// </summary>
    public bool IsAway => Volatile.Read(ref away) is not null || Volatile.Read(ref unread);

    /// <summary>Raised on the writer's thread when a batch with notes has been committed.</summary>
    public event EventHandler? NotesWritten;

    /// <summary>Starts the writer's own thread. Without it, <see cref="WriteBatch"/> is called by hand, as the simulator does.</summary>
    public void Start()
    {
        writer = new Thread(Write) { Name = "event log writer", IsBackground = true };
        // Not in the name of whoever opened the log.
        writer.UnsafeStart();
    }

    /// <summary>
    /// Puts an append in the queue, in order, without waiting. The task ends when its fate is known; <see cref="Append.Settled"/> has been
    /// told by then.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The queue is full, the store is away, or the log is closing: nothing was queued.</exception>
    public Task<AppendResult> Enqueue(Append append)
    {
        var waiting = new Waiting(append, null, byHand: writer is null)
        {
            Since = Telemetry.AppendLatency.Enabled ? clock.GetTimestamp() : null,
            AskedIn = Telemetry.Spans.HasListeners() ? Activity.Current?.Context : null,
        };
        Add(waiting);
        return waiting.Done.Task;
    }

    /// <inheritdoc cref="ILogBatch.Claim"/>
    /// <exception cref="StoreUnavailableException">They may have been claimed, for nobody: they are free again when the time has come.</exception>
    public Task<IReadOnlyList<Note>> Claim(DateTimeOffset now, DateTimeOffset until, int most) => Write(batch => batch.Claim(now, until, most));

    /// <summary>Says what became of a note.</summary>
    /// <exception cref="StoreUnavailableException">It may not have been written: the note will be due again.</exception>
    public Task Settle(string noteId, DateTimeOffset? againAt, string? fault) => Write(batch =>
    {
        batch.Settle(noteId, againAt, fault);
        return true;
    });

    /// <summary>Writes what is no event, such as a session's row, through the same writer as everything else. The work may be done again after a failure.</summary>
    /// <exception cref="StoreUnavailableException">It may not have been written.</exception>
    public async Task<T> Write<T>(Func<ILogBatch, T> work)
    {
        var answer = default(T)!;
        var waiting = new Waiting(null, batch => answer = work(batch), byHand: writer is null);
        Add(waiting);
        return await waiting.Done.Task is { Status: not AppendStatus.Committed } lost
            ? throw new StoreUnavailableException("The store failed while this was being saved. Send the same request again in a moment.", lost.Fault)
            : answer;
    }

    /// <summary>The stream's events after a version, in order, with their cells: durable ones only.</summary>
    /// <exception cref="StoreUnavailableException">The store is away or cannot be read.</exception>
    public Task<IReadOnlyList<LoggedEvent>> Read(string stream, long afterVersion = 0) => Durable(() => store.Read(stream, afterVersion));

    /// <summary>Where the stream ends: durable events only.</summary>
    /// <exception cref="StoreUnavailableException">The store is away or cannot be read.</exception>
    public Task<LogHead> Head(string stream) => Durable(() => store.Head(stream));

    /// <summary>The command, if it has durably taken effect.</summary>
    /// <exception cref="StoreUnavailableException">The store is away or cannot be read.</exception>
    public Task<CommandRow?> Find(CommandKey command) => Durable(() => store.Find(command));

    /// <summary>Up to <paramref name="most"/> durable notes that are due, oldest first.</summary>
    /// <exception cref="StoreUnavailableException">The store is away or cannot be read.</exception>
    public Task<IReadOnlyList<Note>> DueNotes(DateTimeOffset now, int most) => Durable(() => store.DueNotes(now, most));

    /// <summary>
    /// After a failed commit a store may show a batch that is not on the disk. Nothing may be answered from that, so a read that met an outage
    /// anywhere between its start and its end counts as failed.
    /// </summary>
    private async Task<T> Durable<T>(Func<Task<T>> read)
    {
        int before;
        lock (gate)
        {
            if (away is not null) throw new StoreUnavailableException("The store is away. Ask again in a moment.", away);
            before = outages;
        }

        T found;
        try
        {
            found = await read();
        }
        catch (StoreUnavailableException)
        {
            Volatile.Write(ref unread, true);
            throw;
        }
        catch (Exception fault) when (fault is DbException or IOException)
        {
            // What it says of a value (class 22) it says because it is there.
            if (fault is not DbException { SqlState: ['2', '2', ..] }) Volatile.Write(ref unread, true);
            throw new StoreUnavailableException("The store cannot be read now. Ask again in a moment.", fault);
        }

        Volatile.Write(ref unread, false);
        return Volatile.Read(ref outages) == before ? found : throw new StoreUnavailableException("The store failed meanwhile. Ask again in a moment.");
    }

    private void Add(Waiting waiting)
    {
        lock (gate)
        {
            if (away is not null) throw new StoreUnavailableException("The store is away: nothing was saved. Send the same request again in a moment.", away);
            if (closing) throw new StoreUnavailableException("The server is stopping: nothing was saved. Send the same request again in a moment.");
            if (queue.Count >= options.QueueLimit) throw new StoreUnavailableException("Too much is waiting to be saved. Send the same request again in a moment.");
            queue.Add(waiting);
            if (queue.Count == 1) Monitor.Pulse(gate);
        }
    }

    /// <summary>Commits what waits now, as one batch, and settles it. Returns how many appends that were.</summary>
    public int WriteBatch()
    {
        var batch = Take(wait: false);
        if (batch.Count > 0) Commit(batch);
        return batch.Count;
    }

    private void Write()
    {
        while (Take(wait: true) is { Count: > 0 } batch)
        {
            Commit(batch);
        }
    }

    private List<Waiting> Take(bool wait)
    {
        lock (gate)
        {
            while (wait && queue.Count == 0 && !closing) Monitor.Wait(gate);
            if (queue.Count <= options.BatchLimit)
            {
                var all = queue;
                queue = new(all.Count);
                return all;
            }

            var first = queue.GetRange(0, options.BatchLimit);
            queue.RemoveRange(0, options.BatchLimit);
            return first;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever broke the batch, its outcome is unknown and the store must be asked.")]
    private void Commit(List<Waiting> batch)
    {
        var results = new AppendResult[batch.Count];
        // One commit serves many: the span belongs to none of their traces and points at each.
        using var span = Telemetry.Spans.StartActivity(Telemetry.AppendSpan, ActivityKind.Internal, parentContext: default,
            links: batch.Where(w => w.AskedIn is not null).Select(w => new ActivityLink(w.AskedIn!.Value))).Tag(Telemetry.Size(batch.Count));
        try
        {
            for (var attempt = 1; !Committed(batch, results, isLast: attempt == StoreBusyException.Attempts); attempt++) Thread.Sleep(StoreBusyException.Pause(attempt));
        }
        catch (Exception fault)
        {
            span?.SetStatus(ActivityStatusCode.Error);
            LogAway(fault, batch.Count);
            lock (gate) (away, outages) = (fault, outages + 1);
            AskAgain(batch, results, fault);
        }

        Telemetry.AppendSize.Record(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            // It is one append's own fault: the others do not suffer for it.
            if (batch.Count > 1 && results[i].FailsAlways) Commit([batch[i]]);
            else Settle(batch[i], results[i]);
        }

        if (batch.Exists(w => w.Append is { Notes.IsEmpty: false })) NotesWritten?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>False where the store was busy and took nothing of it.</summary>
    private bool Committed(List<Waiting> batch, AppendResult[] results, bool isLast)
    {
        try
        {
            using var transaction = store.Begin([.. batch.Select(w => w.Append).OfType<Append>()]);
            for (var i = 0; i < batch.Count; i++)
            {
                if (batch[i].Append is { } append) results[i] = transaction.Add(append);
                else
                {
                    batch[i].Work!(transaction);
                    results[i] = AppendResult.Committed;
                }
            }

            transaction.Commit();
            return true;
        }
        catch (StoreBusyException) when (!isLast)
        {
            return false;
        }
    }

    /// <summary>A failed commit may have reached the disk. Reopen until the store answers, then look up each command of the batch.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Any failure to reopen is tried again; the reason is logged and the queue keeps refusing.")]
    private void AskAgain(List<Waiting> batch, AppendResult[] results, Exception fault)
    {
        var inBatch = results.ToArray();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                store.Open();
                for (var i = 0; i < batch.Count; i++)
                {
                    results[i] = batch[i].Append is { } append ? Ask(append, inBatch[i], fault) : new(AppendStatus.Lost, Fault: fault);
                }

                LogBack(attempt);
                lock (gate) away = null;
                return;
            }
            catch (Exception again)
            {
                LogStillAway(again, attempt);
                if (StopTrying())
                {
                    Array.Fill(results, new(AppendStatus.Unknown, Fault: again));
                    return;
                }
            }
        }
    }

    private AppendResult Ask(Append append, AppendResult? inBatch, Exception fault)
    {
        var found = store.Find(append.Command.Key).GetAwaiter().GetResult();
        // What the failed batch refused may rest on events of its own that never happened: it is decided again.
        if (found is null) return inBatch?.Status is AppendStatus.HeadMoved or AppendStatus.FactsMoved ? AppendResult.HeadMoved : new(AppendStatus.Lost, Fault: fault);
        return inBatch?.Status is AppendStatus.Committed && found == append.Command ? AppendResult.Committed : new(AppendStatus.Duplicate, found);
    }

    /// <summary>Waits a little before the next attempt; true when the log is closing and nobody needs the answer any more.</summary>
    private bool StopTrying()
    {
        if (writer is null) return closing;
        lock (gate)
        {
            if (!closing) Monitor.Wait(gate, options.ReopenAfter);
            return closing;
        }
    }

    /// <summary>Commits what waits, then stops the writer. Later appends are refused.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (closing) return;
            closing = true;
            Monitor.PulseAll(gate);
        }

        writer?.Join();
        store.Dispose();
    }

    private void Settle(Waiting waiting, AppendResult result)
    {
        if (waiting.Since is { } since) Telemetry.AppendLatency.Record(clock.GetElapsedTime(since).TotalSeconds);
        waiting.Settle(result);
    }

    private sealed class Waiting(Append? append, Action<ILogBatch>? work, bool byHand)
    {
        public Append? Append => append;

        public Action<ILogBatch>? Work => work;

        /// <summary>The clock's timestamp; null while nobody listens.</summary>
        public long? Since { get; init; }

        public ActivityContext? AskedIn { get; init; }

        // The writer's thread never runs what waits for it. Where there is no such thread, whoever writes by hand decides what runs when.
        public TaskCompletionSource<AppendResult> Done { get; } = new(byHand ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);

        public void Settle(AppendResult result)
        {
            append?.Settled(result);
            Done.SetResult(result);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Count} could not be committed; its outcome is unknown until the store has been reopened.")]
    private partial void LogAway(Exception fault, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store is still away after attempt {Attempt}.")]
    private partial void LogStillAway(Exception fault, int attempt);

    [LoggerMessage(Level = LogLevel.Information, Message = "The store is back after {Attempt} attempts; every waiting command was looked up.")]
    private partial void LogBack(int attempt);
}
