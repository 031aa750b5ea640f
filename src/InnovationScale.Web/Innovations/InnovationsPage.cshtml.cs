using InnovationScale.Evidence;
using InnovationScale.Storage;

namespace InnovationScale.Innovations;

/// <summary>Every innovation with what is known of its newest version.</summary>
public sealed class InnovationsPage(Desk desk, EvidenceDesk evidence) : AppPage
{
    private const int Most = 200;

    public IReadOnlyList<VersionEvidence> Innovations { get; private set; } = [];

    public async Task OnGetAsync()
    {
        var ids = await desk.Query(Who, "list-innovations", connection => connection.Query("select id from innovation order by title, id limit @most", r => r.GetString(0), ("most", Most)));
        var known = new List<VersionEvidence>(ids.Count);
        foreach (var id in ids)
        {
            if (await evidence.Read(Who, id) is { } one) known.Add(one);
        }

        Innovations = known;
    }
}
