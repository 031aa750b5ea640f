using InnovationScale.Pilots;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Audit;

/// <summary>What happened to a record, newest first, and on demand whether it is still as it was written.</summary>
public sealed class HistoryPage(Histories histories, PilotLists lists) : AppPage
{
    private const int Most = 50;

    [BindProperty(SupportsGet = true)]
    public string Kind { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    /// <summary>Only what came before this step.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Before { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Verify { get; set; }

    public IReadOnlyList<Happened> Story { get; private set; } = [];

    public bool HasMore { get; private set; }

    /// <summary>What verifying found; null when it was not asked for.</summary>
    public HistoryCheck? Found { get; private set; }

    public async Task<IActionResult> OnGet()
    {
        if (await histories.Read(Who, Kind, Id, Before, Most + 1) is not { } steps) return NotFound();

        (Story, HasMore) = (await PilotTimeline.Tell(Who, [.. steps.Take(Most)], lists, Words), steps.Count > Most);
        if (Verify) Found = await histories.Verify(Who, Kind, Id);
        return Page();
    }
}
