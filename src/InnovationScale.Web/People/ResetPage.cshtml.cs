using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>Sets a new password by a link from a mail.</summary>
public sealed class ResetPage : AccountsPage
{
    [BindProperty(SupportsGet = true)]
    public string? Key { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public bool IsValid { get; private set; }

    public async Task<IActionResult> OnGet()
    {
        IsValid = await Accounts.MayReset(Key);
        if (!IsValid) Response.StatusCode = 404;
        return Page();
    }

    public async Task<IActionResult> OnPost()
    {
        IsValid = await Accounts.MayReset(Key);
        return await Accounts.Reset(Key, Password, Asked()) is { } refused ? Refuse(refused, IsValid ? nameof(Password) : null) : See("sign-in?done=password");
    }
}
