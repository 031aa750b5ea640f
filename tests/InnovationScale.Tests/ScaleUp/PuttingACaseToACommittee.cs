using System.Collections.Immutable;
using InnovationScale.Committees;
using static InnovationScale.ScaleUp.AReview;

namespace InnovationScale.ScaleUp;

public class PuttingACaseToACommittee
{
    [Fact]
    public void Names_a_version_and_a_committee_that_exist() => Story.Of<ScaleUpReview>().When(Draft with { VersionKnown = false }, Ndeye).ThenRefused("version-unknown")
        .When(Draft with { CommitteeKnown = false }, Ndeye).ThenRefused("committee-unknown").When(Draft with { Title = " " }, Ndeye).ThenRefused("title-missing").When(Draft, Ndeye).ThenAccepted();

    [Fact]
    public void Answers_left_open_stay_as_they_are() => Drafted.After(Described, Ndeye).After(new DescribeCase { OptimalScale = "Everywhere." }, Ndeye)
        .Where(review => Assert.Equal((Described.Justification, "Everywhere."), (review.Case.Justification, review.Case.OptimalScale)));

    public static TheoryData<string> Impossible => ["cost-impossible", "equity-row-empty", "target-question-unknown", "target-level-unknown", "target-too-wide"];

    [Theory, MemberData(nameof(Impossible))]
    public void Answers_that_cannot_be_right_are_refused(string code) => Drafted.When(code switch
    {
        "cost-impossible" => new() { Cost = new(100, 120, 300, "USD", "") },
        "equity-row-empty" => new() { Equity = [new(" ", "?")] },
        "target-question-unknown" => Target("weather", "rain"),
        "target-level-unknown" => Target("locality", "moon"),
        _ => new DescribeCase { Target = new("Everybody") { Levels = Enumerable.Range(0, 9).ToImmutableSortedDictionary(n => People.ContextProfile.Dimensions.Where(d => d.Values.Length > 1).ElementAt(n).Code, n => People.ContextProfile.Dimensions.Where(d => d.Values.Length > 1).ElementAt(n).Values[..2], StringComparer.Ordinal) } },
    }, Ndeye).ThenRefused(code);

    private static DescribeCase Target(string question, string level) => new() { Target = new("?") { Levels = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add(question, [level]) } };

    [Fact]
    public void Is_assessed_by_somebody_else_in_all_seven_areas_with_what_each_score_rests_on() => Drafted.When(Scores, Ndeye).ThenRefused("assessor-drafted-it")
        .When(new AssessScalability(Scores.Scores[1..]), Omar).ThenRefused("areas-incomplete").When(new AssessScalability([.. Scores.Scores[1..], Scores.Scores[1]]), Omar).ThenRefused("areas-incomplete")
        .When(new AssessScalability([.. Scores.Scores.Select(score => score with { Evidence = "" })]), Omar).ThenRefused("score-without-evidence");

    [Fact]
    public void Shows_where_assessors_do_not_agree() => Ready.After(new AssessScalability(Scores.Scores.SetItem(6, Scores.Scores[6] with { Ease = Ease.Harder })), Adler)
        .Where(review => Assert.Equal([Area.Fundable], Scalability.Disputed(review.Assessments)));

    [Fact]
    public void One_assessor_has_one_assessment() => Ready.After(Scores, Omar).Where(review => Assert.Single(review.Assessments));

    public static TheoryData<string> Needs => ["version", "target", "level", "replications", "independent", "cost", "assessments", "bottleneck", "justification", "incidents"];

    [Theory, MemberData(nameof(Needs))]
    public void Is_submitted_with_everything_a_wider_use_needs(string need)
    {
        var described = need switch
        {
            "target" => Described with { Target = null },
            "cost" => Described with { Cost = null },
            "bottleneck" => Described with { Bottleneck = null },
            "justification" => Described with { Justification = null },
            _ => Described,
        };
        var evidence = Facts.Evidence!;
        var facts = need switch
        {
            "version" => Facts with { Evidence = null },
            "level" => Facts with { Evidence = evidence with { Level = 2 } },
            "replications" => Facts with { Evidence = evidence with { Replications = 1 } },
            "independent" => Facts with { Evidence = evidence with { Independent = 0 } },
            "incidents" => Facts with { OpenIncidents = 1 },
            _ => Facts,
        };
        var drafted = Drafted.After(described, Ndeye);
        if (need is not "assessments") drafted = drafted.After(Scores, Omar);
        drafted.When(new SubmitCase { Facts = facts }, Ndeye).ThenRefused("review-gate-not-passed", need);
    }

