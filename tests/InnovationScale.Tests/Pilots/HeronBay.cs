using System.Collections.Immutable;
using InnovationScale.People;

namespace InnovationScale.Pilots;

/// <summary>The people and the pilot that the stories are about.</summary>
internal static class HeronBay
{
    public static readonly DateTimeOffset Noon = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly Stamp Ana = As("ana", Role.Teacher, "heron-bay");
    public static readonly Stamp Ben = As("ben", Role.Teacher, "moss-lane");
    public static readonly Stamp Cleo = As("cleo", Role.Teacher, "heron-bay");
    public static readonly Stamp Lead = As("hanna", Role.SchoolLead, "heron-bay");
    public static readonly Stamp OtherLead = As("olga", Role.SchoolLead, "moss-lane");
    public static readonly Stamp Researcher = As("rui", Role.Researcher, "pool");
    public static readonly Stamp Steward = As("dara", Role.DataSteward, "pool");
    public static readonly Stamp Evaluator = As("eva", Role.Evaluator, "elsewhere");
    public static readonly Stamp Facilitator = As("fay", Role.Facilitator, "network");
    public static readonly Stamp Sam = As("sam", Role.SafeguardingLead, "programme");
    public static readonly Stamp Auditor = As("aud", Role.Auditor, "programme");
    public static readonly Stamp Product = As("system", Role.System, "programme");

    public static readonly ImmutableArray<Stamp> Everyone =
        [Ana, Ben, Cleo, Lead, OtherLead, Researcher, Steward, Evaluator, Facilitator, Sam, Auditor, Product];

    public static readonly RoutinePractice Routine = new(false, false, false, false, false, false);

    /// <summary>Other records say nothing against any move.</summary>
    public static readonly PilotFacts AllGood = new()
    {
        Cycles = [new("c1", "adapt")],
        BaselinePoints = 12,
        Trial = new("t1", "cluster-randomised", Registered: true, Locked: true),
        Evaluation = new("e1", "t1", Signed: true, SignerOffTeam: true, Independent: true, CoversAll: true, Rating: 2),
        Adaptation = new("a1", Enacted: true, "v2", FidelityConsistent: true, Ruled: true),
        CoreComponents = 2,
        SchoolContext = new(19, 19, 4),
        Heads = [new("trial/t1", 8)],
    };

    public static Stamp As(string person, Role role, string held, string? reason = null) => new(person, new(role, held), Noon, $"{person}-1", reason);

    public static Stamp Because(this Stamp stamp, string reason) => stamp with { Reason = reason };

    public static Story<Pilot> Started(Preset preset) =>
        Story.Of<Pilot>().After(new StartPilot("Paired reading", "heron-bay", "paired-reading", "v1", preset), Ana);

    /// <summary>Every answer that any gate asks of a draft, given.</summary>
    public static Story<Pilot> Draft(Preset preset) => Started(preset)
        .After(new DescribePilot(Problem: "Children read alone", Learners: "Year 3", LearnerCount: 28, StartMonth: new(2026, 10), SafeguardingContact: "Hanna, 555-0101"), Ana)
        .After(new NameSecondAdult("ben", "moss-lane"), Ana)
        .After(new TellHead("Hanna Moe", new(2026, 8, 31), Consents: true), Ana)
        .After(new AnswerRoutinePractice(Routine), Ana)
        .After(new DescribeTeaching(new("Practice aloud", "Books", "Read in pairs", "Class teacher, one hour", "In class", "20 minutes, 3 times a week, 10 weeks")), Ana)
        .After(new DescribePilotContext(Unknown(ContextPart.Learners).AddRange(Unknown(ContextPart.Delivery))), Ana);

    /// <summary>Everything that any later gate asks of the pilot itself, given.</summary>
    public static Story<Pilot> Answered(this Story<Pilot> story) => story
        .After(new PlanEnquiry(new("Does it help?", "Words a minute", WatchKind.Number, "Read faster", 60, "Drivers: practice", "words-per-minute", Waiver: "No group near")), Ana)
        .After(new StateConsentBasis(ConsentBasis.OptOut, "A letter home"), Ana)
        .After(new AcceptCoreComponents(new(2026, 9, 20)), Ana)
        .After(new SayWhatChanged("Shorter turns"), Ana)
        .After(new WriteLessons(["We paired readers", "They read more", "Start earlier"]), Ana);

    /// <summary>A pilot at this stage, with every answer given; it came there through its gates.</summary>
    public static Story<Pilot> At(PilotStage stage, Preset preset)
    {
        PilotTo[] way = stage switch
        {
            PilotStage.Draft => [],
            PilotStage.Registered => [PilotTo.Registered],
            PilotStage.Enquiry => [PilotTo.Registered, PilotTo.Enquiry],
            PilotStage.Trial => [PilotTo.Registered, PilotTo.Enquiry, PilotTo.Trial],
            PilotStage.Evaluation => [PilotTo.Registered, PilotTo.Enquiry, PilotTo.Trial, PilotTo.Evaluation],
            _ when preset is Preset.Light => [PilotTo.Registered, PilotTo.Enquiry, PilotTo.Adaptation],
            _ => [PilotTo.Registered, PilotTo.Enquiry, PilotTo.Trial, PilotTo.Evaluation, PilotTo.Adaptation],
        };
        var ready = way.Aggregate(Draft(preset).Answered(), (story, to) => story.Through(to).After(new SayWhatChanged("Shorter turns"), Ana));
        return ready.State.LeadConfirmed ? ready : ready.After(new ConfirmPilot(), Lead);
    }

    /// <summary>Whoever the gate asks for signs, until the pilot has moved.</summary>
    public static Story<Pilot> Through(this Story<Pilot> story, PilotTo to, PilotFacts? facts = null)
    {
        var gate = PilotGates.Find(story.State, to) ?? throw new InvalidOperationException($"No gate {story.State.Stage} -> {to} under {story.State.Preset}.");
        return Signers(gate).Aggregate(story, (s, who) => s.After(new MovePilot(to) { Facts = facts ?? AllGood }, who.Because("It is time")));
    }

    /// <summary>People who together fill the gate's places.</summary>
    public static ImmutableArray<Stamp> Signers(PilotGate gate) => [.. gate.Signers.Select(Fills)];

    public static ImmutableSortedDictionary<string, ContextAnswer> Unknown(ContextPart part) =>
        ContextProfile.Dimensions.Where(d => d.Part == part).ToImmutableSortedDictionary(d => d.Code, _ => ContextAnswer.Unknown, StringComparer.Ordinal);

    private static Stamp Fills(PilotSigner signer) => signer.Code switch
    {
        "signed-by-teacher" or "signed-by-teacher-or-network" or "signed-by-teacher-or-lead" or "signed-by-teacher-or-facilitator" or "signed-by-team-lead" or "signed-by-one-more" => Ana,
        "signed-by-second-adult" => Ben,
        "signed-by-school-lead" => Lead,
        "signed-by-researcher" => Researcher,
        "signed-by-facilitator-or-researcher" => Facilitator,
        "signed-by-data-steward" or "signed-by-somebody-off-the-team" => Steward,
        "signed-evaluation" => Product,
        _ => throw new InvalidOperationException($"Say who fills “{signer.Code}”."),
    };
}
