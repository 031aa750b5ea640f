using InnovationScale.Innovations;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Evidence;

/// <summary>A study from elsewhere: its source, what it shows, every school in it, and the reviewer's word on whether it counts.</summary>
public sealed class StudyPage(Desk desk, EvidenceDesk evidence, Access access) : AppPage
{
    [BindProperty]
    public string? Why { get; set; }

    /// <summary>The results that were looked at.</summary>
    [BindProperty]
    public string? Dataset { get; set; }

    public StudyOnRecord Study { get; private set; } = null!;

    public EvidenceWords Says { get; private set; } = null!;

    public VersionEvidence Around { get; private set; } = null!;

    public bool MayDecide => !access.Roles(Who, Access.ActionOf(typeof(TakeIntoPool))).IsEmpty && Study.Reading is not null;

    public bool MayUpload => !access.Roles(Who, Access.ActionOf(typeof(ImportStudyCells))).IsEmpty;

    public async Task<IActionResult> OnGetAsync(string id) => await Load(id) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string id, bool @in)
    {
        var outcome = await desk.Execute<ExternalStudy>(Who, Asked(Why), id, @in ? new TakeIntoPool(Dataset ?? "") : new LeaveOutOfPool());
        if (outcome.Refusal is not { } refusal) return See($"studies/{id}");

        return await Load(id) ? Refuse(refusal, refusal.Code is "reason-needed" ? nameof(Why) : null) : NotFound();
    }

    public string Number(double value, int decimals = 2) => Words.Number(value, decimals);

    private async Task<bool> Load(string id)
    {
        var view = await desk.Look<ExternalStudy>(Who, "read-study", id);
        if (!view.Exists || await evidence.Read(Who, view.State.About.Innovation, view.State.About.Version) is not { } around) return false;

        (Study, Around, Says) = (StudyOnRecord.Of(view), around, new(around, Words));
        return true;
    }
}
