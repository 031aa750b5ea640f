using System.Collections.Immutable;
using System.Diagnostics;
using InnovationScale.Committees;
using InnovationScale.Grants;
using static InnovationScale.Role;

namespace InnovationScale.ScaleUp;

/// <summary>Where a review stands in its life.</summary>
public enum ReviewState
{
    /// <summary>Before the first event.</summary>
    None,
    Draft,
    Submitted,

    /// <summary>Sent back to whoever drafted it.</summary>
    Returned,

    /// <summary>On the agenda, its dossier frozen.</summary>
    Tabled,

    /// <summary>Every member has said what ties her to it.</summary>
    Declared,
    Voting,
    Decided,
    ConditionsOpen,
    Closed,
    Deferred,
    Withdrawn,

    /// <summary>A condition was not met in time.</summary>
    Lapsed,
}

/// <summary>
/// A committee's decision on one version for one target population, from the draft of the case to the last condition. What was read is frozen under a
/// hash, every vote names it, and when the evidence behind it changes the votes count for nothing.
/// </summary>
public sealed record ScaleUpReview : IAggregate<ScaleUpReview, ScaleUpReviewCommand, ScaleUpReviewEvent>, IBelongs
{
    public static string Kind => "review";

    public static ScaleUpReview New { get; } = new();

    private static readonly ImmutableArray<ReviewState>
        OpenToWork = [ReviewState.Draft, ReviewState.Returned],
        OnAgenda = [ReviewState.Tabled, ReviewState.Declared, ReviewState.Voting],
        AfterDecision = [ReviewState.Decided, ReviewState.ConditionsOpen, ReviewState.Closed, ReviewState.Lapsed];

    private static readonly ImmutableArray<Grant>
        Drafters = [Researcher.At(Relation.Team), Facilitator.At(Relation.Team), ProgrammeOfficer.At(Relation.Team), SchoolLead.At(Relation.Team), Secretary.At(Relation.Home)],
        Members = [CommitteeChair.At(Relation.Home), CommitteeMember.At(Relation.Home)];

    /// <summary>Who may ask what of a review, and when.</summary>
    public static Steps<ReviewState> Steps { get; } = new("review",
        new(typeof(DraftCase), [ReviewState.None], [Researcher, Facilitator, ProgrammeOfficer, SchoolLead, Secretary]),
        new(typeof(DescribeCase), OpenToWork, Drafters),
        new(typeof(AssessScalability), OpenToWork, [Researcher, Facilitator, Evaluator, Reviewer, ProgrammeOfficer, SchoolLead]),
        new(typeof(SubmitCase), OpenToWork, Drafters),
        new(typeof(ReturnCase), [ReviewState.Submitted], [Secretary.At(Relation.Home)], NeedsReason: true),
        new(typeof(WithdrawCase), [.. OpenToWork, ReviewState.Submitted, ReviewState.Deferred, ReviewState.Tabled, ReviewState.Declared], Drafters, NeedsReason: true),
        new(typeof(TableCase), [ReviewState.Submitted, ReviewState.Deferred], [Secretary.At(Relation.Home)]),
        new(typeof(DeferCase), [ReviewState.Tabled, ReviewState.Declared], [Secretary.At(Relation.Home), CommitteeChair.At(Relation.Home)], NeedsReason: true),
        new(typeof(DeclareTie), OnAgenda, Members),
        new(typeof(RuleOnTie), OnAgenda, Members, NeedsReason: true),
        new(typeof(OpenVote), [ReviewState.Declared], Members),
        new(typeof(NotePresence), [ReviewState.Voting], [Secretary.At(Relation.Home), .. Members]),
        new(typeof(CastVote), [ReviewState.Voting], Members),
        new(typeof(AdjournVote), [ReviewState.Voting], Members, NeedsReason: true),
        new(typeof(AddMinute), [.. OnAgenda, .. AfterDecision], [Secretary.At(Relation.Home)]),
        new(typeof(DecideCase), [ReviewState.Voting], [Secretary.At(Relation.Home)]),
        new(typeof(TellConditionMet), [ReviewState.ConditionsOpen], [Teacher, SchoolLead, Researcher, Facilitator, DataSteward, Evaluator, ProgrammeOfficer, Secretary]),
        new(typeof(AcceptCondition), [ReviewState.ConditionsOpen], [Secretary.At(Relation.Home), .. Members]),
        new(typeof(CloseCase), [ReviewState.Decided], [Secretary.At(Relation.Home)]),
        new(typeof(RecheckDossier), [.. OnAgenda, ReviewState.Deferred, .. AfterDecision], [Role.System]),
        new(typeof(LapseConditions), [ReviewState.ConditionsOpen], [Role.System]),
        new(typeof(FallDue), AfterDecision, [Role.System]));

