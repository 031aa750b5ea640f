using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Community;

/// <summary>Puts a question on the learning agenda.</summary>
[Authorize]
public sealed class NewQuestionPage(CommunityDesk community) : AppPage
{
    [BindProperty]
    public string? Question { get; set; }

    [BindProperty]
    public string? Why { get; set; }

    public async Task<IActionResult> OnPostAsync()
    {
        var (who, request) = (Who, Asked());
        var outcome = await community.Execute(who, request, Ids.For(who, request, LearningQuestion.Kind), new AskQuestion(Question ?? "", Why ?? ""));
        return outcome.Refusal is { } refusal ? Refuse(refusal, refusal.Code is "question-missing" ? nameof(Question) : null) : See($"questions/{outcome.Receipt!.Id}");
    }
}
