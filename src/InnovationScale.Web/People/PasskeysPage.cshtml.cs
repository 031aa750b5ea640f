using System.Collections.Immutable;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace InnovationScale.People;

/// <summary>The passkeys of a person: added, listed and removed. To add one needs JavaScript: no browser makes one without.</summary>
[Authorize, ProveAgain, RunsScript]
public sealed class PasskeysPage(IGrains grains) : AccountsPage
{
    [BindProperty]
    public string? Name { get; set; }

    public ImmutableArray<Passkey> Known { get; private set; } = [];

    public PasskeyQuestion Question { get; private set; } = null!;

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        base.OnPageHandlerExecuting(context);
        if (context.Result is null && PasskeySite is null) context.Result = NotFound();
    }

    public Task OnGet() => Load();

    public async Task<IActionResult> OnPost()
    {
        if (await Passkeys.Add(Session, PasskeySite!, PasskeyAnswer, Name) is not { } refused) return See("account/passkeys");
        await Load();
        return Refuse(refused, refused.Code is "passkey-name-missing" ? nameof(Name) : null);
    }

    public async Task<IActionResult> OnPostRemove(string? passkey)
    {
        if (await Passkeys.Remove(Session, passkey ?? "", Asked()) is not { } refused) return See("account/passkeys");
        await Load();
        return Refuse(refused);
    }

    private async Task Load()
    {
        Known = (await grains.Look<Person>(Session.Person)).State.Account!.Passkeys;
        Question = await Passkeys.AskToAdd(Session, PasskeySite!);
    }
}
