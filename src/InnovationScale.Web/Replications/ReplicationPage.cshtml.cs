using InnovationScale.Innovations;
using InnovationScale.People;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Replications;

/// <summary>A version tried again elsewhere: where, how close it was meant to be, and what came of it.</summary>
public sealed class ReplicationPage(Desk desk) : AppPage
{
    public View<Replication> View { get; private set; } = null!;

    public string Innovation { get; private set; } = "";

    public string School { get; private set; } = "";

    private readonly Dictionary<string, string> titles = new(StringComparer.Ordinal);

    public string TitleOf(string trial) => titles.GetValueOrDefault(trial, trial);

    public async Task<IActionResult> OnGetAsync(string id)
    {
        View = await desk.Look<Replication>(Who, "read-replication", id);
        if (!View.Exists) return NotFound();

        Innovation = (await desk.Look<Innovation>(Who, "read-innovation", View.State.Innovation)).State.Title;
        School = await desk.Look<School>(Who, "read-school", View.State.School) is { Exists: true } school ? school.State.Name : View.State.School;
        foreach (var trial in ((string?[])[View.State.SourceTrial, View.State.Trial]).OfType<string>()) titles[trial] = (await desk.Look<Trial>(Who, "read-trial", trial)).State.Title;
        return Page();
    }
}
