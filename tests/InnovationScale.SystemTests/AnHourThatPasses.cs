using System.Net;

namespace InnovationScale;

/// <summary>The hour at which something is to happen passes while no server runs.</summary>
public sealed class AnHourThatPasses
{
    [Fact]
    public async Task While_the_server_is_down_is_made_up_for_when_it_is_back()
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var (fund, school) = (await Cast.School(server, "Paper Boat Fund", "KE"), await Cast.School(server, "Heron Bay", "KE"));
        var officer = await Person.Register(server, "Rana", fund, $"programme-officer@{fund}");
        var (teacher, lead) = (await Person.Register(server, "Amina", school, $"teacher@{school}"), await Person.Register(server, "Grace", school, $"school-lead@{school}"));
        var closes = DateTimeOffset.UtcNow.AddSeconds(10);
        var drafted = (await officer.Api.Post("/api/v1/grant-calls", new
        {
            title = "Small steps", about = "Trying what helps.", currency = "USD", envelope = "40000", opens = closes.AddDays(-1), deadlines = new[] { closes }, zone = "Africa/Nairobi",
            criteria = new[] { new { name = "Plan", weight = 100 } }, questions = new[] { "What will you try?" }, eligibility = Array.Empty<object>(), smallGrantMost = "12000", blind = true,
        })).Expect(HttpStatusCode.Created);
        var call = drafted.Header("Location")!;
        (await officer.Api.Post($"{call}/publications", new { }, ifMatch: drafted.ETag)).Expect(HttpStatusCode.OK);
        var application = (await teacher.Api.Post("/api/v1/grant-applications", new { call = call.Split('/')[^1] })).Expect(HttpStatusCode.Created).Header("Location")!;
        (await teacher.Api.Put($"{application}/answers", new
        {
            title = "Talk first", subjectKind = "question", subject = "Does talking first help?", answers = new[] { "Pairs talk." }, budget = new[] { new { what = "Time", amount = "12000" } },
        }, ifMatch: (await teacher.Api.Get(application)).ETag)).Expect(HttpStatusCode.OK);
        (await lead.Api.Post($"{application}/submissions", new { })).Expect(HttpStatusCode.OK);
        (await officer.Api.Get(application)).Expect(HttpStatusCode.NotFound);

        await server.Kill();
        while (DateTimeOffset.UtcNow <= closes) await Task.Delay(closes - DateTimeOffset.UtcNow + TimeSpan.FromMilliseconds(1));
        await server.StartAgain();

        await Signal.Until("the application is unsealed", async () => (await officer.Api.Get(application)).Status is HttpStatusCode.OK);
        var steps = (await officer.Api.Get($"/api/v1/history/grant-application/{application.Split('/')[^1]}")).Expect(HttpStatusCode.OK).Body;
        Assert.Equal(2, steps.Split("application-unsealed").Length);
    }
}
