using InnovationScale.People;

namespace InnovationScale.ScaleUp;

/// <summary>A page on a review that shows more to those who take part, with people by their names.</summary>
public abstract class TakingPartPage(Desk desk, IPeople people) : AppPage
{
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    protected Desk Desk => desk;

    /// <summary>The record; null for whoever does not take part.</summary>
    public View<ScaleUpReview>? Inside { get; private set; }

    public string Name(string person) => names.GetValueOrDefault(person, person);

    protected async Task Open(string id)
    {
        Inside = await desk.Look<ScaleUpReview>(Who, "read-review", id) is { Exists: true } view ? view : null;
        if (Inside?.State is not { } review) return;
        foreach (var person in review.Seats.Select(seat => seat.Person).Concat(review.Assessments.Select(one => one.By)).Concat(review.Rounds.SelectMany(round => round.Votes.Keys)).Append(review.DraftedBy)) await Remember(person);
    }

    protected async Task Remember(string person)
    {
        if (!names.ContainsKey(person)) names[person] = (await people.Known(person))?.Name ?? Words["an erased person"];
    }
}
