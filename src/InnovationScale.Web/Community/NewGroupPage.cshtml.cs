using InnovationScale.Components;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Community;

/// <summary>Proposes a group; others join before it starts.</summary>
[Authorize]
public sealed class NewGroupPage(Desk desk, CommunityDesk community) : AppPage
{
    private const int Most = 500;

    [BindProperty]
    public GroupKind? Sort { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Purpose { get; set; }

    [BindProperty]
    public string? Question { get; set; }

    public IReadOnlyList<Choice> Questions { get; private set; } = [];

    public Task OnGetAsync(string? question)
    {
        (Question, Sort) = (question, question is null ? null : GroupKind.Challenge);
        return Load();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await Load();
        if (Sort is not { } sort)
        {
            ModelState.AddModelError(nameof(Sort), Words["ask.needed"]);
            return Mend();
        }

        var (who, request) = (Who, Asked());
        var outcome = await community.Execute(who, request, Ids.For(who, request, CommunityGroup.Kind), new ProposeGroup(sort, Name ?? "", Purpose ?? "", string.IsNullOrEmpty(Question) ? null : Question));
        return outcome.Refusal is { } refusal
            ? Refuse(refusal, refusal.Code switch { "group-name-missing" => nameof(Name), "purpose-missing" => nameof(Purpose), "challenge-without-question" => nameof(Question), _ => null })
            : See($"groups/{outcome.Receipt!.Id}");
    }

    private async Task Load() => Questions = await desk.Query(Who, "list-learning-questions", connection => connection.Query(
        "select id, question from learning_question where state <> 'Answered' order by question, id limit @most", r => new Choice(r.GetString(0), r.GetString(1)), ("most", Most)));
}
