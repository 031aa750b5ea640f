using System.Data.Common;
using System.Runtime.CompilerServices;
using InnovationScale.Enquiry;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.Pilots;

/// <summary>What pages and programs list about pilots, read from the read tables.</summary>
/// <param name="fewSchools">As many are few enough for a list of their pilots to begin with them.</param>
public sealed class PilotLists(Desk desk, int fewSchools = PilotFilter.FewSchools)
{
    private const string Columns =
        "p.id, p.title, p.school, s.name, p.country, p.stage, p.status, p.closed_as, p.preset, p.innovation, p.innovation_version, p.started_at, p.second_adult, p.awaits_signature, p.version";

    private const string From = "from pilot p left join school s on s.id = p.school";

    /// <summary>A part of the list, and the sort keys it goes on after; null at the end.</summary>
    public Task<(List<PilotRow> Rows, string[]? Next)> List(Principal who, PilotFilter filter, PilotOrder order, int limit, string[]? after) => desk.Query(who, "list-pilots", async connection =>
        await Part(connection, who, filter, await filter.OfFewSchools(connection, fewSchools), order, limit, after));

    private async Task<(List<PilotRow> Rows, string[]? Next)> Part(DbConnection connection, Principal who, PilotFilter filter, bool ofFewSchools, PilotOrder order, int limit, string[]? after)
    {
        var (where, parameters) = filter.Sql(who, desk, ofFewSchools);
        var (column, direction, beyond) = order switch
        {
            PilotOrder.Oldest => ("p.started_at", "asc", ">"),
            PilotOrder.Title => ("p.title_lower", "asc", ">"),
            PilotOrder.TitleBackwards => ("p.title_lower", "desc", "<"),
            _ => ("p.started_at", "desc", "<"),
        };
        if (after is [var key, var id])
        {
            where.Add($"({column}, p.id) {beyond} (@key, @after)");
            parameters.AddRange([("key", key), ("after", id)]);
        }

        // One row more than asked for tells whether the list goes on.
        var rows = await connection.Query(
            $"select {Columns} {From} where {string.Join(" and ", where)} order by {column} {direction}, p.id {direction} limit @limit", Row, [.. parameters, ("limit", limit + 1)]);
        if (rows.Count <= limit) return (rows, null);

        rows.RemoveAt(limit);
        var last = rows[^1];
        return (rows, [order is PilotOrder.Title or PilotOrder.TitleBackwards ? PilotsFeature.Sorted(last.Title) : Time.Write(last.StartedAt), last.Id]);
    }

    /// <summary>The whole list, read in parts, so that no connection waits for a slow reader.</summary>
    /// <param name="wanted">Cancelled when nobody waits for the rest any more.</param>
    public async IAsyncEnumerable<PilotRow> All(Principal who, PilotFilter filter, PilotOrder order, [EnumeratorCancellation] CancellationToken wanted = default)
    {
        const int together = 500;
        var few = await desk.Query(who, "list-pilots", connection => filter.OfFewSchools(connection, fewSchools));
        string[]? after = null;
        do
        {
            wanted.ThrowIfCancellationRequested();
            var from = after;
            (var rows, after) = await desk.Query(who, "list-pilots", connection => Part(connection, who, filter, few, order, together, from));
            foreach (var row in rows) yield return row;
        }
        while (after is not null);
    }

    /// <summary>Pilots that run and in which this person has a part: on the team, or as the second adult. Newest first.</summary>
    public Task<List<PilotRow>> Running(Principal who) => Some(who,
        "p.id in (select id from pilot_member where person = @person union select id from pilot where second_adult = @person) and p.status in ('Active', 'Paused')",
        "p.started_at desc, p.id desc limit 100", ("person", who.Person));

    /// <summary>Pilots that try this one again, oldest first.</summary>
    public Task<List<PilotRow>> TriedAgain(Principal who, string pilot) => Some(who, "p.origin = @origin", "p.started_at, p.id limit 50", ("origin", pilot));

    /// <summary>Pilots that wait for a decision on ethics, the longest first.</summary>
    public Task<List<PilotRow>> AwaitingEthics(Principal who) => Some(who, "p.awaits_ethics = 1", "p.started_at, p.id limit 100");

