using System.Net;

namespace InnovationScale;

/// <summary>
/// Every decision on the way of money, tried over HTTP by everybody who must not take it: whoever asked for it, the same person in another of her roles,
/// whoever gets the money, a reviewer and somebody who stepped aside. All of them hold the role that the decision asks for; nothing moves until the right person comes.
/// </summary>
public sealed class DecidingOnOnesOwnMoney(EmptyServer empty) : IClassFixture<EmptyServer>
{
    private const int Amount = 12_000;

    private readonly RunningServer server = empty.Server;
    private string? grant;

    private sealed record Tried(ApiClient Who, params string[] Codes);

    [Fact]
    public async Task Is_refused_at_every_step_whoever_tries()
    {
        var (fund, school, university) = (await Cast.School(server, "Paper Boat Fund", "KE"), await Cast.School(server, "Heron Bay", "KE"), await Cast.School(server, "University", "GB"));
        string[] decides = [$"programme-officer@{fund}", $"finance-l1@{fund}", $"finance-l2@{fund}"];
        var officer = (await Person.Register(server, "Rana", fund, decides)).Api;
        var second = (await Person.Register(server, "Leïla", fund, $"programme-officer@{fund}")).Api;
        var first = (await Person.Register(server, "Tomás", fund, $"finance-l1@{fund}", $"finance-l2@{fund}")).Api;
        var last = (await Person.Register(server, "Inês", fund, $"finance-l2@{fund}")).Api;
        var teacher = await Person.Register(server, "Amina", school, [$"teacher@{school}", .. decides]);
        var lead = (await Person.Register(server, "Grace", school, [$"school-lead@{school}", .. decides])).Api;
        var reviewer = await Person.Register(server, "Pilar", university, [$"reviewer@{university}", .. decides]);
        var sister = await Person.Register(server, "Hana", university, [$"reviewer@{university}", .. decides]);
        var host = (await Person.Register(server, "Mina", university, $"finance-l2@{fund}")).Api;
        Tried[] tied = [new(teacher.Api, "approver-tied"), new(lead, "approver-tied"), new(reviewer.Api, "approver-tied"), new(sister.Api, "approver-tied")];

        var call = await OnTheWayToAGrant.Call(officer, 40_000, closesInSeconds: 3);
        var application = await OnTheWayToAGrant.Applied(teacher.Api, lead, call, "Talk first", Amount);
        await OnTheWayToAGrant.Reviewed(officer, application, reviewer);
        (await officer.Post($"{application}/reviewers", new { reviewer = sister.Id })).Expect(HttpStatusCode.OK);
        (await sister.Api.Post($"{application}/interests", new { interest = "hard", what = "She is my sister." })).Expect(HttpStatusCode.OK);

        // Who says that it is good, and who awards it.
        await Refuse($"{application}/recommendations", OnTheWayToAGrant.Yes(Amount), [.. new[] { teacher.Api, lead, reviewer.Api, sister.Api }.Select(one => new Tried(one, "own-application", "application-side"))]);
        (await officer.Post($"{application}/recommendations", OnTheWayToAGrant.Yes(Amount))).Expect(HttpStatusCode.OK);
        await Refuse($"{call}/awards", OnTheWayToAGrant.Award(application, Amount),
            [new(officer, "award-own-recommendation"), .. new[] { teacher.Api, lead, reviewer.Api, sister.Api }.Select(one => new Tried(one, "award-barred"))]);
        grant = await OnTheWayToAGrant.Awarded(second, call, application, Amount);

        // The agreement has two sides and two people.
        await OnTheWayToAGrant.Planned(officer, grant, new { payment = "first", amount = "7000", due = "2026-12-01" }, new
        {
            payment = "second", amount = "5000", due = "2027-03-01", conditions = new[] { new { condition = "visit", kind = "manual", subject = "The school was visited." } },
        });
        (await lead.Post($"{grant}/signatures", new { })).Expect(HttpStatusCode.OK);
        await Refuse($"{grant}/signatures", new { }, new Tried(lead, "signed-already", "grant-same-person"));
        (await officer.Post($"{grant}/signatures", new { })).Expect(HttpStatusCode.OK);

        // A payment: asked for, approved twice.
        var payment = new { payment = "first" };
        (await officer.Post($"{grant}/payment-requests", new { payment = "first", transfer = "t1" })).Expect(HttpStatusCode.OK);
        await Refuse($"{grant}/payment-approvals", payment, [new(officer, "grant-same-person"), new(last, "approver-level"), .. tied]);
        (await first.Post($"{grant}/payment-approvals", payment)).Expect(HttpStatusCode.OK);
        await Refuse($"{grant}/payment-approvals", payment, [new(officer, "grant-same-person"), new(first, "grant-same-person"), .. tied]);
        Assert.Equal("0.00", await Released());
        (await last.Post($"{grant}/payment-approvals", payment)).Expect(HttpStatusCode.OK);
        Assert.Equal("7000.00", await Released());
        Assert.Equal("payee-other", (await first.Post($"{grant}/payments", new { transfer = "t1", reference = "bank-1", on = "2026-12-02", payee = university })).Problem().Code);
        (await first.Post($"{grant}/payments", new { transfer = "t1", reference = "bank-1", on = "2026-12-02", payee = school })).Expect(HttpStatusCode.OK);

        // A condition that somebody confirms: never whoever asks for the payment, before or after.
        var visit = new { payment = "second", condition = "visit", file = "visit.pdf", fileSha256 = new string('a', 64) };
        await Refuse($"{grant}/confirmations", visit, tied);
        (await second.Post($"{grant}/confirmations", visit)).Expect(HttpStatusCode.OK);
        await Refuse($"{grant}/payment-requests", new { payment = "second", transfer = "t2" }, new Tried(second, "grant-same-person"));

        // A change of the money, a report, and a claim that is given up.
        (await officer.Post($"{grant}/amendments", new { kind = "budget-large", reason = "The host is paid.", payee = university })).Expect(HttpStatusCode.OK);
        await Refuse($"{grant}/amendment-approvals", new { }, [new(officer, "grant-same-person"), new(second, "amendment-level"), new(host, "approver-tied"), .. tied]);
        (await last.Post($"{grant}/amendment-approvals", new { }, ifMatch: (await officer.Get(grant)).ETag)).Expect(HttpStatusCode.OK);
        (await teacher.Api.Post($"{grant}/reports", new { report = "final", spent = "6000", text = "We talked and wrote." })).Expect(HttpStatusCode.OK);
        await Refuse($"{grant}/report-acceptances", new { report = "final" }, tied);
        (await officer.Post($"{grant}/report-acceptances", new { report = "final" })).Expect(HttpStatusCode.OK);
        (await officer.Post($"{grant}/claims", new { claim = "c1", amount = "1000", reason = "It was not spent." })).Expect(HttpStatusCode.OK);
        await Refuse($"{grant}/write-off-proposals", new { claim = "c1", reason = "The school is gone." }, tied);
        (await first.Post($"{grant}/write-off-proposals", new { claim = "c1", reason = "The school is gone." })).Expect(HttpStatusCode.OK);
        await Refuse($"{grant}/write-offs", new { claim = "c1" }, [new(first, "grant-same-person"), .. tied]);
        (await last.Post($"{grant}/write-offs", new { claim = "c1" })).Expect(HttpStatusCode.OK);
        Assert.Equal(("7000.00", "1000.00"), (await Released(), (string)(await officer.Get(grant)).Json["writtenOff"]!["amount"]!));

        async Task<string> Released() => (string)(await officer.Get(grant!)).Expect(HttpStatusCode.OK).Json["released"]!["amount"]!;

        async Task Refuse(string path, object body, params Tried[] tries)
        {
            var before = grant is null ? null : (await officer.Get(grant)).ETag;
            foreach (var (who, codes) in tries) Assert.Contains((await who.Post(path, body, ifMatch: before)).Problem().Code, codes);
            Assert.Equal(before, grant is null ? null : (await officer.Get(grant)).ETag);
        }
    }
}
