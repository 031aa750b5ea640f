using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing.Patterns;

namespace InnovationScale;

/// <summary>
/// A review lived through by seven members: one has a conflict, one a loose tie, one stays away; a first motion ends in a tie, the second falls when evidence is
/// taken back, the third is carried under conditions, of which one is not met in time.
/// </summary>
public partial class AWholeReview(CommitteeRoom room) : IClassFixture<CommitteeRoom>
{
    private const string Reviews = "/api/v1/reviews", Committee = "lantern-committee";

    private const string SecretReason = "zebra-reason", SecretMinute = "zebra-minute", SecretTie = "zebra-tie", SecretMotion = "zebra-motion";

    private static readonly string[] Areas = ["credible", "observable", "relevant", "better-than-now", "easy-to-take-up", "testable", "fundable"];

    private string at = "";

    [Fact]
    public async Task Ends_in_a_decision_that_a_condition_lets_lapse_and_shows_nothing_to_who_stepped_aside()
    {
        await IsAskedFor();
        await IsPutOnTheAgenda(new(2026, 12, 1));
        await MembersSayWhatTiesThem();
        await ATieIsNotCarried();
        await NewEvidenceVoidsTheVote();
        await IsPutOnTheAgenda(new(2026, 12, 20));
        await MembersSayWhatTiesThem(again: true);
        await IsDecidedUnderConditions();
        await ShowsNothingToWhoSteppedAside();
        await LapsesWithACondition();
    }

    private async Task IsAskedFor()
    {
        await room.On(2026, 11, 20);
        var bilal = room.As("bilal");
        at = $"{Reviews}/" + (string)(await bilal.Post(Reviews, new { title = "Talk first, once more", innovation = "talk-first", innovationVersion = "v1", committee = Committee })).Expect(HttpStatusCode.Created).Json["id"]!;
        var early = (await bilal.Post($"{at}/submissions", new { })).Expect(HttpStatusCode.Conflict).Problem();
        Assert.Equal(("review-gate-not-passed", "draft-to-submitted"), (early.Code, early.Guard));
        (await bilal.Put($"{at}/case", new
        {
            target = new { words = "Schools that teach in the language of the home.", levels = new Dictionary<string, string[]> { ["home-language-match"] = ["half-or-more"] } },
            cost = new { likely = 180, low = 120, high = 310, currency = "USD", words = "Training." }, justification = "It helps there.", bottleneck = "fundable",
        }, ifMatch: (await bilal.Get(at)).ETag)).Expect(HttpStatusCode.OK);
        var scores = Areas.Select(area => new { area, ease = "easier", evidence = "/en/innovations/talk-first" });
        (await bilal.Post($"{at}/assessments", new { scores })).Expect(HttpStatusCode.Forbidden);
        foreach (var assessor in (string[])["oscar", "ndeye"]) (await room.As(assessor).Post($"{at}/assessments", new { scores })).Expect(HttpStatusCode.OK);
        (await bilal.Post($"{at}/submissions", new { })).Expect(HttpStatusCode.OK);
    }

    private async Task IsPutOnTheAgenda(DateOnly voteFrom)
    {
        var noor = room.As("noor");
        Assert.Equal("notice-too-short", (await noor.Post($"{at}/agendas", new { voteFrom = voteFrom.AddDays(-10) })).Expect(HttpStatusCode.UnprocessableEntity).Problem().Code);
        (await noor.Post($"{at}/agendas", new { voteFrom, agenda = "Once more" })).Expect(HttpStatusCode.OK);
        // Simone works where it was evaluated: the records say so, and the review is gone for her.
        Assert.Null((await room.As("simone").Get(at)).Expect(HttpStatusCode.OK).Json["deliberation"]);
        Assert.Equal("review-unknown", (await room.As("simone").Post($"{at}/ties", new { })).Expect(HttpStatusCode.NotFound).Problem().Code);
    }

    private async Task MembersSayWhatTiesThem(bool again = false)
    {
        foreach (var member in (string[])["grace", "pilar", "moussa", "njoroge", "tariq"]) (await room.As(member).Post($"{at}/ties", new { })).Expect(HttpStatusCode.OK);
        (await room.As("hanan").Post($"{at}/ties", new { ground = "other", kind = "soft", words = $"I know the trainer. {SecretTie}" })).Expect(HttpStatusCode.OK);
        if (!again)
        {
            Assert.Equal("tabled", await State());
            Assert.Equal("tie-judge", (await room.As("pilar").Post($"{at}/tie-rulings", new { person = "hanan", ground = "other", kind = "soft", reason = "It is nothing." })).Expect(HttpStatusCode.Forbidden).Problem().Code);
            (await room.As("grace").Post($"{at}/tie-rulings", new { person = "hanan", ground = "other", kind = "soft", reason = "They met once." })).Expect(HttpStatusCode.OK);
        }

        Assert.Equal("declared", await State());
    }

