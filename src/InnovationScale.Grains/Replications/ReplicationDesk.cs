using System.Collections.Immutable;
using InnovationScale.Evaluations;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.Replications;

/// <summary>Work on a replication, with what it must know of its source, its own trial and their evaluations.</summary>
public sealed class ReplicationDesk(Desk desk, IGrains grains, SqlLogStore store)
{
    public Task<Outcome> Execute(Principal who, Request request, string replication, ReplicationCommand command) => desk.Execute<Replication>(who, request, replication, async () =>
    {
        var state = (await grains.Look<Replication>(replication)).State;
        switch (command)
        {
            case ProposeReplication propose:
                var source = await grains.Look<Trial>(propose.SourceTrial);
                return propose with
                {
                    Source = source.Exists ? new(source.State.Innovation, source.State.Version, source.State.State, [.. source.State.Sites.Select(s => s.School)]) : null,
                };
            case LinkTrial link:
                var trial = await grains.Look<Trial>(link.Trial);
                return link with
                {
                    Data = trial.Exists ? LinkedTrial.Of(trial.Id, trial.State) : null, SourceAncestors = await Ancestors(state.SourceTrial), RestsOn = [trial.Head],
                };
            case FollowTrial follow when state.Trial is { } own:
                return follow with { Data = LinkedTrial.Of(own, (await grains.Look<Trial>(own)).State) };
            case AssessReplication assess:
                var (original, originalHeads) = await Effect(state.SourceTrial);
                var (result, resultHeads) = await Effect(state.Trial);
                return assess with { Original = original, Own = result, RestsOn = [.. originalHeads, .. resultHeads] };
            default:
                return command;
        }
    });

    /// <summary>The primary effect of the newest evaluation of a trial that counts.</summary>
    private async Task<(SignedEffect? Effect, ImmutableArray<Head> Heads)> Effect(string? trial)
    {
        if (trial is null) return (null, []);
        var id = (await Ids("select id from evaluation where trial = @id and state in ('Signed', 'Published') order by id desc", trial)).FirstOrDefault();
        if (id is null) return (null, []);
        var evaluation = await grains.Look<Evaluation>(id);
        var plan = (await grains.Look<Trial>(trial)).State.Plan;
        return (SignedEffect.Of(id, evaluation.State, plan.SmallestWorthwhile), [evaluation.Head]);
    }

    /// <summary>Every trial that this one replicates, however far back.</summary>
    private async Task<ImmutableArray<string>> Ancestors(string trial)
    {
        var found = new List<string>();
        var open = new Queue<string>([trial]);
        while (open.TryDequeue(out var next))
        {
            foreach (var source in await Ids("select source_trial from replication where trial = @id", next))
            {
                if (found.Contains(source)) continue;
                found.Add(source);
                open.Enqueue(source);
            }
        }

        return [.. found];
    }

    private Task<List<string>> Ids(string sql, string id) => store.Query(connection => connection.Query(sql, r => r.GetString(0), ("id", id)));
}
