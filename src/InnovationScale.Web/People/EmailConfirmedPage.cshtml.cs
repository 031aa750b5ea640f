using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>Opened from a mail at the new address. Programs that look at links before people do change nothing by it: a button is pressed.</summary>
public sealed class EmailConfirmedPage : AccountsPage
{
    [BindProperty(SupportsGet = true)]
    public string? Key { get; set; }

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPost() => await Accounts.ConfirmEmail(Key, Asked()) is { } refused ? Refuse(refused) : See(Person is null ? "sign-in?done=email" : "account");
}