    [Fact]
    public void A_whole_system_needs_more()
    {
        var wide = Story.Of<ScaleUpReview>().After(Draft with { Reach = Reach.SystemWide }, Ndeye).After(Described with { OptimalScale = null, Equity = null }, Ndeye).After(Scores, Omar);
        wide.When(new SubmitCase { Facts = Facts }, Ndeye).ThenRefused("review-gate-not-passed", "level", "replications", "assessments", "optimal-scale", "equity");
        wide.After(Described, Ndeye).After(Scores, Adler).When(new SubmitCase { Facts = Facts with { Evidence = Facts.Evidence! with { Level = 4, Replications = 5 } } }, Ndeye).ThenAccepted();
    }

    [Fact]
    public void Comes_back_with_a_reason_and_goes_in_again() => Submitted.When(new ReturnCase(), Noor).ThenRefused("reason-needed").When(new ReturnCase(), Noor.Because("Say what it costs in Senegal.")).Then(new CaseReturned())
        .When(new SubmitCase { Facts = Facts }, Ndeye).ThenAccepted();

    [Fact]
    public void Is_put_on_the_agenda_with_its_dossier_frozen_and_ten_days_to_read_it() => Submitted.When(ToTable with { VoteFrom = VoteFrom.AddDays(-1) }, Noor).ThenRefused("notice-too-short")
        .When(ToTable with { Seats = Seats[..2] }, Noor).ThenRefused("committee-too-small")
        .When(ToTable with { Facts = Facts with { OpenIncidents = 1 } }, Noor).ThenRefused("review-gate-not-passed", "incidents")
        .When(ToTable, Noor).ThenAccepted().Where(review => Assert.Equal((review.Dossier!.Sha256(), Sources.Sha256()), (review.DossierSha256, review.SourcesSha256)));

    [Fact]
    public void A_dossier_with_one_other_word_has_another_hash() => Tabled.Where(review => Assert.NotEqual(review.DossierSha256, (review.Dossier! with { Case = review.Case with { Justification = "It costs little and help." } }).Sha256()));

    [Fact]
    public void Is_deferred_and_put_on_the_agenda_again() => Tabled.When(new DeferCase(new(2026, 1, 1)), Noor.Because("Later.")).ThenRefused("review-day-passed")
        .When(new DeferCase(new(2026, 12, 1)), Noor.Because("The school year ends.")).ThenAccepted().When(ToTable, Noor).ThenAccepted();

    [Fact]
    public void Is_withdrawn_until_it_is_voted_on() => Tabled.When(new WithdrawCase(), Ndeye.Because("A better version is coming.")).Then(new CaseWithdrawn());

    [Fact]
    public void Is_opened_again_only_on_evidence_that_was_not_known()
    {
        var again = Draft with { Reopens = "r-0", Cites = ["e-3"], KnownNow = ["e-1", "e-2", "e-3"], Earlier = new(Ended: true, "talk-first", ["e-1", "e-2"]) };
        Story.Of<ScaleUpReview>().When(again with { Earlier = null }, Ndeye).ThenRefused("earlier-review-unknown").When(again with { Earlier = again.Earlier with { Ended = false } }, Ndeye).ThenRefused("earlier-review-open")
            .When(again with { Cites = [] }, Ndeye).ThenRefused("new-evidence-needed").When(again with { Cites = ["e-1"] }, Ndeye).ThenRefused("new-evidence-needed")
            .When(again with { Cites = ["e-9"] }, Ndeye).ThenRefused("new-evidence-needed").When(again, Ndeye).ThenAccepted();
    }
}

public class SteppingAside
{
    private static readonly DeclareTie Nothing = new(null), Friend = new(TieGround.Other, TieKind.Soft, "The trainer is a friend.");

