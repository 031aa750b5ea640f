using System.Collections.Immutable;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.People;
using InnovationScale.Replications;
using InnovationScale.Statistics;
using InnovationScale.Storage;

namespace InnovationScale.ScaleUp;

/// <summary>
/// Reads what everybody may know of a version for a target population: what a committee reads becomes public with it. Only a question about schools that was registered beforehand as one the effect may depend on narrows which
/// trials count; every question of the target is looked at for coverage.
/// </summary>
public sealed class EvidenceInTarget(EvidenceDesk evidence, IGrains grains, SqlLogStore store)
{
    private static readonly ImmutableSortedDictionary<string, ContextAnswer> NothingKnown = ImmutableSortedDictionary<string, ContextAnswer>.Empty;

    /// <summary>Null where there is no such version.</summary>
    public async Task<FrozenEvidence?> Freeze(string innovation, string version, Case about)
    {
        if (await evidence.Read(Principal.Anonymous, innovation, version) is not { } known) return null;

        var schools = await Contexts(known);
        var narrowing = known.Innovation.MayDependOn;
        bool Inside(IEnumerable<string> places) => places.All(place => about.Target.Holds(schools.GetValueOrDefault(place, NothingKnown), narrowing));
        var inside = known.Trials.Where(trial => Inside(trial.Trial.Sites.Select(site => site.School))).Select(trial => trial.Id).ToHashSet(StringComparer.Ordinal);
        ImmutableArray<View<Replication>> replications = [.. known.Replications.Where(again => again.State.Trial is { } own ? inside.Contains(own) : Inside([again.State.School]))];
        ImmutableArray<ContextGroup> groups = [.. known.Splits.SelectMany(split => split.Groups)];
        var level = EvidenceLevel.Of(known.Record with
        {
            Trials = [.. known.Record.Trials.Where(trial => inside.Contains(trial.Trial))],
            Replications = [.. replications.Select(again => ReplicationResult.Of(again.Id, again.State))],
            HarmedContexts = ContextSplit.Harmed(known.Splits.Select(split => split with { Groups = [.. split.Groups.Where(group => group.Trials.Any(inside.Contains))] })),
            // A study does not say in which kinds of schools it took place: where the target is narrowed, it counts outside.
            FromElsewhere = about.Target.Holds(NothingKnown, narrowing) ? known.Record.FromElsewhere : [],
            CostKnown = known.Record.CostKnown || about.Cost is not null,
        });

        return new(known.InnovationId, known.Innovation.Title, known.Version.Id, await Sources(innovation, version))
        {
            CoreComponents = known.Version.CoreComponents,
            Level = level.Level,
            Verdict = level.Verdict,
            VerdictEverywhere = known.Level.Verdict,
            Inside = FrozenPool.Of(level.Pool),
            Everywhere = FrozenPool.Of(known.Level.Pool),
            Trials = [.. known.Evaluated.Select(trial => new FrozenTrial(trial.Id, trial.Trial.Title, inside.Contains(trial.Id), trial.Result.Effect!.G, trial.Result.Effect.Low, trial.Result.Effect.High, trial.Result.Verdict, trial.Result.Rating))],
            Groups = [.. groups.Select(group => new FrozenGroup(group.Dimension, group.Level, FrozenPool.Of(group.Pool)))],
            Replications = replications.Count(again => again.State.State is ReplicationState.Assessed),
            Independent = replications.Count(again => again.State is { State: ReplicationState.Assessed, Independence: Independence.Independent }),
            Abandoned = replications.Count(again => again.State.State is ReplicationState.Abandoned),
            Succeeded = replications.Count(again => again.State.Succeeded),
            HarmedPupils = level.HarmedPupils,
            Untried = known.Untried,
            Coverage = about.Target.Levels.IsEmpty ? null : FrozenCoverage.Of(Coverage.Of(about.Target.Cells(), known.Evaluated.Where(trial => trial.Result.Effect!.Low > 0)
                .SelectMany(trial => trial.Trial.Sites).SelectMany(site => Places(about.Target, schools.GetValueOrDefault(site.School, NothingKnown))))),
            NotYet = [.. level.Steps.FirstOrDefault(step => !step.Missing.IsEmpty)?.Missing.Select(missing => missing.Sentence) ?? []],
        };
    }

