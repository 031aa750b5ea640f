using System.Collections.Immutable;
using static InnovationScale.Role;

namespace InnovationScale.Community;

/// <summary>Who takes part in the community: everybody who works on something, not those who configure or check.</summary>
internal static class Members
{
    public static ImmutableArray<Grant> Working { get; } =
        [Teacher, SchoolLead, Researcher, Evaluator, DataSteward, Facilitator, SafeguardingLead, ProgrammeOfficer, Reviewer, FinanceL1, FinanceL2, CommitteeChair, CommitteeMember, Secretary];
}
