using InnovationScale.Hosting;
using InnovationScale.Trials;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InnovationScale.Storage;

/// <summary>A contract passed with a real PostgreSQL server.</summary>
public sealed class NeedsPostgresAttribute : NeedsAttribute
{
    public override string? Missing => Postgres.Missing;
}

/// <summary>One server for all tests that need one, started by the first.</summary>
[CollectionDefinition(Postgres.Name)]
public sealed class OnPostgres : ICollectionFixture<PostgresWhereItIs>;

/// <summary>Starts no server where there is none and its tests are skipped.</summary>
public sealed class PostgresWhereItIs : IDisposable
{
    private readonly Lazy<Postgres> server = new(() => new());

    public Postgres Server => server.Value;

    public void Dispose()
    {
        if (server.IsValueCreated) server.Value.Dispose();
    }
}

/// <summary>One node: a host, a log and a store of its own, on a database that others may use too.</summary>
internal sealed class Node : IDisposable
{
    public Node(string database, Kinds? kinds = null, GrainOptions? options = null)
    {
        Store = new(new PostgresEngine(database), kinds ?? Tally.Kinds);
        Log = new(Store, TimeProvider.System, NullLogger<EventLog>.Instance, new() { ReopenAfter = TimeSpan.FromMilliseconds(20) });
        Log.Start();
        Grains = new(kinds ?? Tally.Kinds, Log, TimeProvider.System, options ?? new() { PauseMost = TimeSpan.FromMilliseconds(5) });
    }

    private static readonly TimeSpan BeforeAgain = TimeSpan.FromMilliseconds(10);

    public SqlLogStore Store { get; }

    public EventLog Log { get; }

    public LocalGrains Grains { get; }

    public static Stamp Stamp(string command) => new("amina", new(Role.Teacher, "heron-bay"), DateTimeOffset.UnixEpoch, command);

    /// <summary>Sends until there is an answer, as a client does.</summary>
    public async Task<Outcome> Insist(string id, TallyCommand command, string commandId, long? expected = null)
    {
        while (true)
        {
            try
            {
                return await Grains.Execute(id, command, Stamp(commandId), expected);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(BeforeAgain);
            }
        }
    }

    public void Dispose()
    {
        Grains.Dispose();
        Log.Dispose();
    }
}

/// <summary>Two nodes share a database and know nothing of each other.</summary>
[Collection(Postgres.Name)]
public sealed class TwoNodes(PostgresWhereItIs server)
{
    [NeedsPostgresFact]
    public async Task Show_what_either_was_told_at_once()
    {
        var database = server.Server.NewDatabase();
        using Node here = new(database), there = new(database);
        for (var n = 1; n <= 20; n++)
        {
            var receipt = (await (n % 2 == 0 ? here : there).Grains.Execute("t", new Count(1), Node.Stamp($"{n}"))).Receipt!;
            Assert.Equal(n, receipt.Version);
            Assert.Equal((n, (long)n), ((await here.Grains.Look<Tally>("t")).State.Total, (await here.Grains.Look<Tally>("t")).Version));
            Assert.Equal(n, (await there.Grains.Look<Tally>("t")).Version);
        }
    }

    [NeedsPostgresFact]
    public async Task Refuse_by_what_the_log_says_and_not_by_what_they_remember()
    {
        var database = server.Server.NewDatabase();
        using Node here = new(database), there = new(database);
        await here.Grains.Look<Tally>("t");
        await there.Grains.Execute("t", new Count(10), Node.Stamp("1"));

        Assert.Equal(2, (await here.Grains.Execute("t", new Count(1) { AtLeast = 10 }, Node.Stamp("2"))).Receipt?.Version);
        Assert.Equal(3, (await there.Grains.Execute("t", new Count(1), Node.Stamp("3"), expectedVersion: 2)).Receipt?.Version);
        Assert.Equal("stale-version", (await here.Grains.Execute("t", new Count(1), Node.Stamp("4"), expectedVersion: 2)).Refusal?.Code);
        Assert.Equal("over-the-limit", (await here.Grains.Execute("t", new Count(1, UpTo: 12), Node.Stamp("5"))).Refusal?.Code);
    }

    [NeedsPostgresFact]
    public async Task Take_a_command_sent_to_both_once()
    {
        var database = server.Server.NewDatabase();
        using Node here = new(database), there = new(database);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).SelectMany(n => new[] { here, there }.Select(node => Task.Run(() => node.Insist($"t{n % 5}", new Count(1), $"c{n}")))));
        Assert.All(answers.Chunk(2), pair => Assert.Equal(pair[0].Receipt! with { Replayed = false }, pair[1].Receipt! with { Replayed = false }));
        for (var n = 0; n < 5; n++) Assert.Equal(20, (await here.Grains.Look<Tally>($"t{n}")).State.Total);
    }

    /// <summary>R15: every command conflicts with the other node's.</summary>
    [NeedsPostgresFact]
    public async Task Never_both_win()
    {
        const int commands = 2_000;
        var database = server.Server.NewDatabase();
        using Node here = new(database), there = new(database);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, commands).Select(n => Task.Run(() => (n % 2 == 0 ? here : there).Insist("t", new Count(1), $"c{n}"))));
        Assert.Equal(Enumerable.Range(1, commands).Select(n => (long)n), outcomes.Select(o => o.Receipt!.Version).Order());
        using var engine = new PostgresEngine(database);
        var found = DataFolder.Verify(engine);
        Assert.Equal((null, (long)commands), (found.Fault, found.Events));
    }
}

