using InnovationScale.Search;
using InnovationScale.Storage;
using static InnovationScale.Role;

namespace InnovationScale.Community;

/// <summary>The learning agenda, groups and memberships as the host runs and lists them. Who belongs is public; an application is for its applicant, its reviewers and those who run the community.</summary>
public static class CommunityFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Questions, Work, Searched.Table<LearningQuestion>(1, q => new(q.Question, q.Answer, null, Hidden: false, q.Question, q.Why, q.Answer))])
            .Add([Groups, Searched.Table<CommunityGroup>(1, g => new(g.Name, g.Purpose, null, Hidden: false, g.Name, g.Purpose, g.Output))])
            .Add([Memberships, Reviewers, HiddenRows.Table<Membership>(1, NeverPublic)]);
        access.Allow(LearningQuestion.Steps).Allow(CommunityGroup.Steps).Allow(Membership.Steps)
            .Allow("read-learning-question", Access.Everybody).Allow("list-learning-questions", Access.Everybody)
            .Allow("read-group", Access.Everybody).Allow("read-history-of-group", Access.SignedIn).Allow("list-groups", Access.Everybody)
            .Allow("read-membership", Access.Everybody).Allow("list-memberships", Access.Everybody)
            .Allow("take-part-in-membership",
                [.. Access.Working.RemoveAll(grant => grant.Role is Facilitator or ProgrammeOfficer).To(Relation.Team | Relation.Beside), Facilitator, ProgrammeOfficer, Auditor, Role.System])
            .Hide<Membership>(NeverPublic, unless: "take-part-in-membership");
    }

    private static bool NeverPublic(Membership membership) => membership.State is not MembershipState.None;

    public static ReadTable<LearningQuestion> Questions { get; } = ReadTable<LearningQuestion>.OneRow("learning_question", 1,
        [("question", "text"), ("state", "text"), ("work", "bigint"), ("version", "bigint")], ["state, question"],
        view => [view.State.Question, view.State.State.ToString(), (long)view.State.Work.Length, view.Version]);

    /// <summary>What looks into which question.</summary>
    public static ReadTable<LearningQuestion> Work { get; } = new("learning_work", 1, [("kind", "text"), ("work", "text")], ["work"],
        view => view.State.Work.Select(one => new object?[] { one.Kind.ToString(), one.Id }), many: true, same: (before, after) => before.Work == after.Work);

    public static ReadTable<CommunityGroup> Groups { get; } = ReadTable<CommunityGroup>.OneRow("community_group", 1,
        [("name", "text"), ("sort", "text"), ("state", "text"), ("question", "text"), ("people", "bigint"), ("version", "bigint")], ["question", "state, name"],
        view => [view.State.Name, view.State.Sort.ToString(), view.State.State.ToString(), view.State.Question, (long)view.State.People.Length, view.Version]);

    public static ReadTable<Membership> Memberships { get; } = ReadTable<Membership>.OneRow("membership", 1,
        [("organisation", "text"), ("state", "text"), ("since", "text"), ("version", "bigint")], ["organisation", "state"],
        view => [view.State.Organisation, view.State.State.ToString(), view.State.Since?.ToString("O"), view.Version]);

    /// <summary>Who was asked to review which application.</summary>
    public static ReadTable<Membership> Reviewers { get; } = new("membership_reviewer", 1, [("person", "text"), ("said", "bigint")], ["person"],
        view => view.State.Reviews.Select(one => new object?[] { one.Key, one.Value is null ? 0L : 1L }), many: true, same: (before, after) => before.Reviews == after.Reviews);
}
