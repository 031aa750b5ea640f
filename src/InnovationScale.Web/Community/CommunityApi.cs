using System.Collections.Immutable;
using System.Data.Common;
using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Community;

/// <summary>The learning agenda, groups and memberships.</summary>
public static class CommunityApi
{
    private const string Questions = "/api/v1/learning-questions", Groups = "/api/v1/groups", Memberships = "/api/v1/memberships";

    public static void MapCommunity(this IEndpointRouteBuilder app)
    {
        MapQuestions(app.MapGroup(Questions).WithTags("learning agenda"));
        MapGroups(app.MapGroup(Groups).WithTags("groups"));
        MapMemberships(app.MapGroup(Memberships).WithTags("memberships"));
    }

    private static void MapQuestions(RouteGroupBuilder all)
    {
        all.MapGet("", (HttpContext context, PageAsked page, Desk desk) => List(context, page, desk, "list-learning-questions", "id, question, state, work, version from learning_question", Condition.Always,
                r => new QuestionListed(r.GetString(0), r.GetString(1), Enum.Parse<QuestionState>(r.GetString(2)), r.GetInt64(3), r.GetInt64(4)), one => one.Id))
            .WithSummary("The learning agenda: what nobody knew, how far it is, and how much looks into it.").Produces<Page<QuestionListed>>();
        all.MapPost("", async (NewQuestion body, CurrentPerson person, IdempotencyKey key, CommunityDesk desk) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                return Told.Created(await desk.Execute(who, request, Ids.For(who, request, LearningQuestion.Kind), new AskQuestion(body.Question ?? "", body.Why ?? "")), Questions);
            })
            .WithSummary("Asks what nobody knows yet.").Produces<Recorded>(StatusCodes.Status201Created);

