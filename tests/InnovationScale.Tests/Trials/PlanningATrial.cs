using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Trials;

public class PlanningATrial
{
    [Fact]
    public void Begins_with_a_draft_of_one_version() => Story.Of<Trial>().When(Draft(), Ndeye)
        .Then(new TrialDrafted("Talk first", "talk-first", "1", "pilot-1", Preset.Rigorous, Plan))
        .Where(trial => Assert.Equal(TrialState.Draft, trial.State));

    [Fact]
    public void Is_not_for_a_light_pilot() => Story.Of<Trial>().When(Draft(Preset.Light), Ndeye).ThenRefused("trial-needs-standard");

    [Fact]
    public void Names_what_it_tries() => Story.Of<Trial>().When(Draft() with { Version = "" }, Ndeye).ThenRefused("trial-of-nothing");

    [Fact]
    public void Is_not_for_an_admin() => Story.Of<Trial>().When(Draft(), By("root", Role.Admin)).ThenRefused("trial-role");

    [Fact]
    public void Cannot_go_on_before_it_began() => Story.Of<Trial>().When(new SubmitTrial(), Ndeye).ThenRefused("trial-unknown");

    [Fact]
    public void Can_be_revised_while_it_is_a_draft() => Drafted().When(new ReviseTrial("Talk", Plan), Amina).Then(new TrialRevised("Talk", Plan));

    [Fact]
    public void Cannot_be_revised_once_registered() => Registered().When(new ReviseTrial("Talk", Plan), Amina).ThenRefused("trial-state");

    [Fact]
    public void Says_everything_that_is_missing_at_once() => Drafted().After(new ReviseTrial("Talk", new Registration()), Ndeye)
        .When(new SubmitTrial(), Ndeye)
        .ThenRefused("trial-plan-incomplete", "hypothesis", "arms", "allocation", "primary-outcome", "missing-data-rule", "stopping-rule");

    [Fact]
    public void Commits_to_the_seed_before_lots_are_drawn() => Drafted().After(new ReviseTrial("Talk", Plan with { Allocation = new("lots") }), Ndeye)
        .When(new SubmitTrial(), Ndeye).ThenRefused("trial-plan-incomplete", "seed-commitment");

    [Fact]
    public void Needs_an_analysis_that_knows_of_classes_where_classes_were_assigned() => Drafted()
        .After(new ReviseTrial("Talk", Plan with { Analysis = PlannedAnalysis.Unadjusted }), Ndeye)
        .When(new SubmitTrial(), Ndeye).ThenRefused("trial-plan-incomplete", "analysis");

    [Fact]
    public void Names_each_outcome_once() => Drafted().After(new ReviseTrial("Talk", Plan with { Secondary = [Reading] }), Ndeye)
        .When(new SubmitTrial(), Ndeye).ThenRefused("trial-plan-incomplete", "outcome-twice");

    [Fact]
    public void Is_submitted_when_nothing_is_missing() => Drafted().When(new SubmitTrial(), Ndeye).Then(new TrialSubmitted());

    [Fact]
    public void Is_registered_by_somebody_else() => Submitted().When(new RegisterTrial(), Rana).Then(new TrialRegistered())
        .Where(trial => Assert.Equal(Monday, trial.RegisteredAt));

    [Fact]
    public void Is_not_registered_by_the_one_who_submitted_it() => Submitted().When(new RegisterTrial(), Ndeye).ThenRefused("trial-own-submission");

    [Fact]
    public void Is_given_back_with_a_reason() => Submitted().When(new ReturnTrial(), Rana.Because("Too few schools.")).Then(new TrialReturned())
        .Where(trial => Assert.Equal(TrialState.Draft, trial.State));

    [Fact]
    public void Is_not_given_back_without_one() => Submitted().When(new ReturnTrial(), Rana).ThenRefused("reason-needed");

    [Fact]
    public void Can_be_taken_back_before_it_begins() => Recruiting().When(new WithdrawTrial(), Mateo.Because("The school closes.")).Then(new TrialWithdrawn());

    [Fact]
    public void Cannot_be_taken_back_once_in_field() => InField().When(new WithdrawTrial(), Mateo.Because("The school closes.")).ThenRefused("trial-state");
}

public class ChangingARegisteredPlan
{
    private static readonly Registration LongerPlan = Plan with { PlannedPupils = 400 };

