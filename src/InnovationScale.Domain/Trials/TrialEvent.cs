using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace InnovationScale.Trials;

/// <summary>What has happened to a <see cref="Trial"/>.</summary>
[JsonDerivedType(typeof(TrialDrafted), "trial-drafted")]
[JsonDerivedType(typeof(TrialRevised), "trial-revised")]
[JsonDerivedType(typeof(TrialSubmitted), "trial-submitted")]
[JsonDerivedType(typeof(TrialReturned), "trial-returned")]
[JsonDerivedType(typeof(TrialRegistered), "trial-registered")]
[JsonDerivedType(typeof(ProtocolAmended), "protocol-amended")]
[JsonDerivedType(typeof(DeviationRecorded), "deviation-recorded")]
[JsonDerivedType(typeof(SiteAdded), "site-added")]
[JsonDerivedType(typeof(SiteLeft), "site-left")]
[JsonDerivedType(typeof(LotsDrawn), "lots-drawn")]
[JsonDerivedType(typeof(RecruitingStarted), "recruiting-started")]
[JsonDerivedType(typeof(FieldworkStarted), "fieldwork-started")]
[JsonDerivedType(typeof(CellRecorded), "cell-recorded")]
[JsonDerivedType(typeof(CellsImported), "cells-imported")]
[JsonDerivedType(typeof(CellsVerified), "cells-verified")]
[JsonDerivedType(typeof(BatchVerified), "batch-verified")]
[JsonDerivedType(typeof(CellCorrected), "cell-corrected")]
[JsonDerivedType(typeof(CellVoided), "cell-voided")]
[JsonDerivedType(typeof(BatchReverted), "batch-reverted")]
[JsonDerivedType(typeof(MissingExplained), "missing-explained")]
[JsonDerivedType(typeof(CostsTold), "costs-told")]
[JsonDerivedType(typeof(DoseLogged), "dose-logged")]
[JsonDerivedType(typeof(UnwantedTold), "unwanted-told")]
[JsonDerivedType(typeof(LockProposed), "lock-proposed")]
[JsonDerivedType(typeof(ResultsLocked), "results-locked")]
[JsonDerivedType(typeof(UnlockProposed), "unlock-proposed")]
[JsonDerivedType(typeof(ResultsUnlocked), "results-unlocked")]
[JsonDerivedType(typeof(TrialAnalysed), "trial-analysed")]
[JsonDerivedType(typeof(TrialReported), "trial-reported")]
[JsonDerivedType(typeof(TrialStopped), "trial-stopped")]
[JsonDerivedType(typeof(TrialWithdrawn), "trial-withdrawn")]
public abstract record TrialEvent : IEvent<Trial>;

public sealed record TrialDrafted(string Title, string Innovation, string Version, string? Pilot, Preset Preset, Registration Plan) : TrialEvent;

public sealed record TrialRevised(string Title, Registration Plan) : TrialEvent;

public sealed record TrialSubmitted : TrialEvent;

public sealed record TrialReturned : TrialEvent;

public sealed record TrialRegistered : TrialEvent;

/// <summary>The plan changed before anybody had seen a result.</summary>
public sealed record ProtocolAmended(Registration Plan, ImmutableArray<PlanChange> Changes) : TrialEvent;

/// <summary>The trial left its plan after the first observation. Public, and named in every evaluation.</summary>
/// <param name="Plan">The plan from here on; null when the plan stands and practice differed.</param>
public sealed record DeviationRecorded(string What, Registration? Plan = null) : TrialEvent
{
    public ImmutableArray<PlanChange> Changes { get; init; } = [];
}

public sealed record SiteAdded(string School, string? Pilot, string? Arm, DateOnly Joined) : TrialEvent;

public sealed record SiteLeft(string School, DateOnly Left) : TrialEvent;

