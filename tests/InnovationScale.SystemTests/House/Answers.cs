using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Parser;

namespace InnovationScale.SystemTests.House;

public class ARequestToTheApi(RunningHouse house) : IClassFixture<RunningHouse>
{
    private readonly HttpClient client = house.NewClient();

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404, "not-found")]
    [InlineData("GET", "/api/nothing", 404, "not-found")]
    [InlineData("DELETE", "/api/v1/house/list", 405, "method-not-allowed")]
    [InlineData("GET", "/api/v1/house/fault", 500, "fault")]
    [InlineData("GET", "/api/v1/house/away", 503, "store-unavailable")]
    [InlineData("GET", "/api/v1/house/me", 401, "sign-in-needed")]
    [InlineData("GET", "/api/v1/house/list?limit=501", 400, "limit-out-of-range")]
    [InlineData("GET", "/api/v1/house/list?after=x", 400, "cursor-malformed")]
    public async Task That_goes_wrong_is_answered_with_a_problem_document(string method, string path, int status, string code)
    {
        var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        var problem = await ProblemOf(answer, status, code);
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);

        var page = await client.GetAsync(problem.GetProperty("type").GetString());
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains(code, await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_store_is_away_says_when_to_try_again() => Assert.NotNull((await client.GetAsync("/api/v1/house/away")).Headers.RetryAfter);

    [Theory]
    [InlineData("{", 400, "unreadable-request")]
    [InlineData("", 400, "unreadable-request")]
    [InlineData("[]", 400, "unreadable-request")]
    public async Task That_cannot_be_read_is_answered_with_400(string body, int status, string code) =>
        await ProblemOf(await client.SendAsync(Put(body, "k1", "\"7\"")), status, code);

    [Fact]
    public async Task Of_another_kind_of_content_is_answered_with_415()
    {
        var request = Put("{}", "k1", "\"7\"");
        request.Content = new StringContent("<a/>", Encoding.UTF8, "text/xml");
        await ProblemOf(await client.SendAsync(request), 415, "media-type-not-taken");
    }

    [Fact]
    public async Task That_is_too_large_is_answered_with_413() =>
        await ProblemOf(await client.SendAsync(Put($$"""{"name":"{{new string('x', 70_000)}}"}""", "k1", "\"7\"")), 413, "too-large");

    [Theory]
    [InlineData(null, "\"7\"", 400, "idempotency-key-needed")]
    [InlineData("a b", "\"7\"", 400, "idempotency-key-malformed")]
    [InlineData("k1", null, 428, "version-needed")]
    [InlineData("k1", "7", 400, "version-malformed")]
    public async Task That_changes_something_needs_its_key_and_the_version(string? key, string? version, int status, string code) =>
        await ProblemOf(await client.SendAsync(Put("""{"name":"a"}""", key, version)), status, code);

    [Fact]
    public async Task That_is_whole_is_answered()
    {
        var answer = await client.SendAsync(Put("""{"name":"a"}""", "\"k1\"", "\"7\""));
        Assert.Equal(new RunningHouse.Told("a", "k1", 7), await answer.Content.ReadFromJsonAsync<RunningHouse.Told>());
    }

    [Fact]
    public async Task From_a_page_of_another_site_is_refused()
    {
        var request = Put("""{"name":"a"}""", "k1", "\"7\"");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        await ProblemOf(await client.SendAsync(request), 403, "cross-site");
    }

    [Fact]
    public async Task Names_its_person_by_header_while_the_chooser_is_on()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/house/me") { Headers = { { "X-Person", "amina" } } };
        var person = await (await client.SendAsync(request)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("Amina", person.GetProperty("name").GetString());

        request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/house/me") { Headers = { { "X-Person", "nobody" } } };
        await ProblemOf(await client.SendAsync(request), 401, "sign-in-needed");
    }

    [Fact]
    public async Task For_what_the_client_has_is_answered_without_a_body()
    {
        var first = await client.GetAsync("/api/v1/house/versioned");
        Assert.Equal("\"7\"", first.Headers.ETag!.ToString());

        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/house/versioned") { Headers = { { "If-None-Match", "\"7\"" } } };
        var again = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task For_a_list_goes_on_by_its_next()
    {
        var first = await client.GetFromJsonAsync<JsonElement>("/api/v1/house/list?limit=2");
        var second = await client.GetFromJsonAsync<JsonElement>(first.GetProperty("next").GetString());
        Assert.Equal(2, second.GetProperty("items")[0].GetInt32());
        Assert.False(second.TryGetProperty("next", out var next) && next.ValueKind is not JsonValueKind.Null);
    }

    [Fact]
    public async Task For_its_description_is_answered_with_openapi_3_1_that_knows_headers_and_problems()
    {
        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var put = document.GetProperty("paths").GetProperty("/api/v1/house/versioned").GetProperty("put");
        var headers = put.GetProperty("parameters").EnumerateArray().Select(one => one.GetProperty("name").GetString()).ToArray();
        Assert.Contains("If-Match", headers);
        Assert.Contains("Idempotency-Key", headers);
        Assert.True(put.GetProperty("responses").GetProperty("428").GetProperty("content").TryGetProperty("application/problem+json", out _));
        Assert.True(document.GetProperty("paths").TryGetProperty("/health", out _));
    }

    private static HttpRequestMessage Put(string body, string? key, string? version)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/house/versioned") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", version);
        return request;
    }

    private static async Task<JsonElement> ProblemOf(HttpResponseMessage answer, int status, string code)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode} {body}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Equal($"/problems/{code}", problem.GetProperty("type").GetString());
        return problem;
    }
}

