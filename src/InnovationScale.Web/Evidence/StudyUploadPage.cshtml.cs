using InnovationScale.Trials;
using Microsoft.AspNetCore.Antiforgery;

namespace InnovationScale.Evidence;

/// <summary>Uploads results of a study from elsewhere.</summary>
public sealed class StudyUploadPage(Desk desk, Access access, StudyUploads uploads, UploadSettings settings, IAntiforgery forms) : UploadForm(settings, forms)
{
    public override string Record => $"studies/{Id}";

    protected override Task<Upload> Take(Stream file, UploadAsked asked, CancellationToken cancel) => uploads.Take(Who, Asked(), Id, file, asked, cancel);

    protected override async Task<bool> Load()
    {
        var view = await desk.Look<ExternalStudy>(Who, "read-study", Id);
        if (!view.Exists || access.Roles(Who, Access.ActionOf(typeof(ImportStudyCells))).IsEmpty) return false;

        (Title, SmallestClass) = (view.State.About.Title, view.State.About.MinimumCellSize);
        Names(view.State.About.Outcomes);
        return true;
    }
}
