using InnovationScale.Storage;

namespace InnovationScale.Committees;

/// <summary>Every committee.</summary>
public sealed class CommitteesPage(Desk desk) : AppPage
{
    private const int Most = 200;

    public IReadOnlyList<CommitteeListed> Committees { get; private set; } = [];

    public bool MayFound => desk.May(Who, Access.ActionOf(typeof(FoundCommittee)));

    public async Task OnGetAsync() => Committees = await desk.Query(Who, "list-committees", connection => connection.Query(
        "select id, name, purpose, version from committee order by name, id limit @most", r => new CommitteeListed(r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt64(3)), ("most", Most)));
}
