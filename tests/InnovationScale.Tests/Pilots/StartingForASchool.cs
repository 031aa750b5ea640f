using static InnovationScale.Pilots.HeronBay;

namespace InnovationScale.Pilots;

/// <summary>A network registers pilots for a school that has not confirmed itself yet.</summary>
public class StartingForASchool
{
    private static readonly StartPilot ForMossLane = new("Paired reading", "moss-lane") { Network = "network" };

    private static readonly Story<Pilot> Ready = Story.Of<Pilot>().After(ForMossLane, Facilitator)
        .After(new DescribePilot(Problem: "Children read alone", Learners: "Year 3", LearnerCount: 28, StartMonth: new(2026, 10)), Facilitator)
        .After(new NameSecondAdult("ben", "moss-lane"), Facilitator).After(new TellHead("Mr Moss", new(2026, 8, 31)), Facilitator).After(new AnswerRoutinePractice(Routine), Facilitator);

    [Fact]
    public void Its_facilitator_opens_the_draft_and_it_says_so() => Story.Of<Pilot>()
        .When(ForMossLane, Facilitator).Then(new PilotStarted("Paired reading", "moss-lane", null, null, Preset.Light, PilotGates.CurrentPolicy) { Network = "network" });

    [Fact]
    public void Nobody_else_does() => Story.Of<Pilot>()
        .When(ForMossLane with { Network = null }, Facilitator).ThenRefused("not-of-the-school")
        .When(ForMossLane with { Network = "another" }, Facilitator).ThenRefused("not-of-the-school")
        .When(ForMossLane, Ana).ThenRefused("not-of-the-school");

    [Fact]
    public void A_teacher_of_the_school_starts_it_as_anywhere_and_no_network_is_named() => Story.Of<Pilot>()
        .When(ForMossLane, Ben).Then(new PilotStarted("Paired reading", "moss-lane", null, null, Preset.Light, PilotGates.CurrentPolicy));

    [Fact]
    public void It_signs_the_registration_while_the_school_has_not_confirmed_itself() => Ready
        .When(new MovePilot(PilotTo.Registered) { Facts = new() { Network = "network" } }, Facilitator).ThenAccepted().Where(p => Assert.Equal(PilotStage.Registered, p.Stage));

    [Fact]
    public void Once_the_school_has_it_signs_no_more() => Ready
        .When(new MovePilot(PilotTo.Registered) { Facts = new() }, Facilitator).ThenRefused("school-acts-itself")
        .After(new JoinTeam("ben"), Facilitator).After(new NameSecondAdult("cleo", "heron-bay"), Facilitator)
        .When(new MovePilot(PilotTo.Registered) { Facts = new() }, Ben).ThenAccepted();

    [Fact]
    public void A_facilitator_of_a_pilot_that_its_school_started_signs_no_registration() => Draft(Preset.Light).After(new JoinTeam("fay"), Ana)
        .When(new MovePilot(PilotTo.Registered) { Facts = AllGood }, Facilitator).ThenRefused("not-yours-to-sign");
}
