using System.Data.Common;
using InnovationScale.Storage;

namespace InnovationScale.Evaluations;

/// <summary>What pages and programs list about evaluations, read from the read table.</summary>
public sealed class EvaluationLists(Desk desk)
{
    /// <summary>Evaluations of a trial, or of an innovation and its version, in the order of their ids. Visitors see those that were published.</summary>
    public Task<(List<EvaluationListed> Rows, string? Next)> List(Principal who, EvaluationFilter filter, int limit, string? after) => desk.Query(who, "list-evaluations", async connection =>
    {
        var seen = desk.Seen<Evaluation>(who, EvaluationsFeature.Public, "id");
        List<string> where = [seen.Sql, "id > @after"];
        List<(string, object?)> parameters = [("limit", limit + 1), ("after", after ?? ""), .. seen.Parameters];
        foreach (var (column, value) in ((string, string?)[])[("trial", filter.Trial), ("innovation", filter.Innovation), ("innovation_version", filter.Version)])
        {
            if (value is null) continue;

            where.Add($"{column} = @{column}");
            parameters.Add((column, value));
        }

        var rows = await connection.Query(
            "select id, trial, innovation, innovation_version, state, method, dataset_sha256, verdict, rating, independent, g, se, low, high, version from evaluation "
            + $"where {string.Join(" and ", where)} order by id limit @limit",
            Row, [.. parameters]);
        if (rows.Count <= limit) return (rows, null);

        rows.RemoveAt(limit);
        return (rows, (string?)rows[^1].Id);
    });

    private static EvaluationListed Row(DbDataReader r)
    {
        return new(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), Enum.Parse<EvaluationState>(r.GetString(4)), r.GetString(5), r.GetString(6),
            r.TextOrNull(7) is { } verdict ? Enum.Parse<Verdict>(verdict) : null, r.IsDBNull(8) ? null : r.GetInt64(8), r.GetInt64(9) == 1,
            Number(10), Number(11), Number(12), Number(13), r.GetInt64(14));

        double? Number(int column) => r.IsDBNull(column) ? null : r.GetDouble(column);
    }
}

/// <summary>Which evaluations are asked for; null leaves a question open.</summary>
public sealed record EvaluationFilter(string? Trial = null, string? Innovation = null, string? Version = null);

/// <summary>An evaluation in a list; the effect is the primary one, improvement positive, in standard deviations.</summary>
public sealed record EvaluationListed(
    string Id, string Trial, string Innovation, string InnovationVersion, EvaluationState State, string Method, string DatasetSha256, Verdict? Verdict, long? Rating, bool Independent,
    double? G, double? StandardError, double? Low, double? High, long Version);
