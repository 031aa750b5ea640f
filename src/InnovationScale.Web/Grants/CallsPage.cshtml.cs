namespace InnovationScale.Grants;

/// <summary>Every call that is public, and the drafts of one's own fund.</summary>
public sealed class CallsPage(GrantLists lists, TimeProvider clock) : AppPage
{
    public IReadOnlyList<CallListed> Rows { get; private set; } = [];

    public bool MayDraft => Who.Is(Role.ProgrammeOfficer);

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public async Task OnGet() => Rows = await lists.Calls(Who);
}
