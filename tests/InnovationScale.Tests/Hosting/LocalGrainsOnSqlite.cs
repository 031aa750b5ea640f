using InnovationScale.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Hosting;

/// <summary>The embedded default keeps the contract.</summary>
public sealed class LocalGrainsOnSqlite : HostContract
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private EventLog? log;
    private LocalGrains? grains;

    protected override Task<IGrains> Start()
    {
        log = new(new SqlLogStore(new SqliteEngine(folder), Tally.Kinds), TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        grains = new(Tally.Kinds, log, TimeProvider.System);
        return Task.FromResult<IGrains>(grains);
    }

    protected override async Task<IGrains> Restart()
    {
        Close();
        return await Start();
    }

    protected override Task Stop()
    {
        Close();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    private void Close()
    {
        grains?.Dispose();
        log?.Dispose();
    }

    [Fact]
    public async Task The_folder_belongs_to_one_process()
    {
        await Grains.Execute(NewId, new Count(1), Stamp());
        var second = Assert.Throws<DataFolderInUseException>(() => new SqliteEngine(folder));
        Assert.Contains(folder, second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_is_synced_to_the_disk()
    {
        var store = (SqlLogStore)log!.Store;
        using var writer = store.Engine.Connect(forWriting: true);
        writer.Open();
        Assert.Equal([2], await writer.Query("pragma synchronous", r => r.GetInt32(0)));
        Assert.Equal(["wal"], await store.Query(connection => connection.Query("pragma journal_mode", r => r.GetString(0))));
    }

    [Fact]
    public async Task Read_rows_and_notes_stand_beside_the_events()
    {
        var id = NewId;
        await Grains.Execute(id, new Count(7, Times: 2), Stamp());
        Assert.Equal([(14L, 2L)], await ((SqlLogStore)log!.Store).Query(connection =>
            connection.Query("select total, version from tally where id = @id", r => (r.GetInt64(0), r.GetInt64(1)), ("id", id))));
        var notes = await log.Store.DueNotes(DateTimeOffset.MaxValue, 10);
        Assert.Equal([$"tally/{id}@1#0", $"tally/{id}@2#0"], notes.Select(n => n.Id));
    }

    [Fact]
    public async Task An_idle_grain_leaves_the_memory_and_comes_back_the_same()
    {
        var id = NewId;
        await Grains.Execute(id, new Count(5), Stamp());
        using var impatient = new LocalGrains(Tally.Kinds, log!, TimeProvider.System, new() { IdleAfter = TimeSpan.FromTicks(1) });
        await impatient.Look<Tally>(id);
        SpinWait.SpinUntil(() => { impatient.RetireIdle(); return impatient.Count == 0; });
        Assert.Equal(5, (await impatient.Look<Tally>(id)).State.Total);
    }

    [Fact]
    public async Task Two_hosts_on_one_log_never_both_win()
    {
        var id = NewId;
        using var second = new LocalGrains(Tally.Kinds, log!, TimeProvider.System, new() { Attempts = 200 });
        await Grains.Look<Tally>(id);
        await second.Look<Tally>(id);
        var hosts = new IGrains[] { grains!, second };
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => Task.Run(async () =>
        {
            while (true)
            {
                try
                {
                    return await hosts[n % 2].Execute(id, new Count(1), Stamp($"two-{n}"));
                }
                catch (StoreUnavailableException)
                {
                    // Others were faster: the promise is that sending again is safe.
                }
            }
        })));
        Assert.Equal(Enumerable.Range(1, 200).Select(n => (long)n), outcomes.Select(o => o.Receipt!.Version).Order());
    }
}
