using System.Collections.Immutable;
using InnovationScale.Api;

namespace InnovationScale.Trials;

/// <summary>A trial to draft.</summary>
/// <param name="Pilot">Id of the pilot that leads it; without one, nothing may be observed.</param>
public sealed record NewTrial(string? Title, string? Innovation, string? Version, Registration? Plan = null, string? Pilot = null, Preset Preset = Preset.Standard);

public sealed record RevisedPlan(string? Title, Registration? Plan = null);

public sealed record Amended(Registration? Plan = null, string? Reason = null);

public sealed record LockAsked(string? DatasetSha256, string? Reason = null);

public sealed record ReportAsked(string? Report);

public sealed record DeviationAsked(string? What, string? Reason = null);

/// <param name="Arm">The group the whole school is in; left out where the groups are inside the school.</param>
public sealed record SiteAsked(string? School, DateOnly Joined, string? Pilot = null, string? Arm = null);

public sealed record DepartureAsked(DateOnly Left, string? Reason = null);

/// <param name="Units">Pupils' codes, which are not kept, classes (<c>school/class</c>) or schools.</param>
public sealed record LotsAsked(string? Seed, ImmutableArray<string>? Units);

public sealed record UnwantedAsked(ImmutableArray<string> Effects);

public sealed record GapAsked(string? School, string? Arm, string? Reason = null);

/// <summary>Where a result stands in its trial.</summary>
/// <param name="Subgroup">Left out for everybody.</param>
public sealed record Place(string? School, string? Class, string? Arm, string? Measure, string? Wave, string? Subgroup = null)
{
    internal CellKey Key => new(School ?? "", Class ?? "", Arm ?? "", Measure ?? "", Wave ?? "", Subgroup ?? "");
}

public sealed record PlacesAsked(ImmutableArray<Place> Places);

/// <param name="Text">In the corrector's words; needed for the reason “other”.</param>
public sealed record CorrectionAsked(Cell Cell, CorrectionReason ReasonCode, string? Text = null);

public sealed record VoidAsked(Place Place, string? Reason = null);

/// <summary>What this installation asks of uploads and of the smallest class that may be kept.</summary>
/// <param name="BytesMax">The largest file taken.</param>
/// <param name="MinimumCellSize">No new plan may keep smaller classes; a registered plan stays as it was dated.</param>
/// <param name="ADayMax">Files taken from one person in a day, tried out or recorded.</param>
public sealed record UploadSettings(long BytesMax, int MinimumCellSize, int ADayMax)
{
    internal Refusal? Refuse(Registration plan) => plan.MinimumCellSize >= MinimumCellSize ? null
        : Refusal.Invalid("minimum-cell-size-too-low", $"This installation keeps no class of fewer than {MinimumCellSize} pupils: raise the plan's smallest class to that.");

    /// <summary>A study whose source shows its classes to everybody hides nothing by hiding them here.</summary>
    internal Refusal? Refuse(Evidence.StudyDescription study) => study.AlreadyPublic || study.MinimumCellSize >= MinimumCellSize ? null
        : Refusal.Invalid("minimum-cell-size-too-low", $"This installation keeps no class of fewer than {MinimumCellSize} pupils, unless its source shows it to everybody: raise the study's smallest class to that, or say that its classes are public.");
}

/// <summary>JSON can leave out, or say null, where the domain expects something: read as nothing said.</summary>
internal static class Reading
{
    public static Registration Read(this Registration? plan) => plan is null ? new() : plan with
    {
        Hypothesis = plan.Hypothesis ?? "",
        Arms = [.. plan.Arms.OfType<TrialArm>().Select(arm => new TrialArm(arm.Name ?? "", arm.Comparison, arm.Condition ?? ""))],
        Secondary = [.. plan.Secondary.OfType<RegisteredOutcome>().Select(Read)],
        Primary = plan.Primary is { } primary ? Read(primary) : null,
        Subgroups = [.. plan.Subgroups.OfType<string>()],
        MayDependOn = [.. plan.MayDependOn.OfType<string>()],
        MissingDataRule = plan.MissingDataRule ?? "",
        StoppingRule = plan.StoppingRule ?? "",
        Dose = plan.Dose is { } dose ? dose with { Counts = dose.Counts ?? "" } : null,
    };

    public static Cell Read(this Cell? cell) => cell is null
        ? throw new BadRequest("unreadable-request", "The body has no cell.")
        : cell with { Class = cell.Class ?? "", Subgroup = cell.Subgroup ?? "", Lost = cell.Lost ?? ImmutableSortedDictionary<string, int>.Empty };

    private static RegisteredOutcome Read(RegisteredOutcome outcome) => outcome with { Measure = outcome.Measure ?? "", Unit = outcome.Unit ?? "", Wave = outcome.Wave ?? "" };
}

/// <summary>The pupils of one group on the primary outcome, from allocation to result (CONSORT 2010).</summary>
/// <param name="Reconciles">Everyone allocated was either measured or lost with a reason.</param>
/// <param name="School">Null for all schools together.</param>
public sealed record ArmFlow(string Arm, int Cells, int Classes, long Allocated, long Measured, long Lost, long JoinedLate, int Unsaid, bool Reconciles, string? School = null)
{
    /// <param name="all">Of people who may read single results; others see whole groups of closed results, as far as the table of counts shows theirs.</param>
    /// <param name="told">The table of counts, which the others need.</param>
    public static IEnumerable<ArmFlow> Of(Trial trial, bool all, MeasuredTable? told)
    {
        if (trial.Plan.Primary is not { } primary || (!all && told is null)) return [];
        var flows = trial.Plan.Arms.Select(arm => Of(arm.Name, trial.Cells.InArm(arm.Name, primary.Measure, primary.Wave)));
        return all ? flows : flows.Where(flow => told!.Groups.IndexOf(flow.Arm) is >= 0 and var at && !told.Counts[^1][at].IsHidden);
    }

