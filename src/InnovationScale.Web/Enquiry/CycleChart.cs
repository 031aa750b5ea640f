using System.Collections.Immutable;
using InnovationScale.Charts;
using InnovationScale.Evidence;
using InnovationScale.Statistics;

namespace InnovationScale.Enquiry;

/// <summary>A point as a chart draws it.</summary>
/// <param name="Id">The point's, for corrections.</param>
/// <param name="Earlier">What it said first; left out where it was never corrected.</param>
public sealed record SeriesPoint(DateOnly On, double? Value, string? Note, string Id = "", double? Earlier = null);

/// <summary>What the rules of run charts say of a series (Anhøj and Olesen 2014).</summary>
/// <param name="Signal">More than chance wobble: either rule.</param>
/// <param name="Shift">An unusually long run on one side of the middle value.</param>
/// <param name="TooFewCrossings">The line crosses the middle value unusually seldom.</param>
/// <param name="Says">The same in a sentence.</param>
public sealed record RunChartRead(double Median, int Useful, int LongestRun, int LongestRunMax, int Crossings, int CrossingsMin, bool Shift, bool TooFewCrossings, bool Signal, string Says);

/// <summary>What a control chart says of a series: limits that values keep to by chance alone (Shewhart 1931). In the unit of the series, a share as percent.</summary>
/// <param name="Lower">The lower limit of each point; null at a gap of a series of shares.</param>
/// <param name="Beyond">Days with a value outside its limits.</param>
public sealed record ControlRead(double Centre, ImmutableArray<double?> Lower, ImmutableArray<double?> Upper, ImmutableArray<DateOnly> Beyond);

/// <summary>A cycle's series as numbers, as words and as a picture.</summary>
public static class CycleChart
{
    /// <summary>Fewer points off the middle value than this cannot give a signal, whatever they are (Anhøj and Olesen 2014).</summary>
    public const int PointsMin = 10;

    /// <summary>Limits from fewer values are too rough to be told (Provost and Murray 2011).</summary>
    public const int LimitsMin = 12;

    /// <summary>By day; “so many out of so many” as percent.</summary>
    public static ImmutableArray<SeriesPoint> Series(Cycle cycle) =>
        [.. cycle.Series().Select(point => new SeriesPoint(point.On, Share(point.Value, point.Denominator), point.Note, point.Id,
            point.Earlier is [var first, ..] ? Share(first.Value, first.Denominator) : null))];

    private static double? Share(double? value, double? of) => of is { } all ? 100 * value / all : value;

    public static RunChartRead? Read(ImmutableArray<SeriesPoint> series)
    {
        var values = series.Select(point => point.Value).ToArray();
        if (values.OfType<double>().ToArray() is not { Length: > 0 } known) return null;

        // Where every value is the same there is no run to judge, and no signal.
        var chart = known.Distinct().Count() == 1 ? null : Statistics.RunChart.Of(values);
        return chart is null
            ? new(known[0], 0, 0, 0, 0, 0, false, false, false, Words.English["run.same"])
            : new(chart.Median, chart.Runs.Useful, chart.Runs.LongestRun, chart.Runs.LongestRunMax, chart.Runs.Crossings, chart.Runs.CrossingsMin,
                chart.Runs.Shift, chart.Runs.TooFewCrossings, chart.Runs.Signal, Says(chart.Runs, Words.English));
    }

    /// <summary>Counts out of so many keep to the limits of shares, other values to those of their moving ranges. Null while there are too few values, or all are the same.</summary>
    public static ControlRead? Control(Cycle cycle)
    {
        var points = cycle.Series().ToImmutableArray();
        if (points.Select(point => Share(point.Value, point.Denominator)).OfType<double>().ToArray() is not { Length: >= LimitsMin } known || known.Distinct().Count() == 1) return null;

        var shares = points.Where(point => point.Value is not null).All(point => point.Denominator is not null);
        return Computed.Try(() => shares
                ? ControlChart.Shares(points.Select(point => point is { Value: { } value, Denominator: { } of } ? (value, of) : ((double, double)?)null))
                : ControlChart.Individuals(points.Select(point => Share(point.Value, point.Denominator))))
            .Match(chart => Told(chart, shares ? 100 : 1), _ => null as ControlRead);

        ControlRead Told(ControlChart chart, double times) =>
            new(times * chart.Centre, [.. chart.Lower.Select(limit => times * limit)], [.. chart.Upper.Select(limit => times * limit)], [.. chart.Beyond.Select(at => points[at].On)]);
    }

