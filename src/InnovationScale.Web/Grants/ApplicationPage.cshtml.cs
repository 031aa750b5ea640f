using InnovationScale.Pilots;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Grants;

/// <summary>An application for those who wrote it, and after its deadline for its funder, with the reviews.</summary>
[Authorize]
public sealed class ApplicationPage(Desk desk, GrantDesk grants, PilotLists lists) : AppPage
{
    private Dictionary<string, string> names = [];

    public View<GrantApplication> View { get; private set; } = null!;

    public CallTerms Terms { get; private set; } = new();

    public string Applicant { get; private set; } = "";

    public bool IsOwn { get; private set; }

    /// <summary>May certify it and send it.</summary>
    public bool MaySign => Who.Roles.Any(role => role.Role is Role.SchoolLead && role.In == View.State.Applicant);

    public string NameOf(string person) => names.GetValueOrDefault(person, person);

    public async Task<IActionResult> OnGetAsync(string id) => await Load(id) ? Page() : NotFound();

    public Task<IActionResult> OnPostSendAsync(string id) => Do(id, new SubmitApplication());

    public Task<IActionResult> OnPostWithdrawAsync(string id) => Do(id, new WithdrawApplication());

    private async Task<IActionResult> Do(string id, GrantApplicationCommand command)
    {
        if (!await Load(id)) return NotFound();
        return (await grants.Execute(Who, Asked(), id, command)).Refusal is { } refusal ? Refuse(refusal) : See($"applications/{id}");
    }

    private async Task<bool> Load(string id)
    {
        View = await grants.Own(Who, id);
        IsOwn = View.Exists;
        if (!IsOwn && desk.May(Who, "read-grant-application")) View = await desk.Look<GrantApplication>(Who, "read-grant-application", id);
        if (!View.Exists) return false;

        Terms = (await desk.Look<GrantCall>(Who, "read-grant-call", View.State.Call)).State.Terms;
        names = await lists.Names(Who, [View.State.Applicant, View.State.Answers.Payee ?? "", .. IsOwn ? [] : View.State.Reviews.Keys]);
        Applicant = NameOf(View.State.Applicant);
        return true;
    }
}
