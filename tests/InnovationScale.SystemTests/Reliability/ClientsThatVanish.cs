using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InnovationScale.Reliability;

/// <summary>Connections that break off before the request is whole, or before the answer.</summary>
[Collection(OneAtATime.Name)]
public sealed class ClientsThatVanish
{
    private const int Clients = 64;

    [Theory]
    [InlineData("in the middle of the head", 0.3)]
    [InlineData("in the middle of the body", 0.9)]
    [InlineData("before the answer", 1)]
    public async Task Do_not_keep_the_next_one_from_an_answer(string when, double part)
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var programme = await Programme.Open(server, 2);
        var journal = new Journal();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async n =>
        {
            var mark = Wish.NewMark(0, n);
            journal.Asked(new(programme.Teachers[0], HttpMethod.Post, "/api/v1/pilots", new { }, mark, mark));
            var body = $$"""{"title":"{{mark}}","school":"{{programme.School}}"}""";
            var request = Encoding.ASCII.GetBytes(
                $"POST /api/v1/pilots HTTP/1.1\r\nHost: here\r\nX-Person: {programme.Teachers[0]}\r\nIdempotency-Key: \"{mark}\"\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            using var client = new TcpClient { LingerState = new(true, 0) };
            await client.ConnectAsync(server.Address.Host, server.Address.Port);
            await client.GetStream().WriteAsync(request.AsMemory(0, (int)(request.Length * part)));
        }));

        (await server.As(programme.Teachers[0]).Post("/api/v1/pilots", new { title = when, school = programme.School })).Expect(HttpStatusCode.Created);
        Assert.Equal(0, await server.Stop());
        Kept.Verified(server.DataFolder);
        var kept = journal.Audit(Kept.In(server.DataFolder));
        Assert.InRange(kept, 0, part < 1 ? 0 : Clients);
        Assert.DoesNotContain("fail:", server.Output, StringComparison.Ordinal);
    }
}
