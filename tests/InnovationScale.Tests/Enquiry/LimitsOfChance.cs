namespace InnovationScale.Enquiry;

public class LimitsOfChance
{
    private static Cycle Of(params (double? Value, double? Of)[] points) => Cycle.New with
    {
        Points = [.. points.Index().Select(point => new Point($"p{point.Index}", new DateOnly(2026, 9, 1).AddDays(point.Index), point.Item.Value, point.Item.Of))],
    };

    /// <summary>Mean 31/3 of twelve, mean moving range 23/11: limits at the mean -+ 3 x 23/11 / 1.128.</summary>
    [Fact]
    public void Follow_the_moving_ranges_of_single_values()
    {
        double?[] values = [10, 11, 9, 10, 12, 10, 9, 11, 10, 10, 11, 11];
        var read = CycleChart.Control(Of([.. values.Select(value => (value, (double?)null))]))!;
        var ranges = values.Skip(1).Zip(values, (now, before) => Math.Abs(now!.Value - before!.Value)).Average();

        Assert.Equal(124.0 / 12, read.Centre, 1e-12);
        Assert.Equal(124.0 / 12 - 3 * ranges / 1.128, read.Lower[0]!.Value, 1e-9);
        Assert.Equal(124.0 / 12 + 3 * ranges / 1.128, read.Upper[^1]!.Value, 1e-9);
        Assert.Empty(read.Beyond);
        Assert.Equal("Every value lies within the limits that chance alone keeps to.", CycleChart.Says(read, Words.English));
    }

    /// <summary>Half of thirty, day after day, and once none: 15/30 keeps to 50 -+ 3 sqrt(0.25/30), a gap has no limits.</summary>
    [Fact]
    public void Follow_the_size_of_each_share_and_name_the_days_beyond()
    {
        var read = CycleChart.Control(Of([.. Enumerable.Repeat(((double?)15, (double?)30), 12), (null, null), (0, 30)]))!;
        var centre = 180.0 / 390;

        Assert.Equal(100 * centre, read.Centre, 1e-9);
        Assert.Equal(100 * (centre - 3 * Math.Sqrt(centre * (1 - centre) / 30)), read.Lower[0]!.Value, 1e-9);
        Assert.Null(read.Upper[12]);
        Assert.Equal([new DateOnly(2026, 9, 14)], read.Beyond.ToArray());
        Assert.Equal("Beyond the limits that chance alone keeps to: 14 September 2026.", CycleChart.Says(read, Words.English));
    }

    [Fact]
    public void Are_not_told_of_few_values_or_of_values_that_are_all_the_same()
    {
        Assert.Null(CycleChart.Control(Of([.. Enumerable.Range(0, 11).Select(n => ((double?)n, (double?)null))])));
        Assert.Null(CycleChart.Control(Of([.. Enumerable.Repeat(((double?)5, (double?)null), 20)])));
        Assert.NotNull(CycleChart.Control(Of([.. Enumerable.Range(0, 12).Select(n => ((double?)n, (double?)null))])));
    }

    [Fact]
    public void Are_drawn_around_the_average_with_what_is_beyond_ringed()
    {
        var cycle = Of([.. Enumerable.Repeat(((double?)15, (double?)30), 12), (0, 30)]);
        var series = CycleChart.Series(cycle);
        var picture = CycleChart.Picture(cycle, series, CycleChart.Control(cycle)!, Words.English);

        Assert.Equal(12, Assert.Single(picture.Shifts).From);
        Assert.Equal(13, picture.Limits.Count);
        Assert.Contains("average 46", picture.Draw("control", Words.English).ToString(), StringComparison.Ordinal);
    }
}
