using System.Text;
using InnovationScale.Demonstration;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Trials;

/// <summary>Uploads results of a trial that is in the field.</summary>
public sealed class UploadPage(Desk desk, TrialUploads uploads, UploadSettings settings, IAntiforgery forms, InnovationScale.Site site) : UploadForm(settings, forms)
{
    public override string Record => $"trials/{Id}";

    public override string PlanAddress => $"/api/v1/trials/{Id}/upload-plan";

    /// <summary>The demonstration has a file to practise with, for one trial.</summary>
    public bool HasFaultyFile => site.Demo && Id == Lantern.FaultyUpload.Trial;

    public IActionResult OnGetFaultyFile() => HasFaultyFile
        ? File(Encoding.UTF8.GetBytes(Lantern.FaultyUpload.Results), "text/csv; charset=utf-8", $"{Id}-results.csv")
        : NotFound();

    protected override Task<Upload> Take(Stream file, UploadAsked asked, CancellationToken cancel) => uploads.Take(Who, Asked(), Id, file, asked, cancel);

    protected override async Task<bool> Load()
    {
        var trial = (await desk.Look<Trial>(Who, "read-trial", Id)).State;
        (Title, SmallestClass) = (trial.Title, trial.Plan.MinimumCellSize);
        Names(trial.Plan.Outcomes());
        return trial.State is TrialState.InField or TrialState.Stopped;
    }
}
