using System.Collections.Immutable;
using static InnovationScale.Role;
using static InnovationScale.Trials.TrialState;

namespace InnovationScale.Trials;

/// <summary>Where a trial stands in its life.</summary>
public enum TrialState
{
    /// <summary>Before the first event.</summary>
    None,
    Draft,
    Submitted,

    /// <summary>The plan is dated and public.</summary>
    Registered,
    Recruiting,
    InField,

    /// <summary>Results are closed; nobody can change them.</summary>
    DataLocked,
    Analysed,
    Reported,

    /// <summary>Ended early; its data are still locked, evaluated and reported.</summary>
    Stopped,

    /// <summary>Taken back before it began.</summary>
    Withdrawn,
}

/// <summary>Who may ask what of a trial, and when.</summary>
public static class TrialSteps
{
    private static readonly ImmutableArray<Role> Recorders = [Teacher, SchoolLead, Researcher, DataSteward];

    public static Steps<TrialState> Table { get; } = new("trial",
        new(typeof(DraftTrial), [None], [Teacher, SchoolLead, Researcher]),
        new(typeof(ReviseTrial), [Draft], [Teacher, SchoolLead, Researcher]),
        new(typeof(SubmitTrial), [Draft], [Researcher]),
        new(typeof(ReturnTrial), [Submitted], [Researcher, Evaluator, Facilitator, ProgrammeOfficer], NeedsReason: true),
        new(typeof(RegisterTrial), [Submitted], [Researcher, Evaluator, Facilitator, ProgrammeOfficer]),
        new(typeof(AmendTrial), [Registered, Recruiting, InField], [Researcher], NeedsReason: true),
        new(typeof(ReportDeviation), [Registered, Recruiting, InField, Stopped, DataLocked], [Teacher, SchoolLead, Researcher, DataSteward]),
        new(typeof(AddSite), [Draft, Submitted, Registered, Recruiting, InField], [SchoolLead, Researcher]),
        new(typeof(SiteLeaves), [Registered, Recruiting, InField, Stopped], [Teacher, SchoolLead, Researcher], NeedsReason: true),
        new(typeof(StartRecruiting), [Registered], [Researcher]),
        new(typeof(StartFieldwork), [Recruiting], [Researcher]),
        new(typeof(RecordCell), [InField, Stopped], Recorders),
        new(typeof(ImportCells), [InField, Stopped], Recorders),
        new(typeof(VerifyCells), [InField, Stopped], [.. Recorders, Evaluator]),
        new(typeof(VerifyBatch), [InField, Stopped], [.. Recorders, Evaluator]),
        new(typeof(CorrectCell), [InField, Stopped], Recorders),
        new(typeof(VoidCell), [InField, Stopped], Recorders, NeedsReason: true),
        new(typeof(RevertBatch), [InField, Stopped], Recorders, NeedsReason: true),
        new(typeof(ExplainMissing), [InField, Stopped], Recorders, NeedsReason: true),
        new(typeof(ProposeLock), [InField, Stopped], [Teacher, SchoolLead, Researcher, DataSteward, Evaluator, Facilitator]),
        new(typeof(ConfirmLock), [InField, Stopped], [Teacher, SchoolLead, Researcher, DataSteward, Evaluator, Facilitator]),
        new(typeof(ProposeUnlock), [DataLocked, Analysed, Reported], [Auditor, Evaluator], NeedsReason: true),
        new(typeof(ConfirmUnlock), [DataLocked, Analysed, Reported], [Auditor, Evaluator], NeedsReason: true),
        new(typeof(MarkAnalysed), [DataLocked], [Researcher, Evaluator, Role.System]),
        new(typeof(ReportTrial), [Analysed, Stopped], [Researcher]),
        new(typeof(StopTrial), [Recruiting, InField], [SchoolLead, Researcher, SafeguardingLead], NeedsReason: true),
        new(typeof(WithdrawTrial), [Draft, Submitted, Registered, Recruiting], [SchoolLead, Researcher], NeedsReason: true));
}
