using System.Globalization;
using InnovationScale.People;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Grants;

/// <summary>One reviewer's page of an application: ties first, then what it says, then points and comments. Other reviews are not shown.</summary>
[Authorize]
public sealed class ApplicationReviewPage(Desk desk, GrantDesk grants) : AppPage
{
    public View<GrantApplication> View { get; private set; } = null!;

    public bool MayRead { get; private set; }

    public CallTerms Terms { get; private set; } = new();

    public string Applicant { get; private set; } = "";

    public Review Review => View.State.Reviews[Who.Person];

    [BindProperty] public string? Interest { get; set; }

    [BindProperty] public string? What { get; set; }

    [BindProperty] public List<string?> Points { get; set; } = [];

    [BindProperty] public List<string?> Comments { get; set; } = [];

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (!await Load(id)) return NotFound();
        // Whoever looks again begins with what she said.
        Score?[] said = [.. View.State.Criteria.Select(criterion => MayRead ? Review.Scores.FirstOrDefault(score => score.Criterion == criterion.Name) : null)];
        (Points, Comments) = ([.. said.Select(score => score?.Points.ToString(CultureInfo.InvariantCulture))], [.. said.Select(score => score?.Comment)]);
        return Page();
    }

    public Task<IActionResult> OnPostDeclareAsync(string id) => Do(id, () => Enum.TryParse<InterestKind>(Interest, out var interest) ? new DeclareInterest(interest, What ?? "") : Missing(nameof(Interest)));

    public Task<IActionResult> OnPostReaffirmAsync(string id) => Do(id, () => new ReaffirmReview());

    public Task<IActionResult> OnPostScoreAsync(string id) => Do(id, () => new SubmitReview([.. View.State.Criteria.Select((criterion, n) => new Score(criterion.Name,
        int.TryParse(Points.ElementAtOrDefault(n), NumberStyles.None, CultureInfo.InvariantCulture, out var points) ? points : -1, Comments.ElementAtOrDefault(n)?.Trim() ?? ""))]));

    private GrantApplicationCommand? Missing(string field)
    {
        ModelState.AddModelError(field, Words["ask.needed"]);
        return null;
    }

    private async Task<IActionResult> Do(string id, Func<GrantApplicationCommand?> command)
    {
        if (!await Load(id)) return NotFound();
        if (command() is not { } asked) return Mend();
        return (await grants.Execute(Who, Asked(), id, asked)).Refusal is { } refusal ? Refuse(refusal) : See($"applications/{id}/review");
    }

    private async Task<bool> Load(string id)
    {
        (View, MayRead) = await grants.ForReview(Who, id);
        if (!View.Exists) return false;

        Terms = (await desk.Look<GrantCall>(Who, "read-grant-call", View.State.Call)).State.Terms;
        Applicant = await desk.Look<School>(Who, "read-school", View.State.Applicant) is { Exists: true } school ? school.State.Name : View.State.Applicant;
        return true;
    }
}
