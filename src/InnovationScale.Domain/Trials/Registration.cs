using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace InnovationScale.Trials;

/// <summary>
/// The plan of a trial, dated before its results: what was expected, what it will be judged by, and how it will be computed. While the
/// trial is a draft anything may be missing; <see cref="Trial"/> says at submission what is.
/// </summary>
public sealed record Registration
{
    /// <summary>What is expected and why, in plain words.</summary>
    public string Hypothesis { get; init; } = "";

    public TrialDesign Design { get; init; }

    /// <summary>What was given to an arm: pupils, classes or schools.</summary>
    public UnitOfAssignment UnitOfAssignment { get; init; }

    public ImmutableArray<TrialArm> Arms { get; init; } = [];

    /// <summary>How the arms were filled: the method, and the hash of the seed where lots were drawn.</summary>
    public Allocation? Allocation { get; init; }

    /// <summary>The one result the trial promised to be judged by.</summary>
    public RegisteredOutcome? Primary { get; init; }

    public ImmutableArray<RegisteredOutcome> Secondary { get; init; } = [];

    /// <summary>Subgroups as cells name them, such as <c>free-lunch:yes</c>.</summary>
    public ImmutableArray<string> Subgroups { get; init; } = [];

    /// <summary>Cautious when the innovation itself may make pupils leave; chosen now because it decides what loss is tolerable.</summary>
    public AttritionBoundary AttritionBoundary { get; init; }

    public string MissingDataRule { get; init; } = "";

    public string StoppingRule { get; init; } = "";

    public PlannedAnalysis Analysis { get; init; }

    /// <summary>Pupils planned, all arms together; null where nobody could say.</summary>
    public int? PlannedPupils { get; init; }

    /// <summary>Classes or schools planned, all arms together, where these are put into groups; null where nobody could say.</summary>
    public int? PlannedUnits { get; init; }

    /// <summary>How much of it is to be delivered; null where nobody said.</summary>
    public PlannedDose? Dose { get; init; }

    /// <summary>A cell of fewer pupils is refused: integer scores of two to four pupils can be recovered from their moments.</summary>
    public int MinimumCellSize { get; init; } = 5;

    /// <summary>Two effects closer than this, in standard deviations, count as the same.</summary>
    public double CorrespondenceMargin { get; init; } = 0.10;

    /// <summary>The smallest difference, in standard deviations, that would be worth the effort.</summary>
    public double SmallestWorthwhile { get; init; } = 0.20;

    /// <summary>Dimensions of the context the effect may depend on. Only what was said beforehand may narrow a claim afterwards.</summary>
    public ImmutableArray<string> MayDependOn { get; init; } = [];

    public DataStatus DataStatus { get; init; }

    /// <summary>Every outcome, the primary one first.</summary>
    public IEnumerable<RegisteredOutcome> Outcomes() => Primary is null ? Secondary : [Primary, .. Secondary];

    /// <summary>The groups by turns, in the shares that the plan's ratio gives them in the order of the groups; evenly where it cannot be read.</summary>
    public ImmutableArray<string> Turns()
    {
        int[] shares = [.. (Allocation?.Ratio ?? "").Split(':').Select(share => int.TryParse(share, System.Globalization.CultureInfo.InvariantCulture, out var whole) && whole is > 0 and <= 20 ? whole : 0)];
        return shares.Length == Arms.Length && !shares.Contains(0) ? [.. Arms.Zip(shares, (arm, share) => Enumerable.Repeat(arm.Name, share)).SelectMany(arm => arm)] : [.. Arms.Select(arm => arm.Name)];
    }

    public TrialArm? Comparison => Arms.FirstOrDefault(arm => arm.Comparison);

    public IEnumerable<TrialArm> Treated() => Arms.Where(arm => !arm.Comparison);