    /// <summary>What was published or assessed about a version until now.</summary>
    public async Task<EvidenceSources> Sources(string innovation, string version)
    {
        var evaluations = new List<EvaluationSource>();
        foreach (var id in await Ids("select id from evaluation where innovation = @innovation and innovation_version = @version and state = 'Published'", innovation, version))
        {
            if ((await grains.Look<Evaluation>(id)).State is not { State: EvaluationState.Published } published) continue;
            var effect = published.Findings?.Primary?.Effect;
            evaluations.Add(new(id, published.Trial, published.DatasetSha256, published.Method, effect?.Improvement().G, effect?.StandardError));
        }

        var replications = new List<ReplicationSource>();
        foreach (var id in await Ids("select id from replication where innovation = @innovation and innovation_version = @version and state in ('Assessed', 'Abandoned')", innovation, version))
        {
            if ((await grains.Look<Replication>(id)).State is { InDenominator: true } again) replications.Add(new(id, again.State, again.Independence, again.Assessment?.Outcome, again.Succeeded));
        }

        var studies = new List<StudySource>();
        foreach (var id in await Ids("select id from study where innovation = @innovation and innovation_version = @version and in_pool = 1", innovation, version))
        {
            if (await grains.Look<ExternalStudy>(id) is { State.InPool: true } study) studies.Add(new(id, study.Version));
        }

        return new()
        {
            Evaluations = [.. evaluations.OrderBy(one => one.Evaluation, StringComparer.Ordinal)], Replications = [.. replications.OrderBy(one => one.Replication, StringComparer.Ordinal)],
            Studies = [.. studies.OrderBy(one => one.Study, StringComparer.Ordinal)],
        };
    }

    /// <summary>Records whose next step could change the sources: what is decided on them is checked against these once more where it is written.</summary>
    public async Task<ImmutableArray<Head>> Heads(string innovation, string version)
    {
        const string of = "where innovation = @innovation and innovation_version = @version";
        return
        [
            .. await Heads<Evaluation>($"select id from evaluation {of}", innovation, version), .. await Heads<Replication>($"select id from replication {of}", innovation, version),
            .. await Heads<ExternalStudy>($"select id from study {of}", innovation, version),
        ];
    }

    private async Task<List<Head>> Heads<TAggregate>(string sql, string innovation, string version) where TAggregate : class, IAggregate<TAggregate>
    {
        var heads = new List<Head>();
        foreach (var id in await Ids(sql, innovation, version)) heads.Add((await grains.Look<TAggregate>(id)).Head);
        return heads;
    }

    /// <summary>A school by the target's questions, once for each of several answers it gave to one.</summary>
    private static IEnumerable<IReadOnlyDictionary<string, string>> Places(TargetPopulation target, ImmutableSortedDictionary<string, ContextAnswer> school) => target.Levels.Keys.Aggregate(
        (IEnumerable<ImmutableDictionary<string, string>>)[ImmutableDictionary<string, string>.Empty],
        (places, question) => ContextSplit.LevelOf(question, school.GetValueOrDefault(question)) is { } answer ? places.SelectMany(_ => answer.Split('+'), (place, level) => place.SetItem(question, level)) : places);

    private async Task<Dictionary<string, ImmutableSortedDictionary<string, ContextAnswer>>> Contexts(VersionEvidence known)
    {
        var contexts = new Dictionary<string, ImmutableSortedDictionary<string, ContextAnswer>>(StringComparer.Ordinal);
        foreach (var id in known.SchoolNames.Keys) contexts[id] = (await grains.Look<School>(id)).State.Context;
        return contexts;
    }

    private Task<List<string>> Ids(string sql, string innovation, string version) =>
        store.Query(connection => connection.Query(sql, r => r.GetString(0), ("innovation", innovation), ("version", version)));
}
