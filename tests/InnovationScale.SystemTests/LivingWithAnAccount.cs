using System.Globalization;
using InnovationScale.People;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace InnovationScale;

/// <summary>
/// How accounts are lived with, in a browser without JavaScript, on a small phone: from the link that sets the server up to an account that is gone. Weeks
/// pass by the server's own clock.
/// </summary>
[Collection(Pages.Name)]
public sealed class LivingWithAnAccount(Browser browser, ServerWithAClock server) : IClassFixture<ServerWithAClock>
{
    private const string Password = "a heron at low tide", Ada = "ada@example.org", Hanna = "hanna@example.org", Zoe = "zoe@example.org", Bea = "bea@example.org";

    private string school = "";

    [NeedsChromiumFact]
    public async Task From_the_first_link_to_being_forgotten()
    {
        await using var ada = await Somebody();
        await NobodyElseGetsIn(await Begins(ada));
        await using var hanna = await Invited(ada, "School lead", "Hanna", Hanna, whoMistypes: true);
        await using var zoe = await Invited(ada, "Teacher", "Zoe Zebrafinch", Zoe, until: Day(40));
        await using var bea = await Invited(ada, "Admin", "Bea", Bea);

        await StandsIn(hanna, zoe);
        await IsEndedToday(ada, "Hanna");
        server.Clock.Forward(TimeSpan.FromDays(21));
        await StandsInNoMore(zoe);
        await IsLeadNoMore(hanna);

        await AsksForACode(zoe);
        await EndsSessionsElsewhere(hanna);
        await IsErasedByTwo(ada, bea, zoe);
    }

