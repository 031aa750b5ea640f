using InnovationScale.Storage;

namespace InnovationScale.Replications;

/// <summary>Replications as the host runs and lists them.</summary>
public static class ReplicationsFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Replications], ScaleUp.ScaleUpFollowUps.Of);
        access.Allow(Replication.Steps).Allow("read-replication", Access.Everybody).Allow("list-replications", Access.Everybody);
    }

    public static ReadTable<Replication> Replications { get; } = ReadTable<Replication>.OneRow("replication", 1,
        [
            ("innovation", "text"), ("innovation_version", "text"), ("source_trial", "text"), ("school", "text"), ("trial", "text"), ("state", "text"), ("version", "bigint"),
        ],
        ["innovation, innovation_version", "source_trial", "trial"],
        view => [view.State.Innovation, view.State.Version, view.State.SourceTrial, view.State.School, view.State.Trial, view.State.State.ToString(), view.Version]);
}
