using System.Collections.Immutable;
using InnovationScale.People;

namespace InnovationScale.Pilots;

/// <summary>What can be asked of a <see cref="Pilot"/>.</summary>
public abstract record PilotCommand : ICommand<Pilot>;

/// <summary>Opens a draft. Whoever opens it leads the team.</summary>
public sealed record StartPilot(string Title, string School, string? Innovation = null, string? Version = null, Preset Preset = Preset.Light) : PilotCommand, IRestsOn
{
    /// <summary>The pilot that is tried again here, whose plan was copied.</summary>
    public string? Origin { get; init; }

    /// <summary>The school's country, ISO 3166-1.</summary>
    [Gathered] public string? Country { get; init; }

    /// <summary>The network that acts for the school, until its own lead has confirmed it.</summary>
    [Gathered] public string? Network { get; init; }

    /// <summary>Where that was read; empty where nobody acts for the school.</summary>
    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Says what it is about. Null leaves an answer as it is, so that a half-finished draft can always be kept.</summary>
public sealed record DescribePilot(
    string? Title = null, string? Problem = null, string? Learners = null, int? LearnerCount = null, YearMonth? StartMonth = null,
    string? SafeguardingContact = null) : PilotCommand;

/// <summary>Says which innovation, in which version, is tried.</summary>
public sealed record ChooseInnovation(string Innovation, string Version) : PilotCommand;

public sealed record JoinTeam(string Person) : PilotCommand;

/// <summary>Makes a link with which one colleague joins the team.</summary>
/// <param name="SecretSha256">Hash of the link's secret, in hexadecimal.</param>
public sealed record InviteColleague(string SecretSha256, DateTimeOffset Expires) : PilotCommand;

/// <summary>Takes the person who opened the link onto the team.</summary>
public sealed record JoinByLink(string Person, string SecretSha256) : PilotCommand;

public sealed record LeaveTeam(string Person) : PilotCommand;

/// <summary>Names the adult who looks over the teacher's shoulder; may work at another school.</summary>
public sealed record NameSecondAdult(string Person, string School) : PilotCommand;

/// <summary>The head knows, and where it is said so, consents.</summary>
public sealed record TellHead(string Name, DateOnly On, bool Consents = false) : PilotCommand;

/// <summary>Answers the six questions of the routine-practice check, all at once.</summary>
public sealed record AnswerRoutinePractice(RoutinePractice Answers) : PilotCommand;

/// <summary>Answers some of the six plain questions that hold TIDieR items 2 to 8 (item 1 is the title).</summary>
public sealed record DescribeTeaching(Teaching Teaching) : PilotCommand;

/// <summary>Answers some questions on learners and delivery.</summary>
public sealed record DescribePilotContext(ImmutableSortedDictionary<string, ContextAnswer> Answers) : PilotCommand;

/// <summary>Asks the ethics person to look, although no question of the check was answered with yes.</summary>
public sealed record RequestEthics : PilotCommand;

public sealed record DecideEthics(EthicsOutcome Outcome, string Reference, DateOnly? Expires = null) : PilotCommand;

/// <summary>Says what is asked and watched. Null leaves an answer as it is.</summary>
public sealed record PlanEnquiry(EnquiryPlan Plan) : PilotCommand;

/// <summary>Says on what ground pupils take part in a trial.</summary>
public sealed record StateConsentBasis(ConsentBasis Basis, string Note) : PilotCommand;

/// <summary>A school that joins a trial accepts the parts it must keep and says when its teachers are trained.</summary>
public sealed record AcceptCoreComponents(DateOnly TrainedOn) : PilotCommand;

/// <summary>The school's lead stands behind a pilot that was registered without it.</summary>
public sealed record ConfirmPilot : PilotCommand;

/// <summary>Says what was changed after a cycle.</summary>
public sealed record SayWhatChanged(string What) : PilotCommand;

/// <summary>Leaves three lines for the next school: what we did, what happened, what we would do again.</summary>
public sealed record WriteLessons(ImmutableArray<string> Lines) : PilotCommand;

/// <summary>Asks more, or before the first trial datum less, of the pilot.</summary>
public sealed record ChangePreset(Preset To) : PilotCommand, IRestsOn
{
    [Gathered] public PilotFacts Facts { get; init; } = new();