    [Fact]
    public void Before_any_result_is_an_amendment_that_shows_old_and_new() => Registered()
        .When(new AmendTrial(LongerPlan), Ndeye.Because("Two more schools."))
        .Then(new ProtocolAmended(LongerPlan, [new("plannedPupils", Was: null, Now: "400")]))
        .Where(trial => Assert.Equal("Two more schools.", Assert.Single(trial.Amendments).Why));

    [Fact]
    public void Before_any_result_may_touch_the_primary_outcome() => InField()
        .When(new AmendTrial(Plan with { Primary = Reading with { Max = 120 } }), Ndeye.Because("The test has 120 points.")).ThenAccepted();

    [Fact]
    public void Needs_a_reason() => Registered().When(new AmendTrial(LongerPlan), Ndeye).ThenRefused("reason-needed");

    [Fact]
    public void Must_change_something() => Registered().When(new AmendTrial(Plan), Ndeye.Because("Nothing.")).ThenRefused("amendment-empty");

    [Fact]
    public void Must_leave_a_complete_plan() => Registered().When(new AmendTrial(Plan with { Primary = null }), Ndeye.Because("No.")).ThenRefused("trial-plan-incomplete", "primary-outcome");

    [Fact]
    public void May_choose_groups_and_seed_anew_while_nobody_takes_part() => Registered()
        .When(new AmendTrial(Plan with { Allocation = Plan.Allocation! with { SeedSha256 = "0ther" } }), Ndeye.Because("The note with the seed is lost.")).ThenAccepted();

    public static TheoryData<string> FixedByTheFirstSchool => ["seal", "ratio", "arms", "design", "unit"];

    [Theory, MemberData(nameof(FixedByTheFirstSchool))]
    public void Leaves_groups_and_seed_alone_once_a_school_takes_part(string what) => Registered()
        .After(new AddSite("heron-bay", Pilot: null, Arm: null, new(2026, 9, 1)), Ndeye)
        .When(new AmendTrial(what switch
        {
            "seal" => Plan with { Allocation = Plan.Allocation! with { SeedSha256 = "c405en" } },
            "ratio" => Plan with { Allocation = Plan.Allocation! with { Ratio = "2:1" } },
            "arms" => Plan with { Arms = [new("other", false), new("usual", true)] },
            "design" => Plan with { Design = TrialDesign.ClusterRandomised },
            _ => Plan with { UnitOfAssignment = UnitOfAssignment.School },
        }), Ndeye.Because("These groups look better.")).ThenRefused("allocation-fixed");

    [Fact]
    public void After_the_first_result_is_a_public_deviation() => WithResults()
        .When(new AmendTrial(LongerPlan), Ndeye.Because("Two more schools."))
        .Then(new DeviationRecorded("Two more schools.", LongerPlan) { Changes = [new("plannedPupils", Was: null, Now: "400")] })
        .Where(trial => Assert.Single(trial.Deviations));

    public static TheoryData<string> Fixed => ["primary", "arms", "allocation", "design", "analysis", "boundary", "missing-data", "margin", "worthwhile", "depends"];

    [Theory, MemberData(nameof(Fixed))]
    public void After_the_first_result_leaves_what_decides_the_verdict_alone(string what)
    {
        var plan = what switch
        {
            "primary" => Plan with { Primary = Reading with { Wave = "outcome-6-months" } },
            "arms" => Plan with { Arms = [.. Plan.Arms, new("third", Comparison: false)] },
            "allocation" => Plan with { Allocation = Plan.Allocation! with { Ratio = "2:1" } },
            "design" => Plan with { Design = TrialDesign.ClusterRandomised },
            "analysis" => Plan with { UnitOfAssignment = UnitOfAssignment.Pupil, Analysis = PlannedAnalysis.Unadjusted },
            "boundary" => Plan with { AttritionBoundary = AttritionBoundary.Optimistic },
            "missing-data" => Plan with { MissingDataRule = "Impute." },
            "margin" => Plan with { CorrespondenceMargin = 0.3 },
            "worthwhile" => Plan with { SmallestWorthwhile = 0.01 },
            _ => Plan with { MayDependOn = ["locality"] },
        };
        WithResults().When(new AmendTrial(plan), Ndeye.Because("It looks better.")).ThenRefused("plan-fixed-by-observation");
    }

