using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using InnovationScale.People;

namespace InnovationScale.Pilots;

/// <summary>
/// One school trying one innovation. A stage is entered only through its gate (<see cref="PilotGates"/>), and what the gate saw is stored
/// with the move. Answers may be given in any order and half-finished; only impossible ones are refused.
/// </summary>
public sealed record Pilot : IAggregate<Pilot, PilotCommand, PilotEvent>, IBelongs
{
    public static string Kind => "pilot";

    public static Pilot New { get; } = new();

    public PilotStage Stage { get; init; }

    public PilotStatus Status { get; init; }

    /// <summary>Why a closed pilot was closed, such as <see cref="PilotTo.AdoptedLocally"/>.</summary>
    public PilotTo? ClosedAs { get; init; }

    public bool PausedForSafeguarding { get; init; }

    public Preset Preset { get; init; }

    /// <summary>The version of the gates this pilot is held to; empty until it is started.</summary>
    public string Policy { get; init; } = "";

    public string Title { get; init; } = "";

    public string School { get; init; } = "";

    /// <summary>The school's country, ISO 3166-1; empty where it was not known at the start.</summary>
    public string Country { get; init; } = "";

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>The network that started it for its school; null where the school did it itself.</summary>
    public string? Network { get; init; }

    /// <summary>The pilot that is tried again here; null where it is not known or there is none.</summary>
    public string? Origin { get; init; }

    public string? Innovation { get; init; }

    public string? Version { get; init; }

    /// <summary>Person ids; the first leads.</summary>
    public ImmutableArray<string> Team { get; init; } = [];

    /// <summary>Links with which colleagues may join and that nobody has used yet.</summary>
    public ImmutableArray<TeamLink> Links { get; init; } = [];

    public string? Problem { get; init; }

    public string? Learners { get; init; }

    public int? LearnerCount { get; init; }

    public YearMonth? StartMonth { get; init; }

    [Personal] public string? SafeguardingContact { get; init; }

    public SecondAdult? SecondAdult { get; init; }

    public HeadKnows? Head { get; init; }

    /// <summary>As whoever is not signed in sees it: who the head is and whom to turn to is for those who work here.</summary>
    public Pilot WithoutNames() => this with { SafeguardingContact = null, Head = Head is { } head ? head with { Name = "" } : null };

    public RoutinePractice? RoutinePractice { get; init; }

    public Teaching Teaching { get; init; } = new();

    /// <summary>Learners and delivery; the school's own part is held by the school.</summary>
    public ImmutableSortedDictionary<string, ContextAnswer> Context { get; init; } = ImmutableSortedDictionary<string, ContextAnswer>.Empty;

    public Ethics? Ethics { get; init; }

    public EnquiryPlan Enquiry { get; init; } = new();

    public ConsentBasis? ConsentBasis { get; init; }

    /// <summary>The day the teachers are trained, where core components were accepted.</summary>
    public DateOnly? TrainedOn { get; init; }

    /// <summary>The school's lead has signed a gate or confirmed the pilot.</summary>
    public bool LeadConfirmed { get; init; }

    public string? WhatChanged { get; init; }

    public ImmutableArray<string> Lessons { get; init; } = [];

    /// <summary>Signatures under a move that still waits for others.</summary>
    public ImmutableArray<Signature> Signed { get; init; } = [];

    /// <summary>The move they are under.</summary>
    public PilotTo? Signing { get; init; }

    /// <summary>The programme's ethics person has been asked and has not decided.</summary>
    [JsonIgnore] public bool AwaitsEthics => Ethics is { Outcome: null } && Status is PilotStatus.Active or PilotStatus.Paused;

    public bool OnTeam(string person) => Team.Contains(person);

    public IEnumerable<string> Homes(string id) => [School];

    public IEnumerable<string> Workers => Team;

    public IEnumerable<string> LookersOn => SecondAdult is { } second ? [second.Person] : [];

