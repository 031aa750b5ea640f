using System.Net;

namespace InnovationScale;

/// <summary>The steps from a call to a grant that is signed, for tests that begin there: one criterion, one review, one amount.</summary>
internal static class OnTheWayToAGrant
{
    public const string Calls = "/api/v1/grant-calls", Applications = "/api/v1/grant-applications";

    public static string Last(string address) => address[(address.LastIndexOf('/') + 1)..];

    /// <summary>A call that is open and closes in a moment.</summary>
    public static async Task<string> Call(ApiClient officer, int envelope, int closesInSeconds)
    {
        var drafted = (await officer.Post(Calls, new
        {
            title = "Small steps", about = "Trying what helps.", currency = "USD", envelope = $"{envelope}", opens = DateTimeOffset.UtcNow.AddDays(-1), deadlines = new[] { DateTimeOffset.UtcNow.AddSeconds(closesInSeconds) },
            criteria = new[] { new { name = "Plan", weight = 100 } }, reviewsLeast = 1, reviewsLeastSmall = 1,
        })).Expect(HttpStatusCode.Created);
        var call = drafted.Header("Location")!;
        (await officer.Post($"{call}/publications", new { }, ifMatch: drafted.ETag)).Expect(HttpStatusCode.OK);
        return call;
    }

    public static async Task<string> Applied(ApiClient teacher, ApiClient lead, string call, string title, int amount)
    {
        var application = (await teacher.Post(Applications, new
        {
            call = Last(call), title, subjectKind = "question", subject = "Does it help?", budget = new[] { new { what = "Time", amount = $"{amount}" } },
        })).Expect(HttpStatusCode.Created).Header("Location")!;
        (await lead.Post($"{application}/submissions", new { })).Expect(HttpStatusCode.OK);
        return application;
    }

    /// <summary>Waits for the deadline.</summary>
    public static async Task Reviewed(ApiClient officer, string application, Person reviewer)
    {
        await Signal.Until("the application is unsealed", async () => (await officer.Get(application)).Status is HttpStatusCode.OK);
        (await officer.Post($"{application}/reviewers", new { reviewer = reviewer.Id })).Expect(HttpStatusCode.OK);
        (await reviewer.Api.Post($"{application}/interests", new { interest = "none" })).Expect(HttpStatusCode.OK);
        (await reviewer.Api.Post($"{application}/reviews", new { scores = new[] { new { criterion = "Plan", points = 80, comment = "Clear." } } })).Expect(HttpStatusCode.OK);
    }

    public static object Yes(int amount) => new { recommended = true, amount = $"{amount}", summary = "A clear plan." };

    public static object Award(string application, int amount) => new { application = Last(application), amount = $"{amount}", because = "A plan that will tell." };

    public static async Task<string> Awarded(ApiClient awarder, string call, string application, int amount)
    {
        var grant = (await awarder.Post($"{call}/awards", Award(application, amount))).Expect(HttpStatusCode.Created).Header("Location")!;
        await Signal.Until("the grant exists", async () => (await awarder.Get(grant)).Status is HttpStatusCode.OK);
        return grant;
    }

    public static async Task Planned(ApiClient officer, string grant, params object[] payments) => (await officer.Put($"{grant}/plan", new
    {
        payments, reports = new[] { new { report = "final", due = "2027-09-01", final = true } }, endsOn = "2027-09-30",
    }, ifMatch: (await officer.Get(grant)).ETag)).Expect(HttpStatusCode.OK);

    public static async Task Signed(ApiClient officer, ApiClient lead, string grant)
    {
        (await officer.Post($"{grant}/signatures", new { })).Expect(HttpStatusCode.OK);
        (await lead.Post($"{grant}/signatures", new { })).Expect(HttpStatusCode.OK);
    }
}
