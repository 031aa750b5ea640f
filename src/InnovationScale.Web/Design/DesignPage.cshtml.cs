using InnovationScale.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Design;

/// <summary>Shows every component in every state: for those who build pages, and for tests of access and width. In no menu.</summary>
public sealed class DesignPage : AppPage
{
    [BindProperty]
    public string? Title { get; set; }

    [BindProperty]
    public string? Problem { get; set; }

    [BindProperty]
    public int? Pupils { get; set; }

    [BindProperty]
    public DateOnly? Starts { get; set; }

    [BindProperty]
    public string? Country { get; set; }

    [BindProperty]
    public string? Sure { get; set; }

    [BindProperty]
    public string? Sensitive { get; set; }

    [BindProperty]
    public string[] SchoolTypes { get; set; } = ["state"];

    public string? FilterCountry => null;

    public string? FilterWords => null;

    public IFormFile? Results => null;

    public IReadOnlyList<Choice> Countries { get; } = [new("KE", "Kenya"), new("SN", "Senegal"), new("CO", "Colombia"), new("JO", "Jordan")];

    public IReadOnlyList<Choice> Certainties { get; } = [new("hunch", "A hunch"), new("fairly", "Fairly sure", "About 7 times in 10"), new("very", "Very sure")];

    public IReadOnlyList<Choice> YesNo { get; } = [new("yes", "Yes"), new("no", "No")];

    public IReadOnlyList<Choice> Types { get; } = [new("state", "State school"), new("faith", "Faith school"), new("camp", "School for displaced pupils"), new("unknown", "Not known")];

    public IReadOnlyList<(string Title, string Stage, Tone Tone, int Pupils, double?[] Seen, DateOnly Started)> Pilots { get; } =
    [
        ("Talk first, then write", "In a trial", Tone.Information, 412, [60, 64, 59, null, 71, 78], new(2026, 1, 12)),
        ("Friday exit cards", "Adopted locally", Tone.Success, 58, [60, 61, 66, 70, 74, 78], new(2025, 9, 1)),
        ("Seats by last score", "Closed: harm", Tone.Stop, 466, [50, 51, 44, 40, 41, 38], new(2025, 3, 3)),
    ];

    public IActionResult OnPost(bool mistakes)
    {
        if (!mistakes) return See("design");

        foreach (var (field, sentence) in (ReadOnlySpan<(string, string)>)
        [
            (nameof(Title), "Say what you call it."), (nameof(Problem), "Say the problem in one sentence."), (nameof(Pupils), "Give a whole number, such as 28."),
            (nameof(Starts), "Give the day it starts."), (nameof(Country), "Choose a country."), (nameof(Sure), "Choose how sure you are."),
            (nameof(Sensitive), "Choose yes or no."), (nameof(SchoolTypes), "Choose at least one kind, or “Not known”."), (nameof(Results), "Choose a file."),
        ])
        {
            ModelState.AddModelError(field, sentence);
        }

        return Refuse(new Refusal("gate-not-met", "The pilot cannot move to a trial yet.")
        {
            Guard = "enquiry-to-trial",
            Missing = [new("closed-cycle", "No cycle of enquiry is closed.", Role.Teacher), new("ethics-decision", "No ethics decision is recorded.", Role.SafeguardingLead)],
        });
    }
}
