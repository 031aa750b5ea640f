using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InnovationScale.Api;
using InnovationScale.Demonstration;
using InnovationScale.Evidence;
using InnovationScale.Statistics;

namespace InnovationScale;

/// <summary>
/// Project STAR put on record over the API by a researcher, from its pupils where the reference packs are beside the repository and from its
/// classes everywhere: once with every class kept, once with small classes joined as an installation does unless told otherwise.
/// </summary>
public sealed class StarOnRecord : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;

    public string Innovation { get; private set; } = "";

    /// <summary>Addresses of the two studies.</summary>
    public string EveryClass { get; private set; } = "";

    public string SmallClassesJoined { get; private set; } = "";

    public JsonNode Uploaded { get; private set; } = null!;

    public JsonNode UploadedJoined { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await RunningServer.Start("--sign-in", "local-people");
        var researcher = (await Cast.Register(Server)).Researcher.Api;
        Innovation = (string)(await researcher.Post("/api/v1/innovations", new { title = "Small classes", description = "13 to 17 pupils in a class." })).Expect(HttpStatusCode.Created).Json["id"]!;
        var study = StarStudy.Description(Innovation, "v1");
        (EveryClass, Uploaded) = await Put(researcher, study, "");
        (SmallClassesJoined, UploadedJoined) = await Put(researcher, study with { Title = "The same, small classes joined", MinimumCellSize = 5 }, "?pool=true");
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    private static async Task<(string, JsonNode)> Put(ApiClient researcher, StudyDescription study, string query)
    {
        using var description = new StringContent(JsonSerializer.Serialize(study, ApiJson.Options), Encoding.UTF8, "application/json");
        var at = (await researcher.Post("/api/v1/studies", description)).Expect(HttpStatusCode.Created).Header("Location")!;
        using var file = new StreamContent(Reference.IsPresent ? PublishedStar.OpenPupils() : StarStudy.OpenClasses());
        file.Headers.ContentType = new("text/csv");
        return (at, (await researcher.Post($"{at}/uploads{query}", file)).Expect(HttpStatusCode.Created).Json);
    }
}

public class StarFromElsewhere(StarOnRecord star) : IClassFixture<StarOnRecord>
{
    private readonly ApiClient visitor = star.Server.Anyone();

    [Fact]
    public void Is_taken_whole_and_joined_only_where_asked()
    {
        Assert.Equal((PublishedStar.Classes, 0), ((int)star.Uploaded["cells"]!, (int)star.Uploaded["pooled"]!));
        Assert.Equal(Reference.IsPresent ? PublishedStar.Pupils : PublishedStar.Classes, (int)star.Uploaded["rows"]!);
        Assert.InRange((int)star.UploadedJoined["pooled"]!, 1, 9);
        Assert.InRange((int)star.UploadedJoined["cells"]!, 1, PublishedStar.Classes - 1);
        Assert.Equal(star.Uploaded["arms"]!.ToJsonString(), star.UploadedJoined["arms"]!.ToJsonString());
    }

    [Fact]
    public async Task Has_the_published_effect_in_every_school_whether_small_classes_are_joined_or_not()
    {
        foreach (var at in (string[])[star.EveryClass, star.SmallClassesJoined])
        {
            var schools = (await visitor.Get(at)).Expect(HttpStatusCode.OK).Json["schools"]!.AsArray().ToDictionary(school => (string)school!["school"]!, school => school!);
            Assert.Equal((PublishedStar.SchoolsCompared, 79), (schools.Values.Count(school => school["g"] is not null), schools.Count));
            foreach (var (school, g, variance) in PublishedStar.Schools)
            {
                Assert.Equal(g, (double)schools[school]["g"]!, 1e-10);
                Assert.Equal(variance, (double)schools[school]["variance"]!, 1e-10);
            }
        }
    }

    [Theory, MemberData(nameof(PublishedStar.Pools), MemberType = typeof(PublishedStar))]
    public async Task Is_pooled_without_regard_to_classes_as_metafor_does(string model, double mu, double se, double tau2, double i2, double? low, double? high)
    {
        foreach (var study in await Studies($"?method=unadjusted&model={model}"))
        {
            var pool = study["unadjusted"]!;
            Assert.Equal(("unadjusted", model, PublishedStar.SchoolsCompared), ((string?)study["reading"], (string?)pool["method"], (int)pool["k"]!));
            Assert.Equal(mu, (double)pool["mu"]!, 1e-8);
            Assert.Equal(se, (double)pool["se"]!, 1e-8);
            Assert.Equal(tau2, (double)pool["tau2"]!, 1e-8);
            Assert.Equal(i2, (double)pool["i2"]!, i2 * 1e-8);
            Assert.Equal(PublishedStar.Q, (double)pool["q"]!, PublishedStar.Q * 1e-8);
            Assert.Equal(low, (double?)pool["prediction"]?["low"], Close);
            Assert.Equal(high, (double?)pool["prediction"]?["high"], Close);
        }
    }

    [Fact]
    public async Task Leads_with_classes_taken_into_account()
    {
        var study = (await Studies("")).Single(study => (string?)study["title"] == StarStudy.Description("", "").Title);

        Assert.Equal("class-adjusted", (string?)study["reading"]);
        Assert.Equal(PublishedStar.Difference, (double)study["adjusted"]!["difference"]!, 1e-5);
        Assert.Equal(PublishedStar.StandardErrorOfDifference, (double)study["adjusted"]!["se"]!, 1e-5);
        // The class file's means and sums have twelve digits.
        Assert.Equal(PublishedStar.IntraclassCorrelationWithinArms, (double)study["intraclassCorrelationWithinArms"]!, Reference.IsPresent ? 1e-10 : 1e-9);
    }

    [Fact]
    public async Task Says_in_plain_words_what_it_shows_and_what_it_does_not()
    {
        var page = WebUtility.HtmlDecode((await visitor.Get($"/en/innovations/{star.Innovation}")).Expect(HttpStatusCode.OK).Body);

        Assert.Contains("pupils in small classes scored about 8 points higher (likely 3 to 14)", page, StringComparison.Ordinal);
        Assert.Contains("Schools' results look very different, but 62 of the 78 had only one class in a group, and differences between classes can account for that spread.", page, StringComparison.Ordinal);
        Assert.Contains("does not show that some schools are harmed, and cannot rule out that schools differ", page, StringComparison.Ordinal);
        Assert.Contains("No reviewer has said yet whether it counts here, so it does not.", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("about 8 points higher", StringComparison.Ordinal) < page.IndexOf("Unadjusted", StringComparison.Ordinal));
    }

    private async Task<List<JsonNode>> Studies(string query) =>
        [.. (await visitor.Get($"/api/v1/innovations/{star.Innovation}/versions/v1/evidence{query}")).Expect(HttpStatusCode.OK).Json["studies"]!.AsArray().Select(study => study!)];

    private static IEqualityComparer<double?> Close { get; } =
        EqualityComparer<double?>.Create((a, b) => a is null ? b is null : b is not null && Math.Abs(a.Value - b.Value) < 1e-8, _ => 0);
}
