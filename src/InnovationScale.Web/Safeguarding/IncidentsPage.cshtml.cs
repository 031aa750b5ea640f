using InnovationScale.Pilots;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Safeguarding;

/// <summary>Open incidents, for the safeguarding lead; to everybody else there is no such page.</summary>
[Authorize]
public sealed class IncidentsPage(Desk desk) : AppPage
{
    public IReadOnlyList<(View<Incident> View, string Pilot)> Open { get; private set; } = [];

    public Task OnGet() => Load();

    public async Task<IActionResult> OnPost(string incident, string? how)
    {
        await Load();
        var outcome = await desk.Execute(Who, Asked(how), incident, new ResolveIncident());
        return outcome.Refusal is { } refusal ? Refuse(refusal) : See("safeguarding");
    }

    private async Task Load()
    {
        var open = new List<(View<Incident>, string)>();
        foreach (var id in await desk.Query(Who, "list-incidents", connection => connection.Query("select id from incident where is_open = 1 order by id limit 200", r => r.GetString(0))))
        {
            var view = await desk.Look<Incident>(Who, "read-incident", id);
            open.Add((view, (await desk.Look<Pilot>(Who, "read-pilot", view.State.Pilot)).State.Title));
        }

        Open = open;
    }
}