    public static string Says(ControlRead read, Words words) => read.Beyond.IsEmpty
        ? words["Every value lies within the limits that chance alone keeps to."]
        : words["Beyond the limits that chance alone keeps to: {days}.", ("days", string.Join(words[", "], read.Beyond.Select(words.Day)))];

    /// <summary>The values between their limits, those beyond ringed.</summary>
    public static Charts.RunChart Picture(Cycle cycle, ImmutableArray<SeriesPoint> series, ControlRead read, Words words) => new(
        cycle.Plan.Measure is { Length: > 0 } measure ? measure : cycle.Plan.ChangeIdea, Says(read, words), [.. series.Select(point => new RunPoint(words.Day(point.On), point.Value))], read.Centre, 0,
        [.. series.Index().Where(point => point.Item.Value < read.Lower[point.Index] || point.Item.Value > read.Upper[point.Index]).Select(point => new RunShift(point.Index, point.Index))])
    {
        Limits = [.. read.Lower.Zip(read.Upper, (lower, upper) => lower is { } from && upper is { } to ? (from, to) : ((double, double)?)null)],
        CentreSays = words["average {value}", ("value", words.Number(read.Centre))],
    };

    public static string Says(RunChartRead read, Words words) => read.Useful == 0 ? words["run.same"]
        : read.Shift ? words["run.shift", ("count", read.LongestRun)]
        : read.TooFewCrossings ? words[read.Crossings switch { 0 => "run.no-crossing", 1 => "run.one-crossing", _ => "run.few-crossings" }, ("count", read.Crossings)]
        : words[read.Useful < PointsMin ? "run.few" : "run.chance", ("count", read.Useful)];

    private static string Says(Runs runs, Words words) =>
        Says(new RunChartRead(0, runs.Useful, runs.LongestRun, runs.LongestRunMax, runs.Crossings, runs.CrossingsMin, runs.Shift, runs.TooFewCrossings, runs.Signal, ""), words);

    /// <summary>The picture; null before the first point with a value.</summary>
    public static Charts.RunChart? Picture(Cycle cycle, ImmutableArray<SeriesPoint> series, RunChartRead? read, Words words)
    {
        if (read is null) return null;

        var title = cycle.Plan.Measure is { Length: > 0 } measure ? measure : cycle.Plan.ChangeIdea;
        var says = series.Count(point => point.Value is not null) == 1 ? words["run.one"] : Says(read, words);
        return new(title, says, [.. series.Select(point => new RunPoint(words.Day(point.On), point.Value))], read.Median, 0, read.Shift ? [LongestRun(series, read.Median)] : []);
    }

    /// <summary>What a pilot watched over several cycles, against the middle value of the first.</summary>
    public static Charts.RunChart Picture(WatchedSeries watched, Words words)
    {
        var (chart, points) = (watched.Chart, watched.Points.Zip(watched.Chart.Points, (point, value) => new SeriesPoint(point.On, value, point.Note)).ToImmutableArray());
        var later = chart.Points.Skip(chart.BaselinePoints).ToArray();
        var says = words["watched.says", ("measure", watched.Measure), ("before", words.Number(chart.Median)), ("after", words.Number(Middle(later))), ("signal", Says(chart.Runs, words))];
        return new(watched.Measure, says, [.. points.Select(point => new RunPoint(words.Day(point.On), point.Value))], chart.Median, chart.BaselinePoints, chart.Runs.Shift ? [LongestRun(points, chart.Median)] : []);
    }

    private static double Middle(double?[] values)
    {
        var sorted = values.OfType<double>().Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>From where to where the longest run on one side goes, points on the middle value and gaps inside it included.</summary>
    internal static RunShift LongestRun(ImmutableArray<SeriesPoint> series, double median)
    {
        int from = 0, last = 0, side = 0, length = 0, best = 0;
        var longest = default(RunShift);
        for (var at = 0; at < series.Length; at++)
        {
            if (series[at].Value is not { } value || value == median) continue;

            var now = value > median ? 1 : -1;
            if (now != side) (from, length, side) = (at, 0, now);
            length++;
            last = at;
            if (length > best) (best, longest) = (length, new(from, last));
        }

        return longest;
    }
}
