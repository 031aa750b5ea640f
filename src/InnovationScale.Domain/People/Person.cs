using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;

namespace InnovationScale.People;

/// <summary>An adult who takes part, known by a display name and the roles held. No other personal data is kept.</summary>
public sealed record Person : IAggregate<Person, PersonCommand, PersonEvent>
{
    public static string Kind => "person";

    public static Person New { get; } = new();

    /// <summary>Empty until the person is registered.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>The school or organisation the person works in.</summary>
    public string Home { get; init; } = "";

    /// <summary>Every role ever held, the ended ones too.</summary>
    public ImmutableArray<RoleHeld> Roles { get; init; } = [];

    public bool Holds(HeldRole role, DateOnly day) => Roles.Any(held => held.Role == role && held.On(day));

    public IEnumerable<HeldRole> RolesOn(DateOnly day) => Roles.Where(held => held.On(day)).Select(held => held.Role);

    public Decision<PersonEvent> Decide(PersonCommand command, Stamp stamp) => command switch
    {
        RegisterPerson register => Register(register),
        _ when DisplayName.Length == 0 => Refusal.NotFound("no-such-person", "This person has not been registered yet."),
        RenamePerson rename => Rename(rename),
        MovePerson move => Move(move),
        GrantRole grant => Grant(grant, stamp),
        EndRole end => End(end, stamp),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public Person Evolve(PersonEvent happened, Stamp stamp) => happened switch
    {
        PersonRegistered e => this with { DisplayName = e.DisplayName, Home = e.Home },
        PersonRenamed e => this with { DisplayName = e.DisplayName },
        PersonMoved e => this with { Home = e.Home },
        RoleGranted e => this with { Roles = Roles.Add(new(e.Role, e.From)) },
        RoleEnded e => this with { Roles = [.. Roles.Select(held => held.Role == e.Role && held.Until is null ? held with { Until = e.Until } : held)] },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private Decision<PersonEvent> Register(RegisterPerson register)
    {
        if (DisplayName.Length > 0) return new Refusal("person-already-registered", $"This person is registered already, as “{DisplayName}”.");
        if (BadName(register.DisplayName) is { } bad) return bad;
        if (string.IsNullOrWhiteSpace(register.Home)) return Refusal.Invalid("home-missing", "Say which school or organisation this person works in.");

        return new PersonRegistered(register.DisplayName.Trim(), register.Home.Trim());
    }

    private static Decision<PersonEvent> Rename(RenamePerson rename) =>
        BadName(rename.DisplayName) is { } bad ? bad : new PersonRenamed(rename.DisplayName.Trim());

    private static Decision<PersonEvent> Move(MovePerson move) => string.IsNullOrWhiteSpace(move.Home)
        ? Refusal.Invalid("home-missing", "Say which school or organisation this person works in.")
        : new PersonMoved(move.Home.Trim());

    private Decision<PersonEvent> Grant(GrantRole grant, Stamp stamp)
    {
        if (grant.Role.Role is Role.Public or Role.System || string.IsNullOrWhiteSpace(grant.Role.In))
            return Refusal.Invalid("role-not-grantable", "This role is not given to people, or it does not say where it is held.");
        if (MayNotSetRoles(grant.Role, stamp) is { } refused) return refused;
        if (Roles.Any(held => held.Role == grant.Role && held.Until is null))
            return new Refusal("role-already-held", $"{DisplayName} is {grant.Role} already.");

        return new RoleGranted(grant.Role, grant.From);
    }

    private Decision<PersonEvent> End(EndRole end, Stamp stamp)
    {
        if (stamp.Actor != end.Person && MayNotSetRoles(end.Role, stamp) is { } refused) return refused;
        if (Roles.FirstOrDefault(held => held.Role == end.Role && held.Until is null) is not { } held)
            return new Refusal("role-not-held", $"{DisplayName} is not {end.Role}.");
        if (end.Until < held.From) return Refusal.Invalid("ends-before-start", $"The role began on {held.From:yyyy-MM-dd}; it cannot end before that.");

        return new RoleEnded(end.Role, end.Until);
    }

    // The first Admin of a new programme is granted by the product itself at the first run.
    private static Refusal? MayNotSetRoles(HeldRole role, Stamp stamp)
    {
        var may = stamp.Role.Role is Role.Admin or Role.System
            || (stamp.Role.Role is Role.SchoolLead && role.Role is Role.Teacher && role.In == stamp.Role.In);
        return may ? null : Refusal.NotAllowed("may-not-set-roles", "Roles are given and ended by the programme's admin; a school's lead does it for its teachers.");
    }

    private static Refusal? BadName(string name) => name.Trim().Length is > 0 and <= 100
        ? null
        : Refusal.Invalid("name-missing", "Give the name to show, at most 100 letters.");
}

/// <summary>A role over time. <see cref="Until"/> is the last day; null while it lasts.</summary>
public sealed record RoleHeld(HeldRole Role, DateOnly From, DateOnly? Until = null)
{
    public bool On(DateOnly day) => From <= day && (Until is null || day <= Until);
}

/// <summary>What can be asked of a <see cref="Person"/>.</summary>
public abstract record PersonCommand : ICommand<Person>;

public sealed record RegisterPerson(string DisplayName, string Home) : PersonCommand;

public sealed record RenamePerson(string DisplayName) : PersonCommand;

/// <summary>The person works elsewhere now.</summary>
public sealed record MovePerson(string Home) : PersonCommand;

public sealed record GrantRole(HeldRole Role, DateOnly From) : PersonCommand;

/// <summary>Ends a role on a day. People may end their own (<paramref name="Person"/> is this person's id).</summary>
public sealed record EndRole(string Person, HeldRole Role, DateOnly Until) : PersonCommand;

/// <summary>What has happened to a <see cref="Person"/>.</summary>
[JsonDerivedType(typeof(PersonRegistered), "person-registered")]
[JsonDerivedType(typeof(PersonRenamed), "person-renamed")]
[JsonDerivedType(typeof(PersonMoved), "person-moved")]
[JsonDerivedType(typeof(RoleGranted), "role-granted")]
[JsonDerivedType(typeof(RoleEnded), "role-ended")]
public abstract record PersonEvent : IEvent<Person>;

public sealed record PersonRegistered(string DisplayName, string Home) : PersonEvent;

public sealed record PersonRenamed(string DisplayName) : PersonEvent;

public sealed record PersonMoved(string Home) : PersonEvent;

public sealed record RoleGranted(HeldRole Role, DateOnly From) : PersonEvent;

public sealed record RoleEnded(HeldRole Role, DateOnly Until) : PersonEvent;