    /// <summary>The same school by school, for people who may read single results.</summary>
    public static IEnumerable<ArmFlow> BySchool(Trial trial) => trial.Plan.Primary is not { } primary ? [] :
        from site in trial.Sites
        from arm in trial.Plan.Arms
        let flow = trial.Cells.In(site.School, arm.Name, primary.Measure, primary.Wave)
        where flow.Cells > 0
        select Of(arm.Name, flow) with { School = site.School };

    private static ArmFlow Of(string arm, Flow flow) => new(arm, flow.Cells, flow.Classes, flow.Allocated, flow.Measured, flow.Lost, flow.JoinedLate, flow.Unsaid, flow.Reconciles);
}

/// <summary>Pupils measured, by school and group, as anybody may see them. The last row and the last count of each row are totals.</summary>
public sealed record MeasuredTable(ImmutableArray<string> Schools, ImmutableArray<string> Groups, ImmutableArray<ImmutableArray<Publication.ShownCount>> Counts)
{
    public static MeasuredTable? Of(Trial trial) => SchoolCount.Published(trial) is not { } table ? null : new(table.Rows, table.Columns,
        [.. Enumerable.Range(0, table.Rows.Length + 1).Select(row => Enumerable.Range(0, table.Columns.Length + 1).Select(column => table[row, column]).ToImmutableArray())]);

    /// <summary>A row with the name of its school, null for all of them.</summary>
    public IEnumerable<(string? School, ImmutableArray<Publication.ShownCount> Counts)> Rows() => Counts.Index().Select(row => (row.Index < Schools.Length ? Schools[row.Index] : null, row.Item));
}

/// <summary>An upload that was recorded.</summary>
/// <param name="Reverted">Why it was taken out again.</param>
public sealed record BatchRecord(
    string Id, string FileSha256, int Rows, string Reduction, ImmutableSortedDictionary<string, int> LeftOut, int Cells, string By, DateTimeOffset At, string? Reverted);

/// <summary>A whole trial, its results counted; they are read at <c>/cells</c>.</summary>
public sealed record TrialRecord(string Id, long Version, string Title, TrialState State, string Innovation, string InnovationVersion, string? Pilot, Preset Preset)
{
    public required Registration Plan { get; init; }
    public string? SubmittedBy { get; init; }
    public DateTimeOffset? RegisteredAt { get; init; }
    public DateTimeOffset? FirstObservationAt { get; init; }
    public ImmutableArray<Site> Sites { get; init; } = [];
    public string? Seed { get; init; }
    public ImmutableArray<DrawnLot> Lots { get; init; } = [];
    public string? LotsSha256 { get; init; }
    public ImmutableSortedDictionary<string, int> LotCounts { get; init; } = ImmutableSortedDictionary<string, int>.Empty;
    public int Cells { get; init; }
    public int Unverified { get; init; }
    public ImmutableArray<ArmFlow> Flow { get; init; } = [];
    public ImmutableArray<ArmFlow> FlowBySchool { get; init; } = [];
    public MeasuredTable? Measured { get; init; }
    public ImmutableArray<BatchRecord> Batches { get; init; } = [];
    public ImmutableArray<Gap> Gaps { get; init; } = [];
    public TrialCosts? Costs { get; init; }
    public ImmutableArray<WeekDelivered> Delivered { get; init; } = [];
    public ImmutableArray<string>? Unwanted { get; init; }
    public ImmutableArray<Amendment> Amendments { get; init; } = [];
    public ImmutableArray<Deviation> Deviations { get; init; } = [];
    public ProposedLock? ProposedLock { get; init; }
    public string? LockedSha256 { get; init; }
    public ProposedUnlock? ProposedUnlock { get; init; }
    public ImmutableArray<string> OpenedAgain { get; init; } = [];
    public string? StopReason { get; init; }
    public string? Evaluation { get; init; }
    public string? Report { get; init; }

    /// <param name="all">Of people who may read single results: uploads and pupils school by school too.</param>
    public static TrialRecord Of(View<Trial> view, bool all)
    {
        var t = view.State;
        var measured = MeasuredTable.Of(t);
        return new(view.Id, view.Version, t.Title, t.State, t.Innovation, t.Version, t.Pilot, t.Preset)
        {
            Seed = t.Seed, Lots = t.Lots, LotsSha256 = t.LotsSha256, LotCounts = t.LotCounts,
            Plan = t.Plan, SubmittedBy = t.SubmittedBy, RegisteredAt = t.RegisteredAt, FirstObservationAt = t.FirstObservationAt, Sites = t.Sites,
            Cells = t.Cells.Count, Unverified = t.Cells.Unverified, Flow = [.. ArmFlow.Of(t, all, measured)], FlowBySchool = all ? [.. ArmFlow.BySchool(t)] : [], Measured = measured,
            Batches = !all ? [] : [.. t.Batches.Values.OrderBy(batch => batch.At).Select(batch => new BatchRecord(
                batch.Import.Id, batch.Import.FileSha256, batch.Import.Rows, batch.Import.Reduction, batch.Import.LeftOut, batch.CellCount, batch.By, batch.At, batch.Reverted))],
            Gaps = t.Gaps, Costs = t.Costs, Delivered = all ? t.Delivered : [], Unwanted = t.Unwanted, Amendments = t.Amendments, Deviations = t.Deviations, ProposedLock = t.ProposedLock, LockedSha256 = t.LockedSha256,
            ProposedUnlock = t.ProposedUnlock, OpenedAgain = t.OpenedAgain, StopReason = t.StopReason, Evaluation = t.Evaluation, Report = t.Report,
        };
    }
}
