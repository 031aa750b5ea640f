using System.Collections.Immutable;

namespace InnovationScale.Trials;

/// <summary>What can be asked of a <see cref="Trial"/>.</summary>
public abstract record TrialCommand : ICommand<Trial>;

/// <summary>Opens a draft. <paramref name="Pilot"/> leads the trial; schools join as sites.</summary>
public sealed record DraftTrial(string Title, string Innovation, string Version, string? Pilot, Preset Preset, Registration Plan) : TrialCommand;

public sealed record ReviseTrial(string Title, Registration Plan) : TrialCommand;

/// <summary>Gives the plan to somebody else to look at.</summary>
public sealed record SubmitTrial : TrialCommand;

/// <summary>Gives a submitted plan back for more work; the reason says what.</summary>
public sealed record ReturnTrial : TrialCommand;

/// <summary>Dates the plan: from here on every change shows.</summary>
public sealed record RegisterTrial : TrialCommand;

/// <summary>Changes a registered plan: an amendment before the first observation, a public deviation after it.</summary>
public sealed record AmendTrial(Registration Plan) : TrialCommand;

/// <summary>Tells where the trial left its plan in practice.</summary>
public sealed record ReportDeviation(string What) : TrialCommand;

/// <summary>A school takes part. Without an arm, both arms are inside the school.</summary>
public sealed record AddSite(string School, string? Pilot, string? Arm, DateOnly Joined) : TrialCommand;

/// <summary>A school stops taking part; it stays in the counts, and the reason is kept.</summary>
public sealed record SiteLeaves(string School, DateOnly Left) : TrialCommand;

/// <summary>Draws the lots with the seed whose hash the plan names, and so reveals it.</summary>
/// <param name="Units">As the plan's unit of assignment says: schools of the trial, classes of theirs as <c>school/class</c>, or pupils' codes, which are not kept.</param>
public sealed record DrawLots(string Seed, ImmutableArray<string> Units) : TrialCommand;

public sealed record StartRecruiting : TrialCommand;

/// <summary>Teaching and measuring begin.</summary>
public sealed record StartFieldwork : TrialCommand, IRestsOn
{
    [Gathered] public FieldPermission Permission { get; init; } = FieldPermission.None;

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

public sealed record RecordCell(Cell Cell) : TrialCommand, IRestsOn
{
    [Gathered] public FieldPermission Permission { get; init; } = FieldPermission.None;

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Records a whole upload, or nothing of it.</summary>
public sealed record ImportCells(ImportBatch Batch, ImmutableArray<Cell> Cells) : TrialCommand, IRestsOn
{
    [Gathered] public FieldPermission Permission { get; init; } = FieldPermission.None;

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Says that somebody other than the recorder compared these cells with the source.</summary>
public sealed record VerifyCells(ImmutableArray<CellKey> Places) : TrialCommand;

public sealed record VerifyBatch(string Batch) : TrialCommand;

/// <summary>Puts another value in a cell's place. The old one is kept.</summary>
/// <param name="Text">In the corrector's words; needed for <see cref="CorrectionReason.Other"/>.</param>
public sealed record CorrectCell(Cell Cell, CorrectionReason ReasonCode, string? Text = null) : TrialCommand;

/// <summary>Takes a cell out of the trial; what it said is kept.</summary>
public sealed record VoidCell(CellKey Place) : TrialCommand;

/// <summary>Takes a whole upload out of the trial.</summary>
public sealed record RevertBatch(string Batch) : TrialCommand;

/// <summary>Says why a school has no primary result, so that the gap is known and counted.</summary>
public sealed record ExplainMissing(string School, string Arm) : TrialCommand;

/// <summary>Says what it took to try it, beyond usual teaching; said again, the last word counts.</summary>
public sealed record TellCosts(TrialCosts Costs) : TrialCommand;

/// <summary>Says what a school delivered in a week; said again, the last word counts.</summary>
public sealed record LogDose(WeekDelivered Delivered) : TrialCommand;

/// <summary>Says what happened that nobody wanted, or that nothing did; what was told before stays.</summary>
public sealed record TellUnwanted(ImmutableArray<string> Effects) : TrialCommand;

/// <summary>Closes the results, the first of two people.</summary>
public sealed record ProposeLock : TrialCommand, IRestsOn
{
    /// <summary>People of the team that runs the trial.</summary>
    [Gathered] public ImmutableArray<string> Team { get; init; } = [];

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Closes the results, the second of two people.</summary>
/// <param name="DatasetSha256">The hash this person looked at.</param>
public sealed record ConfirmLock(string DatasetSha256) : TrialCommand, IRestsOn
{
    [Gathered] public ImmutableArray<string> Team { get; init; } = [];

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Opens locked results, the first of two people: an Auditor or an Evaluator, with a reason.</summary>
public sealed record ProposeUnlock : TrialCommand;

/// <summary>Opens locked results, the second of two people: the other of Auditor and Evaluator.</summary>
public sealed record ConfirmUnlock : TrialCommand;

/// <summary>A signed evaluation rests on the locked data.</summary>
public sealed record MarkAnalysed(string Evaluation) : TrialCommand, IRestsOn
{
    /// <summary>The hash the evaluation was signed on; null when it is not signed.</summary>
    [Gathered] public string? SignedOn { get; init; }

    /// <summary>How often results had been opened again when it was computed; null where that was not kept yet.</summary>
    [Gathered] public int? Opened { get; init; }

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Makes the trial's report public. A stopped trial reports too.</summary>
public sealed record ReportTrial(string Report) : TrialCommand;

/// <summary>Ends a trial early; the reason says why.</summary>
public sealed record StopTrial : TrialCommand;

/// <summary>Takes back a trial that has not begun.</summary>
public sealed record WithdrawTrial : TrialCommand;

/// <summary>What the ethics decision and the incidents of the pilot allow today. Nothing known allows nothing.</summary>
/// <param name="EthicsDecision">The id of the decision that allows it; null when there is none that is live.</param>
/// <param name="Consent">The basis of consent on record; null when there is none.</param>
public sealed record FieldPermission(string? EthicsDecision, string? Consent)
{
    public static FieldPermission None { get; } = new(null, null);

    /// <summary>An incident stands open, or the work is paused for safeguarding: nothing begins and nothing is observed.</summary>
    public bool HeldForSafeguarding { get; init; }
}

/// <summary>An upload: enough for whoever holds the file to compute every cell again.</summary>
/// <param name="Id">The batch's id.</param>
/// <param name="FileSha256">Of the file as it came, lower-case hex.</param>
/// <param name="Rows">Rows read, the heading not counted.</param>
/// <param name="Reduction">Name and version of the reduction, such as <c>pupil-rows/1</c>.</param>
public sealed record ImportBatch(string Id, string FileSha256, int Rows, string Reduction)
{
    /// <summary>Rows left out, by reason (no score, no class).</summary>
    public ImmutableSortedDictionary<string, int> LeftOut { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>What each column was read as, for the next file with the same headers; null in uploads of an earlier release.</summary>
    public ColumnMapping? Mapping { get; init; }

    /// <summary>The outcome whose columns the mapping names; null in uploads of an earlier release.</summary>
    public string? Measure { get; init; }
}
