using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Pilots;

/// <summary>Every answer of the draft once more, and the signature that registers it.</summary>
[Authorize]
public sealed class CheckPage(Desk desk, PilotDesk pilots, PilotLists lists) : PilotForm(desk, pilots)
{
    private readonly PilotDesk pilots = pilots;

    public string? SecondAdult { get; private set; }

    public async Task<IActionResult> OnGet() => await LoadPage() ? Page() : NotFound();

    public async Task<IActionResult> OnPost(long version)
    {
        if (!await LoadPage()) return NotFound();

        // Answers that were changed meanwhile are shown again before they are signed.
        var outcome = await pilots.Execute(Who, Asked(version: version), Id, new MovePilot(PilotTo.Registered));
        return outcome.Refusal is { } refusal ? Refuse(refusal) : See($"pilots/{Id}");
    }

    private async Task<bool> LoadPage()
    {
        if (!await Load()) return false;

        if (Pilot.SecondAdult is { } second)
        {
            var names = await lists.Names(Who, [second.Person, second.School]);
            SecondAdult = $"{names.GetValueOrDefault(second.Person, second.Person)}, {names.GetValueOrDefault(second.School, second.School)}";
        }

        return true;
    }
}
