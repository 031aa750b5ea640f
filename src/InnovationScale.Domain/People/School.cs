using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;

namespace InnovationScale.People;

/// <summary>A school as the programme knows it: its registered name, where it is, and the part of the context profile that is asked once.</summary>
public sealed record School : IAggregate<School, SchoolCommand, SchoolEvent>, IBelongs
{
    public static string Kind => "school";

    public static School New { get; } = new();

    /// <summary>2: a school that a network registers says so.</summary>
    public static int FoldVersion => 2;

    public const int NameMost = 200;

    /// <summary>Empty until the school is registered.</summary>
    public string Name { get; init; } = "";

    /// <summary>ISO 3166-1, two letters.</summary>
    public string Country { get; init; } = "";

    /// <summary>The district, trust or network it belongs to, if any.</summary>
    public string? Network { get; init; }

    /// <summary>The network that registered it and may act for it until its own lead has confirmed it; null where nobody acts for it.</summary>
    public string? ActedForBy { get; init; }

    public ImmutableSortedDictionary<string, ContextAnswer> Context { get; init; } = ImmutableSortedDictionary<string, ContextAnswer>.Empty;

    public IEnumerable<string> Homes(string id) => [id];

    [JsonIgnore] public ContextCount ContextCount => ContextProfile.Count(ContextPart.School, Context);

    public Decision<SchoolEvent> Decide(SchoolCommand command, Stamp stamp) => command switch
    {
        RegisterSchool register => Register(register, stamp),
        _ when Name.Length == 0 => Refusal.NotFound("no-such-school", "This school has not been registered yet."),
        ConfirmSchool confirm => Confirm(confirm, stamp),
        RenameSchool rename => Rename(rename),
        DescribeSchoolContext describe => Describe(describe),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public School Evolve(SchoolEvent happened, Stamp stamp) => happened switch
    {
        SchoolRegistered e => this with
        {
            Name = e.Name, Country = e.Country, Network = e.Network, Context = Context.SetItem("country", new(e.Country)),
            ActedForBy = stamp.Role.Role is Role.Facilitator ? stamp.Role.In : null,
        },
        SchoolConfirmed => this with { ActedForBy = null },
        SchoolRenamed e => this with { Name = e.Name },
        SchoolContextDescribed e => this with { Context = Context.SetItems(e.Answers) },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private Decision<SchoolEvent> Register(RegisterSchool register, Stamp stamp)
    {
        if (Name.Length > 0) return new Refusal("school-already-registered", $"This school is registered already, as “{Name}”.");
        if (BadName(register.Name) is { } bad) return bad;
        if (stamp.Role.Role is Role.Facilitator && register.Network is { } network && network != stamp.Role.In)
            return Refusal.NotAllowed("not-your-network", "A network’s schools are registered by its facilitators.");
        if (register.Country is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z'])
            return Refusal.Invalid("country-impossible", "Give the country as two capital letters (ISO 3166), such as NZ.");

        if (!register.Answers.IsEmpty && ContextProfile.Fault(register.Answers, ContextPart.School) is { } fault) return fault;

        var registered = new SchoolRegistered(register.Name.Trim(), register.Country, Blank(register.Network) ?? (stamp.Role.Role is Role.Facilitator ? stamp.Role.In : null));
        return register.Answers.IsEmpty ? registered : new Decision<SchoolEvent>(registered, new SchoolContextDescribed(register.Answers));
    }

    private Decision<SchoolEvent> Confirm(ConfirmSchool confirm, Stamp stamp)
    {
        if (stamp.Role != new HeldRole(Role.SchoolLead, confirm.School)) return Refusal.NotAllowed("school-lead-only", "A school is confirmed by its own lead.");
        return ActedForBy is null ? new Refusal("school-acts-itself", "Nobody acts for this school any more.") : new SchoolConfirmed();
    }

    private static Decision<SchoolEvent> Rename(RenameSchool rename) =>
        BadName(rename.Name) is { } bad ? bad : new SchoolRenamed(rename.Name.Trim());

    private static Decision<SchoolEvent> Describe(DescribeSchoolContext describe)
    {
        if (describe.Answers.IsEmpty) return Refusal.Invalid("nothing-answered", "Answer at least one question; “unknown” is an answer.");
        return ContextProfile.Fault(describe.Answers, ContextPart.School) is { } fault ? fault : new SchoolContextDescribed(describe.Answers);
    }

    private static Refusal? BadName(string name) => name.Trim().Length is > 0 and <= NameMost
        ? null
        : Refusal.Invalid("school-name-missing", "Give the school's registered name, at most 200 letters.");

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>What can be asked of a <see cref="School"/>.</summary>
public abstract record SchoolCommand : ICommand<School>;

/// <summary>Registers a school. A facilitator does it for her network, which acts for the school until its own lead has confirmed it.</summary>
public sealed record RegisterSchool(string Name, string Country, string? Network = null) : SchoolCommand
{
    /// <summary>What is known of its context from the start.</summary>
    public ImmutableSortedDictionary<string, ContextAnswer> Answers { get; init; } = ImmutableSortedDictionary<string, ContextAnswer>.Empty;
}

/// <summary>The school's own lead takes over from the network that registered it.</summary>
/// <param name="School">This school's id.</param>
public sealed record ConfirmSchool(string School) : SchoolCommand;

public sealed record RenameSchool(string Name) : SchoolCommand;

/// <summary>Answers some questions of the school's part of the context profile; the others keep their answers.</summary>
public sealed record DescribeSchoolContext(ImmutableSortedDictionary<string, ContextAnswer> Answers) : SchoolCommand;

/// <summary>What has happened to a <see cref="School"/>.</summary>
[JsonDerivedType(typeof(SchoolRegistered), "school-registered")]
[JsonDerivedType(typeof(SchoolConfirmed), "school-confirmed")]
[JsonDerivedType(typeof(SchoolRenamed), "school-renamed")]
[JsonDerivedType(typeof(SchoolContextDescribed), "school-context-described")]
public abstract record SchoolEvent : IEvent<School>;

public sealed record SchoolRegistered(string Name, string Country, string? Network) : SchoolEvent;

public sealed record SchoolConfirmed : SchoolEvent;

public sealed record SchoolRenamed(string Name) : SchoolEvent;

public sealed record SchoolContextDescribed(ImmutableSortedDictionary<string, ContextAnswer> Answers) : SchoolEvent;
