using System.Diagnostics;
using System.Globalization;
using System.Net;
using Xunit.Abstractions;

namespace InnovationScale.Reliability;

/// <summary>The disk refuses to make writes durable: every such call of the server's process, or some of them, fails with EIO.</summary>
[Collection(OneAtATime.Name)]
public sealed class FailingDisk(ITestOutputHelper output)
{
    private const int Teachers = 4;

    [NeedsStraceFact]
    public async Task Acknowledges_nothing_still_shows_what_there_is_and_comes_back_by_itself()
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var programme = await Programme.Open(server, Teachers);
        var client = server.As(programme.Teachers[0]);
        List<Wish> wishes = [.. Enumerable.Range(0, 20).Select(n => Wish.NewMark(0, n)).Select(mark =>
            new Wish(programme.Teachers[0], HttpMethod.Post, "/api/v1/pilots", new { title = mark, school = programme.School }, mark, mark))];
        var journal = new Journal();
        var before = Kept.Verified(server.DataFolder).Events;
        await using (await SyncFaults.In(server.ProcessId, "1+"))
        {
            foreach (var wish in wishes)
            {
                journal.Asked(wish);
                journal.ToldUnavailable((await wish.Send(client)).Expect(HttpStatusCode.ServiceUnavailable));
            }

            var listed = (await client.Get("/api/v1/pilots")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray();
            // A list may show what is written and not yet safe; an acknowledgement may not.
            Assert.Contains(listed, item => (string?)item!["title"] is "Talk first, then write");
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
            var unavailable = journal.Unavailable;
            var goal = journal.Acknowledged + 40;
            await using (var faults = await SyncFaults.In(server.ProcessId, $"{chance.Next(1, 6)}+{chance.Next(2, 8)}"))
            {
                // At least one sync has failed, and at least forty commands went through in spite of it.
                await Task.WhenAll(teachers.Select(teacher => Task.Run(() => teacher.WriteUntil(() => journal.Acknowledged >= goal && journal.Unavailable > unavailable))));
                failed += await faults.End();
            }

            await Task.WhenAll(teachers.Select(teacher => teacher.Settle()));
            Assert.Equal(journal.Acknowledged, journal.Audit(Kept.In(server.DataFolder)));
            Kept.Verified(server.DataFolder);
        }

        Assert.InRange(failed, seeds, int.MaxValue);
        await server.Kill();
        Assert.Equal(journal.Acknowledged, journal.Audit(Kept.In(server.DataFolder)));
        figures.Tell($"{seeds} seeds, {failed} syncs failed, {journal.Acknowledged} acknowledged, {journal.Unavailable} told to come back, {journal.Again} sent again: 0 lost, 0 doubled.");
    }
}

/// <summary>strace, attached to a running process, lets its fsync and fdatasync fail.</summary>
internal sealed class SyncFaults : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process strace;
    private readonly string trace;
    private int? failed;

    private SyncFaults(Process strace, string trace) => (this.strace, this.trace) = (strace, trace);

    /// <param name="when">Which calls fail, as strace writes it: <c>1+</c> is every one, <c>3+5</c> the third and every fifth after it. Each thread counts its own.</param>
    public static async Task<SyncFaults> In(int process, string when)
    {
        var file = Path.GetTempFileName();
        var attached = Process.Start(new ProcessStartInfo("strace",
            ["-f", "-p", process.ToString(CultureInfo.InvariantCulture), "-o", file, "-e", "trace=fsync,fdatasync", "-e", $"inject=fsync,fdatasync:error=EIO:when={when}"])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        }) ?? throw new InvalidOperationException("strace did not start.");
        // "strace: Process 1234 attached with 30 threads": from here on every call is seen.
        var said = await attached.StandardError.ReadLineAsync().WaitAsync(Patience);
        return said?.Contains("attached", StringComparison.Ordinal) is true
            ? new(attached, file)
            : throw new InvalidOperationException($"strace cannot look into process {process}: {said}");
    }

    /// <summary>Lets go of the process. Answers how many calls failed.</summary>
    public async Task<int> End()
    {
        if (failed is { } known) return known;

        using var interrupt = Process.Start("kill", ["-INT", strace.Id.ToString(CultureInfo.InvariantCulture)]);
        await Task.WhenAll(strace.StandardError.ReadToEndAsync(), strace.WaitForExitAsync()).WaitAsync(Patience);
        failed = File.ReadLines(trace).Count(line => line.Contains("(INJECTED)", StringComparison.Ordinal));
        return failed.Value;
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        strace.Dispose();
        File.Delete(trace);
    }
}
