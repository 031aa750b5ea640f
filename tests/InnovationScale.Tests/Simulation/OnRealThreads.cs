using InnovationScale.Hosting;
using InnovationScale.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Simulation;

/// <summary>The same host and log with the writer's own thread and many callers: what one thread cannot show.</summary>
public sealed class OnRealThreads
{
    [Fact]
    public async Task A_store_that_keeps_failing_loses_nothing_and_doubles_nothing()
    {
        const int clients = 8, each = 60;
        var disk = new SimulatedDisk();
        using var log = new EventLog(new SimulatedStore(disk, new Unreliable()), TimeProvider.System, NullLogger<EventLog>.Instance, new() { ReopenAfter = TimeSpan.FromMilliseconds(1), QueueLimit = 40, BatchLimit = 7 });
        log.Start();
        using var grains = new LocalGrains(Tally.Kinds, log, TimeProvider.System, new() { AnswerWithin = TimeSpan.FromHours(1) });

        var receipts = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var told = new List<Receipt>();
            for (var n = 0; n < each; n++) told.Add(await Insist(grains, $"t{n % 3}", new Count(1, Times: 1 + n % 2), $"{client}-{n}"));
            return told;
        })));

        Assert.Equal(clients * each, disk.Durable.Commands.Count);
        foreach (var receipt in receipts.SelectMany(r => r)) Assert.Contains(disk.Durable.Commands.Values, row => row.Stream == receipt.Stream && row.LastVersion == receipt.Version);
        foreach (var (stream, events) in disk.Durable.Streams)
        {
            Assert.Equal(Enumerable.Range(1, events.Count).Select(v => (long)v), events.Select(e => e.Version));
            var previous = HashChain.Start;
            foreach (var e in events)
            {
                Assert.Equal(previous = HashChain.Next(previous, e), e.Hash);
            }

            var view = await Look(grains, stream["tally/".Length..]);
            Assert.Equal((events.Count, (long)events.Count), (view.State.Total, view.Version));
        }
    }

    private static async Task<Receipt> Insist(LocalGrains grains, string id, TallyCommand command, string commandId)
    {
        var stamp = new Stamp("amina", new(Role.Teacher, "heron-bay"), DateTimeOffset.UnixEpoch, commandId);
        while (true)
        {
            try
            {
                return (await grains.Execute(id, command, stamp)).Receipt!;
            }
            catch (StoreUnavailableException)
            {
                // The promise is that sending again is safe.
                await Task.Yield();
            }
        }
    }

    private static async Task<View<Tally>> Look(LocalGrains grains, string id)
    {
        while (true)
        {
            try
            {
                return await grains.Look<Tally>(id);
            }
            catch (StoreUnavailableException)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Fails now and then, always in the same order of failures.</summary>
    private sealed class Unreliable : Faults
    {
        private readonly Random chance = new(2026);

        public override void Meet(Moment moment)
        {
            if (Chance(moment is Moment.Reading or Moment.Adding ? 300 : 12)) throw new IOException($"The disk failed while {moment}.");
        }

        public override bool KeepsUnsynced() => Chance(2);

        private bool Chance(int oneIn)
        {
            lock (chance) return chance.Next(oneIn) == 0;
        }
    }
}
