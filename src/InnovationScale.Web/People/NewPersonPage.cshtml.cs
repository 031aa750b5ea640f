using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>Adds a person, and her school where it is new. Only while anyone may choose who to be.</summary>
public sealed class NewPersonPage(SignInSetting setting, Desk desk, Registry registry) : PersonForm(setting, desk, registry)
{
    public async Task<IActionResult> OnGet()
    {
        if (!ChooserIsOn) return NotFound();

        await LoadSchools();
        return Page();
    }

    public Task<IActionResult> OnPost() => Register();
}
