using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using InnovationScale.Hosting;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Simulation;

/// <summary>Which host and which store are put to the test; the real host on a correct store unless told otherwise.</summary>
internal sealed record Subject
{
    public Func<EventLog, TimeProvider, GrainOptions, IGrains> Host { get; init; } = (log, clock, options) => new LocalGrains(Tally.Kinds, log, clock, options);

    public Func<SimulatedDisk, Faults, SimulatedStore> Store { get; init; } = (disk, faults) => new(disk, faults);
}

/// <summary>
/// Processes, a disk and clients on one thread. The seed decides all there is to decide: who goes next, what fails, when a process dies,
/// which answer is lost. The same seed is the same run, to the byte of its trace.
/// </summary>
internal sealed class World
{
    private static readonly string[] Ids = ["fractions", "reading", "chess"];

    private readonly Random chance;
    private readonly Subject subject;
    private readonly SimulatedDisk disk;
    private readonly Journal journal;
    private readonly List<Process> processes = [];
    private readonly List<Wish> wishes = [];
    private readonly Dictionary<string, long> seen = new(StringComparer.Ordinal);
    private readonly StringBuilder trace = new();
    private readonly double trouble;
    private readonly GrainOptions grainsOptions;
    private readonly EventLogOptions logOptions;
    private DateTimeOffset now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private bool writing;
    private bool healing;
    private int step;

    private World(int seed, Subject subject)
    {
        this.subject = subject;
        chance = new(seed);
        // A third of the runs has two processes, which both hold the same grains: only the log's guard stands between them.
        var count = chance.Next(3) == 0 ? 2 : 1;
        disk = new(isShared: count > 1);
        journal = new(disk);
        trouble = chance.Next(4) switch { 0 => 0, 1 => 0.02, 2 => 0.08, _ => 0.25 };
        grainsOptions = new() { IdleAfter = TimeSpan.FromSeconds(chance.Next(1, 20)), Attempts = chance.Next(2, 6) };
        logOptions = new() { QueueLimit = chance.Next(3) == 0 ? chance.Next(1, 6) : 1_000, BatchLimit = chance.Next(2) == 0 ? chance.Next(1, 8) : 1_000 };
        for (var n = 0; n < count; n++) processes.Add(new(n));
        foreach (var id in Ids) seen[id] = 0;
    }

    /// <summary>Runs one seed. What is broken is null where every promise was kept.</summary>
    public static (string? Broken, string Trace, int Acknowledged, int Refused) Run(int seed, Subject subject, int steps = 400)
    {
        var world = new World(seed, subject);
        Lane.Outside(() => world.Live(steps));
        return (world.journal.Broken, world.trace.ToString(), world.journal.Acknowledged, world.journal.Refused);
    }

    private void Live(int steps)
    {
        foreach (var process in processes) Boot(process);
        for (; step < steps && journal.Broken is null; step++)
        {
            Step();
            Check();
        }

        Heal();
        if (journal.Broken is null) journal.AuditAll();
        Log($"end {journal.Summary()} {journal.Broken}");
        foreach (var process in processes.Where(p => p.Alive)) Kill(process);
    }

    private void Step()
    {
        switch (chance.Next(100))
        {
            case < 50: RunOne(); break;
            case < 60: Write(); break;
            case < 97: Outside(); break;
            case < 98: Crash(); break;
            default: Restart(); break;
        }
    }

    /// <summary>What may happen at any time, in the middle of a commit too.</summary>
    private void Outside()
    {
        switch (chance.Next(100))
        {
            case < 50:
                for (var n = chance.Next(1, 5); n > 0; n--) Wish();
                break;
            case < 65: SendAgain(); break;
            case < 85: Look(); break;
            case < 94: Advance(); break;
            case < 99: SettleNote(); break;
            default: Stop(); break;
        }
    }

