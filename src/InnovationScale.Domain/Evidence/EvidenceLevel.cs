using System.Collections.Immutable;
using InnovationScale.Evaluations;
using InnovationScale.Replications;
using InnovationScale.Statistics;

namespace InnovationScale.Evidence;

/// <summary>
/// How well founded a claim about one version is, from L0 to L4, and what keeps it from the next level (the names are Nesta's). It is computed
/// from what is on record and typed by nobody; a correction can lower it. Quality is not direction: the verdict stands beside it.
/// </summary>
public sealed record EvidenceLevel
{
    /// <summary>0 registered, 1 account, 2 correlation, 3 causation, 4 independent replication.</summary>
    public required int Level { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>For every level what is still missing; empty where it is reached.</summary>
    public required ImmutableArray<LevelStep> Steps { get; init; }

    /// <summary>The trials together.</summary>
    public required Pool Pool { get; init; }

    /// <summary>Groups of pupils, named beforehand, who clearly did worse; as the plans name them.</summary>
    public ImmutableArray<string> HarmedPupils { get; init; } = [];

    /// <summary>Registered trials whose report is overdue, abandoned replications and the like, named so that silence does not flatter.</summary>
    public ImmutableArray<string> Silent { get; init; } = [];

    public static EvidenceLevel Of(VersionRecord record)
    {
        ImmutableArray<TrialResult> counted = [.. record.Trials.Where(trial => trial.Effect is not null)];
        var pool = Pool.Of(
        [
            .. counted.Select(trial => new PooledEffect(trial.Trial, trial.Effect!.G, trial.Effect.StandardError * trial.Effect.StandardError)),
            .. record.FromElsewhere,
        ]);
        ImmutableArray<LevelStep> steps =
        [
            new(1, [.. Account(record)]),
            new(2, [.. Correlation(record, counted)]),
            new(3, [.. Causation(counted, pool)]),
            new(4, [.. IndependentReplication(record, counted, pool)]),
        ];
        ImmutableArray<string> harmed = [.. HarmedGroups(counted)];
        return new()
        {
            Level = steps.TakeWhile(step => step.Missing.IsEmpty).Select(step => step.Level).LastOrDefault(),
            Verdict = Says(counted, pool, somebodyHarmed: !harmed.IsEmpty || !record.HarmedContexts.IsEmpty),
            HarmedPupils = harmed,
            Steps = steps,
            Pool = pool,
            Silent =
            [
                .. record.Trials.Where(trial => trial.Overdue).Select(trial => $"{trial.Trial}: registered, its report is overdue"),
                .. record.Replications.Where(again => again.State is ReplicationState.Abandoned).Select(again => $"{again.Replication}: a replication that was abandoned"),
            ],
        };
    }

    private static IEnumerable<Missing> Account(VersionRecord record)
    {
        if (!record.HasTheory) yield return new("theory-of-change", "Say why it should work.", Role.Teacher);
        if (record.ClosedCycles == 0) yield return new("closed-cycle", "Close one cycle of enquiry.", Role.Teacher);
    }

    private static IEnumerable<Missing> Correlation(VersionRecord record, ImmutableArray<TrialResult> counted)
    {
        if (!record.NormReferencedGain && !record.RunChartSignal && counted.IsEmpty)
            yield return new("gain", "A gain against a norm, a comparison, or more than chance wobble on a run chart with a fixed baseline.", Role.Researcher);
    }

    private static IEnumerable<Missing> Causation(ImmutableArray<TrialResult> counted, Pool pool)
    {
        if (counted.IsEmpty && pool.Fit is null)
        {
            yield return new("comparison", "A signed evaluation with a comparison group.", Role.Evaluator);
            yield break;
        }

        // A standard trial counts in a pool and claims nothing alone; a few rigorous trials claim something only when every one of them does.
        if (pool.Fit is null && counted.Any(trial => trial.Preset is not Preset.Rigorous))
            yield return new("rigorous-or-pooled", $"A rigorous trial, or at least {Pool.FewestPooled} trials to pool.", Role.Researcher);
        foreach (var trial in counted)
        {
            if (trial.LowAttrition != true) yield return new("attrition", $"{trial.Title}: pupils lost within the limit chosen beforehand.", Role.Researcher);
            if (trial.Baseline is not (BaselineVerdict.Equivalent or BaselineVerdict.EquivalentIfAdjusted))
                yield return new("baseline", $"{trial.Title}: groups shown to have started alike.", Role.Researcher);
            if (trial.Rating < SecureFrom) yield return new("security", $"{trial.Title}: a rating of {SecureFrom} or more ({trial.BoundBy}).", Role.Evaluator);
        }

        var clear = pool.Interval is { } interval ? interval.Lower > 0 : counted.All(trial => trial.Effect!.Low > 0);
        if (!clear) yield return new("clear-of-zero", "All results together, an improvement that chance does not explain.", Role.Researcher);
    }

    private const int SecureFrom = 3;

    private static IEnumerable<Missing> IndependentReplication(VersionRecord record, ImmutableArray<TrialResult> counted, Pool pool)
    {
        if (counted.Length < Pool.FewestPooled || pool.Fit is null)
            yield return new("pool", $"At least {Pool.FewestPooled} evaluated trials of this version.", Role.Researcher);
        var independent = record.Replications.Count(again => again is { State: ReplicationState.Assessed, Independence: Independence.Independent });
        if (independent < 2) yield return new("independent-replications", $"Two replications by people who have no tie to the first; {independent} so far.", Role.Researcher);
        foreach (var again in record.Replications.Where(again => again.HarmfullyDifferent))
            yield return new("different", $"{again.Replication} did worse than the trial it repeated.", Role.Researcher);
        foreach (var pupils in HarmedGroups(counted)) yield return new("pupils-harmed", $"Clearly harmed: {pupils}. Narrow the claim, or change the version.", Role.Researcher);
        foreach (var context in record.HarmedContexts) yield return new("context-harmed", $"Clearly harmed where {context}: narrow the claim, or change the version.", Role.Researcher);
        if (!record.CostKnown) yield return new("cost", "What it costs for each learner.", Role.SchoolLead);
    }

    /// <summary>
    /// All pupils together may hide that some are harmed. Where it does not clearly help, harm to a group that was named beforehand is therefore the verdict.
    /// </summary>
    private static Verdict Says(ImmutableArray<TrialResult> counted, Pool pool, bool somebodyHarmed)
    {
        var all = Together(counted, pool);
        return somebodyHarmed && all is not Verdict.Helps ? Verdict.Harms : all;
    }

    private static Verdict Together(ImmutableArray<TrialResult> counted, Pool pool)
    {
        if (pool.Interval is { } interval)
        {
            var worthwhile = counted.IsEmpty ? TrialResult.UsualSmallestWorthwhile : counted.Max(trial => trial.SmallestWorthwhile);
            return Verdicts.Of(interval.Lower, interval.Upper, worthwhile);
        }

        // Too few to pool: they speak only with one voice.
        return counted.Select(trial => trial.Verdict).Distinct().ToArray() is [var only] ? only : Verdict.CannotTellYet;
    }

    /// <summary>Pooled where enough trials tell of the same group; too few speak only with one voice.</summary>
    private static IEnumerable<string> HarmedGroups(ImmutableArray<TrialResult> counted) =>
        from effect in counted.SelectMany(trial => trial.Pupils, (trial, pupils) => (trial.Trial, Pupils: pupils))
        group effect by effect.Pupils.Name into same
        let pool = Pool.Of([.. same.Select(one => new PooledEffect(one.Trial, one.Pupils.G, one.Pupils.StandardError * one.Pupils.StandardError))])
        where pool.Interval is { } interval ? interval.Upper < 0 : same.All(one => one.Pupils.High < 0)
        orderby same.Key
        select same.Key;
}

/// <summary>One level, and what it still needs.</summary>
public sealed record LevelStep(int Level, ImmutableArray<Missing> Missing);

/// <summary>Everything on record about one version that its level rests on.</summary>
public sealed record VersionRecord
{
    public bool HasTheory { get; init; }

