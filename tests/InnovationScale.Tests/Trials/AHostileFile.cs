using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace InnovationScale.Trials;

public partial class AHostileFile(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. HostileCsv.HandMade.Select(file => file.Name)];

    [Fact]
    public void Comes_in_a_hundred_kinds_and_more() => Assert.InRange(HostileCsv.HandMade.Select(file => file.Name).Distinct(StringComparer.Ordinal).Count(), 100, int.MaxValue);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Meets_its_refusal(string name)
    {
        var file = HostileCsv.HandMade.Single(known => known.Name == name);
        var reduction = await UploadReduction.ReduceAsync(new MemoryStream(file.Bytes), HostileCsv.Plan);

        AssertWellSaid(reduction);
        if (file.Code is null) Assert.Empty(reduction.Errors);
        else Assert.Contains(file.Code, reduction.Errors.Select(error => error.Code));
    }

    [Fact]
    public async Task Never_brings_the_reduction_down_however_it_is_mutated()
    {
        var seed = Environment.GetEnvironmentVariable("HOSTILE_SEED") is { } given ? int.Parse(given) : Random.Shared.Next();
        output.WriteLine($"HOSTILE_SEED={seed}");
        var refused = 0;
        foreach (var file in HostileCsv.Mutated(seed, 1000))
        {
            try
            {
                var reduction = await UploadReduction.ReduceAsync(new MemoryStream(file.Bytes), HostileCsv.Plan);
                AssertWellSaid(reduction);
                if (!reduction.Accepted) refused++;
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"HOSTILE_SEED={seed}: {file.Name}", fault);
            }
        }

        Assert.InRange(refused, 700, 1000);
    }

    [Theory]
    [InlineData("two million cells in quotes")]
    [InlineData("a million columns in a row")]
    [InlineData("a quote never closed before a megabyte")]
    [InlineData("a line of nine million characters")]
    [InlineData("200,001 rows")]
    [InlineData("more than ten megabytes")]
    public async Task Is_never_held_whole(string name)
    {
        var file = HostileCsv.HandMade.Single(known => known.Name == name);
        using var watched = new WatchedStream(file.Bytes);
        await UploadReduction.ReduceAsync(watched, HostileCsv.Plan);
        Assert.InRange(watched.MostHeld, 0, 50L * 1024 * 1024);
    }

    internal static void AssertWellSaid(Reduction reduction)
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

    /// <summary>Notes, while it is read, how much memory is alive beyond the file itself.</summary>
    private sealed class WatchedStream(byte[] bytes) : MemoryStream(bytes)
    {
        private readonly long before = GC.GetTotalMemory(forceFullCollection: true);
        private int reads;

        public long MostHeld { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (reads++ % 16 == 0) MostHeld = Math.Max(MostHeld, GC.GetTotalMemory(forceFullCollection: true) - before);
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
