using System.Collections.Immutable;

namespace InnovationScale.People;

/// <summary>The people this installation knows, as its lists show them.</summary>
public interface IPeople
{
    /// <summary>Everybody, by name.</summary>
    Task<IReadOnlyList<PersonListed>> List();

    /// <summary>One person, as the list has her.</summary>
    Task<PersonListed?> Find(string id);

    /// <summary>Her name and roles alone, asked on every request: a role that has ended ends at once.</summary>
    async Task<Principal?> Known(string id) => await Find(id) is { } found ? new(found.Id, found.Name, found.Roles) : null;
}

/// <summary>A person in a list.</summary>
/// <param name="At">Where they work; null when nowhere.</param>
/// <param name="Roles">Those held today.</param>
public sealed record PersonListed(string Id, string Name, Workplace? At, ImmutableArray<HeldRole> Roles);

/// <summary>A school or organisation as a line tells of it.</summary>
/// <param name="Country">Its code; every reader has it named in the language of the page.</param>
public sealed record Workplace(string School, string Country);