    private void RunOne()
    {
        var ready = processes.Where(p => p.Lane.Waiting > 0).ToList();
        if (ready.Count == 0) Outside();
        else
        {
            var lane = Pick(ready).Lane;
            lane.Run(chance.Next(lane.Waiting));
        }
    }

    private void Write()
    {
        if (Living() is not { Stopping: false } process) return;
        writing = true;
        var count = 0;
        Lane.Outside(() => count = process.Log!.WriteBatch());
        writing = false;
        if (count > 0) Log($"wrote {count} by {process.Number}");
    }

    private void Wish()
    {
        if (Living() is not { } process) return;
        var id = Pick(Ids);
        var number = wishes.Count;
        var reuse = number > 0 && chance.Next(25) == 0;
        var key = reuse ? Pick(wishes).Key : new CommandKey(Pick(["amina", "mateo"]), number.ToString(CultureInfo.InvariantCulture));
        TallyCommand command = chance.Next(10) switch
        {
            0 => new BringCells([.. Enumerable.Range(0, chance.Next(1, 3)).Select(n => new Cell { School = "s", Class = $"{n}", Arm = "a", Measure = "m", Wave = "outcome", Outcome = new(n, number / 3d, 1) })]),
            1 => new Count(0),
            2 or 3 => new Count(chance.Next(1, 9), UpTo: chance.Next(1, 200)),
            4 => new Count(chance.Next(1, 9)) { AtLeast = chance.Next(1, 60) },
            _ => new Count(chance.Next(1, 9), Times: chance.Next(1, 4)),
        };
        long? expected = chance.Next(5) == 0 ? seen[id] : null;
        var other = Pick(Ids);
        ImmutableArray<Head> restsOn = command is Count && chance.Next(4) == 0 ? [new($"tally/{other}", seen[other])] : [];
        var wish = new Wish(number, id, key, command, expected, restsOn);
        wishes.Add(wish);
        Send(process, wish);
        if (chance.Next(8) == 0) Send(Living() ?? process, wish);
    }

    private void SendAgain()
    {
        if (wishes.Count == 0 || Living() is not { } process) return;
        // Mostly what has no answer yet; now and then what was answered long ago.
        var open = wishes.Where(w => !w.Answered).ToList();
        Send(process, open.Count > 0 && chance.Next(4) > 0 ? Pick(open) : Pick(wishes));
    }

