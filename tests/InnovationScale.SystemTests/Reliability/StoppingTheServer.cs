using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Xunit.Abstractions;

namespace InnovationScale.Reliability;

/// <summary>SIGTERM under load: what was taken in is finished and answered, the rest is turned away.</summary>
[Collection(OneAtATime.Name)]
public sealed class StoppingTheServer(ITestOutputHelper output)
{
    private const int Teachers = 8;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Answers_whatever_took_effect_and_ends_well()
    {
        using var figures = new Figures("stop", output);
        var stops = Measure.Of(4, 200);
        figures.Tell($"RELIABILITY_SEED={Measure.Seed}");
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var journal = new Journal();
        var programme = await Programme.Open(server, Teachers);
        var teachers = Enumerable.Range(0, Teachers).Select(n => new Teacher(server, programme, n, journal, Measure.Seed)).ToList();
        var chance = new Random(Measure.Seed);
        var slowest = TimeSpan.Zero;
        for (var n = 0; n < stops; n++)
        {
            var writing = Task.WhenAll(teachers.Select(teacher => Task.Run(() => teacher.WriteUntil(() => false))));
            await Task.Delay(chance.Next(50, 1_500));
            var stop = Stopwatch.StartNew();
            Assert.Equal(0, await server.Stop());
            slowest = stop.Elapsed > slowest ? stop.Elapsed : slowest;
            await writing;

            // A connection that closes under a request (RFC 9112, 9.3.1) is no error while that request has had no effect: then it was never read.
            var kept = Kept.In(server.DataFolder);
            Assert.Equal(journal.Acknowledged, journal.Audit(kept));
            Kept.Verified(server.DataFolder);
            await server.StartAgain();
            await Task.WhenAll(teachers.Select(teacher => teacher.Settle()));
        }

        Assert.InRange(slowest, TimeSpan.Zero, Within);
        Assert.InRange(journal.Acknowledged, stops * Teachers, int.MaxValue);
        figures.Tell($"{stops} stops, {journal.Acknowledged} acknowledged, {journal.Unavailable} told to come back, {journal.Broken} turned away, {journal.Again} sent again: 0 took effect without an answer. Slowest stop {slowest.TotalSeconds:F1} s.");
    }

    [Fact]
    public async Task Waits_for_no_client_that_never_finishes_its_request()
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "POST /api/v1/schools HTTP/1.1\r\nHost: here\r\nIdempotency-Key: half\r\nContent-Type: application/json\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"));
        // The server asks for the body: the request is being worked on.
        Assert.InRange(await client.GetStream().ReadAsync(new byte[100]), 1, 100);

        var stop = Stopwatch.StartNew();
        Assert.Equal(0, await server.Stop());
        Assert.InRange(stop.Elapsed, TimeSpan.Zero, Within);
    }
}
