using System.Collections.Immutable;

namespace InnovationScale.Grants;

/// <summary>What can be asked of a <see cref="CatalyticGrant"/>.</summary>
public abstract record CatalyticGrantCommand : ICommand<CatalyticGrant>;

/// <summary>Follows the call, in which the money was set aside.</summary>
public sealed record CreateGrant(string Call, long Amount, GrantOffer Offer) : CatalyticGrantCommand;

/// <summary>Makes sure that a grant whose money is free again can never be made.</summary>
public sealed record RuleOutGrant : CatalyticGrantCommand;

/// <summary>The agreement: what is paid when, on which conditions, and what is reported when.</summary>
public sealed record PlanGrant(ImmutableArray<PlannedTranche> Tranches, ImmutableArray<PlannedReport> Reports, DateOnly EndsOn) : CatalyticGrantCommand;

/// <summary>Signs the agreement, one of two people: one for the funder, one for the grantee.</summary>
public sealed record SignGrant : CatalyticGrantCommand;

/// <summary>Asks for a payment, the first of three people.</summary>
/// <param name="Transfer">A new id for the payment that will follow, made by the client.</param>
public sealed record RequestTranche(string Tranche, string Transfer) : GuardedCommand;

/// <summary>Approves a payment, the second or third of three people. The last approval releases the money.</summary>
public sealed record ApproveTranche(string Tranche) : GuardedCommand;

/// <summary>A command that money rests on: what it must know is gathered, and checked again where it is written.</summary>
public abstract record GuardedCommand : CatalyticGrantCommand, IRestsOn
{
    /// <summary>Null when something could not be looked up: then the answer is no.</summary>
    [Gathered] public GrantFacts? Facts { get; init; }

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>The bank has paid what was released.</summary>
/// <param name="Reference">The bank's.</param>
public sealed record RecordPayment(string Transfer, string Reference, DateOnly On) : CatalyticGrantCommand
{
    /// <summary>How it was exchanged, where the payee was paid in another currency.</summary>
    public Conversion? Exchanged { get; init; }

    /// <summary>Whom the bank has paid, where it says so.</summary>
    public string? Payee { get; init; }
}

/// <summary>The bank has not paid: the payment is void and can be asked for again, under a new id.</summary>
public sealed record RecordFailedPayment(string Transfer) : CatalyticGrantCommand;

/// <summary>Stops a payment that is not released.</summary>
public sealed record HoldTranche(string Tranche) : CatalyticGrantCommand;

/// <summary>A held payment goes on, from its beginning.</summary>
public sealed record FreeTranche(string Tranche) : CatalyticGrantCommand;

/// <summary>Confirms a condition that no record can show, with a file that shows it.</summary>
public sealed record ConfirmCondition(string Tranche, string Condition, string File, string FileSha256) : GuardedCommand;

/// <summary>Tells what was done and what was spent so far, in all.</summary>
public sealed record SubmitGrantReport(string Report, long Spent, string Text) : CatalyticGrantCommand;

public sealed record ReturnGrantReport(string Report) : CatalyticGrantCommand;

public sealed record AcceptGrantReport(string Report) : GuardedCommand;

/// <summary>Proposes to change the agreement. What is left out stays.</summary>
public sealed record ProposeAmendment(AmendmentKind Change, AgreementChange To) : CatalyticGrantCommand
{
    /// <summary>Whoever is to be paid from now on is on record.</summary>
    [Gathered] public bool PayeeKnown { get; init; }
}

public sealed record ApproveAmendment : GuardedCommand;

public sealed record RejectAmendment : CatalyticGrantCommand;

public sealed record SuspendGrant : CatalyticGrantCommand;

public sealed record ResumeGrant : CatalyticGrantCommand;

/// <summary>Ends it early: what is not released is never paid.</summary>
public sealed record TerminateGrant : CatalyticGrantCommand;

/// <summary>Takes it back before anything was paid.</summary>
public sealed record CancelGrant : CatalyticGrantCommand;

/// <summary>Claims money back.</summary>
/// <param name="Disallowed">It was reported as spent, and on something that was not agreed; else it was not spent.</param>
public sealed record RaiseRecovery(string Recovery, long Amount, bool Disallowed = false) : CatalyticGrantCommand;

/// <summary>The grantee's signatory agrees to pay back.</summary>
public sealed record AgreeRecovery(string Recovery) : CatalyticGrantCommand;

/// <summary>Money came back: on a claim, or unspent money of its own accord.</summary>
public sealed record RecordRepayment(string Transfer, long Amount, string? Recovery, string Reference, DateOnly On) : CatalyticGrantCommand
{
    public Conversion? Exchanged { get; init; }
}

/// <summary>Gives a claim up, the first of two people.</summary>
public sealed record ProposeWriteOff(string Recovery) : GuardedCommand;

/// <summary>Gives a claim up, the second of two people.</summary>
public sealed record ConfirmWriteOff(string Recovery) : GuardedCommand;

/// <summary>Closes it when all is accounted for.</summary>
public sealed record CloseGrant : GuardedCommand;

/// <summary>What money rests on, as the records say it now.</summary>
/// <param name="Seen">Whether each condition that a record can show is met.</param>
/// <param name="Beneficiaries">People of the grantee, its payee and its team: none of them decides about its money.</param>
public sealed record GrantFacts(ImmutableArray<SeenFact> Seen, ImmutableArray<string> Beneficiaries)
{
    /// <summary>The pilot is paused or withdrawn.</summary>
    public bool Paused { get; init; }