    /// <summary>With the pages and without JavaScript: grace opens the vote, members vote by the form.</summary>
    private async Task ATieIsNotCarried()
    {
        Assert.Equal("notice-running", (await Opens(new { kind = "hold", words = "Wait." })).Expect(HttpStatusCode.Conflict).Problem().Code);
        await room.On(2026, 12, 1);
        using var grace = await PageClient.As(room.Address, "grace");
        Assert.Contains("Put it to the vote", (await grace.Open(Page)).Body!.TextContent, StringComparison.Ordinal);
        (await Opens(new { kind = "hold", words = $"Wait a year. {SecretMotion}" })).Expect(HttpStatusCode.OK);
        foreach (var (member, choice) in ((string, string)[])[("grace", "For"), ("pilar", "For"), ("moussa", "Against"), ("hanan", "Against"), ("njoroge", "Abstain")])
        {
            using var page = await PageClient.As(room.Address, member);
            var vote = (await page.Open(Page)).QuerySelectorAll("main a").Select(link => link.GetAttribute("href")).First(href => href?.Contains("/vote?", StringComparison.Ordinal) is true)!;
            Assert.Equal(Page, await page.Send(vote, ("choice", choice), ("reason", $"So I see it. {SecretReason}")));
        }

        (await room.As("noor").Post($"{at}/decisions", new { rationale = "", dissent = "", reviewOn = "2027-12-01" }, ifMatch: (await room.As("noor").Get(at)).ETag)).Expect(HttpStatusCode.OK);
        var round = (await Deliberation())["rounds"]![0]!;
        Assert.Equal(("not-carried", 2, 2, 1, 5, 6), ((string)round["result"]!, (int)round["tally"]!["votedFor"]!, (int)round["tally"]!["votedAgainst"]!, (int)round["tally"]!["abstained"]!, (int)round["tally"]!["present"]!, (int)round["tally"]!["eligible"]!));
    }

    private async Task NewEvidenceVoidsTheVote()
    {
        (await Opens(new { kind = "scale", words = "Offer it." })).Expect(HttpStatusCode.OK);
        await Votes(("grace", "for"), ("pilar", "for"), ("moussa", "for"));
        const string evaluation = "/api/v1/evaluations/talk-first-long-shade-evaluation";
        var adler = room.As("adler");
        (await adler.Post($"{evaluation}/retractions", new { reason = "Two classes were counted twice." }, ifMatch: (await adler.Get(evaluation)).ETag)).Expect(HttpStatusCode.OK);
        await room.Swept();
        Assert.Equal("submitted", await State());
        var rounds = (await Deliberation())["rounds"]!.AsArray();
        Assert.Equal(["void", "void"], rounds.Select(round => (string)round!["result"]!));
        Assert.Equal((5, 3), (rounds[0]!["votes"]!.AsObject().Count, rounds[1]!["votes"]!.AsObject().Count));
        // What was decided earlier on the same evidence stands, and says so.
        Assert.Equal("in-question", (string)(await room.As(null).Get($"{Reviews}/talk-first-to-more-schools")).Json["review"]!["status"]!);
    }

    private async Task IsDecidedUnderConditions()
    {
        await room.On(2026, 12, 20);
        (await Opens(new
        {
            kind = "scale-with-conditions", words = "Offer it where lessons are in the language of the home.",
            conditions = (object[])[new { id = "c1", words = "Trainers are paid.", owner = "rana", dueOn = "2027-01-31" }, new { id = "c2", words = "A trial of version 2.", owner = "oscar", dueOn = "2027-06-30" }],
        })).Expect(HttpStatusCode.OK);
        await Votes(("grace", "for"), ("pilar", "for"), ("njoroge", "for"), ("moussa", "against"), ("hanan", "abstain"));
        Assert.Equal("vote-absent", (await Vote("tariq", "for")).Expect(HttpStatusCode.Forbidden).Problem().Code);
        var noor = room.As("noor");
        (await noor.Post($"{at}/minutes", new { words = $"Tariq stayed away. {SecretMinute}" })).Expect(HttpStatusCode.OK);
        async Task<Reply> Decide(string dissent) => await noor.Post($"{at}/decisions", new { rationale = "It helps there.", dissent, reviewOn = "2027-12-01" }, ifMatch: (await noor.Get(at)).ETag);
        Assert.Equal("dissent-missing", (await Decide("")).Expect(HttpStatusCode.UnprocessableEntity).Problem().Code);
        (await Decide("One would wait.")).Expect(HttpStatusCode.OK);
        Assert.Equal("conditions-open", await State());
    }

