using System.Net;
using System.Text;

namespace InnovationScale;

/// <summary>A network registers its schools from a file and acts for them until they confirm.</summary>
public class SchoolsOfANetwork(FullDemonstration demonstration) : IClassFixture<FullDemonstration>
{
    private const string Path = "/api/v1/networks/lantern/schools";

    private ApiClient Bilal => demonstration.Server.As("bilal");

    [Fact]
    public async Task Thirty_are_tried_out_registered_and_not_registered_twice()
    {
        var file = "name,country,locality\n" + string.Concat(Enumerable.Range(1, 30).Select(n => $"Rural School {n},KE,rural\n"));
        Assert.Equal(30, (int)(await Bilal.Post(Path + "?dryRun=true", Csv(file))).Expect(HttpStatusCode.OK).Json["added"]!);
        Assert.DoesNotContain(await Names(), name => name.StartsWith("Rural School", StringComparison.Ordinal));

        Assert.Equal(30, (int)(await Bilal.Post(Path, Csv(file))).Expect(HttpStatusCode.Created).Json["added"]!);
        Assert.Equal(30, (await Names()).Count(name => name.StartsWith("Rural School", StringComparison.Ordinal)));

        var again = (await Bilal.Post(Path, Csv(file + "Rural School 31,KE,remote\n"))).Expect(HttpStatusCode.Created).Json;
        Assert.Equal((1, 30), ((int)again["added"]!, (int)again["there"]!));
        Assert.Equal(31, (await Names()).Count(name => name.StartsWith("Rural School", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_bad_row_keeps_all_of_them_out()
    {
        var refused = (await Bilal.Post(Path, Csv("name,country\nGood School,KE\nBad School,Atlantis\n"))).Expect(HttpStatusCode.UnprocessableEntity).Problem();
        Assert.Equal("file-refused", refused.Code);
        Assert.Equal((3, "country", "country-impossible"), Assert.Single(refused.Errors) is var error ? (error.Row, error.Column, error.Code) : default);
        Assert.DoesNotContain("Good School", await Names());
    }

    [Fact]
    public async Task Nobody_else_registers_schools_for_it()
    {
        Assert.Equal("not-your-network", (await demonstration.Server.As("lucia").Post(Path, Csv("name,country\nX,KE\n"))).Expect(HttpStatusCode.Forbidden).Problem().Code);
        (await demonstration.Server.Anyone().Post(Path, Csv("name,country\nX,KE\n"))).Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task It_registers_a_pilot_for_a_school_until_the_school_s_own_lead_confirms()
    {
        (await Bilal.Post(Path, Csv("name,country\nFar School,KE\n"))).Expect(HttpStatusCode.Created);
        var school = (await Listed()).First(one => one.Name == "Far School").Id;
        (await Bilal.Post("/api/v1/pilots", new { title = "Talk first", school })).Expect(HttpStatusCode.Created);

        var zuri = (await demonstration.Server.Anyone().Post("/api/v1/people", new { name = "Zuri", home = school, roles = new[] { $"school-lead@{school}" } })).Expect(HttpStatusCode.Created);
        var lead = demonstration.Server.As(zuri.Header("Location")!.Split('/')[^1]);
        Assert.Equal("not-allowed", (await Bilal.Post($"/api/v1/schools/{school}/confirmations", new { })).Expect(HttpStatusCode.Forbidden).Problem().Code);
        Assert.Equal("not-yours", (await demonstration.Server.As("mateo").Post($"/api/v1/schools/{school}/confirmations", new { })).Expect(HttpStatusCode.Forbidden).Problem().Code);
        (await lead.Post($"/api/v1/schools/{school}/confirmations", new { })).Expect(HttpStatusCode.OK);
        Assert.Equal("not-of-the-school", (await Bilal.Post("/api/v1/pilots", new { title = "Talk first again", school })).Expect(HttpStatusCode.Forbidden).Problem().Code);
        (await lead.Post("/api/v1/pilots", new { title = "Our own", school })).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_file_is_tried_and_taken_on_a_page_without_JavaScript()
    {
        using var bilal = await PageClient.As(demonstration.Server, "bilal");
        const string path = "/en/networks/lantern/schools", file = "name,country\nPage School,CO\n";
        var (refused, _) = await bilal.Upload(path, "name,country\n=1+1,CO\n");
        Assert.Contains("Nothing was registered", PageClient.Summary(refused!), StringComparison.Ordinal);
        var (tried, _) = await bilal.Upload(path, file);
        Assert.Contains("1 school would be registered", tried!.Body!.TextContent, StringComparison.Ordinal);
        var (_, location) = await bilal.Upload(path, file, tried);
        Assert.Equal("/en/networks/lantern", location);
        Assert.Contains("Page School", (await bilal.Open(location!)).Body!.TextContent, StringComparison.Ordinal);
    }

    private static StringContent Csv(string text) => new(text, Encoding.UTF8, "text/csv");

    private async Task<string[]> Names() => [.. (await Listed()).Select(one => one.Name)];

    private async Task<IEnumerable<(string Id, string Name)>> Listed() => (await demonstration.Server.Anyone().Get("/api/v1/schools?limit=500")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray()
        .Select(one => ((string)one!["id"]!, (string)one["name"]!));
}
