using System.Globalization;

namespace InnovationScale;

/// <summary>
/// A call lived through in the browser without JavaScript, by everybody who has a part in it: small grants with two reviewers and one approver, and large ones with three and two. One reviewer
/// has a conflict, a review goes stale, the bank fails once, the agreement is changed, and a part of the money comes back.
/// </summary>
[Collection(Pages.Name)]
public sealed class AWholeCall(Browser browser, CommitteeRoom room) : IClassFixture<CommitteeRoom>, IAsyncLifetime
{
    private readonly Dictionary<string, Visitor> visitors = new(StringComparer.Ordinal);
    private readonly HashSet<string> signedIn = new(StringComparer.Ordinal);
    private string pictures = "", call = "", application = "", grant = "";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var visitor in visitors.Values) await visitor.DisposeAsync();
    }

    [NeedsChromiumTheory]
    [InlineData(true, "2026-11-20", "2026-11-30")]
    [InlineData(false, "2026-12-02", "2026-12-10")]
    public async Task Goes_from_its_draft_to_a_grant_that_is_accounted_for(bool small, string opens, string closes)
    {
        pictures = small ? "call-small" : "call-large";
        string[] reviewers = small ? ["mina", "jonas"] : ["mina", "jonas", "thabo"];
        await On(DateOnly.Parse(opens, CultureInfo.InvariantCulture));
        await IsPublished(small, opens, closes);
        await IsAppliedTo();
        await On(DateOnly.Parse(closes, CultureInfo.InvariantCulture).AddDays(1));
        await IsReviewed(reviewers);
        await IsAwarded();
        await IsPaid(small);
        await IsAccountedFor(closes);
    }

    private async Task IsPublished(bool small, string opens, string closes)
    {
        var rana = await As("rana");
        await rana.Go("/en/calls");
        await Follow(rana, "Open a call");
        await Fill(rana, ("Title", $"A small step {opens}"), ("About", "Trying what helps."), ("Currency", "USD"), ("Envelope", "forty thousand"), ("Opens", opens), ("Closes", closes), ("Zone", "Africa/Nairobi"),
            ("Criteria", "Need; 40\nPlan; 60"), ("Questions", "What will you try?"), ("Countries", "KE"), ("Small", small ? "12000" : ""), ("Blind", "True"));
        await Press(rana, refused: "Write an amount such as 1250.50");
        await Fill(rana, ("Envelope", "40000"));
        await Press(rana);
        call = Path(rana);
        await (await As("amina")).Go(call);
        Assert.Equal("There is no such page", await TitleOf("amina"));
        await Does("rana", call, "publish-call");
    }

    private async Task IsAppliedTo()
    {
        var (amina, wanjiru) = (await As("amina"), await As("wanjiru"));
        await amina.Go("/en/calls");
        await amina.Page.Locator($"main a[href='{call}']").ClickAsync();
        await Picture(amina, "call");
        await Press(amina);
        await Fill(amina, ("Title", "Talk first"), ("Kind", "Question"), ("Subject", "Does talking first help?"), ("Answers[0]", "Pairs talk."), ("Budget", "Time; 9000\nBooks; three thousand"));
        await Press(amina, refused: "Write each part with its amount");
        await Fill(amina, ("Budget", "Time; 9000\nBooks; 3000"));
        await Picture(amina, "write");
        await Press(amina);
        application = Path(amina);
        await Sees("amina", application, "The lead of your organisation certifies and sends it.");
        await wanjiru.Go(application);
        await Press(wanjiru, "Certify and send");
        await Sees("wanjiru", application, "Nobody but you reads it before");
        await Sees("rana", call, "1 application is sealed until its deadline.");
    }

    private async Task IsReviewed(string[] reviewers)
    {
        foreach (var reviewer in reviewers.Prepend("adler")) await Does("rana", application, "ask-reviewer", ("person", reviewer));
        var adler = await As("adler");
        await adler.Go($"{application}/review");
        await Picture(adler, "interest");
        await Fill(adler, ("Interest", "Hard"), ("What", "He is my brother."));
        await Press(adler);
        await Sees("adler", $"{application}/review", "You stepped aside.");
        foreach (var (n, name) in reviewers.Index())
        {
            var reviewer = await As(name);
            await reviewer.Go("/en/applications");
            await reviewer.Page.Locator($"main a[href='{application}/review']").ClickAsync();
            Assert.DoesNotContain("Talk first", await TextOf(reviewer), StringComparison.Ordinal);
            await Fill(reviewer, ("Interest", "None"));
            await Press(reviewer);
            // The records know that both are of the same network.
            Assert.Contains("The funder rules first", await TextOf(reviewer), StringComparison.Ordinal);
            await Does("rana", application, $"rule-on-interest?of={name}", ("may-read", "yes"), ("why", "The same network, and no hand in what is asked for."));
            await reviewer.Go($"{application}/review");
            var main = await TextOf(reviewer);
            Assert.Contains("Pairs talk.", main, StringComparison.Ordinal);
            Assert.DoesNotContain("Heron Bay", main, StringComparison.Ordinal);
            if (n == 0) await Picture(reviewer, "review");
            await Fill(reviewer, ("Points[0]", "30"), ("Comments[0]", "Many cannot read yet."), ("Points[1]", $"{40 + n}"), ("Comments[1]", "Clear and cheap."));
            await Press(reviewer, "Hand the review in");
        }

        // What is answered changes what was read: every reviewer looks again.
        await Does("rana", application, "ask-applicant", ("question", "Who pays for the books?"));
        var (amina, wanjiru) = (await As("amina"), await As("wanjiru"));
        await amina.Go($"{application}/edit");
        await Fill(amina, ("Answers[0]", "Pairs talk. The school pays for the books that are left."));
        await Press(amina);
        await wanjiru.Go(application);
        await Press(wanjiru, "Certify and send");
        await Does("rana", application, "recommend", refused: "reviews are needed", answers: [("yes", "yes"), ("amount", "12000"), ("summary", "All would fund it.")]);
        foreach (var (n, name) in reviewers.Index())
        {
            var reviewer = await As(name);
            await reviewer.Go($"{application}/review");
            if (n == 0)
            {
                await Picture(reviewer, "stale");
                await Press(reviewer, "My review stays as it is");
                continue;
            }

            await Fill(reviewer, ("Points[0]", "35"), ("Comments[0]", "More than I thought."));
            await Press(reviewer, "Hand the review in");
        }
    }

    private async Task IsAwarded()
    {
        await Does("rana", application, "recommend", ("yes", "yes"), ("amount", "12000"), ("summary", "All would fund it."));
        await (await As("rana")).Go(application);
        Assert.Equal(0, await (await As("rana")).Page.Locator(".acts a[href*='/award']").CountAsync());
        await Picture(await As("leila"), "reviews", application);
        await Does("leila", application, "award", ("amount", "12000"), ("reasons", "A cheap idea, and a plan that will tell."));
        await room.Swept();
        await Sees("amina", application, "A cheap idea, and a plan that will tell.");
        await Follow(await As("amina"), "Look at the grant");
        grant = Path(await As("amina"));
    }

    private async Task IsPaid(bool small)
    {
        await Does("rana", grant, "plan-grant", ("payments", "first; 12000; 2026-12-15"), ("reports", "final; 2027-09-01; last"), ("ends", "2027-09-30"));
        await Does("rana", grant, "sign-grant");
        await Does("wanjiru", grant, "sign-grant");
        await Release(small);
        await Does("tomas", grant, "record-failed-payment", ("why", "The account was closed."));
        await Sees("amina", grant, "The bank did not pay");
        await Release(small);
        await Picture(await As("tomas"), "released", grant);
        await Does("tomas", grant, "record-payment", ("reference", $"bank-{pictures}"), ("on", "2026-12-16"));

        // More time, proposed by one side and approved by the other.
        await Does("wanjiru", grant, "extend-grant", ("ends", "2027-12-31"), ("why", "The school year is longer."));
        await Picture(await As("rana"), "amended", grant);
        await Does("rana", grant, "approve-amendment");
        await Sees("amina", grant, "31 December 2027");
    }

    private async Task Release(bool small)
    {
        await Does("amina", grant, "request-payment");
        foreach (var approver in small ? (string[])["tomas"] : ["tomas", "ines"])
        {
            var visitor = await As(approver);
            await visitor.Go("/en/grants");
            await Picture(visitor, "approvals");
            await visitor.Page.Locator($".tasks a[href='{grant}']").ClickAsync();
            await Does(approver, grant, "approve-payment");
        }
    }

    private async Task IsAccountedFor(string closes)
    {
        await Does("amina", grant, "hand-in-report", refused: "Write an amount such as 1250.50", answers: [("amount", "about 9,850.50"), ("text", "We talked and wrote.")]);
        await Does("amina", grant, "hand-in-report", ("amount", "9850.50"), ("text", "We talked and wrote."));
        await Does("rana", grant, "accept-report");
        await Does("rana", grant, "close-grant", refused: "Everything that was paid is spent, returned or given up.");
        await Does("tomas", grant, "return-money", ("amount", "2149.50"), ("reference", $"back-{pictures}"), ("on", closes));
        await Sees("rana", grant, "Everything is accounted for.");
        await Picture(await As("rana"), "accounted", grant);
        await Does("rana", grant, "close-grant");
        await room.Swept();
        await Sees("rana", $"{call}/books", "Both sides agree.");
        await Picture(await As("rana"), "books");
        await Does("rana", call, "decide-call");
        await Sees("amina", call, "USD\u00a030,149.50");
        await Picture(await As("amina"), "decided");
    }

    /// <summary>Days later nobody is signed in any more.</summary>
    private async Task On(DateOnly day)
    {
        await room.On(day);
        signedIn.Clear();
    }

    private async Task<Visitor> As(string person)
    {
        if (!visitors.TryGetValue(person, out var visitor)) visitor = visitors[person] = await browser.Visit(room.Address);
        if (signedIn.Add(person)) await visitor.SignIn(person);
        return visitor;
    }

    /// <summary>Goes to a page, follows the link to an act that it offers, and sends its form.</summary>
    private Task Does(string person, string page, string act, params (string Field, string Value)[] answers) => Does(person, page, act, refused: null, answers);

    private async Task Does(string person, string page, string act, string? refused, (string Field, string Value)[] answers)
    {
        var visitor = await As(person);
        await visitor.Go(page);
        var link = visitor.Page.Locator($".acts a[href*='/{act}']").First;
        Assert.True(await link.CountAsync() > 0, $"{page} does not offer {person} to {act}: {await TextOf(visitor)}");
        await link.ClickAsync();
        await Fill(visitor, answers);
        await Press(visitor, refused: refused);
    }

    private Task Does(string person, string page, string act, string refused) => Does(person, page, act, refused, []);

    private static async Task Fill(Visitor visitor, params (string Field, string Value)[] answers)
    {
        foreach (var (field, value) in answers)
        {
            var control = visitor.Page.Locator($"main form [name='{field}']");
            switch (await control.First.EvaluateAsync<string>("one => one.type"))
            {
                case "radio":
                    await visitor.Page.Locator($"main form [name='{field}'][value='{value}']").CheckAsync();
                    break;
                case "select-one":
                    await control.SelectOptionAsync(value);
                    break;
                default:
                    await control.FillAsync(value);
                    break;
            }
        }
    }

    private static async Task Press(Visitor visitor, string? button = null, string? refused = null)
    {
        await (button is null ? visitor.Page.Locator("main form button").First : visitor.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = button })).ClickAsync();
        var alert = visitor.Page.Locator("[role=alert]");
        var said = await alert.CountAsync() == 0 ? "" : await alert.First.InnerTextAsync();
        if (refused is null) Assert.Equal("", said);
        else Assert.Contains(refused, said, StringComparison.Ordinal);
    }

    private static Task Follow(Visitor visitor, string link) => visitor.Page.Locator("main").GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = link }).First.ClickAsync();

    private static Task<string> TextOf(Visitor visitor) => visitor.Page.InnerTextAsync("main");

    private static string Path(Visitor visitor) => new Uri(visitor.Page.Url).AbsolutePath;

    private async Task<string> TitleOf(string person) => await (await As(person)).Page.InnerTextAsync("h1");

    private async Task Sees(string person, string page, string text)
    {
        var visitor = await As(person);
        await visitor.Go(page);
        Assert.Contains(text, await TextOf(visitor), StringComparison.Ordinal);
    }

    /// <summary>Pages as people meet them on the way, narrow and wide: looked at when everything is.</summary>
    private async Task Picture(Visitor visitor, string name, string? page = null)
    {
        if (!Reliability.Measure.Soak) return;
        if (page is not null) await visitor.Go(page);
        foreach (var width in (int[])[320, 1280]) await visitor.IsLaidOut($"{pictures}-{name}", width);
    }
}
