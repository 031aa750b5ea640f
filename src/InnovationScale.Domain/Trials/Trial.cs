using System.Collections.Immutable;
using System.Diagnostics;

namespace InnovationScale.Trials;

/// <summary>
/// A fair comparison: a plan dated before its results, schools that take part, and cells that are recorded, checked by a second person,
/// and closed by two. Rules in the order of a trial's life; who may ask what, and when, is the table in <see cref="TrialSteps"/>.
/// </summary>
public sealed record Trial : IAggregate<Trial, TrialCommand, TrialEvent>, IBelongs
{
    public static string Kind => "trial";

    public static Trial New { get; } = new();

    public static int FoldVersion => 9;

    public TrialState State { get; init; }

    public string Title { get; init; } = "";

    public string Innovation { get; init; } = "";

    /// <summary>The version of the innovation under trial.</summary>
    public string Version { get; init; } = "";

    /// <summary>The pilot that leads the trial; null when none does.</summary>
    public string? Pilot { get; init; }

    public Preset Preset { get; init; }

    public Registration Plan { get; init; } = new();

    /// <summary>Where the person who drafted it held the role: the organisation that answers for it.</summary>
    public string Home { get; init; } = "";

    public string DraftedBy { get; init; } = "";

    public string? SubmittedBy { get; init; }

    public DateTimeOffset? RegisteredAt { get; init; }

    public ImmutableArray<Site> Sites { get; init; } = [];

    /// <summary>The seed of the lots, revealed when they were drawn; null before.</summary>
    public string? Seed { get; init; }

    /// <summary>Which class or school was put into which group by lot; empty until lots are drawn, and for ever where pupils are.</summary>
    public ImmutableArray<DrawnLot> Lots { get; init; } = [];

    /// <summary>The hash of the sorted list that lots were drawn from.</summary>
    public string? LotsSha256 { get; init; }