    [Fact]
    public void Ties_that_the_records_show_count_at_once() => Tabled.Where(review => Assert.Equal((true, 4, 1), (review.StandsAside("simone"), review.Eligible.Length, review.SteppedAside)));

    [Fact]
    public void Everybody_else_says_what_ties_them_to_it() => Declared.Where(review => Assert.Equal(ReviewState.Declared, review.State));

    [Theory]
    [InlineData(TieGround.Family, true)]
    [InlineData(TieGround.Team, true)]
    [InlineData(TieGround.PastGrantPartner, false)]
    public void What_always_weighs_so_is_not_talked_down(TieGround ground, bool hard) => Tabled.After(new DeclareTie(ground, hard ? TieKind.Soft : TieKind.Hard, "It is so."), Moussa)
        .Where(review => Assert.Equal(hard, review.StandsAside("moussa")));

    [Fact]
    public void A_tie_is_told_in_words() => Tabled.When(Friend with { Words = "" }, Moussa).ThenRefused("tie-words-missing");

    [Fact]
    public void A_soft_tie_waits_for_the_chair() => Tabled.After(Nothing, Grace).After(Nothing, Pilar).After(Nothing, Hanan).After(Nothing, Juma).After(Friend, Moussa)
        .Where(review => Assert.Equal(ReviewState.Tabled, review.State))
        .When(new RuleOnTie("moussa", TieGround.Other, TieKind.Soft), Pilar.Because("No.")).ThenRefused("tie-judge")
        .When(new RuleOnTie("moussa", TieGround.Other, TieKind.Soft), Grace.Because("They met twice.")).Then(new TieRuled("moussa", TieGround.Other, TieKind.Soft), new TiesSettled());

    [Fact]
    public void A_tie_told_again_as_a_hard_one_weighs_so() => Tabled.After(Friend, Moussa).After(Friend with { Kind = TieKind.Hard, Words = "We have married." }, Moussa)
        .Where(review => Assert.Equal(("We have married.", true), (review.Ties.Single(tie => tie.Person is "moussa").Words, review.StandsAside("moussa"))))
        .After(Friend, Moussa).Where(review => Assert.True(review.StandsAside("moussa")));

    [Fact]
    public void A_soft_tie_told_again_stays_as_it_was_ruled() => Tabled.After(Friend, Moussa).After(new RuleOnTie("moussa", TieGround.Other, TieKind.Soft), Grace.Because("They met twice."))
        .When(Friend with { Words = "As I said." }, Moussa).Then(new TieDeclared(null));

    [Fact]
    public void The_vice_chair_rules_on_the_chairs_own() => Tabled.After(Friend, Grace).When(new RuleOnTie("grace", TieGround.Other, TieKind.Hard), Grace.Because("No.")).ThenRefused("tie-own")
        .When(new RuleOnTie("grace", TieGround.Other, TieKind.Hard), Pilar.Because("They share a house.")).ThenAccepted().Where(review => Assert.True(review.StandsAside("grace")));

    [Fact]
    public void A_hard_tie_is_not_ruled_away() => Tabled.When(new RuleOnTie("simone", TieGround.Evaluator, TieKind.Soft), Grace.Because("We need her.")).ThenRefused("tie-unknown");

    [Fact]
    public void Only_who_sat_that_day_says_so() => Tabled.When(Nothing, Member("late")).ThenRefused("review-not-seated");

    [Fact]
    public void Whoever_stepped_aside_hears_the_same_whatever_is_asked()
    {
        foreach (var story in (Story<ScaleUpReview>[])[Tabled, Declared, Voting(), Decided()])
        {
            story.When(story.Cast(Ballot.For), Simone).ThenRefused("review-stepped-aside").When(new AdjournVote(), Simone).ThenRefused("review-stepped-aside").When(new AcceptCondition("c1"), Simone).ThenRefused("review-stepped-aside");
        }
    }

