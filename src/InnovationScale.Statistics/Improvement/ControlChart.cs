using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>
/// A Shewhart control chart: a centre and three-sigma limits fixed by the baseline points and applied to all. A point strictly outside its limits
/// is a signal, and so are the run-chart rules around the centre.
/// </summary>
/// <param name="Points">In time order; null is a gap.</param>
/// <param name="Centre">The baseline's mean, in the points' unit.</param>
/// <param name="Lower">The lower limit of each point; null where a missing point leaves the number of cases unknown.</param>
/// <param name="Upper">The upper limit of each point.</param>
public sealed record ControlChart(ImmutableArray<double?> Points, double Centre, ImmutableArray<double?> Lower, ImmutableArray<double?> Upper)
{
    // Both as printed in the tables that practitioners use: the published charts carry them, and 1.128379 would shift every limit.
    internal const double D2 = 1.128;
    internal const double D4 = 3.267;

    /// <summary>Standard deviation of a point; on charts of counts and shares it differs from point to point and is null.</summary>
    public double? Sigma { get; init; }

    /// <summary>Mean moving range of the baseline; null on charts of counts and shares.</summary>
    public double? MeanMovingRange { get; init; }

    /// <summary>Laney's factor for more or less spread than chance alone; null on the plain charts.</summary>
    public double? SigmaZ { get; init; }

    /// <summary>Where points lie strictly outside their limits, counted from 0.</summary>
    public ImmutableArray<int> Beyond => [.. Enumerable.Range(0, Points.Length).Where(i => Points[i] is { } y && (y < Lower[i] || y > Upper[i]))];

    /// <summary>What the run-chart rules say around the centre.</summary>
    public Runs Runs => Runs.Of(Points, Centre);

    public bool Signal => Beyond.Length > 0 || Runs.Signal;

    /// <summary>Individual values: mean -+ 3 MR/1.128, MR the mean moving range of the baseline.</summary>
    /// <param name="points">In time order; null is a gap, and so is the moving range beside it.</param>
    /// <param name="baselinePoints">How many of the first points fix the limits; all of them if not said.</param>
    /// <param name="screened">Leave out, once, the moving ranges of 3.267 MR and more before the limits are formed.</param>
    public static ControlChart Individuals(IEnumerable<double?> points, int? baselinePoints = null, bool screened = false)
    {
        var series = Series.Checked(points, baselinePoints, out var baseline);
        var centre = Mean(series[..baseline]);
        var ranges = MovingRangesOf(series)[..baseline].OfType<double>().ToList();
        Require.That(ranges.Count > 0, "baseline", "Limits need two neighbouring points in the baseline.");
        var mean = ranges.Average();
        if (screened && ranges.Exists(r => r < D4 * mean)) mean = ranges.Where(r => r < D4 * mean).Average();
        var sigma = mean / D2;
        return Level(series, centre, centre - 3 * sigma, centre + 3 * sigma) with { Sigma = sigma, MeanMovingRange = mean };
    }

    /// <summary>The moving ranges of individual values, each at the later of its two points; upper limit 3.267 MR.</summary>
    public static ControlChart MovingRanges(IEnumerable<double?> points, int? baselinePoints = null)
    {
        var series = Series.Checked(points, baselinePoints, out var baseline);
        var ranges = MovingRangesOf(series);
        Require.That(ranges[..baseline].Any(r => r is not null), "baseline", "Limits need two neighbouring points in the baseline.");
        var mean = Mean(ranges[..baseline]);
        return Level(ranges, mean, 0, D4 * mean);
    }

    /// <summary>Shares, such as pupils present of pupils enrolled: limits -+ 3 sqrt(p(1-p)/n), within [0, 1].</summary>
    /// <param name="adjusted">Laney's p': widen or narrow the limits by the spread that the baseline shows.</param>
    public static ControlChart Shares(IEnumerable<(double Count, double Of)?> points, int? baselinePoints = null, bool adjusted = false)
    {
        var counts = points.ToImmutableArray();
        foreach (var (count, of) in counts.OfType<(double Count, double Of)>())
            Require.That(count <= of, "counts", "A share's count is at most its number of cases.");
        return Ratios(counts, baselinePoints, adjusted, p => p * (1 - p), 1);
    }

    /// <summary>Rates, such as incidents over pupil days: limits -+ 3 sqrt(u/n), not below 0.</summary>
    /// <param name="adjusted">Laney's u'.</param>
    public static ControlChart Rates(IEnumerable<(double Count, double Of)?> points, int? baselinePoints = null, bool adjusted = false) =>
        Ratios(points.ToImmutableArray(), baselinePoints, adjusted, u => u, double.PositiveInfinity);

    /// <summary>Counts over equal opportunity: mean -+ 3 sqrt(mean), not below 0.</summary>
    public static ControlChart Counts(IEnumerable<double?> points, int? baselinePoints = null)
    {
        var series = Series.Checked(points, baselinePoints, out var baseline);
        Require.That(series.All(c => c is null or >= 0), "counts", "A count is 0 or more.");
        var mean = Mean(series[..baseline]);
        var half = 3 * Math.Sqrt(mean);
        return Level(series, mean, Math.Max(0, mean - half), mean + half);
    }

    private static ControlChart Ratios(
        ImmutableArray<(double Count, double Of)?> points, int? baselinePoints, bool adjusted, Func<double, double> variance, double ceiling)
    {
        foreach (var (count, of) in points.OfType<(double Count, double Of)>())
            Require.That(count >= 0 && of > 0 && double.IsFinite(of), "counts", "A count is 0 or more, and there is something it is of.");
        var series = Series.Checked(points.Select(p => p is var (count, of) ? count / of : (double?)null), baselinePoints, out var baseline);
        var known = points[..baseline].OfType<(double Count, double Of)>().ToList();
        var centre = known.Sum(p => p.Count) / known.Sum(p => p.Of);

        double?[] sigma = [.. points.Select(p => p is var (_, of) ? Math.Sqrt(variance(centre) / of) : (double?)null)];
        double? factor = null;
        if (adjusted)
        {
            Require.Positive(variance(centre), "no-variation", "The variance at the centre");
            var z = series.Select((y, i) => (y - centre) / sigma[i]).ToImmutableArray();
            var ranges = MovingRangesOf(z)[..baseline].OfType<double>().ToList();
            Require.That(ranges.Count > 0, "baseline", "Limits need two neighbouring points in the baseline.");
            factor = ranges.Average() / D2;
        }

        return new(series, centre,
            [.. sigma.Select(s => s is { } one ? Math.Max(0, centre - 3 * one * (factor ?? 1)) : (double?)null)],
            [.. sigma.Select(s => s is { } one ? Math.Min(ceiling, centre + 3 * one * (factor ?? 1)) : (double?)null)]) { SigmaZ = factor };
    }

    private static ControlChart Level(ImmutableArray<double?> series, double centre, double lower, double upper) =>
        new(series, centre, [.. Enumerable.Repeat<double?>(lower, series.Length)], [.. Enumerable.Repeat<double?>(upper, series.Length)]);

    private static double Mean(ImmutableArray<double?> series) => series.OfType<double>().Average();

    /// <summary>The range from the point before to each point; a gap beside a gap, and at the first point.</summary>
    private static ImmutableArray<double?> MovingRangesOf(ImmutableArray<double?> series) =>
        [.. series.Select((y, i) => i > 0 && y is { } now && series[i - 1] is { } before ? Math.Abs(now - before) : (double?)null)];
}
