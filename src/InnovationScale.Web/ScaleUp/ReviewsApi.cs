using System.Collections.Immutable;
using InnovationScale.Api;
using InnovationScale.Committees;
using InnovationScale.People;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.ScaleUp;

/// <summary>Reviews: what a committee is asked, on which dossier, and what it decided. What was said and how anybody voted is for those who take part.</summary>
public static class ReviewsApi
{
    private const string Reviews = "/api/v1/reviews";

    public static void MapReviews(this IEndpointRouteBuilder app)
    {
        var reviews = app.MapGroup(Reviews).WithTags("reviews");
        reviews.MapGet("", List).WithSummary("Reviews; ?committee= and ?innovation= keep those of one.").Produces<Page<ReviewListed>>();
        reviews.MapPost("", async (NewReview body, CurrentPerson person, IdempotencyKey key, ReviewDesk desk) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                return Told.Created(await desk.Execute(who, request, Ids.For(who, request, ScaleUpReview.Kind), body.Command()), Reviews);
            })
            .WithSummary("Begins to put a version before a committee; a review that has ended is opened again by citing evidence that it did not know.").Produces<Recorded>(StatusCodes.Status201Created);

        var one = reviews.MapGroup("/{id}");
        one.MapGet("", async (string id, HttpContext context, Desk desk, ReviewDesk reviews) =>
            {
                var who = CurrentPerson.PrincipalOf(context);
                if (await desk.Look<ScaleUpReview>(who, "read-review", id) is { Exists: true } view) return Answer.Versioned(new ReviewRecord(ReviewFace.Of(id, view.State), Deliberation.Of(view)), view.Version);
                // A version counts the steps behind it, which are not for everybody.
                return await reviews.Face(id) is { } face ? TypedResults.Ok(new ReviewRecord(face)) : Answer.NotFound();
            })
            .WithSummary("A review as anybody may read it; for those who take part also ties, votes and minutes.").Produces<ReviewRecord>();
        one.MapGet("/dossier", async (string id, ReviewDesk reviews) =>
                await reviews.Face(id) is { Dossier: { } dossier } ? TypedResults.Ok(dossier) : Answer.NotFound())
            .WithSummary("What was read, as it was frozen.").Produces<Dossier>();
        one.MapPut("/case", async (string id, DescribeCase body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, ReviewDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, body)))
            .WithSummary("Says for whom it is meant, what it costs, who gains, and why; what is left out stays as it is.").Produces<Recorded>();
        Add<NewAssessment>(one, "assessments", "One person’s scores of the seven areas, each with what it rests on.", body => (new AssessScalability(body.Scores), null));
        Add<Because>(one, "submissions", "Gives it to the committee; what is missing is told.", _ => (new SubmitCase(), null));
        Add<Because>(one, "returns", "Sends it back with a reason.", body => (new ReturnCase(), body.Reason));
        Add<Because>(one, "withdrawals", "Takes it back with a reason.", body => (new WithdrawCase(), body.Reason));
        Add<AgendaItem>(one, "agendas", "Puts it on the agenda: freezes the dossier, copies seats and rules, and notes ties that the records show.", body => (new TableCase(body.VoteFrom, body.Agenda ?? ""), null));
        Add<Deferral>(one, "deferrals", "Takes it off the agenda until a day.", body => (new DeferCase(body.Until), body.Reason));
        Add<NewTie>(one, "ties", "A member says what ties her to it; without a ground, that nothing does.", body => (new DeclareTie(body.Ground, body.Kind, body.Words ?? ""), null));
        Add<TieRuling>(one, "tie-rulings", "The chair, or the vice-chair, rules on a soft tie.", body => (new RuleOnTie(body.Person, body.Ground ?? TieGround.Other, body.Kind), body.Reason));
        Add<Presence>(one, "presences", "Somebody comes to the meeting, or leaves it.", body => (new NotePresence(body.Person, body.Present), null));
        Add<NewMinute>(one, "minutes", "Writes down what was said.", body => (new AddMinute(body.Words ?? ""), null));
        Add<Because>(one, "closures", "Nothing is left to do.", _ => (new CloseCase(), null));
        one.MapPost("/votings", async (string id, NewVoting body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, ReviewDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, new OpenVote(body.Motion, body.Procedure, body.Present ?? []))))
            .WithSummary("Puts a motion to the vote.").Produces<Recorded>();
        one.MapPut("/votes/mine", async (string id, NewVote body, CurrentPerson person, IdempotencyKey key, ReviewDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), id, new CastVote(body.Choice, body.Reason ?? "", body.DossierSha256 ?? ""))))
            .WithSummary("Votes, or changes the vote while it is open. It names the dossier that was read, so that it rests on no older one; others may vote at the same time.").Produces<Recorded>();
        one.MapPost("/adjournments", async (string id, Because body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, ReviewDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body.Reason, version.Value), id, new AdjournVote())))
            .WithSummary("Ends a vote without a result.").Produces<Recorded>();
        one.MapPost("/decisions", async (string id, NewDecision body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, ReviewDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, new DecideCase(body.Rationale ?? "", body.Dissent ?? "", body.ReviewOn))))
            .WithSummary("Counts, and records what was decided and why; a tie is not carried.").Produces<Recorded>();
        one.MapPost("/conditions/{condition}/reports", async (string id, string condition, ConditionReport body, CurrentPerson person, IdempotencyKey key, ReviewDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), id, new TellConditionMet(condition, body.Evidence ?? ""))))
            .WithSummary("Its owner says that a condition is met, and shows what for.").Produces<Recorded>();
        one.MapPost("/conditions/{condition}/acceptances", async (string id, string condition, Because _, CurrentPerson person, IdempotencyKey key, ReviewDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), id, new AcceptCondition(condition))))
            .WithSummary("Somebody else accepts that it is met.").Produces<Recorded>();
    }

    private static void Add<TBody>(RouteGroupBuilder one, string noun, string summary, Func<TBody, (ScaleUpReviewCommand Command, string? Reason)> asked) => one
        .MapPost("/" + noun, async (string id, TBody body, CurrentPerson person, IdempotencyKey key, ReviewDesk desk) =>
        {
            var (command, reason) = asked(body);
            return Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, reason), id, command));
        })
        .WithSummary(summary).Produces<Recorded>();

    private static async Task<IResult> List(HttpContext context, PageAsked page, string? committee, string? innovation, Desk desk)
    {
        var after = page.Keys(1);
        var rows = await desk.Query(CurrentPerson.PrincipalOf(context), "list-reviews", connection => connection.Query(
            """
            select id, title, innovation, innovation_version, committee, reach, state, vote_from, decision, decided_on, review_on from review
            where (cast(@committee as text) is null or committee = @committee) and (cast(@innovation as text) is null or innovation = @innovation)
            and (cast(@after as text) is null or id > @after) order by id limit @limit
            """,
            r => new ReviewListed(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), Enum.Parse<Reach>(r.GetString(5)), Enum.Parse<ReviewState>(r.GetString(6)), r.TextOrNull(7),
                r.TextOrNull(8) is { } decision ? Enum.Parse<DecisionKind>(decision) : null, r.TextOrNull(9), r.TextOrNull(10)),
            ("committee", committee), ("innovation", innovation), ("after", after?[0]), ("limit", page.Limit + 1)));
        if (rows.Count <= page.Limit) return TypedResults.Ok(Page<ReviewListed>.Of(context, rows, null));

        rows.RemoveAt(page.Limit);
        return TypedResults.Ok(Page<ReviewListed>.Of(context, rows, Cursor.Write(rows[^1].Id)));
    }
}