/// <summary>The server cuts connections, also in the middle of commits, or crashes.</summary>
[Collection(Postgres.Name)]
public sealed class ADatabaseThatBreaksOff(PostgresWhereItIs server)
{
    [NeedsPostgresFact]
    public async Task Loses_nothing_and_doubles_nothing()
    {
        const int clients = 8, each = 60;
        var database = server.Server.NewDatabase();
        using Node here = new(database), there = new(database);
        var told = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var receipts = new List<Receipt>();
            for (var n = 0; n < each; n++)
            {
                receipts.Add((await (client % 2 == 0 ? here : there).Insist($"t{n % 3}", new Count(1, Times: 1 + n % 2), $"{client}-{n}")).Receipt!);
                if (client == 0 && n == each / 2) server.Server.CrashAndRestart();
                else if (client < 3 && n % 10 == 9) Cut();
            }

            return receipts;
        })));

        var receipts = told.SelectMany(r => r).ToList();
        Assert.Equal(clients * each, receipts.Select(r => (r.Stream, r.Version)).Distinct().Count());
        var kept = await here.Store.Query(connection => connection.Query("select stream, last_version from command", r => (r.GetString(0), r.GetInt64(1))));
        Assert.Equal(receipts.Select(r => (r.Stream, r.Version)).Order(), kept.Order());
        using var engine = new PostgresEngine(database);
        Assert.Null(DataFolder.Verify(engine).Fault);
    }

    private void Cut()
    {
        try
        {
            server.Server.Do("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'InnovationScale'");
        }
        catch (NpgsqlException)
        {
            // The server is being restarted: that cuts them too.
        }
    }

    [NeedsPostgresFact]
    public async Task Is_told_within_two_seconds_when_it_does_not_answer_and_is_used_again_when_it_does()
    {
        using var node = new Node(server.Server.NewDatabase());
        await node.Grains.Execute("t", new Count(1), Node.Stamp("1"));
        server.Server.Freeze();
        try
        {
            var watch = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(
                Assert.ThrowsAsync<StoreUnavailableException>(() => node.Grains.Execute("t", new Count(1), Node.Stamp("2"))),
                Assert.ThrowsAsync<StoreUnavailableException>(() => node.Grains.Look<Tally>("t")));
            Assert.InRange(TimeProvider.System.GetElapsedTime(watch), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        }
        finally
        {
            server.Server.Thaw();
        }

        Assert.Equal(2, (await node.Insist("t", new Count(1), "2")).Receipt?.Version);
        Assert.Equal(2, (await node.Grains.Look<Tally>("t")).State.Total);
    }
}

/// <summary>Verify, rebuild and export, on a database with a little history.</summary>
[Collection(Postgres.Name)]
public sealed class LookingAfterADatabase(PostgresWhereItIs server)
{
    [NeedsPostgresFact]
    public async Task Verifies_exports_rebuilds_and_finds_what_was_changed()
    {
        var database = server.Server.NewDatabase();
        var cell = new Cell { School = "s", Class = "1", Arm = "a", Measure = "m", Wave = "outcome", Outcome = new(3, 2.5, 0.5) };
        using var node = new Node(database);
        for (var n = 0; n < 30; n++) await node.Grains.Execute($"t{n % 4}", new Count(n + 1, Times: n % 3 + 1), Node.Stamp($"c{n}"));
        await node.Grains.Execute("t1", new BringCells([cell, cell with { Class = "2" }]), Node.Stamp("cells"));
        using var engine = new PostgresEngine(database);
        Assert.Equal((null, 61L, 4), DataFolder.Verify(engine) is var whole ? (whole.Fault, whole.Events, whole.Streams) : default);
        using var lines = new StringWriter();
        Assert.Equal(61, DataFolder.Export(engine, lines));
        Assert.Contains("\"cells\":[", lines.ToString(), StringComparison.Ordinal);

        var written = await Rows(node);
        Change(database, "update tally set total = -1");
        Assert.Equal(4, DataFolder.Rebuild(new PostgresEngine(database), Tally.Kinds));
        Assert.Equal(written, await Rows(node));
        await node.Grains.Execute("t1", new Count(1), Node.Stamp("after"));

        Change(database, "update event set json = json || ' ' where position = 7");
        Assert.Equal(7, DataFolder.Verify(engine).FirstBad);
    }

    private static Task<List<(string, long, long)>> Rows(Node node) => node.Store.Query(connection =>
        connection.Query("select id, total, version from tally order by id", r => (r.GetString(0), r.GetInt64(1), r.GetInt64(2))));

    private static void Change(string database, string sql)
    {
        using var connection = new NpgsqlConnection($"{database};Pooling=false");
        connection.Open();
        Assert.True(connection.Do(sql) > 0, sql);
    }

    [NeedsPostgresFact]
    public void Is_refused_where_records_would_not_be_kept_as_they_are()
    {
        Assert.Contains("cannot be opened", Assert.Throws<StoreNotUsableException>(() => new PostgresEngine(server.Server.Store("nowhere"))).Message, StringComparison.Ordinal);
        server.Server.Do("create database latin encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0");
        Assert.Contains("LATIN1", Assert.Throws<StoreNotUsableException>(() => new PostgresEngine(server.Server.Store("latin"))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new PostgresEngine("Server=here;Colour=red"));
    }
}