        var one = all.MapGroup("/{id}");
        one.MapGet("", async (string id, HttpContext context, Desk desk) => await desk.Look<LearningQuestion>(CurrentPerson.PrincipalOf(context), "read-learning-question", id) is { Exists: true } view
                ? Answer.Versioned(QuestionRecord.Of(view), view.Version)
                : Answer.NotFound())
            .WithSummary("A question with the work that looks into it and its answer.").Produces<QuestionRecord>();
        Question<WorkAsked>(one, "links", "Says which innovation, pilot or trial looks into it.", body => (new LinkWork(body.Work), null));
        Question<WorkAsked>(one, "unlinkings", "It does not look into it after all.", body => (new UnlinkWork(body.Work), body.Reason));
        Question<NewAnswer>(one, "answers", "Answers it, on work with a public evaluation.", body => (new AnswerQuestion(body.Answer ?? "", body.RestsOn ?? []), null));
        Question<Because>(one, "reopenings", "The answer does not hold any more.", body => (new ReopenQuestion(), body.Reason));
    }

    private static void MapGroups(RouteGroupBuilder all)
    {
        all.MapGet("", (HttpContext context, PageAsked page, Desk desk) => List(context, page, desk, "list-groups", "id, name, sort, state, question, people, version from community_group", Condition.Always,
                r => new GroupListed(r.GetString(0), r.GetString(1), Enum.Parse<GroupKind>(r.GetString(2)), Enum.Parse<GroupState>(r.GetString(3)), r.TextOrNull(4), r.GetInt64(5), r.GetInt64(6)), one => one.Id))
            .WithSummary("Challenge groups and working groups.").Produces<Page<GroupListed>>();
        all.MapPost("", async (NewGroup body, CurrentPerson person, IdempotencyKey key, CommunityDesk desk) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                return Told.Created(await desk.Execute(who, request, Ids.For(who, request, CommunityGroup.Kind), new ProposeGroup(body.Sort, body.Name ?? "", body.Purpose ?? "", body.Question)), Groups);
            })
            .WithSummary("Proposes a group; whoever does is its first member.").Produces<Recorded>(StatusCodes.Status201Created);

        var one = all.MapGroup("/{id}");
        one.MapGet("", async (string id, HttpContext context, Desk desk) => await desk.Look<CommunityGroup>(CurrentPerson.PrincipalOf(context), "read-group", id) is { Exists: true } view
                ? Answer.Versioned(GroupRecord.Of(view, CurrentPerson.PrincipalOf(context).IsSignedIn), view.Version)
                : Answer.NotFound())
            .WithSummary("A group with what it sets out to do and what came of it; its members by name for whoever is signed in.").Produces<GroupRecord>();
        Group<Because>(one, "members", "Joins it.", _ => new JoinGroup());
        Group<Because>(one, "departures", "Leaves it.", _ => new LeaveGroup());
        Group<Because>(one, "starts", "Starts it, once three are in it.", _ => new StartGroup());
        Group<PilotOfGroup>(one, "pilots", "Adds a pilot that members try.", body => new AddPilotToGroup(body.Pilot));
        Group<GroupOutput>(one, "conclusions", "Concludes it with what came of it.", body => new ConcludeGroup(body.Output ?? "", body.OutputAt ?? ""));
    }

    private static void MapMemberships(RouteGroupBuilder all)
    {
        all.MapGet("", (HttpContext context, PageAsked page, Desk desk) => List(context, page, desk, "list-memberships", "id, organisation, state, since, version from membership",
                desk.Seen<Membership>(CurrentPerson.PrincipalOf(context), "state = 'Admitted'", "id"),
                r => new MembershipListed(r.GetString(0), r.GetString(1), Enum.Parse<MembershipState>(r.GetString(2)), r.TextOrNull(3), r.GetInt64(4)), one => one.Id))
            .WithSummary("Organisations that belong; applications too for those who have a part in them.").Produces<Page<MembershipListed>>();
        all.MapPost("", async (NewMembership body, CurrentPerson person, IdempotencyKey key, CommunityDesk desk) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                return Told.Created(await desk.Execute(who, request, Ids.For(who, request, Membership.Kind), new ApplyForMembership(body.Organisation, body.Why ?? "", body.Brings ?? "")), Memberships);
            })
            .WithSummary("Applies for an organisation.").Produces<Recorded>(StatusCodes.Status201Created);

        var one = all.MapGroup("/{id}");
        one.MapGet("", async (string id, HttpContext context, Desk desk) => await desk.Look<Membership>(CurrentPerson.PrincipalOf(context), "read-membership", id) is { Exists: true } view
                ? Answer.Versioned(MembershipRecord.Of(view), view.Version)
                : Answer.NotFound())
            .WithSummary("An application with its reviews, for those who have a part in it.").Produces<MembershipRecord>();
        Member<ReviewerAsked>(one, "reviewers", "Asks one of two people to review it.", body => (new AskMembershipReviewer(body.Person), null));
        Member<Because>(one, "reviewer-departures", "A reviewer steps aside.", _ => (new DeclineToReview(), null));
        Member<Judgement>(one, "reviews", "A reviewer says what she thinks, and why.", body => (new ReviewMembership(body.Admit), body.Reason));
        Member<Text>(one, "questions", "A reviewer wants to know more.", body => (new AskForMore(body.Words ?? ""), null));
        Member<Text>(one, "answers", "The applicant answers; it is reviewed afresh.", body => (new TellMore(body.Words ?? ""), null));
        Member<Judgement>(one, "settlements", "A third person decides where the reviewers do not agree.", body => (new SettleMembership(body.Admit), body.Reason));
        Member<Because>(one, "withdrawals", "The applicant withdraws it.", _ => (new WithdrawMembership(), null));
        Member<Because>(one, "suspensions", "Suspends the membership.", body => (new SuspendMembership(), body.Reason));
        Member<Because>(one, "restorations", "Lets it belong again.", body => (new RestoreMembership(), body.Reason));
        Member<Because>(one, "endings", "Ends the membership.", body => (new EndMembership(), body.Reason));
    }

    private static void Question<TBody>(RouteGroupBuilder one, string noun, string summary, Func<TBody, (LearningQuestionCommand Command, string? Reason)> asked) => one
        .MapPost("/" + noun, async (string id, TBody body, CurrentPerson person, IdempotencyKey key, CommunityDesk desk) =>
        {
            var (command, reason) = asked(body);
            return Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, reason), id, command));
        })
        .WithSummary(summary).Produces<Recorded>();

    private static void Group<TBody>(RouteGroupBuilder one, string noun, string summary, Func<TBody, CommunityGroupCommand> asked) => one
        .MapPost("/" + noun, async (string id, TBody body, CurrentPerson person, IdempotencyKey key, CommunityDesk desk) => Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), id, asked(body))))
        .WithSummary(summary).Produces<Recorded>();

    private static void Member<TBody>(RouteGroupBuilder one, string noun, string summary, Func<TBody, (MembershipCommand Command, string? Reason)> asked) => one
        .MapPost("/" + noun, async (string id, TBody body, CurrentPerson person, IdempotencyKey key, CommunityDesk desk) =>
        {
            var (command, reason) = asked(body);
            return Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, reason), id, command));
        })
        .WithSummary(summary).Produces<Recorded>();

    private static async Task<IResult> List<TRow>(HttpContext context, PageAsked page, Desk desk, string action, string columns, Condition seen, Func<DbDataReader, TRow> read, Func<TRow, string> id)
    {
        var after = page.Keys(1);
        var rows = await desk.Query(CurrentPerson.PrincipalOf(context), action, connection => connection.Query(
            $"select {columns} where {seen.Sql} and id > @after order by id limit @limit", read, [("after", after?[0] ?? ""), ("limit", page.Limit + 1), .. seen.Parameters]));
        if (rows.Count <= page.Limit) return TypedResults.Ok(Page<TRow>.Of(context, rows, null));

        rows.RemoveAt(page.Limit);
        return TypedResults.Ok(Page<TRow>.Of(context, rows, Cursor.Write(id(rows[^1]))));
    }
}

