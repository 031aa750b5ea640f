using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>Asks a person who is signed in to prove again who she is.</summary>
[Authorize]
public sealed class AgainPage : AccountsPage
{
    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    [BindProperty]
    public string? Proof { get; set; }

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPost()
    {
        if (await Accounts.Prove(Session, Proof, Asked()) is { } refused) return Refuse(refused, nameof(Proof));
        return Url.IsLocalUrl(Return) ? LocalRedirect(Return) : See("account");
    }
}
