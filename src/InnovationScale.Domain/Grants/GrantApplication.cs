using System.Collections.Immutable;
using System.Diagnostics;
using static InnovationScale.Role;

namespace InnovationScale.Grants;

public enum ApplicationState
{
    /// <summary>Before the first event.</summary>
    None,
    Draft,
    Submitted,

    /// <summary>A rule of the call is not met; it may be mended and sent again while the call is open.</summary>
    Ineligible,
    InReview,

    /// <summary>The applicant was asked something and answers.</summary>
    MoreInfo,
    Recommended,
    NotRecommended,
    Waitlisted,
    Awarded,
    Declined,
    Withdrawn,
}

/// <summary>
/// One organisation asking for money of one call, with everything that reviewers say of it. Until its deadline it is sealed; whoever has a tie to the
/// applicant says so before reading, and a hard tie shuts out. Reviews stand once they are handed in and become stale when the application changes.
/// </summary>
public sealed record GrantApplication : IAggregate<GrantApplication, GrantApplicationCommand, GrantApplicationEvent>, IBelongs
{
    /// <summary>Points of two reviewers further apart than this are talked about.</summary>
    public const int SpreadMost = 30;

    public static string Kind => "grant-application";

    public static GrantApplication New { get; } = new();

    /// <summary>Who may ask what of an application, and when.</summary>
    public static Steps<ApplicationState> Steps { get; } = new("application",
        new(typeof(DraftApplication), [ApplicationState.None], [Teacher, SchoolLead, Researcher]),
        new(typeof(ReviseApplication), [ApplicationState.Draft, ApplicationState.Ineligible, ApplicationState.MoreInfo], Applicants),
        new(typeof(SubmitApplication), [ApplicationState.Draft, ApplicationState.MoreInfo], [SchoolLead.At(Relation.Site)]),
        new(typeof(WithdrawApplication), BeforeAward, [SchoolLead.At(Relation.Site)]),
        new(typeof(UnsealApplication), [ApplicationState.Submitted, ApplicationState.Ineligible], [Role.System]),
        new(typeof(AskReviewer), [ApplicationState.InReview], [Officer]),
        new(typeof(DeclareInterest), [ApplicationState.InReview, ApplicationState.MoreInfo], [Reviewer]),
        new(typeof(RuleOnInterest), [ApplicationState.InReview], [Officer], NeedsReason: true),
        new(typeof(SubmitReview), [ApplicationState.InReview], [Reviewer]),
        new(typeof(ReaffirmReview), [ApplicationState.InReview], [Reviewer]),
        new(typeof(AskApplicant), [ApplicationState.InReview], [Officer]),
        new(typeof(WritePanelNote), [ApplicationState.InReview], [Officer]),
        new(typeof(RecommendApplication), [ApplicationState.InReview], [Officer]),
        new(typeof(WaitlistApplication), [ApplicationState.Recommended], [Officer]),
        new(typeof(DeclineApplication), [ApplicationState.Ineligible, ApplicationState.InReview, ApplicationState.MoreInfo, ApplicationState.NotRecommended, ApplicationState.Recommended, ApplicationState.Waitlisted], [Officer]),
        new(typeof(RecordAward), [ApplicationState.Recommended, ApplicationState.Waitlisted], [Role.System]));

    private static ImmutableArray<Grant> Applicants => [Teacher.At(Relation.Site), SchoolLead.At(Relation.Site), Researcher.At(Relation.Site)];

    private static Grant Officer => ProgrammeOfficer.At(Relation.Home);

    private static ImmutableArray<ApplicationState> BeforeAward =>
    [
        ApplicationState.Draft, ApplicationState.Submitted, ApplicationState.Ineligible, ApplicationState.InReview, ApplicationState.MoreInfo, ApplicationState.Recommended,
        ApplicationState.NotRecommended, ApplicationState.Waitlisted,
    ];

    public ApplicationState State { get; init; }