    private async Task LapsesWithACondition()
    {
        Assert.Null((await room.As("oscar").Get(at)).Expect(HttpStatusCode.OK).Json["deliberation"]);
        Assert.NotEqual(HttpStatusCode.OK, (await room.As("oscar").Post($"{at}/conditions/c1/reports", new { evidence = "/en/trials" })).Status);
        using (var oscar = await PageClient.As(room.Address, "oscar"))
        {
            var tell = Assert.Single((await oscar.Open(Page)).QuerySelectorAll("main .acts a").Select(link => link.GetAttribute("href")!));
            Assert.Equal(Page, await oscar.Send(tell, ("evidence", "/en/trials")));
        }

        (await room.As("grace").Post($"{at}/conditions/c2/acceptances", new { })).Expect(HttpStatusCode.OK);
        await room.On(2027, 1, 31);
        Assert.Equal("conditions-open", await State());
        await room.On(2027, 2, 1);
        Assert.Equal("lapsed", await State());
        Assert.Equal(["lapsed", "met"], (await room.As(null).Get(at)).Json["review"]!["conditions"]!.AsArray().Select(one => (string)one!["state"]!));
    }

    /// <summary>Every route that is read, with the review’s names in every place of the address: what only those who take part may see stands in none that she opens.</summary>
    private async Task ShowsNothingToWhoSteppedAside()
    {
        string[] secrets = [SecretReason, SecretMinute, SecretTie, SecretMotion];
        var addresses = room.Read.SelectMany(endpoint => Addresses(endpoint.RoutePattern)).Append("/en/search?q=zebra").Append("/api/v1/search?q=zebra").Append($"{Reviews}?committee={Committee}").Distinct().ToArray();
        Assert.True(addresses.Length > 100, $"Only {addresses.Length} addresses were made.");
        var seen = await Found("grace", addresses, secrets);
        Assert.True(secrets.All(seen.Select(one => one.Secret).Contains), $"Even a member does not see all of it: {string.Join(", ", seen)}");
        Assert.Empty(await Found("simone", addresses, secrets));
        // Who sees to a condition reads no more than anybody, and tells by the form that it is met.
        Assert.Empty(await Found("oscar", addresses, secrets));
        Assert.Empty(await Found(null, addresses, secrets));
    }

    private async Task<List<(string Address, string Secret)>> Found(string? person, string[] addresses, string[] secrets)
    {
        using var pages = person is null ? null : await PageClient.As(room.Address, person);
        List<(string, string)> found = [];
        foreach (var address in addresses)
        {
            var body = address.StartsWith("/api/", StringComparison.Ordinal) || pages is null ? (await room.As(person).Get(address)).Body : await pages.Body(address);
            found.AddRange(secrets.Where(secret => body.Contains(secret, StringComparison.Ordinal)).Select(secret => (address, secret)));
        }

        return found;
    }

    /// <summary>The addresses that a route makes of the review, its committee and the forms there are.</summary>
    private IEnumerable<string> Addresses(RoutePattern pattern)
    {
        string[] ids = [at[(at.LastIndexOf('/') + 1)..], Committee, "talk-first"];
        var acts = Words.EnglishByCode.Keys.Select(code => Act().Match(code)).Where(match => match.Success).Select(match => match.Groups["act"].Value).Append("x");
        IEnumerable<string> made = ["/" + pattern.RawText!.TrimStart('/')];
        foreach (var parameter in pattern.Parameters)
        {
            IEnumerable<string> values = parameter.Name switch
            {
                "lang" => ["en"], "kind" => pattern.RawText!.Contains("history", StringComparison.Ordinal) ? ["review", "committee"] : ["reviews", "committees"], "act" => acts, "id" or "committee" => ids,
                "step" or "version" or "condition" => ["1", "c1"], _ => ["x"],
            };
            made = made.SelectMany(_ => values, (address, value) => Regex.Replace(address, $@"\{{\*{{0,2}}{parameter.Name}[^}}]*\}}", value, RegexOptions.None, TimeSpan.FromSeconds(1))).ToArray();
        }

        return made;
    }

    [GeneratedRegex(@"^act\.(?<act>[a-z-]+)$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Act();

    private string Page => $"/en/reviews/{at[(at.LastIndexOf('/') + 1)..]}";

    private async Task<Reply> Opens(object motion) => await room.As("grace").Post($"{at}/votings", new { motion, present = (string[])["grace", "pilar", "moussa", "hanan", "njoroge"] }, ifMatch: (await room.As("grace").Get(at)).ETag);

    private async Task Votes(params (string Member, string Choice)[] votes)
    {
        foreach (var (member, choice) in votes) (await Vote(member, choice)).Expect(HttpStatusCode.OK);
    }

    private async Task<Reply> Vote(string member, string choice) => await room.As(member).Put($"{at}/votes/mine",
        new { choice, reason = string.Create(CultureInfo.InvariantCulture, $"Because. {SecretReason}"), dossierSha256 = (string)(await room.As(member).Get(at)).Json["review"]!["dossierSha256"]! });

    private async Task<JsonNode> Deliberation() => (await room.As("grace").Get(at)).Expect(HttpStatusCode.OK).Json["deliberation"]!;

    private async Task<string> State() => (string)(await room.As(null).Get(at)).Expect(HttpStatusCode.OK).Json["review"]!["state"]!;
}
