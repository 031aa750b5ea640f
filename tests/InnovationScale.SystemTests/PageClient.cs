using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace InnovationScale;

/// <summary>A person at the pages without a browser: opens one, fills in a form by the names of its fields, sends it with what it already held.</summary>
public sealed class PageClient(HttpClient http) : IDisposable
{
    /// <summary>Signs somebody in on a server where the chooser is on.</summary>
    public static Task<PageClient> As(RunningServer server, string person) => As(server.Address, person);

    /// <inheritdoc cref="As(RunningServer, string)"/>
    public static async Task<PageClient> As(Uri server, string person)
    {
        var client = new PageClient(new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server });
        var chooser = await client.Open("/en/sign-in");
        var answer = await client.Post(new Uri(server, "/en/sign-in"), [new("__RequestVerificationToken", Token(chooser)), new("person", person)]);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return client;
    }

    public async Task<IHtmlDocument> Open(string path, HttpStatusCode expect = HttpStatusCode.OK)
    {
        using var answer = await http.GetAsync(path);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expect, $"{path}: {(int)answer.StatusCode} {html}");
        return new HtmlParser().ParseDocument(html);
    }

    /// <summary>What an address answers, whatever that is.</summary>
    public async Task<string> Body(string path)
    {
        using var answer = await http.GetAsync(path);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>What a link of a page brings, such as a file.</summary>
    public Task<string> Text(string path) => http.GetStringAsync(path);

    /// <summary>Opens a form and sends it; answers where it leads.</summary>
    public async Task<string> Send(string path, params (string Field, string Value)[] fields)
    {
        using var answer = await Answered(path, fields);
        Assert.True(answer.StatusCode == HttpStatusCode.Found, $"{path}: {(int)answer.StatusCode} {Summary(new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync()))}");
        return answer.Headers.Location!.ToString();
    }

    /// <summary>The same with the form that has a field or button of this name, or one that fits a selector such as <c>[name=person][value=amina]</c>; answers the page that comes back, wherever that is.</summary>
    public async Task<IHtmlDocument> SendForm(string path, string having, params (string Field, string Value)[] fields)
    {
        var form = (await Open(path)).QuerySelectorAll("main form[method=post]").First(one => one.QuerySelector(having.StartsWith('[') ? having : $"[name='{having}']") is not null);
        var to = new Uri(new Uri(http.BaseAddress!, path), form.GetAttribute("action") ?? "");
        using var answer = await Post(to, [.. Held(form, fields).Concat(fields).Select(field => KeyValuePair.Create(field.Field, field.Value))]);
        if (answer.StatusCode is HttpStatusCode.Found) return await Open(answer.Headers.Location!.ToString());
        LastStatus = answer.StatusCode;
        return new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Sends a form that stands nowhere, with the token of one that does.</summary>
    public async Task<IHtmlDocument> SendUnknown(string with, string path)
    {
        using var answer = await Post(new Uri(http.BaseAddress!, path), [new("__RequestVerificationToken", Token(await Open(with)))]);
        LastStatus = answer.StatusCode;
        return new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Of the last form that was not followed elsewhere.</summary>
    public HttpStatusCode LastStatus { get; private set; }

    /// <summary>Where a page leads that does not show itself.</summary>
    public async Task<string?> LedTo(string path)
    {
        using var answer = await http.GetAsync(path);
        return answer.Headers.Location?.ToString();
    }

    /// <summary>Opens a form on one node and sends it to another, with the cookies of the first; answers the other's answer.</summary>
    public async Task<HttpStatusCode> SendToAnother(Uri node, string path, params (string Field, string Value)[] fields)
    {
        using var answer = await Answered(path, fields, node);
        return answer.StatusCode;
    }

    /// <summary>Opens a form and sends it as an impatient finger does; answers where each sending leads.</summary>
    public async Task<(string? First, string? Second)> SendTwice(string path)
    {
        var held = Held((await Open(path)).QuerySelector("main form[method=post]")!, []).Select(field => KeyValuePair.Create(field.Field, field.Value)).ToList();
        using var first = await Post(new Uri(http.BaseAddress!, path), held);
        using var second = await Post(new Uri(http.BaseAddress!, path), held);
        return (first.Headers.Location?.ToString(), second.Headers.Location?.ToString());
    }

    /// <summary>The same where it is refused: the page that comes back.</summary>
    public async Task<IHtmlDocument> Refused(string path, HttpStatusCode expect, params (string Field, string Value)[] fields)
    {
        using var answer = await Answered(path, fields);
        Assert.Equal(expect, answer.StatusCode);
        return new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Sends a file by the first form that takes one, on the page as it was sent back or freshly opened: the page that comes back, or where it leads.</summary>
    public Task<(IHtmlDocument? Page, string? Location)> Upload(string path, string csv, IHtmlDocument? from = null, params (string Field, string Value)[] fields) =>
        Upload(path, System.Text.Encoding.UTF8.GetBytes(csv), "results.csv", from, fields);

    public async Task<(IHtmlDocument? Page, string? Location)> Upload(string path, byte[] file, string name, IHtmlDocument? from = null, params (string Field, string Value)[] fields)
    {
        var page = from ?? await Open(path);
        var forms = page.QuerySelectorAll("main form[enctype='multipart/form-data']");
        var form = forms.First(one => fields.All(field => one.QuerySelector($"[name='{field.Field}']") is not null));
        using var content = new MultipartFormDataContent();
        foreach (var (field, value) in Held(form, fields).Concat(fields)) content.Add(new StringContent(value), field);
        content.Add(new ByteArrayContent(file), "Results", name);
        using var answer = await http.PostAsync(path, content);
        return answer.StatusCode is HttpStatusCode.Found ? (null, answer.Headers.Location!.ToString()) : (new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync()), null);
    }

    /// <summary>What is said at the top of a page that was sent back.</summary>
    public static string Summary(IHtmlDocument page) => page.QuerySelector("[role=alert]")?.TextContent.Trim() ?? page.Body!.TextContent.Trim();

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> Answered(string path, (string Field, string Value)[] fields, Uri? to = null)
    {
        var form = (await Open(path)).QuerySelector("main form[method=post]")!;
        foreach (var (name, _) in fields) Assert.True(form.QuerySelector($"[name='{name}']") is not null, $"{path} asks no “{name}”.");
        return await Post(new Uri(to ?? http.BaseAddress!, path), [.. Held(form, fields).Concat(fields).Select(field => KeyValuePair.Create(field.Field, field.Value))]);
    }

    /// <summary>What a form holds beside the fields that are filled in anew.</summary>
    private static IEnumerable<(string Field, string Value)> Held(IElement form, (string Field, string Value)[] fields) =>
        from field in form.QuerySelectorAll("input:not([type=file]), select, textarea")
        let name = field.GetAttribute("name")
        let value = field switch
        {
            IHtmlInputElement { Type: "radio" or "checkbox" } choice => choice.IsChecked ? choice.Value : null,
            IHtmlInputElement input => input.Value,
            IHtmlSelectElement list => list.Value,
            IHtmlTextAreaElement area => area.Value,
            _ => null,
        }
        where value is not null && fields.All(given => given.Field != name)
        select (name, value);

    private async Task<HttpResponseMessage> Post(Uri address, List<KeyValuePair<string, string>> fields)
    {
        using var content = new FormUrlEncodedContent(fields);
        return await http.PostAsync(address, content);
    }

    private static string Token(IHtmlDocument page) => page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
}
