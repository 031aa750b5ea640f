using System.Net;
using System.Net.Sockets;
using AngleSharp.Html.Dom;
using static InnovationScale.ServerWithAccounts;

namespace InnovationScale;

/// <summary>A passkey lets in whoever holds it, on this site alone, and nobody who has heard what was said.</summary>
[Collection(Pages.Name)]
public sealed class HavingAPasskey(Browser browser, ServerWithAName accounts) : IClassFixture<ServerWithAName>
{
    private const string Elsewhere = "http://localhost.example.org";

    [Fact]
    public async Task Takes_the_answer_of_its_own_device_once()
    {
        var (ana, _) = await accounts.Joined();
        using (ana)
        {
            foreach (var strange in (SoftPasskey[])[Device(origin: Elsewhere), Device(site: "example.org"), Device(knowsItsUser: false)]) Assert.Contains("does not fit here", PageClient.Summary(await Add(ana, strange)), StringComparison.Ordinal);
            var phone = Device();
            Assert.Contains("Give the passkey a name", PageClient.Summary(await Add(ana, phone, name: " ")), StringComparison.Ordinal);
            Assert.True(Says(await Add(ana, phone), "blue phone"));
            Assert.Contains("registered already", PageClient.Summary(await Add(ana, phone)), StringComparison.Ordinal);
            Assert.Contains("does not fit here", PageClient.Summary(await Add(accounts.Admin, phone)), StringComparison.Ordinal);

            // The same answer again: to the question it answers, and to another.
            var (question, answer) = await Answered(phone);
            Assert.True(await LetsIn(question, answer));
            Assert.False(await LetsIn(question, answer));
            Assert.False(await LetsIn(await Question(), answer));

            // Signed for another site; by a device that did not ask who holds it; by a copy that counts what was counted before.
            phone.Origin = Elsewhere;
            Assert.False(await LetsIn(await Answered(phone)));
            (phone.Origin, phone.KnowsItsUser) = (accounts.Origin, false);
            Assert.False(await LetsIn(await Answered(phone)));
            (phone.KnowsItsUser, phone.Count) = (true, 0);
            Assert.False(await LetsIn(await Answered(phone)));
            phone.Count = 8;
            Assert.True(await LetsIn(await Answered(phone)));

            // Asked of whoever is signed in, it is answered by nobody else; nor is the answer good for signing in.
            var asked = await ana.Open("/en/sign-in/again");
            var (eve, _) = await accounts.Joined();
            using (eve)
            {
                var hers = Device();
                Assert.True(Says(await Add(eve, hers), "blue phone"));
                foreach (var device in (SoftPasskey[])[phone, hers])
                    Assert.Contains("does not fit here", PageClient.Summary(await eve.SendForm("/en/sign-in/again", "credential", ("ticket", Ticket(asked)), ("credential", device.Use(Options(asked))))), StringComparison.Ordinal);
            }

            Assert.False(await LetsIn(asked, phone.Use(Options(asked))));
            await ana.SendForm("/en/sign-in/again", "credential", ("ticket", Ticket(asked)), ("credential", phone.Use(Options(asked))), ("return", "/en/account/tokens"));
            Assert.Null(await ana.LedTo("/en/account/tokens"));

            (question, answer) = await Answered(phone);
            var removed = (await ana.Open("/en/account/passkeys")).QuerySelector("button[name=passkey]")!.GetAttribute("value")!;
            Assert.DoesNotContain("blue phone", (await ana.SendForm("/en/account/passkeys", "passkey", ("passkey", removed))).Body!.TextContent, StringComparison.Ordinal);
            Assert.False(await LetsIn(question, answer));
        }
    }

    /// <summary>Whoever had the password could have added one.</summary>
    [Fact]
    public async Task Goes_with_a_password_that_was_forgotten()
    {
        var (ana, email) = await accounts.Joined();
        using (ana)
        using (var forgetful = accounts.Somebody())
        {
            var phone = Device();
            Assert.True(Says(await Add(ana, phone), "blue phone"));
            Assert.True(await LetsIn(await Answered(phone)));
            await forgetful.SendForm("/en/forgotten", "Email", ("Email", email));
            await forgetful.Send(accounts.Mailed(email), ("Password", "the tide came back"));
            Assert.False(await LetsIn(await Answered(phone)));
        }
    }

