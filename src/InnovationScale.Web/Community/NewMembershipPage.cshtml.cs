using InnovationScale.Components;
using InnovationScale.People;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Community;

/// <summary>Applies for an organisation in which whoever applies has a role.</summary>
[Authorize]
public sealed class NewMembershipPage(Desk desk, CommunityDesk community) : AppPage
{
    [BindProperty]
    public string? Organisation { get; set; }

    [BindProperty]
    public string? Reasons { get; set; }

    [BindProperty]
    public string? Brings { get; set; }

    public IReadOnlyList<Choice> Organisations { get; private set; } = [];

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        await Load();
        var (who, request) = (Who, Asked());
        var outcome = await community.Execute(who, request, Ids.For(who, request, Membership.Kind), new ApplyForMembership(Organisation ?? "", Reasons ?? "", Brings ?? ""));
        return outcome.Refusal is { } refusal
            ? Refuse(refusal, refusal.Code switch { "membership-organisation" => nameof(Organisation), "membership-incomplete" => nameof(Reasons), _ => null })
            : See($"memberships/{outcome.Receipt!.Id}");
    }

    private async Task Load()
    {
        var organisations = new List<Choice>();
        foreach (var place in Who.Roles.Select(role => role.In).Where(place => place.Length > 0).Distinct(StringComparer.Ordinal))
            organisations.Add(new(place, await desk.Look<School>(Who, "read-school", place) is { Exists: true } school ? school.State.Name : place));
        Organisations = organisations;
    }
}
