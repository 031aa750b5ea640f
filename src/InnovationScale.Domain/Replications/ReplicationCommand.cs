using System.Collections.Immutable;
using InnovationScale.Evaluations;
using InnovationScale.People;
using InnovationScale.Trials;

namespace InnovationScale.Replications;

/// <summary>What can be asked of a <see cref="Replication"/>.</summary>
public abstract record ReplicationCommand : ICommand<Replication>;

/// <summary>Proposes to try one version again, at another school.</summary>
/// <param name="SourceTrial">The trial that is tried again.</param>
/// <param name="Margin">Two effects closer than this, in standard deviations, count as the same; said before the results.</param>
public sealed record ProposeReplication(
    string Innovation, string Version, string SourceTrial, string School, ReplicationKind Design, Independence Independence, double Margin) : ReplicationCommand
{
    public ImmutableArray<string> Held { get; init; } = [];

    /// <summary>Dimensions varied on purpose; empty for a direct replication.</summary>
    public ImmutableArray<string> Varied { get; init; } = [];

    /// <summary>Where it will be tried, dimension by dimension; “unknown” is an answer and is counted.</summary>
    public ImmutableSortedDictionary<string, ContextAnswer> Context { get; init; } = ImmutableSortedDictionary<string, ContextAnswer>.Empty;

    /// <summary>The source trial; null when there is none.</summary>
    [Gathered] public SourceTrial? Source { get; init; }
}

/// <summary>The other side says yes: the school, or whoever can speak for it.</summary>
public sealed record AgreeReplication : ReplicationCommand;

/// <summary>Names the trial in which the replication is carried out.</summary>
public sealed record LinkTrial(string Trial) : ReplicationCommand, IRestsOn
{
    [Gathered] public LinkedTrial? Data { get; init; }

    /// <summary>Every trial the source itself replicates, however far back.</summary>
    [Gathered] public ImmutableArray<string> SourceAncestors { get; init; } = [];

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Lets the replication follow its trial: its state is never set by hand.</summary>
public sealed record FollowTrial : ReplicationCommand
{
    [Gathered] public LinkedTrial? Data { get; init; }
}

/// <summary>Compares the replication's result with its source's.</summary>
public sealed record AssessReplication : ReplicationCommand, IRestsOn
{
    /// <summary>The source's signed evaluation; null when there is none.</summary>
    [Gathered] public SignedEffect? Original { get; init; }

    /// <summary>The replication's own signed evaluation; null when there is none.</summary>
    [Gathered] public SignedEffect? Own { get; init; }

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Gives up. The replication stays in the denominator.</summary>
public sealed record AbandonReplication : ReplicationCommand;

/// <summary>What a replication needs to know of the trial it tries again.</summary>
public sealed record SourceTrial(string Innovation, string Version, TrialState State, ImmutableArray<string> Schools);

/// <summary>What a replication needs to know of its own trial.</summary>
public sealed record LinkedTrial(string Trial, string Innovation, string Version, TrialState State, ImmutableArray<string> Schools)
{
    public static LinkedTrial Of(string id, Trial trial) => new(id, trial.Innovation, trial.Version, trial.State, [.. trial.Sites.Select(site => site.School)]);
}

/// <summary>The primary effect of a signed evaluation, turned so that improvement is positive.</summary>
/// <param name="Trial">The trial it is about.</param>
/// <param name="SmallestWorthwhile">As that trial registered it.</param>
public sealed record SignedEffect(string Evaluation, string Trial, double G, double StandardError, double Low, double High, double SmallestWorthwhile)
{
    /// <summary>Null when the evaluation does not count or found no primary effect.</summary>
    public static SignedEffect? Of(string id, Evaluation evaluation, double smallestWorthwhile)
    {
        if (!evaluation.Counts || evaluation.Findings?.Primary?.Effect is not { } effect) return null;
        var (g, low, high) = effect.Improvement();
        return new(id, evaluation.Trial, g, effect.StandardError, low, high, smallestWorthwhile);
    }
}

/// <summary>How much a replication changes on purpose.</summary>
public enum ReplicationKind
{
    /// <summary>Everything is held; only the pupils differ.</summary>
    Direct,

    /// <summary>Named dimensions are varied.</summary>
    Conceptual,

    /// <summary>The same data analysed again, or a fresh sample of the same schools' pupils.</summary>
    Statistical,
}

/// <summary>How far those who try again stand from those who tried first. In order: each is more independent than the one before.</summary>
public enum Independence
{
    SameTeam,
    SameNetwork,
    Independent,
}
