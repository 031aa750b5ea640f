using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;

namespace InnovationScale;

/// <summary>A server whose people have accounts, set up by the link that it printed.</summary>
public partial class ServerWithAccounts : IAsyncLifetime
{
    public const string Password = "a heron at low tide", AdminEmail = "ada@example.org";

    private int people;

    public RunningServer Server { get; private set; } = null!;

    /// <summary>Signed in since the beginning.</summary>
    public PageClient Admin { get; private set; } = null!;

    /// <summary>The first school, which the administrator registered with herself.</summary>
    public string School { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Server = await Start();
        Admin = Somebody();
        await Admin.Send(SetUpLink(Server), ("Name", "Ada Quagmire"), ("Email", AdminEmail), ("Password", Password), ("Organisation", "Heron Bay"), ("Country", "KE"));
        School = (string)(await Server.Anyone().Get("/api/v1/schools")).Json["items"]![0]!["id"]!;
    }

    protected virtual Task<RunningServer> Start() => RunningServer.Start();

    public async Task DisposeAsync()
    {
        Admin.Dispose();
        await Server.DisposeAsync();
    }

    public PageClient Somebody() => new(new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Server.Address });

    /// <summary>What a new server prints.</summary>
    public static string SetUpLink(RunningServer server) => Link().Match(server.Output).Groups["path"].Value;

    public async Task<PageClient> SignedIn(string email, string password = Password)
    {
        var person = Somebody();
        await person.Send("/en/sign-in", ("Email", email), ("Password", password));
        return person;
    }

    /// <summary>Invited by the administrator, and in.</summary>
    public async Task<(PageClient Person, string Email)> Joined(string role = "Teacher")
    {
        var number = Interlocked.Increment(ref people);
        var email = string.Create(CultureInfo.InvariantCulture, $"person{number}@example.org");
        var person = Somebody();
        await person.Send(await Invitation(Admin, role), ("Name", $"Person {number}"), ("Email", email), ("Password", Password));
        return (person, email);
    }

    public async Task<string> Invitation(PageClient by, string role, string until = "")
    {
        var page = await by.SendForm($"/en/schools/{School}/people", "Role", ("Role", role), ("Until", until), ("Days", "7"));
        return Path(page.QuerySelector("main code")?.TextContent ?? throw new InvalidOperationException(PageClient.Summary(page)));
    }

    /// <summary>The link in the newest mail to an address.</summary>
    public string Mailed(string email) => Path(Address().Match(Mail(email)).Value);

    /// <summary>The last mail to an address.</summary>
    public string Mail(string email) => Directory.EnumerateFiles(System.IO.Path.Combine(Server.DataFolder, "mail"), "*.eml", SearchOption.AllDirectories)
        .OrderByDescending(System.IO.Path.GetFileName, StringComparer.Ordinal).Select(File.ReadAllText).First(text => text.Contains($"To: {email}\r\n", StringComparison.Ordinal));

    public static bool Says(IHtmlDocument page, string words) => page.Body!.TextContent.Contains(words, StringComparison.Ordinal);

    private static string Path(string address) => new Uri(address).PathAndQuery;

    [GeneratedRegex(@"becomes the administrator: https?://[^/]+(?<path>/\S+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Link();

    [GeneratedRegex(@"http://\S+", RegexOptions.None, 1_000)]
    private static partial Regex Address();
}