    [NeedsChromiumFact]
    public async Task Is_added_used_and_removed_in_a_browser()
    {
        await using var visitor = await browser.Visit(accounts.Server, javaScript: true);
        var (page, device) = (visitor.Page, await visitor.Context.NewCDPSessionAsync(visitor.Page));
        await device.SendAsync("WebAuthn.enable");
        await device.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
        Assert.Contains("script-src 'self';", (await visitor.Go($"{accounts.Origin}/en/sign-in")).Headers["content-security-policy"], StringComparison.Ordinal);
        await page.FillAsync("#Email", AdminEmail);
        await page.FillAsync("#Password", Password);
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        Assert.DoesNotContain("script-src", (await visitor.Go($"{accounts.Origin}/en/account")).Headers["content-security-policy"], StringComparison.Ordinal);

        await page.GetByText("Look at the passkeys").ClickAsync();
        await page.FillAsync("#Name", "this computer");
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await page.GetByRole(Microsoft.Playwright.AriaRole.Cell, new() { Name = "never" }).WaitForAsync();
        await visitor.HoldsTheHouseRules("passkeys");

        await visitor.Go($"{accounts.Origin}/en/account");
        await page.Locator("main").GetByText("Sign out").ClickAsync();
        await visitor.Go($"{accounts.Origin}/en/sign-in?return=/en/account/passkeys");
        await page.GetByText("Sign in with a passkey").ClickAsync();
        await page.WaitForURLAsync($"{accounts.Origin}/en/account/passkeys");
        await visitor.Go($"{accounts.Origin}/en/sign-in/again?return=/en/account/tokens");
        await page.GetByText("Use a passkey").ClickAsync();
        await page.WaitForURLAsync($"{accounts.Origin}/en/account/tokens");

        await visitor.Go($"{accounts.Origin}/en/account/passkeys");
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Remove the passkey this computer" }).ClickAsync();
        Assert.False(await page.GetByText("this computer").IsVisibleAsync());
    }

    private SoftPasskey Device(string? origin = null, string site = "localhost", bool knowsItsUser = true) => new(site) { Origin = origin ?? accounts.Origin, KnowsItsUser = knowsItsUser };

    private static async Task<IHtmlDocument> Add(PageClient person, SoftPasskey device, string name = "blue phone")
    {
        var page = await person.Open("/en/account/passkeys");
        return await person.SendForm("/en/account/passkeys", "credential", ("Name", name), ("ticket", Ticket(page)), ("credential", device.Make(Options(page))));
    }

    private async Task<IHtmlDocument> Question()
    {
        using var somebody = accounts.Somebody();
        return await somebody.Open("/en/sign-in");
    }

    private async Task<(IHtmlDocument Question, string Answer)> Answered(SoftPasskey device)
    {
        var question = await Question();
        return (question, device.Use(Options(question)));
    }

    private Task<bool> LetsIn((IHtmlDocument Question, string Answer) said) => LetsIn(said.Question, said.Answer);

    private async Task<bool> LetsIn(IHtmlDocument question, string answer)
    {
        using var somebody = accounts.Somebody();
        var page = await somebody.SendForm("/en/sign-in", "credential", ("ticket", Ticket(question)), ("credential", answer));
        var isIn = await somebody.LedTo("/en/account") is null;
        Assert.Equal(isIn, !PageClient.Summary(page).Contains("does not fit here", StringComparison.Ordinal));
        return isIn;
    }

    private static string Options(IHtmlDocument page) => page.QuerySelector("form[data-passkey]")!.GetAttribute("data-options")!;

    private static string Ticket(IHtmlDocument page) => page.QuerySelector("form[data-passkey] input[name=ticket]")!.GetAttribute("value")!;
}

/// <summary>People reach it by a name: browsers keep passkeys for no number.</summary>
public sealed class ServerWithAName : ServerWithAccounts
{
    public string Origin { get; private set; } = "";

    protected override async Task<RunningServer> Start()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        Origin = $"http://localhost:{port}";
        return await RunningServer.StartAt(port, "--public-url", Origin);
    }
}
