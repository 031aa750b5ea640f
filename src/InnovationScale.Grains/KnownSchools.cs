using System.Collections.Concurrent;
using InnovationScale.Storage;

namespace InnovationScale;

/// <summary>
/// Which places of people's roles are schools, so that a list need not ask for every row. A school stays one; a place that is none may become one, and whoever has to
/// know that asks the read tables.
/// </summary>
internal sealed class KnownSchools(SqlLogStore store, TimeProvider clock)
{
    private static readonly TimeSpan AskedAgainAfter = TimeSpan.FromMinutes(1);

    // When a place was asked for last; null where it is a school.
    private readonly ConcurrentDictionary<string, long?> places = new(StringComparer.Ordinal);

    public bool Has(string place) => places.TryGetValue(place, out var asked) && asked is null;

    /// <summary>Learns of the places of a person's roles, at most once a while.</summary>
    public async Task Learn(Principal who)
    {
        var unknown = who.Roles.Select(role => role.In).Distinct(StringComparer.Ordinal)
            .Where(place => place.Length > 0 && !(places.TryGetValue(place, out var asked) && (asked is not { } at || clock.GetElapsedTime(at) < AskedAgainAfter)))
            .Select((place, n) => ($"place{n}", (object?)place)).ToArray();
        if (unknown is []) return;

        var schools = await store.Query(connection => connection.Query($"select id from school where id in ({string.Join(", ", unknown.Select(one => $"@{one.Item1}"))})", r => r.GetString(0), unknown));
        foreach (var (_, place) in unknown) places[(string)place!] = schools.Contains((string)place!) ? null : clock.GetTimestamp();
    }
}
