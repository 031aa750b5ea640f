using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Enquiry;

/// <summary>One cycle: its plan, what was logged as a run chart, and what came of it.</summary>
public sealed class CyclePage(Desk desk, CycleDesk cycles, TimeProvider clock) : CycleForm(desk, cycles)
{
    private readonly CycleDesk cycles = cycles;

    [BindProperty]
    public double? Value { get; set; }

    [BindProperty]
    public DateOnly? On { get; set; }

    [BindProperty]
    public double? OutOf { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public ImmutableArray<SeriesPoint> Series { get; private set; } = [];

    public Charts.RunChart? Picture { get; private set; }

    public ControlRead? Control { get; private set; }

    /// <summary>Whole numbers stay whole.</summary>
    public int Decimals => Series.All(point => point.Value is not { } value || value == Math.Floor(value)) ? 0 : 1;

    public async Task<IActionResult> OnGet() => await LoadPage() ? Page() : NotFound();

    public async Task<IActionResult> OnPostStart() => !await LoadPage() ? NotFound() : await Send(new StartDoing()) is { } refusal ? Refuse(refusal) : See($"cycles/{Id}");

    public async Task<IActionResult> OnPostLog()
    {
        if (!await LoadPage()) return NotFound();
        if (!ModelState.IsValid) return Mend();

        var point = new RecordPoint(Ids.For(Who, Asked(), "point"), On ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), Value, OutOf, string.IsNullOrWhiteSpace(Note) ? null : Note.Trim());
        return await Send(point) is { } refusal ? Refuse(refusal, nameof(Value)) : See($"cycles/{Id}");
    }

    public async Task<IActionResult> OnPostCancel()
    {
        if (!await LoadPage()) return NotFound();

        var outcome = await cycles.Execute(Who, Asked(Reason), Cycle.Pilot, Id, new CancelCycle());
        return outcome.Refusal is { } refusal ? Refuse(refusal, nameof(Reason)) : See($"pilots/{Cycle.Pilot}");
    }

    private async Task<bool> LoadPage()
    {
        if (!await Load()) return false;

        Series = CycleChart.Series(Cycle);
        Picture = CycleChart.Picture(Cycle, Series, CycleChart.Read(Series), Words);
        Control = CycleChart.Control(Cycle);
        return true;
    }
}
