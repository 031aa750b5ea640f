using System.Collections.Immutable;

namespace InnovationScale.Evaluations;

/// <summary>What an evaluation found: every registered outcome, every deviation, how far the numbers can be trusted, and the verdict.</summary>
public sealed record Findings
{
    /// <summary>One for every registered outcome, treated arm and subgroup, the primary one first; where nothing could be computed it says why.</summary>
    public ImmutableArray<OutcomeFinding> Outcomes { get; init; } = [];

    /// <summary>Pupils lost, for every treated arm against the comparison, on the primary outcome.</summary>
    public ImmutableArray<AttritionFinding> Attrition { get; init; } = [];

    /// <summary>Where the trial left its plan, in the words on record.</summary>
    public ImmutableArray<string> Deviations { get; init; } = [];

    /// <summary>Planned results that are missing, and why.</summary>
    public ImmutableArray<string> Gaps { get; init; } = [];

    public int SitesLost { get; init; }

    public string? StoppedBecause { get; init; }

    /// <summary>What it took, as those who ran it say; null where they did not.</summary>
    public Trials.TrialCosts? Costs { get; init; }

    /// <summary>What each group that tried it got of what was planned; empty where the plan does not say.</summary>
    public ImmutableArray<DoseFinding> Dose { get; init; } = [];

    /// <summary>What happened that nobody wanted, as those who ran it say: empty where they saw none, null where they did not say.</summary>
    public ImmutableArray<string>? Unwanted { get; init; }

    public required Rating Rating { get; init; }

    public required Verdict Verdict { get; init; }

    public OutcomeFinding? Primary => Outcomes.FirstOrDefault(finding => finding is { Primary: true, Subgroup: "" });
}

/// <summary>One outcome in one treated arm against the comparison.</summary>
public sealed record OutcomeFinding(string Measure, string Wave, string Arm, string Comparison, bool Primary, string Subgroup = "")
{
    /// <summary>Why there is no effect; null when there is one.</summary>
    public string? NotComputed { get; init; }

    /// <summary>The numbers are withheld: fewer than 10 pupils in a group.</summary>
    public bool Suppressed { get; init; }

    public Effect? Effect { get; init; }

    public BaselineFinding? Baseline { get; init; }

    public Verdict Verdict { get; init; } = Verdict.CannotTellYet;

    internal bool SamePlace(OutcomeFinding other) =>
        (Measure, Wave, Arm, Comparison, Subgroup) == (other.Measure, other.Wave, other.Arm, other.Comparison, other.Subgroup);
}

/// <summary>A difference between two groups. Effects are as measured; <see cref="Improvement"/> turns them so that more is better.</summary>
/// <param name="Difference">Treated minus comparison, in the measure's unit.</param>
/// <param name="PooledSd">In the measure's unit.</param>
/// <param name="G">Hedges' g.</param>
/// <param name="Low">Lower end of the 95 % interval of g.</param>
/// <param name="High">Upper end.</param>
public sealed record Effect(long Treated, long Compared, int TreatedClasses, int ComparedClasses, double Difference, double PooledSd, double G, double StandardError, double Low, double High)
{
    public double DegreesOfFreedom { get; init; }

    /// <summary>How alike pupils of a class are; null where classes were left out of account.</summary>
    public double? IntraclassCorrelation { get; init; }

    public double? DesignEffect { get; init; }

    /// <summary>Where the intraclass correlation comes from when not from these classes.</summary>
    public string? IntraclassCorrelationFrom { get; init; }

    public bool HigherIsBetter { get; init; } = true;

    /// <summary>Months of progress for a layperson: a gloss that no rule reads. Null when the measure is not attainment.</summary>
    public int? Months { get; init; }

    /// <summary>g and its interval with improvement as the positive direction.</summary>
    public (double G, double Low, double High) Improvement() => HigherIsBetter ? (G, Low, High) : (-G, -High, -Low);
}

/// <summary>Where the two groups' pupils started (WWC Standards Handbook 5.0: up to 0.05 satisfied, up to 0.25 only with adjustment).</summary>
public sealed record BaselineFinding(double G, long Treated, long Compared, BaselineVerdict Verdict);

