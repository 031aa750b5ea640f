using System.Collections.Immutable;
using InnovationScale.Statistics;
using InnovationScale.Trials;

namespace InnovationScale.Evaluations;

/// <summary>
/// A named way to compute an evaluation from closed cells. The name carries a version: the same name on the same cells gives the same
/// findings for ever, and a change of any formula or bound is a new name.
/// </summary>
/// <param name="Name">Such as <c>class-adjusted/1</c>; stored with every evaluation.</param>
/// <param name="Model">The registered analysis it carries out.</param>
public sealed record Method(string Name, PlannedAnalysis Model)
{
    /// <summary>Published tables hold no group of fewer pupils.</summary>
    public const int SmallestGroupShown = Publication.Disclosure.FewestShown;

    /// <summary>Every registered outcome in every treated arm and subgroup, the loss of pupils, the rating and the verdict.</summary>
    public Findings Evaluate(ClosedTrial data)
    {
        var comparison = data.Plan.Comparison!;
        ImmutableArray<OutcomeFinding> outcomes =
        [
            .. from outcome in data.Plan.Outcomes()
               from subgroup in data.Plan.Subgroups.Prepend("")
               from arm in data.Plan.Treated()
               select Find(data, outcome, arm.Name, comparison.Name, subgroup),
        ];
        ImmutableArray<AttritionFinding> attrition = [.. data.Plan.Treated().Select(arm => Loss(data, arm.Name, comparison.Name))];
        var primary = outcomes[0];
        return new()
        {
            Outcomes = outcomes,
            Attrition = attrition,
            Deviations = [.. data.Deviations.Select(deviation => deviation.What)],
            Gaps = [.. data.Gaps.Select(gap => $"{gap.School}, {gap.Arm}: {gap.Why}")],
            SitesLost = data.SitesLost,
            StoppedBecause = data.StoppedBecause,
            Costs = data.Costs,
            Dose = DoseFinding.Of(data),
            Unwanted = data.Unwanted,
            Rating = Rate(data, primary, attrition[0]),
            Verdict = primary.Verdict,
        };
    }

    private OutcomeFinding Find(ClosedTrial data, RegisteredOutcome outcome, string arm, string comparison, string subgroup)
    {
        var finding = new OutcomeFinding(outcome.Measure, outcome.Wave, arm, comparison, outcome == data.Plan.Primary, subgroup);
        var (treated, compared) = (Cells(data, outcome, arm, subgroup), Cells(data, outcome, comparison, subgroup));
        if (treated.IsEmpty || compared.IsEmpty) return finding with { NotComputed = "There are no results in one of the groups." };
        if (Pupils(treated) < SmallestGroupShown || Pupils(compared) < SmallestGroupShown)
            return finding with { Suppressed = true, NotComputed = $"Fewer than {SmallestGroupShown} pupils in a group: withheld so that nobody can be recognised." };
        if (subgroup.Length > 0 && (LeavesAFew(data, outcome, arm, treated) || LeavesAFew(data, outcome, comparison, compared)))
            return finding with { Suppressed = true, NotComputed = $"All but fewer than {SmallestGroupShown} pupils of a group: withheld, since the others could be worked out from it." };

        return Computed.Try(() => Compare(outcome, treated, compared)).Match(
            effect =>
            {
                var (g, low, high) = effect.Improvement();
                if (outcome.Attainment) effect = effect with { Months = MonthsOfProgress.Of(g) };
                return finding with { Effect = effect, Baseline = Start(treated, compared), Verdict = Verdicts.Of(low, high, data.Plan.SmallestWorthwhile) };
            },
            why => finding with { NotComputed = why.Sentence, Baseline = Start(treated, compared) });
    }

    /// <summary>Everybody is shown too: whoever is not in the subgroup must not be few.</summary>
    private static bool LeavesAFew(ClosedTrial data, RegisteredOutcome outcome, string arm, ImmutableArray<Cell> subgroup) =>
        Pupils(Cells(data, outcome, arm, subgroup: "")) - Pupils(subgroup) is > 0 and < SmallestGroupShown;

    private Effect Compare(RegisteredOutcome outcome, ImmutableArray<Cell> treated, ImmutableArray<Cell> compared)
    {
        var groups = new TwoGroups(Total(treated), Total(compared));
        var shape = new Effect(groups.Treated.N, groups.Comparison.N, treated.Sum(cell => cell.Classes), compared.Sum(cell => cell.Classes),
            groups.Treated.Mean - groups.Comparison.Mean, groups.PooledSd, G: 0, StandardError: 0, Low: 0, High: 0)
        {
            HigherIsBetter = outcome.Direction is Direction.HigherIsBetter,
        };
        return Model is PlannedAnalysis.Unadjusted ? Unadjusted(shape, groups.HedgesG()) : ClassAdjusted(shape, outcome, treated, compared);
    }

