using System.Diagnostics;
using System.Diagnostics.Metrics;
using InnovationScale.Trials;

namespace InnovationScale;

/// <summary>What telemetry costs a command: observations made durable while nobody listens, and while every span and number is taken down.</summary>
public static class TelemetryBench
{
    private const int Rounds = 7, Writers = 64, Streams = 100, Count = 12_000;

    public static async Task Run()
    {
        await OfTheDesk();
        await LogBench.Host(Writers, Streams, Count);
        List<(double Rate, double Cpu)> unheard = [], heard = [];
        for (var round = 0; round < Rounds; round++)
        {
            unheard.Add(await LogBench.Host(Writers, Streams, Count));
            using (new Listener()) heard.Add(await LogBench.Host(Writers, Streams, Count));
        }

        Console.WriteLine($"{Writers} writers on {Streams} trials: medians of {Rounds} interleaved rounds");
        Say("nobody listens", unheard);
        Say("all is heard", heard);
        LogBench.Say($"  heard / unheard: {LogBench.Median(heard.Select(one => one.Rate)) / LogBench.Median(unheard.Select(one => one.Rate)):0.00}x as many, {LogBench.Median(heard.Select(one => one.Cpu)) / LogBench.Median(unheard.Select(one => one.Cpu)):0.00}x CPU each");
    }

    /// <summary>The desk alone, on grains that answer at once: what a command costs that is neither decided nor kept.</summary>
    private static async Task OfTheDesk()
    {
        var desk = new Desk(new AtOnce(), null!, Product.Compose().Access, TimeProvider.System);
        await OfOne(desk);
        List<double> unheard = [], heard = [];
        for (var round = 0; round < Rounds; round++)
        {
            unheard.Add(await OfOne(desk));
            using (new Listener()) heard.Add(await OfOne(desk));
        }

        LogBench.Say($"The desk alone: {LogBench.Median(unheard):N0} ns a command while nobody listens, {LogBench.Median(heard):N0} ns while all is heard");
    }

    private static async Task<double> OfOne(Desk desk)
    {
        const int many = 200_000;
        var (command, request) = (new RecordCell(Workload.Cell(1)), new Request("cell"));
        var watch = Stopwatch.StartNew();
        for (var n = 0; n < many; n++) await desk.Execute(Workload.Researcher, request, "t", command);
        return watch.Elapsed.TotalNanoseconds / many;
    }

    private sealed class AtOnce : IGrains
    {
        private readonly Task<Outcome> answer = Task.FromResult<Outcome>(new Receipt("trial/t", 1));

        public Task<Outcome> Execute<TAggregate>(string id, ICommand<TAggregate> command, Stamp stamp, long? expectedVersion = null) where TAggregate : class, IAggregate<TAggregate> => answer;

        public Task<View<TAggregate>> Look<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate> => throw new NotSupportedException();
    }

    private static void Say(string what, List<(double Rate, double Cpu)> rounds) =>
        LogBench.Say($"  {what,-15} {LogBench.Median(rounds.Select(one => one.Rate)),7:N0}/s   {LogBench.Median(rounds.Select(one => one.Cpu)):0.0} us CPU each");

    private sealed class Listener : IDisposable
    {
        private readonly ActivityListener spans = new()
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };

        private readonly MeterListener numbers = new();
        private long taken;

        public Listener()
        {
            ActivitySource.AddActivityListener(spans);
            numbers.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == Telemetry.Name) listener.EnableMeasurementEvents(instrument);
            };
            numbers.SetMeasurementEventCallback<long>((_, _, _, _) => Interlocked.Increment(ref taken));
            numbers.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref taken));
            numbers.Start();
        }

        public void Dispose()
        {
            spans.Dispose();
            numbers.Dispose();
        }
    }
}