    /// <summary>Pilots with a move that somebody has signed and somebody else still must, the longest first.</summary>
    public Task<List<PilotRow>> AwaitingSignature(Principal who, int most) => Some(who, "p.awaits_signature is not null and p.status in ('Active', 'Paused')", $"p.started_at, p.id limit {most}");

    private Task<List<PilotRow>> Some(Principal who, string where, string order, params (string, object?)[] parameters) => desk.Query(who, "list-pilots", connection =>
    {
        var seen = desk.Seen<Pilot>(who, PilotsFeature.Promised, "p.id");
        return connection.Query($"select {Columns} {From} where {where} and {seen.Sql} order by {order}", Row, [.. parameters, .. seen.Parameters]);
    });

    /// <summary>A pilot's cycles, in the order they were planned.</summary>
    public Task<List<CycleRow>> Cycles(Principal who, string pilot) => desk.Query(who, "list-cycles", connection => connection.Query(
        "select c.id, c.change_idea, c.stage, c.decision, c.points from cycle c join event e on e.stream = 'cycle/' || c.id and e.version = 1 where c.pilot = @pilot order by e.position",
        r => new CycleRow(r.GetString(0), r.GetString(1), Enum.Parse<CycleStage>(r.GetString(2)), r.TextOrNull(3) is { } decision ? Enum.Parse<CycleDecision>(decision) : null, r.GetInt64(4)),
        ("pilot", pilot)));

    /// <summary>Trials that this pilot leads or is a site of.</summary>
    public Task<List<(string Id, string Title, string State)>> Trials(Principal who, string pilot) => desk.Query(who, "list-trials", connection =>
    {
        var seen = desk.Seen<Trial>(who, TrialsFeature.Dated, "id");
        return connection.Query(
            $"select id, title, state from trial where (pilot = @pilot or id in (select id from trial_site where pilot = @pilot)) and {seen.Sql} order by coalesce(registered_at, ''), id",
            r => (r.GetString(0), r.GetString(1), r.GetString(2)), [("pilot", pilot), .. seen.Parameters]);
    });

    /// <summary>Display names of people and schools, for pages that show who did something where. An id that is unknown is left out.</summary>
    public Task<Dictionary<string, string>> Names(Principal who, IEnumerable<string> ids) => desk.Query(who, "list-schools", async connection =>
    {
        var asked = ids.Where(id => id.Length > 0).Distinct(StringComparer.Ordinal).Select((id, n) => (Name: $"id{n}", Value: (object?)id)).ToArray();
        if (asked is []) return [];

        var within = string.Join(", ", asked.Select(one => "@" + one.Name));
        return (await connection.Query($"select id, name from person where id in ({within}) union all select id, name from school where id in ({within})",
            r => (Id: r.GetString(0), Name: r.GetString(1)), asked)).ToDictionary(one => one.Id, one => one.Name, StringComparer.Ordinal);
    });

    private static PilotRow Row(DbDataReader r) => new(r.GetString(0), r.GetString(1), r.GetString(2), r.TextOrNull(3), r.GetString(4), Enum.Parse<PilotStage>(r.GetString(5)),
        Enum.Parse<PilotStatus>(r.GetString(6)), r.TextOrNull(7) is { } closed ? Enum.Parse<PilotTo>(closed) : null, Enum.Parse<Preset>(r.GetString(8)), r.TextOrNull(9), r.TextOrNull(10),
        Time.Read(r.GetString(11)), r.TextOrNull(12), r.TextOrNull(13) is { } move ? Enum.Parse<PilotTo>(move) : null, r.GetInt64(14));
}

public enum PilotOrder
{
    Newest,
    Oldest,
    Title,
    TitleBackwards,
}

/// <summary>A pilot in a list.</summary>
/// <param name="Awaits">The move that somebody has signed and somebody else still must.</param>
public sealed record PilotRow(
    string Id, string Title, string School, string? SchoolName, string Country, PilotStage Stage, PilotStatus Status, PilotTo? ClosedAs, Preset Preset,
    string? Innovation, string? InnovationVersion, DateTimeOffset StartedAt, string? SecondAdult, PilotTo? Awaits, long Version);

/// <summary>A cycle in a list.</summary>
public sealed record CycleRow(string Id, string ChangeIdea, CycleStage Stage, CycleDecision? Decision, long Points);
