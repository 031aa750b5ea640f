using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using InnovationScale.Committees;
using InnovationScale.Evidence;
using InnovationScale.Storage;

namespace InnovationScale.ScaleUp;

/// <summary>Ranks every innovation for a committee by the committee's own weights, with every ingredient beside it.</summary>
public sealed class CandidateDesk(Desk desk, IGrains grains, EvidenceDesk evidence)
{
    /// <summary>Null where there is no such committee.</summary>
    public async Task<(ImmutableSortedDictionary<string, double> Weights, ImmutableArray<Ranked> Ranked)?> Rank(Principal who, string committee)
    {
        var view = await desk.Look<Committee>(who, "read-committee", committee);
        if (!view.Exists) return null;

        var weights = view.State.Weights.IsEmpty ? Ranking.Even : view.State.Weights;
        var candidates = new List<Candidate>();
        foreach (var id in await desk.Query(who, "list-candidates", connection => connection.Query("select id from innovation order by title, id", r => r.GetString(0))))
        {
            if (await evidence.Read(who, id) is { } known) candidates.Add(await Candidate(who, known));
        }

        return (weights, Ranking.Of([.. candidates], weights));
    }

    private async Task<Candidate> Candidate(Principal who, VersionEvidence known)
    {
        var pool = known.Level.Pool;
        var dossier = await Dossier(who, known);
        var untried = known.Untried.Sum(one => one.Levels.Length);
        var covered = known.Evaluated.Any() ? 1 - ((double)untried / Untried.LevelsAsked) : (double?)0;
        var cost = dossier?.Case.Cost;
        var ease = dossier is null or { Assessments: [] } ? null : dossier.Assessments.SelectMany(one => one.Scores).GroupBy(score => score.Area).Min(area => (double?)area.Average(score => (int)score.Ease)) / 2;
        return new(known.InnovationId, known.Version.Id, known.Innovation.Title,
        [
            new(Ranking.Chance, pool.ChanceAbove(0), Number(pool.ChanceAbove(0))),
            // From half a standard deviation worse to half a one better in the worst school that is likely.
            new(Ranking.NextSchool, pool.Prediction is { } next ? Math.Clamp(next.Lower + 0.5, 0, 1) : null, pool.Prediction is { } shown ? $"{Number(shown.Lower)} … {Number(shown.Upper)}" : ""),
            new(Ranking.Level, known.Level.Level / 4.0, known.Level.Level.ToString(CultureInfo.InvariantCulture)),
            new(Ranking.Coverage, covered, Number(covered)),
            // A currency is not converted, so that only costs in one of them compare; ten units a learner are worth half.
            new(Ranking.Cost, cost is { Currency: "USD" } ? 1 / (1 + (cost.Likely / 1000.0)) : null, cost is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{cost.Currency} {cost.Likely / 100.0:0.00}")),
            new(Ranking.Bottleneck, ease, dossier?.Case.Bottleneck is { } area ? JsonNamingPolicy.KebabCaseLower.ConvertName(area.ToString()) : ""),
            new(Ranking.Equity, !known.Level.HarmedPupils.IsEmpty ? 0 : dossier is null or { Case.Equity: [] } ? null : dossier.Case.Equity.Average(row => row.Source.Length > 0 ? 1.0 : 0.5), string.Join(", ", known.Level.HarmedPupils)),
            // The product knows of no grants yet.
            new(Ranking.Money, null, ""),
        ]);
    }

    private async Task<Dossier?> Dossier(Principal who, VersionEvidence known)
    {
        var ids = await desk.Query(who, "list-reviews", connection => connection.Query("select id from review where innovation = @innovation and innovation_version = @version and vote_from is not null and state <> 'Withdrawn' order by vote_from desc, id limit 1",
            r => r.GetString(0), ("innovation", known.InnovationId), ("version", known.Version.Id)));
        return ids is [var id] ? ReviewFace.Of(id, (await grains.Look<ScaleUpReview>(id)).State).Dossier : null;
    }

    private static string Number(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";
}
