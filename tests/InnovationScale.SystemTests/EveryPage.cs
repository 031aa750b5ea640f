using System.Buffers.Text;
using System.Net;
using System.Reflection;
using System.Text.Json;
using InnovationScale.Reliability;
using Microsoft.AspNetCore.Razor.Hosting;

namespace InnovationScale;

/// <summary>The demonstration, with what it does not hold yet added through the API, so that every page has something to show.</summary>
public sealed class FullDemonstration : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;

    /// <summary>Ids of what was added, by kind.</summary>
    public Dictionary<string, string> Added { get; } = new(StringComparer.Ordinal);

    public async Task InitializeAsync()
    {
        Server = await RunningServer.Start("--demo");
        var trial = await TrialInTheField.Begin(Server, TrialInTheField.Plan(), ["heron-bay", "lake-road"]);
        (await trial.Upload("school,class,arm,score\n" + string.Concat(Enumerable.Range(0, 24).Select(n => $"heron-bay,c{n / 6},{(n / 6 % 2 == 0 ? "small" : "regular")},{400 + n}\n")))).Expect(HttpStatusCode.Created);
        Added["trial"] = Id(trial.At);
        Added["replication"] = await Created("ndeye", "/api/v1/replications", new
        {
            innovation = "voice-note-homework", innovationVersion = "v1", sourceTrial = "voice-note-homework-trial", school = "lake-road", independence = "same-network",
        });
        Added["cycle"] = await Created("lucia", "/api/v1/pilots/exit-cards-casa/cycles", new
        {
            plan = new { changeIdea = "Read two cards aloud", question = "Do cards help?", measure = "Pupils who solve it", prediction = new { direction = "up", confidence = "hunch" } },
        });
        (await Server.As("lucia").Post($"/api/v1/cycles/{Added["cycle"]}/starts", new { })).Expect(HttpStatusCode.OK);
        Added["point"] = "first";
        (await Server.As("lucia").Post($"/api/v1/cycles/{Added["cycle"]}/points", new { point = "first", on = "2026-09-18", value = 20, denominator = 33 })).Expect(HttpStatusCode.OK);
        await Created("lucia", "/api/v1/pilots/exit-cards-casa/incidents", new { severity = "soft", what = "A parent asked to speak to somebody." });
        (await Server.As("joseph").Post("/api/v1/pilots/exit-cards-science/ethics-requests", new { })).Expect(HttpStatusCode.OK);
        Added["result"] = "result:" + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes((string[])["1", "heron-bay", "c0", "small", "Maths", "outcome", ""]));
        (await Server.As("lucia").Post("/api/v1/pilots/exit-cards-casa/comments", new { text = "Did you read the cards on Sunday?" })).Expect(HttpStatusCode.OK);
        (await Server.As("bilal").Post("/api/v1/networks/lantern/schools", new StringContent("name,country\nAfar School,ET\n", System.Text.Encoding.UTF8, "text/csv"))).Expect(HttpStatusCode.Created);
        Added["school"] = (string)(await Server.Anyone().Get("/api/v1/schools?limit=1")).Expect(HttpStatusCode.OK).Json["items"]![0]!["id"]!;
        Added["link"] = (string)(await Server.As("lucia").Post("/api/v1/pilots/exit-cards-casa/team-links", new { })).Expect(HttpStatusCode.OK).Json["key"]!;
        Added["evaluation"] = "voice-note-homework-evaluation";
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    private async Task<string> Created(string person, string path, object body) =>
        Id((await Server.As(person).Post(path, body)).Expect(HttpStatusCode.Created).Header("Location")!);

    private static string Id(string address) => address[(address.LastIndexOf('/') + 1)..];
}

