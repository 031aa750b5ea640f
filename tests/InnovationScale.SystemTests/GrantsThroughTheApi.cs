using System.Net;
using static InnovationScale.OnTheWayToAGrant;

namespace InnovationScale;

/// <summary>Two whole calls over HTTP, one of small grants and one of large ones: from the draft of a call to the closed grant, with everything that goes wrong on the way.</summary>
public sealed class GrantsThroughTheApi(EmptyServer empty) : IClassFixture<EmptyServer>
{
    private const string Grants = "/api/v1/grants";

    private readonly RunningServer server = empty.Server;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Money_goes_from_a_call_to_a_school_and_what_is_left_comes_back(bool small)
    {
        var fund = await Cast.School(server, $"Paper Boat Fund {small}", "KE");
        var (school, university) = (await Cast.School(server, "Heron Bay", "KE"), await Cast.School(server, "University", "GB"));
        var officer = await Person.Register(server, "Rana", fund, $"programme-officer@{fund}");
        var awarder = await Person.Register(server, "Leïla", fund, $"programme-officer@{fund}");
        var (first, second) = (await Person.Register(server, "Tomás", fund, $"finance-l1@{fund}"), await Person.Register(server, "Inês", fund, $"finance-l2@{fund}"));
        var (teacher, lead) = (await Person.Register(server, "Amina", school, $"teacher@{school}"), await Person.Register(server, "Grace", school, $"school-lead@{school}"));
        Person[] reviewers = [.. await Task.WhenAll(Enumerable.Range(0, small ? 2 : 3).Select(n => Person.Register(server, $"Reviewer {n}", university, $"reviewer@{university}")))];
        var sister = await Person.Register(server, "Pilar", university, $"reviewer@{university}");

        // A call that closes in a moment.
        var closes = DateTimeOffset.UtcNow.AddSeconds(8);
        var drafted = (await officer.Api.Post(Calls, new
        {
            title = "Small steps", about = "Trying what helps.", currency = "USD", envelope = "40000", opens = DateTimeOffset.UtcNow.AddDays(-1), deadlines = new[] { closes }, zone = "Africa/Nairobi",
            criteria = new[] { new { name = "Need", weight = 40 }, new { name = "Plan", weight = 60 } }, questions = new[] { "What will you try?" },
            eligibility = new[] { new { kind = "country", values = new[] { "KE" } } }, smallGrantMost = small ? "12000" : "0", blind = true,
        })).Expect(HttpStatusCode.Created);
        var call = drafted.Header("Location")!;
        (await server.Anyone().Get(call)).Expect(HttpStatusCode.NotFound);
        (await officer.Api.Post($"{call}/publications", new { }, ifMatch: drafted.ETag)).Expect(HttpStatusCode.OK);

        // An application, saved half finished, completed, certified by the lead; sealed for everybody else.
        var application = (await teacher.Api.Post(Applications, new { call = Last(call) })).Expect(HttpStatusCode.Created).Header("Location")!;
        var read = (await teacher.Api.Get(application)).Expect(HttpStatusCode.OK);
        (await teacher.Api.Put($"{application}/answers", new
        {
            title = "Talk first", subjectKind = "question", subject = "Does talking first help?", answers = new[] { "Pairs talk." }, budget = new[] { new { what = "Time", amount = "12000" } },
        }, ifMatch: read.ETag)).Expect(HttpStatusCode.OK);
        (await teacher.Api.Post($"{application}/submissions", new { })).Expect(HttpStatusCode.Forbidden);
        (await lead.Api.Post($"{application}/submissions", new { })).Expect(HttpStatusCode.OK);
        (await officer.Api.Get(application)).Expect(HttpStatusCode.NotFound);
        Assert.Equal((0, 1), (await officer.Api.Get($"{call}/applications")).Expect(HttpStatusCode.OK).Json is var listed ? (listed["items"]!.AsArray().Count, (int)listed["sealed"]!) : default);
        await Signal.Until("the application is unsealed", async () => (await officer.Api.Get(application)).Status is HttpStatusCode.OK);
        (await lead.Api.Post($"{(await teacher.Api.Post(Applications, new { call = Last(call) })).Header("Location")}/submissions", new { })).Expect(HttpStatusCode.Conflict);

        // One reviewer has a conflict and reads nothing; the others never learn who applies.
        (await officer.Api.Post($"{application}/reviewers", new { reviewer = teacher.Id })).Expect(HttpStatusCode.Conflict);
        (await officer.Api.Post($"{application}/reviewers", new { reviewer = sister.Id })).Expect(HttpStatusCode.OK);
        (await sister.Api.Post($"{application}/interests", new { interest = "hard", what = "She is my sister." })).Expect(HttpStatusCode.OK);
        Assert.Null((await sister.Api.Get($"{application}/review")).Expect(HttpStatusCode.OK).Json["title"]);
        Assert.Equal("hard-interest", (await officer.Api.Post($"{application}/rulings", new { reviewer = sister.Id, mayReview = true, reason = "We need her." })).Problem().Code);
        foreach (var (n, reviewer) in reviewers.Index())
        {
            (await officer.Api.Post($"{application}/reviewers", new { reviewer = reviewer.Id })).Expect(HttpStatusCode.OK);
            Assert.Equal("may-not-read", (await reviewer.Api.Post($"{application}/reviews", Scores(30, 40))).Problem().Code);
            (await reviewer.Api.Post($"{application}/interests", new { interest = "none" })).Expect(HttpStatusCode.OK);
            var seen = (await reviewer.Api.Get($"{application}/review")).Expect(HttpStatusCode.OK).Json;
            Assert.Equal(("Talk first", null), ((string?)seen["title"], (string?)seen["applicant"]));
            (await reviewer.Api.Post($"{application}/reviews", Scores(30, 40 + n))).Expect(HttpStatusCode.OK);
            (await reviewer.Api.Get(application)).Expect(HttpStatusCode.NotFound);
        }

        // The applicant sees in her list that it is in review, and nothing of what the reviewers say.
        var listedOwn = (await lead.Api.Get(Applications)).Expect(HttpStatusCode.OK).Json["items"]!.AsArray().Single(one => (string)one!["id"]! == Last(application))!.AsObject();
        Assert.Equal("in-review", (string?)listedOwn["state"]);
        Assert.All((string[])["reviews", "meanPoints", "spread", "recommended"], figure => Assert.False(listedOwn.ContainsKey(figure), figure));

        // The applicant answers a question: every review is stale until its reviewer has looked again.
        (await officer.Api.Post($"{application}/questions", new { question = "Who pays for the room?" })).Expect(HttpStatusCode.OK);
        (await lead.Api.Post($"{application}/submissions", new { })).Expect(HttpStatusCode.OK);
        var recommendation = new { recommended = true, amount = "12000", summary = "All would fund it." };
        Assert.Equal("reviews-missing", (await officer.Api.Post($"{application}/recommendations", recommendation)).Problem().Code);
        foreach (var reviewer in reviewers) (await reviewer.Api.Post($"{application}/reaffirmations", new { })).Expect(HttpStatusCode.OK);
        (await officer.Api.Post($"{application}/recommendations", recommendation)).Expect(HttpStatusCode.OK);

        // Whoever recommended it does not award it.
        var award = new { application = Last(application), amount = "12000", because = "A cheap idea, and a plan that will tell." };
        Assert.Equal("award-own-recommendation", (await officer.Api.Post($"{call}/awards", award)).Problem().Code);
        var grant = (await awarder.Api.Post($"{call}/awards", award)).Expect(HttpStatusCode.Created).Header("Location")!;
        await Signal.Until("the grant exists", async () => (await officer.Api.Get(grant)).Status is HttpStatusCode.OK);
        await Signal.Until("the applicant is told", async () => (string?)(await lead.Api.Get(application)).Json["state"] == "awarded");

        // The agreement, signed by both sides.
        var tag = (await officer.Api.Get(grant)).ETag;
        (await officer.Api.Put($"{grant}/plan", new
        {
            payments = new[] { new { payment = "first", amount = "7000", due = "2026-12-01" }, new { payment = "second", amount = "5000", due = "2027-03-01" } },
            reports = new[] { new { report = "final", due = "2027-09-01", final = true } }, endsOn = "2027-09-30",
        }, ifMatch: tag)).Expect(HttpStatusCode.OK);
        (await officer.Api.Post($"{grant}/signatures", new { })).Expect(HttpStatusCode.OK);
        (await lead.Api.Post($"{grant}/signatures", new { })).Expect(HttpStatusCode.OK);

        // A payment that fails and is made again, once.
        await Release(grant, "first", "t1", teacher, first, second, small);
        (await first.Api.Post($"{grant}/failed-payments", new { transfer = "t1", reason = "The account was closed." })).Expect(HttpStatusCode.OK);
        Assert.Equal("payment-not-pending", (await first.Api.Post($"{grant}/payments", new { transfer = "t1", reference = "bank-1", on = "2026-12-02" })).Problem().Code);
        await Release(grant, "first", "t2", teacher, first, second, small);
        var paid = new { transfer = "t2", reference = "bank-2", on = "2026-12-03" };
        (await first.Api.Post($"{grant}/payments", paid, key: "once")).Expect(HttpStatusCode.OK);
        (await first.Api.Post($"{grant}/payments", paid, key: "once")).Expect(HttpStatusCode.OK);
        Assert.Equal("payment-not-pending", (await first.Api.Post($"{grant}/payments", paid)).Problem().Code);
        Assert.Equal(("7000.00", "7000.00"), await Sums(grant, first.Api));

        // An amendment: less money, approved by the second approver.
        (await lead.Api.Post($"{grant}/amendments", new { kind = "budget-large", reason = "The room is free.", awarded = "11000", payments = new[] { new { payment = "first", amount = "7000", due = "2026-12-01" }, new { payment = "second", amount = "4000", due = "2027-03-01" } } }))
            .Expect(HttpStatusCode.OK);
        (await second.Api.Post($"{grant}/amendment-approvals", new { }, ifMatch: (await second.Api.Get(grant)).ETag)).Expect(HttpStatusCode.OK);
        await Release(grant, "second", "t3", teacher, first, second, small);
        (await first.Api.Post($"{grant}/payments", new { transfer = "t3", reference = "bank-3", on = "2027-03-02" })).Expect(HttpStatusCode.OK);

        // The report, a return of what is left, and the end.
        (await teacher.Api.Post($"{grant}/reports", new { report = "final", spent = "9850.50", text = "We talked and wrote." })).Expect(HttpStatusCode.OK);
        (await officer.Api.Post($"{grant}/report-acceptances", new { report = "final" })).Expect(HttpStatusCode.OK);
        var early = (await officer.Api.Post($"{grant}/closures", new { }, ifMatch: (await officer.Api.Get(grant)).ETag)).Expect(HttpStatusCode.Conflict).Problem();
        Assert.Equal(("grant-not-accounted", "advance-open"), (early.Code, early.Missing.Single().Code));
        (await first.Api.Post($"{grant}/repayments", new { transfer = "back", amount = "1149.50", reference = "bank-4", on = "2027-09-10" })).Expect(HttpStatusCode.OK);
        (await officer.Api.Post($"{grant}/closures", new { }, ifMatch: (await officer.Api.Get(grant)).ETag)).Expect(HttpStatusCode.OK);

        // Call, grant, lists and export say the same to the cent.
        await Signal.Until("the call has the rest back", async () => (string?)(await officer.Api.Get(call)).Json["free"]!["amount"] == "30149.50");
        var books = (await officer.Api.Get($"{call}/reconciliation")).Expect(HttpStatusCode.OK).Json;
        Assert.True((bool)books["agrees"]!);
        Assert.Equal("9850.50", (string)books["committed"]!["amount"]!);
        (await teacher.Api.Get($"{call}/reconciliation")).Expect(HttpStatusCode.NotFound);
        var published = (await server.Anyone().Get($"{Grants}/360giving.json")).Expect(HttpStatusCode.OK).Json["grants"]!.AsArray().Single(one => ((string)one!["id"]!).EndsWith(Last(grant), StringComparison.Ordinal))!;
        Assert.Equal((11_000m, 9_850.50m), ((decimal)published["amountAwarded"]!, (decimal)published["amountDisbursed"]!));
        Assert.Contains(",11000.00,9850.50,", (await server.Anyone().Get($"{Grants}/360giving.csv")).Expect(HttpStatusCode.OK).Body);
        Assert.Contains($"{Last(grant)},Talk first,", (await server.Anyone().Get($"/en/grants/grants.csv?call={Last(call)}&state=Closed")).Expect(HttpStatusCode.OK).Body);
        var whole = (await server.Anyone().Get($"{Grants}?limit=100")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray().Select(one => (string)one!["id"]!).ToList();
        Assert.Contains(Last(grant), whole);
        Assert.Equal(whole, await OneByOne($"{Grants}?limit=1"));
        Assert.Equal("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (await server.Anyone().Get($"/en/grants/grants.xlsx?call={Last(call)}")).Expect(HttpStatusCode.OK).MediaType);
    }

    /// <summary>Ids of a list, a part after the other.</summary>
    private async Task<List<string>> OneByOne(string? part)
    {
        var ids = new List<string>();
        while (part is not null)
        {
            var json = (await server.Anyone().Get(part)).Expect(HttpStatusCode.OK).Json;
            ids.AddRange(json["items"]!.AsArray().Select(one => (string)one!["id"]!));
            part = (string?)json["next"];
        }

        return ids;
    }

    private static object Scores(int need, int plan) => new { scores = new[] { new { criterion = "Need", points = need, comment = "Many cannot read yet." }, new { criterion = "Plan", points = plan, comment = "Clear." } } };

    private static async Task<(string? Released, string? Paid)> Sums(string grant, ApiClient api) => (await api.Get(grant)).Expect(HttpStatusCode.OK).Json is var sums ? ((string?)sums["released"]!["amount"], (string?)sums["paid"]!["amount"]) : default;

    private static async Task Release(string grant, string payment, string transfer, Person requester, Person first, Person second, bool small)
    {
        (await requester.Api.Post($"{grant}/payment-requests", new { payment, transfer })).Expect(HttpStatusCode.OK);
        Assert.Contains((await first.Api.Get($"{Grants}/approvals")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray(), one => (string)one!["grant"]! == Last(grant));
        (await first.Api.Post($"{grant}/payment-approvals", new { payment })).Expect(HttpStatusCode.OK);
        if (!small) (await second.Api.Post($"{grant}/payment-approvals", new { payment })).Expect(HttpStatusCode.OK);
    }
}