    [Gathered] public ImmutableArray<Head> RestsOn => Facts.Heads;
}

/// <summary>Signs a move. It takes effect when everyone the gate asks for has signed; where one is enough, at once.</summary>
public sealed record MovePilot(PilotTo To) : PilotCommand, IRestsOn
{
    [Gathered] public PilotFacts Facts { get; init; } = new();

    [Gathered] public ImmutableArray<Head> RestsOn => Facts.Heads;
}

/// <summary>Stops teaching and money for a while. The reason stands in the stamp.</summary>
public sealed record PausePilot(bool Safeguarding = false) : PilotCommand;

public sealed record ResumePilot : PilotCommand, IRestsOn
{
    [Gathered] public PilotFacts Facts { get; init; } = new();

    [Gathered] public ImmutableArray<Head> RestsOn => Facts.Heads;
}

/// <summary>What other records say about this pilot when it is asked to move. Plain values, kept with the move they allowed.</summary>
public sealed record PilotFacts
{
    /// <summary>Every closed cycle of this pilot.</summary>
    public ImmutableArray<ClosedCycle> Cycles { get; init; } = [];

    /// <summary>Points before anything was changed.</summary>
    public int BaselinePoints { get; init; }

    /// <summary>The trial that this pilot leads or is a site of; the newest where there were several.</summary>
    public TrialFacts? Trial { get; init; }

    /// <summary>Another trial of the same version that runs in this school now.</summary>
    public string? OtherActiveTrial { get; init; }

    public EvaluationFacts? Evaluation { get; init; }

    /// <summary>The adaptation that followed the last cycle or evaluation.</summary>
    public AdaptationFacts? Adaptation { get; init; }

    /// <summary>Core components of the version that is tried.</summary>
    public int CoreComponents { get; init; }

    /// <summary>The school's part of the context profile.</summary>
    public ContextCount SchoolContext { get; init; }

    public int OpenIncidents { get; init; }

    /// <summary>The network that acts for the school, until its own lead has confirmed it.</summary>
    public string? Network { get; init; }

    /// <summary>Where all this was read.</summary>
    public ImmutableArray<Head> Heads { get; init; } = [];
}

/// <param name="Decision">As the cycle stores it: adopt, adapt, abandon or extend.</param>
public sealed record ClosedCycle(string Id, string Decision);

/// <param name="Registered">Registered and neither withdrawn nor ended.</param>
/// <param name="Design">Kebab-case, such as <c>interrupted-time-series</c>.</param>
/// <param name="HasData">At least one cell is recorded.</param>
public sealed record TrialFacts(string Id, string Design, bool Registered, bool EnteredField = false, bool HasData = false, bool Locked = false, bool Stopped = false);

/// <param name="SignerOffTeam">Signed by somebody who is not on the pilot's team.</param>
/// <param name="Independent">The evaluator is on no team, in no organisation and on no payroll of the pilot's.</param>
/// <param name="CoversAll">Every registered outcome and deviation is reported.</param>
public sealed record EvaluationFacts(
    string Id, string Trial, bool Signed, bool SignerOffTeam = false, bool Independent = false, bool CoversAll = false, int Rating = 0);

/// <param name="FidelityConsistent">The parts that must be kept were kept.</param>
/// <param name="Ruled">Nothing core was touched, or a researcher has ruled on it.</param>
public sealed record AdaptationFacts(string Id, bool Enacted, string? NewVersion = null, bool FidelityConsistent = false, bool Ruled = false);
