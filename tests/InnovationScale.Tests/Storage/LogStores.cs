using InnovationScale.Hosting;
using InnovationScale.Simulation;

namespace InnovationScale.Storage;

/// <summary>Stores in an SQL database, looked into with plain SQL.</summary>
public abstract class SqlLogStoreContract : LogStoreContract
{
    private readonly SqlLogStore store;

    private protected SqlLogStoreContract(ISqlEngine engine)
    {
        store = new(engine, Tally.Kinds);
        store.Open();
    }

    internal override ILogStore Store => store;

    internal override async Task<IReadOnlyList<(long Position, string Stream, long Version)>> Log() => await store.Query(connection =>
        connection.Query("select position, stream, version from event order by position", r => (r.GetInt64(0), r.GetString(1), r.GetInt64(2))));

    internal override async Task<IReadOnlyList<(long Number, long First, long Last, byte[] Hash)>> Batches() => await store.Query(connection =>
        connection.Query("select number, first, last, hash from batch order by number", r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), (byte[])r.GetValue(3))));

    internal override async Task<(long Total, long Version)?> Row(string id) => await store.Query(connection =>
        connection.Query("select total, version from tally where id = @id", r => (r.GetInt64(0), r.GetInt64(1)), ("id", id))) is [var row] ? row : null;

    [ContractFact]
    public async Task The_end_is_the_last_event()
    {
        Assert.Equal(0, await store.End());
        var first = First("t");
        Write(first, First("u"));
        Assert.Equal(2, await store.End());

        // What is refused, what is no event and what is not committed move it nowhere.
        Assert.Equal([AppendStatus.HeadMoved], Write(First("t")));
        var lost = First("v");
        using (var batch = store.Begin([lost])) Assert.Equal(AppendStatus.Committed, batch.Add(lost).Status);
        using (var batch = store.Begin([]))
        {
            batch.Do("delete from outbox");
            batch.Commit();
        }

        Assert.Equal(2, await store.End());
        store.Open();
        Assert.Equal(2, await store.End());
        Write(Appending("t", first.Events, [new Counted(1), new Counted(2)]));
        Assert.Equal((await Log())[^1].Position, await store.End());
        Assert.Equal(4, await store.End());
    }

    public override void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The embedded store keeps the contract.</summary>
public sealed class SqliteLogStore : SqlLogStoreContract
{
    private readonly string folder;

    public SqliteLogStore() : this(Directory.CreateTempSubdirectory("innovationscale-").FullName)
    {
    }

    private SqliteLogStore(string folder) : base(new SqliteEngine(folder)) => this.folder = folder;

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>PostgreSQL keeps it too, on a real server.</summary>
[NeedsPostgres, Collection(Postgres.Name)]
public sealed class PostgresLogStore(PostgresWhereItIs server) : SqlLogStoreContract(new PostgresEngine(server.Server.NewDatabase()));

/// <summary>The simulator's store keeps it too.</summary>
public sealed class MemoryLogStore : LogStoreContract
{
    private readonly SimulatedStore store = new(new(), new());

    public MemoryLogStore() => store.Open();

    internal override ILogStore Store => store;

    internal override Task<IReadOnlyList<(long Position, string Stream, long Version)>> Log() =>
        Task.FromResult<IReadOnlyList<(long, string, long)>>([.. store.Disk.Durable.Events.Select(p => (p.Position, p.Event.Stream, p.Event.Version))]);

    internal override Task<IReadOnlyList<(long Number, long First, long Last, byte[] Hash)>> Batches() =>
        Task.FromResult<IReadOnlyList<(long, long, long, byte[])>>([.. store.Disk.Durable.Batches.Select(b => (b.Number, b.First, b.Last, b.Hash))]);

    internal override Task<(long Total, long Version)?> Row(string id) =>
        Task.FromResult<(long, long)?>(store.Disk.Durable.Rows.TryGetValue(new("tally", id, 0), out var row) ? ((long)row[0]!, (long)row[1]!) : null);

    public override void Dispose() => store.Dispose();
}
