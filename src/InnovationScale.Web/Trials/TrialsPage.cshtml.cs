using InnovationScale.Api;
using InnovationScale.Components;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Trials;

/// <summary>Trials with their state: what is planned, what runs, what is known.</summary>
public sealed class TrialsPage(TrialLists lists) : AppPage
{
    private const int PageSize = 50;

    [BindProperty(SupportsGet = true)]
    public TrialState? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public IReadOnlyList<TrialListed> Rows { get; private set; } = [];

    public string? Next { get; private set; }

    public bool MayDraft => Who.Is(Role.Teacher) || Who.Is(Role.SchoolLead) || Who.Is(Role.Researcher);

    public IReadOnlyList<Choice> States => [.. Words.Choices<TrialState>().Where(choice => choice.Value is not nameof(TrialState.None))];

    public async Task OnGet()
    {
        var (rows, next) = await lists.List(Who, new(State: State), PageSize, After is null ? null : Cursor.Read(After, 2));
        Rows = rows;
        Next = next is null ? null : Cursor.Write(next);
    }

    public static Tone ToneOf(TrialState state) => state switch
    {
        TrialState.Registered or TrialState.Recruiting or TrialState.InField => Tone.Information,
        TrialState.DataLocked or TrialState.Analysed or TrialState.Reported => Tone.Success,
        TrialState.Stopped => Tone.Stop,
        _ => Tone.Neutral,
    };
}
