using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>Sends a link to choose a new password, and says the same whether the address has an account or not.</summary>
public sealed class ForgottenPage : AccountsPage
{
    [BindProperty]
    public string? Email { get; set; }

    public bool Sent { get; private set; }

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPost()
    {
        if (await Accounts.Forgotten(Email, Place, key => LinkTo("reset", key)) is { } refused) return await GoIn(new(refused), null);

        Sent = true;
        return Page();
    }
}