/// <summary>
/// Every route of a page, each opened in the demonstration by somebody it is for: a page without a visit here fails. It takes longest of all
/// tests of pages and has a browser of its own, so that the others run beside it.
/// </summary>
public class EveryPage(Browser browser, FullDemonstration demonstration) : IClassFixture<Browser>, IClassFixture<FullDemonstration>
{
    /// <summary>Who opens what; <c>{…}</c> is something that was added. No one is a visitor.</summary>
    private static readonly (string Route, string? Who, string Path)[] Visits =
    [
        ("/{lang}/", null, "/en/"),
        ("/{lang}/", "lucia", "/en/"),
        ("/{lang}/", "safia", "/en/"),
        ("/{lang}/sign-in", "amina", "/en/sign-in"),
        ("/{lang}/people/new", null, "/en/people/new"),
        ("/{lang}/design", null, "/en/design"),
        ("/{lang}/help", null, "/en/help"),
        ("/{lang}/accessibility", null, "/en/accessibility"),
        ("/{lang}/privacy", null, "/en/privacy"),
        ("/{lang}/status/{status:int}", null, "/en/no-such-page"),
        ("/problems/{code}", null, "/problems/stale"),
        ("/{lang}/safeguarding", "safia", "/en/safeguarding"),
        ("/{lang}/pilots", null, "/en/pilots"),
        ("/{lang}/pilots", "lucia", "/en/pilots?view=board&country=KE&preset=Light"),
        ("/{lang}/pilots", null, "/en/pilots?view=countries"),
        ("/{lang}/pilots", null, "/en/pilots?q=nothing-is-called-so&mine=true"),
        ("/{lang}/pilots", null, "/en/pilots?view=countries&q=card"),
        ("/{lang}/pilots/register", "amina", "/en/pilots/register"),
        ("/{lang}/pilots/try", "lucia", "/en/pilots/try?pilot=exit-cards-science"),
        ("/{lang}/pilots/try", "ndeye", "/en/pilots/try?innovation=friday-exit-cards"),
        ("/{lang}/networks/{id}", "bilal", "/en/networks/lantern"),
        ("/{lang}/networks/{id}", null, "/en/networks/lantern"),
        ("/{lang}/networks/{id}/schools", "bilal", "/en/networks/lantern/schools"),
        ("/{lang}/pilots/{id}", null, "/en/pilots/friday-exit-cards-heron-bay"),
        ("/{lang}/pilots/{id}", "lucia", "/en/pilots/exit-cards-casa"),
        ("/{lang}/pilots/{id}", "safia", "/en/pilots/exit-cards-science"),
        ("/{lang}/pilots/{id}/join", "joseph", "/en/pilots/exit-cards-casa/join?key={link}"),
        ("/{lang}/pilots/{id}/join", "joseph", "/en/pilots/exit-cards-casa/join?key=nobody-made-it"),
        ("/{lang}/pilots/{id}/who-else", "rasha", "/en/pilots/garden-maths-olive-hill/who-else"),
        ("/{lang}/pilots/{id}/routine-practice", "rasha", "/en/pilots/garden-maths-olive-hill/routine-practice"),
        ("/{lang}/pilots/{id}/check", "rasha", "/en/pilots/garden-maths-olive-hill/check"),
        ("/{lang}/pilots/{id}/cycles/start", "joseph", "/en/pilots/exit-cards-science/cycles/start"),
        ("/{lang}/cycles/{id}", "lucia", "/en/cycles/{cycle}"),
        ("/{lang}/cycles/{id}", null, "/en/cycles/friday-exit-cards-with"),
        ("/{lang}/cycles/{id}/close", "lucia", "/en/cycles/{cycle}/close"),
        ("/{lang}/trials", null, "/en/trials"),
        ("/{lang}/trials/new", "ndeye", "/en/trials/new"),
        ("/{lang}/trials/{id}", null, "/en/trials/voice-note-homework-trial"),
        ("/{lang}/trials/{id}", "ndeye", "/en/trials/{trial}?school=heron-bay"),
        ("/{lang}/trials/{id}/upload", "ndeye", "/en/trials/{trial}/upload"),
        ("/{lang}/trials/{id}/upload", "ndeye", "/en/trials/older-readers-trial/upload"),
        ("/{lang}/evaluations/{id}", null, "/en/evaluations/{evaluation}"),
        ("/{lang}/innovations", null, "/en/innovations"),
        ("/{lang}/innovations/new", "amina", "/en/innovations/new"),
        ("/{lang}/innovations/{id}/school", null, "/en/innovations/talk-first/school?locality=rural&multigrade=yes&home-language-match=20"),
        ("/{lang}/innovations/{id}/versions/{version}/dossier", null, "/en/innovations/talk-first/versions/v1/dossier"),
        ("/{lang}/innovations/{id}", null, "/en/innovations/friday-exit-cards"),
        ("/{lang}/innovations/{id}", null, "/en/innovations/voice-note-homework"),
        ("/{lang}/innovations/{id}", null, "/en/innovations/small-classes"),
        ("/{lang}/innovations/{id}", null, "/en/innovations/talk-first"),
        ("/{lang}/innovations/{id}", "ndeye", "/en/innovations/talk-first?version=v2"),
        ("/{lang}/innovations/{id}", null, "/en/innovations/seats-by-last-score"),
        ("/{lang}/innovations/{id}", null, "/ar/innovations/talk-first"),
        ("/{lang}/compendium", null, "/en/compendium"),
        ("/{lang}/community", "bilal", "/en/community"),
        ("/{lang}/questions/new", "amina", "/en/questions/new"),
        ("/{lang}/questions/{id}", "oscar", "/en/questions/talk-in-another-language"),
        ("/{lang}/groups/new", "amina", "/en/groups/new"),
        ("/{lang}/groups/{id}", "amina", "/en/groups/two-languages"),
        ("/{lang}/memberships/new", "khalil", "/en/memberships/new"),
        ("/{lang}/memberships/{id}", "thabo", "/en/memberships/member-cedar-court"),
        ("/{lang}/committees", "rana", "/en/committees"),
        ("/{lang}/committees/new", "rana", "/en/committees/new"),
        ("/{lang}/committees/{id}", null, "/en/committees/lantern-committee"),
        ("/{lang}/committees/{id}", "noor", "/ar/committees/lantern-committee"),
        ("/{lang}/committees/{id}/candidates", null, "/en/committees/lantern-committee/candidates"),
        ("/{lang}/reviews/{id}", null, "/en/reviews/talk-first-to-more-schools"),
        ("/{lang}/reviews/{id}", "grace", "/en/reviews/talk-first-to-more-schools"),
        ("/{lang}/reviews/{id}", null, "/ar/reviews/talk-first-to-more-schools"),
        ("/{lang}/reviews/{id}/minutes", "noor", "/en/reviews/talk-first-to-more-schools/minutes"),
        ("/{lang}/replications/{id}", null, "/en/replications/{replication}"),
        ("/{lang}/studies/{id}", null, "/en/studies/project-star-kindergarten-maths"),
        ("/{lang}/studies/{id}", "ndeye", "/en/studies/project-star-kindergarten-maths"),
        ("/{lang}/studies/{id}/upload", "ndeye", "/en/studies/project-star-kindergarten-maths/upload"),
        ("/{lang}/history/{kind}/{id}", null, "/en/history/pilot/friday-exit-cards-heron-bay?verify=true"),
        ("/{lang}/history/{kind}/{id}/{step:long}", null, "/en/history/pilot/friday-exit-cards-heron-bay/5"),
        ("/{lang}/search", null, "/en/search?q=card"),
        ("/{lang}/search", "lucia", "/en/search?q=card&country=KE"),
        ("/{lang}/schools/{id}", "bilal", "/en/schools/{school}"),
        ("/{lang}/schools/{id}", "mateo", "/en/schools/casa-del-colibri"),
        ("/{lang}/{kind:alpha}/{id}/{act}", "lucia", "/en/pilots/exit-cards-casa/join-team"),
        ("/{lang}/{kind:alpha}/{id}/{act}", "lucia", "/en/pilots/exit-cards-casa/describe-teaching"),
        ("/{lang}/{kind:alpha}/{id}/{act}", "lucia", "/en/cycles/{cycle}/correct-point?of=first"),
        ("/{lang}/{kind:alpha}/{id}/{act}", "ndeye", "/en/trials/{trial}/correct-result?of={result}"),
        ("/{lang}/{kind:alpha}/{id}/{act}", "ndeye", "/en/innovations/friday-exit-cards/propose-change"),
        ("/{lang}/{kind:alpha}/{id}/{act}", "mateo", "/en/replications/{replication}/give-up"),
        ("/{lang}/calls", null, "/en/calls"),
        ("/{lang}/calls/new", "rana", "/en/calls/new"),
        ("/{lang}/calls/{id}", null, "/en/calls/small-steps"),
        ("/{lang}/calls/{id}", "rana", "/en/calls/small-steps"),
        ("/{lang}/calls/{id}/books", "rana", "/en/calls/small-steps/books"),
        ("/{lang}/applications", "rasha", "/en/applications"),
        ("/{lang}/applications/{id}", "rana", "/en/applications/application-talk-first"),
        ("/{lang}/applications/{id}", "rasha", "/en/applications/application-garden"),
        ("/{lang}/applications/{id}/edit", "rasha", "/en/applications/application-garden/edit"),
        ("/{lang}/applications/{id}/review", "mina", "/en/applications/application-garden/review"),
        ("/{lang}/grants", null, "/en/grants"),
        ("/{lang}/grants", "ines", "/en/grants"),
        ("/{lang}/grants/{id}", null, "/en/grants/grant-voice-notes"),
        ("/{lang}/grants/{id}", "rana", "/en/grants/grant-talk-first"),
        ("/{lang}/grants/{id}", "tomas", "/en/grants/grant-seats"),
        ("/{lang}/{kind:alpha}/{id}/{act}", "rana", "/en/grants/grant-talk-first/extend-grant"),
        ("/{lang}/{kind:alpha}/{id}/{act}", "ines", "/en/grants/grant-older-readers/approve-payment?of=payment:first"),
        ("/{lang}/{kind:alpha}/{id}/{act}", "mateo", "/en/schools/casa-del-colibri/describe-school"),
        ("/{lang}/{kind:alpha}/{id}/{act}", "grace", "/en/committees/lantern-committee/weigh-candidates"),
        ("/{lang}/{kind:alpha}/{id}/{act}", "noor", "/en/reviews/talk-first-to-more-schools/add-minute"),
    ];

