using InnovationScale.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Pilots;

/// <summary>Lists and counts of pilots on a database; what they say is compared with a plain walk over every row.</summary>
public abstract class ThePortfolio : IDisposable
{
    private const int Few = 600, ExactlyMost = 1_000;
    private static readonly Principal Amina = new("amina", "Amina, who reads everything", [new(Role.Auditor, "programme")]);
    private readonly ISqlEngine engine;
    private readonly SqlLogStore store;
    private readonly EventLog log;
    private readonly LocalGrains grains;
    private readonly PilotLists lists;
    private readonly Desk desk;
    private readonly StoppedClock clock = new();

    protected ThePortfolio(ISqlEngine engine)
    {
        var (kinds, access) = Product.Compose();
        this.engine = engine;
        store = new(engine, kinds);
        log = new(store, TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        grains = new(kinds, log, TimeProvider.System);
        desk = new(grains, store, access, TimeProvider.System);
        lists = new(desk);
    }

    public void Dispose()
    {
        grains.Dispose();
        log.Dispose();
        Clean();
        GC.SuppressFinalize(this);
    }

    protected abstract void Clean();

    private static readonly PilotFilter[] Filters =
    [
        new(), new(Country: "KE"), new(Stage: PilotStage.Enquiry), new(Country: "CO", Stage: PilotStage.Trial), new(Status: PilotStatus.Paused), new(Preset: Preset.Rigorous),
        new(Innovation: "i7"), new(School: "s3"), new(Words: "ÉCOLE"), new(Words: "50%"), new() { Ended = true }, new(Country: "KE") { Ended = false }, new() { Subject = "reading" },
        new() { Locality = "remote" }, new() { Setting = "displacement" }, new() { Phase = "primary", Locality = "urban" }, new() { Of = [("i3", "v1"), ("i4", "v1"), ("i3", "v9")] }, new() { Of = [] },
        new() { NotOf = [("i3", "v1")] }, new() { NotOf = [] },
    ];

    /// <param name="fewSchools">So many schools are few: a database is asked in one way where few fit, and in another where many do.</param>
    [Theory, InlineData(PilotFilter.FewSchools), InlineData(0)]
    public async Task Shows_every_pilot_once_in_every_order_however_it_is_filtered(int fewSchools)
    {
        ManyPilots.Insert(engine, Few);
        var portfolio = new PilotLists(desk, fewSchools);
        var all = await Whole(Amina, new(), PilotOrder.Oldest);
        Assert.Equal(Few, all.Count);
        foreach (var filter in Filters)
        {
            foreach (var order in Enum.GetValues<PilotOrder>())
            {
                var (seen, after) = (new List<PilotRow>(), default(string[]));
                do
                {
                    (var rows, after) = await portfolio.List(Amina, filter, order, 7, after);
                    seen.AddRange(rows);
                }
                while (after is not null);

                Assert.Equal(seen, await Whole(Amina, filter, order, portfolio));
                var fitting = all.Where(row => Fits(row, filter)).Select(row => row.Id).ToList();
                Assert.Equal(fitting.Order(StringComparer.Ordinal), seen.Select(row => row.Id).Order(StringComparer.Ordinal));
                Assert.Equal(seen.Select(row => row.Id), order switch
                {
                    PilotOrder.Oldest => seen.OrderBy(row => row.StartedAt).Select(row => row.Id),
                    PilotOrder.Title => seen.OrderBy(row => row.Title.ToLowerInvariant(), StringComparer.Ordinal).Select(row => row.Id),
                    PilotOrder.TitleBackwards => seen.OrderByDescending(row => row.Title.ToLowerInvariant(), StringComparer.Ordinal).Select(row => row.Id),
                    _ => seen.OrderByDescending(row => row.StartedAt).Select(row => row.Id),
                });
            }
        }
    }

    [Theory, InlineData(PilotFilter.FewSchools), InlineData(0)]
    public async Task Counts_a_few_exactly_and_parts_add_up_to_their_whole(int fewSchools)
    {
        ManyPilots.Insert(engine, Few);
        var counts = new PilotCounts(desk, clock, ExactlyMost, fewSchools);
        foreach (var filter in Filters)
        {
            var (tally, seen) = (await counts.Tally(Amina, filter), await Whole(Amina, filter, PilotOrder.Newest));
            Assert.Equal((seen.Count, Certainty.Exact), (tally.Total, tally.OfTotal));
            Assert.True(tally.HasParts);
            Assert.Equal(seen.Count, tally.Selected.Sum(cell => cell.Count));
            Assert.Equal((await Whole(Amina, filter with { Country = null }, PilotOrder.Newest)).CountBy(row => row.Country).OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, (long)one.Value)),
                tally.By(cell => cell.Country, f => f with { Country = null }).OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, one.Value)));
        }
    }

    [Fact]
    public async Task Reads_no_further_once_nobody_waits_for_the_rest()
    {
        ManyPilots.Insert(engine, Few);
        using var waits = new CancellationTokenSource();
        await using var rows = lists.All(Amina, new(), PilotOrder.Oldest, waits.Token).GetAsyncEnumerator();
        Assert.True(await rows.MoveNextAsync());

        await waits.CancelAsync();

        var more = 1;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await rows.MoveNextAsync()) more++;
        });
        Assert.InRange(more, 1, Few - 1);
    }

    [Fact]
    public async Task Tells_a_visitor_of_no_draft()
    {
        ManyPilots.Insert(engine, Few);
        var drafts = (await Whole(Amina, new(), PilotOrder.Newest)).Count(row => row.Stage is PilotStage.Draft);
        Assert.NotEqual(0, drafts);
        Assert.Equal(Few - drafts, (await Whole(Principal.Anonymous, new(), PilotOrder.Newest)).Count);
        var counts = new PilotCounts(desk, clock, ExactlyMost);
        Assert.Equal(Few - drafts, (await counts.Tally(Principal.Anonymous, new())).Total);
        Assert.Equal(0, (await counts.Tally(Principal.Anonymous, new(Stage: PilotStage.Draft))).Total);
        await using (var connection = engine.Connect(forWriting: true))
        {
            await connection.OpenAsync();
            connection.Do("update pilot set subject = 'the team alone knows' where stage = 'Draft'");
        }

        Assert.DoesNotContain("the team alone knows", await counts.Subjects(Principal.Anonymous));
        Assert.NotEmpty(await counts.Subjects(Principal.Anonymous));
    }

    [Theory, InlineData(ExactlyMost), InlineData(0)]
    public async Task Tells_a_teacher_of_the_drafts_of_her_own_school(int exactlyMost)
    {
        ManyPilots.Insert(engine, Few);
        var all = await Whole(Amina, new(), PilotOrder.Newest);
        var school = all.First(row => row.Stage is PilotStage.Draft).School;
        var (teacher, counts) = (new Principal("tess", "Tess", [new(Role.Teacher, school)]), new PilotCounts(desk, clock, exactlyMost));
        foreach (var filter in (PilotFilter[])[new(), new(Stage: PilotStage.Draft), new(School: school)])
        {
            var seen = all.Where(row => Fits(row, filter) && (filter.Stage ?? row.Stage) == row.Stage && (row.Stage is not PilotStage.Draft || row.School == school)).Select(row => row.Id).ToList();
            Assert.Equal(seen, (await Whole(teacher, filter, PilotOrder.Newest)).Select(row => row.Id));
            if (exactlyMost > 0 || filter.School is null) Assert.Equal(seen.Count, (await counts.Tally(teacher, filter)).Total);
        }
    }

    [Fact]
    public async Task Says_about_where_there_are_many_and_exactly_again_where_few_are_left()
    {
        const int many = 2 * ExactlyMost + 200;
        ManyPilots.Insert(engine, many);
        var counts = new PilotCounts(desk, clock, ExactlyMost);
        var whole = await counts.Tally(Amina, new());
        Assert.Equal((many, Certainty.About), (whole.Total, whole.OfTotal));
        Assert.Equal(many, whole.By(cell => cell.Stage, f => f with { Stage = null }).Values.Sum());

        var kenya = await counts.Tally(Amina, new(Country: "KE"));
        Assert.Equal((Certainty.About, Certainty.Exact), (kenya.Certainty, kenya.OfTotal));
        Assert.Equal((await Whole(Amina, new(Country: "KE"), PilotOrder.Newest)).Count, kenya.Total);

        Assert.Equal(Certainty.Exact, (await counts.Tally(Amina, new() { Setting = "displacement" })).Certainty);
        var primary = await counts.Tally(Amina, new() { NotOf = [("i3", "v1")] });
        Assert.Equal((ExactlyMost, Certainty.AtLeast), (primary.Total, primary.OfTotal));
        Assert.False(primary.HasParts);
    }

    [Fact]
    public async Task Counts_many_again_after_a_while()
    {
        ManyPilots.Insert(engine, 2 * ExactlyMost);
        var counts = new PilotCounts(desk, clock, ExactlyMost);
        Assert.Equal(2 * ExactlyMost, (await counts.Tally(Amina, new())).Total);
        // The same rows again, which replace themselves, and 50 more.
        ManyPilots.Insert(engine, 2 * ExactlyMost + 50);
        Assert.Equal(2 * ExactlyMost, (await counts.Tally(Amina, new())).Total);
        clock.Elapsed += TimeSpan.FromMinutes(1);
        Assert.Equal(2 * ExactlyMost + 50, (await counts.Tally(Amina, new())).Total);
    }

    private static bool Fits(PilotRow row, PilotFilter filter)
    {
        var school = int.Parse(row.School[1..], System.Globalization.CultureInfo.InvariantCulture);
        return (filter.Country ?? row.Country) == row.Country && (filter.Stage ?? row.Stage) == row.Stage && (filter.Status ?? row.Status) == row.Status && (filter.Preset ?? row.Preset) == row.Preset
            && (filter.Innovation ?? row.Innovation) == row.Innovation && (filter.School ?? row.School) == row.School && row.Title.Contains(filter.Words ?? "", StringComparison.OrdinalIgnoreCase)
            && (filter.Ended is not { } ended || ended == row.Status is PilotStatus.Closed or PilotStatus.Withdrawn)
            && (filter.Subject is not { } subject || row.Id is var id && Mixed(id) % 4 != 0 && Mixed(id) % 5 == 1 && subject is "reading")
            && (filter.Locality is not { } locality || locality == (school % 7 % 4) switch { 0 => "rural", 1 => "urban", 2 => "peri-urban", _ => "remote" })
            && (filter.Setting is null || school % 100 == 7) && (filter.Phase is null || school % 3 == 0)
            && (filter.Of is not { } of || of.Contains((row.Innovation!, row.InnovationVersion!))) && (filter.NotOf is not { } other || !other.Contains((row.Innovation!, row.InnovationVersion!)));

        static int Mixed(string id) => (int)(uint.Parse(id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) * 2_654_435_761 % 1_000_003);
    }

    private async Task<List<PilotRow>> Whole(Principal who, PilotFilter filter, PilotOrder order, PilotLists? of = null)
    {
        var rows = new List<PilotRow>();
        await foreach (var row in (of ?? lists).All(who, filter, order)) rows.Add(row);
        return rows;
    }

    private sealed class StoppedClock : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}

public sealed class ThePortfolioOnSqlite : ThePortfolio
{
    private readonly string folder;

    public ThePortfolioOnSqlite() : this(Directory.CreateTempSubdirectory("innovationscale-").FullName)
    {
    }

    private ThePortfolioOnSqlite(string folder) : base(new SqliteEngine(folder)) => this.folder = folder;

    protected override void Clean() => Directory.Delete(folder, recursive: true);
}

[NeedsPostgres, Collection(Postgres.Name)]
public sealed class ThePortfolioOnPostgres(PostgresWhereItIs server) : ThePortfolio(new PostgresEngine(server.Server.NewDatabase()))
{
    protected override void Clean()
    {
    }
}
