using static InnovationScale.LogBench;

namespace InnovationScale;

/// <summary>From the start of the process to the first good answer, and the memory it has then: empty, and with many pilots.</summary>
internal static class StartBench
{
    private const int Rounds = 3, EventsEach = 10;

    public static async Task Run(int pilots)
    {
        string empty = Directory.CreateTempSubdirectory("innovationscale-empty-").FullName, full = Directory.CreateTempSubdirectory("innovationscale-full-").FullName;
        try
        {
            await Fill(full, pilots);
            List<(double Ms, double Mb)> bare = [], without = [], with = [];
            var used = 0.0;
            for (var round = -1; round < Rounds; round++)   // one round to warm the files up
            {
                var started = (await Measure(Child.Nothing()), await Measure(Child.Server(empty)), await Measure(Child.Server(full), async server => used = await Touch(server, pilots)));
                if (round < 0) continue;
                bare.Add(started.Item1);
                without.Add(started.Item2);
                with.Add(started.Item3);
            }

            Say($"Start to first good answer and memory then: medians of {Rounds} interleaved rounds");
            Line("a route that does nothing", bare);
            Line("empty", without);
            Line($"{pilots:N0} pilots, {pilots * EventsEach:N0} events", with);
            Say($"  T10 full to empty: {Median(with.Select(one => one.Ms)) / Median(without.Select(one => one.Ms)):0.00}x (goal at most 1.5)");
            Say($"  T11 idle growth: {(Median(with.Select(one => one.Mb)) - Median(without.Select(one => one.Mb))) * 1e6 / pilots:N0} bytes a pilot (goal at most 1,000); every pilot looked at: {used:N0} MB");
        }
        finally
        {
            Directory.Delete(empty, recursive: true);
            Directory.Delete(full, recursive: true);
        }
    }

    private static void Line(string what, List<(double Ms, double Mb)> values) => Say($"  {what,-34} {Median(values.Select(one => one.Ms)),6:N0} ms  {Median(values.Select(one => one.Mb)),5:N0} MB");

    private static async Task Fill(string folder, int pilots)
    {
        using var work = new Workload(folder);
        await work.Register();
        await Parallel.ForAsync(0, pilots, new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (n, _) =>
        {
            await work.Start($"p{n}");
            for (var e = 1; e < EventsEach; e++) await work.Describe($"p{n}", e);
        });
    }

    private static async Task<(double Ms, double Mb)> Measure(Task<Child> starting, Func<Child, Task>? then = null)
    {
        await using var child = await starting;
        var found = (child.Started.TotalMilliseconds, child.Megabytes);
        if (then is not null) await then(child);
        return found;
    }

    /// <summary>Looks at every pilot once, so that each is in memory; answers the megabytes then.</summary>
    private static async Task<double> Touch(Child server, int pilots)
    {
        await Wire.Run(server, 16, [.. Enumerable.Range(0, pilots).Select(n => Wire.Get($"/api/v1/pilots/p{n}", "amina"))]);
        return server.Megabytes;
    }
}
