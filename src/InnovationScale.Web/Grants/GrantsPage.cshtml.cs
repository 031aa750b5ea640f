using InnovationScale.Components;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Grants;

/// <summary>Grants: what waits for the reader first, then the money by where it stands, then each grant.</summary>
public sealed class GrantsPage(GrantLists lists) : AppPage
{
    [BindProperty(SupportsGet = true)]
    public GrantState? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Call { get; set; }

    public IReadOnlyList<WaitingPayment> Approvals { get; private set; } = [];

    public IReadOnlyList<LateReport> Late { get; private set; } = [];

    public IReadOnlyList<GrantListed> Rows { get; private set; } = [];

    public IReadOnlyList<Choice> States => [.. Words.Choices<GrantState>().Where(choice => choice.Value is not (nameof(GrantState.None) or nameof(GrantState.RuledOut)))];

    public IEnumerable<(GrantState State, string Currency, long Count, long Awarded, long Paid, long Repaid)> Sums => Rows.GroupBy(one => (one.State, one.Currency)).OrderBy(alike => alike.Key)
        .Select(alike => (alike.Key.State, alike.Key.Currency, (long)alike.Count(), alike.Sum(one => one.Awarded), alike.Sum(one => one.Paid), alike.Sum(one => one.Repaid)));

    public async Task OnGet()
    {
        Rows = await lists.Grants(Who, new(Call: string.IsNullOrEmpty(Call) ? null : Call, State: State));
        if (Person is not null) (Approvals, Late) = (await lists.Approvals(Who), await lists.Late(Who));
    }
}
