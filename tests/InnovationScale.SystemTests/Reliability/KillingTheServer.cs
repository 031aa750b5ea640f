using System.Diagnostics;
using Xunit.Abstractions;

namespace InnovationScale.Reliability;

/// <summary>SIGKILL under load, at a moment of chance, and the clients' record of acknowledgements to compare with.</summary>
[Collection(OneAtATime.Name)]
public sealed class KillingTheServer(ITestOutputHelper output)
{
    private const int Teachers = 8;

    /// <summary>So that the last audit of a long run does not read everything the first one read.</summary>
    private const int KillsPerFolder = 25;

    [Fact]
    public async Task Loses_nothing_acknowledged_doubles_nothing_and_leaves_nothing_in_part()
    {
        using var figures = new Figures("kill", output);
        int kills = Measure.Of(10, 1_000), acknowledged = 0, again = 0, kept = 0;
        var slowest = TimeSpan.Zero;
        figures.Tell($"RELIABILITY_SEED={Measure.Seed}");
        for (var done = 0; done < kills; done += KillsPerFolder)
        {
            await using var server = await RunningServer.Start("--sign-in", "local-people");
            var journal = new Journal();
            var programme = await Programme.Open(server, Teachers);
            var teachers = Enumerable.Range(0, Teachers).Select(n => new Teacher(server, programme, n, journal, Measure.Seed + done)).ToList();
            var chance = new Random(Measure.Seed + done);
            for (var n = 0; n < Math.Min(KillsPerFolder, kills - done); n++)
            {
                var writing = Task.WhenAll(teachers.Select(teacher => Task.Run(() => teacher.WriteUntil(() => false))));
                await Task.Delay(chance.Next(50, 1_500));
                await server.Kill();
                await writing;

                Kept.Verified(server.DataFolder);
                journal.Audit(Kept.In(server.DataFolder));
                var start = Stopwatch.StartNew();
                await server.StartAgain();
                slowest = start.Elapsed > slowest ? start.Elapsed : slowest;
                await Task.WhenAll(teachers.Select(teacher => teacher.Settle()));
                Assert.Equal(journal.Acknowledged, journal.Audit(Kept.In(server.DataFolder)));
            }

            Assert.Equal(0, await server.Stop());
            var (exitCode, told) = await RunningServer.Run("verify", "--data", server.DataFolder);
            Assert.True(exitCode is 0, told);
            (acknowledged, again, kept) = (acknowledged + journal.Acknowledged, again + journal.Again, kept + journal.Audit(Kept.In(server.DataFolder)));
        }

        Assert.InRange(acknowledged, kills * Teachers, int.MaxValue);
        figures.Tell($"{kills} kills, {acknowledged} acknowledged, {again} sent again, {kept} kept: 0 lost, 0 doubled, 0 in part. Slowest start {slowest.TotalSeconds:F1} s.");
    }
}
