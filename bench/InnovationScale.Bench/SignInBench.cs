using System.Diagnostics;
using System.Globalization;
using InnovationScale.People;
using static InnovationScale.LogBench;

namespace InnovationScale;

/// <summary>
/// What somebody learns who times wrong passwords at addresses that have an account and at such that have none; and what honest people notice of somebody who
/// tries fifty passwords a second, which is more than any installation of this size has seen of honest ones.
/// </summary>
internal static class SignInBench
{
    private const int Rounds = 5, Pages = 1_000, Attackers = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task Run(int tries)
    {
        Timing(tries);
        await Flood();
    }

    private static void Timing(int tries)
    {
        var passwords = new Passwords();
        var account = new Account("", "", passwords.Hash("a heron at low tide"), "", [], 0);
        List<double> known = [], unknown = [];
        for (var n = 0; n < tries; n++)
        {
            known.Add(Milliseconds(() => passwords.Fits(account, "a heron at high tide")));
            unknown.Add(Milliseconds(() => passwords.Fits(null, "a heron at high tide")));
        }

        Say($"A wrong password, medians of {tries:N0} tries in turns: {Median(known):0.00} ms with an account, {Median(unknown):0.00} ms without: {Math.Abs(Median(known) - Median(unknown)):0.00} ms apart (goal under 5)");
    }

    private static double Milliseconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task Flood()
    {
        var folder = Directory.CreateTempSubdirectory("innovationscale-sign-in-").FullName;
        try
        {
            await using var server = await Child.WithAccounts(folder);
            byte[][] pages = [.. Enumerable.Repeat(Wire.Get("/en/pilots", ""), Pages)];
            await Wire.Run(server, 2, [.. Enumerable.Repeat(pages[0], 2_000)]);
            List<double> quiet = [], flooded = [];
            var sent = 0;
            for (var round = 0; round < Rounds; round++)
            {
                quiet.Add((await Wire.Run(server, 2, pages)).P95);
                using var enough = new CancellationTokenSource();
                var attack = Task.WhenAll(Enumerable.Range(0, Attackers).Select(_ => Task.Run(async () =>
                {
                    var count = await Guess(server.Address, enough.Token);
                    Interlocked.Add(ref sent, count);
                })));
                flooded.Add((await Wire.Run(server, 2, pages)).P95);
                await enough.CancelAsync();
                await attack;
            }

            Say($"Pages while somebody tries passwords ({sent:N0} of them), p95: {Median(quiet):0.0} ms without, {Median(flooded):0.0} ms with: {Median(flooded) / Median(quiet):0.00}x (goal at most 2)");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Answers how many were tried.</summary>
    private static async Task<int> Guess(Uri server, CancellationToken enough)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server };
        var token = Child.FormToken(await http.GetStringAsync("/en/sign-in", CancellationToken.None));
        var count = 0;
        using var pace = new PeriodicTimer(Pause);
        while (!enough.IsCancellationRequested && await pace.WaitForNextTickAsync(CancellationToken.None))
        {
            using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("Email", string.Create(CultureInfo.InvariantCulture, $"somebody{count % 50}@example.org")), new("Password", "a heron at high tide")]);
            using var answer = await http.PostAsync("/en/sign-in", form, CancellationToken.None);
            if ((int)answer.StatusCode is not (422 or 429)) throw new InvalidOperationException($"A wrong password was answered with {(int)answer.StatusCode}.");
            count++;
        }

        return count;
    }
}