    public int ClosedCycles { get; init; }

    /// <summary>A cycle showed more than chance wobble against a fixed baseline.</summary>
    public bool RunChartSignal { get; init; }

    public bool NormReferencedGain { get; init; }

    public bool CostKnown { get; init; }

    /// <summary>Every registered trial of the version inside the target population.</summary>
    public ImmutableArray<TrialResult> Trials { get; init; } = [];

    public ImmutableArray<ReplicationResult> Replications { get; init; } = [];

    /// <summary>Studies a reviewer took into the pool, class-adjusted.</summary>
    public ImmutableArray<PooledEffect> FromElsewhere { get; init; } = [];

    /// <summary>Levels of a registered dimension where the pool lies clear below 0, in words.</summary>
    public ImmutableArray<string> HarmedContexts { get; init; } = [];
}

/// <summary>What a registered trial adds to the record of its version.</summary>
/// <param name="Effect">From the evaluation that counts; null while there is none.</param>
public sealed record TrialResult(string Trial, Preset Preset, SignedEffect? Effect)
{
    public const double UsualSmallestWorthwhile = 0.20;

    public bool? LowAttrition { get; init; }

    public BaselineVerdict? Baseline { get; init; }

    /// <summary>How far its own numbers can be trusted; the cap of a standard trial alone is left out, since a pool is not one trial.</summary>
    public int Rating { get; init; }

