using System.Globalization;
using InnovationScale.Hosting;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Simulation;

/// <summary>
/// One script of commands, run over and over: each time another commit fails, once having reached the disk and once not, with the store back
/// at once or only after a while. What is shown in between is always what the disk has, and in the end everything has happened once.
/// </summary>
public sealed class FailingAtEveryCommit
{
    private static readonly Cell Cell = new() { School = "s", Class = "1", Arm = "a", Measure = "m", Wave = "outcome", Outcome = new(3, 2, 1) };

    private static readonly (string Id, TallyCommand Command, long? Expected, Head[] RestsOn)[] Script =
    [
        ("a", new Count(7, Times: 2), 0, []),
        ("a", new Count(1), null, []),
        ("b", new Count(3, UpTo: 10), null, []),
        ("a", new Count(5, UpTo: 9), null, []),
        ("b", new Count(2) { AtLeast = 3 }, 1, []),
        ("b", new BringCells([Cell]), null, []),
        ("c", new Count(1), null, [new("tally/a", 3)]),
        ("a", new Count(1, Times: 3), 3, []),
        ("c", new Count(1), null, [new("tally/a", 3)]),
        ("c", new Count(4), 2, []),
        ("b", new Count(7), null, [new("tally/c", 1), new("tally/a", 6)]),
        ("a", new Count(0), null, []),
        ("c", new Count(7), null, []),
        ("a", new BringCells([Cell, Cell with { Class = "2" }]), 6, []),
    ];

    public static TheoryData<int> AtOnce => [1, 2, 3, 5, 14];

    [Theory]
    [MemberData(nameof(AtOnce))]
    public void Shows_nothing_uncommitted_and_loses_nothing(int atOnce)
    {
        var whole = new Rehearsal(atOnce, failing: 0, Moment.Syncing, kept: false, closedFor: 0);
        whole.Run();
        Assert.InRange(whole.Commits, 1 + 8 / atOnce, 2 * Script.Length);

        for (var failing = 1; failing <= whole.Commits; failing++)
        {
            foreach (var moment in (Moment[])[Moment.Beginning, Moment.Adding, Moment.Syncing, Moment.Synced])
            {
                foreach (var kept in (bool[])[false, true])
                {
                    foreach (var closedFor in (int[])[0, 2])
                    {
                        var run = new Rehearsal(atOnce, failing, moment, kept, closedFor);
                        run.Run();
                        Assert.True(run.Failed, $"commit {failing} did not fail while {moment}");
                    }
                }
            }
        }
    }

    /// <summary>One run of the script with one failure in it.</summary>
    private sealed class Rehearsal(int atOnce, int failing, Moment moment, bool kept, int closedFor) : Faults
    {
        private readonly SimulatedDisk disk = new();
        private readonly Lane lane = new();
        private readonly SimulatedClock clock = new(new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
        private Journal? journal;
        private LocalGrains? grains;
        private int closed;

        public int Commits { get; private set; }

        public bool Failed { get; private set; }

        public void Run()
        {
            journal = new(disk);
            using var log = new EventLog(new SimulatedStore(disk, this), clock, NullLogger<EventLog>.Instance);
            using var host = new LocalGrains(Tally.Kinds, log, clock);
            grains = host;
            List<Wish> wishes = [.. Script.Select((s, n) => new Wish(n, s.Id, new("amina", n.ToString(CultureInfo.InvariantCulture)), s.Command, s.Expected, [.. s.RestsOn]))];
            foreach (var together in wishes.Chunk(atOnce)) Ask(log, together);

            // Whoever was told nothing sends again, under the same id.
            for (var round = 0; round < 3; round++) Ask(log, [.. wishes.Where(w => !w.Answered)]);
            Assert.All(wishes, wish => Assert.True(wish.Answered, $"wish {wish.Number} has no answer"));
            journal.AuditAll();
            Kept();
        }

        private void Ask(EventLog log, Wish[] together)
        {
            foreach (var wish in together)
            {
                var delivery = journal!.Sent(wish, clock.GetUtcNow());
                lane.Start(() => _ = Serve(delivery));
            }

            int wrote;
            do
            {
                Rest();
                LookAtAll();
                wrote = 0;
                Lane.Outside(() => wrote = log.WriteBatch());
                Rest();
                LookAtAll();
            }
            while (wrote > 0);
        }

        private void Rest()
        {
            while (lane.Waiting > 0) lane.Run(0);
            Kept();
        }

        private void Kept()
        {
            journal!.Audit();
            Assert.False(lane.Strayed);
            Assert.True(journal.Broken is null, $"commit {failing} of {atOnce} at once failing while {moment}, kept {kept}, closed for {closedFor}: {journal.Broken}");
        }

        private async Task Serve(Delivery delivery)
        {
            try
            {
                journal!.Told(delivery, await grains!.Execute(delivery.Wish.Id, delivery.Wish.Command, delivery.Stamp, delivery.Wish.Expected));
                delivery.Wish.Answered = true;
            }
            catch (StoreUnavailableException)
            {
                // Sent again later.
            }
        }

        private void LookAtAll()
        {
            foreach (var id in (string[])["a", "b", "c", "nobody"])
            {
                var floor = journal!.Floor($"tally/{id}");
                lane.Start(() => _ = Show(id, floor));
            }
        }

        private async Task Show(string id, long floor)
        {
            try
            {
                journal!.Shown(await grains!.Look<Tally>(id), floor);
            }
            catch (StoreUnavailableException)
            {
                // Nothing was shown.
            }
        }

        public override void Meet(Moment now)
        {
            if (now is Moment.Beginning) Commits++;
            if (now is Moment.Opening && closed > 0)
            {
                closed--;
                LookAtAll();
                throw new IOException("Still away.");
            }

            if (Failed || Commits != failing || now != moment) return;
            (Failed, closed) = (true, closedFor);
            LookAtAll();
            throw new IOException($"The disk failed while {now}.");
        }

        public override bool KeepsUnsynced() => kept;
    }
}
