namespace InnovationScale;

/// <summary>The English of the learning agenda, groups and memberships where a code names it.</summary>
public sealed partial class Words
{
    private static Dictionary<string, string> EnglishOfCommunity => new(StringComparer.Ordinal)
    {
        ["nav.community"] = "Community",
        ["group-kind.challenge"] = "Challenge group",
        ["group-kind.challenge.hint"] = "Schools that look into one question of the learning agenda together.",
        ["group-kind.working"] = "Working group",
        ["group-kind.working.hint"] = "People who do a task for the community.",
        ["membership-state.submitted"] = "Applied for",
        ["membership-state.in-review"] = "Being reviewed",
        ["membership-state.more-info"] = "A question is open",
        ["ask.work"] = "Which piece of work?",
        ["ask.admit"] = "Should it be admitted?",
        ["act.link-work"] = "Say what looks into it",
        ["act.unlink-work"] = "Take out what does not look into it",
        ["act.answer-question"] = "Answer it",
        ["act.answer-question.answer"] = "What is the answer, in words that a teacher understands?",
        ["act.answer-question.rests-on"] = "What does it rest on?",
        ["act.answer-question.rests-on.hint"] = "Only work with a public evaluation is listed.",
        ["act.reopen-question"] = "Open it again",
        ["act.join-group"] = "Join it",
        ["act.join-group.button"] = "Join",
        ["act.leave-group"] = "Leave it",
        ["act.leave-group.button"] = "Leave",
        ["act.start-group"] = "Start it",
        ["act.start-group.button"] = "Start",
        ["act.add-pilot"] = "Add a pilot of yours",
        ["act.add-pilot.pilot"] = "Which pilot?",
        ["act.conclude-group"] = "Conclude it",
        ["act.conclude-group.output"] = "What came of it?",
        ["act.conclude-group.output-at"] = "Where can it be found?",
        ["act.review-membership"] = "Say what you think",
        ["act.decline-to-review"] = "Step aside: I cannot judge it",
        ["act.decline-to-review.button"] = "Step aside",
        ["act.tell-more"] = "Answer what a reviewer asks",
        ["act.tell-more.words"] = "What do you answer?",
        ["act.settle-membership"] = "Decide where they do not agree",
        ["act.withdraw-membership"] = "Withdraw the application",
        ["act.withdraw-membership.button"] = "Withdraw it",
        ["act.suspend-membership"] = "Suspend the membership",
        ["act.restore-membership"] = "Let it belong again",
        ["act.end-membership"] = "End the membership",
    };
}
