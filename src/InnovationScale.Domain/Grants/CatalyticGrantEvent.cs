using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace InnovationScale.Grants;

/// <summary>What has happened to a <see cref="CatalyticGrant"/>.</summary>
[JsonDerivedType(typeof(GrantAwarded), "grant-awarded")]
[JsonDerivedType(typeof(GrantRuledOut), "grant-ruled-out")]
[JsonDerivedType(typeof(GrantPlanned), "grant-planned")]
[JsonDerivedType(typeof(GrantSigned), "grant-signed")]
[JsonDerivedType(typeof(TrancheRequested), "tranche-requested")]
[JsonDerivedType(typeof(TrancheApproved), "tranche-approved")]
[JsonDerivedType(typeof(TrancheReleased), "tranche-released")]
[JsonDerivedType(typeof(PaymentPosted), "payment-posted")]
[JsonDerivedType(typeof(PaymentFailed), "payment-failed")]
[JsonDerivedType(typeof(TrancheHeld), "tranche-held")]
[JsonDerivedType(typeof(TrancheFreed), "tranche-freed")]
[JsonDerivedType(typeof(ConditionConfirmed), "condition-confirmed")]
[JsonDerivedType(typeof(GrantReportSubmitted), "grant-report-submitted")]
[JsonDerivedType(typeof(GrantReportReturned), "grant-report-returned")]
[JsonDerivedType(typeof(GrantReportAccepted), "grant-report-accepted")]
[JsonDerivedType(typeof(AmendmentProposed), "amendment-proposed")]
[JsonDerivedType(typeof(AmendmentApplied), "amendment-applied")]
[JsonDerivedType(typeof(AmendmentRejected), "amendment-rejected")]
[JsonDerivedType(typeof(GrantSuspended), "grant-suspended")]
[JsonDerivedType(typeof(GrantResumed), "grant-resumed")]
[JsonDerivedType(typeof(GrantTerminated), "grant-terminated")]
[JsonDerivedType(typeof(GrantCancelled), "grant-cancelled")]
[JsonDerivedType(typeof(RecoveryRaised), "recovery-raised")]
[JsonDerivedType(typeof(RecoveryAgreed), "recovery-agreed")]
[JsonDerivedType(typeof(RepaymentPosted), "repayment-posted")]
[JsonDerivedType(typeof(WriteOffProposed), "write-off-proposed")]
[JsonDerivedType(typeof(RecoveryWrittenOff), "recovery-written-off")]
[JsonDerivedType(typeof(GrantClosed), "grant-closed")]
public abstract record CatalyticGrantEvent : IEvent<CatalyticGrant>;

public sealed record GrantAwarded(string Call, long Amount, GrantOffer Offer) : CatalyticGrantEvent;

/// <summary>There will never be a grant under this id.</summary>
public sealed record GrantRuledOut : CatalyticGrantEvent;

public sealed record GrantPlanned(ImmutableArray<PlannedTranche> Tranches, ImmutableArray<PlannedReport> Reports, DateOnly EndsOn) : CatalyticGrantEvent;

public sealed record GrantSigned : CatalyticGrantEvent;

/// <param name="Seen">What the records said of its conditions.</param>
public sealed record TrancheRequested(string Tranche, string Transfer, ImmutableArray<SeenFact> Seen) : CatalyticGrantEvent;

/// <summary>The first of two approvals.</summary>
public sealed record TrancheApproved(string Tranche, ImmutableArray<SeenFact> Seen) : CatalyticGrantEvent;

/// <summary>The last approval: a transfer of this amount stands open until the bank has answered.</summary>
public sealed record TrancheReleased(string Tranche, string Transfer, long Amount, ImmutableArray<SeenFact> Seen) : CatalyticGrantEvent
{
    /// <summary>Whom the agreement names to be paid.</summary>
    public string? Payee { get; init; }
}

public sealed record PaymentPosted(string Transfer, string Reference, DateOnly On, Conversion? Exchanged) : CatalyticGrantEvent;

public sealed record PaymentFailed(string Transfer) : CatalyticGrantEvent;

public sealed record TrancheHeld(string Tranche) : CatalyticGrantEvent;

public sealed record TrancheFreed(string Tranche) : CatalyticGrantEvent;

public sealed record ConditionConfirmed(string Tranche, string Condition, string File, string FileSha256) : CatalyticGrantEvent;

public sealed record GrantReportSubmitted(string Report, long Spent, string Text) : CatalyticGrantEvent;

public sealed record GrantReportReturned(string Report) : CatalyticGrantEvent;

public sealed record GrantReportAccepted(string Report) : CatalyticGrantEvent;

/// <summary>The difference: what stood there, and what shall stand there.</summary>
public sealed record AmendmentProposed(AmendmentKind Change, AgreementChange From, AgreementChange To) : CatalyticGrantEvent;

public sealed record AmendmentApplied(AmendmentKind Change, AgreementChange From, AgreementChange To) : CatalyticGrantEvent;

public sealed record AmendmentRejected : CatalyticGrantEvent;

public sealed record GrantSuspended : CatalyticGrantEvent;

public sealed record GrantResumed : CatalyticGrantEvent;

public sealed record GrantTerminated : CatalyticGrantEvent;

public sealed record GrantCancelled : CatalyticGrantEvent;

public sealed record RecoveryRaised(string Recovery, long Amount, bool Disallowed) : CatalyticGrantEvent;

public sealed record RecoveryAgreed(string Recovery) : CatalyticGrantEvent;

public sealed record RepaymentPosted(string Transfer, long Amount, string? Recovery, string Reference, DateOnly On, Conversion? Exchanged) : CatalyticGrantEvent;

public sealed record WriteOffProposed(string Recovery) : CatalyticGrantEvent;

/// <param name="Amount">What is given up.</param>
public sealed record RecoveryWrittenOff(string Recovery, long Amount) : CatalyticGrantEvent;

/// <param name="Net">What it cost in the end: paid less repaid.</param>
public sealed record GrantClosed(long Net) : CatalyticGrantEvent;
