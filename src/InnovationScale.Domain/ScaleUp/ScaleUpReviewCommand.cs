using System.Collections.Immutable;
using InnovationScale.Committees;

namespace InnovationScale.ScaleUp;

/// <summary>What can be asked of a <see cref="ScaleUpReview"/>.</summary>
public abstract record ScaleUpReviewCommand : ICommand<ScaleUpReview>;

/// <summary>Begins to put a version before a committee.</summary>
/// <param name="Reopens">A review that has ended; then evidence that it did not know is cited.</param>
public sealed record DraftCase(string Title, string Innovation, string Version, string Committee, Reach Reach, Pathway Pathway, string? Reopens = null) : ScaleUpReviewCommand
{
    /// <summary>Ids of evaluations, replications or studies.</summary>
    public ImmutableArray<string> Cites { get; init; } = [];

    /// <summary>Whether there are such a version and such a committee.</summary>
    [Gathered] public bool VersionKnown { get; init; }

    [Gathered] public bool CommitteeKnown { get; init; }

    /// <summary>The review it opens again; null when there is none.</summary>
    [Gathered] public EarlierReview? Earlier { get; init; }

    /// <summary>What is on record about the version now.</summary>
    [Gathered] public ImmutableArray<string> KnownNow { get; init; } = [];
}

/// <summary>What a new review must know of the one it opens again.</summary>
public sealed record EarlierReview(bool Ended, string Innovation, ImmutableArray<string> Knew);

/// <summary>Null leaves an answer as it is.</summary>
public sealed record DescribeCase : ScaleUpReviewCommand
{
    public TargetPopulation? Target { get; init; }

    public CostAtScale? Cost { get; init; }

    public ImmutableArray<EquityRow>? Equity { get; init; }

    public string? Justification { get; init; }

    public string? OptimalScale { get; init; }

    public Area? Bottleneck { get; init; }

    public string? BottleneckWords { get; init; }
}

/// <summary>One person's scores; sent again they replace the earlier ones until the case is on the agenda.</summary>
public sealed record AssessScalability(ImmutableArray<AreaScore> Scores) : ScaleUpReviewCommand;

public sealed record SubmitCase : ScaleUpReviewCommand, IRestsOn
{
    [Gathered] public CaseFacts Facts { get; init; } = new(null, 0);

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Back to whoever drafted it, with a reason.</summary>
public sealed record ReturnCase : ScaleUpReviewCommand;

public sealed record WithdrawCase : ScaleUpReviewCommand;

/// <summary>Puts it on the agenda: the dossier is frozen, seats and rules are copied, and ties that the records show are noted.</summary>
/// <param name="VoteFrom">The first day on which it may be voted on.</param>
public sealed record TableCase(DateOnly VoteFrom, string Agenda = "") : ScaleUpReviewCommand, IRestsOn
{
    [Gathered] public CaseFacts Facts { get; init; } = new(null, 0);

    [Gathered] public VotingRules Rules { get; init; } = new();

    [Gathered] public ImmutableArray<Seat> Seats { get; init; } = [];

    [Gathered] public ImmutableArray<Tie> Ties { get; init; } = [];

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Takes it off the agenda until a day.</summary>
public sealed record DeferCase(DateOnly Until) : ScaleUpReviewCommand;

/// <summary>A member says what ties her to it; nothing where nothing does.</summary>
public sealed record DeclareTie(TieGround? Ground, TieKind Kind = TieKind.Soft, string Words = "") : ScaleUpReviewCommand;

/// <summary>The chair, and for the chair's own the vice-chair, says whether a soft tie stays one; the reason stands in the stamp.</summary>
public sealed record RuleOnTie(string Person, TieGround Ground, TieKind Kind) : ScaleUpReviewCommand;

/// <param name="Present">Who is at the meeting; nobody of a written procedure.</param>
public sealed record OpenVote(Motion Motion, Procedure Procedure, ImmutableArray<string> Present) : ScaleUpReviewCommand, IRestsOn
{
    [Gathered] public EvidenceSources? Now { get; init; }

    /// <summary>What the records show by now of whoever takes part.</summary>
    [Gathered] public ImmutableArray<Tie> Ties { get; init; } = [];

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Somebody comes to the meeting, or leaves it.</summary>
public sealed record NotePresence(string Person, bool Present) : ScaleUpReviewCommand;

/// <summary>A vote, or a changed one.</summary>
/// <param name="DossierSha256">Of the dossier that the member read.</param>
public sealed record CastVote(Ballot Choice, string Reason, string DossierSha256) : ScaleUpReviewCommand;

/// <summary>The vote comes to nothing; the reason stands in the stamp.</summary>
public sealed record AdjournVote : ScaleUpReviewCommand;

/// <summary>What was said, for the minutes. Those who stepped aside never see it.</summary>
public sealed record AddMinute(string Words) : ScaleUpReviewCommand;

/// <summary>Counts, and records what was decided and why.</summary>
/// <param name="Dissent">Why those against it were, in their words; needed where somebody was.</param>
/// <param name="ReviewOn">When it is looked at again.</param>
public sealed record DecideCase(string Rationale, string Dissent, DateOnly ReviewOn) : ScaleUpReviewCommand, IRestsOn
{
    [Gathered] public EvidenceSources? Now { get; init; }

    /// <inheritdoc cref="OpenVote.Ties"/>
    [Gathered] public ImmutableArray<Tie> Ties { get; init; } = [];

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Its owner says that a condition is met, and shows what for.</summary>
public sealed record TellConditionMet(string Condition, string Evidence) : ScaleUpReviewCommand;

/// <summary>Somebody of the committee, who did not tell it, accepts that a condition is met.</summary>
public sealed record AcceptCondition(string Condition) : ScaleUpReviewCommand;

/// <summary>Nothing is left to do.</summary>
public sealed record CloseCase : ScaleUpReviewCommand;

/// <summary>Looks whether the evidence has moved on since the dossier was frozen.</summary>
public sealed record RecheckDossier : ScaleUpReviewCommand
{
    [Gathered] public EvidenceSources? Now { get; init; }
}

/// <summary>Lets what was not met by its last day lapse.</summary>
public sealed record LapseConditions : ScaleUpReviewCommand;

/// <summary>The day has come on which the decision was to be looked at again.</summary>
public sealed record FallDue : ScaleUpReviewCommand;
