using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace InnovationScale.Reliability;

/// <summary>How much is tried: a little in every run, all of it under SOAK=1. The seed is printed, and RELIABILITY_SEED gives it again.</summary>
internal static class Measure
{
    public static bool Soak { get; } = Environment.GetEnvironmentVariable("SOAK") is "1";

    public static int Seed { get; } = Environment.GetEnvironmentVariable("RELIABILITY_SEED") is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture)
        : Environment.TickCount & 0xFFFFFF;

    public static int Of(int everyRun, int soak) => Soak ? soak : everyRun;
}

/// <summary>What a suite counted, told in the test's output and kept under artifacts/reliability.</summary>
internal sealed class Figures(string suite, ITestOutputHelper output) : IDisposable
{
    private readonly StringBuilder kept = new();

    public void Tell(FormattableString line)
    {
        var text = line.ToString(CultureInfo.InvariantCulture);
        output.WriteLine(text);
        kept.AppendLine(text);
    }

    public void Dispose() => File.WriteAllText(Path.Combine(Tree.Artifacts("reliability"), $"{suite}.txt"), kept.ToString());
}

/// <summary>Suites that load the machine or kill servers run one after another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneAtATime
{
    public const string Name = "reliability";
}
