using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using InnovationScale.Enquiry;
using InnovationScale.Evaluations;
using InnovationScale.Innovations;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Replications;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.Evidence;

/// <summary>Gathers everything on record about one version of an innovation that a person may see, and reads it together.</summary>
public sealed class EvidenceDesk(Desk desk, IGrains grains)
{
    private const string OfVersion = "where innovation = @innovation and innovation_version = @version";

    /// <summary>Null where there is no such innovation or version.</summary>
    /// <param name="version">When left out, the newest one of which something is known.</param>
    /// <param name="method">How effects are pooled across the schools of a study from elsewhere; the default one when left out.</param>
    public async Task<VersionEvidence?> Read(Principal who, string innovation, string? version = null, PoolMethod? method = null)
    {
        var view = await desk.Look<Innovation>(who, "read-innovation", innovation);
        if (!view.Exists || view.State.Version(version ?? await Told(who, view)) is not { } about) return null;

        var ids = await desk.Query(who, "read-innovation", connection => Ids(connection, innovation, about.Id));
        var trials = await Trials(who, ids.Trials, innovation, about.Id);
        var replications = await Each<Replication>(ids.Replications);
        var studies = (await Each<ExternalStudy>(ids.Studies)).Select(study => StudyOnRecord.Of(study, method)).ToImmutableArray();
        var pilots = await Each<Pilot>(ids.Pilots);
        var cycles = await Cycles(who, ids.Pilots, innovation, about.Id);

        var watched = cycles.GroupBy(one => one.Pilot, one => one.Cycle, StringComparer.Ordinal).Select(ofPilot => (Pilot: ofPilot.Key, Series: WatchedSeries.Of([.. ofPilot])))
            .Where(one => one.Series is not null).ToImmutableDictionary(one => one.Pilot, one => one.Series!, StringComparer.Ordinal);
        var schools = await Schools(trials.SelectMany(trial => trial.Trial.Sites.Select(site => site.School))
            .Concat(pilots.Select(pilot => pilot.State.School)).Concat(replications.Select(again => again.State.School)));
        var splits = ByContext(view.State.MayDependOn, trials, schools);
        var record = new VersionRecord
        {
            HasTheory = view.State.Theory.Length > 0,
            ClosedCycles = cycles.Count(one => one.Cycle.Stage is CycleStage.Closed),
            RunChartSignal = watched.Values.Any(series => series.Improved),
            CostKnown = trials.Any(trial => trial is { Evaluation: not null, Trial.Costs: not null }),
            Trials = [.. trials.Select(trial => trial.Result)],
            Replications = [.. replications.Select(again => ReplicationResult.Of(again.Id, again.State))],
            FromElsewhere = [.. studies.Select(study => study.Pooled).OfType<PooledEffect>()],
            HarmedContexts = ContextSplit.Harmed(splits),
        };
        return new(view.Id, view.State, view.Version, about, record, EvidenceLevel.Of(record))
        {
            Trials = [.. trials],
            Replications = [.. replications],
            Studies = studies,
            Pilots = [.. pilots],
            Watched = watched,
            Splits = splits,
            Untried = Untried(trials, schools),
            Places = [.. trials.Where(trial => trial.Result.Effect is not null).Select(trial => Place(trial, schools, pilots))],
            SchoolNames = schools.ToImmutableDictionary(school => school.Key, school => school.Value.Name, StringComparer.Ordinal),
        };
    }

    /// <summary>The newest version that a signed evaluation or a study tells something of, else the newest.</summary>
    private async Task<string> Told(Principal who, View<Innovation> innovation)
    {
        var seen = desk.Seen<Evaluation>(who, EvaluationsFeature.Public, "id");
        var told = await desk.Query(who, "read-innovation", connection => connection.Query(
            $"select innovation_version from evaluation where innovation = @innovation and state in ('Signed', 'Published') and {seen.Sql} union select innovation_version from study where innovation = @innovation",
            r => r.GetString(0), [("innovation", innovation.Id), .. seen.Parameters]));
        return (innovation.State.Versions.LastOrDefault(version => told.Contains(version.Id)) ?? innovation.State.Versions[^1]).Id;
    }

    /// <summary>The verdict alone, which trials and pooled studies give; the pilots of a version, which may be many, are not looked at.</summary>
    public async Task<Verdict> Verdict(Principal who, string innovation, string version)
    {
        var ids = await desk.Query(who, "read-innovation", connection => Ids(connection, innovation, version));
        var trials = await Trials(who, ids.Trials, innovation, version);
        var schools = await Schools(trials.SelectMany(trial => trial.Trial.Sites.Select(site => site.School)));
        return EvidenceLevel.Of(new()
        {
            Trials = [.. trials.Select(trial => trial.Result)],
            FromElsewhere = [.. (await Each<ExternalStudy>(ids.Studies)).Select(study => StudyOnRecord.Of(study).Pooled).OfType<PooledEffect>()],
            HarmedContexts = ContextSplit.Harmed(ByContext((await grains.Look<Innovation>(innovation)).State.MayDependOn, trials, schools)),
        }).Verdict;
    }

