using System.Collections.Immutable;
using System.Text.Json;

namespace InnovationScale;

/// <summary>
/// The one check that every command and every query passes: which roles may ask for what. What is not listed is denied. Finer rules (of this
/// school, not the same person twice) stand in the aggregates, which see the person and the one role she acts in.
/// </summary>
public sealed class Access
{
    private readonly Dictionary<string, ImmutableArray<Role>> allowed = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, Delegate> hidden = [];

    /// <summary>The whole table, for pages and documentation.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<Role>> Table => allowed;

    /// <summary>Lets these roles send a command.</summary>
    public Access Allow<TCommand>(params ImmutableArray<Role> roles) => Allow(ActionOf(typeof(TCommand)), roles);

    /// <summary>Lets the roles of an aggregate's own table of steps send its commands.</summary>
    public Access Allow<TState>(Steps<TState> steps) where TState : struct, Enum
    {
        foreach (var step in steps.Rows) Allow(ActionOf(step.Command), step.Who);
        return this;
    }

    /// <summary>Everybody, signed in or not.</summary>
    public static ImmutableArray<Role> Everybody { get; } = [Role.Public];

    /// <summary>Everybody who is signed in.</summary>
    public static ImmutableArray<Role> SignedIn { get; } = [.. Enum.GetValues<Role>().Except([Role.Public])];

    /// <summary>Lets these roles do what an action names, such as the query <c>list-pilots</c>.</summary>
    public Access Allow(string action, params ImmutableArray<Role> roles)
    {
        allowed.Add(action, roles);
        return this;
    }

    /// <summary>The roles of hers in which a person may do this, in the order she holds them. Everybody is also the public.</summary>
    public ImmutableArray<HeldRole> Roles(Principal who, string action)
    {
        if (!allowed.TryGetValue(action, out var roles)) return [];
        return who.Roles.Any(r => r.Role is Role.Public) || !roles.Contains(Role.Public)
            ? [.. who.Roles.Where(r => roles.Contains(r.Role))]
            : [.. who.Roles.Where(r => roles.Contains(r.Role)), new(Role.Public, "")];
    }

    /// <summary>Hides some records of a kind from some people: for them they do not exist.</summary>
    public Access Hide<TAggregate>(Func<TAggregate, Principal, bool> from) where TAggregate : class, IAggregate<TAggregate>
    {
        hidden.Add(typeof(TAggregate), from);
        return this;
    }

    public bool IsHidden<TAggregate>(TAggregate record, Principal from) where TAggregate : class, IAggregate<TAggregate> =>
        hidden.TryGetValue(typeof(TAggregate), out var rule) && ((Func<TAggregate, Principal, bool>)rule)(record, from);

    /// <summary>A command's name in the table: <c>RegisterPilot</c> is <c>register-pilot</c>.</summary>
    public static string ActionOf(Type command) => JsonNamingPolicy.KebabCaseLower.ConvertName(command.Name);

    public static Refusal Denied(Principal who) => who.IsSignedIn
        ? Refusal.NotAllowed("not-allowed", "None of your roles may do this. Ask somebody whose role it is.")
        : Refusal.NotAllowed("sign-in-needed", "Sign in first.");
}

/// <summary>A query was asked for by somebody who may not.</summary>
public sealed class AccessDeniedException(Refusal refusal) : Exception(refusal.Sentence)
{
    public Refusal Refusal => refusal;
}