    /// <summary>A grave incident stands open.</summary>
    public bool HardIncident { get; init; }

    /// <summary>Trials of the grant whose result is not reported yet.</summary>
    public ImmutableArray<string> Unreported { get; init; } = [];
}

/// <summary>What a record said about a condition.</summary>
/// <param name="At">The record and its version, such as <c>trial/9kq2@14</c>.</param>
public sealed record SeenFact(ConditionKind Kind, string Subject, bool Met, string At);

public enum ConditionKind
{
    /// <summary>The pilot has closed a cycle of enquiry.</summary>
    CycleClosed,
    TrialRegistered,
    DataLocked,
    EvaluationSigned,

    /// <summary>A report on this grant.</summary>
    ReportAccepted,

    /// <summary>No record shows it: a person confirms it with a file.</summary>
    Manual,
}

/// <summary>What must be so before a payment.</summary>
/// <param name="Id">Names it within its tranche.</param>
/// <param name="Subject">The pilot, trial or report; in words where it is confirmed by a person.</param>
public sealed record TrancheCondition(string Id, ConditionKind Kind, string Subject);

/// <summary>One payment, as agreed.</summary>
public sealed record PlannedTranche(string Id, long Amount, DateOnly Due, ImmutableArray<TrancheCondition> Conditions);

/// <summary>One report, as agreed.</summary>
public sealed record PlannedReport(string Id, DateOnly Due, bool Final);

/// <summary>Money as the bank exchanged it. Recorded once, never computed again.</summary>
public sealed record Conversion(string Currency, long Amount, decimal Rate, string Source);

public enum AmendmentKind
{
    AdminCorrection,

    /// <summary>Moves no more than a fifth of the money between budget lines.</summary>
    BudgetSmall,

    /// <summary>Moves more, or changes what is paid when.</summary>
    BudgetLarge,
    Results,

    /// <summary>More time, no more money.</summary>
    NoCostExtension,
    Other,
}

/// <summary>The parts of an agreement that an amendment changes; null stays as it is.</summary>
public sealed record AgreementChange
{
    public ImmutableArray<PlannedTranche>? Tranches { get; init; }

    public ImmutableArray<PlannedReport>? Reports { get; init; }

    public ImmutableArray<BudgetLine>? Budget { get; init; }

    public DateOnly? EndsOn { get; init; }

    /// <summary>Another organisation is paid from now on.</summary>
    public string? Payee { get; init; }

    /// <summary>Never more than before.</summary>
    public long? Awarded { get; init; }

    /// <summary>What else is agreed, in words.</summary>
    public string? Words { get; init; }
}
