using System.Data.Common;
using InnovationScale.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Storage;

/// <summary>The disk fails and cannot be reopened for a while.</summary>
public sealed class AStoreThatIsAway : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Reads_no_list_until_it_is_open_again()
    {
        using var engine = new BrokenEngine(new SqliteEngine(folder));
        using var store = new SqlLogStore(engine, Tally.Kinds);
        store.Open();
        engine.Broken = true;
        Assert.Throws<IOException>(store.Open);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Find(new("amina", "1")));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.End().AsTask());

        engine.Broken = false;
        store.Open();
        Assert.Empty(await store.Query(connection => connection.Query("select id from tally", r => r.GetString(0))));
    }

    [Fact]
    public async Task Is_told_as_unhealthy_until_it_is_back()
    {
        var store = new BrokenStore(new SqlLogStore(new SqliteEngine(folder), Tally.Kinds));
        using var log = new EventLog(store, TimeProvider.System, NullLogger<EventLog>.Instance, new() { ReopenAfter = TimeSpan.FromMilliseconds(1) });
        log.Start();
        using var grains = new LocalGrains(Tally.Kinds, log, TimeProvider.System, new() { AnswerWithin = TimeSpan.FromHours(1) });
        await grains.Look<Tally>("a");
        Assert.Equal(HealthStatus.Healthy, await Health(log));

        store.Broken = true;
        var asked = grains.Execute("a", new Count(1), new("amina", new(Role.Teacher, "heron-bay"), DateTimeOffset.UnixEpoch, "c1"));
        SpinWait.SpinUntil(() => log.IsAway);
        Assert.Equal(HealthStatus.Unhealthy, await Health(log));

        store.Broken = false;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => asked);
        Assert.Equal(HealthStatus.Healthy, await Health(log));
    }

    /// <summary>The way to it is cut while nobody writes.</summary>
    [Fact]
    public async Task Is_told_as_unhealthy_from_a_read_that_failed_to_one_that_did_not()
    {
        var store = new BrokenStore(new SqlLogStore(new SqliteEngine(folder), Tally.Kinds));
        using var log = new EventLog(store, TimeProvider.System, NullLogger<EventLog>.Instance);
        store.Broken = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => log.DueNotes(DateTimeOffset.MaxValue, 1));
        Assert.Equal(HealthStatus.Unhealthy, await Health(log));

        store.Broken = false;
        Assert.Empty(await log.DueNotes(DateTimeOffset.MaxValue, 1));
        Assert.Equal(HealthStatus.Healthy, await Health(log));
    }

    private static async Task<HealthStatus> Health(EventLog log) => (await new StoreHealth(log).CheckHealthAsync(new())).Status;

    private sealed class BrokenEngine(ISqlEngine whole) : EngineAround(whole)
    {
        public bool Broken { get; set; }

        public override void Recover(DbConnection writer)
        {
            if (Broken) throw new IOException("The disk does not answer.");
            base.Recover(writer);
        }
    }

    private sealed class BrokenStore(ILogStore whole) : ILogStore
    {
        private volatile bool broken;

        public bool Broken
        {
            set => broken = value;
        }

        public void Open()
        {
            Check();
            whole.Open();
        }

        public bool IsShared => whole.IsShared;

        public ILogBatch Begin(IReadOnlyCollection<Append> appends)
        {
            Check();
            return whole.Begin(appends);
        }

        public Task<IReadOnlyList<LoggedEvent>> Read(string stream, long afterVersion = 0) => whole.Read(stream, afterVersion);

        public Task<LogHead> Head(string stream) => whole.Head(stream);

        public Task<CommandRow?> Find(CommandKey command) => whole.Find(command);

        public Task<IReadOnlyList<Note>> DueNotes(DateTimeOffset now, int most)
        {
            Check();
            return whole.DueNotes(now, most);
        }

        public void Dispose() => whole.Dispose();

        private void Check()
        {
            if (broken) throw new IOException("The disk does not answer.");
        }
    }
}
