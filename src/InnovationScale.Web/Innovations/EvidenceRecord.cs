using System.Collections.Immutable;
using InnovationScale.Api;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Replications;
using InnovationScale.Statistics;
using InnovationScale.Trials;

namespace InnovationScale.Innovations;

/// <summary>What is known of one version. Effects are Hedges' g, improvement positive, unless a field names another unit.</summary>
/// <param name="Level">0 to 4; computed, never typed.</param>
/// <param name="Steps">For every level what is still missing.</param>
/// <param name="HarmedPupils">Groups of pupils, named beforehand, who clearly did worse.</param>
/// <param name="Silent">Overdue reports and abandoned replications, named so that silence does not flatter.</param>
public sealed record EvidenceRecord(
    string Innovation, string Version, Verdict Verdict, int Level, ImmutableArray<StepRecord> Steps, PoolRecord Pool, ImmutableArray<TrialEffect> Trials, ImmutableArray<GroupRecord> Groups, ImmutableArray<DifferenceRecord> Differences, ImmutableArray<string> HarmedPupils, ImmutableArray<UntriedRecord> Untried,
    ImmutableArray<ReplicationOutcome> Replications, SuccessRecord? Success, int Abandoned, ImmutableArray<StudyEffect> Studies, ImmutableArray<string> Silent)
{
    internal static EvidenceRecord Of(VersionEvidence evidence, string? reading) => new(
        evidence.InnovationId, evidence.Version.Id, evidence.Level.Verdict, evidence.Level.Level,
        [.. evidence.Level.Steps.Select(step => new StepRecord(step.Level, [.. step.Missing.Select(missing => new MissingItem(missing.Code, missing.Sentence, missing.Who))]))],
        PoolRecord.Of(evidence.Level.Pool),
        [.. evidence.Trials.Select(TrialEffect.Of)],
        [.. evidence.Splits.SelectMany(split => split.Groups).Select(group => new GroupRecord(group.Dimension, group.Level, group.Trials, PoolRecord.Of(group.Pool)))],
        [.. evidence.Splits.Where(split => split.Difference is not null).Select(split => new DifferenceRecord(split.Dimension, split.Groups[0].Level, split.Groups[1].Level, split.Difference!.Estimate, Bounds.Of(split.Difference.Interval)!, split.Difference.PValue))],
        evidence.Level.HarmedPupils,
        [.. evidence.Untried.Select(untried => new UntriedRecord(untried.Dimension, untried.Levels, untried.Unnoted))],
        [.. evidence.Replications.Select(ReplicationOutcome.Of)],
        evidence.SuccessRate is { } rate ? new(rate.Successes, rate.Assessed, rate.Abandoned) : null,
        evidence.Replications.Count(again => again.State.State is ReplicationState.Abandoned),
        [.. evidence.Studies.Select(study => StudyEffect.Of(study, reading))],
        evidence.Level.Silent);
}

/// <summary>A level and what it still needs; nothing where it is reached.</summary>
public sealed record StepRecord(int Level, ImmutableArray<MissingItem> Missing);

/// <summary>Effects pooled by a named model.</summary>
/// <param name="Method">Estimator of the variance between places and test of the mean, such as <c>REML_knha</c>.</param>
/// <param name="NotPooled">Why nothing was pooled; left out when something was.</param>
/// <param name="I2">Percent.</param>
/// <param name="Prediction">What the next place might see (95 %); left out with <paramref name="PredictionSays"/> below five.</param>
/// <param name="ChanceOfBenefit">The chance that the next place improves at all, 0 to 1.</param>
public sealed record PoolRecord(
    int K, string Method, string? NotPooled, double? Mu, double? Se, Bounds? Ci, double? P, double? Tau2, double? I2, double? H2, double? Q, double? QP,
    Bounds? Prediction, string? PredictionSays, double? ChanceOfBenefit)
{
    internal static PoolRecord Of(Pool pool) => new(
        pool.K, pool.Method, pool.NotPooled, pool.Fit?.Estimate, pool.Fit?.StandardError, Bounds.Of(pool.Interval), pool.Fit?.PValue, pool.Fit?.Tau2, pool.Fit?.I2, pool.Fit?.H2,
        pool.Fit?.Q, pool.Fit?.QPValue, Bounds.Of(pool.Prediction), pool.K < Pool.FewestPredicted ? "too few" : null, pool.ChanceAbove(0));
}

public sealed record Bounds(double Low, double High)
{
    internal static Bounds? Of(Interval? interval) => interval is { } known ? new(known.Lower, known.Upper) : null;
}

/// <summary>A registered trial and what its evaluation found; without effect while none counts.</summary>
public sealed record TrialEffect(string Trial, string Title, Preset Preset, TrialState State, int Schools, string? Evaluation, double? G, double? Se, Bounds? Ci, Verdict? Verdict, int? Rating, string? BoundBy)
{
    internal static TrialEffect Of(TrialOnRecord one)
    {
        var effect = one.Result.Effect;
        return new(one.Id, one.Trial.Title, one.Trial.Preset, one.Trial.State, one.Trial.Sites.Length, one.Evaluation, effect?.G, effect?.StandardError, effect is null ? null : new(effect.Low, effect.High),
            effect is null ? null : one.Result.Verdict, effect is null ? null : one.Result.Rating, effect is null ? null : one.Result.BoundBy);
    }
}