/// <param name="Method">Names the rules by which anybody draws them again, see <see cref="Trials.Lots"/>.</param>
/// <param name="Lots">Classes or schools; empty where pupils were drawn, whose codes are never kept.</param>
public sealed record LotsDrawn(string Seed, string Method, ImmutableArray<DrawnLot> Lots) : TrialEvent
{
    /// <summary>Of the sorted list that was drawn from, see <see cref="Trials.Lots.HashOf"/>.</summary>
    public string? UnitsSha256 { get; init; }

    /// <summary>How many were drawn into each group.</summary>
    public ImmutableSortedDictionary<string, int> Counts { get; init; } = ImmutableSortedDictionary<string, int>.Empty;
}

public sealed record RecruitingStarted : TrialEvent;

/// <summary>Work in schools began; what allowed it is kept with it.</summary>
public sealed record FieldworkStarted(FieldPermission Permission) : TrialEvent;

public sealed record CellRecorded(string CellsSha256) : TrialEvent, ICarriesCells<Trial>
{
    [JsonIgnore] public ImmutableArray<Cell> Cells { get; init; } = [];

    public IEvent<Trial> WithCells(ImmutableArray<Cell> cells) => this with { Cells = cells };

    public static CellRecorded Of(Cell cell) => new(CellRows.Sha256([cell])) { Cells = [cell] };
}

public sealed record CellsImported(ImportBatch Batch, int CellCount, string CellsSha256) : TrialEvent, ICarriesCells<Trial>
{
    [JsonIgnore] public ImmutableArray<Cell> Cells { get; init; } = [];

    public IEvent<Trial> WithCells(ImmutableArray<Cell> cells) => this with { Cells = cells };

    public static CellsImported Of(ImportBatch batch, ImmutableArray<Cell> cells) =>
        new(batch, cells.Length, CellRows.Sha256(cells)) { Cells = cells };
}

public sealed record CellsVerified(ImmutableArray<CellKey> Places) : TrialEvent;

public sealed record BatchVerified(string Batch) : TrialEvent;

/// <summary>Another value stands in a cell's place.</summary>
/// <param name="WasSha256">Hash of the old value's row, which stays where it was first written: readers can see that it was, not what it was.</param>
/// <param name="WasN">Pupils measured in the old value.</param>
public sealed record CellCorrected(CorrectionReason ReasonCode, string? Text, string WasSha256, long WasN, string CellsSha256) : TrialEvent, ICarriesCells<Trial>
{
    [JsonIgnore] public ImmutableArray<Cell> Cells { get; init; } = [];

    public IEvent<Trial> WithCells(ImmutableArray<Cell> cells) => this with { Cells = cells };
}

public sealed record CellVoided(CellKey Place) : TrialEvent;

/// <summary>Every cell that an upload brought, and that stood until now, is void.</summary>
public sealed record BatchReverted(string Batch, int CellCount) : TrialEvent;

public sealed record MissingExplained(string School, string Arm) : TrialEvent;

public sealed record CostsTold(TrialCosts Costs) : TrialEvent;

public sealed record DoseLogged(WeekDelivered Delivered) : TrialEvent;

public sealed record UnwantedTold(ImmutableArray<string> Effects) : TrialEvent;

public sealed record LockProposed(string DatasetSha256, int CellCount, bool OutsideTheTeam) : TrialEvent;

/// <summary>The results are closed.</summary>
/// <param name="DatasetSha256">SHA-256 over the current cells in canonical order.</param>
public sealed record ResultsLocked(string DatasetSha256, int CellCount) : TrialEvent;

public sealed record UnlockProposed : TrialEvent;

/// <summary>The results are open again; every evaluation on this hash is now superseded.</summary>
public sealed record ResultsUnlocked(string DatasetSha256) : TrialEvent;

public sealed record TrialAnalysed(string Evaluation) : TrialEvent;

public sealed record TrialReported(string Report) : TrialEvent;

public sealed record TrialStopped : TrialEvent;

public sealed record TrialWithdrawn : TrialEvent;
