using Xunit.Abstractions;

namespace InnovationScale.Trials;

public class AHostileFile(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. HostileCsv.HandMade.Select(file => file.Name)];

    [Fact]
    public void Comes_in_a_hundred_kinds_and_more() => Assert.InRange(HostileCsv.HandMade.Select(file => file.Name).Distinct(StringComparer.Ordinal).Count(), 100, int.MaxValue);

    [Theory, MemberData(nameof(Names))]
    public Task Meets_its_refusal(string name) => HostileFiles.MeetsItsRefusal(HostileCsv.HandMade, name);

    [Fact]
    public Task Never_brings_the_reduction_down_however_it_is_mutated() => HostileFiles.NeverBringTheReductionDown(HostileCsv.Mutated, refusedAtLeast: 700, output);

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
