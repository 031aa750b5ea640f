using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Replications;
using InnovationScale.Statistics;

namespace InnovationScale.ScaleUp;

/// <summary>
/// What was known of a version when a committee was asked about it. Sources are what was public or assessed; the rest is worked out from them for people to read. Whether evidence has
/// moved on is told by the sources alone: a figure that another machine works out differently in its last digit supersedes nothing.
/// </summary>
public sealed record FrozenEvidence(string Innovation, string Title, string Version, EvidenceSources Sources)
{
    public ImmutableArray<string> CoreComponents { get; init; } = [];

    /// <summary>Inside the target population.</summary>
    public int Level { get; init; }

    /// <summary>Inside the target population.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>Where all schools together say something else.</summary>
    public Verdict VerdictEverywhere { get; init; }

    public FrozenPool Inside { get; init; } = new(0);

    public FrozenPool Everywhere { get; init; } = new(0);

    public ImmutableArray<FrozenTrial> Trials { get; init; } = [];

    public ImmutableArray<FrozenGroup> Groups { get; init; } = [];

    /// <summary>Replications inside the target that were assessed, those of them without a tie to the first team, and those given up.</summary>
    public int Replications { get; init; }

    public int Independent { get; init; }

    public int Abandoned { get; init; }

    public int Succeeded { get; init; }

    /// <summary>Groups of pupils, named beforehand, who clearly did worse.</summary>
    public ImmutableArray<string> HarmedPupils { get; init; } = [];

    /// <summary>Kinds of schools in which no evaluated trial took place.</summary>
    public ImmutableArray<Untried> Untried { get; init; } = [];

    /// <summary>How much of the target has been tried with success; null while the target names no kind of school.</summary>
    public FrozenCoverage? Coverage { get; init; }

    /// <summary>What the level above still needs.</summary>
    public ImmutableArray<string> NotYet { get; init; } = [];
}

/// <summary>What was published or assessed, in an order of their ids; the hash covers these.</summary>
public sealed record EvidenceSources
{
    public ImmutableArray<EvaluationSource> Evaluations { get; init; } = [];

    public ImmutableArray<ReplicationSource> Replications { get; init; } = [];

    public ImmutableArray<StudySource> Studies { get; init; } = [];

    /// <summary>SHA-256 of the canonical JSON, lower-case hex.</summary>
    public string Sha256() => Canonical.Sha256(this);

    public IEnumerable<string> Ids => [.. Evaluations.Select(one => one.Evaluation), .. Replications.Select(one => one.Replication), .. Studies.Select(one => one.Study)];

    /// <summary>What is not the same in both, by id.</summary>
    public ImmutableArray<string> ChangedSince(EvidenceSources earlier) =>
        [.. Named().Except(earlier.Named()).Concat(earlier.Named().Except(Named())).Select(one => one.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private IEnumerable<(string Id, object Source)> Named() => [.. Evaluations.Select(one => (one.Evaluation, (object)one)), .. Replications.Select(one => (one.Replication, (object)one)), .. Studies.Select(one => (one.Study, (object)one))];
}

/// <summary>A public evaluation that counts.</summary>
/// <param name="DatasetSha256">The closed results it was computed from.</param>
public sealed record EvaluationSource(string Evaluation, string Trial, string DatasetSha256, string Method, double? G, double? StandardError);

public sealed record ReplicationSource(string Replication, ReplicationState State, Independence Independence, Correspondence? Outcome, bool Succeeded);

/// <summary>A study that a reviewer took into the pool, by its record’s version.</summary>
public sealed record StudySource(string Study, long Revision);

/// <summary>Several trials together, in standard deviations, improvement positive; nothing where there are too few.</summary>
public sealed record FrozenPool(int K, double? Mean = null, double? Low = null, double? High = null, double? NextLow = null, double? NextHigh = null, double? ChanceOfBenefit = null)
{
    public static FrozenPool Of(Pool pool) => new(pool.K, pool.Fit?.Estimate, pool.Interval?.Lower, pool.Interval?.Upper, pool.Prediction?.Lower, pool.Prediction?.Upper, pool.ChanceAbove(0));
}

/// <param name="Inside">It took place inside the target population.</param>
public sealed record FrozenTrial(string Trial, string Title, bool Inside, double G, double Low, double High, Verdict Verdict, int Rating);

/// <summary>Trials at one level of a dimension that was registered as one the effect may depend on.</summary>
public sealed record FrozenGroup(string Dimension, string Level, FrozenPool Pool);

/// <summary>Of the target's levels and pairs of levels, how many a successful trial has met, and which none has.</summary>
public sealed record FrozenCoverage(int Levels, ImmutableArray<TargetLevel> MissingLevels, int Pairs, ImmutableArray<TargetPair> MissingPairs)
{
    public static FrozenCoverage Of(Coverage coverage) => new(coverage.Levels, coverage.MissingLevels, coverage.Pairs, coverage.MissingPairs);
}

/// <summary>The case and the evidence as they stood when they were put on the agenda; a vote names the hash.</summary>
public sealed record Dossier(Case Case, Reach Reach, Pathway Pathway, ImmutableArray<ScalabilityAssessment> Assessments, FrozenEvidence Evidence)
{
    public string Sha256() => Canonical.Sha256(this);
}

/// <summary>JSON as it is kept, in the order in which members are declared: the same content has the same hash.</summary>
internal static class Canonical
{
    public static string Sha256<T>(T content) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, StoredJson.Kept)));
}
