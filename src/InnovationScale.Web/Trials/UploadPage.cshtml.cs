using Microsoft.AspNetCore.Antiforgery;

namespace InnovationScale.Trials;

/// <summary>Uploads results of a trial that is in the field.</summary>
public sealed class UploadPage(Desk desk, TrialUploads uploads, UploadSettings settings, IAntiforgery forms) : UploadForm(settings, forms)
{
    public override string Record => $"trials/{Id}";

    protected override Task<Upload> Take(Stream file, UploadAsked asked, CancellationToken cancel) => uploads.Take(Who, Asked(), Id, file, asked, cancel);

    protected override async Task<bool> Load()
    {
        var trial = (await desk.Look<Trial>(Who, "read-trial", Id)).State;
        (Title, SmallestClass) = (trial.Title, trial.Plan.MinimumCellSize);
        Names(trial.Plan.Outcomes());
        return trial.State is TrialState.InField or TrialState.Stopped;
    }
}