/// <param name="Reopens">A review that has ended.</param>
/// <param name="Cites">Then: ids of evaluations, replications or studies that it did not know.</param>
public sealed record NewReview(string? Title, string Innovation, string InnovationVersion, string Committee, Reach Reach = Reach.Expand, Pathway Pathway = Pathway.Horizontal, string? Reopens = null, ImmutableArray<string>? Cites = null)
{
    internal DraftCase Command() => new(Title ?? "", Innovation, InnovationVersion, Committee, Reach, Pathway, Reopens) { Cites = Cites ?? [] };
}

public sealed record NewAssessment(ImmutableArray<AreaScore> Scores);

/// <param name="VoteFrom">The first day on which it may be voted on.</param>
public sealed record AgendaItem(DateOnly VoteFrom, string? Agenda = null);

public sealed record Deferral(DateOnly Until, string? Reason = null);

public sealed record NewTie(TieGround? Ground = null, TieKind Kind = TieKind.Soft, string? Words = null);

/// <param name="Ground">What the tie rests on; left out where it is something else than the known ones.</param>
public sealed record TieRuling(string Person, TieGround? Ground, TieKind Kind, string? Reason = null);

public sealed record NewVoting(Motion Motion, Procedure Procedure = Procedure.Meeting, ImmutableArray<string>? Present = null);

public sealed record Presence(string Person, bool Present);

public sealed record NewVote(Ballot Choice, string? Reason = null, string? DossierSha256 = null);

public sealed record NewMinute(string? Words);

/// <param name="Dissent">Needed where somebody voted against it.</param>
/// <param name="ReviewOn">When it is looked at again.</param>
public sealed record NewDecision(string? Rationale, string? Dissent, DateOnly ReviewOn);

public sealed record ConditionReport(string? Evidence);

/// <summary>A review in a list.</summary>
public sealed record ReviewListed(
    string Id, string Title, string Innovation, string InnovationVersion, string Committee, Reach Reach, ReviewState State, string? VoteFrom, DecisionKind? Decision, string? DecidedOn, string? ReviewOn);

/// <param name="Deliberation">Left out for whoever does not take part.</param>
public sealed record ReviewRecord(ReviewFace Review, Deliberation? Deliberation = null);

/// <summary>What is for those who take part.</summary>
/// <param name="Rounds">Every motion with its votes; those that came to nothing are kept.</param>
public sealed record Deliberation(
    string DraftedBy, Case Case, ImmutableArray<ScalabilityAssessment> Assessments, VotingRules Rules, ImmutableArray<Seat> Seats, ImmutableArray<Tie> Ties, IEnumerable<string> Answered, ImmutableArray<string> Eligible,
    ImmutableArray<VoteRound> Rounds, ImmutableArray<string> Minutes, long Version)
{
    internal static Deliberation Of(View<ScaleUpReview> view) => view.State is var r
        ? new(r.DraftedBy, r.Case, r.Assessments, r.Rules, r.Seats, r.Ties, r.Answered, r.Eligible, r.Rounds, r.Minutes, view.Version)
        : null!;
}
