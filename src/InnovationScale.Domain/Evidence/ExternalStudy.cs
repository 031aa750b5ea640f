using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using InnovationScale.Trials;
using static InnovationScale.Role;

namespace InnovationScale.Evidence;

/// <summary>
/// Archived or published evidence on one version, from elsewhere. It passes no gate and invents no pilot; it enters a pool only when a
/// reviewer says so, on the very cells the reviewer looked at.
/// </summary>
public sealed record ExternalStudy : IAggregate<ExternalStudy, StudyCommand, StudyEvent>
{
    public static string Kind => "study";

    public static ExternalStudy New { get; } = new();

    /// <summary>Who may ask what of a study, and when.</summary>
    public static Steps<StudyState> Steps { get; } = new("study",
        new(typeof(DescribeStudy), [StudyState.None, StudyState.OnRecord], [Researcher, DataSteward, Facilitator]),
        new(typeof(ImportStudyCells), [StudyState.OnRecord], [Researcher, DataSteward]),
        new(typeof(RevertStudyBatch), [StudyState.OnRecord], [Researcher, DataSteward], NeedsReason: true),
        new(typeof(TakeIntoPool), [StudyState.OnRecord], [Reviewer, Evaluator], NeedsReason: true),
        new(typeof(LeaveOutOfPool), [StudyState.OnRecord], [Reviewer, Evaluator], NeedsReason: true));

    public StudyState State { get; init; }

    public StudyDescription About { get; init; } = new();

    /// <summary>People who described the study or brought its results: none of them may take it into a pool.</summary>
    public ImmutableHashSet<string> BroughtBy { get; init; } = [];

    public CellBook Cells { get; init; } = CellBook.Empty;

    public ImmutableDictionary<string, Batch> Batches { get; init; } = ImmutableDictionary<string, Batch>.Empty;

