using InnovationScale.Search;
using InnovationScale.Storage;
using static InnovationScale.Role;

namespace InnovationScale.ScaleUp;

/// <summary>Reviews as the host runs and lists them. Lists and search hold what anybody may read; the record itself is for those who take part.</summary>
public static class ScaleUpFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Reviews, Seats, HiddenRows.Table<ScaleUpReview>(2, IsTalkedAbout),
            Searched.Table<ScaleUpReview>(2, review =>
                new(review.Title, review.Decision?.Motion.Words ?? "", null, Hidden: false, review.Title, review.Decision?.Motion.Words) { Year = review.Decision?.On.Year })], ScaleUpFollowUps.Of);
        access.Allow(ScaleUpReview.Steps).Allow("read-review", Access.Everybody).Allow("list-reviews", Access.Everybody).Allow("list-candidates", Access.Everybody)
            // A case is drafted in the open. From the day it is on the agenda the record is for members, who are beside it, and for the secretary; whoever stepped aside is barred. Everybody else reads its face.
            .Allow("take-part-in-review", [.. Access.SignedIn.To(Relation.Beside).Where(grant => grant.Role is not (Secretary or Auditor or Role.System)), Secretary.At(Relation.Home | Relation.Beside), Auditor, Role.System])
            .Hide<ScaleUpReview>(IsTalkedAbout, unless: "take-part-in-review",
                awaits: (review, command, person) => command switch
                {
                    TellConditionMet tell => review.SeenToBy(person).Any(one => one.Condition.Id == tell.Condition),
                    WithdrawCase => review.DraftedBy == person && !review.StandsAside(person),
                    _ => false,
                });
    }

    private static bool IsTalkedAbout(ScaleUpReview review) => review.IsTalkedAbout;

    public static ReadTable<ScaleUpReview> Reviews { get; } = ReadTable<ScaleUpReview>.OneRow("review", 1,
        [
            ("title", "text"), ("innovation", "text"), ("innovation_version", "text"), ("committee", "text"), ("reach", "text"), ("state", "text"), ("vote_from", "text"), ("decision", "text"), ("decided_on", "text"),
            ("review_on", "text"),
        ],
        ["committee", "innovation, innovation_version"],
        view => view.State is var r
            ?
            [
                r.Title, r.Innovation, r.Version, r.Committee, r.Reach.ToString(), r.State.ToString(), Day(r.VoteFrom), r.Decision?.Motion.Kind.ToString(), Day(r.Decision?.On), Day(r.Decision?.ReviewOn),
            ]
            : []);

    /// <summary>What waits for each member; whoever stepped aside has no row.</summary>
    public static ReadTable<ScaleUpReview> Seats { get; } = new("review_seat", 1,
        [("person", "text"), ("answered", "bigint"), ("voted", "bigint"), ("eligible", "bigint")], ["person"],
        view => view.State.Seats.Where(seat => !view.State.StandsAside(seat.Person)).Select(seat => new object?[]
        {
            seat.Person, view.State.Answered.Contains(seat.Person) ? 1L : 0L, view.State.Round is { Result: RoundResult.Open } round && round.Votes.ContainsKey(seat.Person) ? 1L : 0L,
            view.State.Eligible.Contains(seat.Person) ? 1L : 0L,
        }),
        many: true);

    private static string? Day(DateOnly? day) => day?.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
