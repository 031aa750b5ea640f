using System.Diagnostics;
using Xunit.Abstractions;

namespace InnovationScale.Reliability;

/// <summary>Two servers that share nothing but a PostgreSQL database.</summary>
[Collection(OneAtATime.Name)]
public sealed class SeveralServers(ITestOutputHelper output) : SeveralNodes(output)
{
    [NeedsPostgresFact]
    public Task Go_on_without_one_that_is_cut_off_from_the_database_and_take_it_back() => CutOneOff();

    protected override Task<RunningServer> StartNode(string store, int number) => RunningServer.Start("--sign-in", "local-people", "--store", store);
}

/// <summary>
/// Nodes on one PostgreSQL under load on the same records: one is killed, one freezes and wakes, the database crashes and freezes. Clients go
/// to another node when theirs does not answer.
/// </summary>
public abstract class SeveralNodes(ITestOutputHelper output)
{
    private const int Teachers = 8;

    /// <summary>How many there are.</summary>
    protected virtual int Nodes => 2;

    /// <summary>The longest that work may stand still after a mishap.</summary>
    protected virtual TimeSpan StandsStillMost => TimeSpan.FromSeconds(15);

    protected abstract Task<RunningServer> StartNode(string store, int number);

    /// <summary>One that had stood still and works again.</summary>
    protected virtual Task Woken(RunningServer node) => Task.CompletedTask;

    private Task<StartedNodes> Started(string store) => Started([.. Enumerable.Repeat(store, Nodes)]);

    /// <param name="stores">The way of each to the one database.</param>
    private async Task<StartedNodes> Started(IReadOnlyList<string> stores)
    {
        var nodes = new RunningServer[stores.Count];
        for (var number = 0; number < nodes.Length; number++) nodes[number] = await StartNode(stores[number], number);
        return new(nodes);
    }