public class APage(RunningHouse house) : IClassFixture<RunningHouse>
{
    private const int BrotliBudget = 14 * 1_024;

    private readonly HttpClient client = house.NewClient();

    [Fact]
    public async Task At_the_root_leads_to_english()
    {
        var answer = await client.GetAsync("/");
        Assert.Equal((HttpStatusCode.Found, "/en/"), (answer.StatusCode, answer.Headers.Location?.ToString()));
    }

    [Theory]
    [InlineData("/zz/", 404)]
    [InlineData("/en/nothing", 404)]
    [InlineData("/en/away", 503)]
    public async Task That_cannot_be_shown_says_so_in_words(string path, int status)
    {
        var answer = await client.GetAsync(path);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync()).QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task Runs_no_script_and_goes_into_no_frame()
    {
        var answer = await client.GetAsync("/en/design");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        var html = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" style=", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Says_its_language_its_direction_and_that_all_is_invented()
    {
        var page = await Page("/en/design");
        Assert.Equal(("en", "ltr"), (page.DocumentElement.GetAttribute("lang"), page.DocumentElement.GetAttribute("dir")));
        Assert.Contains("Every school, person and result here is invented, but", page.QuerySelector(".demo")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_every_component_is_small_and_so_is_its_style()
    {
        var style = (await Page("/en/design")).QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!;
        Assert.Matches(@"^/site\.[a-z0-9]+\.css$", style);
        foreach (var path in (string[])["/en/design", style])
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept-Encoding", "br" } } };
            var answer = await client.SendAsync(request);
            Assert.Equal("br", answer.Content.Headers.ContentEncoding.Single());
            var packed = await answer.Content.ReadAsByteArrayAsync();
            Assert.InRange(packed.Length, 1, BrotliBudget);
            using var unpacked = new StreamReader(new System.IO.Compression.BrotliStream(new MemoryStream(packed), System.IO.Compression.CompressionMode.Decompress));
            Assert.NotEmpty(await unpacked.ReadToEndAsync());
        }
    }

    [Fact]
    public async Task Labels_every_field_and_ties_hints_and_mistakes_to_it()
    {
        var page = await Send("/en/design", "mistakes", "true");
        Assert.StartsWith("Error: ", page.Title, StringComparison.Ordinal);
        foreach (var field in page.QuerySelectorAll("form[method=post] input:not([type=hidden]), form[method=post] select, form[method=post] textarea"))
        {
            Assert.True(page.QuerySelector($"label[for='{field.Id}']") is not null, $"{field.Id} has no label.");
        }

        foreach (var described in page.QuerySelectorAll("[aria-describedby]"))
        {
            foreach (var id in described.GetAttribute("aria-describedby")!.Split(' ')) Assert.True(page.GetElementById(id) is not null, $"#{id} is not on the page.");
        }

        Assert.Equal(page.QuerySelectorAll("[id]").Length, page.QuerySelectorAll("[id]").Select(one => one.Id).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task With_mistakes_lists_them_first_each_a_link_to_its_field_in_the_same_words()
    {
        var page = await Send("/en/design", "mistakes", "true");
        var summary = page.QuerySelector("[role=alert]")!;
        var links = summary.QuerySelectorAll("a");
        Assert.Equal(9, links.Length);
        foreach (var link in links)
        {
            var field = page.QuerySelector(link.GetAttribute("href")!);
            Assert.True(field is not null, link.OuterHtml);
            Assert.Contains(link.TextContent, field.Closest(".field")!.QuerySelector(".error")!.TextContent, StringComparison.Ordinal);
        }

        Assert.Contains("Safeguarding lead can supply this.", summary.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_form_token_takes_no_post()
    {
        var answer = await client.PostAsync("/en/design", new FormUrlEncodedContent([]));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Knows_who_was_chosen_until_they_sign_out()
    {
        var page = await Send("/en/sign-in", "person", "amina", expect: HttpStatusCode.Found);
        page = await Page("/en/sign-in");
        Assert.Contains("Signed in as Amina", page.QuerySelector("footer")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("no-store", (await client.GetAsync("/en/design")).Headers.CacheControl!.ToString(), StringComparison.Ordinal);

        await Send("/en/sign-in?handler=Out", "x", "y", expect: HttpStatusCode.Found);
        Assert.DoesNotContain("Signed in as", (await Page("/en/design")).QuerySelector("footer")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_the_chooser_sends_nobody_to_another_site()
    {
        var token = Token(await Page("/en/sign-in"));
        var answer = await client.PostAsync("/en/sign-in", new FormUrlEncodedContent(
            [new("__RequestVerificationToken", token), new("person", "mateo"), new("return", "//elsewhere.example/")]));
        Assert.Equal("/en/", answer.Headers.Location?.ToString());
    }

    private async Task<AngleSharp.Html.Dom.IHtmlDocument> Page(string path)
    {
        var answer = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
    }

    private async Task<AngleSharp.Html.Dom.IHtmlDocument> Send(string path, string name, string value, HttpStatusCode expect = HttpStatusCode.Conflict)
    {
        var answer = await client.PostAsync(path, new FormUrlEncodedContent([new("__RequestVerificationToken", Token(await Page(path))), new(name, value)]));
        Assert.Equal(expect, answer.StatusCode);
        return new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
    }

    private static string Token(AngleSharp.Html.Dom.IHtmlDocument page) => page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
}