    private static Effect Unadjusted(Effect shape, HedgesG g) => shape with
    {
        G = g.Value, StandardError = g.StandardError, Low = g.Interval().Lower, High = g.Interval().Upper, DegreesOfFreedom = g.DegreesOfFreedom,
    };

    private static Effect ClassAdjusted(Effect shape, RegisteredOutcome outcome, ImmutableArray<Cell> treated, ImmutableArray<Cell> compared)
    {
        // A cell that pools several classes says nothing about how alike the pupils of one class are.
        var observed = Computed.Try(() => IntraclassCorrelation.Within(SingleClasses(treated), SingleClasses(compared)));
        var assumed = outcome.Attainment ? ClusterAdjustment.DefaultForAchievement : ClusterAdjustment.DefaultForOther;
        var correlation = observed.Match(icc => icc.Value, _ => assumed);
        var effect = ClusteredEffect.Between(Outcomes(treated), Outcomes(compared), correlation);
        var interval = effect.Interval();
        return shape with
        {
            G = effect.G,
            StandardError = effect.StandardError,
            Low = interval.Lower,
            High = interval.Upper,
            DegreesOfFreedom = effect.DegreesOfFreedom,
            IntraclassCorrelation = correlation,
            IntraclassCorrelationFrom = observed.Match(_ => null as string, _ => "default of the WWC Procedures Handbook, too few classes to tell"),
            DesignEffect = effect.Adjustment.DesignEffectUnequal ?? effect.Adjustment.DesignEffect,
        };

        static IEnumerable<Moments> SingleClasses(ImmutableArray<Cell> cells) => cells.Where(cell => cell.Classes == 1).Select(cell => cell.Outcome);
    }

    /// <summary>Where those started whose results are compared: pupils with both scores where the cells tell them apart.</summary>
    private static BaselineFinding? Start(ImmutableArray<Cell> treated, ImmutableArray<Cell> compared)
    {
        var (t, c) = (Baseline(treated), Baseline(compared));
        return Computed.Try(() => HedgesG.Between(t, c)).Match(
            g => new BaselineFinding(g.Value, t.N, c.N, Clearinghouse.Baseline(g.Value) switch
            {
                BaselineEquivalence.Satisfied => BaselineVerdict.Equivalent,
                BaselineEquivalence.SatisfiedWithAdjustment => BaselineVerdict.EquivalentIfAdjusted,
                _ => BaselineVerdict.NotEquivalent,
            }),
            _ => null as BaselineFinding);

        static Moments Baseline(ImmutableArray<Cell> cells) => cells.Aggregate(Moments.None, (all, cell) => all.Merge(cell.Matched.N > 0 ? cell.Matched.X : cell.Baseline));
    }

    private static AttritionFinding Loss(ClosedTrial data, string arm, string comparison)
    {
        var (treated, compared) = (InArm(arm), InArm(comparison));
        if (treated.Unsaid + compared.Unsaid > 0 || treated.Allocated == 0 || compared.Allocated == 0) return new(arm, Overall: null, Differential: null, Low: null);

        var loss = new Attrition(treated.Allocated, treated.Measured - treated.JoinedLate, compared.Allocated, compared.Measured - compared.JoinedLate);
        return new(arm, loss.Overall, loss.Differential, data.Plan.AttritionBoundary is AttritionBoundary.Cautious ? loss.IsLowCautious : loss.IsLowOptimistic);

        Flow InArm(string name) => Cells(data, data.Plan.Primary!, name, subgroup: "").Select(Flow.Of).Aggregate(Flow.None, (sum, flow) => sum.Plus(flow, 1));
    }

    private static Rating Rate(ClosedTrial data, OutcomeFinding primary, AttritionFinding loss)
    {
        if (primary.Effect is not { } effect) return new(0, primary.NotComputed ?? "The primary outcome could not be computed.");
        return Rating.Lowest(
        [
            data.Plan.Design.DrawsLots()
                ? new("design", 5, "Who was in which group was decided by lot.")
                : new("design", 3, "Groups were matched, not drawn by lot."),
            Precision(effect),
            Lost(loss, primary.Baseline),
            Started(primary.Baseline, data.Plan.Design.DrawsLots() && loss.Low == true),
            .. Threats(data, effect),
        ]);
    }

