using System.Text.Json;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Replications;
using InnovationScale.Storage;

namespace InnovationScale.ScaleUp;

/// <summary>What follows by itself: votes fall when the evidence changes, conditions lapse, and a decision comes due to be looked at again.</summary>
public sealed class ScaleUpFollowUps(ReviewDesk reviews, SqlLogStore store)
{
    private const string Changed = "evidence-changed", Lapse = "review-conditions-due", Due = "review-due";

    public IEnumerable<Step> Steps =>
    [
        new(Changed, EvidenceChanged), new(Lapse, note => Then(note, new LapseConditions())), new(Due, note => Then(note, new FallDue())),
        // Left by earlier releases; nothing follows from it any more.
        new("review-notice-over", _ => Task.CompletedTask),
    ];

    internal static IEnumerable<FollowUp> Of(View<ScaleUpReview> view, IEvent<ScaleUpReview> happened, Stamp stamp) => happened switch
    {
        // A condition can be met on its last day, so that it lapses on the next.
        CaseDecided e => [At(view.Id, Due, e.ReviewOn), .. view.State.Conditions.Select(one => one.Condition.DueOn).Distinct().Select(day => At(view.Id, Lapse, day.AddDays(1)))],
        _ => [],
    };

    internal static IEnumerable<FollowUp> Of(View<Evaluation> view, IEvent<Evaluation> happened, Stamp stamp) =>
        happened is EvaluationPublished or EvaluationSuperseded or EvaluationRetracted ? [About(view.State.Innovation, view.State.Version)] : [];

    internal static IEnumerable<FollowUp> Of(View<Replication> view, IEvent<Replication> happened, Stamp stamp) =>
        happened is ReplicationAssessed or ReplicationMoved or ReplicationAbandoned ? [About(view.State.Innovation, view.State.Version)] : [];

    internal static IEnumerable<FollowUp> Of(View<ExternalStudy> view, IEvent<ExternalStudy> happened, Stamp stamp) => [About(view.State.About.Innovation, view.State.About.Version)];

    private static FollowUp At(string review, string kind, DateOnly day) => new(kind, JsonSerializer.Serialize(review), new(day, TimeOnly.MinValue, TimeSpan.Zero));

    private static FollowUp About(string innovation, string version) => new(Changed, JsonSerializer.Serialize((string[])[innovation, version]));

    private async Task EvidenceChanged(Note note)
    {
        var about = JsonSerializer.Deserialize<string[]>(note.Json)!;
        var open = await store.Query(connection => connection.Query("select id from review where innovation = @innovation and innovation_version = @version and state not in ('None', 'Draft', 'Submitted', 'Returned', 'Withdrawn')",
            r => r.GetString(0), ("innovation", about[0]), ("version", about[1])));
        foreach (var review in open) Took(await reviews.Execute(Principal.System, new($"{note.Id}:{review}"), review, new RecheckDossier()));
    }

    private async Task Then(Note note, ScaleUpReviewCommand command) => Took(await reviews.Execute(Principal.System, new(note.Id), JsonSerializer.Deserialize<string>(note.Json)!, command));

    // A refusal is an answer: the record does not need the step, or not any more.
    private static void Took(Outcome outcome)
    {
        if (outcome.Refusal == Refusals.FactsMoved) throw new InvalidOperationException("What the step rests on kept moving.");
    }
}
