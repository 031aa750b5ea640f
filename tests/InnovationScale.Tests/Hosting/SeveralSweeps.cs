using System.Collections.Concurrent;
using InnovationScale.Simulation;
using InnovationScale.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Hosting;

/// <summary>Two nodes sweep one outbox.</summary>
[Collection(Postgres.Name)]
public sealed class SeveralSweeps(PostgresWhereItIs server)
{
    private const int Notes = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SimulatedClock clock = new(DateTimeOffset.UnixEpoch.AddMinutes(1));
    private readonly ConcurrentBag<(string Sweep, string Note)> ran = [];

    private Sweep Of(Node node, string name, Func<Task> first) => new(node.Log, new Dictionary<string, Func<Note, Task>>(StringComparer.Ordinal)
    {
        ["seven"] = async note =>
        {
            var isFirst = !ran.Any(one => one.Sweep == name);
            ran.Add((name, note.Id));
            if (isFirst) await first();
        },
    }, clock, NullLogger<Sweep>.Instance);

    [NeedsPostgresFact]
    public async Task Run_each_step_in_one_of_them()
    {
        var database = server.Server.NewDatabase();
        using Node here = new(database), there = new(database);
        await here.Grains.Execute("t", new Count(7, Times: Notes), Node.Stamp("1"));

        // Each waits in its first step for the other's first: both hold claims at the same time.
        TaskCompletionSource hereIn = new(), thereIn = new();
        using var one = Of(here, "here", () => Met(hereIn, thereIn));
        using var other = Of(there, "there", () => Met(thereIn, hereIn));
        var done = await Task.WhenAll(Task.Run(() => one.RunDue()), Task.Run(() => other.RunDue()));

        Assert.Equal(Notes, done.Sum());
        Assert.All(done, count => Assert.InRange(count, 1, Notes));
        Assert.Equal(Enumerable.Range(1, Notes).Select(n => $"tally/t@{n}#0").Order(StringComparer.Ordinal), ran.Select(r => r.Note).Order(StringComparer.Ordinal));
        Assert.Empty(await here.Log.DueNotes(DateTimeOffset.MaxValue, 1));

        static Task Met(TaskCompletionSource me, TaskCompletionSource other)
        {
            me.SetResult();
            return other.Task.WaitAsync(Patience);
        }
    }

    [NeedsPostgresFact]
    public async Task Take_over_what_one_that_died_had_claimed_when_its_claim_has_ended()
    {
        var database = server.Server.NewDatabase();
        using Node here = new(database), there = new(database);
        await here.Grains.Execute("t", new Count(7, Times: 3), Node.Stamp("1"));
        TaskCompletionSource begun = new(), never = new();
        using var dead = Of(here, "dead", () =>
        {
            begun.SetResult();
            return never.Task;
        });
        using var alive = Of(there, "alive", () => Task.CompletedTask);
        _ = dead.RunDue();
        await begun.Task.WaitAsync(Patience);

        Assert.Equal(0, await alive.RunDue());
        clock.Advance(Sweep.Lease - TimeSpan.FromTicks(1), _ => 0);
        Assert.Equal(0, await alive.RunDue());

        clock.Advance(TimeSpan.FromTicks(1), _ => 0);
        Assert.Equal(3, await alive.RunDue());
        Assert.Equal(1, ran.Count(r => r.Sweep is "dead"));
    }

    /// <summary>A row that somebody has changed by hand and not committed yet.</summary>
    [NeedsPostgresFact]
    public async Task Wait_for_no_row_that_is_locked()
    {
        var database = server.Server.NewDatabase();
        using Node here = new(database);
        await here.Grains.Execute("t", new Count(7, Times: 3), Node.Stamp("1"));
        await using var hand = here.Store.Engine.Connect(forWriting: true);
        await hand.OpenAsync();
        hand.Do("begin");
        hand.Do("update outbox set fault = null where id = 'tally/t@2#0'");

        using var sweep = Of(here, "here", () => Task.CompletedTask);
        Assert.Equal(2, await sweep.RunDue());
        hand.Do("rollback");
        Assert.Equal(1, await sweep.RunDue());
    }
}

/// <summary>An outbox that was made before there were claims.</summary>
public sealed class AnOlderOutbox : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Is_swept_all_the_same_and_whoever_held_a_note_is_gone_after_a_start()
    {
        using (var log = Open())
        {
            using var grains = new LocalGrains(Tally.Kinds, log, TimeProvider.System);
            await grains.Execute("t", new Count(7), Node.Stamp("1"));
            Assert.Single(await log.Claim(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, 1));
        }

        using (var log = Open())
        {
            Assert.Single(await log.Claim(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, 1));
            using var connection = ((SqlLogStore)log.Store).Engine.Connect(forWriting: true);
            await connection.OpenAsync();
            connection.Do("alter table outbox drop column held_until");
        }

        using (var log = Open()) Assert.Single(await log.Claim(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, 1));
    }

    private EventLog Open()
    {
        var log = new EventLog(new SqlLogStore(new SqliteEngine(folder), Tally.Kinds), TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        return log;
    }
}