    /// <summary>How many were drawn into each group.</summary>
    public ImmutableSortedDictionary<string, int> LotCounts { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Since then the primary outcome, the arms and the analysis stand for ever, even if that first cell was voided later.</summary>
    public DateTimeOffset? FirstObservationAt { get; init; }

    public CellBook Cells { get; init; } = CellBook.Empty;

    public ImmutableDictionary<string, Batch> Batches { get; init; } = ImmutableDictionary<string, Batch>.Empty;

    /// <summary>Batch ids by the hash of their file, reverted ones left out.</summary>
    public ImmutableDictionary<string, string> BatchesByFile { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableArray<Gap> Gaps { get; init; } = [];

    /// <summary>What it took to try it; null until somebody says.</summary>
    public TrialCosts? Costs { get; init; }

    /// <summary>The log of what schools delivered, a week of a school and group once.</summary>
    public ImmutableArray<WeekDelivered> Delivered { get; init; } = [];

    /// <summary>What happened that nobody wanted, in the words on record: empty where none was seen, null where nobody has said.</summary>
    public ImmutableArray<string>? Unwanted { get; init; }

    public ImmutableArray<Amendment> Amendments { get; init; } = [];

    public ImmutableArray<Deviation> Deviations { get; init; } = [];

    public ProposedLock? ProposedLock { get; init; }

    /// <summary>The hash of the closed results; null while they are open.</summary>
    public string? LockedSha256 { get; init; }

    public ProposedUnlock? ProposedUnlock { get; init; }

    /// <summary>Hashes that were locked once and opened again: evaluations on them are superseded.</summary>
    public ImmutableArray<string> OpenedAgain { get; init; } = [];

    /// <summary>How many pupils of each school and group were measured on the primary outcome, each time results were closed.</summary>
    public ImmutableArray<ImmutableArray<SchoolCount>> CountsWhenClosed { get; init; } = [];

    /// <summary>Why it ended early; null when it did not.</summary>
    public string? StopReason { get; init; }

    public string? Evaluation { get; init; }

    public string? Report { get; init; }

    public IEnumerable<string> Homes(string id) => [Home];

    public IEnumerable<string> Schools => Sites.Select(site => site.School);

    public IEnumerable<string> Workers => [DraftedBy];

    /// <summary>Closed results accept no write by any path.</summary>
    public bool IsLocked => LockedSha256 is not null;

    public Decision<TrialEvent> Decide(TrialCommand command, Stamp stamp)
    {
        if (IsLocked && command is RecordCell or ImportCells or VerifyCells or VerifyBatch or CorrectCell or VoidCell or RevertBatch or ExplainMissing or TellCosts or LogDose or TellUnwanted)
            return DataAreLocked;
        if (TrialSteps.Table.Refuse(command, State, stamp) is { } refusal) return refusal;
        return command switch
        {
            DraftTrial draft => Draft(draft),
            ReviseTrial revise => new TrialRevised(revise.Title, revise.Plan),
            SubmitTrial => Submit(),
            ReturnTrial => new TrialReturned(),
            RegisterTrial => Register(stamp),
            AmendTrial amend => Amend(amend, stamp),
            ReportDeviation deviation => Deviate(deviation),
            AddSite site => Add(site),
            SiteLeaves site => Leave(site),
            DrawLots draw => Draw(draw),
            StartRecruiting => Recruit(),
            StartFieldwork start => Start(start),
            RecordCell record => Record(record),
            ImportCells import => Import(import),
            VerifyCells verify => Verify(verify, stamp),
            VerifyBatch verify => Verify(verify, stamp),
            CorrectCell correct => Correct(correct),
            VoidCell remove => Void(remove),
            RevertBatch revert => Revert(revert),
            ExplainMissing gap => Explain(gap),
            TellCosts tell => tell.Costs.Fault() is { } unclear ? unclear : new CostsTold(tell.Costs),
            LogDose log => Log(log.Delivered),
            TellUnwanted tell => Tell(tell),
            ProposeLock propose => Propose(propose, stamp),
            ConfirmLock confirm => Confirm(confirm, stamp),
            ProposeUnlock => new UnlockProposed(),
            ConfirmUnlock => Unlock(stamp),
            MarkAnalysed analysed => Analyse(analysed),
            ReportTrial report => Tell(report),
            StopTrial => new TrialStopped(),
            WithdrawTrial => new TrialWithdrawn(),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
        };
    }

    public Trial Evolve(TrialEvent happened, Stamp stamp) => happened switch
    {
        TrialDrafted e => this with
        {
            State = TrialState.Draft, Title = e.Title, Innovation = e.Innovation, Version = e.Version, Pilot = e.Pilot, Preset = e.Preset, Plan = e.Plan,
            Home = stamp.Role.In, DraftedBy = stamp.Actor,
        },
        TrialRevised e => this with { Title = e.Title, Plan = e.Plan },
        TrialSubmitted => this with { State = TrialState.Submitted, SubmittedBy = stamp.Actor },
        TrialReturned => this with { State = TrialState.Draft, SubmittedBy = null },
        TrialRegistered => this with { State = TrialState.Registered, RegisteredAt = stamp.At },
        ProtocolAmended e => this with
        {
            Plan = e.Plan, Amendments = Amendments.Add(new(stamp.At, stamp.Actor, stamp.Reason ?? "", e.Plan.DataStatus, e.Changes)),
        },
        DeviationRecorded e => this with
        {
            Plan = e.Plan ?? Plan, Deviations = Deviations.Add(new(stamp.At, e.What, e.Changes)),
        },
        SiteAdded e => this with { Sites = Sites.Add(new(e.School, e.Pilot, e.Arm, e.Joined)) },
        SiteLeft e => this with { Sites = [.. Sites.Select(site => site.School == e.School ? site with { Left = e.Left, Why = stamp.Reason } : site)] },
        LotsDrawn e => Put(e.Lots) with { Seed = e.Seed, LotsSha256 = e.UnitsSha256, LotCounts = e.Counts },
        RecruitingStarted => this with { State = TrialState.Recruiting },
        FieldworkStarted => this with { State = TrialState.InField },
        CellRecorded e => Keep(e.Cells, stamp, batch: null),
        CellsImported e => Keep(e.Cells, stamp, e.Batch.Id) with
        {
            Batches = Batches.Add(e.Batch.Id, new(e.Batch, e.CellCount, stamp.Actor, stamp.At)),
            BatchesByFile = BatchesByFile.SetItem(e.Batch.FileSha256, e.Batch.Id),
        },
        CellsVerified e => this with { Cells = Cells.WithAll(e.Places.Select(place => Checked(Cells.At(place)!, stamp))) },
        BatchVerified e => this with { Cells = Cells.WithAll(Checkable(e.Batch, stamp).Select(held => Checked(held, stamp))) },
        CellCorrected e => With(Cells.With(new(e.Cells[0], stamp.Actor, Batch: Cells.At(e.Cells[0].Key)!.Batch))),
        CellVoided e => With(Cells.Without(e.Place)),
        BatchReverted e => With(OfBatch(e.Batch).Aggregate(Cells, (book, held) => book.Without(held.Cell.Key))) with
        {
            Batches = Batches.SetItem(e.Batch, Batches[e.Batch] with { Reverted = stamp.Reason }),
            BatchesByFile = BatchesByFile.Remove(Batches[e.Batch].Import.FileSha256),
        },
        MissingExplained e => this with { Gaps = Gaps.Add(new(e.School, e.Arm, stamp.Reason ?? "")) },
        // Two people close results with what they cost, what was delivered and what nobody wanted.
        CostsTold e => this with { Costs = e.Costs, ProposedLock = null },
        DoseLogged e => this with { Delivered = [.. Delivered.Where(week => !week.SamePlace(e.Delivered)), e.Delivered], ProposedLock = null },
        // What one school has seen no other takes back by having seen none.
        UnwantedTold e => this with { Unwanted = [.. (Unwanted ?? []).Union(e.Effects, StringComparer.Ordinal)], ProposedLock = null },
        LockProposed e => this with { ProposedLock = new(e.DatasetSha256, stamp.Actor, stamp.Role.Role, e.OutsideTheTeam) },
        ResultsLocked e => this with
        {
            State = TrialState.DataLocked, LockedSha256 = e.DatasetSha256, ProposedLock = null, ProposedUnlock = null, CountsWhenClosed = CountsWhenClosed.Add(SchoolCount.Of(this)),
        },
        UnlockProposed => this with { ProposedUnlock = new(stamp.Actor, stamp.Role.Role) },
        ResultsUnlocked e => this with
        {
            State = StopReason is null ? TrialState.InField : TrialState.Stopped,
            LockedSha256 = null, ProposedUnlock = null, Evaluation = null, Report = null, OpenedAgain = OpenedAgain.Add(e.DatasetSha256),
        },
        TrialAnalysed e => this with { State = TrialState.Analysed, Evaluation = e.Evaluation },
        TrialReported e => this with { State = TrialState.Reported, Report = e.Report },
        TrialStopped => this with { State = TrialState.Stopped, StopReason = stamp.Reason },
        TrialWithdrawn => this with { State = TrialState.Withdrawn },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    // The plan

    private static Decision<TrialEvent> Draft(DraftTrial draft)
    {
        if (draft.Preset is Preset.Light)
            return new Refusal("trial-needs-standard", "A light pilot learns by enquiry. Move it up to standard or rigorous to run a trial.");
        if (string.IsNullOrWhiteSpace(draft.Innovation) || string.IsNullOrWhiteSpace(draft.Version))
            return Refusal.Invalid("trial-of-nothing", "A trial names the innovation and the version it tries.");

        return new TrialDrafted(draft.Title, draft.Innovation, draft.Version, draft.Pilot, draft.Preset, draft.Plan);
    }

    private Decision<TrialEvent> Submit()
    {
        ImmutableArray<Missing> missing = [.. Plan.StillMissing(), .. MissingTitle()];
        return missing.IsEmpty ? new TrialSubmitted() : NotYet("trial-plan-incomplete", "draft-to-submitted", "The plan is not complete yet.", missing);

        IEnumerable<Missing> MissingTitle()
        {
            if (string.IsNullOrWhiteSpace(Title)) yield return new("title", "Give the trial a title.", Role.Researcher);
        }
    }

    private Decision<TrialEvent> Register(Stamp stamp) => SubmittedBy == stamp.Actor
        ? Refusal.NotAllowed("trial-own-submission", "Somebody other than the person who submitted the plan registers it.")
        : new TrialRegistered();

    private Decision<TrialEvent> Amend(AmendTrial amend, Stamp stamp)
    {
        var changes = Registration.Changes(Plan, amend.Plan);
        if (changes.IsEmpty) return Refusal.Invalid("amendment-empty", "Nothing in this plan differs from the registered one.");
        ImmutableArray<Missing> missing = [.. amend.Plan.StillMissing()];
        if (!missing.IsEmpty) return NotYet("trial-plan-incomplete", "amendment", "The amended plan is not complete.", missing);
        if (!Delivered.IsEmpty && changes.Any(change => change.Field is "dose"))
            return new Refusal("dose-fixed", "Schools have logged what they delivered: how much was planned, what counts, and from which share of it on a school did as planned stay as registered.");
        if (FirstObservationAt is null)
        {
            return (!Sites.IsEmpty || Seed is not null) && changes.Any(change => Registration.FixedByTheFirstSchool.Contains(change.Field))
                ? new Refusal("allocation-fixed", "Schools take part or lots are drawn: the groups, the seal of the seed, and how it is decided who is in which group stay as registered.")
                : new ProtocolAmended(amend.Plan, changes);
        }

        if (changes.FirstOrDefault(change => Registration.FixedByTheFirstObservation.Contains(change.Field)) is not null)
        {
            return new Refusal("plan-fixed-by-observation",
                $"Results exist since {FirstObservationAt:yyyy-MM-dd}: the primary outcome, the groups, who is in them and the planned analysis stay as registered.");
        }

        if (Plan.Secondary.Except(amend.Plan.Secondary).Any())
            return new Refusal("outcome-withdrawn", "An outcome registered before the results is reported, whatever it shows. It can be added to, not taken away.");

        return new DeviationRecorded(stamp.Reason!, amend.Plan) { Changes = changes };
    }

    private static Decision<TrialEvent> Deviate(ReportDeviation deviation) => string.IsNullOrWhiteSpace(deviation.What)
        ? Refusal.Invalid("deviation-empty", "Say where the trial left its plan.")
        : new DeviationRecorded(deviation.What);

    // Schools

    private Decision<TrialEvent> Add(AddSite site)
    {
        if (string.IsNullOrWhiteSpace(site.School)) return Refusal.Invalid("site-unnamed", "Name the school.");
        if (Sites.Any(known => known.School == site.School)) return new Refusal("site-known", "This school takes part already.");
        if (site.Arm is not null && Plan.Arms.All(arm => arm.Name != site.Arm))
            return Refusal.Invalid("site-arm", $"The plan has no group named “{site.Arm}”.");

        if (site.Arm is not null && LotOf(site.School) is { } drawn && drawn != site.Arm) return NotAsDrawn(site.School, drawn);

        return new SiteAdded(site.School, site.Pilot, site.Arm, site.Joined);
    }

    private Decision<TrialEvent> Draw(DrawLots draw)
    {
        if (Seed is not null) return new Refusal("lots-drawn-already", "The lots are drawn: they are not drawn again until they please.");
        if (Plan.Allocation?.SeedSha256 is not { } seal) return new Refusal("lots-not-sealed", "The plan names no hash of a seed, so nobody could check these lots.");
        if (!string.Equals(seal, Trials.Lots.SealOf(draw.Seed), StringComparison.OrdinalIgnoreCase))
            return Refusal.Invalid("seed-not-the-sealed-one", "The SHA-256 of this seed is not the one in the dated plan.");
        ImmutableArray<string> units = [.. draw.Units.Select(unit => unit.Trim()).Where(unit => unit.Length > 0)];
        if (units.Length < 2 || units.Distinct(StringComparer.Ordinal).Count() != units.Length) return Refusal.Invalid("lots-of-nothing", "Name at least two to be put into groups, each of them once.");
        if (units.FirstOrDefault(unit => !IsUnit(unit)) is { } stranger)
        {
            return Plan.UnitOfAssignment is UnitOfAssignment.Pupil
                ? Refusal.Invalid("lots-outside-schools", "Lots are drawn within each school: write every pupil as school/pupil, with a school of this trial. Add a missing school first.")
                : Refusal.Invalid("lots-of-strangers", $"“{stranger}” is not what the plan puts into groups: name schools of this trial, or classes of theirs as school/class. Add a missing school first.");
        }

        var lots = Trials.Lots.Draw(draw.Seed, units, Plan.Turns(), unit => Plan.Design is TrialDesign.MultisiteRandomised ? unit.Split('/')[0] : "");
        return Sites.FirstOrDefault(site => site.Arm is not null && lots.FirstOrDefault(lot => lot.Unit == site.School)?.Arm is { } drawn && drawn != site.Arm) is { } stray
            ? NotAsDrawn(stray.School, lots.First(lot => lot.Unit == stray.School).Arm)
            : new LotsDrawn(draw.Seed, Trials.Lots.Method, Plan.UnitOfAssignment is UnitOfAssignment.Pupil ? [] : lots)
            {
                UnitsSha256 = Trials.Lots.HashOf(units), Counts = lots.CountBy(lot => lot.Arm, StringComparer.Ordinal).ToImmutableSortedDictionary(StringComparer.Ordinal),
            };
    }

    /// <summary>Anything may be a pupil's code; schools are those of the trial, and so are the schools of its classes and of pupils who are drawn within them.</summary>
    private bool IsUnit(string unit) => (Plan.UnitOfAssignment, Plan.Design) switch
    {
        (UnitOfAssignment.School, _) => Sites.Any(site => site.School == unit),
        (UnitOfAssignment.Class, _) or (_, TrialDesign.MultisiteRandomised) => Sites.Any(site => unit.Length > site.School.Length + 1 && unit.StartsWith($"{site.School}/", StringComparison.Ordinal)),
        _ => true,
    };

    /// <summary>A school that was drawn is in its group as a whole. Of pupils nothing is held, whatever an earlier release wrote down.</summary>
    private Trial Put(ImmutableArray<DrawnLot> lots) => Plan.UnitOfAssignment is UnitOfAssignment.Pupil ? this : this with
    {
        Lots = lots, Sites = [.. Sites.Select(site => site with { Arm = site.Arm ?? lots.FirstOrDefault(lot => lot.Unit == site.School)?.Arm })],
    };

    private string? LotOf(string unit) => Lots.FirstOrDefault(lot => lot.Unit == unit)?.Arm;

    private static Refusal NotAsDrawn(string unit, string drawn) => Refusal.Invalid("not-as-drawn", $"The lot put {unit} into the group “{drawn}”.");

    private Decision<TrialEvent> Leave(SiteLeaves site) => Sites.FirstOrDefault(known => known.School == site.School) switch
    {
        null => Refusal.NotFound("site-unknown", "This school does not take part."),
        { Left: not null } => new Refusal("site-left-already", "This school has left already."),
        var known when site.Left < known.Joined => Refusal.Invalid("site-left-before-joining", "A school cannot leave before it joined."),
        _ => new SiteLeft(site.School, site.Left),
    };

    private Decision<TrialEvent> Recruit() => Sites.IsEmpty
        ? NotYet("trial-without-sites", "registered-to-recruiting", "Recruiting needs a school.",
            [new("site", "Add the first school that takes part.", Role.Researcher)])
        : new RecruitingStarted();

    private Decision<TrialEvent> Start(StartFieldwork start)
    {
        ImmutableArray<Missing> missing = [.. NotPermitted(start.Permission), .. EmptyArms()];
        return missing.IsEmpty
            ? new FieldworkStarted(start.Permission)
            : NotYet("fieldwork-not-permitted", "recruiting-to-field", "Fieldwork cannot begin yet.", missing);

        IEnumerable<Missing> EmptyArms() => Sites.Any(site => site.Arm is null)
            ? []
            : Plan.Arms.Where(arm => Sites.All(site => site.Arm != arm.Name))
                .Select(arm => new Missing("empty-arm", $"Nobody is in the group “{arm.Name}” yet.", Role.Researcher));
    }

    private static IEnumerable<Missing> NotPermitted(FieldPermission permission)
    {
        if (permission.EthicsDecision is null)
            yield return new("ethics", "An ethics approval or exemption that is live today.", Role.SafeguardingLead);
        if (permission.Consent is null) yield return new("consent", "The basis on which families and pupils agreed.", Role.SchoolLead);
        if (permission.HeldForSafeguarding) yield return new("safeguarding", "A safeguarding incident is open; it is resolved first.", Role.SafeguardingLead);
    }

    // Cells

    private Decision<TrialEvent> Record(RecordCell record)
    {
        if (Forbidden(record.Permission) is { } refusal) return refusal;
        if (Fault(record.Cell) is { } fault) return fault;
        if (Cells.At(record.Cell.Key) is not null) return Occupied(record.Cell);
        return Revealing(Cells.With(new(record.Cell, "")), [record.Cell]) is { } reveals ? reveals : CellRecorded.Of(record.Cell);
    }

    private Decision<TrialEvent> Import(ImportCells import)
    {
        if (Forbidden(import.Permission) is { } refusal) return refusal;
        if (import.Cells.IsEmpty) return Refusal.Invalid("batch-empty", "The file holds no result that could be kept.");
        if (Batches.ContainsKey(import.Batch.Id)) return new Refusal("batch-known", "An upload with this id has been recorded already.");
        if (BatchesByFile.TryGetValue(import.Batch.FileSha256, out var earlier))
        {
            return new Refusal("file-known", $"This very file was uploaded before, as batch {earlier}. To replace it, revert that batch first.");
        }

        var faults = new List<Missing>();
        var places = new HashSet<CellKey>();
        foreach (var cell in import.Cells)
        {
            var fault = Fault(cell) ?? (Cells.At(cell.Key) is not null || !places.Add(cell.Key) ? Occupied(cell) : null);
            if (fault is not null && faults.Count < FaultsShown) faults.Add(Missing.Of(fault, Role.DataSteward));
        }

        if (faults.Count > 0)
            return new Refusal("batch-refused", "Nothing was recorded: some of the file's results cannot be kept.") { Kind = RefusalKind.Invalid, Missing = [.. faults] };

        return Revealing(Cells.WithAll(import.Cells.Select(cell => new HeldCell(cell, "", Batch: import.Batch.Id))), import.Cells) is { } reveals ? reveals : CellsImported.Of(import.Batch, import.Cells);
    }

    private const int FaultsShown = 50;

    private static Refusal? Forbidden(FieldPermission permission)
    {
        ImmutableArray<Missing> missing = [.. NotPermitted(permission)];
        return missing.IsEmpty ? null : NotYet("observation-not-permitted", "observation", "Nothing may be observed at the moment.", missing);
    }

    private Refusal? Fault(Cell cell)
    {
        var outcome = Plan.Outcomes().FirstOrDefault(outcome => outcome.Measure == cell.Measure && (outcome.Wave == cell.Wave || outcome.BaselineWave == cell.Wave));
        if (outcome is null) return Refusal.Invalid("cell-outcome", $"{cell.Key}: the plan has no outcome “{cell.Measure}” at “{cell.Wave}”.");
        if (Plan.Arms.All(arm => arm.Name != cell.Arm)) return Refusal.Invalid("cell-arm", $"{cell.Key}: the plan has no group named “{cell.Arm}”.");
        if (Sites.FirstOrDefault(site => site.School == cell.School) is not { } school)
            return Refusal.Invalid("cell-school", $"{cell.Key}: this school does not take part. Add it as a site first.");
        if ((LotOf($"{cell.School}/{cell.Class}") ?? LotOf(cell.School)) is { } drawn && drawn != cell.Arm) return NotAsDrawn($"{cell.School}/{cell.Class}", drawn);
        if (school.Arm is not null && school.Arm != cell.Arm)
            return Refusal.Invalid("cell-arm", $"{cell.Key}: this school is in the group “{school.Arm}”.");
        if (cell.Subgroup.Length > 0 && !Plan.Subgroups.Contains(cell.Subgroup))
            return Refusal.Invalid("cell-subgroup", $"{cell.Key}: “{cell.Subgroup}” is not a registered subgroup.");

        return CellRules.Refuse(cell, outcome, Plan.MinimumCellSize);
    }

    private static Refusal Occupied(Cell cell) =>
        new("cell-known", $"{cell.Key}: a result is recorded here already. Correct it, with a reason, instead of recording it again.");

    /// <summary>Everybody less a subgroup is a subgroup too, and so are those who gave no answer: what is left over must not be small enough to recover single scores.</summary>
    private Refusal? Revealing(CellBook book, ImmutableArray<Cell> added)
    {
        if (added.Select(cell => BaselineReveals(book, cell)).FirstOrDefault(reveals => reveals is not null) is { } baseline) return baseline;
        if (Plan.Subgroups.IsEmpty) return null;
        foreach (var at in added.Select(cell => cell.Key with { Class = "", Subgroup = "" }).Distinct())
        {
            var everybody = book.In(at.School, at.Arm, at.Measure, at.Wave);
            if (everybody.Cells == 0) continue;
            foreach (var question in Plan.Subgroups.GroupBy(subgroup => subgroup.Split(':', 2)[0], StringComparer.Ordinal))
            {
                var answers = question.Select(subgroup => (Subgroup: subgroup, Flow: book.In(at.School, at.Arm, at.Measure, at.Wave, subgroup))).Where(answer => answer.Flow.Cells > 0).ToArray();
                foreach (var (subgroup, part) in answers)
                {
                    if (LeftOver(everybody, part) is { } rest)
                    {
                        return Refusal.Invalid("subgroup-reveals",
                            $"{at.School}, {at.Arm}: everybody less “{subgroup}” leaves {rest} pupils, so that single scores could be worked out. Leave this subgroup out for this school.");
                    }
                }

                if (answers.Length > 1 && LeftOver(everybody, answers.Aggregate(Flow.None, (sum, answer) => sum.Plus(answer.Flow, 1))) is { } silent)
                {
                    return Refusal.Invalid("subgroup-reveals",
                        $"{at.School}, {at.Arm}: {silent} pupils gave no answer to “{question.Key}”, so that their scores could be worked out. Leave this question out for this school.");
                }
            }
        }

        return null;
    }

    /// <summary>How many are left over, where they are too few: of those measured, those with a score before, or those with both.</summary>
    private long? LeftOver(Flow everybody, Flow part) =>
        ((long[])[everybody.Measured - part.Measured, part.Before == 0 ? 0 : everybody.Before - part.Before, part.Both == 0 ? 0 : everybody.Both - part.Both])
            .Where(rest => rest > 0 && rest < Plan.MinimumCellSize).Select(rest => (long?)rest).FirstOrDefault();

    /// <summary>Scores before the start may come as results of their own and once more beside the outcome: of nearly the same pupils, the others' could be worked out.</summary>
    private Refusal? BaselineReveals(CellBook book, Cell cell)
    {
        foreach (var outcome in Plan.Outcomes().Where(outcome => outcome.Measure == cell.Measure && outcome.BaselineWave is not null && (outcome.Wave == cell.Wave || outcome.BaselineWave == cell.Wave)))
        {
            if (book.At(cell.Key with { Wave = outcome.BaselineWave! }) is not { Cell.Outcome.N: var before } || book.At(cell.Key with { Wave = outcome.Wave }) is not { Cell: var result }) continue;
            foreach (var beside in (long[])[result.Baseline.N, result.Matched.N])
            {
                if (beside > 0 && Math.Abs(before - beside) is var apart && apart > 0 && apart < Plan.MinimumCellSize)
                {
                    return Refusal.Invalid("baseline-reveals",
                        $"{result.Key}: {before} pupils have a score at “{outcome.BaselineWave}” and {beside} beside the result; so near to each other, single scores could be worked out. Send the scores before the start in one of the two ways.");
                }
            }
        }

        return null;
    }

    private Decision<TrialEvent> Verify(VerifyCells verify, Stamp stamp)
    {
        if (verify.Places.IsEmpty) return Refusal.Invalid("nothing-to-verify", "Name the results that were checked.");
        foreach (var place in verify.Places)
        {
            if (Cells.At(place) is not { } held) return NoCell(place);
            if (held.RecordedBy == stamp.Actor) return OwnRecord;
            if (held.VerifiedBy is not null) return new Refusal("cell-verified-already", $"{place} was checked already.");
        }

        return new CellsVerified([.. verify.Places.Distinct()]);
    }

    private Decision<TrialEvent> Verify(VerifyBatch verify, Stamp stamp)
    {
        if (!Batches.TryGetValue(verify.Batch, out var batch) || batch.Reverted is not null) return NoBatch(verify.Batch);
        if (batch.By == stamp.Actor) return OwnRecord;
        return Checkable(verify.Batch, stamp).Any()
            ? new BatchVerified(verify.Batch)
            : new Refusal("nothing-to-verify", "Every result of this upload has been checked, or was corrected by you and waits for somebody else.");
    }

    private Decision<TrialEvent> Correct(CorrectCell correct)
    {
        if (Cells.At(correct.Cell.Key) is not { } held) return NoCell(correct.Cell.Key);
        if (correct.ReasonCode is CorrectionReason.Other && string.IsNullOrWhiteSpace(correct.Text))
            return Refusal.Invalid("correction-text", "Say in words why the result is corrected.");
        if (Fault(correct.Cell) is { } fault) return fault;
        var (was, now) = (CellRows.Sha256([held.Cell]), CellRows.Sha256([correct.Cell]));
        if (was == now) return Refusal.Invalid("correction-empty", $"{correct.Cell.Key}: this is what is recorded already.");
        if (Revealing(Cells.With(held with { Cell = correct.Cell }), [correct.Cell]) is { } reveals) return reveals;

        return new CellCorrected(correct.ReasonCode, correct.Text, was, held.Cell.Outcome.N, now) { Cells = [correct.Cell] };
    }

    private Decision<TrialEvent> Void(VoidCell remove) => Cells.At(remove.Place) is null ? NoCell(remove.Place) : new CellVoided(remove.Place);

    private Decision<TrialEvent> Revert(RevertBatch revert) => Batches.TryGetValue(revert.Batch, out var batch) && batch.Reverted is null
        ? new BatchReverted(revert.Batch, OfBatch(revert.Batch).Count())
        : NoBatch(revert.Batch);

    private Decision<TrialEvent> Explain(ExplainMissing gap)
    {
        if (Sites.All(site => site.School != gap.School)) return Refusal.NotFound("site-unknown", "This school does not take part.");
        if (Plan.Arms.All(arm => arm.Name != gap.Arm)) return Refusal.Invalid("site-arm", $"The plan has no group named “{gap.Arm}”.");
        return Gaps.Any(known => known.School == gap.School && known.Arm == gap.Arm)
            ? new Refusal("gap-known", "The reason is on record already.")
            : new MissingExplained(gap.School, gap.Arm);
    }

    private Decision<TrialEvent> Log(WeekDelivered week)
    {
        if (Plan.Dose is not { } dose) return new Refusal("dose-not-planned", "The plan does not say how much of it was to be delivered, so nothing tells whether this was as planned.");
        if (Sites.FirstOrDefault(site => site.School == week.School) is not { } site) return Refusal.NotFound("site-unknown", "This school does not take part.");
        if (!Tries(site, week.Arm))
            return Refusal.Invalid("dose-group", $"“{week.Arm}” is no group of this school that tries it. What the others got is not logged here.");
        return week is { Week: > 0, Minutes: >= 0 and <= WeekDelivered.MinutesMost } && week.Week <= dose.Weeks
            ? new DoseLogged(week)
            : Refusal.Invalid("dose-unclear", $"The plan has {dose.Weeks} weeks: give one of them by its number, and the minutes that counted in it, 0 where none did.");
    }

    private static Decision<TrialEvent> Tell(TellUnwanted tell) => tell.Effects is { IsDefault: false, Length: <= 50 } && tell.Effects.All(effect => effect?.Trim().Length is > 0 and <= 300)
        ? new UnwantedTold([.. tell.Effects.Select(effect => effect.Trim())])
        : Refusal.Invalid("unwanted-unclear", "Say each unwanted effect in at most 300 letters, at most 50 of them, or say that there was none.");

    /// <summary>The school, or a class of it, is in this group, which is not the comparison. Where lots are not drawn yet every group may be in it.</summary>
    public bool Tries(Site site, string arm)
    {
        if (Plan.Treated().All(treated => treated.Name != arm) || (site.Arm ?? arm) != arm) return false;
        var drawn = Lots.Where(lot => lot.Unit.StartsWith($"{site.School}/", StringComparison.Ordinal)).ToArray();
        return drawn is [] || drawn.Any(lot => lot.Arm == arm);
    }

    private static Refusal NoCell(CellKey place) => Refusal.NotFound("cell-unknown", $"{place}: no result is recorded here.");

    private static Refusal NoBatch(string batch) => Refusal.NotFound("batch-unknown", $"There is no upload {batch} that stands.");

    private static Refusal OwnRecord { get; } =
        Refusal.NotAllowed("cell-own-record", "Results are checked by somebody other than the person who recorded them.");

    private static Refusal DataAreLocked { get; } =
        new("data-locked", "The results are closed and nobody can change them. An auditor and an evaluator together can open them, with a reason.");

    private IEnumerable<HeldCell> OfBatch(string batch) => Cells.Held.Where(held => held.Batch == batch);

    private IEnumerable<HeldCell> Checkable(string batch, Stamp stamp) => OfBatch(batch).Where(held => held.VerifiedBy is null && held.RecordedBy != stamp.Actor);

    private static HeldCell Checked(HeldCell held, Stamp stamp) => held with { VerifiedBy = stamp.Actor };

    private Trial Keep(ImmutableArray<Cell> cells, Stamp stamp, string? batch) =>
        With(Cells.WithAll(cells.Select(cell => new HeldCell(cell, stamp.Actor, Batch: batch)))) with { FirstObservationAt = FirstObservationAt ?? stamp.At };

    /// <summary>A proposal to lock is about the cells as they were; any change of a cell takes it back.</summary>
    private Trial With(CellBook cells) => this with { Cells = cells, ProposedLock = null };

    // The lock

    private Decision<TrialEvent> Propose(ProposeLock propose, Stamp stamp)
    {
        if (WrongRoleForLock(Role.DataSteward, stamp) is { } refusal) return refusal;
        ImmutableArray<Missing> missing = [.. StillOpen()];
        return missing.IsEmpty
            ? new LockProposed(Cells.Sha256(), Cells.Count, Outside(propose.Team, stamp))
            : NotYet("trial-not-ready-to-lock", "field-to-locked", "The results cannot be closed yet.", missing);
    }

    private Decision<TrialEvent> Confirm(ConfirmLock confirm, Stamp stamp)
    {
        if (ProposedLock is null) return new Refusal("lock-not-proposed", "Nobody has proposed to close the results as they stand now.");
        if (ProposedLock.By == stamp.Actor) return Refusal.NotAllowed("lock-same-person", "Two people close the results; you are the one who proposed it.");
        if (WrongRoleForLock(Role.Researcher, stamp) is { } refusal) return refusal;
        if (Preset is Preset.Standard && !ProposedLock.OutsideTheTeam && !Outside(confirm.Team, stamp))
            return Refusal.NotAllowed("lock-inside-team", "Of the two people who close the results, at least one is from outside the team.");
        if (confirm.DatasetSha256 != ProposedLock.DatasetSha256)
            return new Refusal("lock-other-data", "The results have changed since you looked at them.") { Kind = RefusalKind.Stale };

        ImmutableArray<Missing> missing = [.. StillOpen()];
        return missing.IsEmpty
            ? new ResultsLocked(ProposedLock.DatasetSha256, Cells.Count)
            : NotYet("trial-not-ready-to-lock", "field-to-locked", "The results cannot be closed yet.", missing);
    }

    private Refusal? WrongRoleForLock(Role needed, Stamp stamp) => Preset is Preset.Rigorous && stamp.Role.Role != needed
        ? Refusal.NotAllowed("lock-role", "A data steward proposes to close the results and a researcher confirms it.")
        : null;

    private static bool Outside(ImmutableArray<string> team, Stamp stamp) => !team.IsEmpty && !team.Contains(stamp.Actor);

    /// <summary>What keeps the results open: gaps nobody explained, pupils nobody accounts for, cells nobody checked.</summary>
    private IEnumerable<Missing> StillOpen()
    {
        if (Cells.IsEmpty) yield return new("cells", "There is no result to close.", Role.DataSteward);
        var primary = Plan.Primary!;
        foreach (var (site, arm) in Planned())
        {
            if (Cells.In(site.School, arm, primary.Measure, primary.Wave).Cells == 0 && Gaps.All(gap => gap.School != site.School || gap.Arm != arm))
                yield return new("primary-result", $"{site.School}, {arm}: record the primary result, or say why it is missing.", Role.DataSteward);
        }

        foreach (var arm in Plan.Arms)
        {
            if (Cells.InArm(arm.Name, primary.Measure, primary.Wave) is { Cells: > 0, Reconciles: false } flow)
            {
                yield return new("flow", flow.Unsaid > 0
                    ? $"{arm.Name}: {flow.Unsaid} results do not say how many pupils were in the class at the start."
                    : $"{arm.Name}: {flow.Allocated} pupils at the start, {flow.Measured} measured ({flow.JoinedLate} late) and {flow.Lost} lost do not add up.", Role.DataSteward);
            }
        }

        if (Cells.Unverified > 0) yield return new("verification", $"{Cells.Unverified} results wait for a second person's check.", Role.DataSteward);
    }

    private IEnumerable<(Site Site, string Arm)> Planned() =>
        from site in Sites
        where site.Left is null
        from arm in site.Arm is null ? Plan.Arms.Select(arm => arm.Name) : [site.Arm]
        select (site, arm);

    private Decision<TrialEvent> Unlock(Stamp stamp)
    {
        if (ProposedUnlock is null) return new Refusal("unlock-not-proposed", "Nobody has proposed to open the results.");
        return ProposedUnlock.By == stamp.Actor || ProposedUnlock.Role == stamp.Role.Role
            ? Refusal.NotAllowed("unlock-same-side", "Results are opened by two people: one an auditor, the other an evaluator.")
            : new ResultsUnlocked(LockedSha256!);
    }

    // The end

    private Decision<TrialEvent> Analyse(MarkAnalysed analysed) => new ClosedResults(analysed.SignedOn, analysed.Opened).Stand(LockedSha256, OpenedAgain.Length)
        ? new TrialAnalysed(analysed.Evaluation)
        : NotYet("evaluation-on-other-data", "locked-to-analysed", "The evaluation is not signed on these results.",
            [new("signed-evaluation", "An evaluation signed on the hash of the closed results.", Role.Evaluator)]);

    private static Decision<TrialEvent> Tell(ReportTrial report) => string.IsNullOrWhiteSpace(report.Report)
        ? Refusal.Invalid("report-empty", "Say where the report can be read, or write it.")
        : new TrialReported(report.Report);

    private static Refusal NotYet(string code, string guard, string sentence, ImmutableArray<Missing> missing) => new(code, sentence) { Guard = guard, Missing = missing };
}

/// <summary>A school that takes part.</summary>
/// <param name="Pilot">Its own pilot; null for a school that only compares.</param>
/// <param name="Arm">The group the whole school is in; null when the groups are inside the school.</param>
public sealed record Site(string School, string? Pilot, string? Arm, DateOnly Joined)
{
    public DateOnly? Left { get; init; }

    public string? Why { get; init; }
}

/// <summary>An upload that was recorded.</summary>
/// <param name="Reverted">Why it was taken out again; null while it stands.</param>
public sealed record Batch(ImportBatch Import, int CellCount, string By, DateTimeOffset At, string? Reverted = null);

/// <summary>A planned result that is missing, and why.</summary>
public sealed record Gap(string School, string Arm, string Why);

/// <summary>A change of the registered plan before anybody saw a result.</summary>
public sealed record Amendment(DateTimeOffset At, string By, string Why, DataStatus DataStatus, ImmutableArray<PlanChange> Changes);

/// <summary>Where the trial left its plan after the first observation.</summary>
public sealed record Deviation(DateTimeOffset At, string What, ImmutableArray<PlanChange> Changes);

/// <summary>One person's word that the results can be closed as they stand.</summary>
public sealed record ProposedLock(string DatasetSha256, string By, Role Role, bool OutsideTheTeam);

/// <summary>One person's word that closed results should be opened.</summary>
public sealed record ProposedUnlock(string By, Role Role);
