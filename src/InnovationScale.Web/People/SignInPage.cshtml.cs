using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>A chooser among local people, clearly marked as no real sign-in.</summary>
public sealed class SignInPage(SignInSetting setting, IPeople people) : AppPage
{
    /// <summary>Where to go afterwards: a path of this site, or the first page.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    public bool ChooserIsOn => setting.Mode is SignInMode.LocalPeople;

    public IReadOnlyList<PersonListed> People { get; private set; } = [];

    public async Task OnGet()
    {
        if (ChooserIsOn) People = await people.List();
    }

    public async Task<IActionResult> OnPost(string? person)
    {
        if (!ChooserIsOn) return NotFound();

        if (person is null || await people.Find(person) is not { } found)
        {
            People = await people.List();
            return Refuse(Refusal.Invalid("no-such-person", "Choose one of the people on the list."));
        }

        await HttpContext.SignInAsync(InnovationScale.People.SignIn.PrincipalOf(found.Id));
        return Url.IsLocalUrl(Return) ? LocalRedirect(Return) : See("");
    }

    public async Task<IActionResult> OnPostOut()
    {
        await HttpContext.SignOutAsync();
        return See("");
    }
}
