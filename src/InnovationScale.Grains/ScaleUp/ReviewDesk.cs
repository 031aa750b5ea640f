using System.Collections.Immutable;
using InnovationScale.Committees;
using InnovationScale.Innovations;
using InnovationScale.Safeguarding;
using InnovationScale.Storage;

namespace InnovationScale.ScaleUp;

/// <summary>Work on a review, with what it must know of the evidence, of its committee and of what ties members to it.</summary>
public sealed class ReviewDesk(Desk desk, IGrains grains, SqlLogStore store, EvidenceInTarget evidence, TiesOnRecord ties)
{
    public Task<Outcome> Execute(Principal who, Request request, string review, ScaleUpReviewCommand command) => desk.Execute<ScaleUpReview>(who, request, review, async () =>
    {
        var state = (await grains.Look<ScaleUpReview>(review)).State;
        switch (command)
        {
            case DraftCase draft:
                return draft with
                {
                    VersionKnown = (await grains.Look<Innovation>(draft.Innovation)).State.Version(draft.Version) is not null, CommitteeKnown = (await grains.Look<Committee>(draft.Committee)).Exists,
                    Earlier = await Earlier(draft.Reopens), KnownNow = draft.Reopens is null ? [] : [.. (await evidence.Sources(draft.Innovation, draft.Version)).Ids],
                };
            case SubmitCase submit:
                return submit with { RestsOn = [await Reported()], Facts = await Facts(state) };
            case TableCase table:
                var reported = await Reported();
                var (heads, committee) = (await Heads(state), await grains.Look<Committee>(state.Committee));
                ImmutableArray<Seat> seats = [.. committee.State.On(table.VoteFrom)];
                return table with { Facts = await Facts(state), Rules = committee.State.Rules, Seats = seats, Ties = await ties.Of(state, seats), RestsOn = [reported, .. heads, committee.Head] };
            // Heads are looked at before what they stand for, so that what changes in between is found out.
            case OpenVote open:
                return open with { RestsOn = await Heads(state), Now = await Sources(state), Ties = await ties.Of(state, state.Seats) };
            case DecideCase decide:
                return decide with { RestsOn = await Heads(state), Now = await Sources(state), Ties = await ties.Of(state, state.Seats) };
            case RecheckDossier recheck:
                return recheck with { Now = await Sources(state) };
            default:
                return command;
        }
    });

    /// <summary>Everything that happened to incidents, looked at before them: one may be reported under an id that nobody knows yet.</summary>
    private Task<Head> Reported() => store.Query(connection => connection.HeadOfKind(Incident.Kind));

    /// <summary>What anybody may read of a review; null where there is none.</summary>
    public async Task<ReviewFace?> Face(string id) => await grains.Look<ScaleUpReview>(id) is { Exists: true } review ? ReviewFace.Of(id, review.State) : null;

    /// <summary>Of a review only what somebody needs who sees to a condition: what it is called, how far it is, and that condition.</summary>
    public async Task<View<ScaleUpReview>> SeenToBy(string person, string id)
    {
        var review = (await grains.Look<ScaleUpReview>(id)).State;
        ImmutableArray<TrackedCondition> own = [.. review.SeenToBy(person)];
        return new(id, new() { State = review.State, Title = review.Title, Conditions = own }, own.IsEmpty ? 0 : 1);
    }

    /// <summary>Of a review that its drafter does not see any more only what she needs to withdraw it.</summary>
    public async Task<View<ScaleUpReview>> DraftedBy(string person, string id)
    {
        var review = (await grains.Look<ScaleUpReview>(id)).State;
        return new(id, new() { State = review.State, Title = review.Title, DraftedBy = review.DraftedBy }, review.DraftedBy == person && !review.StandsAside(person) ? 1 : 0);
    }

    /// <summary>The gate as it stands now: what a case still needs, for those who may see it.</summary>
    public async Task<ImmutableArray<Missing>> Missing(ScaleUpReview review) => [.. ReviewGates.Missing(review.Case, review.Reach, review.Assessments, await Facts(review))];

    /// <summary>What has been decided about a version.</summary>
    public async Task<(ScaleStatus Status, ReviewFace? Review)> Status(Principal who, string innovation, string version)
    {
        var ids = await desk.Query(who, "list-reviews", connection => connection.Query("select id from review where innovation = @innovation and innovation_version = @version and decided_on is not null order by decided_on desc, id limit 1",
            r => r.GetString(0), ("innovation", innovation), ("version", version)));
        return ids is [var id] && await Face(id) is { } face ? (face.Status, face) : (ScaleStatus.NotDecided, null);
    }

    private async Task<CaseFacts> Facts(ScaleUpReview review) => new(await evidence.Freeze(review.Innovation, review.Version, review.Case), (int)(await store.Query(connection => connection.Query(
        "select count(*) from incident i join pilot p on p.id = i.pilot where i.is_open = 1 and p.innovation = @innovation and p.innovation_version = @version", r => r.GetInt64(0),
        ("innovation", review.Innovation), ("version", review.Version))))[0]);

    private Task<EvidenceSources> Sources(ScaleUpReview review) => evidence.Sources(review.Innovation, review.Version);

    private Task<ImmutableArray<Head>> Heads(ScaleUpReview review) => evidence.Heads(review.Innovation, review.Version);

    private async Task<EarlierReview?> Earlier(string? id)
    {
        if (id is null || await grains.Look<ScaleUpReview>(id) is not { Exists: true, State: var review }) return null;
        var ended = review.State is ReviewState.Decided or ReviewState.ConditionsOpen or ReviewState.Closed or ReviewState.Lapsed or ReviewState.Withdrawn;
        return new(ended, review.Innovation, review.Dossier is { } dossier ? [.. dossier.Evidence.Sources.Ids] : []);
    }
}