    /// <summary>What the plan still needs before it may be submitted.</summary>
    public IEnumerable<Missing> StillMissing()
    {
        if (string.IsNullOrWhiteSpace(Hypothesis)) yield return Lacks("hypothesis", "Say what you expect to happen, and why.");
        if (Arms.Length < 2 || Arms.Count(arm => arm.Comparison) != 1)
            yield return Lacks("arms", "Name at least two groups, exactly one of them the comparison.");
        if (Arms.DistinctBy(arm => arm.Name, StringComparer.Ordinal).Count() != Arms.Length || Arms.Any(arm => string.IsNullOrWhiteSpace(arm.Name)))
            yield return Lacks("arm-names", "Give every group its own name.");
        if (Allocation is null) yield return Lacks("allocation", "Say how it is decided who is in which group.");
        else if (Design.DrawsLots() && string.IsNullOrWhiteSpace(Allocation.SeedSha256))
            yield return Lacks("seed-commitment", "Lots are drawn: give the SHA-256 of the seed before they are.");
        if (Primary is null) yield return Lacks("primary-outcome", "Name the one result the trial will be judged by.");
        foreach (var outcome in Outcomes())
        {
            if (outcome.Fault() is { } fault) yield return Lacks("outcome", fault);
        }

        if (Outcomes().DistinctBy(outcome => (outcome.Measure, outcome.Wave)).Count() != Outcomes().Count())
            yield return Lacks("outcome-twice", "Each outcome is named once: the same measure at the same time point appears twice.");
        if (string.IsNullOrWhiteSpace(MissingDataRule)) yield return Lacks("missing-data-rule", "Say what will be done about results that are missing.");
        if (string.IsNullOrWhiteSpace(StoppingRule)) yield return Lacks("stopping-rule", "Say what would make you stop early, even if it is “nothing”.");
        if (Analysis is PlannedAnalysis.Unadjusted && UnitOfAssignment is not UnitOfAssignment.Pupil)
            yield return Lacks("analysis", "Whole classes or schools were given to groups, so the analysis must allow for pupils of a class being alike.");
        if (Dose is { IsWhole: false })
            yield return Lacks("dose", "Where you say how much of it is planned, give the minutes a week, the weeks, what counts as delivered, and from which share of it on a school did as planned.");
        if (MinimumCellSize < 1) yield return Lacks("minimum-cell-size", "The smallest class that may be recorded has at least one pupil.");
        if (!(CorrespondenceMargin > 0 && double.IsFinite(CorrespondenceMargin)))
            yield return Lacks("correspondence-margin", "The margin within which two results count as the same is more than 0.");
        if (!(SmallestWorthwhile > 0 && double.IsFinite(SmallestWorthwhile)))
            yield return Lacks("smallest-worthwhile", "The smallest difference worth the effort is more than 0.");

        static Missing Lacks(string code, string sentence) => new(code, sentence, Role.Researcher);
    }

    /// <summary>Where two plans differ, field by field, each side as stored.</summary>
    public static ImmutableArray<PlanChange> Changes(Registration was, Registration now)
    {
        var before = JsonSerializer.SerializeToNode(was, StoredJson.Options)!.AsObject();
        var after = JsonSerializer.SerializeToNode(now, StoredJson.Options)!.AsObject();
        return
        [
            .. before.Select(field => field.Key).Union(after.Select(field => field.Key), StringComparer.Ordinal)
                .Where(field => !JsonNode.DeepEquals(before[field], after[field]))
                .Select(field => new PlanChange(field, before[field]?.ToJsonString(StoredJson.Options), after[field]?.ToJsonString(StoredJson.Options))),
        ];
    }

    /// <summary>
    /// What nobody may touch once it is known who is to be put into groups: whoever knows the list and may still choose the seed chooses the groups.
    /// </summary>
    public static ImmutableArray<string> FixedByTheFirstSchool { get; } = ["arms", "allocation", "design", "unitOfAssignment"];

    /// <summary>
    /// What nobody may touch once a result exists: the primary outcome, the arms, who is in them, and the planned analysis with every
    /// number that decides its verdict. As <see cref="PlanChange.Field"/> names them.
    /// </summary>
    public static ImmutableArray<string> FixedByTheFirstObservation { get; } =
    [
        "primary", "arms", "allocation", "design", "unitOfAssignment", "analysis", "attritionBoundary", "missingDataRule",
        "correspondenceMargin", "smallestWorthwhile", "mayDependOn",
    ];
}

/// <summary>One field of a plan that changed.</summary>
/// <param name="Field">As the plan's JSON names it.</param>
/// <param name="Was">The old value as JSON; null when there was none.</param>
/// <param name="Now">The new value as JSON; null when there is none.</param>
public sealed record PlanChange(string Field, string? Was, string? Now);

/// <summary>One group of a trial.</summary>
/// <param name="Comparison">True for the one group the others are compared with.</param>
/// <param name="Condition">What this group gets, in plain words; a comparison is described too, since “usual teaching” differs everywhere.</param>
public sealed record TrialArm(string Name, bool Comparison, string Condition = "");

