using InnovationScale.Innovations;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Evidence;

/// <summary>The dossier of one version on paper: what is claimed, how sure, what it rests on, and how anybody computes it again.</summary>
public sealed class DossierPage(DossierDesk desk) : AppPage
{
    public VersionEvidence Evidence { get; private set; } = null!;

    public Dossier Dossier { get; private set; } = null!;

    public DossierPackage Package { get; private set; } = null!;

    public EvidenceWords Says { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string id, string version)
    {
        if (await desk.Read(Who, id, version) is not { } read) return NotFound();

        (Evidence, Dossier) = read;
        (Package, Says) = (DossierPackage.Of(Dossier), new(Evidence, Words));
        return Page();
    }

    public string Number(double value, int decimals = 2) => Words.Number(value, decimals);

    public string Range(double low, double high) => Words["chart.range", ("low", Number(low)), ("high", Number(high))];

    /// <summary>What a record is called; its id where it has no title.</summary>
    public string Title(string record) => Evidence.Trials.FirstOrDefault(trial => trial.Id == record || trial.Evaluation == record)?.Trial.Title
        ?? Evidence.Studies.FirstOrDefault(study => study.Id == record)?.Study.About.Title
        ?? (Evidence.Replications.FirstOrDefault(again => again.Id == record) is { } place ? Says.School(place.State.School) : record == Evidence.InnovationId ? Evidence.Innovation.Title : record);
}
