using System.Collections.Immutable;

namespace InnovationScale.ScaleUp;

/// <summary>What a reach asks of a case before a committee looks at it: rows of a policy.</summary>
/// <param name="Level">Of evidence inside the target population.</param>
/// <param name="Replications">Assessed ones inside the target.</param>
/// <param name="Independent">Of these, without a tie to the first team.</param>
/// <param name="Assessors">People who have assessed all seven areas.</param>
/// <param name="Full">Asks for the whole list: who gains and who does not, and how much is enough.</param>
public sealed record ReachPolicy(Reach Reach, int Level, int Replications, int Independent, int Assessors, bool Full)
{
    public static ImmutableArray<ReachPolicy> All { get; } =
    [
        new(Reach.Expand, Level: 3, Replications: 2, Independent: 1, Assessors: 1, Full: false),
        new(Reach.SystemWide, Level: 4, Replications: 5, Independent: 2, Assessors: 2, Full: true),
    ];

    public static ReachPolicy Of(Reach reach) => All.Single(policy => policy.Reach == reach);
}

/// <summary>What other records say about a case.</summary>
/// <param name="Evidence">As it is now, inside the target; null where there is no such version.</param>
/// <param name="OpenIncidents">Of pilots of the version.</param>
public sealed record CaseFacts(FrozenEvidence? Evidence, int OpenIncidents);

/// <summary>The gate between a draft and a committee.</summary>
public static class ReviewGates
{
    public const string ToCommittee = "draft-to-submitted";

    /// <summary>What is missing; nothing where the gate is open.</summary>
    public static IEnumerable<Missing> Missing(Case about, Reach reach, ImmutableArray<ScalabilityAssessment> assessments, CaseFacts facts)
    {
        var policy = ReachPolicy.Of(reach);
        if (facts.Evidence is not { } evidence)
        {
            yield return new("version", "A version of a registered innovation.", Role.Researcher);
            yield break;
        }

        if (string.IsNullOrWhiteSpace(about.Target.Words) || about.Target.Levels.IsEmpty)
            yield return new("target", "For whom it is meant: in words, and as at least one kind of school.", Role.Facilitator);
        if (evidence.Level < policy.Level)
            yield return new("level", $"Evidence of level {policy.Level} for those it is meant for; it is {evidence.Level}.", Role.Researcher);
        if (evidence.Replications < policy.Replications)
            yield return new("replications", $"Tried again at least {policy.Replications} times for those it is meant for; {evidence.Replications} so far.", Role.Researcher);
        if (evidence.Independent < policy.Independent)
            yield return new("independent", $"Of these, at least {policy.Independent} by people without a tie to the first team; {evidence.Independent} so far.", Role.Researcher);
        if (about.Cost is null) yield return new("cost", "What it costs for each learner once it is everywhere, with a range.", Role.ProgrammeOfficer);
        if (assessments.Length < policy.Assessors)
            yield return new("assessments", $"All seven areas of scalability assessed by at least {policy.Assessors} people; {assessments.Length} so far.", Role.Researcher);
        if (about.Bottleneck is null) yield return new("bottleneck", "What will hold it back first.", Role.Facilitator);
        if (string.IsNullOrWhiteSpace(about.Justification)) yield return new("justification", "Why it should be scaled.", Role.Facilitator);
        if (policy.Full && string.IsNullOrWhiteSpace(about.OptimalScale)) yield return new("optimal-scale", "How much is enough, and why not more.", Role.Facilitator);
        if (policy.Full && about.Equity.IsEmpty) yield return new("equity", "Who gains, and who may be left behind.", Role.Facilitator);
        if (facts.OpenIncidents > 0) yield return new("incidents", "No open incident about a pilot of this version.", Role.SafeguardingLead);
    }
}
