using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using InnovationScale.People;

namespace InnovationScale.Innovations;

/// <summary>
/// An idea about teaching that schools try, as a tree of versions. A version names the parts that must be kept; it changes only by an
/// adaptation that somebody proposed, somebody else agreed to, and that was enacted as a new version.
/// </summary>
public sealed record Innovation : IAggregate<Innovation, InnovationCommand, InnovationEvent>
{
    public static string Kind => "innovation";

    public static Innovation New { get; } = new();

    /// <summary>Days after which an unplanned change can no longer be told.</summary>
    public const int LateDaysMax = 90;

    /// <summary>Empty until it is registered.</summary>
    public string Title { get; init; } = "";

    public string Description { get; init; } = "";

    /// <summary>Why it should work.</summary>
    public string Theory { get; init; } = "";

    /// <summary>Dimensions of the context that the effect may depend on, said beforehand; only these may narrow a claim afterwards.</summary>
    public ImmutableArray<string> MayDependOn { get; init; } = [];

    /// <summary>In the order they came to be. A version's parent stands before it, so the tree has no cycle.</summary>
    public ImmutableArray<InnovationVersion> Versions { get; init; } = [];

    public ImmutableArray<Adaptation> Adaptations { get; init; } = [];

    public InnovationVersion? Version(string id) => Versions.FirstOrDefault(v => v.Id == id);

    public Adaptation? Adaptation(string id) => Adaptations.FirstOrDefault(a => a.Id == id);

