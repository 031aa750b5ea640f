using System.Collections.Immutable;
using System.Diagnostics;
using static InnovationScale.Role;

namespace InnovationScale.Grants;

/// <summary>
/// Money promised to an organisation and paid in parts, each on conditions that records show. Three people stand between a promise and a payment, everything
/// that money rests on is checked again when it is released, and it ends only when every amount is accounted for. Amounts are in the smallest unit of its one currency.
/// </summary>
public sealed record CatalyticGrant : IAggregate<CatalyticGrant, CatalyticGrantCommand, CatalyticGrantEvent>, IBelongs
{
    private const int TranchesMost = 100, TransfersMost = 1000, ReportsMost = 100;

    public static string Kind => "grant";

    public static int FoldVersion => 2;

    public static CatalyticGrant New { get; } = new();

    /// <summary>Who may ask what of a grant, and when.</summary>
    public static Steps<GrantState> Steps { get; } = new("grant",
        new(typeof(CreateGrant), [GrantState.None], [Role.System]),
        new(typeof(RuleOutGrant), [GrantState.None], [Role.System]),
        new(typeof(PlanGrant), [GrantState.Awarded], [Officer]),
        new(typeof(SignGrant), [GrantState.Awarded], [Officer, Signatory]),
        new(typeof(RequestTranche), Running, [Teacher.At(Relation.Site), Signatory, Researcher.At(Relation.Site), Officer]),
        new(typeof(ApproveTranche), Running, Finance),
        new(typeof(RecordPayment), Paid, Finance),
        new(typeof(RecordFailedPayment), Paid, Finance, NeedsReason: true),
        new(typeof(HoldTranche), [.. Running, GrantState.Suspended], [Officer, .. Finance], NeedsReason: true),
        new(typeof(FreeTranche), [.. Running, GrantState.Suspended], [Officer], NeedsReason: true),
        new(typeof(ConfirmCondition), [.. Running, GrantState.Suspended], [Officer, .. Finance]),
        new(typeof(SubmitGrantReport), Paid, [Teacher.At(Relation.Site), Signatory, Researcher.At(Relation.Site)]),
        new(typeof(ReturnGrantReport), Paid, [Officer], NeedsReason: true),
        new(typeof(AcceptGrantReport), Paid, [Officer]),
        new(typeof(ProposeAmendment), [.. Running, GrantState.Suspended], [Officer, Signatory], NeedsReason: true),
        new(typeof(ApproveAmendment), [.. Running, GrantState.Suspended], [Officer, FinanceL2.At(Relation.Home)]),
        new(typeof(RejectAmendment), [.. Running, GrantState.Suspended], [Officer, Signatory], NeedsReason: true),
        new(typeof(SuspendGrant), Running, [Officer, Role.System], NeedsReason: true),
        new(typeof(ResumeGrant), [GrantState.Suspended], [Officer], NeedsReason: true),
        new(typeof(TerminateGrant), [.. Running, GrantState.Suspended], [Officer], NeedsReason: true),
        new(typeof(CancelGrant), [GrantState.Awarded, .. Running, GrantState.Suspended], [Officer], NeedsReason: true),
        new(typeof(RaiseRecovery), Paid, [Officer, .. Finance], NeedsReason: true),
        new(typeof(AgreeRecovery), Paid, [Signatory]),
        new(typeof(RecordRepayment), Paid, Finance),
        new(typeof(ProposeWriteOff), Paid, Finance, NeedsReason: true),
        new(typeof(ConfirmWriteOff), Paid, [FinanceL2.At(Relation.Home)]),
        new(typeof(CloseGrant), [.. Running, GrantState.Terminated], [Officer]));

    private static Grant Officer => ProgrammeOfficer.At(Relation.Home);

    /// <summary>Signs for the grantee.</summary>
    private static Grant Signatory => SchoolLead.At(Relation.Site);

    private static ImmutableArray<Grant> Finance => [FinanceL1.At(Relation.Home), FinanceL2.At(Relation.Home)];

    private static ImmutableArray<GrantState> Running => [GrantState.Agreed, GrantState.Active];

    /// <summary>While the bank may still answer, and accounts are still open.</summary>
    private static ImmutableArray<GrantState> Paid => [GrantState.Agreed, GrantState.Active, GrantState.Suspended, GrantState.Terminated];

    public GrantState State { get; init; }

    public string Call { get; init; } = "";

    public GrantOffer? Offer { get; init; }

    public DateTimeOffset? AwardedAt { get; init; }

    public long Awarded { get; init; }

    public ImmutableArray<BudgetLine> Budget { get; init; } = [];

    public ImmutableArray<Tranche> Tranches { get; init; } = [];

    public ImmutableArray<GrantReport> Reports { get; init; } = [];

    public DateOnly? EndsOn { get; init; }

    public string? SignedForFunder { get; init; }

