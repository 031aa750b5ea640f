using static InnovationScale.Pilots.HeronBay;

namespace InnovationScale.Pilots;

/// <summary>Two teachers, nobody else in the system.</summary>
public class ALightPilot
{
    [Fact]
    public void Goes_from_draft_to_adopted_with_two_teachers_of_whom_one_is_at_another_school() => Story.Of<Pilot>()
        .When(new StartPilot("Paired reading", "heron-bay"), Ana)
        .Then(new PilotStarted("Paired reading", "heron-bay", null, null, Preset.Light, "2026-1"))
        .After(new DescribePilot(Problem: "Children read alone", Learners: "Year 3", LearnerCount: 28, StartMonth: new(2026, 10)), Ana)
        .After(new NameSecondAdult("ben", "moss-lane"), Ana)
        .After(new TellHead("Hanna Moe", new(2026, 8, 31)), Ana)
        .When(new AnswerRoutinePractice(Routine), Ana)
        .Then(new RoutinePracticeAnswered(Routine), new EthicsDecided(EthicsOutcome.Exempt, "Exempt: routine practice"))
        .After(new MovePilot(PilotTo.Registered), Ana)
        .After(new PlanEnquiry(new("Does it help?", "Words a minute", WatchKind.Number)), Ana)
        .After(new MovePilot(PilotTo.Enquiry), Ana)
        .After(new WriteLessons(["We paired readers", "They read more", "Start earlier"]), Ana)
        .When(new MovePilot(PilotTo.AdoptedLocally) { Facts = new() { Cycles = [new("c1", "adopt")] } }, Ana).Then(new MoveSigned(PilotTo.AdoptedLocally))
        .After(new MovePilot(PilotTo.AdoptedLocally) { Facts = new() { Cycles = [new("c1", "adopt")] } }, Ben)
        .Where(p => Assert.Equal((PilotStatus.Closed, PilotTo.AdoptedLocally), (p.Status, p.ClosedAs!.Value)))
        .When(new WriteLessons(["Later"]), Ana).ThenRefused("pilot-ended");

    [Fact]
    public void Is_stored_however_little_is_answered() => Started(Preset.Light)
        .When(new DescribePilot(Problem: "Children read alone"), Ana).Then(new PilotDescribed(null, "Children read alone", null, null, null, null))
        .When(new MovePilot(PilotTo.Registered), Ana).ThenRefused("gate-not-passed", "learners", "start-month", "second-adult", "head-knows", "routine-practice");

    [Fact]
    public void Refuses_only_impossible_answers()
    {
        var draft = Started(Preset.Light);
        draft.When(new DescribePilot(LearnerCount: 0), Ana).ThenRefused("learner-count-impossible");
        draft.When(new DescribePilot(), Ana).ThenRefused("nothing-answered");
        draft.When(new DescribePilot(Problem: new string('x', 4001)), Ana).ThenRefused("answer-too-long");
        draft.When(new TellHead("Hanna", new(2026, 9, 3)), Ana).ThenRefused("day-in-the-future");
        draft.When(new WriteLessons(["a", "b", "c", "d"]), Ana).ThenRefused("lessons-three-lines");
        draft.When(new NameSecondAdult("ana", "heron-bay"), Ana).ThenRefused("second-adult-is-you");
        draft.When(new DescribePilotContext(Unknown(People.ContextPart.Learners).SetItem("age", new("young"))), Ana).ThenRefused("context-answer-impossible");
        draft.When(new DescribePilotContext(Unknown(People.ContextPart.School)), Ana).ThenRefused("context-question-unknown");
    }

    [Fact]
    public void Belongs_to_its_team()
    {
        Story.Of<Pilot>().When(new StartPilot("Paired reading", "heron-bay"), Ben).ThenRefused("not-of-the-school");
        Story.Of<Pilot>().When(new PlanEnquiry(new("Why?")), Ana).ThenRefused("no-such-pilot");
        Started(Preset.Light)
            .After(new JoinTeam("cleo"), Ana).After(new DescribePilot(Problem: "Ours"), Cleo)
            .After(new LeaveTeam("ana"), Cleo).When(new LeaveTeam("cleo"), Cleo).ThenRefused("last-of-the-team");
    }