/// <summary>How it was decided who is in which group.</summary>
/// <param name="Method">Such as “lots drawn within each school”.</param>
/// <param name="SeedSha256">Commitment to the seed, published before the draw and opened after it.</param>
/// <param name="Ratio">Such as <c>1:1</c>.</param>
/// <param name="ConcealedUntilBaseline">Nobody knew the groups before baseline was complete.</param>
public sealed record Allocation(string Method, string? SeedSha256 = null, string Ratio = "1:1", bool ConcealedUntilBaseline = false);

/// <summary>A result registered beforehand: what is measured, in what unit, when, and which way is better.</summary>
/// <param name="Measure">As cells name it.</param>
/// <param name="Wave">The time point, as cells name it, such as <c>outcome</c>.</param>
public sealed record RegisteredOutcome(string Measure, string Unit, double Min, double Max, Direction Direction, string Wave = "outcome")
{
    /// <summary>The wave of the score before the start; null where there is none.</summary>
    public string? BaselineWave { get; init; }

    /// <summary>A measure of attainment; only these may be told as months of progress.</summary>
    public bool Attainment { get; init; }

    /// <summary>Scores are compared with a published norm, so that a gain can be told from growing older.</summary>
    public bool NormReferenced { get; init; }

    /// <summary>The measure teaches to the innovation itself, which makes differences look larger.</summary>
    public bool InherentToTreatment { get; init; }

    internal string? Fault() =>
        string.IsNullOrWhiteSpace(Measure) || string.IsNullOrWhiteSpace(Wave) ? "An outcome has a measure and a time point."
        : string.IsNullOrWhiteSpace(Unit) ? $"Say in what unit “{Measure}” is measured."
        : !(double.IsFinite(Min) && double.IsFinite(Max) && Min < Max) ? $"“{Measure}” needs a lowest and a highest possible score, the lowest first."
        : null;
}

public enum Direction
{
    HigherIsBetter,
    LowerIsBetter,
}

/// <summary>
/// How a trial is built. A look before and after without a comparison is enquiry, not a trial, and is not in this list.
/// </summary>
public enum TrialDesign
{
    IndividualRandomised,
    ClusterRandomised,

    /// <summary>Lots drawn within each of several schools.</summary>
    MultisiteRandomised,
    SteppedWedge,

    /// <summary>Waiting classes get it later, in an order decided by lot.</summary>
    TakeTurns,
    MatchedComparison,
    InterruptedTimeSeries,
    SingleCase,
}

public static class TrialDesigns
{
    /// <summary>Who gets what is decided by lot.</summary>
    public static bool DrawsLots(this TrialDesign design) => design is TrialDesign.IndividualRandomised or TrialDesign.ClusterRandomised
        or TrialDesign.MultisiteRandomised or TrialDesign.SteppedWedge or TrialDesign.TakeTurns;

    /// <summary>Two groups are compared at one time point, which is what an effect size between groups needs.</summary>
    public static bool ComparesGroups(this TrialDesign design) => design is not (TrialDesign.InterruptedTimeSeries or TrialDesign.SingleCase);
}

public enum UnitOfAssignment
{
    Pupil,
    Class,
    School,
}

/// <summary>Which loss of pupils is tolerable (WWC Standards Handbook 4.1, Table II.1; unchanged in 5.0).</summary>
public enum AttritionBoundary
{
    /// <summary>For innovations that may themselves make pupils leave or stay.</summary>
    Cautious,
    Optimistic,
}

/// <summary>The analysis promised at registration.</summary>
public enum PlannedAnalysis
{
    /// <summary>Difference of means with the standard error enlarged because pupils of a class are alike (Hedges 2007).</summary>
    ClassAdjusted,

    /// <summary>The same without regard to classes; only for designs that give pupils, not classes, to arms.</summary>
    Unadjusted,
}

/// <summary>What of the data existed when the plan was written (the five answers of an OSF registration).</summary>
public enum DataStatus
{
    /// <summary>Nothing has been collected.</summary>
    PriorToCreation,

    /// <summary>Data exist and nobody has seen them.</summary>
    PriorToObservation,

    /// <summary>Data exist and somebody else has seen them.</summary>
    PriorToAccess,

    /// <summary>The team has the data and has not analysed them.</summary>
    PriorToAnalysis,

    /// <summary>The team has analysed the data in part.</summary>
    AfterAnalysis,
}
