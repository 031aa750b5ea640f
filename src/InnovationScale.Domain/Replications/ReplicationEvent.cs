using System.Collections.Immutable;
using System.Text.Json.Serialization;
using InnovationScale.People;
using InnovationScale.Statistics;

namespace InnovationScale.Replications;

/// <summary>What has happened to a <see cref="Replication"/>.</summary>
[JsonDerivedType(typeof(ReplicationProposed), "replication-proposed")]
[JsonDerivedType(typeof(ReplicationAgreed), "replication-agreed")]
[JsonDerivedType(typeof(ReplicationTrialLinked), "replication-trial-linked")]
[JsonDerivedType(typeof(ReplicationMoved), "replication-moved")]
[JsonDerivedType(typeof(ReplicationAssessed), "replication-assessed")]
[JsonDerivedType(typeof(ReplicationAbandoned), "replication-abandoned")]
public abstract record ReplicationEvent : IEvent<Replication>;

public sealed record ReplicationProposed(
    string Innovation, string Version, string SourceTrial, string School, ReplicationKind Design, Independence Independence, double Margin,
    ImmutableArray<string> Held, ImmutableArray<string> Varied, ImmutableSortedDictionary<string, ContextAnswer> Context) : ReplicationEvent;

public sealed record ReplicationAgreed : ReplicationEvent;

public sealed record ReplicationTrialLinked(string Trial) : ReplicationEvent;

/// <summary>The trial moved, and the replication with it; also back, when results were opened again.</summary>
public sealed record ReplicationMoved(ReplicationState To) : ReplicationEvent;

/// <summary>The comparison of two signed evaluations.</summary>
/// <param name="Difference">Replication minus original, in standard deviations, improvement positive.</param>
/// <param name="Succeeded">Improved clear of 0, and not different in the harmful direction.</param>
public sealed record ReplicationAssessed(
    string OriginalEvaluation, string OwnEvaluation, Correspondence Outcome, double Difference, double DifferenceStandardError, bool HarmfullyDifferent, bool Succeeded)
    : ReplicationEvent;

public sealed record ReplicationAbandoned : ReplicationEvent;
