using System.Net;
using AngleSharp.Html.Parser;

namespace InnovationScale;

/// <summary>Behind a proxy that ends TLS, as the public address says.</summary>
public sealed class ServingOverHttps : IAsyncLifetime
{
    private const string Public = "https://pilots.example.org", Password = ServerWithAccounts.Password;

    private RunningServer server = null!;
    private HttpClient http = null!;

    public async Task InitializeAsync()
    {
        server = await RunningServer.Start("--public-url", Public);
        // As the proxy asks: over http, by the name that the browser used, with whatever cookies that sent.
        http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Host = "pilots.example.org";
    }

    public async Task DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Knows_people_by_cookies_that_go_to_no_other_host_and_that_no_script_reads()
    {
        var (form, session) = await SetUp();

        Assert.StartsWith("__Host-form=", form, StringComparison.Ordinal);
        Assert.StartsWith("__Host-person=", session, StringComparison.Ordinal);
        foreach (var cookie in (string[])[form, session])
        {
            var says = cookie.Split("; ").Skip(1).Select(word => word.ToLowerInvariant()).ToList();
            Assert.Contains("secure", says);
            Assert.Contains("httponly", says);
            Assert.Contains("path=/", says);
            Assert.Contains(says, word => word is "samesite=strict" or "samesite=lax");
            Assert.DoesNotContain(says, word => word.StartsWith("domain", StringComparison.Ordinal));
        }

        using var account = await Ask(HttpMethod.Get, "/en/account", cookies: session);
        Assert.Equal(HttpStatusCode.OK, account.StatusCode);
        Assert.Equal("max-age=31536000", account.Headers.GetValues("Strict-Transport-Security").Single());
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData(@"/\elsewhere.example/")]
    [InlineData("/en/../../../elsewhere")]
    public async Task Leads_nobody_to_another_site_who_signs_in(string asked)
    {
        await SetUp();
        var (answer, _) = await Send($"/en/sign-in?return={Uri.EscapeDataString(asked)}", ("Email", ServerWithAccounts.AdminEmail), ("Password", Password), ("return", asked));

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        var to = new Uri(new Uri(Public), answer.Headers.Location!);
        Assert.Equal("pilots.example.org", to.Host);
    }

    [Fact]
    public async Task Writes_its_public_address_into_mails_whatever_host_was_asked_for()
    {
        await SetUp();
        http.DefaultRequestHeaders.Host = "elsewhere.example";
        await Send("/en/forgotten", ("Email", ServerWithAccounts.AdminEmail));

        var mail = Directory.EnumerateFiles(Path.Combine(server.DataFolder, "mail"), "*.eml", SearchOption.AllDirectories).Select(File.ReadAllText).Single(text => text.Contains($"To: {ServerWithAccounts.AdminEmail}", StringComparison.Ordinal));
        Assert.Contains($"{Public}/en/reset?key=", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere", mail, StringComparison.Ordinal);
    }

    /// <summary>The first administrator is in.</summary>
    private async Task<(string Form, string Session)> SetUp()
    {
        Assert.Contains($"becomes the administrator: {Public}/", server.Output, StringComparison.Ordinal);
        var (answer, form) = await Send(ServerWithAccounts.SetUpLink(server), ("Name", "Ada Quagmire"), ("Email", ServerWithAccounts.AdminEmail), ("Password", Password), ("Organisation", "Heron Bay"), ("Country", "KE"));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return (form, Assert.Single(answer.Headers.GetValues("Set-Cookie")));
    }

    private async Task<(HttpResponseMessage Answer, string Form)> Send(string path, params (string Field, string Value)[] fields)
    {
        using var page = await Ask(HttpMethod.Get, path);
        var form = page.Headers.GetValues("Set-Cookie").Single();
        var token = new HtmlParser().ParseDocument(await page.Content.ReadAsStringAsync()).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        return (await Ask(HttpMethod.Post, path, form, [("__RequestVerificationToken", token), .. fields]), form);
    }

    private async Task<HttpResponseMessage> Ask(HttpMethod method, string path, string? cookies = null, params (string Field, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(method, path);
        if (cookies is not null) request.Headers.Add("Cookie", cookies.Split(';')[0]);
        if (fields is not []) request.Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Field, field.Value)));
        return await http.SendAsync(request);
    }
}