    public string? SignedForGrantee { get; init; }

    public Ledger Ledger { get; init; } = Ledger.Empty;

    public ImmutableArray<Recovery> Recoveries { get; init; } = [];

    public OpenAmendment? Amendment { get; init; }

    /// <summary>Why it ended early; null when it did not.</summary>
    public string? TerminatedBecause { get; init; }

    public string Funder => Offer?.Funder ?? "";

    public string Grantee => Offer?.Grantee ?? "";

    /// <summary>Spent as agreed: what the accepted reports say, less what was not allowed.</summary>
    public long Spent => Reported - Recoveries.Where(claim => claim.Disallowed).Sum(claim => claim.Amount);

    private long Reported => Reports.Where(report => report.State is ReportState.Accepted).Select(report => report.Spent).DefaultIfEmpty(0).Max();

    /// <summary>Claimed back, and neither repaid nor given up.</summary>
    public long Claimed => Recoveries.Sum(claim => claim.Open);

    /// <summary>Paid, and neither spent, repaid, claimed nor given up. Never below zero: whatever explains money explains it once.</summary>
    public long Unaccounted => Ledger.Net - Spent - Ledger.WrittenOff - Claimed;

    /// <summary>What it takes of its call: the award while it lasts, and in the end what was paid and not returned.</summary>
    public long Costs => State is GrantState.Closed or GrantState.Cancelled or GrantState.RuledOut ? Ledger.Net : Awarded;

    /// <summary>Of the awarded amount, what is planned for payments.</summary>
    public long Planned => Tranches.Where(tranche => tranche.State is not TrancheState.Cancelled).Sum(tranche => tranche.Plan.Amount);

    public IEnumerable<string> Homes(string id) => [Funder];

    public IEnumerable<string> Schools => [Grantee];

    public Tranche? Tranche(string id) => Tranches.FirstOrDefault(tranche => tranche.Plan.Id == id);

    public Decision<CatalyticGrantEvent> Decide(CatalyticGrantCommand command, Stamp stamp)
    {
        if (Steps.Refuse(command, State, stamp) is { } refusal) return refusal;
        if (OfAnotherPlace(stamp)) return Refusal.NotAllowed("grant-side", "Your role is held elsewhere: the funder's people act for the funder, the grantee's for the grantee.");
        if (Amendment is not null && command is ResumeGrant or TerminateGrant or CancelGrant or CloseGrant or PlanGrant)
            return new Refusal("amendment-open", "A change of the agreement is proposed: decide on it first.");

        if (command is GuardedCommand guarded && Guard(guarded, stamp) is { } guard) return guard;

        return command switch
        {
            CreateGrant create => Currency.IsAmount(create.Amount) && Currency.Knows(create.Offer.Currency) ? new GrantAwarded(create.Call, create.Amount, create.Offer) : AmountImpossible,
            RuleOutGrant => new GrantRuledOut(),
            PlanGrant plan => Plan(plan),
            SignGrant => Sign(stamp),
            RequestTranche request => Request(request, stamp),
            ApproveTranche approve => Approve(approve, stamp),
            RecordPayment record => Pay(record),
            RecordFailedPayment failed => Ledger.Find(failed.Transfer) is { Kind: TransferKind.Payment, State: TransferState.Pending } ? new PaymentFailed(failed.Transfer) : NoPending,
            HoldTranche hold => Tranche(hold.Tranche) is { IsOpen: true, State: not TrancheState.Held } ? new TrancheHeld(hold.Tranche) : NotThere,
            FreeTranche free => Tranche(free.Tranche) is { State: TrancheState.Held } ? new TrancheFreed(free.Tranche) : NotThere,
            ConfirmCondition confirm => Confirm(confirm, stamp),
            SubmitGrantReport report => Submit(report),
            ReturnGrantReport report => Report(report.Report) is { State: ReportState.Submitted } ? new GrantReportReturned(report.Report) : NoReport,
            AcceptGrantReport report => Accept(report, stamp),
            ProposeAmendment propose => Propose(propose),
            ApproveAmendment => Apply(stamp),
            RejectAmendment => Amendment is null ? NoAmendment : new AmendmentRejected(),
            SuspendGrant => new GrantSuspended(),
            ResumeGrant => new GrantResumed(),
            TerminateGrant => new GrantTerminated(),
            CancelGrant => Ledger.Released > 0 || Ledger.Repaid > 0 ? new Refusal("grant-paid", "Something was paid or is with the bank. End the grant early instead.") : new GrantCancelled(),
            RaiseRecovery raise => Raise(raise),
            AgreeRecovery agree => Find(agree.Recovery) is { State: RecoveryState.Raised } ? new RecoveryAgreed(agree.Recovery) : NoClaim,
            RecordRepayment repay => Repay(repay),
            ProposeWriteOff propose => Find(propose.Recovery) is { Open: > 0, WriteOffBy: null } ? new WriteOffProposed(propose.Recovery) : NoClaim,
            ConfirmWriteOff confirm => WriteOff(confirm, stamp),
            CloseGrant close => Close(close),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
        };
    }

