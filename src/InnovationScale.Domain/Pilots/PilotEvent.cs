using System.Collections.Immutable;
using System.Text.Json.Serialization;
using InnovationScale.People;

namespace InnovationScale.Pilots;

/// <summary>What has happened to a <see cref="Pilot"/>.</summary>
[JsonDerivedType(typeof(PilotStarted), "pilot-started")]
[JsonDerivedType(typeof(PilotDescribed), "pilot-described")]
[JsonDerivedType(typeof(InnovationChosen), "innovation-chosen")]
[JsonDerivedType(typeof(TeamJoined), "team-joined")]
[JsonDerivedType(typeof(ColleagueInvited), "colleague-invited")]
[JsonDerivedType(typeof(TeamLeft), "team-left")]
[JsonDerivedType(typeof(SecondAdultNamed), "second-adult-named")]
[JsonDerivedType(typeof(HeadTold), "head-told")]
[JsonDerivedType(typeof(RoutinePracticeAnswered), "routine-practice-answered")]
[JsonDerivedType(typeof(TeachingDescribed), "teaching-described")]
[JsonDerivedType(typeof(PilotContextDescribed), "pilot-context-described")]
[JsonDerivedType(typeof(EthicsRequested), "ethics-requested")]
[JsonDerivedType(typeof(EthicsDecided), "ethics-decided")]
[JsonDerivedType(typeof(EnquiryPlanned), "enquiry-planned")]
[JsonDerivedType(typeof(ConsentBasisStated), "consent-basis-stated")]
[JsonDerivedType(typeof(CoreComponentsAccepted), "core-components-accepted")]
[JsonDerivedType(typeof(PilotConfirmed), "pilot-confirmed")]
[JsonDerivedType(typeof(ChangeDescribed), "change-described")]
[JsonDerivedType(typeof(LessonsWritten), "lessons-written")]
[JsonDerivedType(typeof(PresetChanged), "preset-changed")]
[JsonDerivedType(typeof(MoveSigned), "move-signed")]
[JsonDerivedType(typeof(PilotMoved), "pilot-moved")]
[JsonDerivedType(typeof(PilotPaused), "pilot-paused")]
[JsonDerivedType(typeof(PilotResumed), "pilot-resumed")]
public abstract record PilotEvent : IEvent<Pilot>;

/// <param name="Policy">The version of the gates that this pilot is held to.</param>
public sealed record PilotStarted(string Title, string School, string? Innovation, string? Version, Preset Preset, string Policy) : PilotEvent
{
    /// <summary>The school's country, ISO 3166-1.</summary>
    public string? Country { get; init; }

    /// <summary>The network that started it for a school that had not confirmed itself yet.</summary>
    public string? Network { get; init; }

    /// <summary>The pilot that is tried again here.</summary>
    public string? Origin { get; init; }
}

public sealed record PilotDescribed(
    string? Title, string? Problem, string? Learners, int? LearnerCount, YearMonth? StartMonth, [property: Personal] string? SafeguardingContact) : PilotEvent;

public sealed record InnovationChosen(string Innovation, string Version) : PilotEvent;

public sealed record TeamJoined(string Person) : PilotEvent
{
    /// <summary>Hash of the secret of the link that was used up; null where a member took the person on.</summary>
    public string? Link { get; init; }
}

public sealed record ColleagueInvited(string SecretSha256, DateTimeOffset Expires) : PilotEvent;

public sealed record TeamLeft(string Person) : PilotEvent;

public sealed record SecondAdultNamed(string Person, string School) : PilotEvent;

public sealed record HeadTold([property: Personal] string? Name, DateOnly On, bool Consents) : PilotEvent;

public sealed record RoutinePracticeAnswered(RoutinePractice Answers) : PilotEvent;

public sealed record TeachingDescribed(Teaching Teaching) : PilotEvent;

public sealed record PilotContextDescribed(ImmutableSortedDictionary<string, ContextAnswer> Answers) : PilotEvent;

public sealed record EthicsRequested : PilotEvent;

public sealed record EthicsDecided(EthicsOutcome Outcome, string Reference, DateOnly? Expires = null) : PilotEvent;

public sealed record EnquiryPlanned(EnquiryPlan Plan) : PilotEvent;

public sealed record ConsentBasisStated(ConsentBasis Basis, string Note) : PilotEvent;

public sealed record CoreComponentsAccepted(DateOnly TrainedOn) : PilotEvent;

public sealed record PilotConfirmed : PilotEvent;

public sealed record ChangeDescribed(string What) : PilotEvent;

public sealed record LessonsWritten(ImmutableArray<string> Lines) : PilotEvent;

public sealed record PresetChanged(Preset From, Preset To) : PilotEvent;

/// <summary>One of several people whom a gate asks for has signed.</summary>
public sealed record MoveSigned(PilotTo To) : PilotEvent;

/// <summary>The pilot has passed a gate; what the gate saw is kept with it.</summary>
/// <param name="Needs">Codes of everything that was asked and was there.</param>
/// <param name="Signed">Everyone who signed, the last signer too.</param>
public sealed record PilotMoved(
    PilotStage From, PilotTo To, Preset Preset, string Policy, ImmutableArray<string> Needs, ImmutableArray<Signature> Signed, PilotFacts Facts) : PilotEvent;

public sealed record PilotPaused(bool Safeguarding) : PilotEvent;

public sealed record PilotResumed : PilotEvent;