    public ReviewState State { get; init; }

    public string Title { get; init; } = "";

    public string Innovation { get; init; } = "";

    public string Version { get; init; } = "";

    public string Committee { get; init; } = "";

    public Reach Reach { get; init; }

    public Pathway Pathway { get; init; }

    /// <summary>The review it opens again, and the evidence it cites for that.</summary>
    public string? Reopens { get; init; }

    public ImmutableArray<string> Cites { get; init; } = [];

    public string DraftedBy { get; init; } = "";

    public Case Case { get; init; } = new();

    public ImmutableArray<ScalabilityAssessment> Assessments { get; init; } = [];

    /// <summary>What was read, as it was put on the agenda last; null before.</summary>
    public Dossier? Dossier { get; init; }

    public string DossierSha256 { get; init; } = "";

    /// <summary>Hash of the sources in the dossier.</summary>
    public string SourcesSha256 { get; init; } = "";

    public DateOnly? VoteFrom { get; init; }

    public string Agenda { get; init; } = "";

    public VotingRules Rules { get; init; } = new();

    /// <summary>Who sat when it was put on the agenda.</summary>
    public ImmutableArray<Seat> Seats { get; init; } = [];

    /// <summary>Ties of members, those of earlier agendas too: what was hard once stays so.</summary>
    public ImmutableArray<Tie> Ties { get; init; } = [];

    /// <summary>Members who have said what ties them to it, or that nothing does, since it was put on the agenda.</summary>
    public ImmutableSortedSet<string> Answered { get; init; } = [];

    /// <summary>Every motion, the last one last.</summary>
    public ImmutableArray<VoteRound> Rounds { get; init; } = [];

    /// <summary>What was said, as the secretary wrote it down.</summary>
    public ImmutableArray<string> Minutes { get; init; } = [];

    public Decided? Decision { get; init; }

    public ImmutableArray<TrackedCondition> Conditions { get; init; } = [];

    public IEnumerable<string> Homes(string id) => [Committee];

    public IEnumerable<string> Workers => [DraftedBy];

    /// <summary>Members who did not step aside. Whoever sees to a condition tells that it is met without reading what was said.</summary>
    public IEnumerable<string> LookersOn => Seats.Select(seat => seat.Person).Where(person => !StandsAside(person));

    public IEnumerable<string> Barred => Ties.Where(tie => tie.IsHard).Select(tie => tie.Person);

    public bool StandsAside(string person) => Barred.Contains(person);

    public bool IsSeated(string person) => Seats.Any(seat => seat.Person == person);

    /// <summary>
    /// Who may vote: members who did not step aside, and alternates in the order of their seats where fewer than the floor are left.
    /// </summary>
    public ImmutableArray<string> Eligible
    {
        get
        {
            string[] members = [.. Seats.Where(seat => seat.Votes).Select(seat => seat.Person).Where(person => !StandsAside(person))];
            return [.. members, .. Seats.Where(seat => !seat.Votes).Select(seat => seat.Person).Where(person => !StandsAside(person)).Take(Math.Max(0, Rules.Floor - members.Length))];
        }
    }

    /// <summary>The conditions that somebody tells are met.</summary>
    public IEnumerable<TrackedCondition> SeenToBy(string person) => StandsAside(person) ? [] : Conditions.Where(one => one.Condition.Owner == person);

    public int SteppedAside => Seats.Count(seat => seat.Votes && StandsAside(seat.Person));

    public VoteRound? Round => Rounds.IsEmpty ? null : Rounds[^1];

    /// <summary>Members of whom it is not known yet what ties them to it.</summary>
    public IEnumerable<string> Unanswered => Seats.Select(seat => seat.Person).Where(person => !Answered.Contains(person) && !StandsAside(person));

