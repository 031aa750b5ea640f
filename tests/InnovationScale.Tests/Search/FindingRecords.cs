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
        [.. (await finder.Find(who ?? Amina, asked)).SelectMany(kind => kind.Records).Select(record => record.Id).Order(StringComparer.Ordinal)];

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
        var (some, all) = (Assert.Single(await finder.Find(Amina, "talk")), Assert.Single(await finder.Find(Amina, "talk", Pilot.Kind)));
        Assert.Equal((5, 8L), (some.Records.Count, some.Count));
        Assert.Equal((8, 8L), (all.Records.Count, all.Count));
        Assert.Empty(await finder.Find(Amina, "talk", country: "CO"));
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
