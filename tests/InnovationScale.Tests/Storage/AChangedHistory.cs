using InnovationScale.Hosting;
using InnovationScale.Trials;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace InnovationScale.Storage;

/// <summary>
/// Somebody with the database in their hands changes one thing: a byte, a row, the tail, or everything from one point on, hashed again. Verify finds
/// it and names the place. The heads signed along the way are kept elsewhere.
/// </summary>
public sealed class AChangedHistory(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly string[] Hashed = ["stream", "version", "name", "json", "actor", "role", "at", "command_id", "reason", "hash", "cells"];
    private readonly string root = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private byte[] whole = [];
    private IReadOnlyList<SignedHead> heads = [];
    private long events;

    private string Folder => Path.Combine(root, "data");

    private string Database => Path.Combine(Folder, SqliteEngine.FileName);

    public async Task InitializeAsync()
    {
        var witness = new Witness(Path.Combine(root, "witness"));
        using (var store = new SqlLogStore(new SqliteEngine(Folder), Tally.Kinds))
        {
            using var log = new EventLog(store, TimeProvider.System, NullLogger<EventLog>.Instance);
            log.Start();
            using var grains = new LocalGrains(Tally.Kinds, log, TimeProvider.System);
            for (var day = 0; day < 4; day++)
            {
                for (var n = 0; n < 8; n++) await grains.Execute($"t{n % 3}", new Count(n + 1, Times: n % 3 + 1), Stamp(day, $"c{n}"));
                Cell cell = new() { School = "s", Class = "1", Arm = "a", Measure = "m", Wave = "outcome", Outcome = new(3, 2.5, 0.5) };
                await grains.Execute("t1", new BringCells([cell, cell with { Class = "2" }]), Stamp(day, "cells"));
                if (day < 3) await witness.Sign(store, Start.AddDays(day));
            }
        }

        using (var connection = Open()) connection.Do("pragma journal_mode = delete");
        whole = await File.ReadAllBytesAsync(Database);
        heads = Witness.Heads(Path.Combine(root, "witness"));
        events = DataFolder.Verify(Folder).Events;
    }

    public Task DisposeAsync()
    {
        Directory.Delete(root, recursive: true);
        return Task.CompletedTask;
    }

    private static Stamp Stamp(int day, string command) => new("amina", new(Role.Teacher, "heron-bay"), Start.AddDays(day), $"{day}-{command}", "because");

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
        connection.Open();
        connection.Do("pragma synchronous = off");
        return connection;
    }

    [Fact]
    public void Unchanged_it_meets_every_head_that_was_signed()
    {
        Assert.Equal(3, heads.Count);
        Assert.Null(DataFolder.Verify(Folder, heads).Fault);
    }

    [Fact]
    public void Whatever_is_changed_is_found_and_the_first_bad_place_is_named()
    {
        var tries = Environment.GetEnvironmentVariable("SOAK") is "1" ? 10_000 : 1_000;
        var seed = Environment.GetEnvironmentVariable("RELIABILITY_SEED") is { Length: > 0 } given ? int.Parse(given, null) : Environment.TickCount & 0xFFFFFF;
        output.WriteLine($"Seed {seed}, {tries} changes to a history of {events} events.");
        var random = new Random(seed);
        for (var n = 0; n < tries; n++)
        {
            File.WriteAllBytes(Database, whole);
            var change = Change(Changes[n % Changes.Length], random);
            var found = DataFolder.Verify(Folder, heads);
            Assert.True(found.Fault is not null, $"Change {n} of seed {seed} was not found: {change.What}.");
            Assert.True(found.FirstBad >= change.From && found.FirstBad <= change.To,
                $"Change {n} of seed {seed}, {change.What}: found at {found.FirstBad} ({found.Fault}), expected from {change.From} to {change.To}.");
        }
    }

    /// <summary>A version that the stream has already, the database itself refuses: then another is tried.</summary>
    private (string What, long From, long To) Change(Func<AChangedHistory, SqliteConnection, Random, (string, long, long)> change, Random random)
    {
        while (true)
        {
            using var connection = Open();
            try
            {
                return change(this, connection, random);
            }
            catch (SqliteException refused) when (refused.SqliteErrorCode is 19)
            {
                output.WriteLine(refused.Message);
            }
        }
    }

    /// <summary>Each says what it did and where verify may first notice: at one place where that is certain.</summary>
    private static Func<AChangedHistory, SqliteConnection, Random, (string, long, long)>[] Changes { get; } =
    [
        (history, db, random) => history.ChangeAByte(db, random),
        (history, db, random) => history.ChangeAByte(db, random),
        (_, db, random) => ChangeACell(db, random),
        (history, db, random) => history.ChangeACommit(db, random),
        (history, db, random) => history.Delete(db, random),
        (history, db, random) => history.Swap(db, random),
        (history, db, random) => history.Insert(db, random),
        (history, db, random) => history.CutTheTail(db, random),
        (history, db, random) => history.HashAgainFrom(db, random),
    ];

    private (string, long, long) ChangeAByte(SqliteConnection db, Random random)
    {
        var (position, column) = (random.NextInt64(1, events + 1), Hashed[random.Next(Hashed.Length)]);
        var before = One(db, $"select {column} from event where position = {position}");
        Set(db, $"update event set {column} = @value where position = {position}", Changed(before, random));
        return ($"{column} of {position}", position, position);
    }

    private static (string, long, long) ChangeACell(SqliteConnection db, Random random)
    {
        var (position, n) = Pick(db, random, "select event, n from observation");
        Set(db, $"update observation set json = @value where event = {position} and n = {n}", Changed(One(db, $"select json from observation where event = {position} and n = {n}"), random));
        return ($"cell {n} of {position}", position, position);
    }

    private (string, long, long) ChangeACommit(SqliteConnection db, Random random)
    {
        var (number, first) = Pick(db, random, "select number, first from batch");
        var column = new[] { "first", "last", "hash" }[random.Next(3)];
        var last = (long)One(db, $"select last from batch where number = {number}");
        Set(db, $"update batch set {column} = @value where number = {number}", Changed(One(db, $"select {column} from batch where number = {number}"), random));
        return ($"{column} of commit {number}", first, Math.Min(last, events) + 1);
    }

    private (string, long, long) Delete(SqliteConnection db, Random random)
    {
        var position = random.NextInt64(1, events + 1);
        db.Do($"delete from event where position = {position}");
        return ($"{position} deleted", position, position + 1);
    }

    private (string, long, long) Swap(SqliteConnection db, Random random)
    {
        var one = random.NextInt64(1, events);
        var other = random.NextInt64(one + 1, events + 1);
        db.Do($"update event set position = -1 where position = {one}");
        db.Do($"update event set position = {one} where position = {other}");
        db.Do($"update event set position = {other} where position = -1");
        // Two neighbours of different streams break no stream's chain: their commit shows it, from its beginning.
        return ($"{one} and {other} swapped", (long)One(db, $"select first from batch where {one} between first and last"), other);
    }

    private (string, long, long) Insert(SqliteConnection db, Random random)
    {
        var position = random.NextInt64(1, events + 1);
        var after = random.NextInt64(position, events + 1);
        for (var at = events; at > after; at--) db.Do($"update event set position = {at + 1} where position = {at}");
        db.Do("insert into event (position, stream, version, name, json, actor, role, at, command_id, reason, cells, hash) " +
            $"select {after + 1}, stream || 'x', version, name, json, actor, role, at, command_id, reason, 0, hash from event where position = {position}");
        return ($"{position} again after {after}", after + 1, after + 1);
    }

    private (string, long, long) CutTheTail(SqliteConnection db, Random random)
    {
        // Back to before the last head that was signed: what came after it has no witness yet.
        var last = (long)One(db, $"select coalesce(max(last), 0) from batch where number <= {random.NextInt64(heads[^1].Batch)}");
        db.Do($"delete from observation where event > {last}");
        db.Do($"delete from event where position > {last}");
        db.Do($"delete from batch where last > {last}");
        db.Do("delete from command where not exists (select 1 from event e where e.stream = command.stream and e.version = command.last_version)");
        return ($"cut after {last}", last + 1, last + 1);
    }

    private (string, long, long) HashAgainFrom(SqliteConnection db, Random random)
    {
        var position = random.NextInt64(1, heads[^1].Events + 1);
        Set(db, $"update event set reason = @value where position = {position}", Changed(One(db, $"select reason from event where position = {position}"), random));
        var streams = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (at, e) in db.Query("select position, stream, version, name, json, actor, role, at, command_id, reason from event order by position",
            r => (r.GetInt64(0), new LoggedEvent(r.GetString(1), r.GetInt64(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6), r.GetString(7), r.GetString(8), r.TextOrNull(9), [], []))).GetAwaiter().GetResult())
        {
            streams[e.Stream] = HashChain.Next(streams.GetValueOrDefault(e.Stream, HashChain.Start), e);
            Set(db, $"update event set hash = @value where position = {at}", streams[e.Stream]);
        }

        var chain = HashChain.Start;
        foreach (var (number, first, last) in db.Query("select number, first, last from batch order by number", r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2))).GetAwaiter().GetResult())
        {
            chain = HashChain.NextBatch(chain, db.Query($"select hash from event where position between {first} and {last} order by position", r => (byte[])r.GetValue(0)).GetAwaiter().GetResult());
            Set(db, $"update batch set hash = @value where number = {number}", chain);
        }

        // The chain holds in itself: only that it is not the one that was signed shows, from the last head that still holds on.
        return ($"{position} changed and all hashed again", heads.Where(head => head.Events < position).Select(head => head.Events + 1).DefaultIfEmpty(1).Max(), position);
    }

    private static object Changed(object value, Random random) => value switch
    {
        long number => number ^ (1L << random.Next(6)),
        byte[] bytes => Flipped(bytes, random),
        string { Length: > 0 } text => Flipped(text, random),
        _ => "x",
    };

    private static byte[] Flipped(byte[] bytes, Random random)
    {
        byte[] flipped = [.. bytes];
        flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private static string Flipped(string text, Random random)
    {
        var at = random.Next(text.Length);
        return string.Concat(text.AsSpan(0, at), ((char)(text[at] ^ 1)).ToString(), text.AsSpan(at + 1));
    }

    private static object One(SqliteConnection db, string sql) => db.Query(sql, r => r.GetValue(0)).GetAwaiter().GetResult()[0];

    private static (long, long) Pick(SqliteConnection db, Random random, string sql)
    {
        var rows = db.Query(sql, r => (r.GetInt64(0), r.GetInt64(1))).GetAwaiter().GetResult();
        return rows[random.Next(rows.Count)];
    }

    private static void Set(SqliteConnection db, string sql, object value) => Assert.Equal(1, db.Do(sql, ("value", value)));
}
