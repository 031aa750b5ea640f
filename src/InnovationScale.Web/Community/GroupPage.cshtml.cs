using InnovationScale.Pilots;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Community;

/// <summary>A group: what it sets out to do, with whom, and what came of it. Its members are named to whoever is signed in.</summary>
public sealed class GroupPage(Desk desk, CommunityDesk community, PilotLists lists) : AppPage
{
    public View<CommunityGroup> View { get; private set; } = null!;

    /// <summary>The question of the learning agenda, in words.</summary>
    public string? Question { get; private set; }

    public IReadOnlyList<string>? People { get; private set; }

    public IReadOnlyList<WorkRow> Pilots { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string id)
    {
        View = await desk.Look<CommunityGroup>(Who, "read-group", id);
        if (!View.Exists) return NotFound();

        if (View.State.Question is { } question) Question = (await desk.Look<LearningQuestion>(Who, "read-learning-question", question)).State.Question;
        if (Who.IsSignedIn)
        {
            var names = await lists.Names(Who, View.State.People);
            People = [.. View.State.People.Select(person => names.TryGetValue(person, out var name) && name != InnovationScale.People.Person.ErasedName ? name : Words["an erased person"])];
        }

        var pilots = new List<WorkRow>();
        foreach (var pilot in View.State.Pilots)
        {
            var work = new LinkedWork(WorkKind.Pilot, pilot);
            pilots.Add(new(work, await community.Title(work), Evaluated: false));
        }

        Pilots = pilots;
        return Page();
    }
}
