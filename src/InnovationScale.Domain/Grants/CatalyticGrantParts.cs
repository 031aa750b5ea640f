using System.Collections.Immutable;

namespace InnovationScale.Grants;

/// <summary>Where a grant stands.</summary>
public enum GrantState
{
    /// <summary>Before the first event.</summary>
    None,

    /// <summary>Not signed yet.</summary>
    Awarded,
    Agreed,

    /// <summary>Something has been paid.</summary>
    Active,
    Suspended,

    /// <summary>Ended early; what was paid is still accounted for.</summary>
    Terminated,
    Closed,
    Cancelled,

    /// <summary>It was never made, and never will be.</summary>
    RuledOut,
}

public enum TrancheState
{
    Planned,
    Requested,

    /// <summary>The first of two approvals.</summary>
    Approved,

    /// <summary>With the bank.</summary>
    Released,
    Paid,
    Failed,
    Held,
    Cancelled,
}

/// <summary>One payment of a grant, from plan to bank.</summary>
public sealed record Tranche(PlannedTranche Plan)
{
    public TrancheState State { get; init; }

    /// <summary>The transfer it is asked for under.</summary>
    public string? Transfer { get; init; }

    public string? RequestedBy { get; init; }

    public string? ApprovedBy { get; init; }

    /// <summary>Conditions that a person confirmed, with who it was and the file.</summary>
    public ImmutableArray<Confirmation> Confirmed { get; init; } = [];

    public bool IsOpen => State is TrancheState.Planned or TrancheState.Requested or TrancheState.Approved or TrancheState.Failed or TrancheState.Held;

    /// <summary>Whoever asked or approved before is forgotten.</summary>
    internal Tranche Again(TrancheState state) => this with { State = state, Transfer = null, RequestedBy = null, ApprovedBy = null };
}

public sealed record Confirmation(string Condition, string By, string File, string FileSha256);

public enum ReportState
{
    Scheduled,
    Submitted,
    ChangesRequested,
    Accepted,
}

/// <summary>A report on a grant.</summary>
public sealed record GrantReport(PlannedReport Plan)
{
    public ReportState State { get; init; }

    /// <summary>Spent so far, in all.</summary>
    public long Spent { get; init; }

    public string Text { get; init; } = "";

    public string? By { get; init; }

    public bool OverdueOn(DateOnly day) => State is ReportState.Scheduled or ReportState.ChangesRequested && Plan.Due < day;
}

public enum RecoveryState
{
    Raised,
    Agreed,
    PartlyRepaid,
    Repaid,
    WrittenOff,
}

/// <summary>Money claimed back.</summary>
public sealed record Recovery(string Id, long Amount)
{
    public RecoveryState State { get; init; }

    public long Repaid { get; init; }

    /// <summary>Spent on something that was not agreed.</summary>
    public bool Disallowed { get; init; }

    public string? WriteOffBy { get; init; }

    public long Open => State is RecoveryState.Repaid or RecoveryState.WrittenOff ? 0 : Amount - Repaid;
}

/// <summary>A proposed change of the agreement.</summary>
public sealed record OpenAmendment(AmendmentKind Change, AgreementChange From, AgreementChange To, string By);

public enum TransferKind
{
    Payment,
    Repayment,

    /// <summary>A claim given up: nothing moves, and nothing is owed any more.</summary>
    WriteOff,
}

public enum TransferState
{
    Pending,
    Posted,
    Void,
}

/// <summary>Money that moves, or is about to. Its amount never changes; only what became of it is added.</summary>
public sealed record Transfer(string Id, TransferKind Kind, long Amount, string? For, TransferState State, DateTimeOffset At)
{
    /// <summary>Whom the bank is told to pay: the agreement named it when the money was released.</summary>
    public string? Payee { get; init; }

    public string? Reference { get; init; }

    public DateOnly? On { get; init; }

    public Conversion? Exchanged { get; init; }
}

/// <summary>All transfers of a grant. Every balance is worked out from them.</summary>
public sealed record Ledger(ImmutableArray<Transfer> Transfers)
{
    public static Ledger Empty { get; } = new([]);

    /// <summary>Left the funder, or is about to.</summary>
    public long Released => Sum(TransferKind.Payment, TransferState.Pending) + Paid;

    public long Paid => Sum(TransferKind.Payment, TransferState.Posted);

    public long Repaid => Sum(TransferKind.Repayment, TransferState.Posted);

    public long WrittenOff => Sum(TransferKind.WriteOff, TransferState.Posted);

    /// <summary>Paid less repaid.</summary>
    public long Net => Paid - Repaid;

    public bool HasPending => Transfers.Any(one => one.State is TransferState.Pending);

    public Transfer? Find(string id) => Transfers.FirstOrDefault(one => one.Id == id);

    internal Ledger With(Transfer transfer) => new(Transfers.Add(transfer));

    internal Ledger With(string id, Func<Transfer, Transfer> change) => new([.. Transfers.Select(one => one.Id == id ? change(one) : one)]);

    private long Sum(TransferKind kind, TransferState state)
    {
        long sum = 0;
        foreach (var one in Transfers)
        {
            if (one.Kind == kind && one.State == state) sum += one.Amount;
        }

        return sum;
    }
}
