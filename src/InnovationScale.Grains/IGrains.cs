namespace InnovationScale;

/// <summary>
/// The running aggregates. Whatever hosts them, one process or a cluster, this is all that pages and API see: ask a grain to do
/// something, or look at what it is.
/// </summary>
public interface IGrains
{
    /// <summary>
    /// Runs the command on one grain, one turn at a time, and answers when its events are durable.
    /// </summary>
    /// <param name="id">The aggregate's id, without its kind.</param>
    /// <param name="expectedVersion">Refuse as stale unless the grain stands at this version; null where any version will do.</param>
    /// <exception cref="StoreUnavailableException">The outcome is unknown or nothing was saved: send the same command id again.</exception>
    Task<Outcome> Execute<TAggregate>(string id, ICommand<TAggregate> command, Stamp stamp, long? expectedVersion = null)
        where TAggregate : class, IAggregate<TAggregate>;

    /// <summary>The grain's last committed state; version 0 and the empty state where nothing has happened yet.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    Task<View<TAggregate>> Look<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate>;
}

/// <summary>What became of a command: a receipt for what is now durable, or the rules' refusal. Exactly one of them is there.</summary>
public readonly record struct Outcome(Receipt? Receipt, Refusal? Refusal)
{
    public static implicit operator Outcome(Receipt receipt) => new(receipt, null);

    public static implicit operator Outcome(Refusal refusal) => new(null, refusal);
}

/// <summary>Proof that a command took effect once.</summary>
/// <param name="Stream">The stream it went to, such as <c>pilot/7f3k</c>.</param>
/// <param name="Version">The number of its last event: the record's ETag from then on.</param>
/// <param name="Replayed">The same command had been accepted before; nothing new happened.</param>
public sealed record Receipt(string Stream, long Version, bool Replayed = false)
{
    /// <summary>The aggregate's id: the stream without its kind.</summary>
    public string Id => Stream[(Stream.IndexOf('/', StringComparison.Ordinal) + 1)..];
}

/// <summary>A committed state with its place in the log.</summary>
/// <param name="Version">Number of the last event; 0 where there is none.</param>
public sealed record View<TAggregate>(string Id, TAggregate State, long Version) where TAggregate : class, IAggregate<TAggregate>
{
    public bool Exists => Version > 0;

    public Head Head => new(Streams.Of<TAggregate>(Id), Version);
}

/// <summary>How streams are named: kind, slash, id.</summary>
public static class Streams
{
    public static string Of<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate> => $"{TAggregate.Kind}/{id}";
}
