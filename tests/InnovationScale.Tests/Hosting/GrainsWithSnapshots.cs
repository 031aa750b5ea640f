using InnovationScale.Simulation;
using InnovationScale.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Hosting;

/// <summary>When a grain asks for a snapshot of itself, and when it has one kept.</summary>
public sealed class GrainsWithSnapshots : ISnapshots, IDisposable
{
    private readonly EventLog log;
    private readonly Dictionary<string, Snapshot> kept = new(StringComparer.Ordinal);
    private int reads, writes, commands;

    public GrainsWithSnapshots()
    {
        log = new(new SimulatedStore(new(), new()), TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
    }

    [Fact]
    public async Task A_short_stream_has_none_and_asks_for_none()
    {
        await Count(Waking(), Snapshot.From - 1);
        await Waking().Look();

        Assert.Equal((0, 0), (reads, writes));
    }

    [Fact]
    public async Task A_grain_that_woke_from_one_has_the_next_kept_when_its_log_has_grown_four_times()
    {
        await Count(Waking(), Snapshot.From);
        Assert.Equal(1, writes);

        var woken = Waking();
        Assert.Equal(Snapshot.From, (await woken.Look()).State.Total);
        await Count(woken, (3 * Snapshot.From) - 1);
        Assert.Equal((1, 1), (reads, writes));

        await Count(woken, 1);
        Assert.Equal((1, 2), (reads, writes));
        Assert.Equal(4 * Snapshot.From, kept.Values.Single().Version);
    }

    Task<Snapshot?> ISnapshots.Read(string stream)
    {
        reads++;
        return Task.FromResult(kept.GetValueOrDefault(stream));
    }

    void ISnapshots.Keep(string stream, Snapshot snapshot)
    {
        writes++;
        kept[stream] = snapshot;
    }

    public void Dispose() => log.Dispose();

    private RunningGrain<Tally> Waking() => new("t", Tally.Kinds.Of<Tally>(), log, TimeProvider.System, new(), this);

    private async Task Count(RunningGrain<Tally> grain, int times) =>
        Assert.NotNull((await grain.Execute(new Count(1, times), new("amina", new(Role.Teacher, "heron-bay"), DateTimeOffset.UnixEpoch, $"{++commands}"))).Receipt);
}
