using System.Collections.Immutable;
using InnovationScale.Pilots;

namespace InnovationScale.Trials;

/// <summary>Takes files of results into a trial: reduced while they stream, then tried out or recorded. A file's rows are nowhere afterwards.</summary>
public sealed class TrialUploads(Desk desk, TrialDesk trials, PilotLists lists, Access access, TimeProvider clock)
{
    /// <exception cref="AccessDeniedException">None of the person's roles may record results.</exception>
    public async Task<Upload> Take(Principal who, Request request, string trial, Stream file, UploadAsked asked, CancellationToken cancel)
    {
        var view = await desk.Look<Trial>(who, "import-cells", trial);
        if (!view.Exists) return new(null, Refused: Refusal.NotFound("trial-unknown", "There is no such trial."));
        if (Outcome(view.State.Plan, asked.Measure) is not { } outcome) return new(null, Refused: Refusal.Invalid("upload-measure", "The plan has no such outcome."));

        var reduction = await Reduce(file, await Plan(who, view.State, outcome, asked), asked, cancel);
        if (!reduction.Accepted) return new(reduction);
        if (asked.FileSha256 is { } tried && tried != reduction.FileSha256)
            return new(reduction, Refused: new("file-not-the-one-tried", "This is not the file that was tried out. Try this one out first."));

        var batch = Batch(who, request, reduction, asked) with { LeftOut = Lost(reduction) };
        var import = new ImportCells(batch, reduction.Cells);
        if (asked.DryRun) return new(reduction, Refused: await Rehearse(who, request, view, import));

        var told = await trials.Execute(who, request, trial, import);
        return new(reduction, batch.Id, told.Receipt, told.Refusal);
    }

    /// <summary>Rows are reduced; what a school has reduced itself is read and held to the same rules of the record.</summary>
    internal static Task<Reduction> Reduce(Stream file, UploadPlan plan, UploadAsked asked, CancellationToken cancel) =>
        asked.IsReduced ? ReducedFile.ReadAsync(file, plan, cancel) : UploadReduction.ReduceAsync(file, plan, asked.Mapping, cancel);

    internal static ImportBatch Batch(Principal who, Request request, Reduction reduction, UploadAsked asked)
    {
        var from = reduction.Made(asked.PoolSmallClasses);
        return new(Ids.For(who, request, "batch"), from.FileSha256, from.Rows, from.Reduction) { Mapping = reduction.Mapping, Measure = reduction.Cells is [var first, ..] ? first.Measure : null };
    }

    /// <summary>The same for somebody who reduces a file elsewhere; null where the trial is of nothing.</summary>
    /// <exception cref="AccessDeniedException">None of the person's roles may record results.</exception>
    public async Task<UploadPlan?> PlanFor(Principal who, string trial, string? measure, long bytesMax)
    {
        var view = await desk.Look<Trial>(who, "import-cells", trial);
        return view.Exists && Outcome(view.State.Plan, measure) is { } outcome ? await Plan(who, view.State, outcome, new(bytesMax)) : null;
    }

    /// <summary>What a file for this trial is held against.</summary>
    public async Task<UploadPlan> Plan(Principal who, Trial trial, RegisteredOutcome outcome, UploadAsked asked)
    {
        var names = await Names(who, trial);
        return new()
        {
            Arms = [.. trial.Plan.Arms.Select(arm => new Accepted(arm.Name))],
            Measure = new(outcome.Measure, outcome.Min, outcome.Max),
            Schools = [.. trial.Sites.Select(site => new Accepted(site.School, names.TryGetValue(site.School, out var name) ? [name] : []))],
            Waves =
            [
                .. trial.Plan.Outcomes().Where(known => known.Measure == outcome.Measure).SelectMany(known => (string?[])[known.Wave, known.BaselineWave]).OfType<string>()
                    .Prepend(outcome.Wave).Distinct(StringComparer.Ordinal).Select(wave => new Accepted(wave)),
            ],
            Subgroups =
            [
                .. trial.Plan.Subgroups.Select(subgroup => subgroup.Split(':', 2)).Where(parts => parts.Length == 2)
                    .GroupBy(parts => parts[0], parts => new Accepted(parts[1]), StringComparer.Ordinal).Select(levels => new UploadSubgroup(levels.Key, [.. levels])),
            ],
            MinimumCell = trial.Plan.MinimumCellSize,
            PoolSmallClasses = asked.PoolSmallClasses,
            EveryAllocatedPupilHasARow = asked.EveryAllocatedPupilHasARow,
            Remembered = Remembered(trial.Batches.Values, who, outcome.Measure),
            Limits = new() { Bytes = asked.BytesMax },
        };
    }

