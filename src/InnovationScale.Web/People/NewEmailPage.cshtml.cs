using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>Asks for another address, which is confirmed by a link sent there.</summary>
[Authorize, ProveAgain]
public sealed class NewEmailPage : AccountsPage
{
    [BindProperty]
    public string? Email { get; set; }

    public bool Sent { get; private set; }

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPost()
    {
        if (await Accounts.AskForEmail(Session, Email, key => LinkTo("account/email/confirm", key)) is { } refused) return Refuse(refused, nameof(Email));

        Sent = true;
        return Page();
    }
}
