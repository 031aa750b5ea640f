using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>Asks a person who is signed in to prove again who she is.</summary>
[Authorize, RunsScript]
public sealed class AgainPage(IGrains grains) : AccountsPage
{
    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    [BindProperty]
    public string? Proof { get; set; }

    /// <summary>For a browser that knows the person by a passkey; null where she has none.</summary>
    public PasskeyQuestion? Question { get; private set; }

    public Task OnGet() => AskForPasskey();

    public async Task<IActionResult> OnPost() => await GoOn(await Accounts.Prove(Session, Proof, Asked()), nameof(Proof));

    public async Task<IActionResult> OnPostPasskey() => PasskeySite is { } site ? await GoOn(await Passkeys.Prove(Session, site, PasskeyAnswer)) : NotFound();

    private async Task AskForPasskey()
    {
        if (PasskeySite is { } site && (await grains.Look<Person>(Session.Person)).State.Account is { Passkeys.IsEmpty: false }) Question = await Passkeys.AskToUse(Session, site);
    }

    private async Task<IActionResult> GoOn(Refusal? refused, string? field = null)
    {
        if (refused is not null)
        {
            await AskForPasskey();
            return Refuse(refused, field);
        }

        return Url.IsLocalUrl(Return) ? LocalRedirect(Return) : See("account");
    }
}