    /// <summary>How files with this outcome were read before, first those of this person, the last one first.</summary>
    internal static ImmutableArray<ColumnMapping> Remembered(IEnumerable<Batch> batches, Principal who, string measure) =>
        [.. batches.Where(batch => batch.Reverted is null && batch.Import.Measure == measure).OrderByDescending(batch => batch.By == who.Person).ThenByDescending(batch => batch.At).Select(batch => batch.Import.Mapping).OfType<ColumnMapping>()];

    private static RegisteredOutcome? Outcome(Registration plan, string? measure) =>
        string.IsNullOrEmpty(measure) ? plan.Primary : plan.Outcomes().FirstOrDefault(outcome => outcome.Measure == measure);

    /// <summary>What the rules would say to the command now. Nothing is recorded.</summary>
    private async Task<Refusal?> Rehearse(Principal who, Request request, View<Trial> view, ImportCells import)
    {
        import = import with { Permission = await trials.Permission(view.Id) };
        Refusal? refusal = Access.Denied(who);
        foreach (var role in access.Roles(who, Access.ActionOf(typeof(ImportCells))))
        {
            refusal = view.State.Decide(import, new Stamp(who.Person, role, clock.GetUtcNow(), request.CommandId)).Refusal;
            if (refusal?.Kind is not RefusalKind.NotAllowed) return refusal;
        }

        return refusal;
    }

    /// <summary>Schools' names, for files that do not use their ids; a name that two of them share tells neither.</summary>
    private async Task<Dictionary<string, string>> Names(Principal who, Trial trial)
    {
        var names = await lists.Names(who, trial.Sites.Select(site => site.School));
        return names.GroupBy(one => Spelling.Of(one.Value), StringComparer.Ordinal).Where(same => same.Count() == 1).Select(same => same.Single())
            .ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal);
    }

    private static ImmutableSortedDictionary<string, int> Lost(Reduction reduction) => reduction.Cells.Where(cell => cell.Subgroup.Length == 0).SelectMany(cell => cell.Lost)
        .GroupBy(lost => lost.Key, lost => lost.Value, StringComparer.Ordinal).ToImmutableSortedDictionary(reason => reason.Key, reason => reason.Sum(), StringComparer.Ordinal);
}

/// <summary>How a file is to be taken.</summary>
/// <param name="BytesMax">A larger file is refused.</param>
public sealed record UploadAsked(long BytesMax)
{
    /// <summary>Tries the file out and records nothing.</summary>
    public bool DryRun { get; init; }

    public bool PoolSmallClasses { get; init; }

    /// <summary>The file holds cells, see <see cref="ReducedFile"/>.</summary>
    public bool IsReduced { get; init; }

    public ColumnMapping? Mapping { get; init; }

    /// <inheritdoc cref="UploadPlan.EveryAllocatedPupilHasARow"/>
    public bool EveryAllocatedPupilHasARow { get; init; }

    /// <summary>Of the plan’s outcomes; the primary one when left out.</summary>
    public string? Measure { get; init; }

    /// <summary>The file that was tried out before; another one is then refused.</summary>
    public string? FileSha256 { get; init; }
}

/// <summary>What came of a file: errors in it, a refusal by the trial's rules, or the batch it was recorded as.</summary>
public sealed record Upload(Reduction? Reduction, string? Batch = null, Receipt? Receipt = null, Refusal? Refused = null);
