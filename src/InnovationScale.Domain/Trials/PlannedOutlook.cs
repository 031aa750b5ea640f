using InnovationScale.Statistics;

namespace InnovationScale.Trials;

/// <summary>
/// What a trial of the planned size can be expected to tell, said before it begins: the smallest difference it would notice four times in five, and how often it
/// would end with “cannot tell”. No baseline is counted on, so that a trial turns out better than its outlook rather than worse.
/// </summary>
/// <param name="SmallestNoticed">In standard deviations (Bloom 1995).</param>
/// <param name="CannotTellIfWorthwhile">The chance of “cannot tell” where the smallest worthwhile difference is there.</param>
/// <param name="CannotTellIfNone">The same where there is no difference at all.</param>
/// <param name="IntraclassCorrelation">Assumed: how alike pupils of a class are (WWC Procedures Handbook); null where pupils are assigned singly.</param>
public sealed record PlannedOutlook(double SmallestNoticed, double CannotTellIfWorthwhile, double CannotTellIfNone, double? IntraclassCorrelation)
{
    /// <summary>Null while the plan does not say how many, or where the design compares no groups.</summary>
    public static PlannedOutlook? Of(Registration plan)
    {
        if (plan is not { PlannedPupils: > 0 and var pupils, Primary: { } primary, Comparison: { } usual } || plan.Treated().FirstOrDefault() is not { } tried || !plan.Design.ComparesGroups()) return null;

        // The verdict is about the first group that tries it against the comparison: whoever is in another group tells nothing of it.
        var turns = plan.Turns();
        double treated = turns.Count(arm => arm == tried.Name), compared = treated + turns.Count(arm => arm == usual.Name);
        var (part, share) = (compared / turns.Length, treated / compared);
        if (plan.UnitOfAssignment is UnitOfAssignment.Pupil) return Of(new IndividualDesign(pupils * part, share), plan.SmallestWorthwhile, null);
        if (plan.PlannedUnits is not > 0) return null;

        var alike = primary.Attainment ? ClusterAdjustment.DefaultForAchievement : ClusterAdjustment.DefaultForOther;
        return Of(new ClusterDesign(plan.PlannedUnits.Value * part, (double)pupils / plan.PlannedUnits.Value, alike, share), plan.SmallestWorthwhile, alike);
    }

    private static PlannedOutlook? Of(RandomisedDesign design, double worthwhile, double? alike) => Computed.Try(() =>
    {
        var (error, half) = (design.StandardError, StudentT.Quantile(0.975, design.DegreesOfFreedom) * design.StandardError);
        return new PlannedOutlook(design.MinimumDetectableEffect(), CannotTell(worthwhile, error, half, worthwhile), CannotTell(0, error, half, worthwhile), alike);
    }).Match(outlook => outlook, _ => null as PlannedOutlook);

    /// <summary>The estimate lies near enough to 0 for its interval to hold it, and not so near that the interval lies inside what is worth the effort.</summary>
    private static double CannotTell(double truth, double error, double half, double worthwhile) =>
        Within(half, truth, error) - (worthwhile > half ? Within(Math.Min(half, worthwhile - half), truth, error) : 0);

    private static double Within(double bound, double truth, double error) => Normal.Cdf((bound - truth) / error) - Normal.Cdf((-bound - truth) / error);
}