    [Fact]
    public void Told_during_the_vote_it_takes_the_vote_away() => Voting().Votes((Grace, Ballot.For), (Pilar, Ballot.For), (Moussa, Ballot.For)).After(new DeclareTie(TieGround.Family, TieKind.Hard, "My sister trains them."), Moussa.Later())
        .When(Close(), Noor.Later()).ThenAccepted().Where(review => Assert.Equal((RoundResult.NotCarried, 2), (review.Round!.Result, review.Round.Tally!.VotedFor)));

    [Fact]
    public void Alternates_come_in_where_too_few_are_left() => Submitted.After(ToTable with { Seats = [.. Seats[..4], Seats[5]], Ties = [Evaluators with { Person = "grace" }, Evaluators with { Person = "hanan" }] }, Noor)
        .Where(review => Assert.Equal(["pilar", "moussa", "juma"], review.Eligible.AsEnumerable()));
}

public class VotingOnAMotion
{
    [Fact]
    public void Begins_after_the_days_of_notice() => Declared.When(Vote(Motion(), "grace", "pilar", "moussa"), Grace.Later(9)).ThenRefused("notice-running");

    [Fact]
    public void Begins_when_enough_are_there() => Declared.When(Vote(Motion(), "grace", "pilar"), Grace.Later()).ThenRefused("no-quorum")
        .When(Vote(Motion(), "grace", "pilar", "simone"), Grace.Later()).ThenRefused("present-not-eligible").When(Vote(Motion(), "grace", "pilar", "pilar"), Grace.Later()).ThenRefused("no-quorum");

    [Fact]
    public void Is_opened_by_who_presides() => Declared.When(Vote(Motion(), "grace", "pilar", "moussa"), Moussa.Later()).ThenRefused("review-presides");

    [Fact]
    public void Does_not_begin_on_evidence_that_has_moved_on() => Declared.When(Vote(Motion(), "grace", "pilar", "moussa") with { Now = NewSources }, Grace.Later()).ThenRefused("evidence-moved-on");

    [Fact]
    public void Needs_three_without_a_conflict() => Tabled.After(new DeclareTie(null), Grace).After(new DeclareTie(null), Pilar).After(new DeclareTie(TieGround.Family, TieKind.Hard, "A cousin."), Moussa)
        .After(new DeclareTie(TieGround.Family, TieKind.Hard, "A cousin."), Hanan).After(new DeclareTie(TieGround.Family, TieKind.Hard, "A cousin."), Juma)
        .When(Vote(Motion(), "grace", "pilar"), Grace.Later()).ThenRefused("too-few-eligible");

    [Theory]
    [InlineData("motion-empty")]
    [InlineData("conditions-missing")]
    [InlineData("conditions-unasked")]
    [InlineData("cells-missing")]
    [InlineData("components-missing")]
    [InlineData("condition-incomplete")]
    [InlineData("condition-twice")]
    public void Is_on_a_motion_that_says_what_is_to_happen(string code) => Declared.When(Vote(code switch
    {
        "motion-empty" => Motion() with { Words = " " },
        "conditions-missing" => Motion() with { Conditions = [] },
        "conditions-unasked" => Motion() with { Kind = DecisionKind.Scale },
        "cells-missing" => Motion(DecisionKind.ReplicateMore) with { Cells = [] },
        "components-missing" => Motion(DecisionKind.Adapt) with { Components = [] },
        "condition-incomplete" => Motion() with { Conditions = [Motion().Conditions[0] with { DueOn = new(2026, 9, 17) }] },
        _ => Motion() with { Conditions = [Motion().Conditions[0], Motion().Conditions[0]] },
    }, "grace", "pilar", "moussa"), Grace.Later()).ThenRefused(code);

    [Fact]
    public void Names_the_dossier_that_was_read() => Voting().When(new CastVote(Ballot.For, "Yes.", "another"), Grace.Later()).ThenRefused("vote-other-dossier");

    [Fact]
    public void Has_reasons() => Voting().When(new CastVote(Ballot.For, " ", Tabled.State.DossierSha256), Grace.Later()).ThenRefused("vote-reason");

