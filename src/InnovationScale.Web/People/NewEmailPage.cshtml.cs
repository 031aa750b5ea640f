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

    private Letter ToOld => new(Words["Your address is being changed"],
        Words["Somebody signed in as you asks to use another address at InnovationScale. If it was not you, change your password now and end the sessions you do not know."]);

    private Letter ToNew(string key) => new(Words["Your new address"], $"""
        {Words["To use this address at InnovationScale, open within an hour:"]}

        {LinkTo("account/email/confirm", key)}
        """);

    public async Task<IActionResult> OnPost()
    {
        if (await Accounts.AskForEmail(Session, Email, ToNew, ToOld) is { } refused) return Refuse(refused, nameof(Email));

        Sent = true;
        return Page();
    }
}
