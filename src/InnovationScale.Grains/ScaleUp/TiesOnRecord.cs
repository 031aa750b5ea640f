using System.Collections.Immutable;
using System.Text.Json;
using InnovationScale.Committees;
using InnovationScale.Evaluations;
using InnovationScale.Grants;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.ScaleUp;

/// <summary>Finds what ties members of a committee, and its secretaries, to a version: by the person and by the organisation they speak for or work in.</summary>
public sealed class TiesOnRecord(IGrains grains, SqlLogStore store)
{
    public async Task<ImmutableArray<Tie>> Of(ScaleUpReview review, ImmutableArray<Seat> seats)
    {
        var (innovation, version) = (review.Innovation, review.Version);
        var pilots = await Each<Pilot>("select id from pilot where innovation = @innovation and innovation_version = @version", innovation, version);
        var trials = await Each<Trial>("select id from trial where innovation = @innovation and innovation_version = @version and state not in ('None', 'Draft', 'Submitted', 'Withdrawn')", innovation, version);
        var evaluations = await Each<Evaluation>("select id from evaluation where innovation = @innovation and innovation_version = @version and state in ('Signed', 'Published')", innovation, version);

        var team = trials.Select(trial => trial.State.DraftedBy).ToHashSet(StringComparer.Ordinal);
        foreach (var pilot in pilots) team.UnionWith(await EverOn(pilot.Id));
        var made = review.Assessments.Select(one => one.By).Append(review.DraftedBy).ToHashSet(StringComparer.Ordinal);
        var paid = await Paid(innovation, version);
        var ranIt = pilots.Select(pilot => pilot.State.School).Concat(trials.Select(trial => trial.State.Home)).ToHashSet(StringComparer.Ordinal);
        var authors = evaluations.Select(evaluation => evaluation.State.SubmittedBy).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var evaluators = evaluations.Select(evaluation => evaluation.State.SignedBy).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var evaluatedAt = new HashSet<string>(StringComparer.Ordinal);
        foreach (var evaluator in evaluators) evaluatedAt.Add((await grains.Look<Person>(evaluator)).State.Home);
        var tookPart = trials.SelectMany(trial => trial.State.Sites).Select(site => site.School).ToHashSet(StringComparer.Ordinal);
        var networks = await Networks([.. ranIt, .. tookPart]);

        var ties = ImmutableArray.CreateBuilder<Tie>();
        foreach (var seat in seats) ties.AddRange(await Found(seat.Person, seat.Organisation, seated: true));
        // A secretary has no vote and may write the case; a hand in what the case is about keeps her out too.
        foreach (var secretary in (await Secretaries(review.Committee)).Where(person => !seats.Any(seat => seat.Person == person))) ties.AddRange((await Found(secretary, "", seated: false)).Where(tie => tie.IsHard));
        return ties.ToImmutable();

        async Task<Tie[]> Found(string person, string speaksFor, bool seated)
        {
            // Of somebody whose home nobody noted it is no tie to another whose home nobody noted.
            string[] organisations = [.. new[] { speaksFor, (await grains.Look<Person>(person)).State.Home }.Where(one => one.Length > 0)];
            (TieGround Ground, bool Found, string Words)[] looked =
            [
                (TieGround.Team, team.Contains(person), innovation), (TieGround.MadeTheCase, seated && made.Contains(person), innovation),
                (TieGround.PaidByIt, organisations.Any(paid.Contains), organisations.FirstOrDefault(paid.Contains) ?? ""), (TieGround.RanIt, organisations.Any(ranIt.Contains), organisations.FirstOrDefault(ranIt.Contains) ?? ""),
                (TieGround.Evaluator, evaluators.Contains(person) || organisations.Any(evaluatedAt.Contains), organisations.FirstOrDefault(evaluatedAt.Contains) ?? ""),
                (TieGround.CoAuthor, authors.Contains(person), innovation),
                (TieGround.TookPart, !organisations.Any(ranIt.Contains) && organisations.Any(tookPart.Contains), organisations.FirstOrDefault(tookPart.Contains) ?? ""),
            ];
            var found = looked.Where(one => one.Found).Select(one => new Tie(person, one.Ground.Always()!.Value, one.Ground, one.Words, Detected: true)).ToArray();
            return found is [] && (await Networks(organisations)).FirstOrDefault(networks.Contains) is { } network ? [new(person, TieKind.Soft, TieGround.SameNetwork, network, Detected: true)] : found;
        }
    }

    private Task<List<string>> Secretaries(string committee) => store.Query(connection => connection.Query(
        "select distinct id from person_role where role = 'Secretary' and held_in = @committee order by id", r => r.GetString(0), ("committee", committee)));

    /// <summary>Everybody who was ever on a pilot's team or its second adult: leaving does not untie.</summary>
    private async Task<IEnumerable<string>> EverOn(string pilot) =>
        (await store.Query(connection => connection.Events("where stream = @stream and name in ('pilot-started', 'team-joined', 'second-adult-named') order by version", ("stream", Streams.Of<Pilot>(pilot)))))
        .Select(e => JsonSerializer.Deserialize<PilotEvent>(e.Json, StoredJson.Options) switch { TeamJoined joined => joined.Person, SecondAdultNamed named => named.Person, _ => e.Actor });

    /// <summary>Organisations to which a grant for it has paid money.</summary>
    private async Task<HashSet<string>> Paid(string innovation, string version) => (await store.Query(connection => connection.Query(
        $"select g.grantee, g.payee from grant_award g join {GrantsFeature.AboutVersions} a on a.kind = g.subject_kind and a.id = g.subject where g.paid > 0 and a.innovation = @innovation and a.innovation_version = @version",
        r => (Grantee: r.GetString(0), Payee: r.GetString(1)), ("innovation", innovation), ("version", version)))).SelectMany(grant => (string[])[grant.Grantee, grant.Payee]).ToHashSet(StringComparer.Ordinal);

    private async Task<List<View<TAggregate>>> Each<TAggregate>(string sql, string innovation, string version) where TAggregate : class, IAggregate<TAggregate>
    {
        var views = new List<View<TAggregate>>();
        foreach (var id in await store.Query(connection => connection.Query(sql, r => r.GetString(0), ("innovation", innovation), ("version", version)))) views.Add(await grains.Look<TAggregate>(id));
        return views;
    }

    private async Task<HashSet<string>> Networks(IReadOnlyCollection<string> organisations)
    {
        var networks = new HashSet<string>(StringComparer.Ordinal);
        foreach (var organisation in organisations)
        {
            if ((await grains.Look<School>(organisation)).State.Network is { } network) networks.Add(network);
        }

        return networks;
    }
}
