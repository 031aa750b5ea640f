using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using InnovationScale.Trials;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace InnovationScale.Silo;

/// <summary>What a snapshot saves when a trial of many cells comes into memory; the figures are for reading, SOAK=1 takes the longest one too.</summary>
[Collection(TwoSilos.Name)]
public sealed class WakingARecord(TwoSilos silos, ITestOutputHelper output)
{
    private const int Rounds = 5;
    private static readonly TimeSpan BeforeAgain = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Gives_the_same_state_with_and_without_a_snapshot()
    {
        int[] sizes = Environment.GetEnvironmentVariable("SOAK") is "1" ? [10, 1_000, 10_000] : [10, 1_000];
        var snapshots = silos.Cluster.Silos[0].ServiceProvider.GetRequiredService<ISnapshots>();
        using var work = Workload.On(silos.Server.NewDatabase());
        var trial = $"t{Guid.NewGuid():n}";
        await work.Field(trial);
        var recorded = 0;
        // What runs for the first time is slow.
        await Woken(null);
        foreach (var size in sizes)
        {
            while (recorded < size) await Task.WhenAll(Enumerable.Range(0, Math.Min(64, size - recorded)).Select(_ => Workload.Must(work.Record(trial, $"{++recorded}", recorded))).ToList());
            var (folded, without) = await Woken(null);
            // The first to wake begins to keep one; a short record has none.
            await Woken(snapshots);
            if (size >= Snapshot.From)
                while ((await snapshots.Read(Streams.Of<Trial>(trial)))?.Version is not { } version || version < size) await Task.Delay(BeforeAgain);
            var (read, with) = await Woken(snapshots);

            Assert.InRange(folded.Version, size, long.MaxValue);
            Assert.Equal((folded.Version, JsonSerializer.Serialize(folded.State, StoredJson.Options)), (read.Version, JsonSerializer.Serialize(read.State, StoredJson.Options)));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size,6:N0} events: {without,7:0.0} ms folded from the first, {with,7:0.0} ms with a snapshot in a blob"));
        }

        async Task<(View<Trial> View, double Milliseconds)> Woken(ISnapshots? from)
        {
            var times = new List<double>();
            View<Trial> view = null!;
            for (var round = 0; round < Rounds; round++)
            {
                var watch = Stopwatch.StartNew();
                view = await new RunningGrain<Trial>(trial, work.Store.Kinds.Of<Trial>(), work.Log, TimeProvider.System, new(), from).Look();
                times.Add(watch.Elapsed.TotalMilliseconds);
            }

            return (view, times.Order().ElementAt(Rounds / 2));
        }
    }
}
