using System.Collections.Immutable;
using System.Text.Json;

namespace InnovationScale;

/// <summary>
/// The one check that every command and every query passes: which roles may ask for what, and what must tie them to the record. What is not listed is denied.
/// Finer rules (not the same person twice) stand in the aggregates, which see the person and the one role she acts in.
/// </summary>
public sealed class Access
{
    private readonly Dictionary<string, ImmutableArray<Grant>> allowed = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, object> hidden = [];
    private readonly Dictionary<string, Delegate> shut = new(StringComparer.Ordinal);

    /// <summary>The whole table, for pages and documentation.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<Grant>> Table => allowed;

    /// <summary>Lets these roles send a command.</summary>
    public Access Allow<TCommand>(params ImmutableArray<Grant> grants) => Allow(ActionOf(typeof(TCommand)), grants);

    /// <summary>Lets the roles of an aggregate's own table of steps send its commands.</summary>
    public Access Allow<TState>(Steps<TState> steps) where TState : struct, Enum
    {
        foreach (var step in steps.Rows) Allow(ActionOf(step.Command), step.Who);
        return this;
    }

    /// <summary>Everybody, signed in or not.</summary>
    public static ImmutableArray<Grant> Everybody { get; } = [Role.Public];

    /// <summary>Everybody who is signed in.</summary>
    public static ImmutableArray<Grant> SignedIn { get; } = [.. Enum.GetValues<Role>().Except([Role.Public])];

    /// <summary>Everybody who works on something: not those who configure.</summary>
    public static ImmutableArray<Grant> Working { get; } = [.. SignedIn.Except([Role.Admin, Role.Auditor, Role.System])];

    /// <summary>Lets these roles do what an action names, such as the query <c>list-pilots</c>.</summary>
    public Access Allow(string action, params ImmutableArray<Grant> grants)
    {
        allowed.Add(action, grants);
        return this;
    }

    /// <summary>The roles of hers in which a person may do this to some record, in the order she holds them. Everybody is also the public.</summary>
    public ImmutableArray<HeldRole> Roles(Principal who, string action)
    {
        if (!allowed.TryGetValue(action, out var grants)) return [];
        ImmutableArray<HeldRole> held = [.. who.Roles.Where(role => grants.Any(grant => grant.Role == role.Role))];
        return held.Any(role => role.Role is Role.Public) || !grants.Any(grant => grant.Role is Role.Public) ? held : held.Add(new(Role.Public, ""));
    }

    /// <summary>What must tie a role to the record in which this is done: one of these is enough.</summary>
    public Relation Asked(string action, Role role) =>
        allowed[action].Where(grant => grant.Role == role).Aggregate(Relation.None, (all, grant) => all | grant.To);

    /// <summary>The same roles, as far as they have standing in one record.</summary>
    public ImmutableArray<HeldRole> Roles(Principal who, string action, Standing standing) => [.. Roles(who, action).Where(role => standing.Has(role, Asked(action, role.Role)))];

    /// <summary>Hides records of a kind in some states: for whoever may not do <paramref name="unless"/> with one it does not exist.</summary>
    /// <param name="awaits">A command that a hidden record waits for from a person who does not see it.</param>
    public Access Hide<TAggregate>(Func<TAggregate, bool> whilst, string unless, Func<TAggregate, ICommand<TAggregate>, string, bool>? awaits = null) where TAggregate : class, IAggregate<TAggregate>
    {
        hidden.Add(typeof(TAggregate), new Hidden<TAggregate>(whilst, unless, awaits ?? ((_, _, _) => false)));
        return this;
    }

    /// <summary>When records of this kind are hidden; null where they never are.</summary>
    public Hidden<TAggregate>? HiddenOf<TAggregate>() where TAggregate : class, IAggregate<TAggregate> => (Hidden<TAggregate>?)hidden.GetValueOrDefault(typeof(TAggregate));

    /// <summary>Shuts a row of reading to people with a conflict, whatever their roles: for them there is no such record.</summary>
    public Access Shut<TAggregate>(string action, Func<TAggregate, Principal, bool> to) where TAggregate : class, IAggregate<TAggregate>
    {
        shut.Add(action, to);
        return this;
    }

    public bool IsShut<TAggregate>(string action, TAggregate record, Principal to) where TAggregate : class, IAggregate<TAggregate> =>
        shut.TryGetValue(action, out var rule) && ((Func<TAggregate, Principal, bool>)rule)(record, to);

    /// <summary>A command's name in the table: <c>RegisterPilot</c> is <c>register-pilot</c>.</summary>
    public static string ActionOf(Type command) => JsonNamingPolicy.KebabCaseLower.ConvertName(command.Name);

    /// <summary>None of a person's roles has one of the relations that are asked for.</summary>
    public static Refusal NoStanding(Relation asked) => asked is Relation.Team ? NotOnTheTeam : NotYours;

    private static Refusal NotOnTheTeam { get; } = Refusal.NotAllowed("not-on-the-team", "Only the pilot's team does this. Ask somebody on the team, or ask to join it.");

    private static Refusal NotYours { get; } = Refusal.NotAllowed("not-yours", "None of your roles is held in a place that has a part in this. Ask somebody of the school or organisation it belongs to.");

    public static Refusal Denied(Principal who) => who.IsSignedIn
        ? Refusal.NotAllowed("not-allowed", "None of your roles may do this. Ask somebody whose role it is.")
        : new Refusal("sign-in-needed", "Sign in first.") { Kind = RefusalKind.SignedOut };
}

/// <summary>When records of a kind are hidden, and the action that sees them nevertheless: a row of the access table.</summary>
/// <param name="Awaits">Whether it waits for this command from this person, who does not see it.</param>
public sealed record Hidden<TAggregate>(Func<TAggregate, bool> Whilst, string Unless, Func<TAggregate, ICommand<TAggregate>, string, bool> Awaits) where TAggregate : class, IAggregate<TAggregate>;

/// <summary>A query was asked for by somebody who may not.</summary>
public sealed class AccessDeniedException(Refusal refusal) : Exception(refusal.Sentence)
{
    public Refusal Refusal => refusal;
}