    [Fact]
    public void Keeps_its_promise_once_registered() => At(PilotStage.Registered, Preset.Light)
        .When(new DescribePilot(Problem: "Another"), Ana).ThenRefused("registered-already")
        .When(new ChooseInnovation("other", "v1"), Ana).ThenRefused("registered-already");

    [Fact]
    public void Answers_later_what_only_a_higher_preset_asks()
    {
        var registered = Story.Given<Pilot>(Ana, new PilotStarted("Paired reading", "heron-bay", null, null, Preset.Light, "2026-1"),
            new PilotMoved(PilotStage.Draft, PilotTo.Registered, Preset.Light, "2026-1", [], [], new()));
        registered
            .After(new DescribePilot(SafeguardingContact: "Hanna Moe"), Ana).After(new ChooseInnovation("paired-reading", "v1"), Ana)
            .When(new DescribePilot(SafeguardingContact: "Somebody else"), Ana).ThenRefused("registered-already")
            .When(new ChooseInnovation("other", "v1"), Ana).ThenRefused("registered-already");
    }

    [Fact]
    public void Is_withdrawn_by_its_whole_team_or_the_schools_lead_on_any_day()
    {
        var two = Started(Preset.Light).After(new JoinTeam("cleo"), Ana);
        two.When(new MovePilot(PilotTo.Withdrawn), Ana).Then(new MoveSigned(PilotTo.Withdrawn))
            .After(new MovePilot(PilotTo.Withdrawn), Cleo).Where(p => Assert.Equal(PilotStatus.Withdrawn, p.Status));
        two.After(new MovePilot(PilotTo.Withdrawn), Lead).Where(p => Assert.Equal(PilotStatus.Withdrawn, p.Status));
        two.When(new MovePilot(PilotTo.Withdrawn), OtherLead).ThenRefused("not-yours-to-sign");
    }
}

/// <summary>A question of the routine-practice check is answered with yes.</summary>
public class APilotBeyondRoutinePractice
{
    private static readonly Story<Pilot> Asked = Started(Preset.Light)
        .When(new AnswerRoutinePractice(Routine with { PhotoOrRecording = true }), Ana)
        .Then(new RoutinePracticeAnswered(Routine with { PhotoOrRecording = true }), new EthicsRequested());

    [Fact]
    public void Waits_for_the_ethics_person() => Asked
        .When(new DecideEthics(EthicsOutcome.Approved, " "), Sam).ThenRefused("reference-missing")
        .When(new DecideEthics(EthicsOutcome.Approved, "E-7", new(2026, 8, 31)), Sam).ThenRefused("expired-already")
        .When(new DecideEthics(EthicsOutcome.Approved, "E-7", new(2027, 8, 31)), Sam).Then(new EthicsDecided(EthicsOutcome.Approved, "E-7", new(2027, 8, 31)));

    [Fact]
    public void Is_not_decided_by_its_own_people() => Asked
        .When(new DecideEthics(EthicsOutcome.Approved, "E-7"), As("ana", Role.SafeguardingLead, "programme")).ThenRefused("own-pilot");

    [Theory, InlineData(EthicsOutcome.Refused, false), InlineData(EthicsOutcome.Approved, true), InlineData(EthicsOutcome.Exempt, true)]
    public void Teaches_only_on_approval_or_exemption(EthicsOutcome outcome, bool may)
    {
        var decided = Asked.After(new DecideEthics(outcome, "E-7"), Sam).State;
        Assert.Equal(may, decided.Ethics!.LiveOn(Ana.Day));
    }
}

/// <summary>How much is asked of a pilot may grow at any time.</summary>
public class MovingBetweenPresets
{
    private static readonly PilotFacts Data = AllGood with { Trial = AllGood.Trial! with { HasData = true } };

