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
        var call = await OnTheWayToAGrant.Call(officer.Api, 40_000, closesInSeconds: 10);
        var closes = DateTimeOffset.UtcNow.AddSeconds(10);
        var application = await OnTheWayToAGrant.Applied(teacher.Api, lead.Api, call, "Talk first", 12_000);
        (await officer.Api.Get(application)).Expect(HttpStatusCode.NotFound);

        await server.Kill();
        while (DateTimeOffset.UtcNow <= closes) await Task.Delay(closes - DateTimeOffset.UtcNow + TimeSpan.FromMilliseconds(1));
        await server.StartAgain();

        await Signal.Until("the application is unsealed", async () => (await officer.Api.Get(application)).Status is HttpStatusCode.OK);
        var steps = (await officer.Api.Get($"/api/v1/history/grant-application/{OnTheWayToAGrant.Last(application)}")).Expect(HttpStatusCode.OK).Body;
        Assert.Equal(2, steps.Split("application-unsealed").Length);
    }
}