    public Decision<InnovationEvent> Decide(InnovationCommand command, Stamp stamp) => command switch
    {
        _ when stamp.Role.Role is Role.Public or Role.Auditor or Role.Admin => Refusal.NotAllowed(
            "may-not-change-innovations", "Innovations are described and changed by those who teach with them or study them."),
        RegisterInnovation register => Register(register),
        _ when Versions.IsEmpty => Refusal.NotFound("no-such-innovation", "This innovation has not been registered yet."),
        DescribeInnovation describe => Describe(describe),
        ProposeAdaptation propose => Propose(propose, stamp),
        AgreeAdaptation agree => At(agree.Adaptation, AdaptationStage.Proposed, a => Agree(a, stamp)),
        RejectAdaptation reject => At(reject.Adaptation, AdaptationStage.Proposed, a => Reject(a, stamp)),
        RuleOnFidelity rule => Rule(rule, stamp),
        EnactAdaptation enact => At(enact.Adaptation, AdaptationStage.Agreed, a => Enact(a, enact)),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public Innovation Evolve(InnovationEvent happened, Stamp stamp) => happened switch
    {
        InnovationRegistered e => this with
        {
            Title = e.Title, Description = e.Description, Theory = e.Theory, MayDependOn = e.MayDependOn,
            Versions = [new("v1", null, e.CoreComponents, Major: true, stamp.Day)],
        },
        InnovationDescribed e => this with
        {
            Title = e.Title ?? Title, Description = e.Description ?? Description, Theory = e.Theory ?? Theory, MayDependOn = e.MayDependOn ?? MayDependOn,
        },
        AdaptationProposed e => this with
        {
            Adaptations = Adaptations.Add(new(e.Adaptation, e.Of, e.Frame, stamp.Actor, e.Late) { Fidelity = Consistent(e.Frame) }),
        },
        AdaptationAgreed e => With(e.Adaptation, a => a with { Stage = AdaptationStage.Agreed, AgreedBy = stamp.Actor }),
        AdaptationRejected e => With(e.Adaptation, a => a with { Stage = AdaptationStage.Rejected }),
        FidelityRuled e => With(e.Adaptation, a => a with { Fidelity = e.Consistent ? Fidelity.Consistent : Fidelity.NotConsistent, Ruled = true }),
        AdaptationEnacted e => With(e.Adaptation, a => a with { Stage = AdaptationStage.Enacted, NewVersion = e.Version }) with
        {
            Versions = Versions.Add(new(e.Version, e.Of, e.CoreComponents, e.Major, stamp.Day)),
        },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private Decision<InnovationEvent> Register(RegisterInnovation register)
    {
        if (Versions.Length > 0) return new Refusal("innovation-already-registered", $"This innovation is registered already, as “{Title}”.");
        if (Blank(register.Title)) return Refusal.Invalid("title-missing", "Give the innovation a title.");
        if (Blank(register.Description)) return Refusal.Invalid("description-missing", "Say in plain words what it is.");
        if (BadComponents(register.CoreComponents) is { } components) return components;
        if (BadDimensions(register.MayDependOn) is { } dimensions) return dimensions;

        return new InnovationRegistered(register.Title.Trim(), register.Description.Trim(), register.Theory.Trim(), register.CoreComponents, register.MayDependOn);
    }

    private Decision<InnovationEvent> Describe(DescribeInnovation describe)
    {
        if (describe is { Title: null, Description: null, Theory: null, MayDependOn: null }) return Refusal.Invalid("nothing-answered", "Change at least one answer.");
        if (describe.Title is { } title && Blank(title)) return Refusal.Invalid("title-missing", "Give the innovation a title.");
        if (describe.Description is { } description && Blank(description)) return Refusal.Invalid("description-missing", "Say in plain words what it is.");
        if (describe.MayDependOn is { } dimensions && BadDimensions(dimensions) is { } bad) return bad;

        return new InnovationDescribed(describe.Title?.Trim(), describe.Description?.Trim(), describe.Theory?.Trim(), describe.MayDependOn);
    }

    private Decision<InnovationEvent> Propose(ProposeAdaptation propose, Stamp stamp)
    {
        if (Adaptation(propose.Adaptation) is not null) return new Refusal("adaptation-exists", "An adaptation with this id exists already.");
        if (Version(propose.Of) is not { } version) return Refusal.Invalid("no-such-version", $"There is no version “{propose.Of}” of this innovation.");
        if (Blank(propose.Frame.What)) return Refusal.Invalid("change-missing", "Say what changes.");
        if (propose.Frame.CoreComponentsTouched.FirstOrDefault(c => !version.CoreComponents.Contains(c)) is { } stranger)
            return Refusal.Invalid("no-such-component", $"“{stranger}” is not a core component of {version.Id}.");
        if (propose.Frame.Planning is Planning.Unplanned && propose.Frame.HappenedOn is null)
            return Refusal.Invalid("day-missing", "Say on which day the unplanned change happened.");
        if (propose.Frame.HappenedOn > stamp.Day.AddDays(1) && propose.Frame.Planning is Planning.Unplanned)
            return Refusal.Invalid("day-in-the-future", "An unplanned change has happened already: its day cannot lie ahead.");

        var late = propose.Frame is { Planning: Planning.Unplanned, HappenedOn: { } on } && on < stamp.Day;
        if (late && stamp.Day.DayNumber - propose.Frame.HappenedOn!.Value.DayNumber > LateDaysMax)
            return new Refusal("told-too-late", $"An unplanned change is told within {LateDaysMax} days.");

        return new AdaptationProposed(propose.Adaptation, propose.Of, propose.Frame, late);
    }

    private static Decision<InnovationEvent> Agree(Adaptation adaptation, Stamp stamp) => adaptation.ProposedBy == stamp.Actor
        ? Refusal.NotAllowed("own-proposal", "Somebody else agrees to what you proposed.")
        : new AdaptationAgreed(adaptation.Id);

    private static Decision<InnovationEvent> Reject(Adaptation adaptation, Stamp stamp) => Blank(stamp.Reason)
        ? Refusal.Invalid("reason-missing", "Say why it is rejected.")
        : new AdaptationRejected(adaptation.Id);

    private Decision<InnovationEvent> Rule(RuleOnFidelity rule, Stamp stamp)
    {
        if (Adaptation(rule.Adaptation) is not { } adaptation) return NoSuchAdaptation();
        if (adaptation.Stage is AdaptationStage.Enacted or AdaptationStage.Rejected)
            return new Refusal("adaptation-not-open", "The ruling comes before an adaptation is enacted or rejected.");
        if (stamp.Role.Role is not Role.Researcher) return Refusal.NotAllowed("researcher-only", "A researcher rules whether the core is kept.");
        if (adaptation.ProposedBy == stamp.Actor) return Refusal.NotAllowed("own-proposal", "Somebody else rules on what you proposed.");
        if (Blank(stamp.Reason)) return Refusal.Invalid("reason-missing", "Say why the core is kept, or why not.");

        return new FidelityRuled(rule.Adaptation, rule.Consistent);
    }

    private Decision<InnovationEvent> Enact(Adaptation adaptation, EnactAdaptation enact)
    {
        if (BadComponents(enact.CoreComponents) is { } bad) return bad;
        var before = Version(adaptation.Of)!.CoreComponents;
        if (before.Except(enact.CoreComponents, StringComparer.Ordinal).FirstOrDefault(c => !adaptation.Frame.CoreComponentsTouched.Contains(c)) is { } lost)
            return Refusal.Invalid("component-lost", $"“{lost}” is missing from the new version although the adaptation does not touch it.");

        return new AdaptationEnacted(adaptation.Id, adaptation.Of, $"v{Versions.Length + 1}", enact.CoreComponents, Major: adaptation.Fidelity is Fidelity.NotConsistent);
    }

    private Decision<InnovationEvent> At(string id, AdaptationStage stage, Func<Adaptation, Decision<InnovationEvent>> decide) => Adaptation(id) switch
    {
        null => NoSuchAdaptation(),
        { } adaptation when adaptation.Stage != stage => new Refusal("adaptation-not-at-this-stage", $"The adaptation is {adaptation.Stage}; this step comes when it is {stage}."),
        { } adaptation => decide(adaptation),
    };

    private Innovation With(string id, Func<Adaptation, Adaptation> change) => this with { Adaptations = [.. Adaptations.Select(a => a.Id == id ? change(a) : a)] };

    // Touching a part that must be kept speaks against it unless a researcher rules otherwise.
    private static Fidelity Consistent(Frame frame) => frame.CoreComponentsTouched.IsEmpty ? frame.Fidelity : Fidelity.NotConsistent;

    private static Refusal NoSuchAdaptation() => Refusal.NotFound("no-such-adaptation", "There is no such adaptation of this innovation.");

    private static Refusal? BadComponents(ImmutableArray<string> components) => components.Any(Blank) || components.Distinct(StringComparer.Ordinal).Count() != components.Length
        ? Refusal.Invalid("components-impossible", "Give every part that must be kept its own short name.")
        : null;

    private static Refusal? BadDimensions(ImmutableArray<string> dimensions) => dimensions.FirstOrDefault(d => !ContextProfile.Knows(d)) is { } unknown
        ? Refusal.Invalid("context-question-unknown", $"There is no question “{unknown}” in the context profile.")
        : null;

    private static bool Blank(string? text) => string.IsNullOrWhiteSpace(text);
}

/// <summary>One version: where it comes from and which parts must be kept.</summary>
/// <param name="Id">Such as <c>v2</c>; numbered in the order they came to be.</param>
/// <param name="Parent">The version it was adapted from; null for the first.</param>
/// <param name="Major">A part that must be kept was changed: its evidence starts anew, its parent's is shown but not counted.</param>
public sealed record InnovationVersion(string Id, string? Parent, ImmutableArray<string> CoreComponents, bool Major, DateOnly From);

/// <summary>A change to a version, from proposal to new version.</summary>
/// <param name="Of">The version that is changed.</param>
/// <param name="Late">It happened unplanned and was told afterwards.</param>
public sealed record Adaptation(string Id, string Of, Frame Frame, string ProposedBy, bool Late)
{
    public AdaptationStage Stage { get; init; }

    public Fidelity Fidelity { get; init; }

    /// <summary>A researcher has ruled.</summary>
    public bool Ruled { get; init; }

    public string? AgreedBy { get; init; }

    public string? NewVersion { get; init; }
}

public enum AdaptationStage
{
    Proposed,
    Agreed,
    Enacted,
    Rejected,
}

/// <summary>The parts that must be kept are kept, or not.</summary>
public enum Fidelity
{
    Unknown,
    Consistent,
    NotConsistent,
}

/// <summary>A change told by the fields of FRAME (Wiltsey Stirman, Baumann and Miller, Implementation Science 2019;14:58).</summary>
public sealed record Frame(string What)
{
    public Phase When { get; init; }

    public Planning Planning { get; init; }

    /// <summary>The day it happened, where it has.</summary>
    public DateOnly? HappenedOn { get; init; }

    /// <summary>Person ids or plain words for those who decided.</summary>
    public ImmutableArray<string> DecidedBy { get; init; } = [];

    public Changed Changed { get; init; }

    public Level Level { get; init; }

    public Nature Nature { get; init; }

    public string Goal { get; init; } = "";

    public ImmutableArray<Reasons> Reasons { get; init; } = [];

    public ImmutableArray<string> CoreComponentsTouched { get; init; } = [];

    /// <summary>What the proposer thinks where no core component is touched.</summary>
    public Fidelity Fidelity { get; init; }

    /// <summary>The cycle of enquiry that tests it.</summary>
    public string? Cycle { get; init; }
}

public enum Phase
{
    BeforeStart,
    DuringUse,
    ScaleUp,
    Sustainment,
}

public enum Planning
{
    PlannedProactive,
    PlannedReactive,
    Unplanned,
}

public enum Changed
{
    Content,
    Context,
    TrainingAndEvaluation,
    Implementation,
}

public enum Level
{
    Learner,
    Class,
    Teacher,
    School,
    District,
    System,
}

public enum Nature
{
    Tailoring,
    Adding,
    Removing,
    Substituting,
    Shortening,
    Lengthening,
    Reordering,
    Spreading,
    Integrating,
    Repeating,
    Loosening,
    Departing,
}

public enum Reasons
{
    SocioPolitical,
    Organisational,
    Provider,
    Recipient,
}

/// <summary>What can be asked of an <see cref="Innovation"/>.</summary>
public abstract record InnovationCommand : ICommand<Innovation>;

public sealed record RegisterInnovation(string Title, string Description, string Theory = "") : InnovationCommand
{
    /// <summary>The parts that must be kept. None is allowed; a trial then asks for one.</summary>
    public ImmutableArray<string> CoreComponents { get; init; } = [];

    public ImmutableArray<string> MayDependOn { get; init; } = [];
}

/// <summary>Null leaves an answer as it is.</summary>
public sealed record DescribeInnovation(
    string? Title = null, string? Description = null, string? Theory = null, ImmutableArray<string>? MayDependOn = null) : InnovationCommand;

public sealed record ProposeAdaptation(string Adaptation, string Of, Frame Frame) : InnovationCommand;

public sealed record AgreeAdaptation(string Adaptation) : InnovationCommand;

/// <summary>The reason stands in the stamp.</summary>
public sealed record RejectAdaptation(string Adaptation) : InnovationCommand;

/// <summary>A researcher says whether the parts that must be kept are kept; the reason stands in the stamp.</summary>
public sealed record RuleOnFidelity(string Adaptation, bool Consistent) : InnovationCommand;

/// <summary>Makes the new version, with the parts that must be kept from now on.</summary>
public sealed record EnactAdaptation(string Adaptation, ImmutableArray<string> CoreComponents) : InnovationCommand;

/// <summary>What has happened to an <see cref="Innovation"/>.</summary>
[JsonDerivedType(typeof(InnovationRegistered), "innovation-registered")]
[JsonDerivedType(typeof(InnovationDescribed), "innovation-described")]
[JsonDerivedType(typeof(AdaptationProposed), "adaptation-proposed")]
[JsonDerivedType(typeof(AdaptationAgreed), "adaptation-agreed")]
[JsonDerivedType(typeof(AdaptationRejected), "adaptation-rejected")]
[JsonDerivedType(typeof(FidelityRuled), "fidelity-ruled")]
[JsonDerivedType(typeof(AdaptationEnacted), "adaptation-enacted")]
public abstract record InnovationEvent : IEvent<Innovation>;

public sealed record InnovationRegistered(
    string Title, string Description, string Theory, ImmutableArray<string> CoreComponents, ImmutableArray<string> MayDependOn) : InnovationEvent;

public sealed record InnovationDescribed(string? Title, string? Description, string? Theory, ImmutableArray<string>? MayDependOn) : InnovationEvent;

public sealed record AdaptationProposed(string Adaptation, string Of, Frame Frame, bool Late) : InnovationEvent;

public sealed record AdaptationAgreed(string Adaptation) : InnovationEvent;

public sealed record AdaptationRejected(string Adaptation) : InnovationEvent;

public sealed record FidelityRuled(string Adaptation, bool Consistent) : InnovationEvent;

public sealed record AdaptationEnacted(string Adaptation, string Of, string Version, ImmutableArray<string> CoreComponents, bool Major) : InnovationEvent;
