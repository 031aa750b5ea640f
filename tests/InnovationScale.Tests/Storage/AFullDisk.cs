using System.Data.Common;
using InnovationScale.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Storage;

/// <summary>The real store when the real database has no room: nothing is acknowledged, nothing is lost, and it goes on by itself.</summary>
public sealed class AFullDisk : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private readonly CrampedEngine engine;
    private readonly SqlLogStore store;
    private readonly EventLog log;
    private readonly LocalGrains grains;
    private int commands;

    public AFullDisk()
    {
        engine = new(new(folder));
        store = new(engine, Tally.Kinds);
        log = new(store, TimeProvider.System, NullLogger<EventLog>.Instance);
        grains = new(Tally.Kinds, log, TimeProvider.System, new() { AnswerWithin = TimeSpan.FromHours(1) });
    }

    public void Dispose()
    {
        grains.Dispose();
        log.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<Outcome> Execute(string id, TallyCommand command, string? commandId = null)
    {
        var stamp = new Stamp("amina", new(Role.Teacher, "heron-bay"), DateTimeOffset.UnixEpoch, commandId ?? $"c{++commands}", new('x', 3000));
        var outcome = grains.Execute(id, command, stamp);
        while (!outcome.IsCompleted) log.WriteBatch();
        return await outcome;
    }

    [Fact]
    public async Task Refuses_what_has_no_room_and_takes_it_when_there_is_some()
    {
        await Execute("t", new Count(7));
        engine.Full = true;
        var before = engine.Connections;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Execute("t", new Count(1, Times: 500), "much"));
        Assert.True(engine.Connections > before, "the store was not reopened");
        Assert.False(log.IsAway);
        Assert.Equal(1, await store.End());
        Assert.Equal((7, 1L), ((await grains.Look<Tally>("t")).State.Total, (await grains.Look<Tally>("t")).Version));
        Assert.Equal("over-the-limit", (await Execute("t", new Count(1, UpTo: 7))).Refusal?.Code);

        engine.Full = false;
        Assert.Equal(501, (await Execute("t", new Count(1, Times: 500), "much")).Receipt?.Version);
        Assert.True((await Execute("t", new Count(1, Times: 500), "much")).Receipt?.Replayed);
        Assert.Equal(501, await store.End());
        log.Dispose();
        Assert.Null(DataFolder.Verify(folder).Fault);
    }

    /// <summary>SQLite on a disk whose room can be taken away.</summary>
    private sealed class CrampedEngine(SqliteEngine engine) : EngineAround(engine)
    {
        private DbConnection? writer;
        private bool full;

        public int Connections { get; private set; }

        public bool Full
        {
            set
            {
                full = value;
                Cramp();
            }
        }

        public override DbConnection Connect(bool forWriting)
        {
            Connections++;
            var connection = base.Connect(forWriting);
            return forWriting ? writer = connection : connection;
        }

        public override void Recover(DbConnection writer)
        {
            base.Recover(writer);
            Cramp();
        }

        // The most pages that the file may have: never less than it has already.
        private void Cramp() => writer!.Query($"pragma max_page_count = {(full ? 1 : int.MaxValue)}", r => r.GetInt64(0)).GetAwaiter().GetResult();
    }
}