    [Fact]
    public void Is_for_who_is_there_and_has_a_vote()
    {
        var voting = Declared.After(Vote(Motion(), "grace", "pilar", "moussa"), Grace.Later());
        voting.When(voting.Cast(Ballot.For), Hanan.Later()).ThenRefused("vote-absent");
        voting.When(voting.Cast(Ballot.For), Juma.Later()).ThenRefused("vote-alternate");
        voting.When(voting.Cast(Ballot.For), Member("late")).ThenRefused("review-not-seated");
        voting.When(new NotePresence("juma", Present: true), Noor).ThenRefused("present-not-eligible").When(new NotePresence("grace", Present: true), Noor).ThenRefused("presence-known")
            .When(new NotePresence("hanan", Present: true), Noor).ThenAccepted();
    }

    [Fact]
    public void Changes_while_it_is_open_and_not_after() => Voting().Votes((Grace, Ballot.Against), (Grace, Ballot.For), (Pilar, Ballot.For), (Moussa, Ballot.For))
        .Where(review => Assert.Equal((3, Ballot.For), (review.Round!.Votes.Count, review.Round.Votes["grace"].Choice))).After(Close(), Noor.Later())
        .When(new CastVote(Ballot.Against, "No.", Tabled.State.DossierSha256), Grace.Later()).ThenRefused("review-state");

    [Fact]
    public void An_organisation_has_one_vote()
    {
        var alternate = Submitted.After(ToTable with { Seats = [Seats[1], Seats[2], Seats[4], new("awa", "la-cometa", SeatAs.Alternate, new(2026, 1, 1))] }, Noor);
        var voting = alternate.After(new DeclareTie(null), Pilar).After(new DeclareTie(null), Moussa).After(new DeclareTie(null), Member("awa")).After(Vote(Motion(), "pilar", "moussa", "awa"), Pilar.Later());
        voting.Votes((Pilar, Ballot.For)).When(voting.Cast(Ballot.For), Member("awa").Later()).ThenRefused("vote-organisation");
    }

    [Fact]
    public void A_tie_is_not_carried_and_another_motion_may_follow() => Voting().Votes((Grace, Ballot.For), (Pilar, Ballot.For), (Moussa, Ballot.Against), (Hanan, Ballot.Against))
        .When(Close(), Noor.Later()).Then(new VoteNotCarried(new(2, 2, 0, 4, 4, 3, 1))).When(Vote(Motion(DecisionKind.Hold), "grace", "pilar", "moussa"), Grace.Later()).ThenAccepted();

    [Fact]
    public void Comes_to_nothing_where_too_many_leave() => Voting().Votes((Grace, Ballot.For), (Pilar, Ballot.For)).After(new NotePresence("moussa", Present: false), Noor).After(new NotePresence("hanan", Present: false), Noor)
        .When(Close(), Noor.Later()).ThenRefused("no-quorum").When(new AdjournVote(), Grace.Because("Two left.")).ThenAccepted().Where(review => Assert.Equal(RoundResult.Adjourned, review.Round!.Result));

    [Fact]
    public void In_writing_counts_who_votes()
    {
        var written = Declared.After(new OpenVote(Motion(DecisionKind.Scale), Procedure.Written, []) { Now = Sources }, Grace.Later());
        written.When(new NotePresence("grace", Present: true), Noor).ThenRefused("written-procedure");
        written.Votes((Grace, Ballot.For), (Pilar, Ballot.For)).When(Close(), Noor.Later()).ThenRefused("no-quorum");
        written.Votes((Grace, Ballot.For), (Pilar, Ballot.For), (Hanan, Ballot.For)).When(Close(), Noor.Later()).ThenAccepted();
    }

    [Fact]
    public void Abstaining_counts_for_being_there_and_for_nothing_else() => Voting().Votes((Grace, Ballot.For), (Pilar, Ballot.For), (Moussa, Ballot.Abstain)).When(Close(), Noor.Later())
        .Then(new VoteNotCarried(new(2, 0, 1, 4, 4, 3, 1)));

    [Fact]
    public void Is_not_prepared_by_a_secretary_whom_the_records_tie_to_it() => Submitted.When(ToTable with { Ties = [Evaluators with { Person = "noor" }] }, Noor).ThenRefused("secretary-tied")
        .When(ToTable with { Ties = [Evaluators with { Person = "noor" }] }, Noor with { Actor = "other" }).ThenAccepted().Where(review => Assert.True(review.StandsAside("noor") && review.SteppedAside is 0));

