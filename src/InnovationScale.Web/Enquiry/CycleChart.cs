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

/// <summary>A cycle's series as numbers, as words and as a picture.</summary>
public static class CycleChart
{
    /// <summary>Fewer points off the middle value than this cannot give a signal, whatever they are (Anhøj and Olesen 2014).</summary>
    public const int PointsMin = 10;

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
