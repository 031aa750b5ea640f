using InnovationScale.Components;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>Forgets the person who asks for it.</summary>
[Authorize, ProveAgain]
public sealed class ErasePage : AccountsPage
{
    [BindProperty]
    public string[] Sure { get; set; } = [];

    public IReadOnlyList<Choice> Answers => [new("yes", Words["Yes, forget me"])];

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPost()
    {
        if (!Sure.Contains("yes"))
        {
            ModelState.AddModelError(nameof(Sure), Words["Say that you are sure."]);
            return Mend();
        }

        if ((await Accounts.Erase(Who, Asked(), Person!.Id)).Refusal is { } refused) return Refuse(refused);
        await HttpContext.SignOutAsync();
        return See("");
    }
}
