namespace InnovationScale.Storage;

/// <summary>
/// Where the event log is kept. The log's own rules (one writer, batches, unknown outcomes) stand in <see cref="EventLog"/>; a store only
/// keeps, and says honestly when it could not.
/// </summary>
public interface ILogStore : IDisposable
{
    /// <summary>Opens or reopens; after it, what is read is what was durably committed.</summary>
    void Open();

    /// <summary>Other processes may write to the same log, so that what a grain remembers of it may be old.</summary>
    bool IsShared { get; }

    /// <summary>Begins the next batch, which will be asked to add these. Only the log's writer calls this, one batch at a time.</summary>
    /// <exception cref="StoreBusyException">From here or from the batch: nothing of it was written, and it may be begun again at once.</exception>
    ILogBatch Begin(IReadOnlyCollection<Append> appends);

    /// <summary>The stream's events after a version, in order, with their cells.</summary>
    Task<IReadOnlyList<LoggedEvent>> Read(string stream, long afterVersion = 0);

    /// <summary>The stream's last event.</summary>
    Task<LogHead> Head(string stream);

    Task<CommandRow?> Find(CommandKey command);

    /// <summary>Up to <paramref name="most"/> notes that are due, oldest first, whoever has claimed them.</summary>
    Task<IReadOnlyList<Note>> DueNotes(DateTimeOffset now, int most);
}

/// <summary>The store refused a call for a moment. Nothing was written, and asked again it may take it.</summary>
public sealed class StoreBusyException(Exception inner) : IOException("The store is busy.", inner)
{
    /// <summary>So often is a call made before the store counts as away: where every third is refused, that is one batch of two calls in a thousand.</summary>
    public const int Attempts = 10;

    /// <summary>Before a call is made again; nothing after the first two refusals, 0.14 s after all of them together.</summary>
    public static TimeSpan Pause(int attempt) => TimeSpan.FromMilliseconds(Math.Max(0, attempt - 2) * Math.Max(0, attempt - 2));
}

/// <summary>One transaction of the writer.</summary>
public interface ILogBatch : IDisposable
{
    /// <summary>
    /// Checks one append and takes it in; whatever is wrong with it alone is its result and leaves no trace. An exception means that the batch
    /// as a whole is broken.
    /// </summary>
    AppendResult Add(Append append);

    /// <summary>
    /// Takes up to <paramref name="most"/> notes that are due, oldest first, which nobody else is given until they are settled or that time has come.
    /// </summary>
    IReadOnlyList<Note> Claim(DateTimeOffset now, DateTimeOffset until, int most);

    /// <summary>Notes that are done (null) or to be tried again at a later time.</summary>
    void Settle(string noteId, DateTimeOffset? againAt, string? fault);

    /// <summary>Writes rows that are no events, such as a session's; returns how many it touched. Seen by later statements of the batch.</summary>
    int Do(string sql, params (string Name, object? Value)[] parameters);

    /// <summary>Makes the batch durable. After an exception its outcome is unknown until the store has been reopened and asked.</summary>
    void Commit();
}

/// <summary>Where a stream ends in the log: the number and hash of its last event.</summary>
public readonly record struct LogHead(long Version, byte[] Hash)
{
    /// <summary>Of a stream to which nothing has happened.</summary>
    public static LogHead None { get; } = new(0, HashChain.Start);

    public bool Equals(LogHead other) => Version == other.Version && Hash.AsSpan().SequenceEqual(other.Hash);

    public override int GetHashCode() => Version.GetHashCode();
}
