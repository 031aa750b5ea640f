using System.Collections.Immutable;

namespace InnovationScale.Grants;

/// <summary>What can be asked of a <see cref="GrantApplication"/>.</summary>
public abstract record GrantApplicationCommand : ICommand<GrantApplication>;

/// <summary>Opens a draft for one's own organisation.</summary>
public sealed record DraftApplication(string Call, ApplicationAnswers Answers) : GrantApplicationCommand
{
    /// <summary>The funder whose call it is; null where there is no such call.</summary>
    [Gathered] public string? Funder { get; init; }
}

/// <summary>Saves what is answered so far, however little.</summary>
public sealed record ReviseApplication(ApplicationAnswers Answers) : GrantApplicationCommand;

/// <summary>The organisation's signatory certifies the answers and sends them.</summary>
public sealed record SubmitApplication : GrantApplicationCommand, IRestsOn
{
    /// <summary>What the call asks; null when it could not be looked up.</summary>
    [Gathered] public CallAsks? Asks { get; init; }

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Takes an application out of the running, in one way or another; not while an award to it is under way.</summary>
public abstract record EndApplication : GrantApplicationCommand, IRestsOn
{
    /// <summary>The call has set money aside for it; null when that could not be looked up.</summary>
    [Gathered] public bool? AwardPending { get; init; }

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

public sealed record WithdrawApplication : EndApplication;

/// <summary>The deadline has passed: the funder may open it.</summary>
public sealed record UnsealApplication : GrantApplicationCommand;

public sealed record AskReviewer(string Reviewer) : GrantApplicationCommand
{
    /// <summary>What ties the reviewer to the applicant; null when it could not be looked up.</summary>
    [Gathered] public ImmutableArray<ApplicantTie>? Ties { get; init; }
}

/// <summary>A reviewer says, before reading anything, what ties her to the applicant.</summary>
public sealed record DeclareInterest(InterestKind Interest, string What) : GrantApplicationCommand
{
    [Gathered] public ImmutableArray<ApplicantTie>? Ties { get; init; }
}

/// <summary>Rules whether a reviewer with a soft tie may read.</summary>
public sealed record RuleOnInterest(string Reviewer, bool MayReview) : GrantApplicationCommand;

/// <summary>Every criterion with points and a comment. It stands: nobody changes a review that was handed in.</summary>
public sealed record SubmitReview(ImmutableArray<Score> Scores) : GrantApplicationCommand
{
    /// <summary>What the records show now of ties to the applicant; null when it could not be looked up.</summary>
    [Gathered] public ImmutableArray<ApplicantTie>? Ties { get; init; }
}

/// <summary>The application changed, and the reviewer's view of it did not.</summary>
public sealed record ReaffirmReview : GrantApplicationCommand
{
    /// <summary>What the records show now of ties to the applicant; null when it could not be looked up.</summary>
    [Gathered] public ImmutableArray<ApplicantTie>? Ties { get; init; }
}

/// <summary>Opens the application to its applicant again, with a question; the reviews so far become stale.</summary>
public sealed record AskApplicant(string Question) : GrantApplicationCommand;

/// <summary>Says what the reviewers, whose points lie far apart, agreed on.</summary>
public sealed record WritePanelNote(string Note) : GrantApplicationCommand;

/// <summary>Recommends it, or not, with a summary of the reviews.</summary>
public sealed record RecommendApplication(bool Recommended, long Amount, string Summary) : GrantApplicationCommand
{
    /// <summary>People of the applicant; null when they could not be looked up.</summary>
    [Gathered] public ImmutableArray<string>? Applicants { get; init; }
}

/// <summary>There is no money for it now; the reasons are told.</summary>
public sealed record WaitlistApplication(string Because) : EndApplication;

/// <summary>Says no; the reasons are told.</summary>
public sealed record DeclineApplication(string Because) : EndApplication;

/// <summary>Follows the call, in which the award was made.</summary>
public sealed record RecordAward(string Grant, long Amount, string Because) : GrantApplicationCommand;

/// <summary>What an applicant has answered so far.</summary>
public sealed record ApplicationAnswers
{
    public string Title { get; init; } = "";

    public GrantSubject? Subject { get; init; }

    /// <summary>In the order of the call's questions.</summary>
    public ImmutableArray<string> Answers { get; init; } = [];

    public ImmutableArray<BudgetLine> Budget { get; init; } = [];

    /// <summary>The organisation to be paid, where it is another one: a fiscal host. It is registered when the application is sent.</summary>
    public string? Payee { get; init; }

    public long Asked => Budget.Sum(line => line.Amount);
}

/// <summary>What a call asks of an application at the moment it is sent.</summary>
/// <param name="Level">Evidence level of what it is about, today.</param>
/// <param name="Findings">What the call's rules found.</param>
public sealed record CallAsks(CallTerms Terms, bool Published, int Level, ImmutableArray<EligibilityFinding> Findings)
{
    /// <summary>Where another organisation is to be paid, it is on record.</summary>
    public bool PayeeKnown { get; init; }
}

/// <summary>What ties a reviewer to an applicant, as the records show it.</summary>
/// <param name="Hard">Nobody can rule it away.</param>
public sealed record ApplicantTie(ApplicantTieKind Kind, bool Hard, string With);

public enum ApplicantTieKind
{
    SameOrganisation,
    SharedPilot,

    /// <summary>Signed an evaluation of the applicant's trials.</summary>
    Evaluated,

    /// <summary>Paid by the applicant, or the other way round, in an earlier grant.</summary>
    Payment,
    SameNetwork,
}

public enum InterestKind
{
    None,

    /// <summary>Told openly; the funder rules whether it matters.</summary>
    Soft,

    /// <summary>Steps aside.</summary>
    Hard,
}

/// <summary>Points for one criterion, and why.</summary>
public sealed record Score(string Criterion, int Points, string Comment);
