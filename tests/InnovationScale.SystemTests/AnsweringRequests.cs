using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale;

public partial class AnsweringRequests(EmptyServer empty) : IClassFixture<EmptyServer>
{
    private readonly RunningServer server = empty.Server;

    [Theory]
    [InlineData("/api/v1/no-such-thing")]
    [InlineData("/api/no-such-version")]
    public async Task An_unknown_route_of_the_api_is_a_problem_document(string path)
    {
        var problem = (await server.Anyone().Get(path)).Expect(HttpStatusCode.NotFound).Problem();

        Assert.Equal("not-found", problem.Code);
    }

    [Fact]
    public async Task An_unknown_page_is_a_page_that_says_so()
    {
        var reply = (await server.Anyone().Get("/en/no-such-page")).Expect(HttpStatusCode.NotFound);

        Assert.Equal("text/html", reply.MediaType);
        Assert.Contains("<h1", reply.Body, StringComparison.Ordinal);
    }

    public static TheoryData<string> Paths => ["/en/", "/en/sign-in", "/en/no-such-page", "/health", "/openapi/v1.json", "/api/v1/no-such-thing"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Every_answer_carries_the_headers_that_keep_browsers_out_of_trouble(string path)
    {
        var reply = await server.Anyone().Get(path);

        Assert.Empty(HeaderTable.Lacks(reply.Header, signedIn: false));
    }

    [Fact]
    public async Task The_description_of_the_api_is_openapi_3_1_and_every_error_in_it_a_problem()
    {
        var description = (await server.Anyone().Get("/openapi/v1.json")).Expect(HttpStatusCode.OK).Json;

        Assert.StartsWith("3.1", (string?)description["openapi"], StringComparison.Ordinal);
        var answers =
            from path in description["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            from answer in operation.Value!["responses"]!.AsObject()
            select (Of: $"{operation.Key} {path.Key}", Status: answer.Key, Content: answer.Value!["content"]);
        Assert.All(answers.Where(answer => answer.Status[0] is '4' or '5'), answer => Assert.NotNull(answer.Content?["application/problem+json"]));
    }

    [Fact]
    public async Task Every_route_of_the_api_is_described_and_nothing_else()
    {
        using var inside = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host.UseSetting("data", Path.Combine(server.DataFolder, "inside")));
        var mapped =
            from endpoint in inside.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let path = $"/{endpoint.RoutePattern.RawText?.Trim('/')}"
            where path.StartsWith("/api/", StringComparison.Ordinal)
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
            select $"{method} {Constraint().Replace(path, "}")}";
        var description = (await server.Anyone().Get("/openapi/v1.json")).Expect(HttpStatusCode.OK).Json;
        var described =
            from path in description["paths"]!.AsObject()
            where path.Key.StartsWith("/api/", StringComparison.Ordinal)
            from operation in path.Value!.AsObject()
            select $"{operation.Key.ToUpperInvariant()} {path.Key}";

        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("\u0007")]
    [InlineData("\u0085")]
    public async Task A_control_character_in_a_text_is_told_with_its_place(string control)
    {
        var refused = (await server.Anyone().Post("/api/v1/schools", new { name = $"Heron{control}Bay", country = "KE" })).Expect(HttpStatusCode.BadRequest).Problem();

        Assert.Equal("control-character", refused.Code);
        Assert.Equal("/name", Assert.Single(refused.Errors).Pointer);
        Assert.Equal("control-character", (await server.Anyone().Get($"/api/v1/pilots?q={Uri.EscapeDataString(control)}")).Expect(HttpStatusCode.BadRequest).Problem().Code);
        using var form = new FormUrlEncodedContent([new("person", $"amina{control}")]);
        (await server.Anyone().Post("/en/sign-in", form)).Expect(HttpStatusCode.BadRequest);
        (await server.Anyone().Post("/api/v1/schools", new { name = "Heron\tBay\n", country = "KE" })).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_style_sheet_is_sent_packed_and_kept()
    {
        var page = (await server.Anyone().Get("/en/")).Expect(HttpStatusCode.OK).Body;
        var path = StyleSheet(page);
        var packed = (await server.Anyone().Send(HttpMethod.Get, path, null, request => request.Headers.Add("Accept-Encoding", "br, gzip"))).Expect(HttpStatusCode.OK);
        var plain = (await server.Anyone().Get(path)).Expect(HttpStatusCode.OK);

        Assert.Contains(packed.Header("Content-Encoding"), (string[])["br", "gzip"]);
        Assert.InRange(Visitor.BrotliLength(Encoding.UTF8.GetBytes(plain.Body)), 1, 14 * 1_024);
        Assert.NotNull(plain.ETag);
        (await server.Anyone().Get(path, ifNoneMatch: plain.ETag)).Expect(HttpStatusCode.NotModified);
    }

    private static string StyleSheet(string page)
    {
        var link = page.IndexOf("rel=\"stylesheet\"", StringComparison.Ordinal);
        var from = page.IndexOf("href=\"", link, StringComparison.Ordinal) + "href=\"".Length;
        return page[from..page.IndexOf('"', from)];
    }

    [GeneratedRegex(@"(:[^}]*|\?)}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Constraint();
}
