using System.Collections.Immutable;
using InnovationScale.Components;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Grants;

/// <summary>The form of an application: whatever is filled in is kept.</summary>
[Authorize]
public sealed class EditApplicationPage(Desk desk, GrantDesk grants) : AppPage
{
    /// <summary>Organisations that can be paid for the applicant.</summary>
    public IReadOnlyList<Choice> Payees { get; private set; } = [];

    public string Id { get; private set; } = "";

    public GrantApplication Application { get; private set; } = new();

    public CallTerms Terms { get; private set; } = new();

    [BindProperty] public long Version { get; set; }

    [BindProperty] public string? Title { get; set; }

    [BindProperty] public string? Kind { get; set; }

    [BindProperty] public string? Subject { get; set; }

    [BindProperty] public List<string?> Answers { get; set; } = [];

    [BindProperty] public string? Budget { get; set; }

    [BindProperty] public string? Payee { get; set; }

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (!await Load(id)) return NotFound();
        var given = Application.Answers;
        (Title, Kind, Subject, Payee) = (given.Title, given.Subject?.Kind.ToString(), given.Subject?.Id, given.Payee);
        Budget = string.Join('\n', given.Budget.Select(line => $"{line.What}; {Money.Write(Terms.Currency, line.Amount)}"));
        Answers = [.. Terms.Questions.Select((_, n) => given.Answers.ElementAtOrDefault(n))];
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string id)
    {
        var sent = Version;
        if (!await Load(id)) return NotFound();
        Version = sent;
        ImmutableArray<BudgetLine> budget = [.. (Budget ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Line)];
        if (budget.Any(line => !Currency.IsAmount(line.Amount))) ModelState.AddModelError(nameof(Budget), Words["Write each part with its amount, such as “Books; 500”."]);
        if (!ModelState.IsValid) return Mend();

        var answers = new ApplicationAnswers
        {
            Title = (Title ?? "").Trim(), Subject = Enum.TryParse<GrantSubjectKind>(Kind, out var kind) && Subject is { Length: > 0 } subject ? new(kind, subject.Trim()) : null,
            Answers = [.. Answers.Select(answer => answer?.Trim() ?? "")], Budget = budget, Payee = string.IsNullOrWhiteSpace(Payee) ? null : Payee.Trim(),
        };
        return (await grants.Execute(Who, Asked(version: sent), id, new ReviseApplication(answers))).Refusal is { } refusal ? Refuse(refusal) : See($"applications/{id}");
    }

    private BudgetLine Line(string line) => line.LastIndexOf(';') is > 0 and var at ? new(line[..at].Trim(), Amounts.Read(line[(at + 1)..], Terms.Currency) ?? 0) : new(line, 0);

    private async Task<bool> Load(string id)
    {
        var view = await grants.Own(Who, id);
        if (!view.Exists) return false;

        (Id, Application, Version) = (id, view.State, view.Version);
        Terms = (await desk.Look<GrantCall>(Who, "read-grant-call", Application.Call)).State.Terms;
        Payees = await desk.Query(Who, "list-schools", connection => connection.Query(
            "select id, name from school where id <> @applicant order by name, id limit 1000", r => new Choice(r.GetString(0), r.GetString(1)), ("applicant", Application.Applicant)));
        // What was chosen stays chosen, wherever it stands in the list.
        if (Application.Answers.Payee is { } chosen && Payees.All(one => one.Value != chosen)) Payees = [.. Payees, new Choice(chosen, chosen)];
        return true;
    }
}