    /// <summary>It has been on the agenda: from then on the record is for those who take part.</summary>
    public bool IsTalkedAbout => !Seats.IsEmpty;

    public Decision<ScaleUpReviewEvent> Decide(ScaleUpReviewCommand command, Stamp stamp)
    {
        // Whoever stepped aside hears the same whatever is asked and however far it is; only her own ties may still be told.
        if (StandsAside(stamp.Actor) && command is not DeclareTie) return SteppedAsideNow;
        if (Steps.Refuse(command, State, stamp) is { } refusal) return refusal;

        return command switch
        {
            DraftCase draft => Draft(draft),
            DescribeCase describe => Describe(describe),
            AssessScalability assess => Assess(assess, stamp),
            SubmitCase submit => Submit(submit),
            ReturnCase => IsTalkedAbout
                ? new Refusal("review-was-tabled", "It has been on the agenda. Put it there again, or withdraw it: who drafted it does not see what was said.")
                : new CaseReturned(),
            WithdrawCase => new CaseWithdrawn(),
            TableCase table => Table(table, stamp),
            DeferCase defer => defer.Until > stamp.Day ? new CaseDeferred(defer.Until) : Refusal.Invalid("review-day-passed", "Choose a day that lies ahead."),
            DeclareTie declare => Declare(declare, stamp),
            RuleOnTie rule => Rule(rule, stamp),
            OpenVote open => Knowing(open.Ties, stamp, review => review.Open(open with { Present = [.. open.Present.Where(person => StandsAside(person) || !review.StandsAside(person))] }, stamp)),
            NotePresence note => Note(note),
            CastVote cast => Cast(cast, stamp),
            AdjournVote => Presides(stamp) is { } no ? no : new VoteAdjourned(),
            AddMinute minute => string.IsNullOrWhiteSpace(minute.Words) ? Refusal.Invalid("minute-empty", "Write down what was said.") : new MinuteAdded(minute.Words.Trim()),
            DecideCase decide => Knowing(decide.Ties, stamp, review => review.Count(decide, stamp)),
            TellConditionMet tell => Tell(tell, stamp),
            AcceptCondition accept => Accept(accept, stamp),
            CloseCase => new CaseClosed(),
            RecheckDossier recheck => Recheck(recheck),
            LapseConditions => Lapse(stamp),
            FallDue => Decision!.FellDue || stamp.Day < Decision.ReviewOn ? new Refusal("review-not-due", "It is not due to be looked at again, or was noted already.") : new ReviewFellDue(),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
        };
    }

