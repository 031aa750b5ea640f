using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Pilots;

/// <summary>What a colleague sees who opens a link to a team.</summary>
[Authorize]
public sealed class JoinTeamPage(TeamLinks links, PilotLists lists) : AppPage
{
    [FromRoute]
    public string Id { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? Key { get; set; }

    /// <summary>Null where the link is over.</summary>
    public Pilot? Pilot { get; private set; }

    public string School { get; private set; } = "";

    public string By { get; private set; } = "";

    public bool OnTeam => Pilot?.OnTeam(Who.Person) is true;

    public async Task<IActionResult> OnGet()
    {
        await Load();
        return Page();
    }

    public async Task<IActionResult> OnPost()
    {
        await Load();
        var outcome = await links.Join(Who, Asked(), Id, Key ?? "");
        return outcome.Refusal is { } refusal ? Refuse(refusal) : See($"pilots/{Id}");
    }

    private async Task Load()
    {
        if (await links.Invited(Id, Key ?? "") is not var (pilot, link)) return;

        Pilot = pilot;
        var names = await lists.Names(Who, [pilot.School, link.By]);
        (School, By) = (names.GetValueOrDefault(pilot.School, pilot.School), names.GetValueOrDefault(link.By, link.By));
    }
}
