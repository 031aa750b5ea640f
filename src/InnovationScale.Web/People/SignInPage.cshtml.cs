using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale.People;

/// <summary>The way in: address and password or a passkey; or, clearly marked as no real sign-in, a chooser among local people.</summary>
[RunsScript]
public sealed class SignInPage(SignInSetting setting, IPeople people) : AccountsPage
{
    /// <summary>Where to go afterwards: a path of this site, or the first page.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public bool ChooserIsOn => setting.Mode is SignInMode.LocalPeople;

    public bool AsksPassword => setting.Mode is SignInMode.Accounts;

    /// <summary>A link from a mail has done its work, and said so here.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Done { get; set; }

    /// <summary>For a browser that knows somebody by a passkey.</summary>
    public PasskeyQuestion? Question { get; private set; }

    public IReadOnlyList<PersonListed> People { get; private set; } = [];

    public override void OnPageHandlerExecuting(Microsoft.AspNetCore.Mvc.Filters.PageHandlerExecutingContext context)
    {
        // It is there however people sign in.
    }

    public async Task OnGet()
    {
        if (ChooserIsOn) People = await people.List();
        await AskForPasskey();
    }

    private async Task<IActionResult> Entered(SignInOutcome outcome)
    {
        if (outcome.Refusal is not null) await AskForPasskey();
        return await GoIn(outcome, Return);
    }

    private async Task AskForPasskey() => Question = AsksPassword && PasskeySite is { } site ? await Passkeys.AskToUse(null, site) : null;

    public async Task<IActionResult> OnPostPasskey() => AsksPassword && PasskeySite is { } site ? await Entered(await Passkeys.SignIn(site, PasskeyAnswer, Place)) : NotFound();

    public async Task<IActionResult> OnPost(string? person)
    {
        if (AsksPassword) return await Entered(await Accounts.SignIn(Email, Password, Place));
        if (!ChooserIsOn) return NotFound();

        if (person is null || await people.Known(person) is not { } known)
        {
            People = await people.List();
            return Refuse(Refusal.Invalid("no-such-person", "Choose one of the people on the list."));
        }

        await HttpContext.SignInAs(known.Person);
        return Url.IsLocalUrl(Return) ? LocalRedirect(Return) : See("");
    }

    public async Task<IActionResult> OnPostOut()
    {
        if (Person?.Session is { } session) await HttpContext.RequestServices.GetRequiredService<Sessions>().End(session.Person, session.Handle);
        await HttpContext.SignOutAsync();
        return See("");
    }
}
