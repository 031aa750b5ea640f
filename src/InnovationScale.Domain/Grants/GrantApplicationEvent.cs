using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace InnovationScale.Grants;

/// <summary>What has happened to a <see cref="GrantApplication"/>.</summary>
[JsonDerivedType(typeof(ApplicationDrafted), "application-drafted")]
[JsonDerivedType(typeof(ApplicationRevised), "application-revised")]
[JsonDerivedType(typeof(ApplicationSubmitted), "application-submitted")]
[JsonDerivedType(typeof(ApplicationUnsealed), "application-unsealed")]
[JsonDerivedType(typeof(ApplicationWithdrawn), "application-withdrawn")]
[JsonDerivedType(typeof(ReviewerAsked), "reviewer-asked")]
[JsonDerivedType(typeof(ReviewerDeclared), "reviewer-declared")]
[JsonDerivedType(typeof(ReviewerRuledOn), "reviewer-ruled-on")]
[JsonDerivedType(typeof(ReviewSubmitted), "review-submitted")]
[JsonDerivedType(typeof(ReviewReaffirmed), "review-reaffirmed")]
[JsonDerivedType(typeof(ApplicantAsked), "applicant-asked")]
[JsonDerivedType(typeof(PanelNoteWritten), "panel-note-written")]
[JsonDerivedType(typeof(ApplicationRecommended), "application-recommended")]
[JsonDerivedType(typeof(ApplicationWaitlisted), "application-waitlisted")]
[JsonDerivedType(typeof(ApplicationDeclined), "application-declined")]
[JsonDerivedType(typeof(ApplicationAwarded), "application-awarded")]
public abstract record GrantApplicationEvent : IEvent<GrantApplication>;

public sealed record ApplicationDrafted(string Call, string Funder, ApplicationAnswers Answers) : GrantApplicationEvent;

public sealed record ApplicationRevised(ApplicationAnswers Answers) : GrantApplicationEvent;

/// <summary>Certified and sent.</summary>
/// <param name="SealedUntil">Nobody but the applicant reads it before.</param>
/// <param name="Level">Evidence level of what it is about, on that day.</param>
/// <param name="Criteria">As the call has frozen them.</param>
public sealed record ApplicationSubmitted(
    DateTimeOffset SealedUntil, int Level, ImmutableArray<EligibilityFinding> Findings, ImmutableArray<Criterion> Criteria, int ReviewsLeast) : GrantApplicationEvent;

public sealed record ApplicationUnsealed : GrantApplicationEvent;

public sealed record ApplicationWithdrawn : GrantApplicationEvent;

public sealed record ReviewerAsked(string Reviewer, ImmutableArray<ApplicantTie> Ties) : GrantApplicationEvent;

/// <param name="Ties">What the records show beside what was said.</param>
public sealed record ReviewerDeclared(InterestKind Interest, string What, ImmutableArray<ApplicantTie> Ties) : GrantApplicationEvent;

public sealed record ReviewerRuledOn(string Reviewer, bool MayReview) : GrantApplicationEvent;

public sealed record ReviewSubmitted(ImmutableArray<Score> Scores) : GrantApplicationEvent;

public sealed record ReviewReaffirmed : GrantApplicationEvent;

public sealed record ApplicantAsked(string Question) : GrantApplicationEvent;

public sealed record PanelNoteWritten(string Note) : GrantApplicationEvent;

public sealed record ApplicationRecommended(bool Recommended, long Amount, string Summary) : GrantApplicationEvent;

public sealed record ApplicationWaitlisted(string Because) : GrantApplicationEvent;

public sealed record ApplicationDeclined(string Because) : GrantApplicationEvent;

public sealed record ApplicationAwarded(string Grant, long Amount, string Because) : GrantApplicationEvent;