    private void Send(Process process, Wish wish)
    {
        var delivery = journal.Sent(wish, now);
        Log($"send {delivery.Number}: wish {wish.Number} {wish.Command.GetType().Name} to {wish.Id} as {wish.Key.Principal}/{wish.Key.Id} at {process.Number}");
        wish.UnderWay++;
        process.UnderWay.Add(wish);
        process.Lane.Start(() => _ = Serve(process, delivery));
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever else a host throws is a broken promise.")]
    private async Task Serve(Process process, Delivery delivery)
    {
        var answer = "unavailable";
        try
        {
            var outcome = await process.Grains!.Execute(delivery.Wish.Id, delivery.Wish.Command, delivery.Stamp, delivery.Wish.Expected);
            if (!process.Alive) return;
            journal.Told(delivery, outcome);
            answer = outcome.Receipt is { } receipt ? $"{receipt.Stream}@{receipt.Version}{(receipt.Replayed ? " again" : "")}" : outcome.Refusal!.Code;
            // An answer can be lost on its way: then the client sends again.
            if (healing || chance.Next(10) > 0) delivery.Wish.Answered = true;
            if (outcome.Receipt is { } told && told.Version > seen[delivery.Wish.Id]) seen[delivery.Wish.Id] = told.Version;
        }
        catch (StoreUnavailableException)
        {
            // Nothing is known: the client sends again.
        }
        catch (Exception other)
        {
            journal.Fail($"sending {delivery.Number} met {other}");
        }

        if (!process.Alive) return;
        delivery.Wish.UnderWay--;
        process.UnderWay.Remove(delivery.Wish);
        Log($"answer {delivery.Number}: {answer}");
    }

    private void Look()
    {
        if (Living() is { } process) Look(process, Pick(Ids));
    }

    private void Look(Process process, string id)
    {
        var floor = journal.Floor($"tally/{id}");
        process.Lane.Start(() => _ = Show(process, id, floor));
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever else a host throws is a broken promise.")]
    private async Task Show(Process process, string id, long floor)
    {
        try
        {
            var view = await process.Grains!.Look<Tally>(id);
            if (!process.Alive) return;
            journal.Shown(view, floor);
            seen[id] = view.Version;
            Log($"look {id}@{view.Version} at {process.Number}: {view.State.Total}");
        }
        catch (StoreUnavailableException)
        {
            if (process.Alive) Log($"look {id} at {process.Number}: unavailable");
        }
        catch (Exception other)
        {
            journal.Fail($"looking at {id} met {other}");
        }
    }

    private void SettleNote()
    {
        if (Living() is { } process) process.Lane.Start(() => _ = SettleNote(process, chance.Next(2) == 0 ? now.AddMinutes(chance.Next(60)) : null));
    }

    /// <summary>What the outbox does: a step that is due has been taken, or is to be tried again.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever else a log throws is a broken promise.")]
    private async Task SettleNote(Process process, DateTimeOffset? again)
    {
        try
        {
            var (asked, until) = (now, now + TimeSpan.FromSeconds(30));
            if (await process.Log!.Claim(asked, until, 3) is not { Count: > 0 } due || !process.Alive) return;
            var note = Pick(due);
            journal.Claimed(due, asked, until);
            journal.Settling(note.Id, asked, again);
            await process.Log!.Settle(note.Id, again, again is null ? null : "it rained");
            if (!process.Alive) return;
            journal.Settled(note.Id, again);
            Log($"note {note.Id} {(again is null ? "done" : "again")}");
        }
        catch (StoreUnavailableException)
        {
            // It will be due again.
        }
        catch (Exception other)
        {
            journal.Fail($"a note met {other}");
        }
    }

    private void Advance()
    {
        var by = TimeSpan.FromMilliseconds(Pick([1, 1, 50, 50, 400, 400, 1_900, 2_100, 30_000, 200_000]));
        now += by;
        Log($"clock +{by.TotalMilliseconds}");
        foreach (var process in processes.Where(p => p.Alive)) process.Clock.Advance(by, chance.Next);
    }

    private void Crash()
    {
        if (Living() is not { } process) return;
        Log($"crash of {process.Number}");
        Kill(process);
        Check();
    }

    /// <summary>An orderly end: the log is closed, and whoever still asks is told so.</summary>
    private void Stop()
    {
        if (Living() is not { Stopping: false } process) return;
        Log($"stop of {process.Number}");
        process.Stopping = true;
        process.Log!.Dispose();
    }

    private static void Kill(Process process)
    {
        process.Alive = false;
        process.Lane.Kill();
        foreach (var wish in process.UnderWay) wish.UnderWay--;
        process.UnderWay.Clear();
        process.Store!.Crash();
        (process.Grains as IDisposable)?.Dispose();
        process.Log!.Dispose();
    }

    private void Restart()
    {
        foreach (var process in processes.Where(p => p.Stopping && p.Alive)) Kill(process);
        foreach (var process in processes.Where(p => !p.Alive)) Boot(process);
    }

    private void Boot(Process process)
    {
        process.Lane = new();
        process.Clock = new(now);
        process.Store = subject.Store(disk, new SeededFaults(this, process));
        writing = true;
        try
        {
            Lane.Outside(() => process.Log = new(process.Store, process.Clock, NullLogger<EventLog>.Instance, logOptions));
            process.Grains = subject.Host(process.Log!, process.Clock, grainsOptions);
            (process.Alive, process.Stopping) = (true, false);
            Log($"start of {process.Number}");
        }
        catch (IOException fault)
        {
            process.Store.Crash();
            Log($"no start of {process.Number}: {fault.Message}");
        }

        writing = false;
    }

    /// <summary>Trouble is over: everybody who has no answer asks until there is one, and everything comes to rest.</summary>
    private void Heal()
    {
        healing = true;
        var (fewest, fruitless) = (int.MaxValue, 0);
        while (journal.Broken is null)
        {
            Restart();
            Settle();
            var open = wishes.Where(w => !w.Answered).ToList();
            if (open.Count == 0) break;
            fruitless = open.Count < fewest ? 0 : fruitless + 1;
            fewest = Math.Min(fewest, open.Count);
            if (fruitless == 20) journal.Fail($"{open.Count} wishes find no answer although all is well, such as {open[0].Number}");

            foreach (var wish in open.Where(w => w.UnderWay == 0).Take(logOptions.QueueLimit)) Send(Living()!, wish);
        }

        foreach (var process in processes)
        {
            if (journal.Broken is null) Log($"rest of {process.Number}");
            foreach (var id in Ids) Look(process, id);
        }

        Settle();
    }

    private void Settle()
    {
        while (journal.Broken is null)
        {
            while (processes.Find(p => p.Lane.Waiting > 0) is { } process) process.Lane.Run(chance.Next(process.Lane.Waiting));
            var wrote = 0;
            writing = true;
            foreach (var process in processes.Where(p => p is { Alive: true, Stopping: false })) Lane.Outside(() => wrote += process.Log!.WriteBatch());
            writing = false;
            Check();
            if (wrote == 0 && processes.TrueForAll(p => p.Lane.Waiting == 0)) return;
        }
    }

    private void Check()
    {
        journal.Audit();
        if (processes.Exists(p => p.Lane.Strayed)) journal.Fail("something came from another thread");
    }

    private Process? Living() => processes.Where(p => p.Alive).ToList() is { Count: > 0 } alive ? Pick(alive) : null;

    private T Pick<T>(IReadOnlyList<T> among) => among[chance.Next(among.Count)];

    private void Log(FormattableString line) => trace.Append(CultureInfo.InvariantCulture, $"{step} ").AppendLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>One process: its memory, its clock's timers and its turn to run. All of it is lost when it dies.</summary>
    private sealed class Process(int number)
    {
        public int Number => number;

        public bool Alive { get; set; }

        public bool Stopping { get; set; }

        public Lane Lane { get; set; } = new();

        public SimulatedClock Clock { get; set; } = new(default);

        public SimulatedStore? Store { get; set; }

        public EventLog? Log { get; set; }

        public IGrains? Grains { get; set; }

        /// <summary>Wishes that wait for an answer of this process.</summary>
        public List<Wish> UnderWay { get; } = [];
    }

    private sealed class SeededFaults(World world, Process process) : Faults
    {
        private bool inside;

        public override void Meet(Moment moment)
        {
            if (world.healing) return;
            Meanwhile(moment);
            var chance = moment switch { Moment.Opening => 0.5, Moment.Syncing or Moment.Synced => 1, _ => 0.2 } * (moment is Moment.Opening && world.trouble > 0 ? 1 : world.trouble);
            if (world.chance.NextDouble() >= chance) return;
            world.Log($"{process.Number} fails while {moment}");
            throw new IOException($"The disk failed while {moment}.");
        }

        /// <summary>The writer has a thread of its own: whatever it does, the others go on, and the whole process may die.</summary>
        private void Meanwhile(Moment moment)
        {
            if (!world.writing || inside || moment is Moment.Reading) return;
            inside = true;
            while (process.Alive && world.chance.Next(3) == 0)
            {
                if (world.chance.Next(60) == 0) world.Crash();
                else if (world.chance.Next(2) == 0) world.RunOne();
                else world.Outside();
            }

            inside = false;
        }

        public override bool KeepsUnsynced() => world.chance.Next(2) == 0;

        public override async Task Pause()
        {
            if (SynchronizationContext.Current is Lane && world.chance.Next(3) == 0) await Task.Yield();
        }
    }
}
