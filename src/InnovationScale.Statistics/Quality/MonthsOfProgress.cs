using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>Which of the Education Endowment Foundation's two tables is read.</summary>
public enum MonthsTable
{
    /// <summary>The table for single trials: 0 up to .04.</summary>
    Trial,

    /// <summary>The Teaching and Learning Toolkit's: 0 up to .01.</summary>
    Toolkit,
}

/// <summary>
/// Months of additional progress, the Education Endowment Foundation's gloss on an effect size. A gloss and nothing more: it holds for attainment alone, over
/// about a school year; it has no interval of its own, so the effect's stands beside it; and it is never an input to a rule.
/// </summary>
public static class MonthsOfProgress
{
    /// <summary>The smallest |effect| (two decimals) that counts as so many months, from 2 on; both tables agree there.</summary>
    public static ImmutableArray<(int Months, decimal From)> Bands { get; } =
    [
        (2, 0.10m), (3, 0.19m), (4, 0.27m), (5, 0.36m), (6, 0.45m), (7, 0.53m), (8, 0.62m), (9, 0.70m), (10, 0.79m), (11, 0.88m), (12, 0.96m),
    ];

    /// <summary>Months, negative for a negative effect; the effect is rounded to two decimals first, halves up.</summary>
    public static int Of(double effect, MonthsTable table = MonthsTable.Trial)
    {
        Require.That(Math.Abs(effect) < 100, "effect-size", "An effect of 100 standard deviations or more is a mistake in a unit.");
        var size = Rounded.HalfUp(Math.Abs(effect), 2);
        var one = table is MonthsTable.Trial ? 0.05m : 0.02m;
        var months = size < one ? 0 : Bands.Where(b => b.From <= size).Select(b => b.Months).DefaultIfEmpty(1).Last();
        return effect < 0 ? -months : months;
    }
}
