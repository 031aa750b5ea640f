using InnovationScale.Pilots;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Enquiry;

/// <summary>Plans a cycle and starts it; the first one also says what the enquiry asks and moves the pilot into it.</summary>
[Authorize]
public sealed class StartCyclePage(Desk desk, PilotDesk pilots, CycleDesk cycles) : PilotForm(desk, pilots)
{
    [BindProperty]
    public string? Question { get; set; }

    [BindProperty]
    public string? Watch { get; set; }

    [BindProperty]
    public WatchKind? WatchAs { get; set; }

    [BindProperty]
    public string? ChangeIdea { get; set; }

    [BindProperty]
    public PredictedDirection? Direction { get; set; }

    [BindProperty]
    public Confidence? Confidence { get; set; }

    /// <summary>What is asked and watched is said once, with the first cycle.</summary>
    public bool AsksQuestion => Pilot.Stage is PilotStage.Registered;

    public async Task<IActionResult> OnGet()
    {
        if (!await Load()) return NotFound();

        (Question, Watch, WatchAs) = (Pilot.Enquiry.Question, Pilot.Enquiry.Watch, Pilot.Enquiry.WatchAs);
        return Page();
    }

    public async Task<IActionResult> OnPost()
    {
        if (!await Load()) return NotFound();

        // Sent twice, the first sending has started the cycle already.
        var id = Ids.For(Who, Asked(), Cycle.Kind);
        if (AsksQuestion)
        {
            if (string.IsNullOrWhiteSpace(Question)) ModelState.AddModelError(nameof(Question), Words["Say what you want to find out."]);
            if (string.IsNullOrWhiteSpace(Watch)) ModelState.AddModelError(nameof(Watch), Words["Name one thing to watch."]);
            if (WatchAs is null) ModelState.AddModelError(nameof(WatchAs), Words["Choose how you will log it."]);
        }

        if (string.IsNullOrWhiteSpace(ChangeIdea)) ModelState.AddModelError(nameof(ChangeIdea), Words["Say what you will try."]);
        if (Direction is null) ModelState.AddModelError(nameof(Direction), Words["Say what you expect; afterwards it would not be a prediction."]);
        if (Confidence is null) ModelState.AddModelError(nameof(Confidence), Words["Say how sure you are."]);
        if (!ModelState.IsValid) return Mend();

        if (AsksQuestion && await Send(new PlanEnquiry(new(Question!.Trim(), Watch!.Trim(), WatchAs)), new MovePilot(PilotTo.Enquiry)) is { } notYet) return Refuse(notYet);

        var watch = string.IsNullOrWhiteSpace(Watch) ? Pilot.Enquiry.Watch : Watch.Trim();
        var plan = new CyclePlan(ChangeIdea!.Trim(), Question ?? Pilot.Enquiry.Question, new Prediction(Direction!.Value, Confidence!.Value), watch);
        foreach (var (n, command) in ((CycleCommand[])[new PlanCycle(plan), new StartDoing()]).Index())
        {
            if ((await cycles.Execute(Who, Asked().Part(n + 2), Id, id, command)).Refusal is { } refusal) return Refuse(refusal);
        }

        return See($"cycles/{id}");
    }
}