    [Fact]
    public void Stays_fixed_when_the_first_result_was_void() => InField()
        .After(new RecordCell(Results[0]) { Permission = Allowed }, Amina)
        .After(new VoidCell(Results[0].Key), Amina.Because("Wrong class."))
        .When(new AmendTrial(Plan with { Primary = Attendance, Secondary = [Reading] }), Ndeye.Because("It looks better.")).ThenRefused("plan-fixed-by-observation");

    [Fact]
    public void Never_takes_away_an_outcome_that_was_promised() => WithResults()
        .When(new AmendTrial(Plan with { Secondary = [] }), Ndeye.Because("Not needed.")).ThenRefused("outcome-withdrawn");

    [Fact]
    public void Includes_saying_where_practice_left_it() => InField()
        .When(new ReportDeviation("Casa talked for five minutes."), Amina).Then(new DeviationRecorded("Casa talked for five minutes."));

    [Fact]
    public void Includes_no_empty_words() => InField().When(new ReportDeviation(" "), Amina).ThenRefused("deviation-empty");
}

public class SchoolsOfATrial
{
    [Fact]
    public void Join_once() => WithSchools().When(new AddSite("casa", Pilot: null, Arm: null, new(2026, 9, 2)), Ndeye).ThenRefused("site-known");

    [Fact]
    public void Have_a_name() => Registered().When(new AddSite(" ", Pilot: null, Arm: null, new(2026, 9, 2)), Ndeye).ThenRefused("site-unnamed");

    [Fact]
    public void Are_in_a_group_that_exists() => Registered().When(new AddSite("nord", Pilot: null, "third", new(2026, 9, 2)), Ndeye).ThenRefused("site-arm");

    [Fact]
    public void May_come_without_a_pilot() => Registered().When(new AddSite("nord", Pilot: null, "usual", new(2026, 9, 2)), Mateo)
        .Then(new SiteAdded("nord", Pilot: null, "usual", new(2026, 9, 2)));

    [Fact]
    public void Leave_with_a_reason_and_stay_in_the_count() => InField().When(new SiteLeaves("casa", new(2026, 10, 1)), Mateo.Because("A flood."))
        .Then(new SiteLeft("casa", new(2026, 10, 1)))
        .Where(trial => Assert.Equal("A flood.", trial.Sites.Single(site => site.School == "casa").Why));

    [Fact]
    public void Do_not_leave_without_one() => InField().When(new SiteLeaves("casa", new(2026, 10, 1)), Mateo).ThenRefused("reason-needed");

    [Fact]
    public void Do_not_leave_twice() => InField().After(new SiteLeaves("casa", new(2026, 10, 1)), Mateo.Because("A flood."))
        .When(new SiteLeaves("casa", new(2026, 10, 2)), Mateo.Because("Again.")).ThenRefused("site-left-already");

    [Fact]
    public void Do_not_leave_before_they_came() => InField().When(new SiteLeaves("casa", new(2026, 8, 1)), Mateo.Because("A flood.")).ThenRefused("site-left-before-joining");

    [Fact]
    public void Are_known_before_they_leave() => InField().When(new SiteLeaves("nord", new(2026, 10, 1)), Mateo.Because("A flood.")).ThenRefused("site-unknown");
}

public class GoingIntoTheField
{
    [Fact]
    public void Starts_by_recruiting_in_a_school() => WithSchools().When(new StartRecruiting(), Ndeye).Then(new RecruitingStarted());

    [Fact]
    public void Is_not_possible_without_a_school() => Registered().When(new StartRecruiting(), Ndeye).ThenRefused("trial-without-sites", "site");

    [Fact]
    public void Keeps_what_allowed_it() => Recruiting().When(new StartFieldwork { Permission = Allowed }, Ndeye).Then(new FieldworkStarted(Allowed));

    [Fact]
    public void Needs_ethics_and_consent() => Recruiting().When(new StartFieldwork(), Ndeye).ThenRefused("fieldwork-not-permitted", "ethics", "consent");

    [Fact]
    public void Waits_for_an_incident_to_be_resolved() => Recruiting()
        .When(new StartFieldwork { Permission = Allowed with { HeldForSafeguarding = true } }, Ndeye).ThenRefused("fieldwork-not-permitted", "safeguarding");

    [Fact]
    public void Needs_somebody_in_every_group() => Registered()
        .After(new AddSite("heron-bay", Pilot: null, "talk", new(2026, 9, 1)), Ndeye)
        .After(new StartRecruiting(), Ndeye)
        .When(new StartFieldwork { Permission = Allowed }, Ndeye).ThenRefused("fieldwork-not-permitted", "empty-arm");
}
