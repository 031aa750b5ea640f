using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Pilots;

/// <summary>Opens a draft, or goes on with one (<c>?pilot=ID</c>): what it is about.</summary>
[Authorize]
public sealed class RegisterPage(Desk desk, PilotDesk pilots) : AppPage
{
    [BindProperty(SupportsGet = true, Name = "pilot")]
    public string? Draft { get; set; }

    /// <summary>The school it runs in, where the person's own network acts for it (<c>?school=ID</c>).</summary>
    [BindProperty(SupportsGet = true, Name = "school")]
    public string? School { get; set; }

    [BindProperty]
    public string? Title { get; set; }

    [BindProperty]
    public string? Problem { get; set; }

    [BindProperty]
    public string? Learners { get; set; }

    [BindProperty]
    public int? LearnerCount { get; set; }

    [BindProperty]
    public string? StartMonth { get; set; }

    public async Task<IActionResult> OnGet()
    {
        if (Draft is null) return Page();

        var view = await desk.Look<Pilot>(Who, "read-pilot", Draft);
        if (!view.Exists) return NotFound();

        var p = view.State;
        (Title, Problem, Learners, LearnerCount, StartMonth) = (p.Title, p.Problem, p.Learners, p.LearnerCount, p.StartMonth?.ToString());
        return Page();
    }

    public async Task<IActionResult> OnPost(bool later)
    {
        YearMonth? month = null;
        if (!string.IsNullOrWhiteSpace(StartMonth))
        {
            if (YearMonth.TryParse(StartMonth.Trim(), out var read)) month = read;
            else ModelState.AddModelError(nameof(StartMonth), Words["Write the month as year and month, such as 2026-09."]);
        }

        if (string.IsNullOrWhiteSpace(Title)) ModelState.AddModelError(nameof(Title), Words["Give it a name; a few words will do."]);
        if (!ModelState.IsValid) return Mend();

        // The draft's id follows from the form's, so that a form sent twice opens one draft.
        var sent = CommandId;
        var id = Draft ?? Ids.For(Who, Asked(), Pilot.Kind);
        if (!(await desk.Look<Pilot>(Who, "read-pilot", id)).Exists)
        {
            var school = School ?? Who.Roles.FirstOrDefault(held => held.Role is Role.Teacher or Role.SchoolLead).In ?? "";
            if ((await pilots.Execute(Who, Asked(), id, new StartPilot(Title!, school))).Refusal is { } no) return Refuse(no);
        }

        var about = new DescribePilot(Title, Blank(Problem), Blank(Learners), LearnerCount, month);
        if ((await pilots.Execute(Who, Asked().Part(1), id, about)).Refusal is { } refusal)
        {
            var page = Refuse(refusal);
            if (Draft is null) CommandId = sent;
            return page;
        }

        return See(later ? $"pilots/{id}" : $"pilots/{id}/who-else");
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
