using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>The second step of signing in, for people who have set a second factor.</summary>
public sealed class CodePage : AccountsPage
{
    [BindProperty(SupportsGet = true)]
    public string? Ticket { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    [BindProperty]
    public string? Code { get; set; }

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPost() => await GoIn(await Accounts.SignInWith(Ticket, Code, Asked(), Place), Return);
}
