using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace InnovationScale.Trials;

/// <summary>What holds of hostile files in every format that an upload may come in.</summary>
internal static partial class HostileFiles
{
    public static async Task MeetsItsRefusal(IEnumerable<HostileFile> handMade, string name)
    {
        var file = handMade.Single(known => known.Name == name);
        var reduction = await Reduce(file);

        if (file.Code is null) Assert.Empty(reduction.Errors);
        else Assert.Contains(file.Code, reduction.Errors.Select(error => error.Code));
    }

    public static async Task NeverBringTheReductionDown(Func<int, int, IEnumerable<HostileFile>> mutated, int refusedAtLeast, ITestOutputHelper output)
    {
        const int files = 1000;
        var seed = Environment.GetEnvironmentVariable("HOSTILE_SEED") is { } given ? int.Parse(given) : Random.Shared.Next();
        output.WriteLine($"HOSTILE_SEED={seed}");
        var refused = 0;
        foreach (var file in mutated(seed, files))
        {
            try
            {
                if (!(await Reduce(file)).Accepted) refused++;
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"HOSTILE_SEED={seed}: {file.Name}", fault);
            }
        }

        Assert.InRange(refused, refusedAtLeast, files);
    }

    private static async Task<Reduction> Reduce(HostileFile file)
    {
        var reduction = await UploadReduction.ReduceAsync(new MemoryStream(file.Bytes), HostileCsv.Plan);
        AssertWellSaid(reduction);
        return reduction;
    }

    private static void AssertWellSaid(Reduction reduction)
    {
        Assert.Equal(reduction.ErrorCount == 0, reduction.Cells.Length > 0);
        Assert.True(reduction.Errors.Length <= HostileCsv.Plan.Limits.Errors);
        Assert.All(reduction.Errors, error =>
        {
            Assert.True(error.Row >= 1, $"{error.Code} names no row.");
            Assert.Matches(KebabCase(), error.Code);
            Assert.NotEmpty(error.Sentence);
            Assert.NotEmpty(error.Fix);
            Assert.True(error.Value is null or { Length: <= 40 });
        });
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex KebabCase();
}
