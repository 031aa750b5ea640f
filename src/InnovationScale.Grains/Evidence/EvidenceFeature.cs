using InnovationScale.Search;
using InnovationScale.Storage;

namespace InnovationScale.Evidence;

/// <summary>Studies from elsewhere as the host runs and lists them.</summary>
public static class EvidenceFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Studies, Searched.Table<ExternalStudy>(2, s => new(s.About.Title, s.About.Source, null, Hidden: false, s.About.Title, s.About.Source))], ScaleUp.ScaleUpFollowUps.Of);
        access.Allow(ExternalStudy.Steps).Allow("read-study", Access.Everybody).Allow("list-studies", Access.Everybody);
    }

    public static ReadTable<ExternalStudy> Studies { get; } = ReadTable<ExternalStudy>.OneRow("study", 1,
        [("title", "text"), ("innovation", "text"), ("innovation_version", "text"), ("in_pool", "bigint"), ("cells", "bigint"), ("version", "bigint")],
        ["innovation, innovation_version"],
        view => [view.State.About.Title, view.State.About.Innovation, view.State.About.Version, view.State.InPool ? 1L : 0L, (long)view.State.Cells.Count, view.Version]);
}