    /// <summary>Answers the link that she used.</summary>
    private async Task<string> Begins(Visitor ada)
    {
        var link = await server.FirstLink();
        await ada.Go(link);
        await Fill(ada, ("Your name", "Ada Quagmire"), ("E-mail address", Ada), ("Password", Password), ("Your organisation", "Heron Bay"));
        await ada.Page.GetByLabel("Its country").SelectOptionAsync("KE");
        await Press(ada, "Open the account");
        await ada.Go("/en/account");
        Assert.Contains("Ada Quagmire", await Shown(ada), StringComparison.Ordinal);
        Assert.Contains("Admin · the whole programme", await Shown(ada), StringComparison.Ordinal);
        await ada.Page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "Heron Bay" }).ClickAsync();
        school = new Uri(ada.Page.Url).AbsolutePath;
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "People and their roles" }).ClickAsync();
        return link;
    }

    private async Task NobodyElseGetsIn(string used)
    {
        await using var stranger = await Somebody();
        Assert.Equal(404, (await stranger.Go(used)).Status);
        Assert.Contains("This link is not valid", await Shown(stranger), StringComparison.Ordinal);
        await SignIn(stranger, Ada, "another heron");
        var wrong = await Told(stranger);
        await SignIn(stranger, "nobody@example.org", "another heron");
        Assert.Equal(wrong, await Told(stranger));
        Assert.Contains("do not fit", wrong, StringComparison.Ordinal);
        await IsOut(stranger);
    }

    private async Task<Visitor> Invited(Visitor by, string role, string name, string email, string until = "", bool whoMistypes = false)
    {
        var invite = by.Page.Locator("form[action*='handler=Invite']");
        await invite.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = role });
        await invite.GetByLabel("Last day of the role").FillAsync(until);
        await invite.GetByRole(AriaRole.Button).ClickAsync();
        var link = new Uri(await by.Page.Locator("main code").InnerTextAsync()).PathAndQuery;

        var person = await Somebody();
        await person.Go(link);
        Assert.Contains($"You are invited as {role} at ", await Shown(person), StringComparison.Ordinal);
        Assert.Equal(until.Length > 0, (await Shown(person)).Contains("The role ends on", StringComparison.Ordinal));
        if (whoMistypes)
        {
            foreach (var (address, password, said) in ((string, string, string)[])[(email, "password1234", "among the first"), (email, "short", "10 to 128"), (Ada.ToUpperInvariant(), Password, "an account already")])
            {
                await Fill(person, ("Your name", name), ("E-mail address", address), ("Password", password));
                await Press(person, "Open the account");
                Assert.Contains(said, await Told(person), StringComparison.Ordinal);
            }

            await person.IsLaidOut("account-invited-mistyped", 320);
        }

        await Fill(person, ("Your name", name), ("E-mail address", email), ("Password", Password));
        await Press(person, "Open the account");
        await person.Go("/en/account");
        Assert.Contains($"{role} · ", await Shown(person), StringComparison.Ordinal);
        await by.Go($"{school}/people");
        Assert.Contains(name, await Shown(by), StringComparison.Ordinal);
        return person;
    }

    private async Task StandsIn(Visitor lead, Visitor colleague)
    {
        await lead.Go($"{school}/people");
        await Lets("");
        Assert.Contains("stands in for her until a day", await Told(lead), StringComparison.Ordinal);
        await Lets(Day(20));
        await colleague.Go("/en/account");
        Assert.Contains("School lead · Heron Bay", await Shown(colleague), StringComparison.Ordinal);

        // She acts as the lead would.
        await colleague.Go($"{school}/people");
        var invite = colleague.Page.Locator("form[action*='handler=Invite']");
        await invite.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "Teacher" });
        await invite.GetByRole(AriaRole.Button).ClickAsync();
        Assert.Contains("/join?key=", await colleague.Page.Locator("main code").InnerTextAsync(), StringComparison.Ordinal);
        await colleague.IsLaidOut("account-people-of-a-school", 320);
        Assert.Contains("took up a role: School lead · Heron Bay (Hanna)", await Shown(colleague), StringComparison.Ordinal);
        Assert.Contains($"gave a role until {Words.English.Day(Until(20))}: School lead · Heron Bay (Zoe Zebrafinch)", await Shown(colleague), StringComparison.Ordinal);

        async Task Lets(string until)
        {
            var grant = lead.Page.Locator("form[action*='handler=Grant']");
            await grant.GetByLabel("Who", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "Zoe Zebrafinch" });
            await grant.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "School lead" });
            await grant.GetByLabel("Last day of the role").FillAsync(until);
            await grant.GetByRole(AriaRole.Button).ClickAsync();
        }
    }

    private async Task IsEndedToday(Visitor admin, string name)
    {
        await admin.Go($"{school}/people");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = $"End today: the role of {name}" }).ClickAsync();
        Assert.Contains("ended a role on", await Shown(admin), StringComparison.Ordinal);
    }

    private async Task StandsInNoMore(Visitor colleague)
    {
        // A session that nobody used for half a day is over.
        await IsOut(colleague);
        await SignIn(colleague, Zoe, Password);
        await colleague.Go("/en/account");
        Assert.DoesNotContain("School lead", await Roles(colleague), StringComparison.Ordinal);
        await colleague.Go($"{school}/people");
        Assert.Equal(0, await colleague.Page.Locator("main select").CountAsync());
    }

    private async Task IsLeadNoMore(Visitor lead)
    {
        await SignIn(lead, Hanna, "a heron at high tide");
        await SignIn(lead, Hanna, Password);
        await lead.Go("/en/account");
        Assert.Equal("None now.", await Roles(lead));
        Assert.Contains("was told of tries refused before: 1, of them because there had been too many: 0", await Shown(lead), StringComparison.Ordinal);
        Assert.Equal(404, (await lead.Go($"{school}/people")).Status);
    }

    private async Task AsksForACode(Visitor person)
    {
        await person.Go("/en/account/second-factor");
        var key = (await person.Page.Locator("main code").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        await Types(person, "000000", "Set it up");
        Assert.Contains("does not fit", await Told(person), StringComparison.Ordinal);
        var first = OneTimeCode.At(key, server.Clock.GetUtcNow());
        await Types(person, first, "Set it up");
        var recovery = await person.Page.Locator("main li code").AllInnerTextsAsync();
        Assert.Equal(10, recovery.Distinct().Count());

        await using var again = await Somebody();
        await SignIn(again, Zoe, Password);
        Assert.Contains("/sign-in/code?", again.Page.Url, StringComparison.Ordinal);
        var second = again.Page.Url;
        await IsOut(again);
        await again.Go(second);
        // The code that set it up is spent.
        await Types(again, first, "Sign in");
        Assert.Contains("used before", await Told(again), StringComparison.Ordinal);
        server.Clock.Forward(TimeSpan.FromSeconds(30));
        await Types(again, OneTimeCode.At(key, server.Clock.GetUtcNow()), "Sign in");
        await IsIn(again);

        await SignIn(again, Zoe, Password);
        await Types(again, recovery[3].ToUpperInvariant(), "Sign in");
        await again.Go("/en/account");
        Assert.Contains("9 recovery codes are left", await Shown(again), StringComparison.Ordinal);
        await SignIn(again, Zoe, Password);
        await Types(again, recovery[3], "Sign in");
        Assert.Contains("used before", await Told(again), StringComparison.Ordinal);
    }

    private async Task EndsSessionsElsewhere(Visitor here)
    {
        await using var there = await Somebody();
        await SignIn(there, Hanna, Password);
        await IsIn(there);
        await here.Go("/en/account");
        await here.Page.Locator("button[name=session]").First.ClickAsync();
        await IsOut(there);
        await IsIn(here);

        await SignIn(there, Hanna, Password);
        await here.Go("/en/account/password");
        await here.Page.Locator("#Password").FillAsync("another tide entirely");
        await here.Page.Locator("main form button").ClickAsync();
        await IsOut(there);
        await IsIn(here);
        await SignIn(there, Hanna, "another tide entirely");
        await IsIn(there);

        // All of it is told to her, and can be verified.
        await here.Go("/en/account");
        await here.IsLaidOut("account", 320);
        foreach (var step in (string[])["ended a session elsewhere", "changed the password"]) Assert.Contains(step, await Shown(here), StringComparison.Ordinal);
        await here.Page.GetByRole(AriaRole.Link, new() { Name = "The whole history of your account" }).ClickAsync();
        await Press(here, "Verify this history");
        Assert.Contains("This history is as it was written.", await Shown(here), StringComparison.Ordinal);
        await here.IsLaidOut("account-history", 320);
    }

    private async Task IsErasedByTwo(Visitor first, Visitor second, Visitor person)
    {
        await SignIn(first, Ada, Password);
        await first.Go($"/en/people/erasures?school={school.Split('/')[^1]}");
        await first.Page.Locator("#Subject").SelectOptionAsync(new SelectOptionValue { Label = "Zoe Zebrafinch" });
        await first.Page.Locator("main form button").ClickAsync();
        var page = first.Page.Url;
        var who = page.Split("Subject=")[1].Split('&')[0];
        Assert.Equal(404, (await person.Go(page)).Status);

        await Press(first, "Propose the erasure");
        Assert.Contains("Say why.", await Told(first), StringComparison.Ordinal);
        await first.Page.GetByLabel("The person left long ago").CheckAsync();
        await Press(first, "Propose the erasure");
        Assert.Contains("You proposed it.", await Shown(first), StringComparison.Ordinal);
        Assert.Equal(0, await first.Page.Locator("[name=Sure]").CountAsync());
        await person.Go("/en/account");
        Assert.Contains("An administrator proposed to erase your account.", await Shown(person), StringComparison.Ordinal);

        await SignIn(second, Bea, Password);
        await second.Go("/en/");
        await second.Page.Locator($"main a[href$='{who}']").First.ClickAsync();
        await Press(second, "Erase this person");
        Assert.Contains("Say that you are sure.", await Told(second), StringComparison.Ordinal);
        await second.Page.GetByLabel("Yes, forget this person").CheckAsync();
        await Press(second, "Erase this person");

        await IsOut(person);
        await SignIn(person, Zoe, Password);
        Assert.Contains("do not fit", await Told(person), StringComparison.Ordinal);
        Assert.Equal(404, (await second.Go(page)).Status);
        foreach (var path in (string[])[$"{school}/people", $"/en/history/person/{who}?verify=true"])
        {
            await second.Go(path);
            Assert.Contains("an erased person", await Shown(second), StringComparison.Ordinal);
            Assert.DoesNotContain("Zebrafinch", await second.Page.ContentAsync(), StringComparison.Ordinal);
        }

        Assert.Contains("This history is as it was written.", await Shown(second), StringComparison.Ordinal);
        await second.IsLaidOut("account-history-erased", 320);
    }

    private Task<Visitor> Somebody() => browser.Visit(server.Address);

    private string Day(int days) => Until(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private DateOnly Until(int days) => DateOnly.FromDateTime(server.Clock.GetUtcNow().UtcDateTime).AddDays(days);

    private static async Task SignIn(Visitor visitor, string email, string password)
    {
        await visitor.Go("/en/sign-in");
        await Fill(visitor, ("E-mail address", email), ("Password", password));
        await Press(visitor, "Sign in");
    }

    private static async Task Types(Visitor visitor, string code, string button)
    {
        await Fill(visitor, ("Code", code));
        await Press(visitor, button);
    }

    private static async Task IsOut(Visitor visitor)
    {
        await visitor.Go("/en/account");
        Assert.Contains("/en/sign-in?return=", visitor.Page.Url, StringComparison.Ordinal);
    }

    private static async Task IsIn(Visitor visitor)
    {
        await visitor.Go("/en/account");
        Assert.EndsWith("/en/account", visitor.Page.Url, StringComparison.Ordinal);
    }

    private static async Task Fill(Visitor visitor, params (string Label, string Value)[] fields)
    {
        foreach (var (label, value) in fields) await visitor.Page.GetByLabel(label, new() { Exact = true }).FillAsync(value);
    }

    private static Task Press(Visitor visitor, string button) => visitor.Page.Locator("main").GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    private static Task<string> Shown(Visitor visitor) => visitor.Page.InnerTextAsync("main");

    private static Task<string> Roles(Visitor visitor) => visitor.Page.Locator("main dt:text-is('Roles') + dd").InnerTextAsync();

    private static Task<string> Told(Visitor visitor) => visitor.Page.Locator("main [role=alert]:visible").InnerTextAsync();
}

/// <summary>A server whose people have accounts, in this process, so that its clock can be put forward.</summary>
public sealed class ServerWithAClock : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private WebApplicationFactory<Program> factory = null!;

    public ForwardedClock Clock { get; } = new();

    public Uri Address { get; private set; } = null!;

    /// <summary>A link such as the server prints where nobody has an account.</summary>
    public async Task<string> FirstLink() => $"/en/join?key={await factory.Services.GetRequiredService<Accounts>().FirstInvitation()}";

    public Task InitializeAsync()
    {
        factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host.UseSetting("data", folder).UseSetting("urls", "http://127.0.0.1:0")
            .ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Clock)));
        factory.UseKestrel();
        factory.StartServer();
        Address = factory.ClientOptions.BaseAddress;
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await factory.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>The time, put forward.</summary>
public sealed class ForwardedClock : TimeProvider
{
    private TimeSpan by;

    public void Forward(TimeSpan more) => by += more;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