    private sealed record StartedNodes(RunningServer[] Nodes) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var node in Nodes) await node.DisposeAsync();
        }
    }

    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(10);

    /// <summary>Acknowledgements that show that the work goes on.</summary>
    private const int GoesOn = 40;

    /// <summary>A client gives a server up after this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    [NeedsPostgresFact]
    public async Task Lose_nothing_double_nothing_and_go_on_without_the_one_that_is_away()
    {
        using var figures = new Figures("nodes", output);
        figures.Tell($"RELIABILITY_SEED={Measure.Seed}");
        using var postgres = new Postgres();
        var store = postgres.NewDatabase();
        await using var started = await Started(store);
        var nodes = started.Nodes;
        var journal = new Journal();
        var teachers = await Everywhere(nodes, journal);
        var chance = new Random(Measure.Seed);
        var (killed, frozen, crashed, away) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        for (var round = 0; round < Measure.Of(2, 100); round++)
        {
            var enough = false;
            var writing = Task.WhenAll(teachers.Select(teacher => Task.Run(() => teacher.WriteUntil(() => Volatile.Read(ref enough)))));
            await Back(journal, writing);

            var gone = nodes[chance.Next(nodes.Length)];
            await gone.Kill();
            killed = Longer(killed, await Back(journal, writing));
            await gone.StartAgain();

            var still = nodes[chance.Next(nodes.Length)];
            await Task.Delay(chance.Next(50, 500));
            still.Freeze();
            frozen = Longer(frozen, await Back(journal, writing));
            await Task.Delay(TimeSpan.FromSeconds(Measure.Of(6, 45)));
            still.Thaw();
            await Back(journal, writing);
            await Woken(still);

            postgres.CrashAndRestart();
            crashed = Longer(crashed, await Back(journal, writing));

            postgres.Freeze();
            await Task.Delay(TimeSpan.FromSeconds(Measure.Of(6, 30)));
            postgres.Thaw();
            away = Longer(away, await Back(journal, writing));

            Volatile.Write(ref enough, true);
            await writing;
            await Task.WhenAll(teachers.Select(teacher => teacher.Settle()));
            Assert.Equal(journal.Acknowledged, journal.Audit(Kept.InStore(store)));
            Kept.VerifiedStore(store);
        }

        figures.Tell($"{journal.Acknowledged} acknowledged, {journal.Unavailable} told to come back (slowest {journal.SlowestUnavailable.TotalSeconds:F1} s), {journal.Again} sent again: 0 lost, 0 doubled, 0 in part.");
        figures.Tell($"Work went on after a killed server in {killed.TotalSeconds:F1} s, a frozen one in {frozen.TotalSeconds:F1} s, a crashed database in {crashed.TotalSeconds:F1} s, a frozen one in {away.TotalSeconds:F1} s.");
        Assert.All([killed, frozen, crashed, away], took => Assert.InRange(took, TimeSpan.Zero, StandsStillMost));
    }

    /// <summary>
    /// What the cut one had sent may have arrived, or arrive when the way is open again; a transaction of its may stand open on the server.
    /// </summary>
    protected async Task CutOneOff()
    {
        using var figures = new Figures("nodes-partition", output);
        figures.Tell($"RELIABILITY_SEED={Measure.Seed}");
        using var postgres = new Postgres();
        var store = postgres.NewDatabase();
        var links = Enumerable.Range(0, Nodes).Select(n => new DatabaseLink(store, Measure.Seed + n)).ToList();
        var journal = new Journal();
        var (cut, healed) = (TimeSpan.Zero, TimeSpan.Zero);
        await using (var started = await Started([.. links.Select(link => link.Store)]))
        {
            var teachers = await Everywhere(started.Nodes, journal);
            var chance = new Random(Measure.Seed);
            var enough = false;
            var writing = Task.WhenAll(teachers.Select(teacher => Task.Run(() => teacher.WriteUntil(() => Volatile.Read(ref enough)))));
            for (var round = 0; round < Measure.Of(2, 100); round++)
            {
                await Back(journal, writing);
                await Task.Delay(chance.Next(50, 500));
                var link = links[chance.Next(Nodes)];
                link.Cut();
                cut = Longer(cut, await Back(journal, writing));
                await Task.Delay(TimeSpan.FromSeconds(Measure.Of(6, 45)));
                link.Heal(reset: round % 2 == 0);
                healed = Longer(healed, await Back(journal, writing));
            }

            Volatile.Write(ref enough, true);
            await writing;
            await Task.WhenAll(teachers.Select(teacher => teacher.Settle()));
            Assert.Equal(journal.Acknowledged, journal.Audit(Kept.InStore(store)));
            Kept.VerifiedStore(store);
        }

        foreach (var link in links) await link.DisposeAsync();
        figures.Tell($"{journal.Acknowledged} acknowledged, {journal.Unavailable} told to come back, {journal.Again} sent again: 0 lost, 0 doubled, 0 in part.");
        figures.Tell($"Work went on after one was cut off in {cut.TotalSeconds:F1} s, after it was back in {healed.TotalSeconds:F1} s.");
        Assert.All([cut, healed], took => Assert.InRange(took, TimeSpan.Zero, StandsStillMost));
    }

    /// <summary>Teachers who each begin at another node and go to the next when theirs does not answer.</summary>
    private static async Task<List<Teacher>> Everywhere(RunningServer[] nodes, Journal journal)
    {
        var programme = await Programme.Open(nodes[0], Teachers);
        return [.. Enumerable.Range(0, Teachers).Select(n => new Teacher(
            [.. nodes.Skip(n % nodes.Length).Concat(nodes.Take(n % nodes.Length)).Select(node => node.As(programme.Teachers[n], Patience))], programme, n, journal, Measure.Seed))];
    }

    /// <summary>Each teacher stays with one node, so that nobody hears from another what became of a request that its own did not answer.</summary>
    [NeedsPostgresFact]
    public async Task Answer_whatever_took_effect_when_one_is_stopped_under_load()
    {
        using var figures = new Figures("nodes-drain", output);
        figures.Tell($"RELIABILITY_SEED={Measure.Seed}");
        using var postgres = new Postgres();
        var store = postgres.NewDatabase();
        await using var started = await Started(store);
        var nodes = started.Nodes;
        var journal = new Journal();
        var programme = await Programme.Open(nodes[0], Teachers);
        var teachers = Enumerable.Range(0, Teachers).Select(n => new Teacher(nodes[n % nodes.Length], programme, n, journal, Measure.Seed)).ToList();
        var chance = new Random(Measure.Seed);
        var slowest = TimeSpan.Zero;
        for (var round = 0; round < Measure.Of(2, 50); round++)
        {
            var enough = false;
            var writing = Task.WhenAll(teachers.Select(teacher => Task.Run(() => teacher.WriteUntil(() => Volatile.Read(ref enough)))));
            await Back(journal, writing);
            await Task.Delay(chance.Next(50, 1_000));
            var stopped = chance.Next(nodes.Length);
            var stop = Stopwatch.StartNew();
            Assert.Equal(0, await nodes[stopped].Stop());
            slowest = Longer(slowest, stop.Elapsed);
            await Back(journal, writing);
            Volatile.Write(ref enough, true);
            await writing;
            await Task.WhenAll(teachers.Where((_, n) => n % nodes.Length != stopped).Select(teacher => teacher.Settle()));

            var unknown = teachers.Where((teacher, n) => n % nodes.Length == stopped && teacher is { Open: not null, WasToldToComeBack: true }).Count();
            Assert.InRange(journal.Audit(Kept.InStore(store)), journal.Acknowledged, journal.Acknowledged + unknown);
            Kept.VerifiedStore(store);
            await nodes[stopped].StartAgain();
            await Task.WhenAll(teachers.Select(teacher => teacher.Settle()));
        }

        figures.Tell($"{journal.Acknowledged} acknowledged, {journal.Unavailable} told to come back, {journal.Broken} turned away, {journal.Again} sent again: 0 took effect without an answer, 0 lost. Slowest stop {slowest.TotalSeconds:F1} s.");
        Assert.InRange(slowest, TimeSpan.Zero, StopsWithin);
    }

    [NeedsPostgresFact]
    public async Task Start_again_by_themselves_when_all_were_killed_at_once()
    {
        using var figures = new Figures("nodes-cold-start", output);
        using var postgres = new Postgres();
        var store = postgres.NewDatabase();
        var ordinary = Stopwatch.StartNew();
        await using var started = await Started(store);
        ordinary.Stop();
        var nodes = started.Nodes;
        var journal = new Journal();
        var programme = await Programme.Open(nodes[0], Teachers);
        var teachers = Enumerable.Range(0, Teachers).Select(n => new Teacher(nodes[n % nodes.Length], programme, n, journal, Measure.Seed)).ToList();
        var slowest = TimeSpan.Zero;
        for (var round = 0; round < Measure.Of(2, 50); round++)
        {
            var writing = Task.WhenAll(teachers.Select(teacher => Task.Run(() => teacher.WriteUntil(() => false))));
            await Back(journal, writing);
            await Task.WhenAll(nodes.Select(node => node.Kill()));
            postgres.CrashAndRestart();
            await writing;
            var start = Stopwatch.StartNew();
            await Task.WhenAll(nodes.Select(node => node.StartAgain()));
            slowest = Longer(slowest, start.Elapsed);
            await Task.WhenAll(teachers.Select(teacher => teacher.Settle()));
            Assert.Equal(journal.Acknowledged, journal.Audit(Kept.InStore(store)));
            Kept.VerifiedStore(store);
        }

        figures.Tell($"{journal.Acknowledged} acknowledged, all servers and the database killed at once: 0 lost. Slowest start of all {slowest.TotalSeconds:F1} s, the first one {ordinary.Elapsed.TotalSeconds:F1} s.");
        // A machine that is busy otherwise starts nothing in a hurry, on an empty database either.
        Assert.InRange(slowest, TimeSpan.Zero, Longer(TimeSpan.FromSeconds(20), ordinary.Elapsed * 2));
    }

    /// <summary>How long until so many more commands are acknowledged.</summary>
    private static async Task<TimeSpan> Back(Journal journal, Task writing)
    {
        var watch = Stopwatch.StartNew();
        var goal = journal.Acknowledged + GoesOn;
        while (journal.Acknowledged < goal && watch.Elapsed < TimeSpan.FromMinutes(1))
        {
            if (writing.IsFaulted) await writing;
            await Task.Delay(20);
        }

        Assert.True(journal.Acknowledged >= goal, $"The work stands still: {journal.Acknowledged} of {goal}. {journal}");
        return watch.Elapsed;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
