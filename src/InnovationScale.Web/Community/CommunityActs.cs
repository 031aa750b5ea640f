using InnovationScale.Acts;
using InnovationScale.Components;

namespace InnovationScale.Community;

/// <summary>What can be done with a question of the learning agenda.</summary>
internal sealed class QuestionActs(Desk desk, Access access, CommunityDesk community) : Acts<LearningQuestion>("questions", desk, access)
{
    protected override string Title(ActsAsked<LearningQuestion> asked) => asked.View.State.Question;

    protected override async Task<IReadOnlyList<Act>> Rows(ActsAsked<LearningQuestion> asked)
    {
        var (question, words) = (asked.View.State, asked.Words);
        var linked = new List<Choice>();
        foreach (var work in question.Work) linked.Add(Choice(work.Kind, work.Id, await community.Title(work), words));
        var evaluated = await community.Evaluated(asked.View.Id);
        return
        [
            Row(asked, "link-work", a => new LinkWork(Work(a["work"])), new Question("work", Asks.Select) { Options = [.. (await Once("linkable", () => community.Linkable(asked.Who))).Where(one => !question.Work.Contains(one.Work)).Select(one => Choice(one.Work.Kind, one.Work.Id, one.Title, words))] }) with { Adds = true },
            Row(asked, "answer-question", a => new AnswerQuestion(a["answer"], [.. a.All("rests-on").Select(Work)]),
                new Question("answer", Asks.Text), new("rests-on", Asks.Several) { Options = [.. linked.Where(choice => evaluated.Contains(Work(choice.Value)))] }) with { Offered = evaluated.Count > 0 },
            Row(asked, "reopen-question", _ => new ReopenQuestion(), Question.Why),
            Row(asked, "unlink-work", a => new UnlinkWork(Work(a["work"])), new Question("work", Asks.Select) { Options = [.. linked.Where(choice => !question.RestsOn.Contains(Work(choice.Value)))] }, Question.Why) with
            {
                Offered = question.Work.Length > question.RestsOn.Length,
            },
        ];
    }

    protected override bool MayNow(LearningQuestion question, Type command, Principal who) => MayNow(LearningQuestion.Steps, question.State, command, who);

    protected override Task<Outcome> Send(ActsAsked<LearningQuestion> asked, Request request, ICommand<LearningQuestion> command) => community.Execute(asked.Who, request, asked.View.Id, (LearningQuestionCommand)command);

    private static Choice Choice(WorkKind kind, string id, string title, Words words) => new($"{kind}:{id}", words["{kind}: {title}", ("kind", words.Name(kind)), ("title", title)]);

    private static LinkedWork Work(string chosen) => chosen.Split(':', 2) is [var kind, var id] ? new(Enum.Parse<WorkKind>(kind), id) : new(default, chosen);
}

/// <summary>What can be done with a group.</summary>
internal sealed class GroupActs(Desk desk, Access access, CommunityDesk community) : Acts<CommunityGroup>("groups", desk, access)
{
    protected override string Title(ActsAsked<CommunityGroup> asked) => asked.View.State.Name;

    protected override async Task<IReadOnlyList<Act>> Rows(ActsAsked<CommunityGroup> asked)
    {
        var group = asked.View.State;
        var isIn = group.People.Contains(asked.Who.Person);
        Choice[] own = [.. (await Once("own", () => community.OwnPilots(asked.Who))).Where(pilot => !group.Pilots.Contains(pilot.Id)).Select(pilot => new Choice(pilot.Id, pilot.Title))];
        return
        [
            Row(asked, "join-group", _ => new JoinGroup()) with { Adds = true, Offered = !isIn },
            Row(asked, "start-group", _ => new StartGroup()) with { Offered = group.People.Length >= CommunityGroup.MembersLeast },
            Row(asked, "add-pilot", a => new AddPilotToGroup(a["pilot"]), new Question("pilot", Asks.Select) { Options = own }) with { Adds = true, Offered = own is not [] },
            Row(asked, "conclude-group", a => new ConcludeGroup(a["output"], a["output-at"]), new Question("output", Asks.Text), new("output-at") { Optional = true }),
            Row(asked, "leave-group", _ => new LeaveGroup()) with { Adds = true, Offered = isIn },
        ];
    }

    protected override bool MayNow(CommunityGroup group, Type command, Principal who) => MayNow(CommunityGroup.Steps, group.State, command, who);

    protected override Task<Outcome> Send(ActsAsked<CommunityGroup> asked, Request request, ICommand<CommunityGroup> command) => community.Execute(asked.Who, request, asked.View.Id, (CommunityGroupCommand)command);
}

/// <summary>What can be done with an application for membership, and with a membership.</summary>
internal sealed class MembershipActs(Desk desk, Access access, CommunityDesk community) : Acts<Membership>("memberships", desk, access)
{
    protected override string Title(ActsAsked<Membership> asked) => asked.Words["Membership"];

    protected override Task<IReadOnlyList<Act>> Rows(ActsAsked<Membership> asked)
    {
        var (membership, who) = (asked.View.State, asked.Who.Person);
        var isAsked = membership.Reviews.TryGetValue(who, out var said);
        var own = membership.Applicant == who;
        return Task.FromResult<IReadOnlyList<Act>>(
        [
            Row(asked, "ask-reviewer", a => new AskMembershipReviewer(a["person"]), new Question("person", Asks.Person)) with { Adds = true, Offered = membership.Reviews.Count < Membership.ReviewersNeeded && !own },
            Row(asked, "review-membership", a => new ReviewMembership(a.Yes("admit")), new Question("admit", Asks.YesNo), Question.Why) with { Adds = true, Offered = isAsked && said is null },
            Row(asked, "ask-applicant", a => new AskForMore(a["question"]), new Question("question", Asks.Text)) with { Offered = isAsked },
            Row(asked, "decline-to-review", _ => new DeclineToReview()) with { Adds = true, Offered = isAsked && said is null },
            Row(asked, "tell-more", a => new TellMore(a["words"]), new Question("words", Asks.Text)) with { About = membership.Question },
            Row(asked, "settle-membership", a => new SettleMembership(a.Yes("admit")), new Question("admit", Asks.YesNo), Question.Why) with { Offered = membership.ReviewersDisagree && !isAsked && !own },
            Row(asked, "withdraw-membership", _ => new WithdrawMembership()),
            Row(asked, "suspend-membership", _ => new SuspendMembership(), Question.Why) with { Offered = !own },
            Row(asked, "restore-membership", _ => new RestoreMembership(), Question.Why) with { Offered = !own },
            Row(asked, "end-membership", _ => new EndMembership(), Question.Why),
        ]);
    }

    protected override bool MayNow(Membership membership, Type command, Principal who) => MayNow(Membership.Steps, membership.State, command, who);

    protected override Task<Outcome> Send(ActsAsked<Membership> asked, Request request, ICommand<Membership> command) => community.Execute(asked.Who, request, asked.View.Id, (MembershipCommand)command);
}
