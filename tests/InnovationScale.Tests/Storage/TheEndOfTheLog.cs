using InnovationScale.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Storage;

/// <summary>One process alone writes to a data folder, so that it knows where the log ends and does not ask the database.</summary>
public sealed class TheEndOfTheLog : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Is_the_last_durable_event_also_after_a_start()
    {
        for (var start = 0; start < 2; start++)
        {
            using var store = new SqlLogStore(new SqliteEngine(folder), Tally.Kinds);
            using var log = new EventLog(store, TimeProvider.System, NullLogger<EventLog>.Instance);
            using var grains = new LocalGrains(Tally.Kinds, log, TimeProvider.System);
            Assert.Equal(2 * start, await store.End());

            var asked = grains.Execute("a", new Count(1), Stamp($"{start}"));
            while (log.WriteBatch() == 0) await Task.Yield();
            await asked;
            Assert.Equal(2 * start + 1, await store.End());

            // What is refused, and what is no event, moves it nowhere.
            var again = grains.Execute("a", new Count(1), Stamp($"{start}"));
            await again;
            var note = log.Write(batch => batch.Do("delete from outbox"));
            while (log.WriteBatch() == 0) await Task.Yield();
            await note;
            Assert.Equal(2 * start + 1, await store.End());

            var other = grains.Execute("b", new Count(1), Stamp($"b{start}"));
            while (log.WriteBatch() == 0) await Task.Yield();
            await other;
            Assert.Equal(2 * (start + 1), await store.End());
            Assert.Equal(await store.End(), (await store.Query(connection => connection.Query("select max(position) from event", r => r.GetInt64(0))))[0]);
        }
    }

    private static Stamp Stamp(string command) => new("amina", new(Role.Teacher, "heron-bay"), DateTimeOffset.UnixEpoch, command);
}
