using InnovationScale.Pilots;
using InnovationScale.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Search;

/// <summary>What somebody types, and what is found by it: the same on every database.</summary>
public abstract class FindingRecords : IAsyncLifetime
{
    private static readonly Principal Amina = new("amina", "Amina", [new(Role.Teacher, "heron-bay")]);

    private EventLog log = null!;
    private LocalGrains grains = null!;
    private Desk desk = null!;
    private Finder finder = null!;

    protected abstract ISqlEngine Engine();

    public Task InitializeAsync()
    {
        var (kinds, access) = Product.Compose();
        var store = new SqlLogStore(Engine(), kinds);
        log = new(store, TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        grains = new(kinds, log, TimeProvider.System);
        desk = new(grains, store, access, TimeProvider.System);
        finder = new(desk, store, kinds);
        return Task.CompletedTask;
    }

    public virtual Task DisposeAsync()
    {
        grains.Dispose();
        log.Dispose();
        return Task.CompletedTask;
    }

    private async Task Registered(string id, string title) =>
        Assert.Null((await desk.Execute(Amina, new($"start {id} {title}"), id, new StartPilot(title, "heron-bay") { Country = "KE" })).Refusal);

    private async Task<string[]> Found(string asked, Principal? who = null) =>
        [.. (await finder.Find(who ?? Amina, asked)).Kinds.SelectMany(kind => kind.Records).Select(record => record.Id).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task A_word_is_found_by_its_beginning_without_accents_and_in_any_case()
    {
        await Registered("p1", "Tarjetas después de la lección");
        await Registered("p2", "Talk first, then write");
        Assert.Equal(["p1"], await Found("DESPUES lecc"));
        Assert.Equal(["p1"], await Found("leccio\u0301n"));
        Assert.Equal(["p1", "p2"], await Found("ta"));
        Assert.Empty(await Found("talk tarjetas"));
    }

    [Fact]
    public async Task Arabic_is_found_with_and_without_its_vowel_signs()
    {
        await Registered("p1", "القِراءةُ مع الأصدقاء");
        Assert.Equal(["p1"], await Found("القراءة"));
        Assert.Equal(["p1"], await Found("الاصدقاء"));
    }

    [Fact]
    public async Task What_is_changed_is_found_by_its_new_words_alone()
    {
        await Registered("p1", "Talk first");
        Assert.Null((await desk.Execute(Amina, new("describe"), "p1", new DescribePilot(Title: "Whisper first"))).Refusal);
        Assert.Empty(await Found("talk"));
        Assert.Equal(["p1"], await Found("whisper"));
    }

    [Fact]
    public async Task A_draft_is_not_found_by_a_visitor()
    {
        await Registered("p1", "Talk first");
        Assert.Empty(await Found("talk", Principal.Anonymous));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\" OR 1=1 --")]
    [InlineData("*")]
    [InlineData("' & !x | (")]
    [InlineData("talk\0first")]
    [InlineData("NEAR(talk first) AND NOT title:x ^a")]
    [InlineData("\ud800")]
    public async Task Whatever_is_typed_is_words_and_nothing_else(string asked)
    {
        await Registered("p1", "Talk first");
        Assert.True((await Found(asked)) is [] or ["p1"]);
    }

    [Fact]
    public async Task Of_many_the_first_few_are_shown_and_all_are_counted()
    {
        for (var n = 0; n < 8; n++) await Registered($"p{n}", $"Talk number {n}");
        var (some, all) = (Assert.Single((await finder.Find(Amina, "talk")).Kinds), Assert.Single((await finder.Find(Amina, "talk", new(Pilot.Kind))).Kinds));
        Assert.Equal((5, 8L), (some.Records.Count, some.Count));
        Assert.Equal((8, 8L), (all.Records.Count, all.Count));
        Assert.Empty((await finder.Find(Amina, "talk", new(Country: "CO"))).Kinds);
    }

    [Fact]
    public async Task What_was_found_is_narrowed_down_by_numbers_that_add_up_to_it()
    {
        foreach (var (id, country, at) in ((string, string, string)[])[("p1", "KE", "2025"), ("p2", "KE", "2026"), ("p3", "CO", "2026"), ("p4", "", "2026")])
        {
            var asked = new Stamp("amina", new(Role.Teacher, "heron-bay"), DateTimeOffset.Parse($"{at}-05-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture), $"start {id}");
            Assert.Null((await grains.Execute(id, new StartPilot("Talk first", "heron-bay") { Country = country }, asked)).Refusal);
        }

        Assert.Null((await desk.Execute(new("ada", "Ada", [new(Role.Admin, "programme")]), new("a school"), "s1", new People.RegisterSchool("Talking Heron", "KE"))).Refusal);
        Assert.Null((await desk.Execute(Amina, new("another"), "i1", new Innovations.RegisterInnovation("Talk first", "Pupils talk before they write.", "They rehearse."))).Refusal);
        async Task Holds(Narrowed by, int found, params string[] expected)
        {
            var (kinds, facets) = (await finder.Find(Amina, "talk", by)) is var answer ? (answer.Kinds, answer.Facets) : default;
            Assert.Equal(expected, facets.Select(facet => $"{facet.Name}: {string.Join(", ", facet.Values.Select(one => $"{one.Value} {one.Count}"))}"));
            Assert.Equal((found, found), ((int)kinds.Sum(kind => kind.Count), kinds.Sum(kind => kind.Records.Count)));
            // Each facet that is not narrowed down adds up to what was found.
            foreach (var (facet, chosen) in facets.Zip((string?[])[by.Kind, by.Country, by.Stage, by.Year])) Assert.Equal(chosen is null ? found : facet.Values.First(one => one.Value == chosen).Count, chosen is null ? facet.Values.Sum(one => one.Count) : found);
        }

        await Holds(new(), 6, "kind: pilot 4, innovation 1, school 1", "country: KE 3, CO 1, none 2", "stage: pilot.Draft 4, none 2", "year: 2026 3, 2025 1, none 2");
        await Holds(new(Country: "KE"), 3, "kind: pilot 2, school 1", "country: KE 3, CO 1, none 2", "stage: pilot.Draft 2, none 1", "year: 2025 1, 2026 1, none 1");
        await Holds(new(Stage: "pilot.Draft", Year: "2026"), 3, "kind: pilot 3", "country: CO 1, KE 1, none 1", "stage: pilot.Draft 3", "year: 2026 3, 2025 1");
        await Holds(new(Country: Narrowed.None, Year: Narrowed.None), 1, "kind: innovation 1", "country: KE 1, none 1", "stage: none 1", "year: 2026 1, none 1");
        Assert.Empty((await finder.Find(Amina, "talk", new(Year: "' or 1=1 --"))).Kinds);

        // A visitor, who sees no drafts, is told of none by any number.
        Assert.Equal([2L, 2L, 2L, 2L], (await finder.Find(Principal.Anonymous, "talk")).Facets.Select(facet => facet.Values.Sum(one => one.Count)));
    }
}

public sealed class FindingRecordsInSqlite : FindingRecords
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;

    protected override ISqlEngine Engine() => new SqliteEngine(folder);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

[NeedsPostgres, Collection(Postgres.Name)]
public sealed class FindingRecordsInPostgres(PostgresWhereItIs server) : FindingRecords
{
    protected override ISqlEngine Engine() => new PostgresEngine(server.Server.NewDatabase());
}
