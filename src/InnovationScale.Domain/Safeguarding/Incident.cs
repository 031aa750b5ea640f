using System.Diagnostics;
using System.Text.Json.Serialization;

namespace InnovationScale.Safeguarding;

/// <summary>Something that worried somebody about the safety of children or staff. Anyone may raise one; only the safeguarding lead resolves it.</summary>
public sealed record Incident : IAggregate<Incident, IncidentCommand, IncidentEvent>
{
    public static string Kind => "incident";

    public static Incident New { get; } = new();

    /// <summary>The pilot it is about; empty until it is raised.</summary>
    public string Pilot { get; init; } = "";

    public Severity Severity { get; init; }

    public string What { get; init; } = "";

    public bool Resolved { get; init; }

    [JsonIgnore] public bool Open => Pilot.Length > 0 && !Resolved;

    public Decision<IncidentEvent> Decide(IncidentCommand command, Stamp stamp) => command switch
    {
        RaiseIncident raise => Raise(raise),
        _ when Pilot.Length == 0 => Refusal.NotFound("no-such-incident", "No incident has been raised here."),
        _ when Resolved => new Refusal("incident-resolved", "This incident is resolved. Raise a new one if something has happened since."),
        AddToIncident add when string.IsNullOrWhiteSpace(add.What) => Refusal.Invalid("incident-empty", "Say what happened, without naming a pupil."),
        AddToIncident add => new IncidentAddedTo(add.What.Trim()),
        RegradeIncident regrade => ByLead(stamp, "Say why it is more or less grave than thought.", () => regrade.Severity == Severity
            ? new Refusal("same-severity", "The incident is graded so already.")
            : new IncidentRegraded(regrade.Severity)),
        ResolveIncident => ByLead(stamp, "Say how it was resolved.", () => new IncidentResolved()),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public Incident Evolve(IncidentEvent happened, Stamp stamp) => happened switch
    {
        IncidentRaised e => this with { Pilot = e.Pilot, Severity = e.Severity, What = e.What },
        IncidentAddedTo e => this with { What = $"{What}\n{e.What}" },
        IncidentRegraded e => this with { Severity = e.Severity },
        IncidentResolved => this with { Resolved = true },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private Decision<IncidentEvent> Raise(RaiseIncident raise)
    {
        if (Pilot.Length > 0) return new Refusal("incident-already-raised", "This incident has been raised already.");
        if (string.IsNullOrWhiteSpace(raise.Pilot)) return Refusal.Invalid("pilot-missing", "Say which pilot this is about.");
        if (string.IsNullOrWhiteSpace(raise.What)) return Refusal.Invalid("incident-empty", "Say what happened, without naming a pupil.");

        return new IncidentRaised(raise.Pilot, raise.Severity, raise.What.Trim());
    }

    private static Decision<IncidentEvent> ByLead(Stamp stamp, string ask, Func<Decision<IncidentEvent>> decide)
    {
        if (stamp.Role.Role is not Role.SafeguardingLead)
            return Refusal.NotAllowed("safeguarding-lead-only", "Only the safeguarding lead grades and resolves incidents.");
        if (string.IsNullOrWhiteSpace(stamp.Reason)) return Refusal.Invalid("reason-missing", ask);

        return decide();
    }
}

public enum Severity
{
    /// <summary>Stops a move into a trial until it is resolved; money and teaching go on.</summary>
    Soft,

    /// <summary>Stops money too.</summary>
    Hard,
}

/// <summary>What can be asked of an <see cref="Incident"/>.</summary>
public abstract record IncidentCommand : ICommand<Incident>;

public sealed record RaiseIncident(string Pilot, Severity Severity, string What) : IncidentCommand;

/// <summary>Adds what came to light later; nothing said before is taken away.</summary>
public sealed record AddToIncident(string What) : IncidentCommand;

public sealed record RegradeIncident(Severity Severity) : IncidentCommand;

/// <summary>The stamp's reason says how.</summary>
public sealed record ResolveIncident : IncidentCommand;

/// <summary>What has happened to an <see cref="Incident"/>.</summary>
[JsonDerivedType(typeof(IncidentRaised), "incident-raised")]
[JsonDerivedType(typeof(IncidentAddedTo), "incident-added-to")]
[JsonDerivedType(typeof(IncidentRegraded), "incident-regraded")]
[JsonDerivedType(typeof(IncidentResolved), "incident-resolved")]
public abstract record IncidentEvent : IEvent<Incident>;

public sealed record IncidentRaised(string Pilot, Severity Severity, string What) : IncidentEvent;

public sealed record IncidentAddedTo(string What) : IncidentEvent;

public sealed record IncidentRegraded(Severity Severity) : IncidentEvent;

public sealed record IncidentResolved : IncidentEvent;