    [Fact]
    public void Leaves_out_whom_the_records_tie_to_it_by_now()
    {
        var (hanan, network) = (new Tie("hanan", TieKind.Hard, TieGround.PaidByIt, "wadi-nakhla", Detected: true), new Tie("pilar", TieKind.Soft, TieGround.SameNetwork, "lantern", Detected: true));
        var carried = Voting().Votes((Grace, Ballot.For), (Pilar, Ballot.For), (Moussa, Ballot.For), (Hanan, Ballot.Against));
        // What was known on the day of the agenda is not noted again.
        carried.When(Close() with { Ties = [Evaluators, hanan, network] }, Noor.Later()).Then(new TiesFound([hanan, network]), new CaseDecided("It helps there.", "", new(2027, 9, 1), new(3, 0, 0, 3, 3, 3, 2)))
            .Where(review => Assert.True(review.StandsAside("hanan")));
        carried.When(Close() with { Ties = [hanan with { Person = "grace" }, hanan with { Person = "moussa" }] }, Noor.Later()).ThenRefused("no-quorum");
        carried.When(Close() with { Ties = [hanan with { Person = "noor" }] }, Noor.Later()).ThenRefused("review-stepped-aside");
    }

    [Fact]
    public void Begins_without_whom_the_records_tie_to_it_by_now() => Declared.When(Vote(Motion(), "grace", "pilar", "moussa", "hanan") with { Ties = [Evaluators with { Person = "hanan" }] }, Grace.Later())
        .Then(new TiesFound([Evaluators with { Person = "hanan" }]), new VoteOpened(Motion(), Procedure.Meeting, ["grace", "pilar", "moussa"]));

    [Fact]
    public void Waits_for_a_ruling_on_what_was_told_meanwhile() => Voting().Votes((Grace, Ballot.For), (Pilar, Ballot.For), (Moussa, Ballot.For)).After(new DeclareTie(TieGround.Other, TieKind.Soft, "I know him."), Moussa.Later())
        .When(Close(), Noor.Later()).ThenRefused("ties-unsettled");
}

public class DecidingACase
{
    private static Story<ScaleUpReview> Carried => Voting().Votes((Grace, Ballot.For), (Pilar, Ballot.For), (Moussa, Ballot.For), (Hanan, Ballot.Against));

    [Fact]
    public void Says_why_and_what_those_against_it_say() => Carried.When(Close(), Noor.Later()).ThenRefused("dissent-missing").When(Close("Not in Jordan.") with { Rationale = " " }, Noor.Later()).ThenRefused("rationale-missing")
        .When(Close("Not in Jordan.") with { ReviewOn = new(2026, 1, 1) }, Noor.Later()).ThenRefused("review-day-passed")
        .When(Close("Not in Jordan."), Noor.Later()).Then(new CaseDecided("It helps there.", "Not in Jordan.", new(2027, 9, 1), new(3, 1, 0, 4, 4, 3, 1)));

    [Fact]
    public void Rests_on_the_dossier_that_was_voted_on() => Carried.When(Close("No.") with { Now = NewSources }, Noor.Later()).ThenRefused("evidence-moved-on");

    [Fact]
    public void Falls_when_the_evidence_changes_and_the_votes_are_kept() => Carried.When(new RecheckDossier { Now = Sources }, Host).ThenRefused("evidence-unmoved")
        .When(new RecheckDossier { Now = NewSources }, Host).Then(new VotesVoided(["e-3"]))
        .Where(review => Assert.Equal((ReviewState.Submitted, RoundResult.Void, 4), (review.State, review.Round!.Result, review.Round.Votes.Count)))
        .When(new ReturnCase(), Noor.Because("Look again.")).ThenRefused("review-was-tabled")
        .After(ToTable with { Facts = Now(NewSources), VoteFrom = VoteFrom.AddDays(30) }, Noor.Later())
        .Where(review => Assert.True(review.StandsAside("simone") && review.Answered.IsEmpty && review.DossierSha256 != review.Round!.DossierSha256));

