using InnovationScale.Pilots;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Audit;

/// <summary>One step of a record: what it changed, before and after.</summary>
public sealed class StepPage(Histories histories, PilotLists lists) : AppPage
{
    [BindProperty(SupportsGet = true)]
    public string Kind { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public long Step { get; set; }

    public Happened Happened { get; private set; } = null!;

    public StepChanges Changes { get; private set; } = null!;

    public async Task<IActionResult> OnGet()
    {
        if (await histories.Compare(Who, Kind, Id, Step) is not { } changes) return NotFound();

        (Changes, Happened) = (changes, (await PilotTimeline.Tell(Who, [changes.Step], lists, Words))[0]);
        return Page();
    }
}
