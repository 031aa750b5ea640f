using System.Globalization;
using InnovationScale.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace InnovationScale.Hosting;

/// <summary>
/// Reminders and deadlines over two days around a leap day and a change to summer time, while the server is down for hours, dies in the middle of a step, and has its
/// clock set back and forward.
/// </summary>
public sealed class StepsThatAreDue(ITestOutputHelper output) : IDisposable
{
    private const int Hours = 48;
    private static readonly TimeSpan LateMost = TimeSpan.FromSeconds(60);
    private static readonly int Reminders = Environment.GetEnvironmentVariable("SOAK") is "1" ? 5_000 : 500;

    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private readonly int seed = Environment.TickCount & 0xFFFFFF;
    private readonly Dictionary<int, (DateTimeOffset Due, DateTimeOffset At, DateTimeOffset Awake)> taken = [];
    private WallClock clock = null!;
    private Random chance = null!;
    private Kinds kinds = null!;
    private DateTimeOffset start, awake;
    private EventLog log = null!;
    private LocalGrains grains = null!;

    public void Dispose()
    {
        Close();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("2024-02-28T12:00:00Z")]
    [InlineData("2026-03-28T12:00:00Z")]
    public async Task Take_effect_once_each_within_a_minute_and_never_before(string from)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, {Reminders} reminders"));
        (start, chance) = (DateTimeOffset.Parse(from, CultureInfo.InvariantCulture), new(seed));
        (clock, awake) = (new(start), start);
        // Counting by so many leaves a step for so many seconds after the beginning.
        kinds = new Kinds().Add<Tally>([ReadTable<Tally>.OneRow("tally", 1, [("total", "bigint"), ("version", "bigint")], [], v => [v.State.Total, v.Version])],
            (_, happened, _) => happened is Counted { By: > 1 } later ? [new FollowUp("remind", "{}", start.AddSeconds(later.By))] : []);
        Open();
        await Task.WhenAll(Enumerable.Range(0, Reminders).Select(n => grains.Execute($"asked-{n}", new Count(chance.Next(2, Hours * 3_600)), Node.Stamp($"ask-{n}"))));

        for (; clock.GetUtcNow() < start.AddHours(Hours); GoOn()) await RunDue();
        // What came due in the last stretch, and what died in it and waits for its second try.
        await RunDue();
        clock.Set(TimeSpan.FromMinutes(1));
        await RunDue();

        Assert.Equal(Enumerable.Range(0, Reminders), taken.Keys.Order());
        Assert.All(taken.Values, one => Assert.InRange(one.At, one.Due, (one.Due > one.Awake ? one.Due : one.Awake) + LateMost));
        for (var n = 0; n < Reminders; n++) Assert.Equal(1, (await grains.Look<Tally>($"reminded-{n}")).State.Total);
        Assert.Empty(await log.DueNotes(DateTimeOffset.MaxValue, 1));
    }

    private async Task RunDue()
    {
        using var sweep = new Sweep(log, new Dictionary<string, Func<Note, Task>>(StringComparer.Ordinal) { ["remind"] = Remind }, clock, NullLogger<Sweep>.Instance);
        await sweep.RunDue();
    }

    private async Task Remind(Note note)
    {
        var number = int.Parse(note.Id.Split('-', '@')[1], CultureInfo.InvariantCulture);
        taken.TryAdd(number, (note.Due, clock.GetUtcNow(), awake));
        var outcome = await grains.Execute($"reminded-{number}", new Count(1), Node.Stamp(note.Id));
        // Now and then it dies after the step took effect and before that was noted.
        if (!outcome.Receipt!.Replayed && chance.Next(20) == 0) throw new IOException("The power is gone.");
    }

    private void GoOn()
    {
        switch (chance.Next(400))
        {
            case 0:
                Close();
                clock.Set(TimeSpan.FromMinutes(chance.Next(1, 240)));
                Open();
                awake = clock.GetUtcNow();
                break;
            case 1:
                clock.Set(-TimeSpan.FromMinutes(chance.Next(1, 120)));
                break;
            case 2:
                clock.Set(TimeSpan.FromMinutes(chance.Next(1, 120)));
                awake = clock.GetUtcNow();
                break;
            default:
                clock.Set(TimeSpan.FromSeconds(chance.Next(1, 45)));
                break;
        }
    }

    private void Open()
    {
        log = new(new SqlLogStore(new SqliteEngine(folder), kinds), clock, NullLogger<EventLog>.Instance);
        log.Start();
        grains = new(kinds, log, clock, new() { AnswerWithin = TimeSpan.FromDays(3) });
    }

    private void Close()
    {
        grains?.Dispose();
        log?.Dispose();
    }

    /// <summary>The time of day as somebody sets it; how long things take is the machine's own.</summary>
    private sealed class WallClock(DateTimeOffset start) : TimeProvider
    {
        private long ticks = start.UtcTicks;

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

        public void Set(TimeSpan on) => Interlocked.Add(ref ticks, on.Ticks);
    }
}
