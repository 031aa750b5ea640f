using System.Collections.Immutable;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>Sets a second factor up, or takes it away.</summary>
[Authorize, ProveAgain]
public sealed class SecondFactorPage(IGrains grains) : AccountsPage
{
    /// <summary>The offered key, sealed: it is set only when a code of it was typed.</summary>
    [BindProperty]
    public string? Ticket { get; set; }

    [BindProperty]
    public string? Code { get; set; }

    public bool IsSet { get; private set; }

    public string Key { get; private set; } = "";

    public string KeyInGroups => string.Join(' ', Key.Chunk(4).Select(group => new string(group)));

    public string AppLink => OneTimeCode.Link(Key, Person!.Name);

    /// <summary>Shown once, when it has just been set.</summary>
    public ImmutableArray<string> Codes { get; private set; } = [];

    public async Task OnGet() => await Load();

    public async Task<IActionResult> OnPost()
    {
        var (refusal, codes) = await Accounts.SetSecondFactor(Session, Ticket, Code, Asked());
        if (refusal is null)
        {
            Codes = codes;
            return Page();
        }

        await Load();
        return Refuse(refusal, refusal.Code is "code-refused" ? nameof(Code) : null);
    }

    public async Task<IActionResult> OnPostRemove()
    {
        if (await Accounts.RemoveSecondFactor(Session, Asked()) is not { } refused) return See("account");
        await Load();
        return Refuse(refused);
    }

    private async Task Load()
    {
        IsSet = (await grains.Look<Person>(Person!.Id)).State.Account!.HasSecondFactor;
        Key = Accounts.OfferedKey(Session, Ticket);
        Ticket = Accounts.Offering(Session, Key);
    }
}
