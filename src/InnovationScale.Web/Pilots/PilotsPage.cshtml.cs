using InnovationScale.Api;
using InnovationScale.Components;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Pilots;

/// <summary>The portfolio: pilots with filters, order and place in the address.</summary>
public sealed class PilotsPage(PilotLists lists) : AppPage
{
    private const int PageSize = 50;

    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Country { get; set; }

    [BindProperty(SupportsGet = true)]
    public PilotStage? Stage { get; set; }

    [BindProperty(SupportsGet = true)]
    public PilotStatus? Status { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Sort { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public IReadOnlyList<PilotRow> Rows { get; private set; } = [];

    public string? Next { get; private set; }

    public string Showing { get; private set; } = "";

    public bool MayRegister => Who.Is(Role.Teacher) || Who.Is(Role.SchoolLead);

    public async Task OnGet()
    {
        var filter = new PilotFilter(Blank(Country), Stage, Status, Words: Blank(Q));
        var order = Sort switch
        {
            "title" => PilotOrder.Title,
            "-title" => PilotOrder.TitleBackwards,
            "started" => PilotOrder.Oldest,
            _ => PilotOrder.Newest,
        };
        var (rows, next) = await lists.List(Who, filter, order, PageSize, After is null ? null : Cursor.Read(After, 2));
        Rows = rows;
        Next = next is null ? null : Cursor.Write(next);
        Showing = $"Showing {Words.Number(rows.Count)} of {Words.Number(await lists.Count(Who, filter))}";
    }

    public static Tone ToneOf(PilotStatus status) => status switch
    {
        PilotStatus.Active => Tone.Information,
        PilotStatus.Closed => Tone.Success,
        PilotStatus.Paused => Tone.Caution,
        _ => Tone.Neutral,
    };

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
