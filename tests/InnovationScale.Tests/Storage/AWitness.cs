using InnovationScale.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Storage;

/// <summary>The folder that holds signed heads of a log, beside that log and beside others.</summary>
public sealed class AWitness : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private readonly string root = Directory.CreateTempSubdirectory("innovationscale-").FullName;

    private string Folder => Path.Combine(root, "witness");

    private Witness Witness => new(Folder);

    public void Dispose() => Directory.Delete(root, recursive: true);

    private async Task<SignedHead?> SignAfter(string data, int commands, DateTimeOffset at)
    {
        using var store = new SqlLogStore(new SqliteEngine(Path.Combine(root, data)), Tally.Kinds);
        using var log = new EventLog(store, TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        using var grains = new LocalGrains(Tally.Kinds, log, TimeProvider.System);
        for (var n = 0; n < commands; n++) await grains.Execute("t", new Count(1), new("amina", new(Role.Teacher, "heron-bay"), at, $"{at:O} {n}", null));
        return await Witness.Sign(store, at);
    }

    [Fact]
    public async Task Of_an_empty_log_nothing_is_signed()
    {
        Assert.Null(await SignAfter("data", 0, Now));
        Assert.Empty(Witness.Heads(Folder));
    }

    [Fact]
    public async Task Each_head_says_how_far_the_log_had_come()
    {
        await SignAfter("data", 3, Now);
        await SignAfter("data", 2, Now.AddDays(1));
        Assert.Equal([3L, 5L], Witness.Heads(Folder).Select(head => head.Events));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder, Witness.KeyName)));
    }

    [Fact]
    public async Task A_line_that_was_changed_is_refused()
    {
        await SignAfter("data", 3, Now);
        var heads = Path.Combine(Folder, Witness.HeadsName);
        await File.WriteAllTextAsync(heads, (await File.ReadAllTextAsync(heads)).Replace("\"events\":3", "\"events\":2", StringComparison.Ordinal));
        Assert.Contains("Line 1", Assert.Throws<InvalidDataException>(() => Witness.Heads(Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_another_key_old_heads_still_hold()
    {
        await SignAfter("data", 3, Now);
        File.Delete(Path.Combine(Folder, Witness.KeyName));
        await SignAfter("data", 1, Now.AddDays(1));
        var heads = Witness.Heads(Folder);
        Assert.Equal(2, heads.DistinctBy(head => head.Key).Count());
        Assert.Null(DataFolder.Verify(Path.Combine(root, "data"), heads).Fault);
    }

    [Fact]
    public async Task For_another_log_nothing_is_signed_and_the_reason_told()
    {
        await SignAfter("data", 3, Now);
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => SignAfter("other", 2, Now.AddDays(1)));
        Assert.Contains("no longer holds the 3 events", refused.Message, StringComparison.Ordinal);
        Assert.Single(Witness.Heads(Folder));
    }
}
