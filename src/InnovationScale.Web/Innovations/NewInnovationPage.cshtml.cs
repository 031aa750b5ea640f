using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Innovations;

/// <summary>Puts an idea on record: what it is, why it should work, and which parts must be kept.</summary>
[Authorize]
public sealed class NewInnovationPage(Desk desk) : AppPage
{
    [BindProperty]
    public string? Title { get; set; }

    [BindProperty]
    public string? Description { get; set; }

    [BindProperty]
    public string? Theory { get; set; }

    /// <summary>One part a line.</summary>
    [BindProperty]
    public string? Parts { get; set; }

    public async Task<IActionResult> OnPostAsync()
    {
        var (who, request) = (Who, Asked());
        var outcome = await desk.Execute(who, request, Ids.For(who, request, Innovation.Kind), new RegisterInnovation(Title ?? "", Description ?? "", Theory ?? "")
        {
            CoreComponents = [.. (Parts ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
        });
        return outcome.Refusal is { } refusal
            ? Refuse(refusal, refusal.Code switch { "title-missing" => nameof(Title), "description-missing" => nameof(Description), "components-impossible" => nameof(Parts), _ => null })
            : See($"innovations/{outcome.Receipt!.Id}");
    }
}
