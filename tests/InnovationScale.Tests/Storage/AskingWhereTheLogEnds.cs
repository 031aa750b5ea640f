namespace InnovationScale.Storage;

/// <summary>Many ask at once where the log ends; the store answers when the test lets it.</summary>
public sealed class AskingWhereTheLogEnds
{
    private GroupRead ends = new(Timeout.InfiniteTimeSpan);
    private readonly List<(string[] Streams, TaskCompletionSource<LogEnds> Answer)> reads = [];
    private readonly SemaphoreSlim asked = new(0);

    [Fact]
    public async Task Whoever_comes_while_reads_are_under_way_goes_with_the_next()
    {
        var first = Ask("pilot/a");
        await asked.WaitAsync();
        var second = Ask("pilot/b");
        await asked.WaitAsync();
        Task<LogEnds>[] others = [Ask("pilot/c"), Ask("pilot/d"), Ask("pilot/c"), Ask(null)];
        Assert.Equal([["pilot/a"], ["pilot/b"]], reads.Select(read => read.Streams));

        reads[0].Answer.SetResult(At(1));
        Assert.Equal(1, (await first).Position);
        await asked.WaitAsync();
        Assert.Equal(["pilot/c", "pilot/d"], reads[2].Streams);
        Assert.All(others, other => Assert.False(other.IsCompleted));

        reads[2].Answer.SetResult(At(3));
        foreach (var other in others) Assert.Equal(3, (await other).Position);
        reads[1].Answer.SetResult(At(2));
        Assert.Equal(2, (await second).Position);
    }

    [Fact]
    public async Task A_read_that_fails_is_told_to_all_who_went_with_it_and_to_nobody_else()
    {
        Task<LogEnds>[] failed = [Ask("pilot/a"), Ask("pilot/b")];
        await asked.WaitAsync();
        await asked.WaitAsync();
        Task<LogEnds>[] waiting = [Ask("pilot/c"), Ask("pilot/d")];
        foreach (var (_, answer) in reads.ToList()) answer.SetException(new StoreUnavailableException("It is away."));
        foreach (var one in failed) await Assert.ThrowsAsync<StoreUnavailableException>(() => one);
        await asked.WaitAsync();
        reads[2].Answer.SetResult(At(5));
        foreach (var one in waiting) Assert.Equal(5, (await one).Position);
    }

    [Fact]
    public async Task Reads_that_stand_still_hold_up_nobody_who_asks_later()
    {
        ends = new(TimeSpan.FromMilliseconds(1));
        var stuck = Ask("pilot/a");
        await asked.WaitAsync();
        var alsoStuck = Ask("pilot/b");
        await asked.WaitAsync();

        var later = Ask("pilot/c");
        await asked.WaitAsync();
        reads[2].Answer.SetResult(At(3));

        Assert.Equal(3, (await later).Position);
        Assert.Equal((false, false), (stuck.IsCompleted, alsoStuck.IsCompleted));
        reads[0].Answer.SetResult(At(1));
        reads[1].Answer.SetResult(At(2));
        Assert.Equal((1, 2), ((await stuck).Position, (await alsoStuck).Position));
    }

    private Task<LogEnds> Ask(string? stream) => ends.Ask(stream, streams =>
    {
        var answer = new TaskCompletionSource<LogEnds>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (reads) reads.Add(([.. streams.Order(StringComparer.Ordinal)], answer));
        asked.Release();
        return answer.Task;
    });

    private static LogEnds At(long position) => new(new Dictionary<string, LogHead>(StringComparer.Ordinal), position);
}