    /// <summary>The criterion that binds the rating.</summary>
    public string BoundBy { get; init; } = "";

    public Verdict Verdict { get; init; }

    /// <summary>What it found for groups of pupils that its plan named.</summary>
    public ImmutableArray<PupilsEffect> Pupils { get; init; } = [];

    /// <summary>Its report should have been there by now.</summary>
    public bool Overdue { get; init; }

    /// <summary>What people call it.</summary>
    public string Title { get => field.Length > 0 ? field : Trial; init; } = "";

    public double SmallestWorthwhile => Effect?.SmallestWorthwhile ?? UsualSmallestWorthwhile;

    public static TrialResult Of(string trial, Preset preset, string evaluationId, Evaluation evaluation, double smallestWorthwhile)
    {
        var effect = SignedEffect.Of(evaluationId, evaluation, smallestWorthwhile);
        if (effect is null) return new(trial, preset, Effect: null);
        var rating = Evaluations.Rating.Lowest([.. evaluation.Rating!.Criteria.Where(criterion => criterion.Name != Evaluation.PresetCriterion)]);
        return new(trial, preset, effect)
        {
            LowAttrition = evaluation.Findings!.Attrition.FirstOrDefault()?.Low,
            Baseline = evaluation.Findings.Primary?.Baseline?.Verdict,
            Rating = rating.Value,
            BoundBy = rating.Binding,
            Verdict = evaluation.Findings.Verdict,
            Pupils = [.. evaluation.Findings.Outcomes.Where(finding => finding is { Primary: true, Subgroup.Length: > 0, Effect: not null }).Select(PupilsEffect.Of)],
        };
    }
}

/// <summary>The primary effect among pupils of a registered subgroup, improvement positive.</summary>
/// <param name="Name">As the plan names it, such as <c>start:lowest-third</c>.</param>
public sealed record PupilsEffect(string Name, double G, double StandardError, double Low, double High)
{
    internal static PupilsEffect Of(OutcomeFinding finding)
    {
        var (g, low, high) = finding.Effect!.Improvement();
        return new(finding.Subgroup, g, finding.Effect.StandardError, low, high);
    }
}

/// <summary>What a replication adds to the record of its version.</summary>
public sealed record ReplicationResult(string Replication, ReplicationState State, Independence Independence)
{
    public Correspondence? Outcome { get; init; }

    public bool HarmfullyDifferent { get; init; }

    public bool Succeeded { get; init; }

    public static ReplicationResult Of(string id, Replication again) => new(id, again.State, again.Independence)
    {
        Outcome = again.Assessment?.Outcome, HarmfullyDifferent = again.Assessment?.HarmfullyDifferent ?? false, Succeeded = again.Succeeded,
    };
}

/// <summary>How often a version succeeded where it was tried again.</summary>
public static class Replicated
{
    /// <summary>Null while no replication is assessed or abandoned. Abandoned, null and indeterminate ones stay in the denominator.</summary>
    public static SuccessRate? Rate(ImmutableArray<ReplicationResult> replications)
    {
        var assessed = replications.Count(again => again.State is ReplicationState.Assessed);
        var abandoned = replications.Count(again => again.State is ReplicationState.Abandoned);
        return assessed + abandoned == 0 ? null : new(replications.Count(again => again.Succeeded), assessed, abandoned);
    }
}
