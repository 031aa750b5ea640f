using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using InnovationScale.Committees;
using InnovationScale.Evidence;
using InnovationScale.Grants;
using InnovationScale.Statistics;
using InnovationScale.Storage;

namespace InnovationScale.ScaleUp;

/// <summary>
/// Ranks every innovation for a committee by the committee's own weights, with every ingredient beside it. What is known of one is what everybody may know. It is worked out when
/// first asked, and again when its evidence has moved, or after a while, since schools and pilots may have said more.
/// </summary>
public sealed class CandidateDesk(Desk desk, IGrains grains, EvidenceDesk evidence, TimeProvider clock)
{
    /// <summary>So many are read again for their age alone while somebody waits for the page.</summary>
    private const int RenewedMost = 5;

    private static readonly TimeSpan OldAfter = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (long Stand, Known Known, long At)> known = new(StringComparer.Ordinal);

    /// <summary>Null where there is no such committee.</summary>
    public async Task<(ImmutableSortedDictionary<string, double> Weights, ImmutableArray<Ranked> Ranked)?> Rank(Principal who, string committee)
    {
        var view = await desk.Look<Committee>(who, "read-committee", committee);
        if (!view.Exists) return null;

        var weights = view.State.Weights.IsEmpty ? Ranking.Even : view.State.Weights;
        var cases = (await desk.Query(who, "list-reviews", connection => connection.Query(
                "select innovation, innovation_version, id from review where vote_from is not null and state <> 'Withdrawn' order by vote_from desc, id", r => (Of: (r.GetString(0), r.GetString(1)), Id: r.GetString(2)))))
            .DistinctBy(one => one.Of).ToDictionary(one => one.Of, one => one.Id);
        var money = (await desk.Query(who, "list-grants", connection => connection.Query(
                $"select a.innovation, a.innovation_version, g.currency, cast(sum(g.paid - g.repaid) as bigint) from grant_award g join {GrantsFeature.AboutVersions} a on a.kind = g.subject_kind and a.id = g.subject "
                + "where g.paid > g.repaid group by a.innovation, a.innovation_version, g.currency order by g.currency", r => (Of: (r.GetString(0), r.GetString(1)), Currency: r.GetString(2), Amount: r.GetInt64(3)))))
            .ToLookup(one => one.Of, one => (one.Currency, one.Amount));
        var candidates = ImmutableArray.CreateBuilder<Candidate>();
        foreach (var (innovation, one) in await All(who))
        {
            var dossier = cases.TryGetValue((innovation, one.Version), out var review) ? (await grains.Look<ScaleUpReview>(review)).State.Dossier : null;
            candidates.Add(Candidate(innovation, one, dossier, [.. money[(innovation, one.Version)]]));
        }

        return (weights, Ranking.Of(candidates.ToImmutable(), weights));
    }

    private async Task<List<(string Innovation, Known Known)>> All(Principal who)
    {
        // Each of these records only moves forward, so the sum of their versions changes whenever one does.
        var stands = await desk.Query(who, "list-candidates", connection => connection.Query(
            "select i.id, cast(i.version + coalesce(sum(moved.version), 0) as bigint) from innovation i left join (select innovation, version from evaluation union all select innovation, version from trial "
            + "union all select innovation, version from study union all select innovation, version from replication) as moved on moved.innovation = i.id group by i.id, i.title, i.version order by i.title, i.id",
            r => (Id: r.GetString(0), Stand: r.GetInt64(1))));
        var all = new List<(string, Known)>(stands.Count);
        var renewed = 0;
        foreach (var (id, stand) in stands)
        {
            if (!known.TryGetValue(id, out var one) || one.Stand != stand || (clock.GetElapsedTime(one.At) > OldAfter && renewed++ < RenewedMost))
            {
                if (await evidence.Read(Principal.Anonymous, id) is not { } read) continue;
                known[id] = one = (stand, Known.Of(read), clock.GetTimestamp());
            }

            all.Add((id, one.Known));
        }

        return all;
    }

    private static Candidate Candidate(string innovation, Known known, Dossier? dossier, ImmutableArray<(string Currency, long Amount)> money)
    {
        var cost = dossier?.Case.Cost;
        var ease = dossier is null or { Assessments: [] } ? null : dossier.Assessments.SelectMany(one => one.Scores).GroupBy(score => score.Area).Min(area => (double?)area.Average(score => (int)score.Ease)) / 2;
        return new(innovation, known.Version, known.Title,
        [
            new(Ranking.Chance, known.Chance, Number(known.Chance)),
            // From half a standard deviation worse to half a one better in the worst school that is likely.
            new(Ranking.NextSchool, known.Next is { } next ? Math.Clamp(next.Lower + 0.5, 0, 1) : null, known.Next is { } shown ? $"{Number(shown.Lower)} … {Number(shown.Upper)}" : ""),
            new(Ranking.Level, known.Level / 4.0, known.Level.ToString(CultureInfo.InvariantCulture)),
            new(Ranking.Coverage, known.Tried, Number(known.Tried)),
            // A currency is not converted, so that only amounts in one of them compare; ten of it a learner are worth half, and so are ten thousand already in.
            new(Ranking.Cost, cost is { Currency: Compared } ? 1 / (1 + (cost.Likely / 1000.0)) : null, cost is null ? "" : Amount(cost.Currency, cost.Likely)),
            new(Ranking.Bottleneck, ease, dossier?.Case.Bottleneck is { } area ? JsonNamingPolicy.KebabCaseLower.ConvertName(area.ToString()) : ""),
            new(Ranking.Equity, !known.Harmed.IsEmpty ? 0 : dossier is null or { Case.Equity: [] } ? null : dossier.Case.Equity.Average(row => row.Source.Length > 0 ? 1.0 : 0.5), EquityShown(known, dossier)),
            new(Ranking.Money, money is [] ? 0 : money.FirstOrDefault(one => one.Currency is Compared) is (_, > 0 and var paid) ? paid / (paid + 1_000_000.0) : null, string.Join(", ", money.Select(one => Amount(one.Currency, one.Amount)))),
        ]);
    }

    private const string Compared = "USD";

    /// <summary>Groups of pupils that clearly did worse; where there is none, of how many groups the case knows how it works for them, such as <c>1/3</c>.</summary>
    private static string EquityShown(Known known, Dossier? dossier) => !known.Harmed.IsEmpty ? string.Join(", ", known.Harmed)
        : dossier is { Case.Equity: { IsEmpty: false } rows } ? string.Create(CultureInfo.InvariantCulture, $"{rows.Count(row => row.Source.Length > 0)}/{rows.Length}") : "";

    private static string Amount(string currency, long minor) => $"{currency} {Currency.Decimal(currency, minor).ToString($"F{Currency.Digits(currency)}", CultureInfo.InvariantCulture)}";

    private static string Number(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";

    /// <summary>What a ranking takes of the evidence of a version: the newest one of which something is known.</summary>
    private sealed record Known(string Version, string Title, int Level, double? Chance, Interval? Next, double Tried, ImmutableArray<string> Harmed)
    {
        public static Known Of(VersionEvidence read) => new(read.Version.Id, read.Innovation.Title, read.Level.Level, read.Level.Pool.ChanceAbove(0), read.Level.Pool.Prediction, read.Evaluated.Any() ? Untried.ShareTried(read.Untried) : 0,
            read.Level.HarmedPupils);
    }
}
