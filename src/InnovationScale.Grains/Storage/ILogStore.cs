namespace InnovationScale.Storage;

/// <summary>
/// Where the event log is kept. The log's own rules (one writer, batches, unknown outcomes) stand in <see cref="EventLog"/>; a store only
/// keeps, and says honestly when it could not.
/// </summary>
public interface ILogStore : IDisposable
{
    /// <summary>Opens or reopens; after it, what is read is what was durably committed.</summary>
    void Open();

    /// <summary>Begins the next batch. Only the log's writer calls this, one batch at a time.</summary>
    ILogBatch Begin();

    /// <summary>The stream's events after a version, in order, with their cells.</summary>
    Task<IReadOnlyList<LoggedEvent>> Read(string stream, long afterVersion = 0);

    Task<CommandRow?> Find(CommandKey command);

    /// <summary>Up to <paramref name="most"/> notes that are due, oldest first.</summary>
    Task<IReadOnlyList<Note>> DueNotes(DateTimeOffset now, int most);
}

/// <summary>One transaction of the writer.</summary>
public interface ILogBatch : IDisposable
{
    /// <summary>
    /// Checks and writes one append in a savepoint of its own; whatever is wrong with it alone is its result and leaves no trace. An exception
    /// means that the batch as a whole is broken.
    /// </summary>
    AppendResult Add(Append append);

    /// <summary>Notes that are done (null) or to be tried again at a later time.</summary>
    void Settle(string noteId, DateTimeOffset? againAt, string? fault);

    /// <summary>Makes the batch durable. After an exception its outcome is unknown until the store has been reopened and asked.</summary>
    void Commit();
}
