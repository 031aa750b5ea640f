using InnovationScale.Hosting;
using InnovationScale.Trials;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Storage;

/// <summary>Verify, rebuild, back up, restore and export, on a folder with a little history.</summary>
public sealed class KeepingADataFolder : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private readonly string root = Directory.CreateTempSubdirectory("innovationscale-").FullName;

    private string Folder => Path.Combine(root, "data");

    private string BackupFile => Path.Combine(root, "backup.db");

    public void Dispose() => Directory.Delete(root, recursive: true);

    private async Task LiveALittle()
    {
        using var log = new EventLog(new SqlLogStore(new SqliteEngine(Folder), Tally.Kinds), TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        using var grains = new LocalGrains(Tally.Kinds, log, TimeProvider.System);
        for (var n = 0; n < 30; n++) await grains.Execute($"t{n % 4}", new Count(n + 1, Times: n % 3 + 1), Stamp($"c{n}"));
        var cell = new Cell { School = "s", Class = "1", Arm = "a", Measure = "m", Wave = "outcome", Outcome = new(3, 2.5, 0.5) };
        await grains.Execute("t1", new BringCells([cell, cell with { Class = "2" }]), Stamp("cells"));
    }

    private static Stamp Stamp(string command) => new("amina", new(Role.Teacher, "heron-bay"), Now, command, "because");

    private void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Folder, SqliteEngine.FileName)};Pooling=false");
        connection.Open();
        Assert.True(connection.Do(sql) > 0, sql);
    }

    [Fact]
    public async Task An_untouched_history_verifies()
    {
        await LiveALittle();
        var verification = DataFolder.Verify(Folder);
        Assert.Null(verification.Fault);
        Assert.Equal((61L, 4), (verification.Events, verification.Streams));
    }

    [Theory]
    [InlineData("update event set json = json || ' ' where position = 7", 7)]
    [InlineData("update event set actor = 'mateo' where position = 9", 9)]
    [InlineData("update event set reason = null where position = 9", 9)]
    [InlineData("update event set at = '2026-03-02T08:00:01.0000000+00:00' where position = 11", 11)]
    [InlineData("update event set role = 'admin@heron-bay' where position = 11", 11)]
    [InlineData("update event set hash = zeroblob(32) where position = 12", 12)]
    [InlineData("delete from event where position = 20", 21)]
    [InlineData("delete from event where position = 61", 61)]
    [InlineData("update observation set json = replace(json, '2.5', '2.6') where n = 1", 61)]
    [InlineData("delete from observation where n = 0", 61)]
    [InlineData("insert into observation (event, n, json) values (61, 2, '{}')", 61)]
    [InlineData("delete from batch where number = 3", null)]
    [InlineData("update batch set hash = zeroblob(32) where number = 3", null)]
    [InlineData("delete from command where id = 'c5'", null)]
    public async Task Whatever_is_changed_is_found_and_its_place_is_named(string sql, int? position)
    {
        await LiveALittle();
        Change(sql);
        var verification = DataFolder.Verify(Folder);
        Assert.NotNull(verification.Fault);
        if (position is { } expected) Assert.Equal(expected, verification.FirstBad);
        Assert.True(verification.FirstBad > 0);
    }

    [Fact]
    public async Task A_rebuild_gives_the_rows_that_were_written_along_the_way()
    {
        await LiveALittle();
        var written = Rows();
        Change("update tally set total = -1");
        Assert.Equal(4, DataFolder.Rebuild(Folder, Tally.Kinds));
        Assert.Equal(written, Rows());
        Assert.Equal(4, written.Count);
    }

    private List<(string, long, long)> Rows()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Folder, SqliteEngine.FileName)};Pooling=false;Mode=ReadOnly");
        connection.Open();
        return connection.Query("select id, total, version from tally order by id", r => (r.GetString(0), r.GetInt64(1), r.GetInt64(2))).GetAwaiter().GetResult();
    }

    [Fact]
    public async Task A_backup_restores_into_an_empty_folder_with_the_same_history()
    {
        await LiveALittle();
        var before = DataFolder.Verify(Folder);
        var manifest = DataFolder.Backup(Folder, BackupFile, Now);
        Assert.Equal(61, manifest.Events);
        var restored = Path.Combine(root, "restored");
        Assert.Equal(before, DataFolder.Restore(BackupFile, restored));
        Assert.Equal(before, DataFolder.Verify(restored));
        Assert.Throws<IOException>(() => DataFolder.Restore(BackupFile, restored));
    }

    [Fact]
    public async Task Half_a_backup_is_refused()
    {
        await LiveALittle();
        DataFolder.Backup(Folder, BackupFile, Now);
        using (var file = new FileStream(BackupFile, FileMode.Open)) file.SetLength(file.Length / 2);
        var refused = Assert.Throws<InvalidDataException>(() => DataFolder.Restore(BackupFile, Path.Combine(root, "restored")));
        Assert.Contains("cut off or changed", refused.Message, StringComparison.Ordinal);
        File.Delete(BackupFile + ".json");
        Assert.Contains("not finished", Assert.Throws<InvalidDataException>(() => DataFolder.Restore(BackupFile, Path.Combine(root, "restored"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_holds_every_event_and_cell()
    {
        await LiveALittle();
        using var lines = new StringWriter();
        Assert.Equal(61, DataFolder.Export(Folder, lines));
        var text = lines.ToString();
        Assert.Equal(61, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("\"cells\":[", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_server_owns_the_folder_nobody_rebuilds_it()
    {
        await LiveALittle();
        using var owner = new SqliteEngine(Folder);
        Assert.Throws<DataFolderInUseException>(() => DataFolder.Rebuild(Folder, Tally.Kinds));
        Assert.Null(DataFolder.Verify(Folder).Fault);
    }
}
