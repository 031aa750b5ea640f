using System.Collections.Immutable;
using InnovationScale.Storage;
using Xunit.Abstractions;

namespace InnovationScale.Simulation;

/// <summary>
/// Bugs that hosts and stores really have, each planted alone. A simulator that does not find them proves nothing by finding nothing in
/// the product.
/// </summary>
public sealed class PlantedBugs(ITestOutputHelper output)
{
    private static readonly Dictionary<string, Subject> Bugs = new(StringComparer.Ordinal)
    {
        ["the store writes without looking at the guard"] = Store(s => new UnguardedBatch(s)),
        ["the store forgets that a command has taken effect"] = Store(s => new ForgetfulBatch(s)),
        ["the store ignores the heads that facts came from"] = Store(s => new CarelessBatch(s)),
        ["the store does not roll back to the savepoint"] = Store(s => new TornBatch(s)),
        ["the store gives the position of an undone event away twice"] = Store(s => new ReusingBatch(s)),
        ["the store writes the rows of one stream only"] = Store(s => new OneStreamBatch(s)),
        ["the store keeps the first rows of a batch instead of the last"] = Store(s => new FirstRowsBatch(s)),
        ["the store leaves an event out of the batch's hash"] = Store(s => new HalfHashedBatch(s)),
        ["the store loses notes"] = Store(s => new NotelessBatch(s)),
        ["the store gives one note to two"] = Store(s => new GenerousBatch(s)),
        ["the store says committed before the disk has it"] = new() { Store = (d, f) => new LazyStore(d, f) },
        ["the store hides that a sync failed"] = new() { Store = (d, f) => new LyingStore(d, f) },
        ["the store shows half of what it committed"] = new() { Store = (d, f) => new ShortReadingStore(d, f) },
        ["the store finds no command, so that a lost answer is decided again"] = new() { Store = (d, f) => new BlindStore(d, f) },
        ["the host acknowledges before the commit"] = Host(HostBug.AcknowledgesBeforeCommit),
        ["the host refuses before the commit that the refusal rests on"] = Host(HostBug.RefusesBeforeCommit),
        ["the host refuses the echo of its own success"] = Host(HostBug.RefusesEchoes),
        ["the host takes a late commit for a failed one"] = Host(HostBug.LateMeansRefused),
        ["the host takes an unknown outcome for a success"] = Host(HostBug.UnknownMeansSaved),
        ["the host takes an unknown outcome for a failure"] = Host(HostBug.UnknownMeansRefused),
        ["the host shows what is decided and not committed"] = Host(HostBug.ShowsDecided),
        ["the host goes on using an activation that was dropped"] = Host(HostBug.KeepsDropped),
        ["the host retires a grain with work under way"] = Host(HostBug.RetiresBusy),
        ["the host decides a conflict again under a new id"] = Host(HostBug.RetriesUnderNewId),
        ["the host forgets the gathered heads when it tries again"] = Host(HostBug.RetriesWithoutHeads),
        ["the host tells a duplicate as new"] = Host(HostBug.DuplicateIsNew),
        ["the host gives up after a conflict and calls it a refusal"] = Host(HostBug.ConflictMeansRefused),
        ["the host reads around the log while the store is away"] = Host(HostBug.ReadsWhileAway),
        ["the host shows what it remembers, although another process has written since"] = Host(HostBug.ShowsStale),
        ["the host refuses by what it remembers, although another process has written since"] = Host(HostBug.RefusesOnStale),
    };

