using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>
/// How many people a randomised trial lost, in all and more from one group than the other, and whether that much may be tolerated: the boundary
/// of WWC Standards Handbook 4.1, Table II.1 (unchanged in 5.0; model of Deke and Chiang 2017). A widespread copy of the optimistic column
/// repeats 10.9 once too often and is shifted from 13 % on; this table is not that copy.
/// </summary>
public sealed record Attrition
{
    public Attrition(long randomisedTreated, long analysedTreated, long randomisedComparison, long analysedComparison)
    {
        Require.That(randomisedTreated > 0 && randomisedComparison > 0, "group-empty", "Both groups had somebody at the start.");
        Require.That(analysedTreated >= 0 && analysedTreated <= randomisedTreated && analysedComparison >= 0 && analysedComparison <= randomisedComparison,
            "analysed", "Those analysed are among those randomised.");
        Treated = 1 - (double)analysedTreated / randomisedTreated;
        Comparison = 1 - (double)analysedComparison / randomisedComparison;
        Overall = 1 - (double)(analysedTreated + analysedComparison) / (randomisedTreated + randomisedComparison);
    }

    /// <summary>Share lost from the treated, 0 to 1.</summary>
    public double Treated { get; }

    public double Comparison { get; }

    public double Overall { get; }

    public double Differential => Math.Abs(Treated - Comparison);

    /// <summary>The largest tolerable difference in percentage points where the intervention may itself cause loss; null where no difference is tolerable.</summary>
    public double? LimitCautious => Limit(Cautious);

    /// <summary>The same where it is unlikely to.</summary>
    public double? LimitOptimistic => Limit(Optimistic);

    public bool IsLowCautious => IsLow(LimitCautious);

    public bool IsLowOptimistic => IsLow(LimitOptimistic);

    private bool IsLow(double? limit) => limit is { } points && 100 * Differential <= points + 1e-8;

    private double? Limit(ImmutableArray<double> boundary)
    {
        var row = (int)Rounded.HalfUp(100 * Overall, 0);
        return row < boundary.Length ? boundary[row] : null;
    }

    // By overall attrition in whole percent from 0.
    private static readonly ImmutableArray<double> Cautious =
    [
        5.7, 5.8, 5.9, 5.9, 6, 6.1, 6.2, 6.3, 6.3, 6.3, 6.3, 6.2, 6.2, 6.1, 6, 5.9, 5.9, 5.8, 5.7, 5.5, 5.4, 5.3, 5.2, 5.1, 4.9, 4.8, 4.7, 4.5, 4.4, 4.3,
        4.1, 4, 3.8, 3.6, 3.5, 3.3, 3.2, 3.1, 2.9, 2.8, 2.6, 2.5, 2.3, 2.1, 2, 1.8, 1.6, 1.5, 1.3, 1.2, 1, 0.9, 0.7, 0.6, 0.4, 0.3, 0.2, 0,
    ];

    private static readonly ImmutableArray<double> Optimistic =
    [
        10, 10.1, 10.2, 10.3, 10.4, 10.5, 10.7, 10.8, 10.9, 10.9, 10.9, 10.9, 10.9, 10.8, 10.8, 10.7, 10.6, 10.5, 10.3, 10.2, 10, 9.9, 9.7, 9.5, 9.4, 9.2, 9,
        8.8, 8.6, 8.4, 8.2, 8, 7.8, 7.6, 7.4, 7.2, 7, 6.7, 6.5, 6.3, 6, 5.8, 5.6, 5.3, 5.1, 4.9, 4.6, 4.4, 4.2, 3.9, 3.7, 3.5, 3.2, 3, 2.8, 2.6, 2.3, 2.1,
        1.9, 1.6, 1.4, 1.1, 0.9, 0.7, 0.5, 0.3,
    ];
}
