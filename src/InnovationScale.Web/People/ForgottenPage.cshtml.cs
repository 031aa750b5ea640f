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

    private Letter Letter(string key) => new(Words["A new password"], $"""
        {Words["Somebody, probably you, asked for a new password at InnovationScale. Choose one within an hour at:"]}

        {LinkTo("reset", key)}

        {Words["If it was not you, nothing has changed, and nothing needs to be done."]}
        """);

    public async Task<IActionResult> OnPost()
    {
        if (await Accounts.Forgotten(Email, Place, Letter) is { } refused) return await GoIn(new(refused), null);

        Sent = true;
        return Page();
    }
}
