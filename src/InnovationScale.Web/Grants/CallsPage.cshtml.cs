namespace InnovationScale.Grants;

/// <summary>Every call that is public, and the drafts of one's own fund.</summary>
public sealed class CallsPage(GrantLists lists, TimeProvider clock) : AppPage
{
    public IReadOnlyList<CallListed> Rows { get; private set; } = [];

    public bool MayDraft => Who.Is(Role.ProgrammeOfficer);

    public async Task OnGet() => Rows = await lists.Calls(Who);

    public CallPhase PhaseOf(CallListed call) => call.State switch
    {
        CallState.Published when clock.GetUtcNow() < call.Opens => CallPhase.Announced,
        CallState.Published when clock.GetUtcNow() <= call.Closes => CallPhase.Open,
        CallState.Published => CallPhase.UnderReview,
        CallState.Decided => CallPhase.Decided,
        CallState.Archived => CallPhase.Archived,
        CallState.Cancelled => CallPhase.Cancelled,
        _ => CallPhase.Draft,
    };
}
