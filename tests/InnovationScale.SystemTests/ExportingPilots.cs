using System.Net;
using System.Text.Json.Nodes;

namespace InnovationScale;

/// <summary>What a filter shows, downloaded: the same pilots in the same order, through the pages and through the API.</summary>
public class ExportingPilots(FullDemonstration demonstration) : IClassFixture<FullDemonstration>
{
    private const string Query = "?country=KE&preset=Light&sort=title";

    [Fact]
    public async Task The_page_the_file_and_the_API_show_the_same()
    {
        var visitor = demonstration.Server.Anyone();
        var listed = Titles((await visitor.Get("/api/v1/pilots" + Query)).Expect(HttpStatusCode.OK).Json["items"]!);
        Assert.True(listed.Length > 1);
        Assert.Equal(listed, Titles(JsonNode.Parse(await Text(visitor, "/en/pilots/pilots.json" + Query))!));

        var lines = (await Text(visitor, "/en/pilots/pilots.csv" + Query)).TrimStart('\uFEFF').TrimEnd().Split("\r\n");
        Assert.StartsWith("id,title,school,school_name,country,stage,status,closed_as,preset,", lines[0], StringComparison.Ordinal);
        Assert.Equal(listed.Length, lines.Length - 1);
        Assert.All(listed.Zip(lines[1..]), one => Assert.Contains(one.First.Contains(',', StringComparison.Ordinal) ? $",\"{one.First}\"," : $",{one.First},", one.Second, StringComparison.Ordinal));
        Assert.Equal(lines, (await Text(visitor, "/api/v1/pilots" + Query, "text/csv")).TrimStart('\uFEFF').TrimEnd().Split("\r\n"));
        Assert.Equal(listed, (await Text(visitor, "/api/v1/pilots" + Query, "application/x-ndjson")).TrimEnd().Split('\n').Select(line => (string)JsonNode.Parse(line)!["title"]!));
    }

    [Fact]
    public async Task A_title_that_looks_like_a_formula_is_text_in_a_spreadsheet()
    {
        const string formula = "=HYPERLINK(\"http://example.org\",\"open\")";
        var amina = demonstration.Server.As("amina");
        (await amina.Post("/api/v1/pilots", new { title = formula, school = "heron-bay" })).Expect(HttpStatusCode.Created);
        var file = await Text(amina, "/api/v1/pilots?q=hyperlink", "text/csv");
        Assert.Contains("\"'=HYPERLINK(", file, StringComparison.Ordinal);
        // A draft is not for visitors.
        Assert.DoesNotContain("HYPERLINK", await Text(demonstration.Server.Anyone(), "/en/pilots/pilots.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_API_cannot_read_is_told() =>
        Assert.Equal("unreadable-request", (string)(await demonstration.Server.Anyone().Get("/api/v1/pilots?locality=moon")).Expect(HttpStatusCode.BadRequest).Json["code"]!);

    private static async Task<string> Text(ApiClient client, string path, string? accept = null) => (await client.Send(HttpMethod.Get, path, null, request =>
    {
        if (accept is not null) request.Headers.Add("Accept", accept);
    })).Expect(HttpStatusCode.OK).Body;

    private static string[] Titles(JsonNode pilots) => [.. pilots.AsArray().Select(pilot => (string)pilot!["title"]!)];
}