    /// <summary>What the gate still needs; empty when only signatures are left. Nothing is asked twice.</summary>
    public ImmutableArray<Missing> WhyNot(PilotTo to, PilotFacts facts, DateOnly day) =>
        PilotGates.Find(this, to) is { } gate ? gate.Missing(this, facts, day) : [PilotGates.NoWay(this, to)];

    /// <summary>What the gates ahead, and those passed already, would ask under a higher preset and is not there yet.</summary>
    public ImmutableArray<Missing> MovingUpWouldAdd(Preset up, PilotFacts facts, DateOnly day) => PilotGates.MovingUpWouldAdd(this, up, facts, day);

    /// <summary>Where this pilot could go next under its preset.</summary>
    public IEnumerable<PilotGate> Ahead() => Status is PilotStatus.Active ? PilotGates.Of(Policy).Where(g => g.From == Stage && g.Preset == Preset) : [];

    public Decision<PilotEvent> Decide(PilotCommand command, Stamp stamp) => command switch
    {
        StartPilot start => Start(start, stamp),
        _ when Policy.Length == 0 => Refusal.NotFound("no-such-pilot", "This pilot has not been started yet."),
        _ when Status is PilotStatus.Closed or PilotStatus.Withdrawn => new Refusal("pilot-ended", "This pilot has ended; its record stays as it is."),
        DecideEthics decide => Decided(decide, stamp),
        PausePilot pause => Pause(pause, stamp),
        ResumePilot resume => Resume(resume, stamp),
        MovePilot move => Move(move, stamp),
        ConfirmPilot => LeadConfirmed ? new Refusal("already-confirmed", "The school's lead has confirmed this pilot already.") : new PilotConfirmed(),
        DescribePilot describe => Describe(describe),
        ChooseInnovation choose => Choose(choose),
        JoinTeam join => Join(join),
        InviteColleague invite => Invite(invite, stamp),
        JoinByLink join => Join(join, stamp),
        LeaveTeam leave => Leave(leave),
        NameSecondAdult name => Name(name, stamp),
        TellHead tell => Tell(tell, stamp),
        AnswerRoutinePractice answer => Check(answer),
        DescribeTeaching describe => Describe(describe),
        DescribePilotContext describe => Describe(describe),
        RequestEthics => Request(),
        PlanEnquiry plan => Plan(plan),
        StateConsentBasis state => State(state),
        AcceptCoreComponents accept => Accept(accept),
        SayWhatChanged say => Say(say),
        WriteLessons write => Write(write),
        ChangePreset change => Change(change),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public Pilot Evolve(PilotEvent happened, Stamp stamp) => happened switch
    {
        PilotStarted e => this with
        {
            Title = e.Title, School = e.School, Innovation = e.Innovation, Version = e.Version, Preset = e.Preset, Policy = e.Policy, Team = [stamp.Actor],
            Country = e.Country ?? "", StartedAt = stamp.At, Network = e.Network, Origin = e.Origin,
        },
        MoveSigned e => this with { Signing = e.To, Signed = (Signing == e.To ? Signed : []).Add(new(stamp.Actor, stamp.Role)) },
        PilotMoved e => Moved(e),
        PilotPaused e => this with { Status = PilotStatus.Paused, PausedForSafeguarding = e.Safeguarding || PausedForSafeguarding },
        PilotResumed => this with { Status = PilotStatus.Active, PausedForSafeguarding = false },
        ColleagueInvited e => this with { Links = Links.RemoveAll(link => link.Expires <= stamp.At).Add(new(e.SecretSha256, e.Expires, stamp.Actor)) },
        // What people signed is no longer what stands here: they are asked again.
        _ => Answered(happened) with { Signing = null, Signed = [] },
    };

    private Pilot Answered(PilotEvent happened) => happened switch
    {
        PilotDescribed e => this with
        {
            Title = e.Title ?? Title, Problem = e.Problem ?? Problem, Learners = e.Learners ?? Learners, LearnerCount = e.LearnerCount ?? LearnerCount,
            StartMonth = e.StartMonth ?? StartMonth, SafeguardingContact = e.SafeguardingContact ?? SafeguardingContact,
        },
        InnovationChosen e => this with { Innovation = e.Innovation, Version = e.Version },
        TeamJoined e => this with { Team = Team.Add(e.Person), Links = Links.RemoveAll(link => link.SecretSha256 == e.Link) },
        // Nor does anybody come in, or back, by a link of whoever has left.
        TeamLeft e => this with { Team = Team.Remove(e.Person), Links = Links.RemoveAll(link => link.By == e.Person) },
        SecondAdultNamed e => this with { SecondAdult = new(e.Person, e.School) },
        HeadTold e => this with { Head = new(e.Name ?? "", e.On, e.Consents) },
        RoutinePracticeAnswered e => this with { RoutinePractice = e.Answers },
        TeachingDescribed e => this with { Teaching = Teaching.With(e.Teaching) },
        PilotContextDescribed e => this with { Context = Context.SetItems(e.Answers) },
        EthicsRequested => this with { Ethics = new(null, "") },
        EthicsDecided e => this with { Ethics = new(e.Outcome, e.Reference, e.Expires) },
        EnquiryPlanned e => this with { Enquiry = Enquiry.With(e.Plan) },
        ConsentBasisStated e => this with { ConsentBasis = e.Basis },
        CoreComponentsAccepted e => this with { TrainedOn = e.TrainedOn },
        PilotConfirmed => this with { LeadConfirmed = true },
        ChangeDescribed e => this with { WhatChanged = e.What },
        LessonsWritten e => this with { Lessons = e.Lines },
        PresetChanged e => this with { Preset = e.To },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private Pilot Moved(PilotMoved moved)
    {
        var signed = this with
        {
            Signing = null, Signed = [], LeadConfirmed = LeadConfirmed || moved.Signed.Any(s => s.Role == new HeldRole(Role.SchoolLead, School)),
        };
        var version = moved.From is PilotStage.Adaptation ? moved.Facts.Adaptation?.NewVersion ?? Version : Version;
        return moved.To switch
        {
            PilotTo.Withdrawn => signed with { Status = PilotStatus.Withdrawn },
            PilotTo.Registered => signed with { Stage = PilotStage.Registered },
            PilotTo.Enquiry => signed with { Stage = PilotStage.Enquiry, Version = version, WhatChanged = null },
            PilotTo.Trial => signed with { Stage = PilotStage.Trial, Version = version },
            PilotTo.Evaluation => signed with { Stage = PilotStage.Evaluation },
            PilotTo.Adaptation => signed with { Stage = PilotStage.Adaptation },
            _ => signed with { Status = PilotStatus.Closed, ClosedAs = moved.To },
        };
    }

    private Decision<PilotEvent> Start(StartPilot start, Stamp stamp)
    {
        if (Policy.Length > 0) return new Refusal("pilot-already-started", "This pilot has been started already.");
        var forSchool = start.Network is { } network && stamp.Role == new HeldRole(Role.Facilitator, network);
        if (!forSchool && (stamp.Role is not { Role: Role.Teacher or Role.SchoolLead } || stamp.Role.In != start.School))
            return Refusal.NotAllowed("not-of-the-school", "A pilot is started by a teacher or the lead of the school it runs in; for a school that its lead has not confirmed yet, by its network.");
        if (TooLong(start.Title) is { } fault) return fault;
        if (string.IsNullOrWhiteSpace(start.School)) return Refusal.Invalid("school-missing", "Say which school it runs in.");

        return new PilotStarted(start.Title.Trim(), start.School, start.Innovation, start.Version, start.Preset, PilotGates.CurrentPolicy)
        {
            Country = start.Country, Network = forSchool ? start.Network : null, Origin = start.Origin,
        };
    }

    private Decision<PilotEvent> Describe(DescribePilot describe)
    {
        // Only a rigorous registration asks for the contact: a pilot that moved up later names it then.
        var promised = SafeguardingContact is not null || describe with { SafeguardingContact = null } != new DescribePilot();
        if (Stage is not PilotStage.Draft && promised) return Dated();
        if (TooLong(describe.Title, describe.Problem, describe.Learners, describe.SafeguardingContact) is { } fault) return fault;
        if (describe.LearnerCount is < 1 or > 1_000_000) return Refusal.Invalid("learner-count-impossible", "Give the number of learners, 1 or more; a guess will do.");
        if (describe == new DescribePilot()) return NothingAnswered();

        return new PilotDescribed(
            describe.Title?.Trim(), describe.Problem?.Trim(), describe.Learners?.Trim(), describe.LearnerCount, describe.StartMonth, describe.SafeguardingContact?.Trim());
    }

    private Decision<PilotEvent> Choose(ChooseInnovation choose)
    {
        if (Stage is not PilotStage.Draft && Innovation is not null) return Dated();
        return string.IsNullOrWhiteSpace(choose.Innovation) || string.IsNullOrWhiteSpace(choose.Version)
            ? Refusal.Invalid("innovation-missing", "Choose an innovation and the version you will try.")
            : new InnovationChosen(choose.Innovation, choose.Version);
    }

    private Decision<PilotEvent> Join(JoinTeam join)
    {
        if (string.IsNullOrWhiteSpace(join.Person)) return Refusal.Invalid("person-missing", "Say who joins.");
        return OnTeam(join.Person) ? new Refusal("already-on-the-team", "This person is on the team already.") : new TeamJoined(join.Person);
    }

    private Decision<PilotEvent> Invite(InviteColleague invite, Stamp stamp)
    {
        if (invite.Expires <= stamp.At || invite.Expires > stamp.At + TeamLink.OpenMost)
            return Refusal.Invalid("expiry-impossible", "A link for a colleague is open for at most fourteen days.");
        return Links.Count(link => link.Expires > stamp.At) < TeamLink.Most
            ? new ColleagueInvited(invite.SecretSha256, invite.Expires)
            : new Refusal("too-many-links", "Twenty links are open and unused. Wait until somebody has used one, or until they end.");
    }

    private Decision<PilotEvent> Join(JoinByLink join, Stamp stamp)
    {
        if (LinkOf(join.SecretSha256, stamp.At) is null) return TeamLink.Over;
        return OnTeam(join.Person) ? new Refusal("already-on-the-team", "This person is on the team already.") : new TeamJoined(join.Person) { Link = join.SecretSha256 };
    }

    /// <summary>The open link with this secret.</summary>
    public TeamLink? LinkOf(string secretSha256, DateTimeOffset at) => Links.FirstOrDefault(link => link.SecretSha256 == secretSha256 && link.Expires > at);

    private Decision<PilotEvent> Leave(LeaveTeam leave)
    {
        if (!OnTeam(leave.Person)) return new Refusal("not-a-member", "This person is not on the team.");
        return Team.Length == 1 ? new Refusal("last-of-the-team", "A pilot keeps at least one person. Withdraw it, or let somebody join first.") : new TeamLeft(leave.Person);
    }

    private static Decision<PilotEvent> Name(NameSecondAdult name, Stamp stamp)
    {
        if (string.IsNullOrWhiteSpace(name.Person) || string.IsNullOrWhiteSpace(name.School))
            return Refusal.Invalid("person-missing", "Say who the second adult is, and at which school; it may be another one.");
        if (name.Person == stamp.Actor)
            return Refusal.Invalid("second-adult-is-you", "The second adult is somebody else. In a school with one teacher, name a colleague at another school.");

        return new SecondAdultNamed(name.Person, name.School);
    }

    private static Decision<PilotEvent> Tell(TellHead tell, Stamp stamp)
    {
        if (string.IsNullOrWhiteSpace(tell.Name)) return Refusal.Invalid("head-missing", "Give the head's name.");
        if (TooLong(tell.Name) is { } fault) return fault;
        if (tell.On > stamp.Day.AddDays(1)) return Refusal.Invalid("day-in-the-future", "Give the day the head was told; it cannot lie ahead.");

        return new HeadTold(tell.Name.Trim(), tell.On, tell.Consents);
    }

    private Decision<PilotEvent> Check(AnswerRoutinePractice answer)
    {
        if (Stage is not (PilotStage.Draft or PilotStage.Registered))
            return new Refusal("check-already-used", "Teaching has begun on these answers. Ask the ethics person to look again instead.");

        return new Decision<PilotEvent>(
            new RoutinePracticeAnswered(answer.Answers),
            answer.Answers.Routine ? new EthicsDecided(EthicsOutcome.Exempt, Pilots.RoutinePractice.Exempt) : new EthicsRequested());
    }

    private Decision<PilotEvent> Request() => Ethics is { Outcome: null }
        ? new Refusal("ethics-already-requested", "The ethics person has been asked already.")
        : new EthicsRequested();

    private Decision<PilotEvent> Decided(DecideEthics decide, Stamp stamp)
    {
        if (OnTeam(stamp.Actor) || SecondAdult?.Person == stamp.Actor)
            return Refusal.NotAllowed("own-pilot", "Nobody decides on the ethics of their own pilot.");
        if (Ethics is null) return new Refusal("ethics-not-requested", "Nobody has asked for an ethics decision.");
        if (string.IsNullOrWhiteSpace(decide.Reference)) return Refusal.Invalid("reference-missing", "Give the decision's reference, so that it can be found again.");
        if (decide.Expires < stamp.Day) return Refusal.Invalid("expired-already", "The decision's last day lies in the past.");

        return new EthicsDecided(decide.Outcome, decide.Reference.Trim(), decide.Expires);
    }

    private static Decision<PilotEvent> Describe(DescribeTeaching describe)
    {
        if (TooLong([.. describe.Teaching.Answers]) is { } fault) return fault;
        return describe.Teaching.Answers.All(a => a is null) ? NothingAnswered() : new TeachingDescribed(describe.Teaching);
    }

    private static Decision<PilotEvent> Describe(DescribePilotContext describe)
    {
        if (describe.Answers.IsEmpty) return NothingAnswered();
        return ContextProfile.Fault(describe.Answers, ContextPart.Learners, ContextPart.Delivery) is { } fault ? fault : new PilotContextDescribed(describe.Answers);
    }

    private Decision<PilotEvent> Plan(PlanEnquiry plan)
    {
        if (Stage is PilotStage.Trial or PilotStage.Evaluation)
            return new Refusal("enquiry-is-over", "A trial runs on this question. Plan the next enquiry after it.");
        if (plan.Plan == new EnquiryPlan()) return NothingAnswered();

        return TooLong(plan.Plan.Question, plan.Plan.Watch, plan.Plan.Aim, plan.Plan.Drivers, plan.Plan.Waiver) is { } fault ? fault : new EnquiryPlanned(plan.Plan);
    }

    private static Decision<PilotEvent> State(StateConsentBasis state) => string.IsNullOrWhiteSpace(state.Note)
        ? Refusal.Invalid("consent-note-missing", "Say in a sentence how families are told and what they agreed to.")
        : TooLong(state.Note) is { } fault ? fault : new ConsentBasisStated(state.Basis, state.Note.Trim());

    private Decision<PilotEvent> Accept(AcceptCoreComponents accept) => Innovation is null
        ? new Refusal("innovation-not-chosen", "Choose the innovation first: its core components are what you accept.")
        : new CoreComponentsAccepted(accept.TrainedOn);

    private static Decision<PilotEvent> Say(SayWhatChanged say) => string.IsNullOrWhiteSpace(say.What)
        ? Refusal.Invalid("change-missing", "Say what you changed, in a sentence.")
        : TooLong(say.What) is { } fault ? fault : new ChangeDescribed(say.What.Trim());

    private static Decision<PilotEvent> Write(WriteLessons write)
    {
        var lines = write.Lines.Select(l => l.Trim()).Where(l => l.Length > 0).ToImmutableArray();
        if (lines.Length is 0 or > 3)
            return Refusal.Invalid("lessons-three-lines", "Write up to three lines: what you did, what happened, what you would do again.");

        return TooLong([.. lines]) is { } fault ? fault : new LessonsWritten(lines);
    }

    private Decision<PilotEvent> Change(ChangePreset change)
    {
        if (change.To == Preset) return new Refusal("same-preset", "The pilot works under this preset already.");
        if (change.To < Preset && change.Facts.Trial is { HasData: true })
            return new Refusal("preset-fixed-by-data", "A trial result exists: from now on the pilot may move up, never down.");
        if (change.To < Preset && Stage is PilotStage.Trial or PilotStage.Evaluation && change.To is Preset.Light)
            return new Refusal("stage-needs-preset", "A light pilot has no trial. Leave the trial first.");

        return new PresetChanged(Preset, change.To);
    }

    private Decision<PilotEvent> Move(MovePilot move, Stamp stamp)
    {
        if (PilotGates.Find(this, move.To) is not { } gate)
            return NoSuchMove(PilotGates.NoWay(this, move.To), move.To);
        if (Status is PilotStatus.Paused && move.To is not PilotTo.Withdrawn)
            return new Refusal("paused", "The pilot is paused. Resume it first.") { Guard = gate.Name };

        if (PilotGates.ActsFor(this, stamp.Role) && move.To is PilotTo.Registered && stamp.Role.In != move.Facts.Network)
            return Refusal.NotAllowed("school-acts-itself", "The school’s own lead has confirmed it: a teacher of its own signs.") with { Guard = gate.Name };

        var signature = new Signature(stamp.Actor, stamp.Role);
        var signed = Signing == move.To ? Signed : [];
        if (signed.Any(s => s.Person == stamp.Actor))
            return new Refusal("already-signed", "You have signed this already; it waits for somebody else.") { Guard = gate.Name, Missing = gate.StillToSign(this, signed) };
        if (!gate.Counts(this, signed, signature))
            return Refusal.NotAllowed("not-yours-to-sign", "This step is signed by others.") with { Guard = gate.Name, Missing = gate.StillToSign(this, signed) };

        var missing = gate.Missing(this, move.Facts, stamp.Day);
        if (gate.AsksReason && string.IsNullOrWhiteSpace(stamp.Reason)) missing = missing.Add(PilotGates.Reason);
        if (missing.Length > 0)
            return new Refusal("gate-not-passed", $"Not yet: {missing[0].Sentence}") { Guard = gate.Name, Missing = missing };

        signed = signed.Add(signature);
        return gate.SignedBy(this, signed)
            ? new PilotMoved(Stage, move.To, Preset, Policy, [.. gate.Needs.Select(n => n.Code)], signed, move.Facts)
            : new MoveSigned(move.To);
    }

    private Decision<PilotEvent> Pause(PausePilot pause, Stamp stamp)
    {
        if (pause.Safeguarding && stamp.Role.Role is not (Role.SafeguardingLead or Role.SchoolLead))
            return Refusal.NotAllowed("safeguarding-lead-only", "A pause for safeguarding is called by the safeguarding lead or the school's lead.");
        if (string.IsNullOrWhiteSpace(stamp.Reason)) return Refusal.Invalid("reason-missing", "Say why it is paused.");
        if (Status is PilotStatus.Paused && (PausedForSafeguarding || !pause.Safeguarding)) return new Refusal("paused", "The pilot is paused already.");

        return new PilotPaused(pause.Safeguarding);
    }

    private Decision<PilotEvent> Resume(ResumePilot resume, Stamp stamp)
    {
        if (Status is not PilotStatus.Paused) return new Refusal("not-paused", "The pilot is not paused.");
        if (PausedForSafeguarding && stamp.Role.Role is not Role.SafeguardingLead)
            return Refusal.NotAllowed("safeguarding-lead-only", "It was paused for safeguarding: only the safeguarding lead resumes it.");
        if (string.IsNullOrWhiteSpace(stamp.Reason)) return Refusal.Invalid("reason-missing", "Say why it goes on.");
        if (PausedForSafeguarding && resume.Facts.OpenIncidents > 0)
            return new Refusal("incident-open", "An incident is still open. Resolve it first.") { Missing = [PilotGates.NoOpenIncident] };

        return new PilotResumed();
    }

    private Refusal NoSuchMove(Missing why, PilotTo to) => new("no-such-move", why.Sentence)
    {
        Pattern = why.Pattern, With = why.With, Guard = PilotGates.Name(Stage, to), Missing = [why],
    };

    private static Refusal Dated() => new("registered-already", "The pilot is registered: what it promised is dated and stays. Write what changed as lessons or an adaptation.");

    private static Refusal NothingAnswered() => Refusal.Invalid("nothing-answered", "Answer at least one question.");

    private static Refusal? TooLong(params ImmutableArray<string?> answers) => answers.Any(a => a?.Length > 4000)
        ? Refusal.Invalid("answer-too-long", "Keep each answer under 4,000 letters.")
        : null;
}

public enum PilotStage
{
    Draft,
    Registered,
    Enquiry,
    Trial,
    Evaluation,
    Adaptation,
}

public enum PilotStatus
{
    Active,
    Paused,
    Closed,
    Withdrawn,
}

/// <summary>Where a gate leads: into a stage, or to an end.</summary>
public enum PilotTo
{
    Registered,
    Enquiry,
    Trial,
    Evaluation,
    Adaptation,
    Completed,
    AdoptedLocally,
    NoEffect,
    Harm,
    NotFeasible,
    Inconclusive,
    Circumstances,
    Withdrawn,
}

/// <summary>One person under a move, in the role it was signed in.</summary>
public sealed record Signature(string Person, HeldRole Role);

public sealed record SecondAdult(string Person, string School);

public sealed record HeadKnows([property: Personal] string Name, DateOnly On, bool Consents);

/// <summary>A decision on ethics; <paramref name="Outcome"/> is null while it is only asked for.</summary>
public sealed record Ethics(EthicsOutcome? Outcome, string Reference, DateOnly? Expires = null)
{
    public bool LiveOn(DateOnly day) => Outcome is EthicsOutcome.Approved or EthicsOutcome.Exempt && (Expires is null || day <= Expires);
}

public enum EthicsOutcome
{
    Approved,
    Exempt,
    Refused,
}

/// <summary>On what ground pupils take part in a trial.</summary>
public enum ConsentBasis
{
    /// <summary>Families are told and may say no.</summary>
    OptOut,

    /// <summary>Families say yes.</summary>
    OptIn,

    /// <summary>Normal teaching, summed up by class: nobody is asked, everybody is told.</summary>
    RoutinePractice,

    /// <summary>The law or the ministry gives the ground.</summary>
    PublicTask,
}

/// <summary>Six questions that tell routine teaching from research. A yes goes to the programme's ethics person.</summary>
public sealed record RoutinePractice(
    bool BeyondNormalAssessment, bool SensitiveTopic, bool TeachingWithheld, bool PhotoOrRecording, bool NamedDataLeaves, bool PaymentToPupils)
{
    /// <summary>What is stored where every answer is no.</summary>
    public const string Exempt = "Exempt: routine practice";

    [JsonIgnore] public bool Routine => this == new RoutinePractice(false, false, false, false, false, false);
}

/// <summary>Six plain questions that hold items 2 to 8 of TIDieR (Hoffmann et al., BMJ 2014;348:g1687); item 1, the name, is the title.</summary>
/// <param name="Why">Item 2: why should it work?</param>
/// <param name="Materials">Item 3: what will you use?</param>
/// <param name="Procedures">Item 4: what will you do?</param>
/// <param name="Provider">Item 5: who does it, with what training?</param>
/// <param name="HowAndWhere">Items 6 and 7: one to one, in groups or whole class, and where?</param>
/// <param name="HowMuch">Item 8: how often, how long, for how many weeks?</param>
public sealed record Teaching(
    string? Why = null, string? Materials = null, string? Procedures = null, string? Provider = null, string? HowAndWhere = null, string? HowMuch = null)
{
    [JsonIgnore] public ImmutableArray<string?> Answers => [Why, Materials, Procedures, Provider, HowAndWhere, HowMuch];

    [JsonIgnore] public bool Complete => Answers.All(a => !string.IsNullOrWhiteSpace(a));

    public Teaching With(Teaching later) => new(later.Why ?? Why, later.Materials ?? Materials, later.Procedures ?? Procedures,
        later.Provider ?? Provider, later.HowAndWhere ?? HowAndWhere, later.HowMuch ?? HowMuch);
}

/// <summary>What an enquiry asks and watches.</summary>
/// <param name="Watch">The one thing to watch, in words.</param>
/// <param name="Target">What the aim would look like on it.</param>
/// <param name="Drivers">The driver diagram, as text or a link.</param>
/// <param name="Measure">An outcome measure of the catalogue.</param>
/// <param name="Waiver">Why the pilot works outside a challenge group.</param>
public sealed record EnquiryPlan(
    string? Question = null, string? Watch = null, WatchKind? WatchAs = null, string? Aim = null, double? Target = null,
    string? Drivers = null, string? Measure = null, string? ChallengeGroup = null, string? Waiver = null)
{
    public EnquiryPlan With(EnquiryPlan later) => new(later.Question ?? Question, later.Watch ?? Watch, later.WatchAs ?? WatchAs, later.Aim ?? Aim,
        later.Target ?? Target, later.Drivers ?? Drivers, later.Measure ?? Measure, later.ChallengeGroup ?? ChallengeGroup, later.Waiver ?? Waiver);
}

public enum WatchKind
{
    Number,

    /// <summary>So many out of so many.</summary>
    Share,
    Note,
}

/// <summary>A month, such as <c>2026-09</c>.</summary>
[JsonConverter(typeof(YearMonthJson))]
public readonly record struct YearMonth(int Year, int Month)
{
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}");

    /// <summary>Reads <c>2026-09</c>; false for anything else.</summary>
    public static bool TryParse(string? text, out YearMonth month)
    {
        var read = DateOnly.TryParseExact(text, "yyyy-MM", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var first);
        month = read ? new(first.Year, first.Month) : default;
        return read;
    }
}

internal sealed class YearMonthJson : JsonConverter<YearMonth>
{
    public override YearMonth Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => YearMonth.TryParse(reader.GetString(), out var month)
        ? month
        : throw new JsonException($"“{reader.GetString()}” is not a month: expected such as “2026-09”.");

    public override void Write(Utf8JsonWriter writer, YearMonth value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A link with which one colleague may join a team.</summary>
/// <param name="By">Who made it.</param>
public sealed record TeamLink(string SecretSha256, DateTimeOffset Expires, string By)
{
    /// <summary>It is open for no longer.</summary>
    public static TimeSpan OpenMost { get; } = TimeSpan.FromDays(14);

    /// <summary>As many of one pilot are open at once.</summary>
    public const int Most = 20;

    public static Refusal Over { get; } = Refusal.NotFound("link-over", "This link has been used, has ended or was never made. Ask your colleague for a new one.");
}
