using System.Globalization;
using Xunit.Abstractions;

namespace InnovationScale.Simulation;

/// <summary>
/// The host and the log through crashes, failed syncs, lost answers, repeated sendings and second processes. SIMULATION_SEEDS sets how many
/// seeds are tried; SIMULATION_SEED replays one and prints what happened.
/// </summary>
public sealed class ManySeeds(ITestOutputHelper output)
{
    internal static int Count => Setting("SIMULATION_SEEDS") ?? 500;

    [Fact]
    public void Keep_every_promise()
    {
        if (Setting("SIMULATION_SEED") is { } one)
        {
            var run = World.Run(one, new());
            output.WriteLine(run.Trace);
            Assert.Null(run.Broken);
            return;
        }

        int acknowledged = 0, refused = 0;
        for (var seed = 0; seed < Count; seed++)
        {
            var run = World.Run(seed, new());
            acknowledged += run.Acknowledged;
            refused += run.Refused;
            if (run.Broken is not null) Assert.Fail($"SIMULATION_SEED={seed} replays this: {run.Broken}\n{Tail(run.Trace)}");
        }

        output.WriteLine($"{Count} seeds, {acknowledged} acknowledgements, {refused} refusals: no promise broken.");
        // A simulator in which nothing happens finds nothing.
        Assert.InRange(acknowledged, Count * 20, int.MaxValue);
        Assert.InRange(refused, Count * 3, int.MaxValue);
    }

    [Fact]
    public void Run_the_same_to_the_byte_when_replayed()
    {
        for (var seed = 0; seed < 20; seed++) Assert.Equal(World.Run(seed, new()).Trace, World.Run(seed, new()).Trace);
        Assert.NotEqual(World.Run(0, new()).Trace, World.Run(1, new()).Trace);
    }

    private static string Tail(string trace) => string.Join('\n', trace.TrimEnd().Split('\n').TakeLast(60));

    private static int? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