    public ScaleUpReview Evolve(ScaleUpReviewEvent happened, Stamp stamp) => happened switch
    {
        CaseDrafted e => this with
        {
            State = ReviewState.Draft, Title = e.Title, Innovation = e.Innovation, Version = e.Version, Committee = e.Committee, Reach = e.Reach, Pathway = e.Pathway,
            Reopens = e.Reopens, Cites = e.Cites, DraftedBy = stamp.Actor,
        },
        CaseDescribed e => this with { Case = e.Case },
        ScalabilityAssessed e => this with { Assessments = [.. Assessments.Where(one => one.By != stamp.Actor), new(stamp.Actor, e.Scores)] },
        CaseSubmitted => this with { State = ReviewState.Submitted },
        CaseReturned => this with { State = ReviewState.Returned },
        CaseWithdrawn => this with { State = ReviewState.Withdrawn },
        CaseTabled e => this with
        {
            State = ReviewState.Tabled, Dossier = e.Dossier, DossierSha256 = e.DossierSha256, SourcesSha256 = e.Dossier.Evidence.Sources.Sha256(), VoteFrom = e.VoteFrom,
            Agenda = e.Agenda, Rules = e.Rules, Seats = e.Seats, Ties = [.. Ties, .. Unknown(e.Ties)], Answered = [],
        },
        CaseDeferred => this with { State = ReviewState.Deferred },
        TieDeclared e => this with { Answered = Answered.Add(stamp.Actor), Ties = e.Tie is { } told ? [.. Ties.Where(tie => !tie.SameAs(told)), told] : Ties },
        TieRuled e => this with
        {
            Ties = [.. Ties.Select(tie => tie.Person == e.Person && tie.Ground == e.Ground ? tie with { Ruled = e.Kind, RuledBy = stamp.Actor, RuledBecause = stamp.Reason } : tie)],
        },
        TiesFound e => this with { Ties = [.. Ties, .. e.Ties] },
        TiesSettled => this with { State = ReviewState.Declared },
        // Noted in earlier days: the day itself says that the notice is over.
        NoticeEnded => this,
        VoteOpened e => this with { State = ReviewState.Voting, Rounds = Rounds.Add(new(e.Motion, e.Procedure, DossierSha256) { Present = [.. e.Present] }) },
        PresenceNoted e => InRound(round => round with { Present = e.Present ? round.Present.Add(e.Person) : round.Present.Remove(e.Person) }),
        VoteCast e => InRound(round => round with
        {
            Votes = round.Votes.SetItem(stamp.Actor, new(e.Choice, e.Reason, e.DossierSha256, stamp.At)), Present = round.Present.Add(stamp.Actor),
        }),
        VoteAdjourned => InRound(round => round with { Result = RoundResult.Adjourned }) with { State = ReviewState.Declared },
        MinuteAdded e => this with { Minutes = Minutes.Add(e.Words) },
        VoteNotCarried e => InRound(round => round with { Result = RoundResult.NotCarried, Tally = e.Tally }) with { State = ReviewState.Declared },
        CaseDecided e => InRound(round => round with { Result = RoundResult.Carried, Tally = e.Tally }) with
        {
            State = Round!.Motion.Conditions.IsEmpty ? ReviewState.Decided : ReviewState.ConditionsOpen,
            Decision = new(Round.Motion, e.Rationale, e.Dissent, e.ReviewOn, e.Tally, DossierSha256, stamp.Day),
            Conditions = [.. Round.Motion.Conditions.Select(condition => new TrackedCondition(condition))],
        },
        VotesVoided => this with { State = ReviewState.Submitted, Rounds = [.. Rounds.Select(round => round with { Result = RoundResult.Void })], Answered = [] },
        EvidenceMovedOn e => this with { Decision = Decision! with { EvidenceSince = [.. Decision.EvidenceSince.Union(e.Changed)] } },
        ConditionTold e => InCondition(e.Condition, condition => condition with { State = ConditionState.Told, Evidence = e.Evidence, ToldBy = stamp.Actor }),
        ConditionAccepted e => InCondition(e.Condition, condition => condition with { State = ConditionState.Met, AcceptedBy = stamp.Actor }),
        ConditionsLapsed e => this with
        {
            State = ReviewState.Lapsed, Conditions = [.. Conditions.Select(one => e.Conditions.Contains(one.Condition.Id) ? one with { State = ConditionState.Lapsed } : one)],
        },
        CaseClosed => this with { State = ReviewState.Closed },
        ReviewFellDue => this with { Decision = Decision! with { FellDue = true } },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private static Decision<ScaleUpReviewEvent> Draft(DraftCase draft)
    {
        if (string.IsNullOrWhiteSpace(draft.Title)) return Refusal.Invalid("title-missing", "Say in a line what is asked.");
        if (!draft.VersionKnown) return Refusal.NotFound("version-unknown", "There is no such version of an innovation.");
        if (!draft.CommitteeKnown) return Refusal.NotFound("committee-unknown", "There is no such committee.");
        if (draft.Reopens is not null)
        {
            if (draft.Earlier is not { } earlier || earlier.Innovation != draft.Innovation)
                return Refusal.NotFound("earlier-review-unknown", "There is no such earlier review of this innovation.");
            if (!earlier.Ended) return new Refusal("earlier-review-open", "The earlier review has not ended.");
            if (draft.Cites.IsEmpty || draft.Cites.Any(id => earlier.Knew.Contains(id) || !draft.KnownNow.Contains(id)))
                return new Refusal("new-evidence-needed", "Cite evidence on record that the earlier review did not know. Without any it stays as it was decided.");
        }

        return new CaseDrafted(draft.Title.Trim(), draft.Innovation, draft.Version, draft.Committee, draft.Reach, draft.Pathway, draft.Reopens, draft.Cites);
    }

    private Decision<ScaleUpReviewEvent> Describe(DescribeCase describe)
    {
        var after = Case with
        {
            Target = describe.Target ?? Case.Target, Cost = describe.Cost ?? Case.Cost, Equity = describe.Equity ?? Case.Equity, Justification = describe.Justification ?? Case.Justification,
            OptimalScale = describe.OptimalScale ?? Case.OptimalScale, Bottleneck = describe.Bottleneck ?? Case.Bottleneck, BottleneckWords = describe.BottleneckWords ?? Case.BottleneckWords,
        };
        if (after.Target.Fault() is { } fault) return fault;
        if (after.Cost is { } cost && !(cost.Low > 0 && cost.Low <= cost.Likely && cost.Likely <= cost.High && Currency.Knows(cost.Currency)))
            return Refusal.Invalid("cost-impossible", "Give a likely cost between a low and a high one, all above 0, and the three letters of a currency, such as USD.");
        return after.Equity.Any(row => string.IsNullOrWhiteSpace(row.Group) || string.IsNullOrWhiteSpace(row.Says))
            ? Refusal.Invalid("equity-row-empty", "Name the group, and say what is known or that nothing is.")
            : new CaseDescribed(after);
    }

    private Decision<ScaleUpReviewEvent> Assess(AssessScalability assess, Stamp stamp)
    {
        if (stamp.Actor == DraftedBy) return Refusal.NotAllowed("assessor-drafted-it", "Somebody other than the person who drafted the case assesses it.");
        if (assess.Scores.Length != Enum.GetValues<Area>().Length || assess.Scores.Select(score => score.Area).Distinct().Count() != assess.Scores.Length)
            return Refusal.Invalid("areas-incomplete", "Score each of the seven areas once.");
        return assess.Scores.Any(score => string.IsNullOrWhiteSpace(score.Evidence))
            ? Refusal.Invalid("score-without-evidence", "Say for every score what it rests on.")
            : new ScalabilityAssessed(assess.Scores);
    }

    private Decision<ScaleUpReviewEvent> Submit(SubmitCase submit) => GateShut(submit.Facts) is { } shut
        ? shut
        : new CaseSubmitted(submit.Facts.Evidence!.Level, submit.Facts.Evidence.Replications, submit.Facts.Evidence.Independent, submit.Facts.Evidence.Sources.Sha256());

    private Refusal? GateShut(CaseFacts facts)
    {
        ImmutableArray<Missing> missing = [.. ReviewGates.Missing(Case, Reach, Assessments, facts)];
        return missing.IsEmpty ? null : new Refusal("review-gate-not-passed", "The case is not ready for a committee.") { Guard = ReviewGates.ToCommittee, Missing = missing };
    }

    private Decision<ScaleUpReviewEvent> Table(TableCase table, Stamp stamp)
    {
        if (GateShut(table.Facts) is { } shut) return shut;
        if (table.VoteFrom < stamp.Day.AddDays(table.Rules.NoticeDays))
            return Refusal.Invalid("notice-too-short", $"Members have at least {table.Rules.NoticeDays} days to read it before it is voted on.");
        if (table.Ties.Any(tie => tie.IsHard && tie.Person == stamp.Actor))
            return Refusal.NotAllowed("secretary-tied", "The records tie you to this. Somebody else who is secretary puts it on the agenda.");
        if (table.Seats.Count(seat => seat.Votes) < table.Rules.Floor)
            return new Refusal("committee-too-small", $"The committee has fewer than {table.Rules.Floor} members with a vote.");

        var dossier = new Dossier(Case, Reach, Pathway, Assessments, table.Facts.Evidence!);
        return new CaseTabled(dossier, dossier.Sha256(), table.VoteFrom, table.Agenda.Trim(), table.Rules, table.Seats, table.Ties);
    }

    /// <summary>What the records show since it was put on the agenda is noted first, so that whoever turns out to have a hand in it neither votes nor counts.</summary>
    private Decision<ScaleUpReviewEvent> Knowing(ImmutableArray<Tie> found, Stamp stamp, Func<ScaleUpReview, Decision<ScaleUpReviewEvent>> then)
    {
        if (Unknown(found) is not { IsEmpty: false } news) return then(this);

        var noted = new TiesFound(news);
        var after = Evolve(noted, stamp);
        if (after.StandsAside(stamp.Actor)) return SteppedAsideNow;
        var decision = then(after);
        return decision.Refusal is null ? (ImmutableArray<ScaleUpReviewEvent>)[noted, .. decision.Events] : decision;
    }

    private ImmutableArray<Tie> Unknown(ImmutableArray<Tie> found) => [.. found.Where(tie => !Ties.Any(tie.SameAs))];

    private Decision<ScaleUpReviewEvent> Declare(DeclareTie declare, Stamp stamp)
    {
        if (!IsSeated(stamp.Actor)) return NotSeated;
        if (declare.Ground is not { } ground) return Settled(new TieDeclared(null), stamp);
        if (string.IsNullOrWhiteSpace(declare.Words)) return Refusal.Invalid("tie-words-missing", "Say in a sentence what ties you to it.");

        var told = new Tie(stamp.Actor, ground.Always() ?? declare.Kind, ground, declare.Words.Trim(), Detected: false);
        // What is known stands, unless it turns out to weigh more.
        return Settled(new TieDeclared(Ties.Any(known => known.SameAs(told) && (known.IsHard || !told.IsHard)) ? null : told), stamp);
    }

    private Decision<ScaleUpReviewEvent> Rule(RuleOnTie rule, Stamp stamp)
    {
        if (!Ties.Any(tie => tie.Person == rule.Person && tie.Ground == rule.Ground && !tie.IsHard))
            return Refusal.NotFound("tie-unknown", "There is no such soft tie. A hard one is not ruled on.");
        if (rule.Person == stamp.Actor) return Refusal.NotAllowed("tie-own", "Somebody else rules on your own tie.");

        var judge = rule.Person == Holder(SeatAs.Chair) || Holder(SeatAs.Chair) is not { } chair || StandsAside(chair) ? Holder(SeatAs.ViceChair) : chair;
        return stamp.Actor == judge
            ? Settled(new TieRuled(rule.Person, rule.Ground, rule.Kind), stamp)
            : Refusal.NotAllowed("tie-judge", "The chair rules on ties, and the vice-chair on the chair’s own or where the chair stepped aside.");
    }

    /// <summary>The event, and with the last answer or ruling that was missing also that nothing is missing any more.</summary>
    private ImmutableArray<ScaleUpReviewEvent> Settled(ScaleUpReviewEvent happened, Stamp stamp)
    {
        var after = Evolve(happened, stamp);
        return State is ReviewState.Tabled && !after.Unanswered.Any() && !after.Ties.Any(tie => tie.WaitsForRuling && after.IsSeated(tie.Person)) ? [happened, new TiesSettled()] : [happened];
    }

    private Decision<ScaleUpReviewEvent> Open(OpenVote open, Stamp stamp)
    {
        if (Presides(stamp) is { } no) return no;
        if (stamp.Day < VoteFrom) return new Refusal("notice-running", $"It may be voted on from {VoteFrom:yyyy-MM-dd} on.");
        if (Stale(open.Now) is { } stale) return stale;
        if (Fault(open.Motion, stamp) is { } fault) return fault;
        if (Eligible.Length < Rules.Floor)
            return new Refusal("too-few-eligible", $"Fewer than {Rules.Floor} members are left without a conflict. Seat alternates and put it on the agenda again, or ask another committee.");
        if (open.Present.FirstOrDefault(person => !Eligible.Contains(person)) is not null)
            return Refusal.Invalid("present-not-eligible", "Only members who may vote are counted as present.");
        return open.Procedure is Procedure.Meeting && open.Present.Distinct().Count() < Rules.Quorum(Eligible.Length)
            ? NoQuorum(open.Present.Distinct().Count())
            : new VoteOpened(open.Motion, open.Procedure, open.Procedure is Procedure.Meeting ? open.Present : []);
    }

    private Refusal? Fault(Motion motion, Stamp stamp) => motion switch
    {
        _ when string.IsNullOrWhiteSpace(motion.Words) => Refusal.Invalid("motion-empty", "Say in a sentence or two what is to happen."),
        { Kind: DecisionKind.ScaleWithConditions, Conditions: [] } => Refusal.Invalid("conditions-missing", "Name the conditions, or scale without any."),
        { Kind: not DecisionKind.ScaleWithConditions, Conditions: not [] } => Refusal.Invalid("conditions-unasked", "Only scaling with conditions has conditions."),
        { Kind: DecisionKind.ReplicateMore, Cells: [] } => Refusal.Invalid("cells-missing", "Name the kinds of schools in which it is to be tried first."),
        { Kind: DecisionKind.Adapt, Components: [] } => Refusal.Invalid("components-missing", "Name the parts that are to change first."),
        _ when motion.Conditions.Any(condition => string.IsNullOrWhiteSpace(condition.Words) || string.IsNullOrWhiteSpace(condition.Owner) || condition.DueOn <= stamp.Day) =>
            Refusal.Invalid("condition-incomplete", "A condition says what must come true, who sees to it, and by which day that lies ahead."),
        _ when motion.Conditions.Select(condition => condition.Id).Distinct().Count() != motion.Conditions.Length => Refusal.Invalid("condition-twice", "Every condition has a name of its own."),
        _ => null,
    };

    private Decision<ScaleUpReviewEvent> Note(NotePresence note)
    {
        if (Round!.Procedure is Procedure.Written) return new Refusal("written-procedure", "In a written procedure whoever votes is present.");
        return !Eligible.Contains(note.Person) ? Refusal.Invalid("present-not-eligible", "Only members who may vote are counted as present.")
            : Round.Present.Contains(note.Person) == note.Present ? new Refusal("presence-known", "That is noted already.")
            : new PresenceNoted(note.Person, note.Present);
    }

    private Decision<ScaleUpReviewEvent> Cast(CastVote cast, Stamp stamp)
    {
        if (!IsSeated(stamp.Actor)) return NotSeated;
        if (!Eligible.Contains(stamp.Actor)) return Refusal.NotAllowed("vote-alternate", "An alternate votes only where too few members are left without a conflict.");
        if (cast.DossierSha256 != Round!.DossierSha256) return new Refusal("vote-other-dossier", "You read another dossier than the one that is voted on. Read this one first.") { Kind = RefusalKind.Stale };
        if (Round.Procedure is Procedure.Meeting && !Round.Present.Contains(stamp.Actor)) return Refusal.NotAllowed("vote-absent", "Only who is at the meeting votes.");
        if (string.IsNullOrWhiteSpace(cast.Reason)) return Refusal.Invalid("vote-reason", "Say in a sentence why you vote so.");

        var organisation = Seats.First(seat => seat.Person == stamp.Actor).Organisation;
        return Round.Votes.Keys.Any(other => other != stamp.Actor && Eligible.Contains(other) && Seats.Any(seat => seat.Person == other && seat.Organisation == organisation))
            ? Refusal.NotAllowed("vote-organisation", "Your organisation has voted already.")
            : new VoteCast(cast.Choice, cast.Reason.Trim(), cast.DossierSha256);
    }

    private Decision<ScaleUpReviewEvent> Count(DecideCase decide, Stamp stamp)
    {
        if (Stale(decide.Now) is { } stale) return stale;
        if (Ties.Any(tie => tie.WaitsForRuling && IsSeated(tie.Person))) return new Refusal("ties-unsettled", "A tie was told during the vote and waits for a ruling.");
        var tally = Tally.Of(Round!, Eligible, SteppedAside, Rules);
        if (!tally.HasQuorum) return NoQuorum(tally.Present);
        if (!Rules.Carries(tally.VotedFor, tally.VotedAgainst)) return new VoteNotCarried(tally);
        if (string.IsNullOrWhiteSpace(decide.Rationale)) return Refusal.Invalid("rationale-missing", "Say why it was decided so, in words that everybody understands.");
        if (tally.VotedAgainst > 0 && string.IsNullOrWhiteSpace(decide.Dissent)) return Refusal.Invalid("dissent-missing", "Somebody voted against it. Say why, in their words.");
        return decide.ReviewOn <= stamp.Day
            ? Refusal.Invalid("review-day-passed", "Choose a day that lies ahead.")
            : new CaseDecided(decide.Rationale.Trim(), decide.Dissent.Trim(), decide.ReviewOn, tally);
    }

    private Refusal? Stale(EvidenceSources? now) => now?.Sha256() == SourcesSha256
        ? null
        : new Refusal("evidence-moved-on", "The evidence has changed since the dossier was frozen. It is put on the agenda again with what is known now.");

    private Decision<ScaleUpReviewEvent> Recheck(RecheckDossier recheck)
    {
        if (recheck.Now is not { } now || now.Sha256() == SourcesSha256) return new Refusal("evidence-unmoved", "The evidence is what the dossier says.");

        var changed = now.ChangedSince(Dossier!.Evidence.Sources);
        if (Decision is null) return new VotesVoided(changed);
        return changed.All(Decision.EvidenceSince.Contains) ? new Refusal("evidence-unmoved", "The evidence is what the dossier says.") : new EvidenceMovedOn(changed);
    }

    private Decision<ScaleUpReviewEvent> Tell(TellConditionMet tell, Stamp stamp)
    {
        if (Of(tell.Condition) is not { } condition) return NoCondition;
        if (condition.Condition.Owner != stamp.Actor) return Refusal.NotAllowed("condition-owner", "The person who sees to a condition tells that it is met.");
        if (condition.State is not ConditionState.Open) return new Refusal("condition-not-open", "This condition is not open.");
        if (condition.Condition.DueOn < stamp.Day) return ConditionOver;
        return string.IsNullOrWhiteSpace(tell.Evidence) ? Refusal.Invalid("condition-evidence", "Show what for, such as a link or a report.") : new ConditionTold(tell.Condition, tell.Evidence.Trim());
    }

    private Decision<ScaleUpReviewEvent> Accept(AcceptCondition accept, Stamp stamp)
    {
        if (Of(accept.Condition) is not { } condition) return NoCondition;
        if (condition.State is not ConditionState.Told) return new Refusal("condition-not-told", "Nobody has told yet that this condition is met.");
        if (condition.ToldBy == stamp.Actor) return Refusal.NotAllowed("condition-own", "Somebody else accepts what you told.");
        if (condition.Condition.DueOn < stamp.Day) return ConditionOver;

        var accepted = new ConditionAccepted(accept.Condition);
        return Evolve(accepted, stamp).Conditions.All(one => one.State is ConditionState.Met) ? (ImmutableArray<ScaleUpReviewEvent>)[accepted, new CaseClosed()] : accepted;
    }

    private Decision<ScaleUpReviewEvent> Lapse(Stamp stamp)
    {
        ImmutableArray<string> over = [.. Conditions.Where(one => one.State is ConditionState.Open or ConditionState.Told && one.Condition.DueOn < stamp.Day).Select(one => one.Condition.Id)];
        return over.IsEmpty ? new Refusal("nothing-lapses", "No condition is over its last day.") : new ConditionsLapsed(over);
    }

    private Refusal? Presides(Stamp stamp)
    {
        var presiding = Holder(SeatAs.Chair) is { } chair && !StandsAside(chair) ? [chair, Holder(SeatAs.ViceChair)] : (string?[])[Holder(SeatAs.ViceChair)];
        return presiding.Contains(stamp.Actor) ? null : Refusal.NotAllowed("review-presides", "The chair or the vice-chair does this, unless she stepped aside.");
    }

    private string? Holder(SeatAs seat) => Seats.FirstOrDefault(one => one.As == seat)?.Person;

    private TrackedCondition? Of(string condition) => Conditions.FirstOrDefault(one => one.Condition.Id == condition);

    private ScaleUpReview InRound(Func<VoteRound, VoteRound> change) => this with { Rounds = Rounds.SetItem(Rounds.Length - 1, change(Rounds[^1])) };

    private ScaleUpReview InCondition(string id, Func<TrackedCondition, TrackedCondition> change) => this with { Conditions = [.. Conditions.Select(one => one.Condition.Id == id ? change(one) : one)] };

    private Refusal NoQuorum(int present) => new("no-quorum", $"{present} members who may vote are present; it takes {Rules.Quorum(Eligible.Length)}.");

    private static Refusal SteppedAsideNow => Refusal.NotAllowed("review-stepped-aside", "You stepped aside from this review: you neither see it nor speak nor vote.");

    private static Refusal NotSeated => Refusal.NotAllowed("review-not-seated", "Only who sat on the committee when this was put on the agenda takes part.");

    private static Refusal NoCondition => Refusal.NotFound("condition-unknown", "There is no such condition.");

    private static Refusal ConditionOver => new Refusal("condition-over", "The last day of this condition is over: it was not met in time.");
}
