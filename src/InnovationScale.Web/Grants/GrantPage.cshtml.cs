using InnovationScale.Pilots;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Grants;

/// <summary>One grant: its sums for everybody; payments, reports, ledger and what keeps them back for its funder and its grantee.</summary>
public sealed class GrantPage(Desk desk, GrantDesk grants, GrantLists lists, PilotLists pilots, TimeProvider clock) : AppPage
{
    private GrantFacts facts = new([], []);
    private Dictionary<string, string> names = [];

    public string Id { get; private set; } = "";

    public GrantListed Listed { get; private set; } = null!;

    /// <summary>Null for those who have no part in it.</summary>
    public CatalyticGrant? Grant { get; private set; }

    public IReadOnlyList<BoughtEvidence> Bought { get; private set; } = [];

    public IReadOnlyList<Missing> KeepsFromClosing => Grant is null ? [] : [.. Grant.NotAccounted(facts)];

    public DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    public string SubjectTitle { get; private set; } = "";

    public string? SubjectPage { get; private set; }

    public IReadOnlyList<Missing> WhyNot(Tranche tranche) => Grant!.WhyNot(tranche, facts);

    public string NameOf(string person) => names.GetValueOrDefault(person, person);

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if ((await lists.Grants(Who, new() { Id = id })).FirstOrDefault() is not { } listed) return NotFound();
        (Id, Listed) = (id, listed);
        await Name();
        Grant = await grants.Part(Who, id);
        if (Grant is null) return Page();

        facts = (await grants.Facts(Grant)).Facts;
        Bought = await grants.Bought(Who, Grant);
        names = await pilots.Names(Who, Grant.Tranches.SelectMany(one => new[] { one.RequestedBy, one.ApprovedBy }).Concat([Grant.Offer!.Payee, Grant.Amendment?.To.Payee]).OfType<string>());
        return Page();
    }

    private async Task Name()
    {
        var title = Listed.SubjectKind switch
        {
            GrantSubjectKind.Pilot when await desk.Look<Pilot>(Who, "read-pilot", Listed.Subject) is { Exists: true } pilot => (pilot.State.Title, $"/{Lang}/pilots/{Listed.Subject}"),
            GrantSubjectKind.Trial when await desk.Look<Trial>(Who, "read-trial", Listed.Subject) is { Exists: true } trial => (trial.State.Title, $"/{Lang}/trials/{Listed.Subject}"),
            GrantSubjectKind.Replication => (Listed.Title, $"/{Lang}/replications/{Listed.Subject}"),
            _ => (Listed.Subject, (string?)null),
        };
        (SubjectTitle, SubjectPage) = title;
    }
}
