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
    /// <summary>People of a school that takes part, or of the organisation that drafted it.</summary>
    private static readonly Grant Teaching = Teacher.At(Relation.Home | Relation.Site), Leading = SchoolLead.At(Relation.Home | Relation.Site);

    /// <summary>The organisation that drafted it, and the programme that its schools belong to.</summary>
    private static readonly Grant Researching = Researcher.At(Relation.Home | Relation.Network | Relation.Team), Keeping = DataSteward.At(Relation.Home | Relation.Network);

    private static readonly ImmutableArray<Grant> Recorders = [Teaching, Leading, Researching, Keeping];

    public static Steps<TrialState> Table { get; } = new("trial",
        new(typeof(DraftTrial), [None], [Teacher, SchoolLead, Researcher]),
        new(typeof(ReviseTrial), [Draft], [Teaching, Leading, Researching]),
        new(typeof(SubmitTrial), [Draft], [Researching]),
        new(typeof(ReturnTrial), [Submitted], [Researcher, Evaluator, Facilitator, ProgrammeOfficer], NeedsReason: true),
        new(typeof(RegisterTrial), [Submitted], [Researcher, Evaluator, Facilitator, ProgrammeOfficer]),
        new(typeof(AmendTrial), [Registered, Recruiting, InField], [Researching], NeedsReason: true),
        new(typeof(ReportDeviation), [Registered, Recruiting, InField, Stopped, DataLocked], Recorders),
        new(typeof(AddSite), [Draft, Submitted, Registered, Recruiting, InField], [SchoolLead, Researching]),
        new(typeof(SiteLeaves), [Registered, Recruiting, InField, Stopped], [Teaching, Leading, Researching], NeedsReason: true),
        new(typeof(DrawLots), [Registered, Recruiting], [Researching]),
        new(typeof(StartRecruiting), [Registered], [Researching]),
        new(typeof(StartFieldwork), [Recruiting], [Researching]),
        new(typeof(RecordCell), [InField, Stopped], Recorders),
        new(typeof(ImportCells), [InField, Stopped], Recorders),
        new(typeof(VerifyCells), [InField, Stopped], [.. Recorders, Evaluator]),
        new(typeof(VerifyBatch), [InField, Stopped], [.. Recorders, Evaluator]),
        new(typeof(CorrectCell), [InField, Stopped], Recorders),
        new(typeof(VoidCell), [InField, Stopped], Recorders, NeedsReason: true),
        new(typeof(RevertBatch), [InField, Stopped], Recorders, NeedsReason: true),
        new(typeof(ExplainMissing), [InField, Stopped], Recorders, NeedsReason: true),
        new(typeof(TellCosts), [InField, Stopped], Recorders),
        new(typeof(LogDose), [InField, Stopped], Recorders),
        new(typeof(TellUnwanted), [InField, Stopped], Recorders),
        new(typeof(ProposeLock), [InField, Stopped], [Teaching, Leading, Researcher, DataSteward, Evaluator, Facilitator]),
        new(typeof(ConfirmLock), [InField, Stopped], [Teaching, Leading, Researcher, DataSteward, Evaluator, Facilitator]),
        new(typeof(ProposeUnlock), [DataLocked, Analysed, Reported], [Auditor, Evaluator], NeedsReason: true),
        new(typeof(ConfirmUnlock), [DataLocked, Analysed, Reported], [Auditor, Evaluator], NeedsReason: true),
        new(typeof(MarkAnalysed), [DataLocked], [Researcher, Evaluator, Role.System]),
        new(typeof(ReportTrial), [Analysed, Stopped], [Researching]),
        new(typeof(StopTrial), [Recruiting, InField], [Leading, Researching, SafeguardingLead], NeedsReason: true),
        new(typeof(WithdrawTrial), [Draft, Submitted, Registered, Recruiting], [Leading, Researching], NeedsReason: true));
}
