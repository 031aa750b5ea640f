using System.Collections.Immutable;
using InnovationScale.Storage;

namespace InnovationScale;

/// <summary>Whom each hidden record of a kind belongs to, so that a list can ask the access table's question of all its rows at once.</summary>
public static class HiddenRows
{
    /// <summary>A row for each place and person that a record belongs to, as long as it is hidden.</summary>
    public static ReadTable<TAggregate> Table<TAggregate>(int version, Func<TAggregate, bool> whilst) where TAggregate : class, IAggregate<TAggregate>, IBelongs => new(
        Name<TAggregate>(), version, [("belongs", "text"), ("whom", "text")], ["whom"],
        view => whilst(view.State) ? Of(view.Id, view.State).Select(row => new object?[] { row.Belongs.ToString(), row.Whom }) : [],
        many: true, same: (before, after) => whilst(before) == whilst(after) && (!whilst(after) || Of("", before).SequenceEqual(Of("", after))));

    private static IEnumerable<(Relation Belongs, string Whom)> Of<TAggregate>(string id, TAggregate record) where TAggregate : IBelongs =>
    [
        .. record.Homes(id).Select(place => (Relation.Home, place)), .. record.Schools.Select(school => (Relation.Site, school)),
        .. record.Workers.Select(person => (Relation.Team, person)), .. record.LookersOn.Select(person => (Relation.Beside, person)),
    ];

    private static string Name<TAggregate>() where TAggregate : class, IAggregate<TAggregate> => $"{TAggregate.Kind.Replace('-', '_')}_hidden";

    /// <summary>The rows that a person sees: those that nobody is kept from, and those that belong to her or to the places of her roles.</summary>
    /// <param name="held">Where she holds the roles that see hidden records, and what must tie each to the record.</param>
    /// <param name="isSchool">True where a place is known to be a school.</param>
    internal static Condition Seen<TAggregate>(ImmutableArray<(string In, Relation Asked)> held, Principal who, string shown, string id, Func<string, bool> isSchool) where TAggregate : class, IAggregate<TAggregate>
    {
        if (held.Any(role => role.Asked.HasFlag(Relation.Anywhere))) return Condition.Always;

        List<string> ways = [];
        List<(string, object?)> parameters = [];
        foreach (var relation in (Relation[])[Relation.Team, Relation.Beside])
        {
            if (!held.Any(role => role.Asked.HasFlag(relation))) continue;
            ways.Add($"belongs = '{relation}' and whom = @seen_person");
            if (ways.Count == 1) parameters.Add(("seen_person", who.Person));
        }

        foreach (var relation in (Relation[])[Relation.Home, Relation.Site])
        {
            if (Places(relation) is { Count: > 0 } places) ways.Add($"belongs = '{relation}' and whom in ({Listed(relation, places)})");
        }

        if (Places(Relation.Network) is { Count: > 0 } networks)
        {
            // As Standing has it: a school of no network belongs to any place that is no school.
            var listed = Listed(Relation.Network, networks);
            ways.Add($"belongs in ('Home', 'Site') and whom in (select s.id from school s where s.network in ({listed}))");
            if (!networks.TrueForAll(place => isSchool(place)))
                ways.Add($"belongs in ('Home', 'Site') and whom in (select s.id from school s where s.network is null) and (select count(*) from school place where place.id in ({listed})) < {networks.Count}");
        }

        if (ways is []) return new(shown);

        // Each way by its own index: an “or” of all of them would read every row.
        var hers = $"{id} in ({string.Join(" union all ", ways.Select(way => $"select id from {Name<TAggregate>()} where {way}"))})";
        // Where nothing else is shown, a database begins with her own few.
        return new(shown == Condition.Never.Sql ? hers : $"({shown} or {hers})", [.. parameters]);

        List<string> Places(Relation relation) => [.. held.Where(role => role.Asked.HasFlag(relation)).Select(role => role.In).Distinct(StringComparer.Ordinal)];

        string Listed(Relation relation, List<string> places)
        {
            foreach (var (n, place) in places.Index()) parameters.Add(($"seen_{relation}{n}", place));
            return string.Join(", ", places.Select((_, n) => $"@seen_{relation}{n}"));
        }
    }
}

/// <summary>A condition of a list, with its parameters.</summary>
public sealed record Condition(string Sql, params ImmutableArray<(string, object?)> Parameters)
{
    public static Condition Always { get; } = new("1 = 1");

    public static Condition Never { get; } = new("1 = 0");
}
