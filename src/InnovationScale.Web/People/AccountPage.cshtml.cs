using InnovationScale.Pilots;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>A person's own account: how she gets in, where she is signed in, and what acts for her.</summary>
[Authorize]
public sealed class AccountPage(IGrains grains, Sessions sessions, Histories histories, PilotLists lists, TimeProvider clock) : AccountsPage
{
    private const int StoryMost = 8;

    private IReadOnlyDictionary<string, string> places = new Dictionary<string, string>();

    public Account Account { get; private set; } = null!;

    public IReadOnlyList<Session> Sessions { get; private set; } = [];

    /// <summary>Where the person works.</summary>
    public View<School> Home { get; private set; } = new("", School.New, 0);

    public bool MaySeeColleagues => Who.Is(Role.Admin) || Who.Roles.Any(held => held.In == Home.Id);

    public bool ErasureIsProposed { get; private set; }

    public int TokenCount { get; private set; }

    /// <summary>What happened to the account lately.</summary>
    public IReadOnlyList<Happened> Story { get; private set; } = [];

    public string Told(HeldRole held) => Words.Held(held, places);

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
        Home = await grains.Look<School>(person.Home);
        Sessions = await sessions.Of(Person.Id);
        places = await lists.Names(Who, Person.Roles.Select(held => held.In));
        Story = await PilotTimeline.Tell(Who, await histories.Read(Who, InnovationScale.People.Person.Kind, Person.Id, before: null, StoryMost) ?? [], lists, Words);
    }
}
