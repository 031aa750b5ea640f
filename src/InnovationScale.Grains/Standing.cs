using System.Data.Common;
using InnovationScale.Storage;

namespace InnovationScale;

/// <summary>What each of a person's roles has to do with one record.</summary>
public sealed class Standing
{
    private readonly Dictionary<HeldRole, Relation> known;

    private Standing(Dictionary<HeldRole, Relation> known) => this.known = known;

    /// <summary>Before a record's first event nobody has anything to do with it: its own rules say who may begin it.</summary>
    private static readonly Standing NotYet = new([]) { IsBeginning = true };

    private bool IsBeginning { get; init; }

    /// <summary>Whether a role has one of these relations to the record.</summary>
    public bool Has(HeldRole role, Relation asked) =>
        asked.HasFlag(Relation.Anywhere) || IsBeginning || (known.GetValueOrDefault(role) & asked) is not Relation.None;

    /// <summary>What the record alone says; networks are left out.</summary>
    public static Standing Of<TAggregate>(Principal who, View<TAggregate> view) where TAggregate : class, IAggregate<TAggregate>
    {
        if (!view.Exists) return NotYet;
        return view.State is IBelongs record ? Of(who, record, view.Id) : new([]);
    }

    /// <summary>The same for what a command brings along.</summary>
    public static Standing Of(Principal who, IBelongs record, string id)
    {
        var (homes, schools) = (record.Homes(id).ToHashSet(StringComparer.Ordinal), record.Schools.ToHashSet(StringComparer.Ordinal));
        var person = (record.Workers.Contains(who.Person) ? Relation.Team : Relation.None) | (record.LookersOn.Contains(who.Person) ? Relation.Beside : Relation.None);
        if (!who.IsSignedIn) person = Relation.None;
        return new(who.Roles.Distinct().ToDictionary(role => role, role =>
            person | (homes.Contains(role.In) ? Relation.Home : Relation.None) | (schools.Contains(role.In) ? Relation.Site : Relation.None)));
    }

    /// <summary>The same with networks, which the table of schools knows.</summary>
    public static async Task<Standing> Of<TAggregate>(Principal who, View<TAggregate> view, DbConnection connection) where TAggregate : class, IAggregate<TAggregate>
    {
        var standing = Of(who, view);
        if (view.State is not IBelongs record || standing.known.Count == 0) return standing;

        var own = record.Homes(view.Id).Concat(record.Schools).ToHashSet(StringComparer.Ordinal);
        var asked = own.Concat(who.Roles.Select(role => role.In)).Distinct(StringComparer.Ordinal).Select((id, n) => ($"id{n}", (object?)id)).ToArray();
        var networks = (await connection.Query($"select id, network from school where id in ({string.Join(", ", asked.Select(one => $"@{one.Item1}"))})", r => (Id: r.GetString(0), Network: r.TextOrNull(1)), asked))
            .ToDictionary(school => school.Id, school => school.Network, StringComparer.Ordinal);
        var over = own.Where(networks.ContainsKey).Select(school => networks[school]).ToHashSet();
        foreach (var role in standing.known.Keys.ToList())
        {
            if (over.Contains(role.In) || (over.Contains(null) && !networks.ContainsKey(role.In))) standing.known[role] |= Relation.Network;
        }

        return standing;
    }
}