    [Fact]
    public void Is_open_to_anyone_on_the_team_upwards() => At(PilotStage.Enquiry, Preset.Light)
        .When(new ChangePreset(Preset.Light), Ana).ThenRefused("same-preset")
        .When(new ChangePreset(Preset.Standard) { Facts = Data }, Ana).Then(new PresetChanged(Preset.Light, Preset.Standard));

    [Fact]
    public void Never_goes_down_after_the_first_trial_datum() => At(PilotStage.Trial, Preset.Rigorous)
        .When(new ChangePreset(Preset.Standard) { Facts = Data }, Ana).ThenRefused("preset-fixed-by-data")
        .When(new ChangePreset(Preset.Light), Ana).ThenRefused("stage-needs-preset")
        .When(new ChangePreset(Preset.Standard), Ana).ThenAccepted();

    [Fact]
    public void Says_beforehand_what_it_would_add()
    {
        var light = Draft(Preset.Light).Through(PilotTo.Registered).State;
        var added = light.MovingUpWouldAdd(Preset.Standard, AllGood, Ana.Day).Select(m => m.Code).ToList();
        Assert.Contains("aim", added);
        Assert.Contains("school-lead-confirms", added);
        Assert.DoesNotContain("teaching-described", added);
        Assert.DoesNotContain("question", added);
    }

    [Fact]
    public void Is_caught_up_at_the_trial_not_before_the_next_lesson()
    {
        var up = Started(Preset.Light)
            .After(new DescribePilot(Problem: "Children read alone", Learners: "Year 3", LearnerCount: 28, StartMonth: new(2026, 10)), Ana)
            .After(new NameSecondAdult("ben", "moss-lane"), Ana).After(new TellHead("Hanna", new(2026, 8, 31)), Ana).After(new AnswerRoutinePractice(Routine), Ana)
            .Through(PilotTo.Registered).After(new ChangePreset(Preset.Standard), Ana)
            .After(new PlanEnquiry(new("Does it help?", "Words a minute", WatchKind.Number, "Faster", 60)), Ana).Through(PilotTo.Enquiry);

        Assert.Equal(["consent-basis", "teaching-described", "learner-context", "school-lead-confirms"], up.State.WhyNot(PilotTo.Trial, AllGood, Ana.Day).Select(m => m.Code));
    }
}

/// <summary>A pilot stands still for a while.</summary>
public class APausedPilot
{
    [Fact]
    public void Is_paused_and_resumed_with_a_reason() => At(PilotStage.Enquiry, Preset.Standard)
        .When(new PausePilot(), Lead).ThenRefused("reason-missing")
        .When(new ResumePilot(), Lead.Because("Rested")).ThenRefused("not-paused")
        .When(new PausePilot(), Lead.Because("Flood")).Then(new PilotPaused(false))
        .When(new PausePilot(), Lead.Because("Flood")).ThenRefused("paused")
        .When(new MovePilot(PilotTo.Trial) { Facts = AllGood }, Ana).ThenRefused("paused")
        .When(new ResumePilot(), Facilitator.Because("Dry again")).Then(new PilotResumed());

    [Fact]
    public void For_safeguarding_goes_on_only_by_its_lead_and_without_an_open_incident() => At(PilotStage.Enquiry, Preset.Standard)
        .When(new PausePilot(Safeguarding: true), Facilitator.Because("Worried")).ThenRefused("safeguarding-lead-only")
        .After(new PausePilot(Safeguarding: true), Sam.Because("A complaint"))
        .When(new ResumePilot(), Lead.Because("Fine")).ThenRefused("safeguarding-lead-only")
        .When(new ResumePilot { Facts = new() { OpenIncidents = 1 } }, Sam.Because("Fine")).ThenRefused("incident-open", "no-open-incident")
        .When(new ResumePilot(), Sam.Because("Resolved")).Then(new PilotResumed());

    [Fact]
    public void Can_still_be_withdrawn() => At(PilotStage.Enquiry, Preset.Standard).After(new PausePilot(), Lead.Because("Flood"))
        .When(new MovePilot(PilotTo.Withdrawn), Lead).ThenAccepted();
}
