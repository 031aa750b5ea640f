using System.Collections.Immutable;
using System.Text.Json.Serialization;
using InnovationScale.Committees;

namespace InnovationScale.ScaleUp;

/// <summary>What has happened to a <see cref="ScaleUpReview"/>.</summary>
[JsonDerivedType(typeof(CaseDrafted), "case-drafted")]
[JsonDerivedType(typeof(CaseDescribed), "case-described")]
[JsonDerivedType(typeof(ScalabilityAssessed), "scalability-assessed")]
[JsonDerivedType(typeof(CaseSubmitted), "case-submitted")]
[JsonDerivedType(typeof(CaseReturned), "case-returned")]
[JsonDerivedType(typeof(CaseWithdrawn), "case-withdrawn")]
[JsonDerivedType(typeof(CaseTabled), "case-tabled")]
[JsonDerivedType(typeof(CaseDeferred), "case-deferred")]
[JsonDerivedType(typeof(TieDeclared), "tie-declared")]
[JsonDerivedType(typeof(TieRuled), "tie-ruled")]
[JsonDerivedType(typeof(TiesFound), "ties-found")]
[JsonDerivedType(typeof(TiesSettled), "ties-settled")]
[JsonDerivedType(typeof(NoticeEnded), "notice-ended")]
[JsonDerivedType(typeof(VoteOpened), "vote-opened")]
[JsonDerivedType(typeof(PresenceNoted), "presence-noted")]
[JsonDerivedType(typeof(VoteCast), "vote-cast")]
[JsonDerivedType(typeof(VoteAdjourned), "vote-adjourned")]
[JsonDerivedType(typeof(MinuteAdded), "minute-added")]
[JsonDerivedType(typeof(VoteNotCarried), "vote-not-carried")]
[JsonDerivedType(typeof(CaseDecided), "case-decided")]
[JsonDerivedType(typeof(VotesVoided), "votes-voided")]
[JsonDerivedType(typeof(EvidenceMovedOn), "evidence-moved-on")]
[JsonDerivedType(typeof(ConditionTold), "condition-told")]
[JsonDerivedType(typeof(ConditionAccepted), "condition-accepted")]
[JsonDerivedType(typeof(ConditionsLapsed), "conditions-lapsed")]
[JsonDerivedType(typeof(CaseClosed), "case-closed")]
[JsonDerivedType(typeof(ReviewFellDue), "review-fell-due")]
public abstract record ScaleUpReviewEvent : IEvent<ScaleUpReview>;

public sealed record CaseDrafted(string Title, string Innovation, string Version, string Committee, Reach Reach, Pathway Pathway, string? Reopens, ImmutableArray<string> Cites) : ScaleUpReviewEvent;

/// <summary>The case as it is from now on.</summary>
public sealed record CaseDescribed(Case Case) : ScaleUpReviewEvent;

public sealed record ScalabilityAssessed(ImmutableArray<AreaScore> Scores) : ScaleUpReviewEvent;

/// <summary>With what the gate saw.</summary>
public sealed record CaseSubmitted(int Level, int Replications, int Independent, string SourcesSha256) : ScaleUpReviewEvent;

public sealed record CaseReturned : ScaleUpReviewEvent;

public sealed record CaseWithdrawn : ScaleUpReviewEvent;

public sealed record CaseTabled(Dossier Dossier, string DossierSha256, DateOnly VoteFrom, string Agenda, VotingRules Rules, ImmutableArray<Seat> Seats, ImmutableArray<Tie> Ties) : ScaleUpReviewEvent;

public sealed record CaseDeferred(DateOnly Until) : ScaleUpReviewEvent;

/// <param name="Tie">Null where the member says that nothing ties her to it.</param>
public sealed record TieDeclared(Tie? Tie) : ScaleUpReviewEvent;

public sealed record TieRuled(string Person, TieGround Ground, TieKind Kind) : ScaleUpReviewEvent;

/// <summary>The records show since it was put on the agenda what ties somebody to it.</summary>
public sealed record TiesFound(ImmutableArray<Tie> Ties) : ScaleUpReviewEvent;

/// <summary>Every member has said what ties her to it, and nothing waits for a ruling.</summary>
public sealed record TiesSettled : ScaleUpReviewEvent;

/// <summary>Noted in earlier days when the notice was over; nothing follows from it.</summary>
public sealed record NoticeEnded : ScaleUpReviewEvent;

public sealed record VoteOpened(Motion Motion, Procedure Procedure, ImmutableArray<string> Present) : ScaleUpReviewEvent;

public sealed record PresenceNoted(string Person, bool Present) : ScaleUpReviewEvent;

public sealed record VoteCast(Ballot Choice, string Reason, string DossierSha256) : ScaleUpReviewEvent;

public sealed record VoteAdjourned : ScaleUpReviewEvent;

public sealed record MinuteAdded(string Words) : ScaleUpReviewEvent;

public sealed record VoteNotCarried(Tally Tally) : ScaleUpReviewEvent;

public sealed record CaseDecided(string Rationale, string Dissent, DateOnly ReviewOn, Tally Tally) : ScaleUpReviewEvent;

/// <param name="Changed">Ids of evaluations, replications and studies that are new, gone or other than in the dossier.</param>
public sealed record VotesVoided(ImmutableArray<string> Changed) : ScaleUpReviewEvent;

/// <inheritdoc cref="VotesVoided"/>
public sealed record EvidenceMovedOn(ImmutableArray<string> Changed) : ScaleUpReviewEvent;

public sealed record ConditionTold(string Condition, string Evidence) : ScaleUpReviewEvent;

public sealed record ConditionAccepted(string Condition) : ScaleUpReviewEvent;

public sealed record ConditionsLapsed(ImmutableArray<string> Conditions) : ScaleUpReviewEvent;

public sealed record CaseClosed : ScaleUpReviewEvent;

public sealed record ReviewFellDue : ScaleUpReviewEvent;