    /// <summary>The smallest difference this trial could notice four times in five (Bloom 1995), from the standard error it reached; bands of the EEF (2019).</summary>
    private static Criterion Precision(Effect effect)
    {
        var noticed = (StudentT.Quantile(0.975, effect.DegreesOfFreedom) + StudentT.Quantile(0.8, effect.DegreesOfFreedom)) * effect.StandardError;
        return new("precision", SecurityBands.MinimumDetectableEffect.Rate(noticed), "How small a difference it could notice.");
    }

    private static Criterion Lost(AttritionFinding loss, BaselineFinding? baseline)
    {
        if (loss.Overall is not { } overall) return new("attrition", 2, "How many pupils were lost is not known.");
        var value = SecurityBands.Attrition.Rate(Math.Floor(100 * overall + 0.5));
        if (loss.Low == true) return new("attrition", value, "Pupils we lost track of.");
        return baseline is { Verdict: BaselineVerdict.Equivalent }
            ? new("attrition", Math.Min(value, 3), "More pupils were lost than is tolerable; those who stayed started alike.")
            : new("attrition", Math.Min(value, 2), "More pupils were lost than is tolerable, and those who stayed are not shown to have started alike.");
    }

    private static Criterion Started(BaselineFinding? baseline, bool lotsHold) => baseline?.Verdict switch
    {
        BaselineVerdict.Equivalent => new("baseline", 5, "Both groups started alike."),
        BaselineVerdict.EquivalentIfAdjusted => new("baseline", lotsHold ? 4 : 2, "The groups started a little apart, and the result is not adjusted for it."),
        BaselineVerdict.NotEquivalent => new("baseline", lotsHold ? 3 : 1, "The groups started too far apart."),
        _ => new("baseline", lotsHold ? 4 : 2, "Where the groups started is not known."),
    };

    private static IEnumerable<Criterion> Threats(ClosedTrial data, Effect effect)
    {
        if (data.PooledClasses) yield return new("pooled-classes", 4, "Some small classes were pooled.");
        if (effect.IntraclassCorrelationFrom is not null) yield return new("classes", 3, "Too few classes to tell how alike their pupils are.");
        if (effect.TreatedClasses == 1 || effect.ComparedClasses == 1) yield return new("one-class", 1, "A group is a single class: class and innovation cannot be told apart.");
        if (data.Plan.Primary!.InherentToTreatment) yield return new("inherent-measure", 3, "The measure tests what the innovation teaches.");
        if (data.Deviations.Any(deviation => !deviation.Changes.IsEmpty)) yield return new("deviations", 4, "The plan was changed after results were seen.");
        if (data.SitesLost > 0) yield return new("sites-lost", 4, "Schools left during the trial.");
        if (data.StoppedBecause is not null) yield return new("stopped", 3, "The trial was stopped early.");
    }

    private static ImmutableArray<Cell> Cells(ClosedTrial data, RegisteredOutcome outcome, string arm, string subgroup) =>
    [
        .. data.Cells.Where(cell => cell.Measure == outcome.Measure && cell.Wave == outcome.Wave && cell.Arm == arm && cell.Subgroup == subgroup),
    ];

    private static long Pupils(ImmutableArray<Cell> cells) => cells.Sum(cell => cell.Outcome.N);

    private static Moments Total(ImmutableArray<Cell> cells) => cells.Aggregate(Moments.None, (all, cell) => all.Merge(cell.Outcome));

    private static ImmutableArray<Moments> Outcomes(ImmutableArray<Cell> cells) => [.. cells.Select(cell => cell.Outcome)];
}

/// <summary>The methods there are.</summary>
public static class Methods
{
    /// <summary>Hedges' g with its standard error enlarged by the design effect of classes (Hedges 2007), the correlation from within-arm analysis of variance.</summary>
    public static Method ClassAdjusted { get; } = new("class-adjusted/1", PlannedAnalysis.ClassAdjusted);

    /// <summary>Hedges' g as if pupils had been assigned and taught singly.</summary>
    public static Method Unadjusted { get; } = new("unadjusted/1", PlannedAnalysis.Unadjusted);

    public static ImmutableArray<Method> All { get; } = [ClassAdjusted, Unadjusted];

    public static Method? Named(string name) => All.FirstOrDefault(method => method.Name == name);
}