    /// <summary>Each trial with the newest of its evaluations that counts and that this person may see; where there is none, with the newest that counted once.</summary>
    private async Task<List<TrialOnRecord>> Trials(Principal who, List<string> ids, string innovation, string version)
    {
        var seen = desk.Seen<Evaluation>(who, EvaluationsFeature.Public, "id");
        var evaluations = (await desk.Query(who, "list-evaluations", connection => connection.Query(
                $"select trial, id, state in ('Signed', 'Published') from evaluation where trial in (select id from trial {OfVersion}) and state in ('Signed', 'Published', 'Superseded', 'Retracted') and {seen.Sql} order by id desc",
                r => (Trial: r.GetString(0), Id: r.GetString(1), Counts: Convert.ToBoolean(r.GetValue(2), CultureInfo.InvariantCulture)), [("innovation", innovation), ("version", version), .. seen.Parameters])))
            .ToLookup(evaluation => (evaluation.Trial, evaluation.Counts), evaluation => evaluation.Id);
        var trials = new List<TrialOnRecord>(ids.Count);
        foreach (var id in ids)
        {
            var trial = (await grains.Look<Trial>(id)).State;
            trials.Add(await Newest(id, counts: true) is { } counting
                ? new(id, trial, counting.Id, TrialResult.Of(id, trial.Preset, counting.Id, counting.State, trial.Plan.SmallestWorthwhile) with { Title = trial.Title })
                : new(id, trial, null, new(id, trial.Preset, Effect: null)) { SetAside = await Newest(id, counts: false) });
        }

        return trials;

        async Task<View<Evaluation>?> Newest(string trial, bool counts)
        {
            foreach (var id in evaluations[(trial, counts)])
            {
                if (await desk.Look<Evaluation>(who, "read-evaluation", id) is { Exists: true } shown) return shown;
            }

            return null;
        }
    }

    private async Task<List<(string Pilot, Cycle Cycle)>> Cycles(Principal who, List<string> pilots, string innovation, string version)
    {
        var ids = (await desk.Query(who, "list-cycles", connection => connection.Query(
            $"select pilot, id from cycle where pilot in (select id from pilot {OfVersion})", r => (Pilot: r.GetString(0), Id: r.GetString(1)), ("innovation", innovation), ("version", version)))).ToLookup(one => one.Pilot, one => one.Id);
        var cycles = new List<(string, Cycle)>();
        foreach (var pilot in pilots) cycles.AddRange((await Each<Cycle>([.. ids[pilot]])).Select(cycle => (pilot, cycle.State)));
        return cycles;
    }

    /// <summary>Trials whose schools all share one level of a dimension that was named beforehand.</summary>
    private static ImmutableArray<ContextSplit> ByContext(ImmutableArray<string> dimensions, List<TrialOnRecord> trials, Dictionary<string, School> schools) =>
    [
        .. from dimension in dimensions
           let placed = trials.Where(trial => trial.Result.Effect is not null).Select(trial => (Level: Level(trial.Trial, dimension, schools), trial.Id, Effect: trial.Result.Effect!))
               .Where(trial => trial.Level is not null)
               .Select(trial => (trial.Level!, new PooledEffect(trial.Id, trial.Effect.G, trial.Effect.StandardError * trial.Effect.StandardError))).ToImmutableArray()
           where !placed.IsEmpty
           select ContextSplit.Of(dimension, placed),
    ];

    private static string? Level(Trial trial, string dimension, Dictionary<string, School> schools) =>
        trial.Sites.Select(site => ContextSplit.LevelOf(dimension, schools.GetValueOrDefault(site.School)?.Context.GetValueOrDefault(dimension))).Distinct(StringComparer.Ordinal).ToArray() is [var only] ? only : null;

    /// <summary>What a school says of itself, and what its pilot says of the learners.</summary>
    private static TriedPlace Place(TrialOnRecord trial, Dictionary<string, School> schools, List<View<Pilot>> pilots) => new(
        trial.Id, trial.Trial.Title, trial.Result.Effect!, trial.Result.Verdict, trial.Result.Rating,
        [
            .. from site in trial.Trial.Sites
               let school = schools.GetValueOrDefault(site.School)
               where school is not null
               let pilot = pilots.FirstOrDefault(one => one.Id == (site.Pilot ?? trial.Trial.Pilot))
               select pilot is null ? school.Context : school.Context.SetItems(pilot.State.Context),
        ]);

    private static ImmutableArray<Untried> Untried(List<TrialOnRecord> trials, Dictionary<string, School> schools)
    {
        var places = trials.Where(trial => trial.Result.Effect is not null).SelectMany(trial => trial.Trial.Sites).Select(site => schools.GetValueOrDefault(site.School)?.Context)
            .OfType<ImmutableSortedDictionary<string, ContextAnswer>>().ToArray();
        return places is [] ? [] : Evidence.Untried.Of(places);
    }

    private async Task<Dictionary<string, School>> Schools(IEnumerable<string> ids)
    {
        var schools = new Dictionary<string, School>(StringComparer.Ordinal);
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (await grains.Look<School>(id) is { Exists: true } view) schools[id] = view.State;
        }

        return schools;
    }

    private async Task<List<View<TAggregate>>> Each<TAggregate>(List<string> ids) where TAggregate : class, IAggregate<TAggregate>
    {
        var views = new List<View<TAggregate>>(ids.Count);
        foreach (var id in ids) views.Add(await grains.Look<TAggregate>(id));
        return views;
    }

    private static async Task<(List<string> Trials, List<string> Replications, List<string> Studies, List<string> Pilots)> Ids(DbConnection connection, string innovation, string version)
    {
        return (
            await Find("trial", "and state not in ('None', 'Draft', 'Submitted', 'Withdrawn') order by coalesce(registered_at, ''), id"), await Find("replication", "order by id"),
            await Find("study", "order by title, id"), await Find("pilot", "and stage <> 'Draft' order by started_at, id"));

        Task<List<string>> Find(string table, string rest) =>
            connection.Query($"select id from {table} {OfVersion} {rest}", r => r.GetString(0), ("innovation", innovation), ("version", version));
    }
}
