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

    public IReadOnlyList<GrantSum> Sums { get; private set; } = [];

    /// <summary>How many fit and are not shown.</summary>
    public long Further => Sums.Sum(one => one.Count) - Rows.Count;

    public async Task OnGet()
    {
        var asked = new GrantFilter(Call: string.IsNullOrEmpty(Call) ? null : Call, State: State);
        (Rows, Sums) = (await lists.Grants(Who, asked), [.. (await lists.Sums(Who, asked)).OrderBy(one => one.State)]);
        if (Person is not null) (Approvals, Late) = (await lists.Approvals(Who), await lists.Late(Who));
    }
}
