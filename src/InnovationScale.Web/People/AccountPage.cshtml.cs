using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>A person's own account: how she gets in, where she is signed in, and what acts for her.</summary>
[Authorize]
public sealed class AccountPage(IGrains grains, Sessions sessions, TimeProvider clock) : AccountsPage
{
    private readonly Dictionary<string, string> places = new(StringComparer.Ordinal);

    public Account Account { get; private set; } = null!;

    public IReadOnlyList<Session> Sessions { get; private set; } = [];

    public bool ErasureIsProposed { get; private set; }

    public int TokenCount { get; private set; }

    public string Where(HeldRole held) => places.GetValueOrDefault(held.In, held.In);

    public async Task OnGet() => await Load();

    public async Task<IActionResult> OnPostEnd(string? session)
    {
        if (await Accounts.EndSession(Session, session ?? "", Asked()) is not { } refused) return See("account");
        await Load();
        return Refuse(refused);
    }

    private async Task Load()
    {
        var person = (await grains.Look<Person>(Person!.Id)).State;
        (Account, ErasureIsProposed, TokenCount) = (person.Account!, person.ProposedErasure is not null, person.Tokens.Count(token => !token.Revoked && token.Expires > clock.GetUtcNow()));
        Sessions = await sessions.Of(Person.Id);
        foreach (var place in Person.Roles.Select(held => held.In).Distinct(StringComparer.Ordinal))
        {
            if (await grains.Look<School>(place) is { Exists: true } school) places[place] = school.State.Name;
        }
    }
}
