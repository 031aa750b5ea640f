namespace InnovationScale.Statistics;

/// <summary>Whether two groups were alike before (What Works Clearinghouse).</summary>
public enum BaselineEquivalence
{
    /// <summary>|g| at most .05.</summary>
    Satisfied,

    /// <summary>|g| at most .25: alike enough if the analysis adjusts for the difference.</summary>
    SatisfiedWithAdjustment,

    /// <summary>|g| above .25: no adjustment mends it.</summary>
    NotSatisfied,
}

/// <summary>The Clearinghouse's rating of a study's design.</summary>
public enum ClearinghouseRating
{
    MeetsWithoutReservations,
    MeetsWithReservations,
    DoesNotMeet,
}

/// <summary>What a study's design has to say for itself.</summary>
/// <param name="Randomised">Assigned at random.</param>
/// <param name="Compromised">Assignment was random but did not stay so.</param>
/// <param name="LowAttrition">By <see cref="Attrition"/>, at the boundary that the protocol chose.</param>
/// <param name="LargestBaselineG">Largest |g| of a baseline on the analytic sample; null where none was measured.</param>
/// <param name="Adjusted">The analysis adjusts for the baselines.</param>
/// <param name="Confounded">One unit alone in a condition, or another intervention bundled with this one.</param>
public sealed record StudyDesign(
    bool Randomised, bool Compromised, bool LowAttrition, double? LargestBaselineG, bool Adjusted, bool Confounded);

/// <summary>The rules of the What Works Clearinghouse Standards Handbook 5.0 on group designs.</summary>
public static class Clearinghouse
{
    /// <summary>A baseline difference, as Hedges' g on the analytic sample.</summary>
    public static BaselineEquivalence Baseline(double g) => Math.Abs(Require.Finite(g, "effect-size", "The baseline difference")) switch
    {
        <= 0.05 => BaselineEquivalence.Satisfied,
        <= 0.25 => BaselineEquivalence.SatisfiedWithAdjustment,
        _ => BaselineEquivalence.NotSatisfied,
    };

    public static ClearinghouseRating Rate(StudyDesign design)
    {
        if (design.Confounded) return ClearinghouseRating.DoesNotMeet;
        if (design is { Randomised: true, Compromised: false, LowAttrition: true }) return ClearinghouseRating.MeetsWithoutReservations;
        if (design.LargestBaselineG is not { } g) return ClearinghouseRating.DoesNotMeet;
        return Baseline(g) switch
        {
            BaselineEquivalence.Satisfied => ClearinghouseRating.MeetsWithReservations,
            BaselineEquivalence.SatisfiedWithAdjustment when design.Adjusted => ClearinghouseRating.MeetsWithReservations,
            _ => ClearinghouseRating.DoesNotMeet,
        };
    }
}
