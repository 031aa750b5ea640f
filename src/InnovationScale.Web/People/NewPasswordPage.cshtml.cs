using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>Sets a new password, for somebody who has just proved to be the person.</summary>
[Authorize, ProveAgain]
public sealed class NewPasswordPage : AccountsPage
{
    [BindProperty]
    public string? Password { get; set; }

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPost() =>
        await Accounts.ChangePassword(Session, Password, Asked()) is { } refused ? Refuse(refused, nameof(Password)) : See("account");
}
