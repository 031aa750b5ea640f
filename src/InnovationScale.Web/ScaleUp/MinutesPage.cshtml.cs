using InnovationScale.Committees;
using InnovationScale.People;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.ScaleUp;

/// <summary>The record of a review, to print: who sat, who stepped aside and why, every motion with its votes and reasons, and what was said.</summary>
public sealed class MinutesPage(Desk desk, IPeople people) : TakingPartPage(desk, people)
{
    public ScaleUpReview Review => Inside!.State;

    public string Committee { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string id)
    {
        await Open(id);
        if (Inside is not { State.IsTalkedAbout: true }) return NotFound();

        Committee = (await Desk.Look<Committee>(Who, "read-committee", Review.Committee)).State.Name;
        return Page();
    }
}
