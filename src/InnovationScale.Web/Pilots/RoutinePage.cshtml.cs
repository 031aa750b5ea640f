using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Pilots;

/// <summary>The six questions that tell routine teaching from research.</summary>
[Authorize]
public sealed class RoutinePage(Desk desk, PilotDesk pilots) : PilotForm(desk, pilots)
{
    [BindProperty]
    public string? BeyondNormalAssessment { get; set; }

    [BindProperty]
    public string? SensitiveTopic { get; set; }

    [BindProperty]
    public string? TeachingWithheld { get; set; }

    [BindProperty]
    public string? PhotoOrRecording { get; set; }

    [BindProperty]
    public string? NamedDataLeaves { get; set; }

    [BindProperty]
    public string? PaymentToPupils { get; set; }

    public async Task<IActionResult> OnGet()
    {
        if (!await Load()) return NotFound();

        if (Pilot.RoutinePractice is { } given)
        {
            (BeyondNormalAssessment, SensitiveTopic, TeachingWithheld) = (Word(given.BeyondNormalAssessment), Word(given.SensitiveTopic), Word(given.TeachingWithheld));
            (PhotoOrRecording, NamedDataLeaves, PaymentToPupils) = (Word(given.PhotoOrRecording), Word(given.NamedDataLeaves), Word(given.PaymentToPupils));
        }

        return Page();
    }

    public async Task<IActionResult> OnPost()
    {
        if (!await Load()) return NotFound();

        foreach (var (name, answer) in ((string, string?)[])
        [
            (nameof(BeyondNormalAssessment), BeyondNormalAssessment), (nameof(SensitiveTopic), SensitiveTopic), (nameof(TeachingWithheld), TeachingWithheld),
            (nameof(PhotoOrRecording), PhotoOrRecording), (nameof(NamedDataLeaves), NamedDataLeaves), (nameof(PaymentToPupils), PaymentToPupils),
        ])
        {
            if (answer is not ("yes" or "no")) ModelState.AddModelError(name, Words["Choose yes or no."]);
        }

        if (!ModelState.IsValid) return Mend();

        var answers = new RoutinePractice(BeyondNormalAssessment is "yes", SensitiveTopic is "yes", TeachingWithheld is "yes", PhotoOrRecording is "yes", NamedDataLeaves is "yes", PaymentToPupils is "yes");
        return await Send(new AnswerRoutinePractice(answers)) is { } refusal ? Refuse(refusal) : See($"pilots/{Id}/check");
    }

    private static string Word(bool yes) => yes ? "yes" : "no";
}
