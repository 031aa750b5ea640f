using InnovationScale.Components;
using InnovationScale.Pilots;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Enquiry;

/// <summary>Study, comparison and decision on one page; what is said there makes the three lines for the next school.</summary>
[Authorize]
public sealed class CloseCyclePage(Desk desk, CycleDesk cycles, PilotDesk pilots) : CycleForm(desk, cycles)
{
    private readonly CycleDesk cycles = cycles;

    [BindProperty]
    public string? NoData { get; set; }

    [BindProperty]
    public string? WhatHappened { get; set; }

    [BindProperty]
    public PredictionResult? Result { get; set; }

    [BindProperty]
    public CycleDecision? Decision { get; set; }

    [BindProperty]
    public string? Why { get; set; }

    public IReadOnlyList<Choice> Decisions => Words.Choices<CycleDecision>();

    public async Task<IActionResult> OnGet() => await Load() ? Page() : NotFound();

    public async Task<IActionResult> OnPost(bool adopt)
    {
        if (!await Load()) return NotFound();
        if (string.IsNullOrWhiteSpace(WhatHappened)) ModelState.AddModelError(nameof(WhatHappened), Words["Say what happened."]);
        if (Result is null) ModelState.AddModelError(nameof(Result), Words["Say whether it went as you expected."]);
        if (Decision is null) ModelState.AddModelError(nameof(Decision), Words["Choose what now."]);
        if (string.IsNullOrWhiteSpace(Why)) ModelState.AddModelError(nameof(Why), Words["Say why."]);
        if (Cycle.Points is [] && string.IsNullOrWhiteSpace(NoData)) ModelState.AddModelError(nameof(NoData), Words["Say why nothing was logged, or go back and log something."]);
        if (!ModelState.IsValid) return Mend();

        // “Extend” goes on in another cycle on the same plan, which its team can still change before it begins.
        var next = Decision is CycleDecision.Extend ? Ids.For(Who, Asked(), Cycle.Kind) : null;
        CycleCommand[] all = [new StudyCycle(WhatHappened!, NoData), new CompareWithPrediction(Result!.Value), new CloseCycle(Decision!.Value, Why!, next)];
        // A cycle that is half closed goes on from where it is; one form sent twice is the same commands again.
        if (await Send(all, Cycle.Stage switch { CycleStage.Studying => 1, CycleStage.Acting => 2, _ => 0 }) is { } refusal) return Refuse(refusal);

        if (next is not null)
        {
            var planned = await cycles.Execute(Who, Asked().Part(all.Length), Cycle.Pilot, next, new PlanCycle(Cycle.Plan));
            return planned.Refusal is null ? See($"cycles/{next}") : See($"pilots/{Cycle.Pilot}");
        }

        // Lines that the team wrote by hand stay, unless the pilot is to end with these.
        PilotCommand[] after = Pilot.Status is PilotStatus.Active && Pilot.Signing is null && (adopt || Pilot.Lessons is [])
            ? [new WriteLessons([Line(Cycle.Plan.ChangeIdea), Line(WhatHappened!), Line(Why!)]), .. adopt ? (PilotCommand[])[new MovePilot(PilotTo.AdoptedLocally)] : []]
            : [];
        foreach (var (n, command) in after.Index())
        {
            // The cycle is closed and stays so; what is still missing for the move, the pilot's page shows.
            if ((await pilots.Execute(Who, Asked().Part(all.Length + n), Cycle.Pilot, command)).Refusal is not null) break;
        }

        return See($"pilots/{Cycle.Pilot}");
    }

    private static string Line(string text) => text.ReplaceLineEndings(" ").Trim();
}
