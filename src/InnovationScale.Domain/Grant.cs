using System.Collections.Immutable;

namespace InnovationScale;

/// <summary>What the place in which somebody holds a role, or the person, has to do with a record.</summary>
[Flags]
public enum Relation
{
    None = 0,

    /// <summary>It is the place that answers for the record: the pilot's school, the organisation that drafted the trial.</summary>
    Home = 1,

    /// <summary>It is a school that takes part.</summary>
    Site = 2,

    /// <summary>It is the network of one of these schools or, for a school of no network, any place that is no school: the programme.</summary>
    Network = 4,

    /// <summary>The person works on it.</summary>
    Team = 8,

    /// <summary>Whatever the place.</summary>
    Anywhere = 16,

    /// <summary>The person looks on from outside the team: a pilot's second adult.</summary>
    Beside = 32,
}

/// <summary>A role that may do something, and what must tie it to the record: one of the relations is enough.</summary>
public readonly record struct Grant(Role Role, Relation To)
{
    /// <summary>The role, wherever it is held.</summary>
    public static implicit operator Grant(Role role) => new(role, Relation.Anywhere);
}

/// <summary>How a grant is written: <c>Researcher.At(Home | Network)</c>.</summary>
public static class RoleGrants
{
    public static Grant At(this Role role, Relation to) => new(role, to);

    /// <summary>The same roles, where one of these relations ties them to the record.</summary>
    public static ImmutableArray<Grant> To(this ImmutableArray<Grant> roles, Relation to) => [.. roles.Select(grant => grant.Role.At(to))];
}

/// <summary>A record that belongs to places and people, on which it can depend who may do what with it; or a command that brings along whom the record around its own belongs to.</summary>
public interface IBelongs
{
    /// <summary>The places that answer for it.</summary>
    /// <param name="id">The record's own id.</param>
    IEnumerable<string> Homes(string id);

    /// <summary>The schools that take part in it.</summary>
    IEnumerable<string> Schools => [];

    /// <summary>Who works on it.</summary>
    IEnumerable<string> Workers => [];

    /// <summary>Who looks on from outside the team.</summary>
    IEnumerable<string> LookersOn => [];

    /// <summary>Whom a hidden record is hidden from whatever their roles.</summary>
    IEnumerable<string> Barred => [];
}
