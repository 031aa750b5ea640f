using InnovationScale.People;
using InnovationScale.ScaleUp;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Committees;

/// <summary>Who sits in a committee, by which rules it decides, what is on its agenda and what it decided.</summary>
public sealed class CommitteePage(Desk desk, IPeople people, TimeProvider clock) : AppPage
{
    private const int Most = 200;

    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    public View<Committee> View { get; private set; } = null!;

    public IReadOnlyList<ReviewRow> Reviews { get; private set; } = [];

    public IEnumerable<Seat> Sitting => View.State.On(DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));

    public string Name(string id) => names.GetValueOrDefault(id, id);

    public async Task<IActionResult> OnGetAsync(string id)
    {
        View = await desk.Look<Committee>(Who, "read-committee", id);
        if (!View.Exists) return NotFound();

        foreach (var seat in Sitting)
        {
            names[seat.Person] = (await people.Known(seat.Person))?.Name ?? Words["an erased person"];
            names[seat.Organisation] = await desk.Look<School>(Who, "read-school", seat.Organisation) is { Exists: true } school ? school.State.Name : seat.Organisation;
        }

        Reviews = await desk.Query(Who, "list-reviews", connection => connection.Query(
            "select id, title, state, decision from review where committee = @committee order by case when decided_on is null then 0 else 1 end, case when vote_from is null then 1 else 0 end, vote_from desc, id limit @most",
            r => new ReviewRow(r.GetString(0), r.GetString(1), Enum.Parse<ReviewState>(r.GetString(2)), r.TextOrNull(3) is { } decision ? Enum.Parse<DecisionKind>(decision) : null), ("committee", id), ("most", Most)));
        return Page();
    }
}

/// <summary>A review on a committee's page.</summary>
public sealed record ReviewRow(string Id, string Title, ReviewState State, DecisionKind? Decision);