    public CatalyticGrant Evolve(CatalyticGrantEvent happened, Stamp stamp) => happened switch
    {
        GrantAwarded e => this with { State = GrantState.Awarded, Call = e.Call, Awarded = e.Amount, Offer = e.Offer, Budget = e.Offer.Budget, AwardedAt = stamp.At },
        GrantRuledOut => this with { State = GrantState.RuledOut },
        GrantPlanned e => this with
        {
            Tranches = [.. e.Tranches.Select(plan => new Tranche(plan))], Reports = [.. e.Reports.Select(plan => new GrantReport(plan))], EndsOn = e.EndsOn, SignedForFunder = null, SignedForGrantee = null,
        },
        GrantSigned => Signed(stamp),
        TrancheRequested e => With(e.Tranche, tranche => tranche.Again(TrancheState.Requested) with { Transfer = e.Transfer, RequestedBy = stamp.Actor }),
        TrancheApproved e => With(e.Tranche, tranche => tranche with { State = TrancheState.Approved, ApprovedBy = stamp.Actor }),
        TrancheReleased e => With(e.Tranche, tranche => tranche with { State = TrancheState.Released }) with
        {
            Ledger = Ledger.With(new Transfer(e.Transfer, TransferKind.Payment, e.Amount, e.Tranche, TransferState.Pending, stamp.At) { Payee = e.Payee ?? Offer!.Payee }),
        },
        PaymentPosted e => With(Ledger.Find(e.Transfer)!.For!, tranche => tranche with { State = TrancheState.Paid }) with
        {
            State = State is GrantState.Agreed ? GrantState.Active : State,
            Ledger = Ledger.With(e.Transfer, one => one with { State = TransferState.Posted, Reference = e.Reference, On = e.On, Exchanged = e.Exchanged }),
        },
        PaymentFailed e => With(Ledger.Find(e.Transfer)!.For!, tranche => tranche.Again(State is GrantState.Terminated ? TrancheState.Cancelled : TrancheState.Failed)) with
        {
            Ledger = Ledger.With(e.Transfer, one => one with { State = TransferState.Void }),
        },
        TrancheHeld e => With(e.Tranche, tranche => tranche.Again(TrancheState.Held)),
        TrancheFreed e => With(e.Tranche, tranche => tranche.Again(TrancheState.Planned)),
        ConditionConfirmed e => With(e.Tranche, tranche => tranche with { Confirmed = tranche.Confirmed.Add(new(e.Condition, stamp.Actor, e.File, e.FileSha256)) }),
        GrantReportSubmitted e => With(e.Report, report => report with { State = ReportState.Submitted, Spent = e.Spent, Text = e.Text, By = stamp.Actor }),
        GrantReportReturned e => With(e.Report, report => report with { State = ReportState.ChangesRequested }),
        GrantReportAccepted e => With(e.Report, report => report with { State = ReportState.Accepted }),
        AmendmentProposed e => this with { Amendment = new(e.Change, e.From, e.To, stamp.Actor) },
        AmendmentApplied e => Changed(e.To) with { Amendment = null },
        AmendmentRejected => this with { Amendment = null },
        GrantSuspended => this with { State = GrantState.Suspended },
        GrantResumed => this with { State = Ledger.Paid > 0 ? GrantState.Active : GrantState.Agreed },
        GrantTerminated => Ended(GrantState.Terminated) with { TerminatedBecause = stamp.Reason ?? "" },
        GrantCancelled => Ended(GrantState.Cancelled),
        RecoveryRaised e => this with { Recoveries = Recoveries.Add(new(e.Recovery, e.Amount) { Disallowed = e.Disallowed }) },
        RecoveryAgreed e => With(e.Recovery, claim => claim with { State = RecoveryState.Agreed }),
        RepaymentPosted e => (e.Recovery is null ? this : With(e.Recovery, claim => claim with
        {
            Repaid = claim.Repaid + e.Amount, State = claim.Repaid + e.Amount == claim.Amount ? RecoveryState.Repaid : RecoveryState.PartlyRepaid, WriteOffBy = null,
        })) with
        {
            Ledger = Ledger.With(new Transfer(e.Transfer, TransferKind.Repayment, e.Amount, e.Recovery, TransferState.Posted, stamp.At) { Reference = e.Reference, On = e.On, Exchanged = e.Exchanged }),
        },
        WriteOffProposed e => With(e.Recovery, claim => claim with { WriteOffBy = stamp.Actor }),
        RecoveryWrittenOff e => With(e.Recovery, claim => claim with { State = RecoveryState.WrittenOff }) with
        {
            Ledger = Ledger.With(new(e.Recovery, TransferKind.WriteOff, e.Amount, e.Recovery, TransferState.Posted, stamp.At)),
        },
        GrantClosed => this with { State = GrantState.Closed },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private CatalyticGrant With(string tranche, Func<Tranche, Tranche> change) => this with { Tranches = [.. Tranches.Select(one => one.Plan.Id == tranche ? change(one) : one)] };

    private CatalyticGrant With(string report, Func<GrantReport, GrantReport> change) => this with { Reports = [.. Reports.Select(one => one.Plan.Id == report ? change(one) : one)] };

    private CatalyticGrant With(string recovery, Func<Recovery, Recovery> change) => this with { Recoveries = [.. Recoveries.Select(one => one.Id == recovery ? change(one) : one)] };

    private GrantReport? Report(string id) => Reports.FirstOrDefault(report => report.Plan.Id == id);

    private Recovery? Find(string recovery) => Recoveries.FirstOrDefault(one => one.Id == recovery);

    private bool OfAnotherPlace(Stamp stamp) => State is not GrantState.None && stamp.Role.Role switch
    {
        ProgrammeOfficer or FinanceL1 or FinanceL2 => stamp.Role.In != Funder,
        Teacher or SchoolLead or Researcher => stamp.Role.In != Grantee,
        _ => false,
    };

    /// <summary>What cannot be looked up is a no; and whoever has a hand in what the money is for asks for it, or closes the books, and decides nothing else.</summary>
    private Refusal? Guard(GuardedCommand guarded, Stamp stamp)
    {
        if (guarded.Facts is not { } facts) return FactsUnknown;
        return guarded is not (RequestTranche or CloseGrant) && (facts.Beneficiaries.Contains(stamp.Actor) || Offer!.Barred.Contains(stamp.Actor))
            ? Refusal.NotAllowed("approver-tied", "Whoever works with the grantee, reviewed the application or stepped aside decides nothing about this money.")
            : null;
    }

    // The agreement

    private Decision<CatalyticGrantEvent> Plan(PlanGrant plan) =>
        (Undated(plan.Tranches, plan.Reports) ?? Fault(plan.Tranches, plan.Reports, Awarded)) is { } fault ? fault : new GrantPlanned(plan.Tranches, plan.Reports, plan.EndsOn);

    private static Refusal TranchesImpossible { get; } = Refusal.Invalid("tranches-impossible", "Plan at least one payment; each has a name of its own, an amount above zero and a day.");

    private static Refusal ReportsImpossible { get; } = Refusal.Invalid("reports-impossible", "Plan the reports: each has a name of its own and a day, and one of them is the last.");

    /// <summary>What is planned anew has a day; what was agreed before that was asked for stands.</summary>
    private static Refusal? Undated(IEnumerable<PlannedTranche> tranches, IEnumerable<PlannedReport> reports) =>
        tranches.Any(one => one.Due == default) ? TranchesImpossible : reports.Any(one => one.Due == default) ? ReportsImpossible : null;

    private static Refusal? Fault(ImmutableArray<PlannedTranche> tranches, ImmutableArray<PlannedReport> reports, long awarded)
    {
        if (tranches.Length is 0 or > TranchesMost || tranches.Any(one => one.Id.Length == 0 || !Currency.IsAmount(one.Amount)) || tranches.DistinctBy(one => one.Id).Count() != tranches.Length)
            return TranchesImpossible;
        if (tranches.Sum(one => one.Amount) != awarded) return Refusal.Invalid("tranches-sum", "The payments together are not what was awarded.");
        if (reports.Length is 0 or > ReportsMost || reports.Any(one => one.Id.Length == 0) || reports.DistinctBy(one => one.Id).Count() != reports.Length || reports.Count(one => one.Final) != 1)
            return ReportsImpossible;
        return tranches.SelectMany(one => one.Conditions).Any(one => one.Id.Length == 0 || one.Subject.Length == 0)
            || tranches.Any(one => one.Conditions.DistinctBy(condition => condition.Id).Count() != one.Conditions.Length)
            || tranches.SelectMany(one => one.Conditions).Any(one => one.Kind is ConditionKind.ReportAccepted && reports.All(report => report.Id != one.Subject))
            ? Refusal.Invalid("conditions-impossible", "Every condition has a name of its own and says of what it must be so; a report that it names is planned.")
            : null;
    }

    private Decision<CatalyticGrantEvent> Sign(Stamp stamp)
    {
        if (Tranches.IsEmpty) return new Refusal("grant-unplanned", "Say first what is paid when, and what is reported when.");
        if ((stamp.Role.Role is ProgrammeOfficer ? SignedForFunder : SignedForGrantee) is not null) return new Refusal("signed-already", "This side has signed already.");
        return stamp.Actor == (SignedForFunder ?? SignedForGrantee) ? SamePerson : new GrantSigned();
    }

    private CatalyticGrant Signed(Stamp stamp)
    {
        var signed = stamp.Role.Role is ProgrammeOfficer ? this with { SignedForFunder = stamp.Actor } : this with { SignedForGrantee = stamp.Actor };
        return signed is { SignedForFunder: not null, SignedForGrantee: not null } ? signed with { State = GrantState.Agreed } : signed;
    }

    // Payments

    /// <summary>What keeps a payment from being asked for or approved now; empty when nothing does.</summary>
    public ImmutableArray<Missing> WhyNot(Tranche tranche, GrantFacts facts)
    {
        return [.. Find()];

        IEnumerable<Missing> Find()
        {
            if (State is GrantState.Suspended) yield return new("suspended", "The grant is suspended.", ProgrammeOfficer);
            if (facts.Paused) yield return new("pilot-paused", "The pilot is paused or has been withdrawn.", SchoolLead);
            if (facts.HardIncident) yield return new("hard-incident", "A grave incident stands open.", SafeguardingLead);
            foreach (var condition in tranche.Plan.Conditions.Where(condition => !IsMet(condition, tranche, facts)))
            {
                yield return condition.Kind switch
                {
                    ConditionKind.CycleClosed => new("cycle-closed", "A cycle of the pilot is closed.", Teacher),
                    ConditionKind.TrialRegistered => new("trial-registered", "The plan of the trial is dated.", Researcher),
                    ConditionKind.DataLocked => new("data-locked", "The results of the trial are closed.", Researcher),
                    ConditionKind.EvaluationSigned => new("evaluation-signed", "An evaluation of the trial is signed.", Evaluator),
                    ConditionKind.ReportAccepted => new("report-accepted", $"The report “{condition.Subject}” is accepted.", ProgrammeOfficer),
                    _ => new Missing("confirmed", $"Somebody confirms with a file: {condition.Subject}", ProgrammeOfficer),
                };
            }
        }
    }

    private bool IsMet(TrancheCondition condition, Tranche tranche, GrantFacts facts) => condition.Kind switch
    {
        ConditionKind.ReportAccepted => Report(condition.Subject) is { State: ReportState.Accepted },
        ConditionKind.Manual => tranche.Confirmed.Any(one => one.Condition == condition.Id),
        _ => facts.Seen.Any(seen => seen.Kind == condition.Kind && seen.Subject == condition.Subject && seen.Met),
    };

    private static ImmutableArray<SeenFact> Of(Tranche tranche, GrantFacts facts) =>
        [.. facts.Seen.Where(seen => tranche.Plan.Conditions.Any(condition => condition.Kind == seen.Kind && condition.Subject == seen.Subject))];

    private Decision<CatalyticGrantEvent> Request(RequestTranche request, Stamp stamp)
    {
        if (Tranche(request.Tranche) is not { State: TrancheState.Planned or TrancheState.Failed } tranche) return NotThere;
        if (tranche.Confirmed.Any(one => one.By == stamp.Actor)) return SamePerson;
        if (IsKnown(request.Transfer)) return TransferKnown;
        if (WhyNot(tranche, request.Facts!) is { IsEmpty: false } missing) return NotYet(missing);

        return new TrancheRequested(request.Tranche, request.Transfer, Of(tranche, request.Facts!));
    }

    private Decision<CatalyticGrantEvent> Approve(ApproveTranche approve, Stamp stamp)
    {
        if (Tranche(approve.Tranche) is not { State: TrancheState.Requested or TrancheState.Approved } tranche) return NotThere;
        if (stamp.Actor == tranche.RequestedBy || stamp.Actor == tranche.ApprovedBy) return SamePerson;
        var last = Offer!.Small || tranche.State is TrancheState.Approved;
        if (!Offer.Small && stamp.Role.Role is FinanceL2 != last) return Refusal.NotAllowed("approver-level", "The first approver approves first, then the second one.");
        if (WhyNot(tranche, approve.Facts!) is { IsEmpty: false } missing) return NotYet(missing);
        if (!last) return new TrancheApproved(approve.Tranche, Of(tranche, approve.Facts!));
        // The plan never exceeds the award; this holds even if it did.
        if (Ledger.Released + tranche.Plan.Amount > Awarded || Ledger.Transfers.Length >= TransfersMost) return new Refusal("award-exceeded", "This would be more than was awarded.");

        return new TrancheReleased(approve.Tranche, tranche.Transfer!, tranche.Plan.Amount, Of(tranche, approve.Facts!)) { Payee = Offer.Payee };
    }

    private Decision<CatalyticGrantEvent> Pay(RecordPayment record)
    {
        if (Ledger.Find(record.Transfer) is not { Kind: TransferKind.Payment, State: TransferState.Pending } pending) return NoPending;
        if (record.Payee is { } payee && pending.Payee is { } named && payee != named)
            return new Refusal("payee-other", "The agreement names somebody else to be paid. Record that this payment failed, and change the agreement before you pay anybody else.");
        return Unproven(TransferKind.Payment, record.Reference, record.On, record.Exchanged) is { } fault ? fault : new PaymentPosted(record.Transfer, record.Reference.Trim(), record.On, record.Exchanged);
    }

    private Refusal? Unproven(TransferKind kind, string reference, DateOnly on, Conversion? exchanged)
    {
        if (string.IsNullOrWhiteSpace(reference)) return Refusal.Invalid("reference-missing", "Give the bank's reference.");
        if (Ledger.Transfers.Any(one => one.Kind == kind && one.State is TransferState.Posted && one.Reference == reference.Trim() && one.On == on))
            return new Refusal("reference-known", "This reference of the bank is recorded for that day already. Look at the transfers first.");
        return exchanged is not null && (!Currency.Knows(exchanged.Currency) || !Currency.IsAmount(exchanged.Amount) || exchanged.Rate <= 0 || string.IsNullOrWhiteSpace(exchanged.Source))
            ? Refusal.Invalid("conversion-impossible", "Say which currency was paid, how much of it, at which rate, and who says so.")
            : null;
    }

    private Decision<CatalyticGrantEvent> Confirm(ConfirmCondition confirm, Stamp stamp)
    {
        if (Tranche(confirm.Tranche) is not { IsOpen: true } tranche || tranche.Plan.Conditions.FirstOrDefault(one => one.Id == confirm.Condition) is not { Kind: ConditionKind.Manual }) return NotThere;
        if (tranche.Confirmed.Any(one => one.Condition == confirm.Condition)) return new Refusal("confirmed-already", "This condition has been confirmed already.");
        if (stamp.Actor == tranche.RequestedBy) return SamePerson;
        return string.IsNullOrWhiteSpace(confirm.File) || confirm.FileSha256.Length != 64 || !confirm.FileSha256.All(char.IsAsciiHexDigitLower)
            ? Refusal.Invalid("file-missing", "Name the file that shows it, with its SHA-256.")
            : new ConditionConfirmed(confirm.Tranche, confirm.Condition, confirm.File.Trim(), confirm.FileSha256);
    }

    // Reports

    private Decision<CatalyticGrantEvent> Submit(SubmitGrantReport submit)
    {
        if (Report(submit.Report) is not { State: ReportState.Scheduled or ReportState.ChangesRequested }) return NoReport;
        if (string.IsNullOrWhiteSpace(submit.Text)) return Refusal.Invalid("report-empty", "Tell what was done with the money.");
        return submit.Spent < 0 || submit.Spent > Ledger.Paid ? SpentImpossible : new GrantReportSubmitted(submit.Report, submit.Spent, submit.Text.Trim());
    }

    private Decision<CatalyticGrantEvent> Accept(AcceptGrantReport accept, Stamp stamp)
    {
        if (Report(accept.Report) is not { State: ReportState.Submitted } report) return NoReport;
        if (report.By == stamp.Actor) return SamePerson;
        // Money may have come back, or been claimed, since it was written.
        return report.Spent < Reported || report.Spent - Reported > Unaccounted ? SpentImpossible : new GrantReportAccepted(accept.Report);
    }

    private static Refusal SpentImpossible => new Refusal("spent-impossible", "What was spent so far lies between what an earlier report said and what was paid and neither returned nor claimed.");

    // Changes of the agreement

    private Decision<CatalyticGrantEvent> Propose(ProposeAmendment propose)
    {
        if (Amendment is not null) return new Refusal("amendment-open", "A change of the agreement is proposed: decide on it first.");
        if (propose.To == new AgreementChange()) return Refusal.Invalid("amendment-without-change", "Say what changes.");
        if (propose.To.Payee is not null && !propose.PayeeKnown) return Refusal.Invalid("payee-unknown", "Whoever is to be paid is not registered here. Choose an organisation that is.");
        if (Fault(propose.Change, propose.To) is { } fault) return fault;

        return new AmendmentProposed(propose.Change, Before(propose.To), propose.To);
    }

    private Decision<CatalyticGrantEvent> Apply(Stamp stamp)
    {
        if (Amendment is not { } open) return NoAmendment;
        if (open.By == stamp.Actor) return SamePerson;
        if (open.Change is AmendmentKind.BudgetLarge != stamp.Role.Role is FinanceL2)
            return Refusal.NotAllowed("amendment-level", "A large change of the money is approved by the second approver, any other by the programme officer.");
        // What was possible when it was proposed may not be possible any more.
        if (Fault(open.Change, open.To) is { } fault) return fault;

        return new AmendmentApplied(open.Change, Before(open.To), open.To);
    }

    /// <summary>What stands now where an amendment changes something.</summary>
    private AgreementChange Before(AgreementChange to) => new()
    {
        Tranches = to.Tranches is null ? null : [.. Tranches.Where(tranche => tranche.State is not TrancheState.Cancelled).Select(tranche => tranche.Plan)],
        Reports = to.Reports is null ? null : [.. Reports.Select(report => report.Plan)],
        Budget = to.Budget is null ? null : Budget,
        EndsOn = to.EndsOn is null ? null : EndsOn,
        Payee = to.Payee is null ? null : Offer!.Payee,
        Awarded = to.Awarded is null ? null : Awarded,
    };

    private Refusal? Fault(AmendmentKind change, AgreementChange to)
    {
        var (tranches, reports, awarded) = (to.Tranches ?? [.. Live.Select(tranche => tranche.Plan)], to.Reports ?? [.. Reports.Select(report => report.Plan)], to.Awarded ?? Awarded);
        if (awarded > Awarded) return new Refusal("award-not-raised", "An agreement is not changed to more money. Apply again for what is needed beside it.");
        if (!Currency.IsAmount(awarded) || awarded < Ledger.Released) return new Refusal("amendment-below-paid", "More than that is paid or with the bank already.");
        if ((Undated(tranches.Where(plan => !Tranches.Any(one => Same(one.Plan, plan))), reports.Where(plan => Reports.All(one => one.Plan != plan))) ?? Fault(tranches, reports, awarded)) is { } impossible) return impossible;
        if (Tranches.Any(tranche => tranche.State is TrancheState.Released or TrancheState.Paid && !tranches.Any(plan => Same(plan, tranche.Plan))))
            return new Refusal("paid-tranche-changed", "A payment that was made, or is with the bank, stays as it was.");
        if (Reports.Any(report => report.State is not ReportState.Scheduled && !reports.Contains(report.Plan))) return new Refusal("report-changed", "A report that was handed in stays as it was.");
        if (to.Payee is not null && Ledger.HasPending) return new Refusal("payee-with-bank", "A payment is with the bank. Wait for its answer before somebody else is to be paid.");
        if (to.Budget is { } budget && (budget.IsEmpty || !Currency.IsBudget(budget) || budget.Any(line => string.IsNullOrWhiteSpace(line.What))))
            return Refusal.Invalid("budget-impossible", "Say what each part of the money is for, and how much it is.");
        var money = to.Tranches is not null || to.Awarded is not null || to.Payee is not null || Moved(to.Budget) * 5 > Awarded;
        return money && change is not AmendmentKind.BudgetLarge || to.Budget is not null && change is not (AmendmentKind.BudgetLarge or AmendmentKind.BudgetSmall)
            ? new Refusal("amendment-kind", "This changes the money: a change of payments, of the amount, of who is paid, or of more than a fifth of the budget is a large one.")
            : null;
    }

    /// <summary>How much money lies in another budget line than before.</summary>
    private long Moved(ImmutableArray<BudgetLine>? to) => to is not { } budget ? 0
        : budget.Concat(Budget).Select(line => line.What).Distinct(StringComparer.Ordinal).Sum(what => Math.Max(0, On(budget, what) - On(Budget, what)));

    private static long On(ImmutableArray<BudgetLine> budget, string what) => budget.Where(line => line.What == what).Sum(line => line.Amount);

    private IEnumerable<Tranche> Live => Tranches.Where(tranche => tranche.State is not TrancheState.Cancelled);

    private static bool Same(PlannedTranche one, PlannedTranche other) =>
        one.Id == other.Id && one.Amount == other.Amount && one.Due == other.Due && one.Conditions.SequenceEqual(other.Conditions);

    private CatalyticGrant Changed(AgreementChange to) => this with
    {
        Awarded = to.Awarded ?? Awarded,
        EndsOn = to.EndsOn ?? EndsOn,
        Budget = to.Budget ?? Budget,
        Offer = to.Payee is { } payee ? Offer! with { Payee = payee } : Offer,
        Reports = to.Reports is { } reports ? [.. reports.Select(plan => Report(plan.Id) is { } known ? known with { Plan = plan } : new GrantReport(plan))] : Reports,
        // What was asked for or approved on other terms begins again.
        Tranches = to.Tranches is { } tranches
            ? [.. tranches.Select(plan => Live.FirstOrDefault(tranche => Same(tranche.Plan, plan)) is { } same ? OnNewTerms(same, to) : new Tranche(plan)), .. Tranches.Where(tranche => tranche.State is TrancheState.Cancelled && tranches.All(plan => plan.Id != tranche.Plan.Id))]
            : [.. Tranches.Select(tranche => OnNewTerms(tranche, to))],
    };

    /// <summary>Whoever asked or approved did so for whom the agreement named then.</summary>
    private static Tranche OnNewTerms(Tranche tranche, AgreementChange to) =>
        to.Payee is not null && tranche.State is TrancheState.Requested or TrancheState.Approved ? tranche.Again(TrancheState.Planned) : tranche;

    // The end, and money that comes back

    private CatalyticGrant Ended(GrantState state) => this with
    {
        State = state, Tranches = [.. Tranches.Select(tranche => tranche.IsOpen ? tranche.Again(TrancheState.Cancelled) : tranche)],
    };

    private Decision<CatalyticGrantEvent> Raise(RaiseRecovery raise)
    {
        if (IsKnown(raise.Recovery)) return TransferKnown;
        if (!Currency.IsAmount(raise.Amount)) return AmountImpossible;
        return raise.Amount > (raise.Disallowed ? Spent : Unaccounted)
            ? new Refusal("recovery-above-paid", "That is more than was paid and is open; what was reported as spent is claimed only where it was not allowed.")
            : new RecoveryRaised(raise.Recovery, raise.Amount, raise.Disallowed);
    }

    private Decision<CatalyticGrantEvent> Repay(RecordRepayment repay)
    {
        if (IsKnown(repay.Transfer)) return TransferKnown;
        if (!Currency.IsAmount(repay.Amount)) return AmountImpossible;
        if (Unproven(TransferKind.Repayment, repay.Reference, repay.On, repay.Exchanged) is { } fault) return fault;
        if (repay.Recovery is { } claim ? Find(claim) is not { } known || known.Open < repay.Amount : repay.Amount > Unaccounted)
            return new Refusal("repayment-above-owed", "That is more than can come back: what was spent, returned or claimed stays out of it.");
        if (Ledger.Transfers.Length >= TransfersMost) return new Refusal("transfers-full", "A grant holds no more transfers than this.");

        return new RepaymentPosted(repay.Transfer, repay.Amount, repay.Recovery, repay.Reference.Trim(), repay.On, repay.Exchanged);
    }

    private Decision<CatalyticGrantEvent> WriteOff(ConfirmWriteOff confirm, Stamp stamp)
    {
        if (Find(confirm.Recovery) is not { Open: > 0, WriteOffBy: { } first } claim) return NoClaim;
        return first == stamp.Actor ? SamePerson : new RecoveryWrittenOff(confirm.Recovery, claim.Open);
    }

    private Decision<CatalyticGrantEvent> Close(CloseGrant close)
    {
        ImmutableArray<Missing> missing = [.. NotAccounted(close.Facts!)];
        return missing.IsEmpty ? new GrantClosed(Ledger.Net) : new Refusal("grant-not-accounted", "Not everything is accounted for yet.") { Missing = missing };
    }

    /// <summary>What keeps the grant from being closed.</summary>
    public IEnumerable<Missing> NotAccounted(GrantFacts facts)
    {
        if (Reports.All(report => !report.Plan.Final || report.State is not ReportState.Accepted)) yield return new("final-report", "The last report is accepted.", ProgrammeOfficer);
        if (Tranches.Any(tranche => tranche.State is not (TrancheState.Paid or TrancheState.Cancelled))) yield return new("tranches-open", "Every payment is made or cancelled.", FinanceL2);
        if (Unaccounted != 0) yield return new("advance-open", "Everything that was paid is spent, returned or given up.", FinanceL1);
        if (Claimed > 0) yield return new("recoveries-open", "Every claim is repaid or given up.", FinanceL1);
        foreach (var trial in facts.Unreported) yield return new("trial-unreported", $"The result of the trial “{trial}” is reported, whatever it shows.", Researcher);
    }

    private bool IsKnown(string transfer) => transfer.Length == 0 || Ledger.Find(transfer) is not null || Find(transfer) is not null || Tranches.Any(tranche => tranche.Transfer == transfer);

    private static Refusal NotYet(ImmutableArray<Missing> missing) => new("tranche-not-due", "This payment cannot be made yet.") { Missing = missing };

    private static Refusal FactsUnknown => new Refusal("grant-facts-unknown", "What this rests on could not be looked up, so nothing was done. Try again.");

    private static Refusal SamePerson => Refusal.NotAllowed("grant-same-person", "Somebody else does this: nobody approves what she asked for, approved or wrote herself.");

    private static Refusal NotThere => new Refusal("tranche-elsewhere", "This payment does not stand where that would be possible.");

    private static Refusal NoPending => new Refusal("payment-not-pending", "There is no such payment with the bank: it was never released, or the bank has answered already.");

    private static Refusal TransferKnown => new Refusal("transfer-known", "This id names a transfer already. Make a new one.");

    private static Refusal AmountImpossible => Refusal.Invalid("amount-impossible", "An amount is above zero.");

    private static Refusal NoReport => new Refusal("report-elsewhere", "This report does not stand where that would be possible.");

    private static Refusal NoAmendment => new Refusal("no-amendment", "No change of the agreement is proposed.");

    private static Refusal NoClaim => new Refusal("recovery-elsewhere", "This claim does not stand where that would be possible.");
}
