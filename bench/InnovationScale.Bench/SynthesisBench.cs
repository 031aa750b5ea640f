using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using InnovationScale.Statistics;

namespace InnovationScale;

/// <summary>
/// The synthesis from 20 studies to a million: medians and allocations, and, where R with metafor is on the machine, the same sums there in the
/// same run. Goals: REML linear in k, at least 100 times faster than metafor at k = 1,000 and no slower than plain O(k) sums in R.
/// </summary>
public static class SynthesisBench
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static void Run()
    {
        Console.WriteLine("Medians; allocated bytes of one run on this thread.");
        var reml = new Dictionary<int, double>();
        foreach (var k in (int[])[20, 1_000, 10_000, 100_000]) reml[k] = Measure("REML with Knapp and Hartung", k, (y, v) => RandomEffects.Fit(y, v).Tau2);
        Measure("DerSimonian and Laird", 1_000_000, (y, v) => RandomEffects.Fit(y, v, HeterogeneityEstimator.DerSimonianLaird).Tau2);
        foreach (var k in (int[])[200, 10_000]) Measure("leave one out, REML", k, (y, v) => LeaveOneOut.Of(y, v)[0].Tau2);
        Measure("influence, REML", 1_000, (y, v) => Influence.Of(y, v)[0].DfFits);
        foreach (var k in (int[])[56, 5_000])
        {
            int[] outer = [.. Enumerable.Range(0, k).Select(i => i / 5)], inner = [.. Enumerable.Range(0, k)];
            Measure("three levels, REML", k, (y, v) => ThreeLevel.Fit<int, int>(y, v, outer, inner).Sigma2Outer);
        }

        Against(reml);
    }

    private static double Measure(string what, int k, Func<double[], double[], double> compute)
    {
        var (y, v) = Studies(k);
        var checksum = compute(y, v) + compute(y, v);   // twice to warm up
        var times = new List<double>();
        long allocated = 0;
        var spent = Stopwatch.StartNew();
        while (times.Count < 3 || (times.Count < 200 && spent.Elapsed < TimeSpan.FromSeconds(2)))
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            checksum += compute(y, v);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        if (!double.IsFinite(checksum)) throw new InvalidOperationException($"{what} of {k} studies gave {checksum}.");
        var median = times.Order().ElementAt(times.Count / 2);
        Line($"  {what,-32} k = {k,9:N0}  {median,11:0.0000} ms  {median / k * 1e6,8:0.0} ns a study  {allocated,12:N0} bytes  {times.Count,4} runs");
        return median;
    }

    /// <summary>Effects around 0.2 with tau² 0.04 and variances between 0.01 and 0.11.</summary>
    private static (double[] Y, double[] V) Studies(int k)
    {
        var random = new Random(k);
        double[] y = new double[k], v = new double[k];
        for (var i = 0; i < k; i++)
        {
            v[i] = 0.01 + 0.1 * random.NextDouble();
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            y[i] = 0.2 + Math.Sqrt(0.04 + v[i]) * normal;
        }

        return (y, v);
    }

    private static void Against(Dictionary<int, double> reml)
    {
        const string Script =
            """
            set.seed(1)
            median_ms <- function(n, f) median(replicate(n, system.time(f())[["elapsed"]] * 1000))
            draw <- function(k) { v <- 0.01 + 0.1 * runif(k); list(y = rnorm(k, 0.2, sqrt(0.04 + v)), v = v) }
            sums <- function(y, v) { t <- 0.04
              for (i in 1:10) { w <- 1 / (v + t); s <- sum(w); m <- sum(w * y) / s; r <- y - m
                t <- max(0, t + (sum(w^2 * r^2) - (s - sum(w^2) / s)) / (s - sum(w^2) / s)^2 * s) }
              t }
            a <- draw(1000); b <- draw(100000)
            cat("sums 1000", median_ms(5, function() for (i in 1:200) sums(a$y, a$v)) / 200, "\n")
            cat("sums 100000", median_ms(5, function() for (i in 1:5) sums(b$y, b$v)) / 5, "\n")
            if (suppressMessages(suppressWarnings(require(metafor, quietly = TRUE))))
              cat("metafor 1000", median_ms(3, function() rma(a$y, a$v, method = "REML", test = "knha")), "\n")
            """;
        Process r;
        try
        {
            r = Process.Start(new ProcessStartInfo("Rscript", ["--vanilla", "-e", Script]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        }
        catch (Win32Exception)
        {
            Console.WriteLine("  Rscript is not on this machine: nothing to compare with.");
            return;
        }

        using (r)
        {
            var lines = r.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (!r.WaitForExit(Patience) || r.ExitCode != 0) throw new InvalidOperationException("R did not run to its end.");
            foreach (var line in lines)
            {
                if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var what, var k, var milliseconds]) continue;
                var there = double.Parse(milliseconds, CultureInfo.InvariantCulture);
                var here = reml[int.Parse(k, CultureInfo.InvariantCulture)];
                var name = what is "metafor" ? "rma of metafor, REML" : "ten passes of plain sums in R";
                Line($"  {name,-32} k = {int.Parse(k, CultureInfo.InvariantCulture),9:N0}  {there,11:0.0000} ms  {there / here,8:0.0} times ours");
            }
        }
    }

    private static void Line(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
