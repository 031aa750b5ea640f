using System.Diagnostics;
using InnovationScale.Components;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale.People;

/// <summary>Where two administrators erase somebody else: one proposes it, another confirms it or takes it back.</summary>
[Authorize, ProveAgain]
public sealed class ErasuresPage(Desk desk, IGrains grains, IPeople people) : AppPage
{
    /// <summary>Whom it is about.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Subject { get; set; }

    /// <summary>Where people are to choose from.</summary>
    [BindProperty(SupportsGet = true)]
    public string? School { get; set; }

    [BindProperty]
    public ErasureReason? Because { get; set; }

    [BindProperty]
    public string[] Sure { get; set; } = [];

    public PersonListed? Found { get; private set; }

    public ProposedErasure? Proposed { get; private set; }

    public string? ProposedBy { get; private set; }

    public IReadOnlyList<Choice> Waiting { get; private set; } = [];

    public IReadOnlyList<Choice> Candidates { get; private set; } = [];

    public IReadOnlyList<Choice> Reasons => [.. Enum.GetValues<ErasureReason>().Select(reason => new Choice(reason.ToString(), Why(reason)))];

    public string Why(ErasureReason reason) => reason switch
    {
        ErasureReason.Asked => Words["The person asked for it"],
        ErasureReason.Left => Words["The person left long ago"],
        ErasureReason.Mistake => Words["Registered by mistake"],
        _ => throw new UnreachableException($"No words for {reason}."),
    };

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (!desk.May(Who, "confirm-erasure")) context.Result = NotFound();
    }

    public async Task<IActionResult> OnGet() => await Load() ? Page() : NotFound();

    public async Task<IActionResult> OnPostPropose()
    {
        if (Because is not { } because) return await Wrong(nameof(Because), Words["Say why."]);
        return await After(await desk.Execute(Who, Asked(), Subject ?? "", new ProposeErasure(Subject ?? "", because)), $"people/erasures?subject={Subject}");
    }

    public async Task<IActionResult> OnPostConfirm()
    {
        if (!Sure.Contains("yes")) return await Wrong(nameof(Sure), Words["Say that you are sure."]);
        return await After(await HttpContext.RequestServices.GetRequiredService<Accounts>().ConfirmErasure(Who, Asked(), Subject ?? ""), "people/erasures");
    }

    public async Task<IActionResult> OnPostWithdraw() => await After(await desk.Execute(Who, Asked(), Subject ?? "", new WithdrawErasure(Subject ?? "")), "people/erasures");

    private async Task<IActionResult> After(Outcome outcome, string to)
    {
        if (outcome.Refusal is not { } refused) return See(to);
        return await Load() ? Refuse(refused) : NotFound();
    }

    private async Task<IActionResult> Wrong(string field, string sentence)
    {
        ModelState.AddModelError(field, sentence);
        return await Load() ? Mend() : NotFound();
    }

    private async Task<bool> Load()
    {
        if (!string.IsNullOrEmpty(Subject))
        {
            Found = await people.Find(Subject);
            Proposed = Found is null ? null : (await grains.Look<Person>(Subject)).State.ProposedErasure;
            if (Proposed is not null) ProposedBy = (await people.Known(Proposed.By))?.Name ?? Words["an erased person"];
            return Found is not null;
        }

        Waiting = await Choices("erasure_by is not null");
        Candidates = string.IsNullOrEmpty(School) ? [] : await Choices("home = @home and erased = 0 and erasure_by is null and id <> @me");
        return true;
    }

    private async Task<IReadOnlyList<Choice>> Choices(string which) => await desk.Query(Who, "list-people", connection => connection.Query(
        $"select id, name from person where {which} order by name, id limit 500", r => new Choice(r.GetString(0), r.GetString(1)), ("home", School), ("me", Who.Person)));
}