    /// <summary>Batch ids by the hash of their file, reverted ones left out.</summary>
    public ImmutableDictionary<string, string> BatchesByFile { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What a reviewer said about the pool; null until one has, and again when the results change.</summary>
    public PoolWord? Pool { get; init; }

    public bool InPool => Pool is { In: true };

    public Decision<StudyEvent> Decide(StudyCommand command, Stamp stamp) => Steps.Refuse(command, State, stamp) is { } refusal ? refusal : command switch
    {
        DescribeStudy describe => Describe(describe),
        ImportStudyCells import => Import(import),
        RevertStudyBatch revert => Revert(revert),
        TakeIntoPool take => Take(take, stamp),
        LeaveOutOfPool => Pool is { In: false } ? new Refusal("study-out-already", "The study is outside the pool already.") : new StudyLeftOut(),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public ExternalStudy Evolve(StudyEvent happened, Stamp stamp) => happened switch
    {
        StudyDescribed e => this with { State = StudyState.OnRecord, About = e.About, BroughtBy = BroughtBy.Add(stamp.Actor), Pool = null },
        StudyCellsImported e => this with
        {
            Cells = Cells.WithAll(e.Cells.Select(cell => new HeldCell(cell, stamp.Actor, Batch: e.Batch.Id))),
            Batches = Batches.Add(e.Batch.Id, new(e.Batch, e.CellCount, stamp.Actor, stamp.At)),
            BatchesByFile = BatchesByFile.SetItem(e.Batch.FileSha256, e.Batch.Id),
            BroughtBy = BroughtBy.Add(stamp.Actor),
            Pool = null,
        },
        StudyBatchReverted e => this with
        {
            Cells = Cells.Held.Where(held => held.Batch == e.Batch).ToImmutableArray().Aggregate(Cells, (book, held) => book.Without(held.Cell.Key)),
            Batches = Batches.SetItem(e.Batch, Batches[e.Batch] with { Reverted = stamp.Reason }),
            BatchesByFile = BatchesByFile.Remove(Batches[e.Batch].Import.FileSha256),
            Pool = null,
        },
        StudyTakenIntoPool e => this with { Pool = new(In: true, e.DatasetSha256, stamp.Actor, stamp.Reason ?? "") },
        StudyLeftOut => this with { Pool = new(In: false, DatasetSha256: null, stamp.Actor, stamp.Reason ?? "") },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private Decision<StudyEvent> Describe(DescribeStudy describe)
    {
        var about = describe.About;
        ImmutableArray<Missing> missing = [.. about.StillMissing()];
        if (!missing.IsEmpty) return new Refusal("study-incomplete", "The description is not complete.") { Kind = RefusalKind.Invalid, Missing = missing };
        if (!Cells.IsEmpty && Cells.Held.Select(held => Fault(about, held.Cell)).FirstOrDefault(fault => fault is not null) is { } fault)
            return new Refusal("study-cells-do-not-fit", $"Results that are recorded do not fit this description: {fault.Sentence}") { Missing = [Missing.Of(fault, DataSteward)] };

        return new StudyDescribed(about);
    }

    private Decision<StudyEvent> Import(ImportStudyCells import)
    {
        if (import.Cells.IsEmpty) return Refusal.Invalid("batch-empty", "The file holds no result that could be kept.");
        if (Batches.ContainsKey(import.Batch.Id)) return new Refusal("batch-known", "An upload with this id has been recorded already.");
        if (BatchesByFile.TryGetValue(import.Batch.FileSha256, out var earlier))
        {
            return new Refusal("file-known", $"This very file was uploaded before, as batch {earlier}. To replace it, revert that batch first.");
        }

        var places = new HashSet<CellKey>();
        ImmutableArray<Missing> faults =
        [
            .. import.Cells
                .Select(cell => Fault(About, cell) ?? (Cells.At(cell.Key) is not null || !places.Add(cell.Key)
                    ? new Refusal("cell-known", $"{cell.Key}: a result is recorded here already.")
                    : null))
                .OfType<Refusal>().Take(FaultsShown).Select(fault => Missing.Of(fault, DataSteward)),
        ];
        return faults.IsEmpty
            ? StudyCellsImported.Of(import.Batch, import.Cells)
            : new Refusal("batch-refused", "Nothing was recorded: some of the file's results cannot be kept.") { Kind = RefusalKind.Invalid, Missing = faults };
    }

    private const int FaultsShown = 50;

    private static Refusal? Fault(StudyDescription about, Cell cell)
    {
        if (about.Outcomes.FirstOrDefault(outcome => outcome.Measure == cell.Measure && (outcome.Wave == cell.Wave || outcome.BaselineWave == cell.Wave)) is not { } outcome)
            return Refusal.Invalid("cell-outcome", $"{cell.Key}: the study has no outcome “{cell.Measure}” at “{cell.Wave}”.");
        return about.Arms.All(arm => arm.Name != cell.Arm)
            ? Refusal.Invalid("cell-arm", $"{cell.Key}: the study has no group named “{cell.Arm}”.")
            : CellRules.Refuse(cell, outcome, about.MinimumCellSize);
    }

    private Decision<StudyEvent> Revert(RevertStudyBatch revert) => Batches.TryGetValue(revert.Batch, out var batch) && batch.Reverted is null
        ? new StudyBatchReverted(revert.Batch)
        : Refusal.NotFound("batch-unknown", $"There is no upload {revert.Batch} that stands.");

    private Decision<StudyEvent> Take(TakeIntoPool take, Stamp stamp)
    {
        if (BroughtBy.Contains(stamp.Actor)) return Refusal.NotAllowed("study-own-record", "Somebody other than the people who brought the study takes it into a pool.");
        if (Cells.IsEmpty) return new Refusal("study-empty", "The study has no results yet.");
        return take.DatasetSha256 == Cells.Sha256()
            ? new StudyTakenIntoPool(take.DatasetSha256)
            : new Refusal("study-other-data", "The study's results are not the ones you looked at.") { Kind = RefusalKind.Stale };
    }
}

public enum StudyState
{
    /// <summary>Before the first event.</summary>
    None,
    OnRecord,
}

/// <summary>What is known of a study from elsewhere.</summary>
public sealed record StudyDescription
{
    public string Title { get; init; } = "";

    public string Innovation { get; init; } = "";

    public string Version { get; init; } = "";

    /// <summary>Where it can be found: a citation and, where there is one, an address.</summary>
    public string Source { get; init; } = "";

    public string Licence { get; init; } = "";

    public TrialDesign Design { get; init; }

    public ImmutableArray<TrialArm> Arms { get; init; } = [];

    /// <summary>The first is the one the study is read by.</summary>
    public ImmutableArray<RegisteredOutcome> Outcomes { get; init; } = [];

    public int MinimumCellSize { get; init; } = 5;

    /// <summary>Class by class, its results stand where the source says, for anybody: then no class in it is too small to keep or to show.</summary>
    public bool AlreadyPublic { get; init; }

    internal IEnumerable<Missing> StillMissing()
    {
        if (string.IsNullOrWhiteSpace(Title)) yield return Lacks("title", "Give the study its title.");
        if (string.IsNullOrWhiteSpace(Innovation) || string.IsNullOrWhiteSpace(Version)) yield return Lacks("version", "Name the innovation and version it is about.");
        if (string.IsNullOrWhiteSpace(Source)) yield return Lacks("source", "Say where the study can be found.");
        if (string.IsNullOrWhiteSpace(Licence)) yield return Lacks("licence", "Say under which terms its results may be used.");
        if (Arms.Length < 2 || Arms.Count(arm => arm.Comparison) != 1) yield return Lacks("arms", "Name its groups, exactly one of them the comparison.");
        if (Outcomes.IsEmpty) yield return Lacks("outcome", "Name what it measured.");
        foreach (var outcome in Outcomes)
        {
            if (outcome.Fault() is { } fault) yield return Lacks("outcome", fault);
        }

        if (MinimumCellSize < 1) yield return Lacks("minimum-cell-size", "The smallest class that may be recorded has at least one pupil.");

        static Missing Lacks(string code, string sentence) => new(code, sentence, Researcher);
    }
}

/// <summary>A reviewer's word on whether a study belongs in a pool.</summary>
/// <param name="DatasetSha256">The cells the reviewer looked at.</param>
public sealed record PoolWord(bool In, string? DatasetSha256, string By, string Why);

/// <summary>What can be asked of an <see cref="ExternalStudy"/>.</summary>
public abstract record StudyCommand : ICommand<ExternalStudy>;

/// <summary>Puts a study on record, or describes it better.</summary>
public sealed record DescribeStudy(StudyDescription About) : StudyCommand;

public sealed record ImportStudyCells(ImportBatch Batch, ImmutableArray<Cell> Cells) : StudyCommand;

public sealed record RevertStudyBatch(string Batch) : StudyCommand;

/// <summary>Lets the study count in the pool of its version; the reason is kept.</summary>
/// <param name="DatasetSha256">The cells the reviewer looked at.</param>
public sealed record TakeIntoPool(string DatasetSha256) : StudyCommand;

public sealed record LeaveOutOfPool : StudyCommand;

/// <summary>What has happened to an <see cref="ExternalStudy"/>.</summary>
[JsonDerivedType(typeof(StudyDescribed), "study-described")]
[JsonDerivedType(typeof(StudyCellsImported), "study-cells-imported")]
[JsonDerivedType(typeof(StudyBatchReverted), "study-batch-reverted")]
[JsonDerivedType(typeof(StudyTakenIntoPool), "study-taken-into-pool")]
[JsonDerivedType(typeof(StudyLeftOut), "study-left-out")]
public abstract record StudyEvent : IEvent<ExternalStudy>;

public sealed record StudyDescribed(StudyDescription About) : StudyEvent;

public sealed record StudyCellsImported(ImportBatch Batch, int CellCount, string CellsSha256) : StudyEvent, ICarriesCells<ExternalStudy>
{
    [JsonIgnore] public ImmutableArray<Cell> Cells { get; init; } = [];

    public IEvent<ExternalStudy> WithCells(ImmutableArray<Cell> cells) => this with { Cells = cells };

    public static StudyCellsImported Of(ImportBatch batch, ImmutableArray<Cell> cells) => new(batch, cells.Length, CellRows.Sha256(cells)) { Cells = cells };
}

public sealed record StudyBatchReverted(string Batch) : StudyEvent;

public sealed record StudyTakenIntoPool(string DatasetSha256) : StudyEvent;

public sealed record StudyLeftOut : StudyEvent;