    public string Call { get; init; } = "";

    public string Funder { get; init; } = "";

    /// <summary>The organisation that applies.</summary>
    public string Applicant { get; init; } = "";

    /// <summary>People of the applicant who worked on it; the first drafted it.</summary>
    public ImmutableArray<string> Writers { get; init; } = [];

    public string? CertifiedBy { get; init; }

    public ApplicationAnswers Answers { get; init; } = new();

    public DateTimeOffset? SubmittedAt { get; init; }

    public DateTimeOffset? SealedUntil { get; init; }

    /// <summary>The deadline has passed, and the funder may read it.</summary>
    public bool Unsealed { get; init; }

    public int Level { get; init; }

    public ImmutableArray<EligibilityFinding> Findings { get; init; } = [];

    public ImmutableArray<Criterion> Criteria { get; init; } = [];

    public int ReviewsLeast { get; init; }

    public ImmutableSortedDictionary<string, Review> Reviews { get; init; } = ImmutableSortedDictionary<string, Review>.Empty;

    /// <summary>What the applicant is asked; null while nothing is.</summary>
    public string? Question { get; init; }

    public string? PanelNote { get; init; }

    public string? RecommendedBy { get; init; }

    public long Recommended { get; init; }

    public string? Summary { get; init; }

    /// <summary>What the applicant is told of the decision.</summary>
    public string? Because { get; init; }

    public string? Grant { get; init; }

    public long Awarded { get; init; }

    public IEnumerable<string> Homes(string id) => [Funder];

    public IEnumerable<string> Schools => [Applicant];

    IEnumerable<string> IBelongs.Workers => Writers;

    /// <summary>Reviews that count: handed in, and about the application as it is.</summary>
    public IEnumerable<Review> Live => Reviews.Values.Where(review => review is { Scores.IsEmpty: false, Stale: false } && review.MayRead);

    /// <summary>How far the points of the live reviews lie apart.</summary>
    public int Spread => Live.Any() ? Live.Max(review => review.Points) - Live.Min(review => review.Points) : 0;

    public double? MeanPoints => Live.Any() ? Live.Average(review => review.Points) : null;

