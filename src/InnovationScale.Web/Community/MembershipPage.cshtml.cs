using InnovationScale.Components;
using InnovationScale.People;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Community;

/// <summary>An application for membership and what became of it, for those who have a part in it.</summary>
public sealed class MembershipPage(Desk desk, IPeople people) : AppPage
{
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    public View<Membership> View { get; private set; } = null!;

    public string Organisation { get; private set; } = "";

    public Tone Tone => View.State.State switch
    {
        MembershipState.Admitted => Tone.Success,
        MembershipState.Declined or MembershipState.Ended => Tone.Stop,
        MembershipState.Suspended or MembershipState.MoreInfo => Tone.Caution,
        _ => Tone.Neutral,
    };

    public string Name(string person) => names[person];

    public async Task<IActionResult> OnGetAsync(string id)
    {
        View = await desk.Look<Membership>(Who, "read-membership", id);
        if (!View.Exists) return NotFound();

        Organisation = await desk.Look<School>(Who, "read-school", View.State.Organisation) is { Exists: true } school ? school.State.Name : View.State.Organisation;
        foreach (var person in View.State.Reviews.Keys.Append(View.State.Applicant)) names[person] = (await people.Known(person))?.Name ?? Words["an erased person"];
        return Page();
    }
}
