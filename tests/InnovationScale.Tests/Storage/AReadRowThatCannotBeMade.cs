using InnovationScale.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Storage;

/// <summary>A mistake of ours in one read table, met in the middle of a batch of others.</summary>
public sealed class AReadRowThatCannotBeMade : IDisposable
{
    private static readonly Kinds Kinds = new Kinds().Add<Tally>(
        [ReadTable<Tally>.OneRow("tally", 1, [("total", "bigint")], [], v => v.State.Total == 13 ? throw new InvalidOperationException("Nobody thought of thirteen.") : [v.State.Total])]);

    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private readonly EventLog log;
    private readonly LocalGrains grains;
    private int commands;

    public AReadRowThatCannotBeMade()
    {
        log = new(new SqlLogStore(new SqliteEngine(folder), Kinds), TimeProvider.System, NullLogger<EventLog>.Instance);
        grains = new(Kinds, log, TimeProvider.System, new() { AnswerWithin = TimeSpan.FromHours(1) });
    }

    public void Dispose()
    {
        grains.Dispose();
        log.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Fails_its_own_command_and_no_other_of_the_batch()
    {
        Task<Outcome>[] together = [Ask("a", 1), Ask("b", 13), Ask("c", 2), Ask("a", 5)];
        while (!together.All(asked => asked.IsCompleted)) log.WriteBatch();

        // Our mistake, and told as one: to send the same again would not help.
        Assert.IsType<InvalidOperationException>((await Assert.ThrowsAsync<InvalidOperationException>(() => together[1])).InnerException);
        var told = await Task.WhenAll(together.Where((_, n) => n != 1));
        Assert.Equal([1, 1, 2], told.Select(outcome => outcome.Receipt!.Version));
        var after = Ask("b", 4);
        log.WriteBatch();
        Assert.Equal(1, (await after).Receipt!.Version);
        long[] totals = [await Total("a"), await Total("b"), await Total("c")];
        Assert.Equal([6, 4, 2], totals);
        Assert.False(log.IsAway);
        log.Dispose();
        Assert.Equal((4L, null), (DataFolder.Verify(folder).Events, DataFolder.Verify(folder).Fault));
    }

    private async Task<long> Total(string id) => (await grains.Look<Tally>(id)).State.Total;

    private Task<Outcome> Ask(string id, long by) =>
        grains.Execute(id, new Count(by), new("amina", new(Role.Teacher, "heron-bay"), DateTimeOffset.UnixEpoch, $"c{++commands}"));
}