    private const string English = "/en/";

    private static readonly string[] Languages = Measure.Soak ? ["ar", "fr"] : ["ar"];

    internal static readonly string[] AllRoutes = [.. typeof(AppPage).Assembly.GetCustomAttributes<RazorCompiledItemAttribute>()
        .SelectMany(item => item.Type.GetCustomAttributes<RazorCompiledItemMetadataAttribute>()).Where(known => known.Key == "RouteTemplate").Select(known => known.Value)
        .Order(StringComparer.Ordinal)];

    public static TheoryData<string> Routes => [.. AllRoutes.Except(EveryPageOfAccounts.Routes)];

    [NeedsChromiumTheory]
    [MemberData(nameof(Routes))]
    public async Task Holds_the_house_rules(string route)
    {
        var visits = Visits.Where(visit => visit.Route == route).ToArray();
        Assert.True(visits.Length > 0, $"Nobody opens {route}: add a visit.");

        var inEachLanguage = visits.Index().SelectMany(visit => LanguagesOf(visit.Item.Path).Select(language => (visit.Index, language, visit.Item.Who, visit.Item.Path)));
        await Parallel.ForEachAsync(inEachLanguage, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (visit, _) => await Holds(visit.Index, visit.language, visit.Who, visit.Path));
    }

    private async Task Holds(int number, string language, string? who, string path)
    {
        await using var visitor = await browser.Visit(demonstration.Server);
        if (who is not null) await visitor.SignIn(who);
        var address = demonstration.Added.Aggregate(path, (text, added) => text.Replace($"{{{added.Key}}}", added.Value, StringComparison.Ordinal));
        if (address.StartsWith(English, StringComparison.Ordinal)) address = $"/{language}/{address[English.Length..]}";
        var answer = await visitor.Go(address);
        Assert.True(answer.Status == (path.Contains("no-such-page", StringComparison.Ordinal) ? 404 : 200), $"{address}: {answer.Status}");
        Assert.DoesNotContain("sign-in?", visitor.Page.Url, StringComparison.Ordinal);
        Assert.Equal(0, await visitor.Page.Locator("main p:empty, main span:empty:not([aria-hidden]):not([class]), a[href=''], a[href$='after=']").CountAsync());
        Visitor.IsLight(address, await answer.BodyAsync());
        Assert.Empty(HeaderTable.Lacks(name => answer.Headers.GetValueOrDefault(name.ToLowerInvariant()), signedIn: who is not null));
        // Right to left and narrow is where most goes wrong; French is English with longer words.
        await visitor.HoldsTheHouseRules($"every-{Picture(path)}-{number}-{language}", Measure.Soak || language == LanguageOf(path) ? [] : [320]);
        Assert.Equal(language == "ar" ? "rtl" : "ltr", await visitor.Page.GetAttributeAsync("html", "dir"));
    }

    private static string[] LanguagesOf(string path) => path.StartsWith(English, StringComparison.Ordinal) ? ["en", .. Languages] : [LanguageOf(path)];

    private static string LanguageOf(string path) => path.StartsWith("/ar/", StringComparison.Ordinal) ? "ar" : "en";

    [Fact]
    public void Nobody_opens_a_page_that_is_not_there() => Assert.Empty(Visits.Select(visit => visit.Route).Concat(EveryPageOfAccounts.Routes).Except(AllRoutes));

    private static string Picture(string path) => string.Concat(path.Split('?')[0].Trim('/').Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
}
