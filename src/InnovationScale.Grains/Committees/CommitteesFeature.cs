using InnovationScale.Storage;

namespace InnovationScale.Committees;

/// <summary>Committees as the host runs and lists them. Who sits in one is public.</summary>
public static class CommitteesFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Committees]);
        access.Allow(Committee.Steps).Allow("read-committee", Access.Everybody).Allow("list-committees", Access.Everybody);
    }

    public static ReadTable<Committee> Committees { get; } = ReadTable<Committee>.OneRow("committee", 1, [("name", "text"), ("purpose", "text"), ("version", "bigint")], ["name"],
        view => [view.State.Name, view.State.Purpose, view.Version]);
}