public enum BaselineVerdict
{
    Equivalent,
    EquivalentIfAdjusted,
    NotEquivalent,
}

/// <summary>Pupils lost track of, as shares of those allocated.</summary>
/// <param name="Overall">Of both groups together, 0 to 1.</param>
/// <param name="Differential">Difference of the two groups' shares, 0 to 1.</param>
/// <param name="Low">Tolerable at the boundary chosen at registration; null when the numbers allocated are not known.</param>
public sealed record AttritionFinding(string Arm, double? Overall, double? Differential, bool? Low);

/// <summary>
/// How much of the planned dose a group got, and how many of its schools did as planned. The effect stays that of everybody as they were put into groups (intention to treat), whatever they got.
/// </summary>
/// <param name="Schools">That were to deliver, those that left too.</param>
/// <param name="AsPlanned">Of these, which delivered at least the registered share.</param>
/// <param name="AsPlannedPercent">That share.</param>
/// <param name="MinutesDelivered">Of each school no more than planned: what one gave beyond is not what another left out.</param>
/// <param name="WeeksLogged">On record, of all schools together; the others count as nothing delivered.</param>
public sealed record DoseFinding(string Arm, int Schools, int AsPlanned, int AsPlannedPercent, int WeeksPlanned, int WeeksLogged, long MinutesPlanned, long MinutesDelivered)
{
    /// <summary>Of the planned minutes, 1 being all of them; null where nobody logged any.</summary>
    public double? Delivered => WeeksLogged == 0 ? null : (double)MinutesDelivered / MinutesPlanned;

    /// <summary>Schools that did as planned, of all; null where nobody logged anything.</summary>
    public double? Fidelity => WeeksLogged == 0 ? null : (double)AsPlanned / Schools;

    internal static ImmutableArray<DoseFinding> Of(ClosedTrial data) => data.Plan.Dose is not { } dose ? [] :
    [
        .. from arm in data.Plan.Treated()
           let schools = data.Doses.Where(school => school.Arm == arm.Name).ToArray()
           where schools is not []
           select new DoseFinding(arm.Name, schools.Length, schools.Count(school => school.AsPlanned(dose)), dose.AsPlannedPercent, schools.Length * dose.Weeks, schools.Sum(school => school.Weeks),
               (long)schools.Length * dose.Minutes, schools.Sum(school => (long)Math.Min(school.Minutes, dose.Minutes))),
    ];
}

/// <summary>How far a result can be trusted, 0 to 5, and which criterion holds it there.</summary>
/// <param name="Binding">The criterion that binds, in plain words.</param>
public sealed record Rating(int Value, string Binding)
{
    public ImmutableArray<Criterion> Criteria { get; init; } = [];

    /// <summary>The lowest of several criteria; the first of equals binds.</summary>
    public static Rating Lowest(ImmutableArray<Criterion> criteria)
    {
        var binding = criteria.MinBy(criterion => criterion.Value)!;
        return new(binding.Value, binding.Sentence) { Criteria = criteria };
    }

    /// <summary>At most this, for this reason.</summary>
    public Rating Capped(Criterion cap) => cap.Value < Value ? new(cap.Value, cap.Sentence) { Criteria = Criteria.Add(cap) } : this with { Criteria = Criteria.Add(cap) };
}

/// <summary>One thing a rating looks at.</summary>
/// <param name="Name">Stable, kebab-case.</param>
public sealed record Criterion(string Name, int Value, string Sentence);

/// <summary>What the numbers say about direction; quality is another matter.</summary>
public enum Verdict
{
    CannotTellYet,
    Helps,
    NoWorthwhileDifference,
    Harms,
}

public static class Verdicts
{
    /// <summary>
    /// From an interval of the effect with improvement positive. Harm is said before anything else; a difference shown to be smaller than the
    /// smallest one worth the effort is no worthwhile difference, whichever side of 0 it lies on.
    /// </summary>
    public static Verdict Of(double low, double high, double smallestWorthwhile) =>
        high < 0 ? Verdict.Harms
        : low > -smallestWorthwhile && high < smallestWorthwhile ? Verdict.NoWorthwhileDifference
        : low > 0 ? Verdict.Helps
        : Verdict.CannotTellYet;
}