/// <summary>Trials at one level of a dimension that was registered beforehand.</summary>
public sealed record GroupRecord(string Dimension, string Level, ImmutableArray<string> Trials, PoolRecord Pool);

/// <summary>How far two kinds of schools lie apart: the first less the second, by the meta-regression with one variance between places in common.</summary>
public sealed record DifferenceRecord(string Dimension, string First, string Second, double Difference, Bounds Ci, double P);

/// <summary>Schools that no evaluated trial of the version took place in.</summary>
/// <param name="Levels">Answers to the question about schools that nobody in these trials gave.</param>
/// <param name="Unnoted">Nobody in these trials answered the question.</param>
public sealed record UntriedRecord(string Dimension, ImmutableArray<string> Levels, bool Unnoted);

public sealed record ReplicationOutcome(string Replication, string School, string SourceTrial, string? Trial, ReplicationState State, Independence Independence, Correspondence? Outcome, bool Succeeded)
{
    internal static ReplicationOutcome Of(View<Replication> view) => new(view.Id, view.State.School, view.State.SourceTrial, view.State.Trial, view.State.State, view.State.Independence,
        view.State.Assessment?.Outcome, view.State.Succeeded);
}

/// <summary>Successes among those assessed and those abandoned.</summary>
public sealed record SuccessRecord(int Successes, int Assessed, int Abandoned);

/// <summary>A study from elsewhere.</summary>
/// <param name="Reading">Which reading leads: <c>class-adjusted</c>, or <c>unadjusted</c> where it was asked for.</param>
/// <param name="Adjusted">In the measure's unit.</param>
/// <param name="Unadjusted">Schools pooled with variances that leave classes out of account: a check of arithmetic; left out where a school is too small to show.</param>
/// <param name="IntraclassCorrelationWithinArms">How alike pupils of a class are; differences between schools are in it too.</param>
public sealed record StudyEffect(
    string Study, string Title, string Source, string Licence, bool InPool, string Reading, AdjustedEffect? Adjusted, string? NotAdjusted, double? IntraclassCorrelationWithinArms,
    PoolRecord? Unadjusted, int Schools, ImmutableArray<string> NotPooled)
{
    internal static StudyEffect Of(StudyOnRecord one, string? reading)
    {
        var (about, read) = (one.Study.About, one.Reading);
        return new(one.Id, about.Title, about.Source, about.Licence, one.Study.InPool, reading ?? StudyReading.AdjustedMethod, AdjustedEffect.Of(read?.Adjusted, about.Outcomes[0].Unit), read?.NotAdjusted,
            read?.Within?.Estimate, read is null || one.WithholdsSchools ? null : PoolRecord.Of(read.Unadjusted), read?.Sites.Length ?? 0, read is null ? [] : [.. read.OneGroupOnly.Select(site => site.School)]);
    }
}

/// <summary>A difference in the measure's own unit, allowing for pupils of a class being alike and for every school's own level.</summary>
public sealed record AdjustedEffect(double Difference, double Se, Bounds Ci, string Unit, double InStandardDeviations, double IntraclassCorrelation, int Schools, int Classes, long Pupils)
{
    internal static AdjustedEffect? Of(AdjustedReading? read, string unit) => read is null ? null : new(
        read.Difference, read.StandardError, Bounds.Of(read.Interval)!, unit, read.InStandardDeviations, read.IntraclassCorrelation, read.Schools, read.Classes, read.Pupils);
}

/// <summary>What is known for a school that was described.</summary>
/// <param name="Policy">How distances are measured: questions, ranges and weights.</param>
/// <param name="Places">Evaluated trials, nearest first.</param>
/// <param name="NobodyTried">Answers of this school that no school of an evaluated trial gave.</param>
/// <param name="LeftOpen">Questions that the effect may depend on and that were left open.</param>
/// <param name="Alike">What trials in schools alike show together, by what was said beforehand the effect may depend on.</param>
public sealed record TargetSchoolRecord(string Policy, int Known, int Asked, ImmutableArray<PlaceRecord> Places, ImmutableArray<TargetLevel> NobodyTried, ImmutableArray<string> LeftOpen, GroupRecord? Alike)
{
    internal static TargetSchoolRecord Of(TargetSchool target) => new(
        TargetSchool.Policy, target.Known, target.Asked,
        [.. target.Places.Select(near => new PlaceRecord(near.Place.Trial, near.Place.Title, near.Distance, near.Comparability, near.Differs, near.Place.Effect.G, new(near.Place.Effect.Low, near.Place.Effect.High), near.Place.Verdict, near.Place.Rating))],
        target.NobodyTried, target.LeftOpen, target.Alike is { } alike ? new(alike.Dimension, alike.Level, alike.Trials, PoolRecord.Of(alike.Pool)) : null);
}

/// <summary>An evaluated trial and how far its nearest school is.</summary>
/// <param name="Distance">0 alike to 1 (Gower 1971); left out where too little is known of both.</param>
/// <param name="Comparability">The share of the weight of what was answered that is known there too.</param>
public sealed record PlaceRecord(string Trial, string Title, double? Distance, double Comparability, ImmutableArray<ContextDifference> Differs, double G, Bounds Ci, Verdict Verdict, int Rating);
