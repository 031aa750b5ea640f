using System.Globalization;

namespace InnovationScale;

/// <summary>The pages that are there only where people have accounts, each opened by somebody it is for.</summary>
[Collection(Pages.Name)]
public sealed class EveryPageOfAccounts(Browser browser, ServerWithAName accounts) : IClassFixture<ServerWithAName>
{
    private const string School = "{school}", Invitation = "{invitation}", Reset = "{reset}", Ticket = "{ticket}";

    private static readonly (string Route, bool SignedIn, string Path)[] Visits =
    [
        ("/{lang}/sign-in/code", false, Ticket),
        ("/{lang}/sign-in/again", true, "/en/sign-in/again"),
        ("/{lang}/join", false, Invitation),
        ("/{lang}/forgotten", false, "/en/forgotten"),
        ("/{lang}/reset", false, Reset),
        ("/{lang}/account", true, "/en/account"),
        ("/{lang}/account/password", true, "/en/account/password"),
        ("/{lang}/account/email", true, "/en/account/email"),
        ("/{lang}/account/email/confirm", true, "/en/account/email/confirm?key=x"),
        ("/{lang}/account/second-factor", true, "/en/account/second-factor"),
        ("/{lang}/account/passkeys", true, "/en/account/passkeys"),
        ("/{lang}/account/tokens", true, "/en/account/tokens"),
        ("/{lang}/account/erase", true, "/en/account/erase"),
        ("/{lang}/people/erasures", true, $"/en/people/erasures?school={School}"),
        ("/{lang}/schools/{id}/people", true, $"/en/schools/{School}/people"),
    ];

    public static IEnumerable<string> Routes => Visits.Select(visit => visit.Route);

    [NeedsChromiumFact]
    public async Task Holds_the_house_rules()
    {
        await using var visitor = await browser.Visit(accounts.Server);
        var elsewhere = await accounts.Joined();
        using (elsewhere.Person) await elsewhere.Person.SendForm("/en/forgotten", "Email", ("Email", elsewhere.Email));
        var paths = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [School] = accounts.School,
            [Invitation] = await accounts.Invitation(accounts.Admin, "Teacher", DateOnly.FromDateTime(DateTime.UtcNow).AddDays(30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            [Reset] = accounts.Mailed(elsewhere.Email),
            [Ticket] = "/en/sign-in/code?ticket=x",
        };
        string Address(string path) => paths.Aggregate(path, (text, one) => text.Replace(one.Key, one.Value, StringComparison.Ordinal));

        await visitor.Go("/en/sign-in");
        await visitor.HoldsTheHouseRules("accounts-sign-in");
        foreach (var (route, _, path) in Visits.Where(visit => !visit.SignedIn)) await Holds(visitor, route, Address(path));
        await visitor.Go("/en/sign-in");
        await visitor.Page.FillAsync("#Email", ServerWithAccounts.AdminEmail);
        await visitor.Page.FillAsync("#Password", ServerWithAccounts.Password);
        await visitor.Page.ClickAsync("main form button");
        foreach (var (route, _, path) in Visits.Where(visit => visit.SignedIn)) await Holds(visitor, route, Address(path));

        await visitor.Go($"/en/people/erasures?school={accounts.School}");
        await visitor.Page.SelectOptionAsync("#Subject", new Microsoft.Playwright.SelectOptionValue { Index = 1 });
        await visitor.Page.ClickAsync("main form button");
        Assert.True(await visitor.Page.Locator("input[name=Because]").First.IsVisibleAsync());
        await visitor.HoldsTheHouseRules("accounts-erasure-to-propose");

        // What is shown once: a token, and the recovery codes.
        await visitor.Go("/en/account/tokens");
        await visitor.Page.FillAsync("#Purpose", "nightly export");
        await visitor.Page.ClickAsync("main form:last-of-type .actions button");
        await visitor.HoldsTheHouseRules("accounts-token-made");
        await visitor.Go("/en/account/second-factor");
        var key = (await visitor.Page.Locator("main code").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        await visitor.Page.FillAsync("#Code", People.OneTimeCode.At(key, DateTimeOffset.UtcNow));
        await visitor.Page.ClickAsync("main .actions button");
        await visitor.HoldsTheHouseRules("accounts-recovery-codes");
        await visitor.Go("/en/account");
        await visitor.HoldsTheHouseRules("accounts-guarded");
    }

    private static async Task Holds(Visitor visitor, string route, string address)
    {
        var answer = await visitor.Go(address);
        Assert.True(answer.Status == 200, $"{address}: {answer.Status}");
        Assert.DoesNotContain("sign-in?", visitor.Page.Url, StringComparison.Ordinal);
        await visitor.HoldsTheHouseRules($"accounts{string.Concat(route.Replace("{lang}/", "", StringComparison.Ordinal).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'))}");
    }
}
