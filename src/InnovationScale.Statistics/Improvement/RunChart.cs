using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>
/// The two run-chart rules that keep their error rate however long the series is: an unusually long run on one side of the centre line, or
/// unusually few crossings of it (Anhøj and Olesen 2014; Anhøj and Wentzel-Larsen 2018). Points on the centre line and missing points neither
/// extend nor break a run.
/// </summary>
/// <param name="Useful">Points that are off the centre line.</param>
/// <param name="LongestRun">The longest run of them on one side.</param>
/// <param name="LongestRunMax">The longest that chance would make: round(log2 useful) + 3, halves to even.</param>
/// <param name="Crossings">How often the useful points change sides.</param>
/// <param name="CrossingsMin">The fewest that chance would make: the lower 5 % point of Binomial(useful - 1, 1/2).</param>
public sealed record Runs(int Useful, int LongestRun, int LongestRunMax, int Crossings, int CrossingsMin)
{
    public bool Shift => LongestRun > LongestRunMax;

    public bool TooFewCrossings => Crossings < CrossingsMin;

    /// <summary>More than chance wobble: either rule.</summary>
    public bool Signal => Shift || TooFewCrossings;

    /// <param name="points">In time order; null is a gap, never 0.</param>
    /// <param name="centre">The centre line.</param>
    public static Runs Of(IEnumerable<double?> points, double centre)
    {
        int useful = 0, longest = 0, run = 0, crossings = 0, side = 0;
        foreach (var point in points)
        {
            if (point is not { } y || y == centre) continue;
            var now = y > centre ? 1 : -1;
            useful++;
            if (now == side)
            {
                run++;
            }
            else
            {
                if (side != 0) crossings++;
                run = 1;
                side = now;
            }

            longest = Math.Max(longest, run);
        }

        Require.That(useful > 0, "no-useful-points", "Every point lies on the centre line or is missing, so there are no runs to judge.");
        return new(useful, longest, (int)Math.Round(Math.Log2(useful), MidpointRounding.ToEven) + 3, crossings, CrossingsMinOf(useful));
    }

    /// <summary>The smallest x with P(Binomial(useful - 1, 1/2) &lt;= x) at least 5 %.</summary>
    public static int CrossingsMinOf(int useful)
    {
        Require.That(useful > 0, "no-useful-points", "There are no runs without a point off the centre line.");
        var trials = useful - 1;

        // In logarithms, because 2^-trials alone is below the smallest double from 1,075 trials on.
        double logTerm = -trials * Math.Log(2), sum = Math.Exp(logTerm);
        var x = 0;
        while (sum < 0.05)
        {
            logTerm += Math.Log((double)(trials - x) / (x + 1));
            sum += Math.Exp(logTerm);
            x++;
        }

        return x;
    }
}

/// <summary>A run chart: a series in time order around the median of its baseline, which stays where it was when later points arrive.</summary>
/// <param name="Points">In time order; null is a gap.</param>
/// <param name="Median">The centre line, in the measure's unit.</param>
/// <param name="BaselinePoints">How many of the first points (gaps included) the median rests on.</param>
/// <param name="Runs">What the rules say of all points.</param>
public sealed record RunChart(ImmutableArray<double?> Points, double Median, int BaselinePoints, Runs Runs)
{
    /// <param name="points">In time order; null is a gap.</param>
    /// <param name="baselinePoints">How many of the first points fix the median; all of them if not said.</param>
    public static RunChart Of(IEnumerable<double?> points, int? baselinePoints = null)
    {
        var series = Series.Checked(points, baselinePoints, out var baseline);
        var known = series.AsSpan(0, baseline).ToArray().OfType<double>().Order().ToArray();
        var middle = known.Length / 2;
        var median = known.Length % 2 == 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
        return new(series, median, baseline, Runs.Of(series, median));
    }
}

/// <summary>A series in time order with gaps.</summary>
internal static class Series
{
    public static ImmutableArray<double?> Checked(IEnumerable<double?> points, int? baselinePoints, out int baseline)
    {
        var series = points.ToImmutableArray();
        foreach (var point in series)
        {
            if (point is { } value) Require.Finite(value, "point", "A point of a chart");
        }

        baseline = baselinePoints ?? series.Length;
        Require.That(baseline >= 1 && baseline <= series.Length, "baseline", "The baseline is a part of the series, from its first point on.");
        Require.That(series.AsSpan(0, baseline).ToArray().Any(p => p is not null), "baseline", "The baseline has no known point.");
        return series;
    }
}