    [Fact]
    public void Stands_when_the_evidence_changes_afterwards_and_says_so() => Decided().When(new RecheckDossier { Now = NewSources }, Host).Then(new EvidenceMovedOn(["e-3"]))
        .Where(review => Assert.Equal(ScaleStatus.InQuestion, review.Status)).When(new RecheckDossier { Now = NewSources }, Host).ThenRefused("evidence-unmoved");

    [Fact]
    public void With_conditions_is_done_when_somebody_else_has_accepted_each() => Decided().When(new TellConditionMet("c1", "Contract signed."), Ndeye).ThenRefused("condition-owner")
        .When(new TellConditionMet("c1", " "), Rana).ThenRefused("condition-evidence").When(new AcceptCondition("c1"), Grace).ThenRefused("condition-not-told").When(new TellConditionMet("c9", "!"), Rana).ThenRefused("condition-unknown")
        .After(new TellConditionMet("c1", "Contract signed."), Rana).When(new TellConditionMet("c1", "Again."), Rana).ThenRefused("condition-not-open").When(new AcceptCondition("c1"), Grace).Then(new ConditionAccepted("c1"))
        .After(new TellConditionMet("c2", "/en/trials/t-9"), Ndeye).When(new AcceptCondition("c2"), Noor).Then(new ConditionAccepted("c2"), new CaseClosed());

    [Fact]
    public void Nobody_accepts_what_she_told_herself()
    {
        var own = Motion() with { Conditions = [new("c1", "Minutes are public.", "noor", new(2027, 1, 31))] };
        Declared.After(Vote(own, "grace", "pilar", "moussa"), Grace.Later()).Votes((Grace, Ballot.For), (Pilar, Ballot.For), (Moussa, Ballot.For)).After(Close(), Noor.Later())
            .After(new TellConditionMet("c1", "They are."), Noor).When(new AcceptCondition("c1"), Noor).ThenRefused("condition-own");
    }

    [Fact]
    public void Lapses_with_a_condition_that_was_not_met_in_time() => Decided().When(new LapseConditions(), Host.Later(146)).ThenRefused("nothing-lapses")
        .When(new LapseConditions(), Host.Later(147)).Then(new ConditionsLapsed(["c1"])).Where(review => Assert.Equal((ReviewState.Lapsed, ScaleStatus.Lapsed), (review.State, review.Status)));

    [Fact]
    public void Is_not_met_after_the_last_day_of_a_condition()
    {
        // 146 days on is the last day of the first condition.
        Decided().When(new TellConditionMet("c1", "Signed."), Rana.Later(147)).ThenRefused("condition-over").When(new TellConditionMet("c1", "Signed."), Rana.Later(146)).ThenAccepted()
            .When(new AcceptCondition("c1"), Grace.Later(147)).ThenRefused("condition-over").When(new AcceptCondition("c1"), Grace.Later(146)).ThenAccepted();
    }

    [Fact]
    public void Shows_what_was_said_to_members_and_not_to_who_sees_to_a_condition() => Decided().Where(review =>
    {
        Assert.Equal(["grace", "pilar", "moussa", "hanan", "juma"], review.LookersOn);
        Assert.Equal(["c1"], review.SeenToBy("rana").Select(one => one.Condition.Id));
    });

    [Fact]
    public void Is_looked_at_again_on_its_day() => Decided(DecisionKind.Scale).When(new FallDue(), Host.Later(100)).ThenRefused("review-not-due").When(new FallDue(), Host.Later(365)).Then(new ReviewFellDue());

    [Fact]
    public void Without_conditions_is_closed_by_the_secretary() => Decided(DecisionKind.Stop).When(new CloseCase(), Noor).Then(new CaseClosed());

    [Fact]
    public void Is_written_down() => Voting().When(new AddMinute(" "), Noor).ThenRefused("minute-empty").When(new AddMinute("Hanan asked about Jordan."), Noor).Then(new MinuteAdded("Hanan asked about Jordan."));

    [Fact]
    public void Is_what_is_said_of_the_version_from_then_on() => Assert.Equal((ScaleStatus.NotDecided, ScaleStatus.Stop), (Voting().State.Status, Decided(DecisionKind.Stop).State.Status));
}
