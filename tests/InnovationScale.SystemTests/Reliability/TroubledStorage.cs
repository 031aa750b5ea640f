using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Xunit.Abstractions;

namespace InnovationScale.Reliability;

/// <summary>A server whose PostgreSQL is away, slow, or refuses calls, while teachers write and others read.</summary>
[Collection(OneAtATime.Name)]
public sealed class TroubledStorage(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Teachers = 8, Readers = 4;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1), BetweenReads = TimeSpan.FromMilliseconds(10);

    private readonly Postgres postgres = new();
    private readonly Journal journal = new();
    private readonly ConcurrentQueue<(HttpStatusCode Status, TimeSpan Took)> reads = new();
    private string store = "";
    private DatabaseLink link = null!;
    private RunningServer server = null!;
    private List<Teacher> teachers = [];
    private Programme programme = null!;

    public async Task InitializeAsync()
    {
        store = postgres.NewDatabase();
        link = new(store, Measure.Seed);
        server = await RunningServer.Start("--sign-in", "local-people", "--store", link.Store);
        programme = await Programme.Open(server, Teachers);
        teachers = [.. Enumerable.Range(0, Teachers).Select(n => new Teacher(server, programme, n, journal, Measure.Seed))];
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await link.DisposeAsync();
        postgres.Dispose();
    }

    /// <summary>R5.</summary>
    [NeedsPostgresFact]
    public async Task That_stands_still_is_told_in_time_costs_no_memory_and_is_used_again_at_once()
    {
        using var figures = new Figures("storage-outage", output);
        figures.Tell($"RELIABILITY_SEED={Measure.Seed}");
        var chance = new Random(Measure.Seed);
        TimeSpan[] outages = Measure.Soak ? [TimeSpan.FromMinutes(10), .. Enumerable.Range(0, 20).Select(_ => Second * chance.Next(1, 11))] : [Second * 8, Second * 2];
        var (grown, slowestBack, untold) = (0L, TimeSpan.Zero, new List<TimeSpan>());
        await UnderLoad(async () =>
        {
            await Goes(TimeSpan.FromSeconds(3));
            foreach (var outage in outages)
            {
                var before = await Memory(Second);
                reads.Clear();
                postgres.Freeze();
                var most = await Memory(outage);
                postgres.Thaw();
                var back = Stopwatch.StartNew();
                await Goes(commands: 40);
                slowestBack = back.Elapsed > slowestBack ? back.Elapsed : slowestBack;
                grown = Math.Max(grown, most - before);
                untold.AddRange(reads.Where(read => read.Status is HttpStatusCode.ServiceUnavailable).Select(read => read.Took));
            }
        });

        Assert.Equal(journal.Acknowledged, journal.Audit(Kept.InStore(store)));
        Kept.VerifiedStore(store);
        figures.Tell($"{outages.Length} outages, {journal.Acknowledged} acknowledged, {journal.Again} sent again: 0 lost, 0 doubled. {journal.Unavailable + untold.Count} told to come back, slowest write {journal.SlowestUnavailable.TotalSeconds:F2} s, read {untold.Max().TotalSeconds:F2} s.");
        figures.Tell($"Memory grew by {grown / 1024.0 / 1024:F1} MB at most; work went on {slowestBack.TotalSeconds:F1} s after the storage was back.");
        Assert.InRange(journal.SlowestUnavailable, TimeSpan.Zero, Second * 3);
        Assert.InRange(untold.Max(), TimeSpan.Zero, Second * 3);
        Assert.InRange(grown, long.MinValue, 50 * 1024 * 1024);
        Assert.InRange(slowestBack, TimeSpan.Zero, Second * 5);
    }

    /// <summary>R6: whoever writes waits; nobody else does.</summary>
    [NeedsPostgresFact]
    public async Task That_writes_slowly_holds_up_no_reader()
    {
        using var figures = new Figures("storage-slow", output);
        figures.Tell($"RELIABILITY_SEED={Measure.Seed}");
        var healthy = TimeSpan.Zero;
        await UnderLoad(async () =>
        {
            await Goes(TimeSpan.FromSeconds(3));
            healthy = Percentile(reads.Select(read => read.Took), 0.95);
            link.SlowWrites = Second * 2;
            await Task.Delay(Second * 2);
            reads.Clear();
            await Goes(TimeSpan.FromSeconds(Measure.Of(5, 300)));
        });

        link.SlowWrites = TimeSpan.Zero;
        await Task.WhenAll(teachers.Select(teacher => teacher.Settle()));
        Assert.Equal(journal.Acknowledged, journal.Audit(Kept.InStore(store)));
        var (count, p95) = (reads.Count, Percentile(reads.Select(read => read.Took), 0.95));
        figures.Tell($"Every call that writes takes 2 s: {count} reads, 95th percentile {p95.TotalMilliseconds:F0} ms ({healthy.TotalMilliseconds:F0} ms while all is well), slowest {reads.Max(read => read.Took).TotalMilliseconds:F0} ms; {journal.Acknowledged} acknowledged, {journal.Unavailable} told to come back.");
        Assert.All(reads, read => Assert.Equal(HttpStatusCode.OK, read.Status));
        // A machine that is busy otherwise is slow at any time.
        Assert.InRange(p95, TimeSpan.Zero, TimeSpan.FromMilliseconds(Math.Max(300, 3 * healthy.TotalMilliseconds)));
    }

    /// <summary>R6: what is refused is asked again before a person has to.</summary>
    [NeedsPostgresFact]
    public async Task That_refuses_a_third_of_the_calls_still_takes_most_of_the_work()
    {
        using var figures = new Figures("storage-throttled", output);
        figures.Tell($"RELIABILITY_SEED={Measure.Seed}");
        var (healthy, throttled, window, windows) = (0, 0, Second * 2, Measure.Of(3, 60));
        await UnderLoad(async () =>
        {
            // In turns, so that whatever else the machine does falls on both; the first turn, in which what is new is made ready, does not count.
            for (var n = 0; n <= windows; n++)
            {
                var well = await Goes(window);
                link.Refuses = 0.3;
                var refused = await Goes(window);
                link.Refuses = 0;
                if (n > 0) (healthy, throttled) = (healthy + well, throttled + refused);
            }
        });

        Assert.Equal(journal.Acknowledged, journal.Audit(Kept.InStore(store)));
        Kept.VerifiedStore(store);
        var told = reads.Count(read => read.Status is HttpStatusCode.ServiceUnavailable);
        figures.Tell($"{healthy / (window * windows).TotalSeconds:F0} commands a second while all is well, {throttled / (window * windows).TotalSeconds:F0} while 30 % of calls are refused ({link.Refused}); told to come back: {journal.Unavailable} writes, {told} of {reads.Count} reads.");
        Assert.InRange(link.Refused, 100, int.MaxValue);
        Assert.InRange(throttled, healthy / 2, int.MaxValue);
    }

    private async Task UnderLoad(Func<Task> trouble)
    {
        var enough = false;
        var working = teachers.Select(teacher => Task.Run(() => teacher.WriteUntil(() => Volatile.Read(ref enough))))
            .Concat(Enumerable.Range(0, Readers).Select(n => Task.Run(() => Read(server.As(programme.Teachers[n]), () => Volatile.Read(ref enough))))).ToList();
        await trouble();
        Volatile.Write(ref enough, true);
        await Task.WhenAll(working);
        await Task.WhenAll(teachers.Select(teacher => teacher.Settle()));
    }

    private async Task Read(ApiClient reader, Func<bool> enough)
    {
        for (var n = 0; !enough(); n++)
        {
            var sent = Stopwatch.GetTimestamp();
            var reply = await reader.Get(n % 2 == 0 ? "/api/v1/pilots" : programme.Pilot);
            reads.Enqueue((reply.Expect(HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable).Status, Stopwatch.GetElapsedTime(sent)));
            await Task.Delay(BetweenReads);
        }
    }

    /// <summary>Lets them work for so long. Answers how many commands were acknowledged meanwhile.</summary>
    private async Task<int> Goes(TimeSpan time)
    {
        var before = journal.Acknowledged;
        await Task.Delay(time);
        return journal.Acknowledged - before;
    }

    private Task Goes(int commands)
    {
        var goal = journal.Acknowledged + commands;
        return Signal.Until("the work goes on", () => Task.FromResult(journal.Acknowledged >= goal));
    }

    /// <summary>The most that the server's process had in memory, looked at now and then for so long.</summary>
    private async Task<long> Memory(TimeSpan time)
    {
        var most = 0L;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time; await Task.Delay(100))
        {
            var resident = File.ReadLines($"/proc/{server.ProcessId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            most = Math.Max(most, 1024 * long.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
        }

        return most;
    }

    private static TimeSpan Percentile(IEnumerable<TimeSpan> all, double share)
    {
        var sorted = all.Order().ToList();
        return sorted[(int)(sorted.Count * share)];
    }
}