/// <param name="Why">What for it is asked.</param>
public sealed record NewQuestion(string? Question, string? Why = null);

/// <summary>An innovation, pilot or trial that everybody can see.</summary>
public sealed record WorkAsked(WorkKind Kind, string Id, string? Reason = null)
{
    internal LinkedWork Work => new(Kind, Id);
}

/// <param name="RestsOn">Work that looks into it and has a public evaluation.</param>
public sealed record NewAnswer(string? Answer, ImmutableArray<LinkedWork>? RestsOn = null);

/// <param name="Question">A question of the learning agenda; a challenge group has one.</param>
public sealed record NewGroup(GroupKind Sort, string? Name, string? Purpose, string? Question = null);

public sealed record PilotOfGroup(string Pilot);

/// <param name="OutputAt">Where it can be found, if anywhere.</param>
public sealed record GroupOutput(string? Output, string? OutputAt = null);

/// <param name="Brings">What the organisation brings.</param>
public sealed record NewMembership(string Organisation, string? Why, string? Brings);

public sealed record ReviewerAsked(string Person);

public sealed record Judgement(bool Admit, string? Reason = null);

public sealed record Text(string? Words);

/// <summary>A question in the learning agenda.</summary>
/// <param name="Work">How much looks into it.</param>
public sealed record QuestionListed(string Id, string Question, QuestionState State, long Work, long Version);

public sealed record QuestionRecord(string Id, QuestionState State, string Question, string Why, ImmutableArray<LinkedWork> Work, string Answer, ImmutableArray<LinkedWork> RestsOn, DateOnly? AnsweredOn, long Version)
{
    internal static QuestionRecord Of(View<LearningQuestion> view) => view.State is var q ? new(view.Id, q.State, q.Question, q.Why, q.Work, q.Answer, q.RestsOn, q.AnsweredOn, view.Version) : null!;
}

/// <summary>A group in a list.</summary>
/// <param name="People">How many are in it.</param>
public sealed record GroupListed(string Id, string Name, GroupKind Sort, GroupState State, string? Question, long People, long Version);

/// <param name="People">Left out for visitors.</param>
public sealed record GroupRecord(
    string Id, GroupState State, GroupKind Sort, string Name, string Purpose, string? Question, int Members, ImmutableArray<string>? People, ImmutableArray<string> Pilots, string Output, string OutputAt, DateOnly? ConcludedOn, long Version)
{
    internal static GroupRecord Of(View<CommunityGroup> view, bool signedIn) => view.State is var g
        ? new(view.Id, g.State, g.Sort, g.Name, g.Purpose, g.Question, g.People.Length, signedIn ? g.People : null, g.Pilots, g.Output, g.OutputAt, g.ConcludedOn, view.Version)
        : null!;
}

/// <summary>A membership in a list.</summary>
public sealed record MembershipListed(string Id, string Organisation, MembershipState State, string? Since, long Version);

/// <param name="Reviews">By reviewer; null where nothing was said yet.</param>
public sealed record MembershipRecord(
    string Id, MembershipState State, string Organisation, string Applicant, string Why, string Brings, string? Question, ImmutableArray<string> Told, ImmutableSortedDictionary<string, MembershipReview?> Reviews, string? Because,
    DateOnly? Since, long Version)
{
    internal static MembershipRecord Of(View<Membership> view) => view.State is var m
        ? new(view.Id, m.State, m.Organisation, m.Applicant, m.Why, m.Brings, m.Question, m.Told, m.Reviews, m.Because, m.Since, view.Version)
        : null!;
}
