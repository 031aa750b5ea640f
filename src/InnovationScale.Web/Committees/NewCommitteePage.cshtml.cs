using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Committees;

/// <summary>Founds a committee with the usual rules, which can be changed afterwards.</summary>
[Authorize]
public sealed class NewCommitteePage(Desk desk) : AppPage
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Purpose { get; set; }

    public async Task<IActionResult> OnPostAsync()
    {
        var (who, request) = (Who, Asked());
        var outcome = await desk.Execute(who, request, Ids.For(who, request, Committee.Kind), new FoundCommittee(Name ?? "", Purpose ?? "", new()));
        return outcome.Refusal is { } refusal ? Refuse(refusal, refusal.Code is "committee-name" ? nameof(Name) : null) : See($"committees/{outcome.Receipt!.Id}");
    }
}