    public static TheoryData<string> Names => [.. Bugs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Are_found(string bug)
    {
        for (var seed = 0; seed < ManySeeds.Count; seed++)
        {
            if (World.Run(seed, Bugs[bug]).Broken is not { } broken) continue;
            output.WriteLine($"{bug}: seed {seed}: {broken}");
            return;
        }

        Assert.Fail($"Not found with {ManySeeds.Count} seeds: {bug}.");
    }

    [Fact]
    public void Are_all_that_is_wrong_with_the_host_that_carries_them() =>
        Assert.All(Enumerable.Range(0, 100), seed => Assert.Null(World.Run(seed, Host(HostBug.None)).Broken));

    private static Subject Store(Func<SimulatedStore, SimulatedBatch> batch) => new() { Store = (disk, faults) => new StoreWith(disk, faults, batch) };

    private static Subject Host(HostBug bug) => new() { Host = (log, clock, options) => new PlainHost(log, clock, options, bug) };

    private sealed class StoreWith(SimulatedDisk disk, Faults faults, Func<SimulatedStore, SimulatedBatch> batch) : SimulatedStore(disk, faults)
    {
        protected override SimulatedBatch NewBatch() => batch(this);
    }

    private sealed class UnguardedBatch(SimulatedStore store) : SimulatedBatch(store)
    {
        protected override bool HeadMoved(Append append, ImmutableList<LoggedEvent> stream) => false;
    }

    private sealed class ForgetfulBatch(SimulatedStore store) : SimulatedBatch(store)
    {
        protected override CommandRow? Earlier(CommandKey key) => null;
    }

    private sealed class CarelessBatch(SimulatedStore store) : SimulatedBatch(store)
    {
        protected override bool FactsMoved(Append append) => false;
    }

    private sealed class TornBatch(SimulatedStore store) : SimulatedBatch(store)
    {
        protected override Disk Undone(Disk savepoint) => Working;
    }

    private sealed class ReusingBatch(SimulatedStore store) : SimulatedBatch(store)
    {
        private long undone;

        protected override Disk Undone(Disk savepoint)
        {
            undone++;
            return savepoint;
        }

        protected override long NextPosition() => base.NextPosition() - undone;
    }

    private sealed class OneStreamBatch(SimulatedStore store) : SimulatedBatch(store)
    {
        protected override IEnumerable<IReadRows> ToWrite(Dictionary<string, IReadRows> byStream) => byStream.Values.Take(1);
    }

    private sealed class FirstRowsBatch(SimulatedStore store) : SimulatedBatch(store)
    {
        private readonly Dictionary<string, IReadRows> first = new(StringComparer.Ordinal);

        public override AppendResult Add(Append append)
        {
            var result = base.Add(append);
            if (result.Status is AppendStatus.Committed) first.TryAdd(append.Stream, append.Rows);
            return result;
        }

        protected override IEnumerable<IReadRows> ToWrite(Dictionary<string, IReadRows> byStream) => first.Values;
    }

    private sealed class HalfHashedBatch(SimulatedStore store) : SimulatedBatch(store)
    {
        protected override IEnumerable<byte[]> Hashes(IEnumerable<byte[]> events) => events.Skip(1);
    }

    private sealed class NotelessBatch(SimulatedStore store) : SimulatedBatch(store)
    {
        public override AppendResult Add(Append append) => base.Add(append with { Notes = [.. append.Notes.Skip(1)] });
    }

    private sealed class GenerousBatch(SimulatedStore store) : SimulatedBatch(store)
    {
        protected override bool IsFree(KeptNote note, DateTimeOffset now) => true;
    }

    private sealed class LazyStore(SimulatedDisk disk, Faults faults) : SimulatedStore(disk, faults)
    {
        protected override void Sync(Disk batch) => Disk.Replay(kept: true);
    }

    private sealed class LyingStore(SimulatedDisk disk, Faults faults) : SimulatedStore(disk, faults)
    {
        protected override bool TellsFailedSync => false;
    }

    private sealed class ShortReadingStore(SimulatedDisk disk, Faults faults) : SimulatedStore(disk, faults)
    {
        public override async Task<IReadOnlyList<LoggedEvent>> Read(string stream, long afterVersion = 0) => [.. (await base.Read(stream, afterVersion)).SkipLast(1)];
    }

    private sealed class BlindStore(SimulatedDisk disk, Faults faults) : SimulatedStore(disk, faults)
    {
        public override Task<CommandRow?> Find(CommandKey command) => Task.FromResult<CommandRow?>(null);
    }
}
