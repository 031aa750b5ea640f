using InnovationScale.Storage;

namespace InnovationScale.Trials;

/// <summary>What pages and programs list about trials, read from the read tables.</summary>
public sealed class TrialLists(Desk desk)
{
    /// <summary>A part of the list, drafts first, then those registered last; and the sort keys it goes on after, null at the end.</summary>
    public Task<(List<TrialListed> Rows, string[]? Next)> List(Principal who, TrialFilter filter, int limit, string[]? after) => desk.Query(who, "list-trials", async connection =>
    {
        // Nothing sorts after a date of this century, so that what is not registered yet comes first.
        const string key = "coalesce(registered_at, '9')";
        var seen = desk.Seen<Trial>(who, TrialsFeature.Dated, "id");
        List<string> where = [seen.Sql];
        List<(string, object?)> parameters = [("limit", limit + 1), .. seen.Parameters];
        foreach (var (column, value) in ((string, string?)[])[("innovation", filter.Innovation), ("innovation_version", filter.Version), ("pilot", filter.Pilot), ("state", filter.State?.ToString())])
        {
            if (value is null) continue;

            where.Add($"{column} = @{column}");
            parameters.Add((column, value));
        }

        if (after is [var date, var id])
        {
            where.Add($"({key} < @date or ({key} = @date and id < @after))");
            parameters.AddRange([("date", date), ("after", id)]);
        }

        var rows = await connection.Query(
            $"select id, title, innovation, innovation_version, pilot, preset, state, design, registered_at, locked_sha256, evaluation, sites, cells, unverified, version from trial "
            + $"where {string.Join(" and ", where)} order by {key} desc, id desc limit @limit",
            r => new TrialListed(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.TextOrNull(4), Enum.Parse<Preset>(r.GetString(5)), Enum.Parse<TrialState>(r.GetString(6)),
                Enum.Parse<TrialDesign>(r.GetString(7)), r.TextOrNull(8) is { } at ? Time.Read(at) : null, r.TextOrNull(9), r.TextOrNull(10), r.GetInt64(11), r.GetInt64(12), r.GetInt64(13), r.GetInt64(14)),
            [.. parameters]);
        if (rows.Count <= limit) return (rows, null);

        rows.RemoveAt(limit);
        var last = rows[^1];
        return (rows, (string[]?)[last.RegisteredAt is { } registered ? Time.Write(registered) : "9", last.Id]);
    });
}

/// <summary>Which trials are asked for; null leaves a question open.</summary>
public sealed record TrialFilter(string? Innovation = null, string? Version = null, string? Pilot = null, TrialState? State = null);

/// <summary>A trial in a list.</summary>
public sealed record TrialListed(
    string Id, string Title, string Innovation, string InnovationVersion, string? Pilot, Preset Preset, TrialState State, TrialDesign Design, DateTimeOffset? RegisteredAt,
    string? LockedSha256, string? Evaluation, long Sites, long Cells, long Unverified, long Version);