    /// <summary>Whoever must not decide on it: reviewers, those who wrote it, and whoever stepped aside.</summary>
    public ImmutableArray<string> Barred => [.. Writers.Concat(CertifiedBy is null ? [] : [CertifiedBy]).Concat(Reviews.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Whether somebody acts for the applicant.</summary>
    public bool IsOf(string person, IEnumerable<HeldRole> roles) => State is not ApplicationState.None
        && (Writers.Contains(person) || roles.Any(role => role.Role is Teacher or SchoolLead or Researcher && role.In == Applicant));

    /// <summary>Whether somebody reads it for the funder, with the reviews: never before its deadline, and never with a hand in the application or asked to review it: a reviewer reads it as one, and nothing of the others.</summary>
    public bool IsOpenTo(string person, IEnumerable<HeldRole> roles) => Unsealed && person.Length > 0 && !IsOf(person, roles) && !Reviews.ContainsKey(person)
        && roles.Any(role => role.Role is Auditor || (role.Role is ProgrammeOfficer or FinanceL1 or FinanceL2 && role.In == Funder));

    /// <summary>Whether somebody may read it in order to review it.</summary>
    public bool IsReviewableBy(string person) => Unsealed && Reviews.GetValueOrDefault(person) is { MayRead: true };

    public Decision<GrantApplicationEvent> Decide(GrantApplicationCommand command, Stamp stamp)
    {
        if (Steps.Refuse(command, State, stamp) is { } refusal) return refusal;
        if (command is not DraftApplication && OfTheOtherSide(stamp))
            return Refusal.NotAllowed("application-side", "Your role is held elsewhere: the applicant's people write the application, the funder's people decide on it.");

        return command switch
        {
            DraftApplication { Funder: null } => Refusal.NotFound("call-not-there", "There is no such call."),
            DraftApplication draft => Fault(draft.Answers) is { } fault ? fault : new ApplicationDrafted(draft.Call, draft.Funder!, draft.Answers),
            ReviseApplication revise => Fault(revise.Answers) is { } fault ? fault : new ApplicationRevised(revise.Answers),
            SubmitApplication submit => Submit(submit, stamp),
            EndApplication { AwardPending: not false } => new Refusal("award-under-way", "An award to this application is under way or could not be looked up. Look again in a moment."),
            WithdrawApplication => new ApplicationWithdrawn(),
            UnsealApplication => stamp.At < SealedUntil ? new Refusal("still-sealed", "The application is sealed until the deadline.") : new ApplicationUnsealed(),
            AskReviewer ask => Ask(ask),
            DeclareInterest declare => Declare(declare, stamp),
            RuleOnInterest rule => Rule(rule, stamp),
            SubmitReview review => Score(review, stamp),
            ReaffirmReview reaffirm => Reaffirm(reaffirm, stamp),
            AskApplicant ask => string.IsNullOrWhiteSpace(ask.Question) ? Refusal.Invalid("question-missing", "Write what you want to know.") : new ApplicantAsked(ask.Question.Trim()),
            WritePanelNote write => string.IsNullOrWhiteSpace(write.Note) ? Refusal.Invalid("note-missing", "Write what the reviewers agreed on.") : new PanelNoteWritten(write.Note.Trim()),
            RecommendApplication recommend => Recommend(recommend, stamp),
            WaitlistApplication wait => Told(wait.Because, stamp, () => new ApplicationWaitlisted(wait.Because.Trim())),
            DeclineApplication decline => Told(decline.Because, stamp, () => new ApplicationDeclined(decline.Because.Trim())),
            RecordAward award => new ApplicationAwarded(award.Grant, award.Amount, award.Because),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
        };
    }

    public GrantApplication Evolve(GrantApplicationEvent happened, Stamp stamp) => happened switch
    {
        ApplicationDrafted e => this with { State = ApplicationState.Draft, Call = e.Call, Funder = e.Funder, Applicant = stamp.Role.In, Writers = [stamp.Actor], Answers = e.Answers },
        ApplicationRevised e => this with
        {
            State = State is ApplicationState.Ineligible ? ApplicationState.Draft : State, Unsealed = State is ApplicationState.MoreInfo, Answers = e.Answers,
            Writers = Writers.Contains(stamp.Actor) ? Writers : Writers.Add(stamp.Actor),
        },
        ApplicationSubmitted e => Submitted(e, stamp),
        ApplicationUnsealed => this with { State = State is ApplicationState.Submitted ? ApplicationState.InReview : State, Unsealed = true },
        ApplicationWithdrawn => this with { State = ApplicationState.Withdrawn },
        ReviewerAsked e => this with { Reviews = Reviews.SetItem(e.Reviewer, new(e.Reviewer, e.Ties)) },
        ReviewerDeclared e => With(stamp.Actor, review => review with { Interest = e.Interest, What = e.What, Ties = e.Ties }),
        ReviewerRuledOn e => With(e.Reviewer, review => review with { Ruled = e.MayReview }),
        ReviewSubmitted e => With(stamp.Actor, review => review with { Scores = e.Scores, Stale = false, At = stamp.At }),
        ReviewReaffirmed => With(stamp.Actor, review => review with { Stale = false }),
        ApplicantAsked e => this with { State = ApplicationState.MoreInfo, Question = e.Question },
        PanelNoteWritten e => this with { PanelNote = e.Note },
        ApplicationRecommended e => this with
        {
            State = e.Recommended ? ApplicationState.Recommended : ApplicationState.NotRecommended, RecommendedBy = stamp.Actor, Recommended = e.Amount, Summary = e.Summary,
        },
        ApplicationWaitlisted e => this with { State = ApplicationState.Waitlisted, Because = e.Because },
        ApplicationDeclined e => this with { State = ApplicationState.Declined, Because = e.Because },
        ApplicationAwarded e => this with { State = ApplicationState.Awarded, Grant = e.Grant, Awarded = e.Amount, Because = e.Because },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private GrantApplication With(string reviewer, Func<Review, Review> change) => this with { Reviews = Reviews.SetItem(reviewer, change(Reviews[reviewer])) };

    /// <summary>What is answered after a question changes what reviewers have read: they look again.</summary>
    private GrantApplication Submitted(ApplicationSubmitted e, Stamp stamp) => this with
    {
        State = !e.Findings.All(finding => finding.Met) ? ApplicationState.Ineligible : State is ApplicationState.MoreInfo ? ApplicationState.InReview : ApplicationState.Submitted,
        CertifiedBy = stamp.Actor, SubmittedAt = stamp.At, SealedUntil = e.SealedUntil, Level = e.Level, Findings = e.Findings, Criteria = e.Criteria, ReviewsLeast = e.ReviewsLeast, Question = null,
        Reviews = Reviews.ToImmutableSortedDictionary(one => one.Key, one => one.Value with { Stale = !one.Value.Scores.IsEmpty }),
        PanelNote = null,
    };

    private bool OfTheOtherSide(Stamp stamp) => stamp.Role.Role switch
    {
        Teacher or SchoolLead or Researcher => stamp.Role.In != Applicant,
        ProgrammeOfficer => stamp.Role.In != Funder,
        _ => false,
    };

    /// <summary>A draft may lack anything; what it holds can be added up.</summary>
    private static Refusal? Fault(ApplicationAnswers answers) => Currency.IsBudget(answers.Budget) ? null
        : Refusal.Invalid("budget-impossible", $"A budget has at most {Currency.LinesMost} parts, each with an amount above zero, and all together are no more than a grant can be.");

    private Decision<GrantApplicationEvent> Submit(SubmitApplication submit, Stamp stamp)
    {
        if (submit.Asks is not { } asks) return new Refusal("call-unknown-now", "The call could not be looked up. Your answers are kept; send them again in a moment.");
        var until = State is ApplicationState.MoreInfo ? SealedUntil : asks.Published ? asks.Terms.BatchAt(stamp.At) : null;
        if (until is null) return new Refusal("call-not-open", "The call does not take applications now.");
        if (Answers.Payee is not null && !asks.PayeeKnown) return Refusal.Invalid("payee-unknown", "Whoever is to be paid is not registered here. Choose an organisation that is.");
        ImmutableArray<Missing> missing = [.. StillMissing(asks.Terms)];
        if (!missing.IsEmpty) return new Refusal("application-incomplete", "The application is not complete yet.") { Missing = missing };

        return new ApplicationSubmitted(until.Value, asks.Level, asks.Findings, asks.Terms.Criteria, asks.Terms.ReviewsFor(Answers.Asked));
    }

    /// <summary>What the application still lacks before it can be sent.</summary>
    public IEnumerable<Missing> StillMissing(CallTerms terms)
    {
        if (string.IsNullOrWhiteSpace(Answers.Title)) yield return new("application-title", "Give the application a title.", SchoolLead);
        if (Answers.Subject is not { Id.Length: > 0 }) yield return new("subject", "Say what the money is for: a pilot, a trial, a replication or a question.", SchoolLead);
        if (Answers.Budget.IsEmpty || !Currency.IsBudget(Answers.Budget) || Answers.Budget.Any(line => string.IsNullOrWhiteSpace(line.What)))
            yield return new("budget", "Say what each part of the money is for, and how much it is.", SchoolLead);
        if (terms.Questions.Where((_, n) => string.IsNullOrWhiteSpace(Answers.Answers.ElementAtOrDefault(n))).Any()) yield return new("answers", "Answer every question of the call.", SchoolLead);
    }

    private Decision<GrantApplicationEvent> Ask(AskReviewer ask)
    {
        if (Reviews.ContainsKey(ask.Reviewer)) return new Refusal("reviewer-asked-already", "This person has been asked already.");
        if (Barred.Contains(ask.Reviewer)) return ReviewerTied;
        return Shutting(ask.Ties) is { } shut ? shut : new ReviewerAsked(ask.Reviewer, ask.Ties!.Value);
    }

    private Decision<GrantApplicationEvent> Declare(DeclareInterest declare, Stamp stamp)
    {
        if (!Reviews.TryGetValue(stamp.Actor, out var review)) return NotAsked;
        if (review.Interest is not null) return new Refusal("declared-already", "You have said this already; the funder rules on it.");
        if (declare.Ties is not { } ties) return TiesUnknown;
        if (declare.Interest is not InterestKind.None && string.IsNullOrWhiteSpace(declare.What)) return Refusal.Invalid("interest-untold", "Say what ties you to the applicant.");

        return new ReviewerDeclared(ties.Any(tie => tie.Hard) ? InterestKind.Hard : declare.Interest, declare.What.Trim(), ties);
    }

    private Decision<GrantApplicationEvent> Rule(RuleOnInterest rule, Stamp stamp)
    {
        if (!Reviews.TryGetValue(rule.Reviewer, out var review) || review.Interest is null) return new Refusal("not-declared", "This person has not said what ties there are.");
        if (rule.Reviewer == stamp.Actor) return Refusal.NotAllowed("own-interest", "Somebody else rules on your ties.");
        if (review.Interest is InterestKind.Hard) return new Refusal("hard-interest", "Nobody rules this tie away: the person stepped aside.");
        // A stale review whose reviewer cannot look again, or does not, is set aside: else nothing would be decided any more.
        var stands = !review.Scores.IsEmpty && (!review.Stale || rule.MayReview);
        return review.Ruled == rule.MayReview || stands ? new Refusal("ruled-already", "This has been ruled on already.") : new ReviewerRuledOn(rule.Reviewer, rule.MayReview);
    }

    private Decision<GrantApplicationEvent> Score(SubmitReview submit, Stamp stamp)
    {
        if (!Reviews.TryGetValue(stamp.Actor, out var review)) return NotAsked;
        if (!review.MayRead) return MayNotRead;
        if (Shutting(submit.Ties) is { } shut) return shut;
        if (review is { Scores.IsEmpty: false, Stale: false }) return new Refusal("review-stands", "Your review is handed in and stands. It opens again if the application changes.");
        if (submit.Scores.Length != Criteria.Length || Criteria.Any(criterion => submit.Scores.Count(score => score.Criterion == criterion.Name) != 1))
            return Refusal.Invalid("scores-incomplete", "Give points for every criterion, once.");
        if (submit.Scores.Any(score => score.Points < 0 || score.Points > Criteria.First(criterion => criterion.Name == score.Criterion).Weight))
            return Refusal.Invalid("points-impossible", "Points lie between 0 and the weight of the criterion.");
        return submit.Scores.Any(score => string.IsNullOrWhiteSpace(score.Comment))
            ? Refusal.Invalid("comment-missing", "Say why, beside every score.")
            : new ReviewSubmitted(submit.Scores);
    }

    private Decision<GrantApplicationEvent> Reaffirm(ReaffirmReview reaffirm, Stamp stamp)
    {
        if (!Reviews.TryGetValue(stamp.Actor, out var review)) return NotAsked;
        if (!review.MayRead) return MayNotRead;
        if (Shutting(reaffirm.Ties) is { } shut) return shut;
        return review.Stale ? new ReviewReaffirmed() : new Refusal("nothing-to-reaffirm", "There is no review of yours that waits to be looked at again.");
    }

    private Decision<GrantApplicationEvent> Recommend(RecommendApplication recommend, Stamp stamp)
    {
        if (recommend.Applicants is not { } people) return TiesUnknown;
        if (people.Contains(stamp.Actor) || Barred.Contains(stamp.Actor)) return Refusal.NotAllowed("own-application", "Whoever reviewed an application, works with the applicant or stepped aside does not decide on it.");
        if (Live.Count() is var live && live < ReviewsLeast) return new Refusal("reviews-missing", $"{ReviewsLeast} reviews are needed, about the application as it is now; there are {live}.");
        if (Reviews.Values.Any(review => review.Stale && review.MayRead)) return new Refusal("reviews-stale", "The application changed after a review: its reviewer looks again first.");
        if (string.IsNullOrWhiteSpace(recommend.Summary)) return Refusal.Invalid("summary-missing", "Sum up what the reviewers say.");
        var setAside = Reviews.Values.Any(review => review is { Stale: true, Ruled: false, Scores.IsEmpty: false });
        if ((Spread > SpreadMost || setAside) && PanelNote is null)
            return new Refusal("panel-note-needed", $"The reviewers lie more than {SpreadMost} points apart, or a review was set aside: write what they agreed on first.");
        if (recommend.Recommended && (!Currency.IsAmount(recommend.Amount) || recommend.Amount > Answers.Asked))
            return Refusal.Invalid("recommended-amount", "Recommend an amount above zero that is no more than what was asked for.");

        return new ApplicationRecommended(recommend.Recommended, recommend.Recommended ? recommend.Amount : 0, recommend.Summary.Trim());
    }

    private Decision<GrantApplicationEvent> Told(string because, Stamp stamp, Func<GrantApplicationEvent> then)
    {
        if (Barred.Contains(stamp.Actor)) return Refusal.NotAllowed("own-application", "Whoever reviewed an application, works with the applicant or stepped aside does not decide on it.");
        return string.IsNullOrWhiteSpace(because) ? Refusal.Invalid("reasons-missing", "Give the reasons: the applicant reads them.") : then();
    }

    /// <summary>What the records show is looked at whenever somebody is asked and whenever she says something: a tie may have come meanwhile.</summary>
    private static Refusal? Shutting(ImmutableArray<ApplicantTie>? ties) => ties is not { } known ? TiesUnknown : known.Any(tie => tie.Hard) ? ReviewerTied : null;

    private static Refusal ReviewerTied => new Refusal("reviewer-tied", "This person is tied to the applicant and cannot review the application. Ask somebody else.");

    private static Refusal TiesUnknown => new Refusal("ties-unknown", "It could not be looked up what ties this person to the applicant, so nobody is asked to read. Try again.");

    private static Refusal NotAsked => Refusal.NotAllowed("not-asked", "You were not asked to review this application.");

    private static Refusal MayNotRead => Refusal.NotAllowed("may-not-read", "Say first what ties you to the applicant. With a tie you read only when the funder rules that it does not matter.");
}

/// <summary>A reviewer of one application: what ties her to the applicant, and what she says of it.</summary>
public sealed record Review(string By, ImmutableArray<ApplicantTie> Ties)
{
    /// <summary>Null until it is said.</summary>
    public InterestKind? Interest { get; init; }

    public string What { get; init; } = "";

    /// <summary>Whether she may read in spite of a soft tie; null until it is ruled.</summary>
    public bool? Ruled { get; init; }

    public ImmutableArray<Score> Scores { get; init; } = [];

    /// <summary>The application changed since.</summary>
    public bool Stale { get; init; }

    public DateTimeOffset? At { get; init; }

    public int Points => Scores.Sum(score => score.Points);

    /// <summary>Ties are told and, where there are any, ruled on. A hard one never lets her read.</summary>
    public bool MayRead => Interest switch
    {
        null or InterestKind.Hard => false,
        InterestKind.None when Ties.IsEmpty => Ruled != false,
        _ => Ruled == true,
    };
}
