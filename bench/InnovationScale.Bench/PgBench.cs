using System.Diagnostics;
using System.Globalization;

namespace InnovationScale;

/// <summary>PostgreSQL's own load generator with statements of this bench's: prepared, as many clients as wanted, and nothing around them.</summary>
internal static class PgBench
{
    /// <param name="statements">Without colons in texts, which pgbench takes for variables.</param>
    /// <param name="extent">How long, or how often for each client: <c>-T</c> and seconds, <c>-t</c> and a number.</param>
    public static async Task<Load> Run(string store, string statements, int clients, string extent, int number)
    {
        var folder = Directory.CreateTempSubdirectory("innovationscale-pgbench-").FullName;
        try
        {
            var script = Path.Combine(folder, "one.sql");
            await File.WriteAllTextAsync(script, statements + "\n");
            var settings = store.Split(';').Select(word => word.Split('=')).ToDictionary(word => word[0], word => word[1], StringComparer.Ordinal);
            using var pgbench = Process.Start(new ProcessStartInfo("pgbench",
            [
                "-h", settings["Host"], "-U", settings["Username"], "-n", "-M", "prepared", "-c", Text(clients), "-j", "2", extent, Text(number),
                "-f", script, "--log", $"--log-prefix={Path.Combine(folder, "times")}", settings["Database"],
            ]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true }) ?? throw new InvalidOperationException("pgbench did not start.");
            var (faults, told) = (pgbench.StandardError.ReadToEndAsync(), await pgbench.StandardOutput.ReadToEndAsync());
            await pgbench.WaitForExitAsync();
            if (pgbench.ExitCode != 0) throw new InvalidOperationException(told + await faults);
            // A line a transaction: client, number, microseconds, ...
            var times = Directory.GetFiles(folder, "times*").SelectMany(File.ReadLines).Select(line => double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture) / 1_000).Order().ToList();
            return new(double.Parse(told.Split("tps = ")[1].Split(' ')[0], CultureInfo.InvariantCulture), times[times.Count / 2], times[(int)(times.Count * 0.99)], Cpu: double.NaN) { P95 = times[(int)(times.Count * 0.95)] };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
