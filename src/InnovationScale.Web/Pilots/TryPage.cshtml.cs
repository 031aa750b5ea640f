using InnovationScale.Innovations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Pilots;

/// <summary>
/// “Try this in my school”: a new draft of one's own from a pilot (<c>?pilot=ID</c>), whose version, plan and measure are copied, or from an innovation
/// (<c>?innovation=ID&amp;version=v2</c>).
/// </summary>
[Authorize]
public sealed class TryPage(Desk desk, PilotDesk pilots, PilotLists lists) : AppPage
{
    [BindProperty(SupportsGet = true, Name = "pilot")]
    public string? PilotId { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Innovation { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Version { get; set; }

    [BindProperty]
    public string? Title { get; set; }

    [BindProperty]
    public string? School { get; set; }

    public Pilot? Origin { get; private set; }

    public Innovation? Of { get; private set; }

    /// <summary>Schools in which this person may start a pilot.</summary>
    public IReadOnlyList<Components.Choice> Schools { get; private set; } = [];

    public async Task<IActionResult> OnGet()
    {
        if (!await Load()) return NotFound();

        Title = Origin?.Title ?? Of?.Title;
        School = Schools is [var only, ..] ? only.Value : null;
        return Page();
    }

    public async Task<IActionResult> OnPost()
    {
        if (!await Load()) return NotFound();
        if (string.IsNullOrWhiteSpace(Title)) ModelState.AddModelError(nameof(Title), Words["Give it a name; a few words will do."]);
        if (!ModelState.IsValid) return Mend();

        var (id, start) = (Ids.For(Who, Asked(), Pilot.Kind), new StartPilot(Title!, School ?? "", Innovation, Version) { Origin = PilotId });
        var outcome = Origin is null ? await pilots.Execute(Who, Asked(), id, start) : await pilots.TryAgain(Who, Asked(), id, start);
        return outcome.Refusal is { } refusal ? Refuse(refusal) : See($"pilots/{id}");
    }

    private async Task<bool> Load()
    {
        var own = Who.Roles.Where(role => role.Role is Role.Teacher or Role.SchoolLead).Select(role => role.In).Distinct(StringComparer.Ordinal).ToList();
        var names = await lists.Names(Who, own);
        Schools = [.. own.Select(school => new Components.Choice(school, names.GetValueOrDefault(school, school)))];
        if (PilotId is not null)
        {
            var view = await desk.Look<Pilot>(Who, "read-pilot", PilotId);
            if (!view.Exists) return false;
            Origin = view.State;
            (Innovation, Version) = (Origin.Innovation, Origin.Version);
        }

        if (Innovation is not null)
        {
            var view = await desk.Look<Innovation>(Who, "read-innovation", Innovation);
            if (!view.Exists || (Origin is null && view.State.Version(Version ??= view.State.Versions[^1].Id) is null)) return false;
            Of = view.State;
        }

        return Origin is not null || Of is not null;
    }
}
