using System.Net;
using Xunit.Abstractions;

namespace InnovationScale.Reliability;

/// <summary>Sixty-four people edit one record, each resting on the version they read.</summary>
[Collection(OneAtATime.Name)]
public sealed class EditingTogether(ITestOutputHelper output)
{
    private const int Editors = 64;

    [Fact]
    public async Task One_of_them_wins_each_version_and_the_others_are_told()
    {
        using var figures = new Figures("editing", output);
        var rounds = Measure.Of(32, 160);
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var (_, pilot, editors) = await OneDraft(server);
        for (var round = 0; round < rounds; round++)
        {
            var before = (await editors[0].Get(pilot)).Expect(HttpStatusCode.OK);
            var version = (long)before.Json["version"]!;
            var replies = await Task.WhenAll(editors.Select((editor, n) => editor.Patch(pilot, new { problem = $"Editor {n} in round {round}" }, ifMatch: before.ETag)));

            var winner = Assert.Single(Enumerable.Range(0, Editors), n => replies[n].Status is HttpStatusCode.OK);
            Assert.All(replies.Where(reply => reply.Status is not HttpStatusCode.OK), reply => Assert.Equal("stale-version", reply.Expect(HttpStatusCode.PreconditionFailed).Problem().Code));
            var after = (await editors[0].Get(pilot)).Expect(HttpStatusCode.OK);
            Assert.Equal((version + 1, $"Editor {winner} in round {round}"), ((long)after.Json["version"]!, (string?)after.Json["problem"]));
            Assert.Equal(replies[winner].ETag, after.ETag);
        }

        (await editors[0].Patch(pilot, new { problem = "Whatever version there is" })).Expect((HttpStatusCode)428).Problem();
        figures.Tell($"{rounds * Editors} edits of {rounds} versions by {Editors} editors: one winner each, {rounds * (Editors - 1)} told to look again.");
    }

    [Fact]
    public async Task No_update_is_lost_where_everyone_adds_to_what_they_read()
    {
        using var figures = new Figures("adding", output);
        var tries = Measure.Of(2_000, 10_000);
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var (_, pilot, editors) = await OneDraft(server);
        (await editors[0].Patch(pilot, new { learnerCount = 1 }, ifMatch: (await editors[0].Get(pilot)).ETag)).Expect(HttpStatusCode.OK);
        int left = tries, won = 0;
        await Task.WhenAll(editors.Select(editor => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var read = (await editor.Get(pilot)).Expect(HttpStatusCode.OK);
                var edited = await editor.Patch(pilot, new { learnerCount = (int)read.Json["learnerCount"]! + 1 }, ifMatch: read.ETag);
                if (edited.Expect(HttpStatusCode.OK, HttpStatusCode.PreconditionFailed).Status is HttpStatusCode.OK) Interlocked.Increment(ref won);
            }
        })));

        // Whoever is told to look again was overtaken since reading, so each edit that wins turns away each other editor once at most.
        Assert.InRange(won, (tries + Editors - 1) / Editors, tries);
        Assert.Equal(1 + won, (int)(await editors[0].Get(pilot)).Json["learnerCount"]!);
        Kept.Verified(server.DataFolder);
        figures.Tell($"{tries} tries, {won} won, {tries - won} told to look again: 0 updates lost.");
    }

    private static async Task<(Programme Programme, string Pilot, IReadOnlyList<ApiClient> Editors)> OneDraft(RunningServer server)
    {
        var programme = await Programme.Open(server, Editors);
        var lead = server.As(programme.Teachers[0]);
        var pilot = (await lead.Post("/api/v1/pilots", new { title = "A draft of many", school = programme.School })).Expect(HttpStatusCode.Created).Header("Location")!;
        foreach (var person in programme.Teachers.Skip(1)) (await lead.Post($"{pilot}/team-members", new { person })).Expect(HttpStatusCode.OK);
        return (programme, pilot, [.. programme.Teachers.Select(server.As)]);
    }
}
