using InnovationScale.People;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Grants;

/// <summary>One call: its terms for everybody, its applications for its funder, and what came of it.</summary>
public sealed class CallPage(Desk desk, GrantDesk grants, GrantLists lists, TimeProvider clock) : AppPage
{
    public View<GrantCall> View { get; private set; } = null!;

    public CallPhase Phase { get; private set; }

    public string Funder { get; private set; } = "";

    /// <summary>Null for all but the funder's people.</summary>
    public IReadOnlyList<ApplicationListed>? Applications { get; private set; }

    public long Sealed { get; private set; }

    public IReadOnlyList<GrantListed> Awarded { get; private set; } = [];

    public bool MayApply => Phase is CallPhase.Announced or CallPhase.Open && Who.Roles.Any(role => role.Role is Role.Teacher or Role.SchoolLead or Role.Researcher);

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (!await Load(id)) return NotFound();
        return Page();
    }

    /// <summary>Begins an application: a draft that its writer then fills in.</summary>
    public async Task<IActionResult> OnPostAsync(string id)
    {
        if (!await Load(id)) return NotFound();
        var (who, request) = (Who, Asked());
        var outcome = await grants.Execute(who, request, Ids.For(who, request, GrantApplication.Kind), new DraftApplication(id, new()));
        return outcome.Refusal is { } refusal ? Refuse(refusal) : See($"applications/{outcome.Receipt!.Id}/edit");
    }

    private async Task<bool> Load(string id)
    {
        View = await desk.Look<GrantCall>(Who, "read-grant-call", id);
        if (!View.Exists) return false;

        Phase = View.State.PhaseAt(clock.GetUtcNow());
        Funder = await desk.Look<School>(Who, "read-school", View.State.Funder) is { Exists: true } place ? place.State.Name : View.State.Funder;
        if (grants.MayReconcile(Who, View.State.Funder)) (Applications, Sealed) = await lists.Of(Who, id, View.State.Funder);
        Awarded = await lists.Grants(Who, new(Call: id));
        return true;
    }
}
