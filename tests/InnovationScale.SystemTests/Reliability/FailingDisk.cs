using System.Net;
using InnovationScale.Storage;
using Xunit.Abstractions;

namespace InnovationScale.Reliability;

/// <summary>The disk refuses to make writes durable, always or now and then; or it does not, and is watched.</summary>
[Collection(OneAtATime.Name)]
public sealed class FailingDisk(ITestOutputHelper output)
{
    private const int Teachers = 4;

    [NeedsStraceTheory]
    [InlineData("fsync,fdatasync", "EIO")]
    [InlineData("pwrite64", "ENOSPC")]
    public async Task Acknowledges_nothing_says_so_and_comes_back_by_itself(string calls, string error)
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var programme = await Programme.Open(server, Teachers);
        var client = server.As(programme.Teachers[0]);
        List<Wish> wishes = [.. Enumerable.Range(0, 20).Select(n => Wish.NewMark(0, n)).Select(mark =>
            new Wish(programme.Teachers[0], HttpMethod.Post, "/api/v1/pilots", new { title = mark, school = programme.School }, mark, mark))];
        var journal = new Journal();
        var before = Kept.Verified(server.DataFolder).Events;
        await using (await Strace.Failing(server.ProcessId, calls, error, "1+"))
        {
            foreach (var wish in wishes)
            {
                journal.Asked(wish);
                journal.ToldUnavailable((await wish.Send(client)).Expect(HttpStatusCode.ServiceUnavailable));
            }

            (await client.Get("/health")).Expect(HttpStatusCode.ServiceUnavailable);
            // A list might show what is in the file and not yet safe, so it is held back; what is in memory is committed and is shown.
            journal.ToldUnavailable((await client.Get("/api/v1/pilots")).Expect(HttpStatusCode.ServiceUnavailable));
            (await client.Get(programme.Cycles[0])).Expect(HttpStatusCode.OK);
        }

        foreach (var wish in wishes)
        {
            Reply reply;
            do
            {
                reply = await wish.Send(client);
            }
            while (reply.Status is HttpStatusCode.ServiceUnavailable);

            journal.Told(wish, reply.Expect(HttpStatusCode.Created));
        }

        (await client.Get("/health")).Expect(HttpStatusCode.OK);
        Assert.Contains("could not be committed", server.Output, StringComparison.Ordinal);
        Assert.Equal(0, await server.Stop());
        Assert.Equal(before + wishes.Count, Kept.Verified(server.DataFolder).Events);
        Assert.Equal(wishes.Count, journal.Audit(Kept.In(server.DataFolder)));
    }

    [NeedsStraceFact]
    public async Task Failing_now_and_then_it_loses_nothing_and_doubles_nothing()
    {
        using var figures = new Figures("failing-disk", output);
        var seeds = Measure.Of(8, 400);
        figures.Tell($"RELIABILITY_SEED={Measure.Seed}");
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var programme = await Programme.Open(server, Teachers);
        var journal = new Journal();
        var teachers = Enumerable.Range(0, Teachers).Select(n => new Teacher(server, programme, n, journal, Measure.Seed)).ToList();
        var failed = 0;
        for (var n = 0; n < seeds; n++)
        {
            var chance = new Random(Measure.Seed + n);
            var (unavailable, acknowledged) = (journal.Unavailable, journal.Acknowledged);
            await using (var faults = await Strace.Failing(server.ProcessId, "fsync,fdatasync", "EIO", $"{chance.Next(1, 6)}+{chance.Next(2, 8)}"))
            {
                // At least one sync has failed, and at least twenty commands went through in spite of it.
                await Task.WhenAll(teachers.Select(teacher => Task.Run(() => teacher.WriteUntil(() =>
                    (journal.Acknowledged >= acknowledged + 20 && journal.Unavailable > unavailable) || journal.Acknowledged > acknowledged + 2_000))));
                failed += (await faults.End()).Count(line => line.Contains("(INJECTED)", StringComparison.Ordinal));
            }

            Assert.InRange(journal.Unavailable, unavailable + 1, int.MaxValue);
            await Task.WhenAll(teachers.Select(teacher => teacher.Settle()));
            Assert.Equal(journal.Acknowledged, journal.Audit(Kept.In(server.DataFolder)));
            Kept.Verified(server.DataFolder);
        }

        Assert.InRange(failed, seeds, int.MaxValue);
        await server.Kill();
        Assert.Equal(journal.Acknowledged, journal.Audit(Kept.In(server.DataFolder)));
        figures.Tell($"{seeds} seeds, {failed} syncs failed, {journal.Acknowledged} acknowledged, {journal.Unavailable} told to come back, {journal.Again} sent again: 0 lost, 0 doubled.");
    }

    [NeedsStraceFact]
    public async Task Watched_it_has_synced_all_that_was_written_before_each_answer()
    {
        using var figures = new Figures("sync-before-answer", output);
        var commands = Measure.Of(200, 1_000);
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var programme = await Programme.Open(server, Teachers);
        var (person, client) = (programme.Teachers[0], server.As(programme.Teachers[0]));
        await using var watch = await Strace.Watching(server.ProcessId, "pwrite64,fdatasync,fsync,sendto,sendmsg,write,writev");
        for (var n = 0; n < commands; n++)
        {
            var mark = Wish.NewMark(0, n);
            var wish = new Wish(person, HttpMethod.Post, $"{programme.Cycles[0]}/points", Programme.NewPoint(mark), mark, mark);
            (await wish.Send(client)).Expect(HttpStatusCode.OK);
        }

        int answers = 0, writes = 0;
        var synced = true;
        foreach (var call in await watch.End())
        {
            if (call.Contains($"{SqliteEngine.FileName}-wal", StringComparison.Ordinal) && call.Contains("pwrite64(", StringComparison.Ordinal)) (writes, synced) = (writes + 1, false);
            else if (call.Contains("sync", StringComparison.Ordinal) && call.EndsWith("= 0", StringComparison.Ordinal)) synced = true;
            else if (call.Contains("\"HTTP/1.1 2", StringComparison.Ordinal)) Assert.True(synced, $"Answer {++answers} went out after a write that was not synced.");
        }

        Assert.Equal(commands, answers);
        Assert.InRange(writes, commands, int.MaxValue);
        figures.Tell($"{commands} commands, {writes} writes to the log: each synced before its answer.");
    }
}
