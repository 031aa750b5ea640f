using System.Diagnostics;
using System.Globalization;

namespace InnovationScale;

/// <summary>
/// One observation made durable (W1) through the whole host, without HTTP, against a bare loop that runs the same grouped statements with
/// nothing around them; the same on one hot trial; and what one more observation costs when there are 10 and when there are 10,000.
/// </summary>
public static class LogBench
{
    private const int Rounds = 5, Streams = 100;

    public static async Task Run()
    {
        Console.WriteLine($"One observation, durable when acknowledged: medians of {Rounds} interleaved rounds");
        foreach (var (writers, streams, count) in new[] { (1, Streams, 1_500), (16, Streams, 8_000), (64, Streams, 12_000), (64, 1, 12_000) })
        {
            List<double> ours = [], bare = [], micros = [];
            for (var round = 0; round < Rounds; round++)
            {
                var (rate, cpu) = await Host(writers, streams, count);
                ours.Add(rate);
                micros.Add(cpu);
                bare.Add(BareLoop.Run(writers, streams, count));
            }

            Say($"  {writers,3} writers on {streams,3} trials: {Median(ours),7:N0}/s   bare loop {Median(bare),7:N0}/s   {Median(ours) / Median(bare):0.00}x   {Median(micros):0} us CPU each");
        }

        Console.WriteLine("Growth of one trial, one writer");
        await Growth();
    }

    internal static async Task<(double Rate, double Cpu)> Host(int writers, int streams, int count)
    {
        using var work = new Workload();
        for (var n = 0; n < streams; n++) await work.Field($"t{n}");
        var next = 0;
        var (watch, before) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(async _ =>
        {
            await Task.Yield();
            for (var n = Interlocked.Increment(ref next); n <= count; n = Interlocked.Increment(ref next)) await Workload.Must(work.Record($"t{n % streams}", n));
        }));
        return (count / watch.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMicroseconds / count);
    }

    /// <summary>Milliseconds and bytes handed to the disk for one more observation, at several sizes (goal T9: at 10,000 at most 1.2 of those at 10).</summary>
    private static async Task Growth()
    {
        using var work = new Workload();
        await work.Field("t");
        var number = 0;
        (double Ms, double Bytes)? first = null;
        foreach (var size in new[] { 10, 100, 1_000, 3_000, 10_000 })
        {
            while (number < size)
            {
                var group = Enumerable.Range(0, Math.Min(64, size - number)).Select(_ => Workload.Must(work.Record("t", ++number))).ToList();
                await Task.WhenAll(group);
            }

            const int Probes = 200;
            var times = new List<double>();
            var before = BytesWritten();
            for (var probe = 0; probe < Probes; probe++)
            {
                var watch = Stopwatch.StartNew();
                await Workload.Must(work.Record("t", 1_000_000 + size * 10 + probe));
                times.Add(watch.Elapsed.TotalMilliseconds);
            }

            var (ms, bytes) = (Median(times), (BytesWritten() - before) / (double)Probes);
            first ??= (ms, bytes);
            Say($"  at {size,6:N0}: {ms:0.000} ms ({ms / first.Value.Ms:0.00}x)   {bytes:N0} bytes written ({bytes / first.Value.Bytes:0.00}x)");
        }
    }

    private static long BytesWritten() => File.Exists("/proc/self/io")
        ? long.Parse(File.ReadLines("/proc/self/io").First(l => l.StartsWith("wchar", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture)
        : 0;

    internal static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    internal static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;
}
