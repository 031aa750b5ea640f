using System.Net;
using Xunit.Abstractions;

namespace InnovationScale.Reliability;

/// <summary>One key, sent many times at once, with another body, and again after a restart.</summary>
[Collection(OneAtATime.Name)]
public sealed class RepeatingRequests(ITestOutputHelper output)
{
    private const int AtOnce = 32;

    [Fact]
    public async Task One_key_is_one_effect_and_one_answer_and_no_other_body()
    {
        using var figures = new Figures("repeated", output);
        var keys = Measure.Of(400, 2_000);
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var programme = await Programme.Open(server, 2);
        var (person, client, journal) = (programme.Teachers[0], server.As(programme.Teachers[0]), new Journal());
        List<Wish> wishes = [.. Enumerable.Range(0, keys).Select(n => WishOf(n, Wish.NewMark(1, n)))];
        var answers = new List<string>();
        foreach (var wish in wishes)
        {
            journal.Asked(wish);
            var together = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => wish.Send(client)));
            Assert.All(together, reply => journal.Told(wish, reply.Expect(HttpStatusCode.OK, HttpStatusCode.Created)));
            answers.Add(Assert.Single(together.Select(reply => $"{reply.Status} {reply.ETag} {reply.Body}").Distinct(StringComparer.Ordinal)));
            await OtherBodyIsRefused(wish);
        }

        Assert.Equal(0, await server.Stop());
        await server.StartAgain();
        foreach (var (wish, answer) in wishes.Zip(answers))
        {
            var again = await wish.Send(client);
            Assert.Equal(answer, $"{again.Status} {again.ETag} {again.Body}");
            await OtherBodyIsRefused(wish);
        }

        Assert.Equal(keys, journal.Audit(Kept.In(server.DataFolder)));
        Kept.Verified(server.DataFolder);
        figures.Tell($"{keys} keys, each sent {AtOnce} times at once and once more after a restart: {keys} effects; {2 * keys} other bodies refused.");

        Wish WishOf(int n, string mark) => n % 4 is 0
            ? new(person, HttpMethod.Post, "/api/v1/pilots", new { title = mark, school = programme.School }, mark, mark)
            : new(person, HttpMethod.Post, $"{programme.Cycles[n % 2]}/points", Programme.NewPoint(mark), mark, mark);

        async Task OtherBodyIsRefused(Wish wish)
        {
            var other = wish with { Body = wish.Path is "/api/v1/pilots" ? new { title = "Another title", school = programme.School } : Programme.NewPoint("another-point") };
            Assert.Equal("command-id-reused", (await other.Send(client)).Expect(HttpStatusCode.UnprocessableEntity).Problem().Code);
        }
    }
}
