using InnovationScale.Trials;

namespace InnovationScale.Evidence;

/// <summary>Takes files of results into a study from elsewhere, by the reduction that trials use. A file's rows are nowhere afterwards.</summary>
public sealed class StudyUploads(Desk desk, Access access, TimeProvider clock)
{
    /// <exception cref="AccessDeniedException">None of the person's roles may record results.</exception>
    public async Task<Upload> Take(Principal who, Request request, string study, Stream file, UploadAsked asked, CancellationToken cancel)
    {
        var view = await desk.Look<ExternalStudy>(who, Access.ActionOf(typeof(ImportStudyCells)), study);
        if (!view.Exists) return new(null, Refused: Refusal.NotFound("study-unknown", "There is no such study."));
        var about = view.State.About;
        if ((string.IsNullOrEmpty(asked.Measure) ? about.Outcomes[0] : about.Outcomes.FirstOrDefault(one => one.Measure == asked.Measure)) is not { } outcome)
            return new(null, Refused: Refusal.Invalid("upload-measure", "The study has no such outcome."));

        var reduction = await TrialUploads.Reduce(file, Plan(about, outcome, asked) with { Remembered = TrialUploads.Remembered(view.State.Batches.Values, who, outcome.Measure) }, asked, cancel);
        if (!reduction.Accepted) return new(reduction);
        if (asked.FileSha256 is { } tried && tried != reduction.FileSha256)
            return new(reduction, Refused: new("file-not-the-one-tried", "This is not the file that was tried out. Try this one out first."));

        var batch = TrialUploads.Batch(who, request, reduction, asked);
        var import = new ImportStudyCells(batch, reduction.Cells);
        if (asked.DryRun) return new(reduction, Refused: Rehearse(who, request, view.State, import));

        var told = await desk.Execute(who, request, study, import);
        return new(reduction, batch.Id, told.Receipt, told.Refusal);
    }

    private static UploadPlan Plan(StudyDescription about, RegisteredOutcome outcome, UploadAsked asked) => new()
    {
        Arms = [.. about.Arms.Select(arm => new Accepted(arm.Name))],
        Measure = new(outcome.Measure, outcome.Min, outcome.Max),
        Waves = [.. ((string?[])[outcome.Wave, outcome.BaselineWave]).OfType<string>().Select(wave => new Accepted(wave))],
        MinimumCell = about.MinimumCellSize,
        PoolSmallClasses = asked.PoolSmallClasses,
        EveryAllocatedPupilHasARow = asked.EveryAllocatedPupilHasARow,
        Limits = new() { Bytes = asked.BytesMax },
    };

    /// <summary>What the rules would say to the command now. Nothing is recorded.</summary>
    private Refusal? Rehearse(Principal who, Request request, ExternalStudy study, ImportStudyCells import)
    {
        Refusal? refusal = Access.Denied(who);
        foreach (var role in access.Roles(who, Access.ActionOf(typeof(ImportStudyCells))))
        {
            refusal = study.Decide(import, new Stamp(who.Person, role, clock.GetUtcNow(), request.CommandId)).Refusal;
            if (refusal?.Kind is not RefusalKind.NotAllowed) return refusal;
        }

        return refusal;
    }
}
