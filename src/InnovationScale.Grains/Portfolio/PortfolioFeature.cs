using InnovationScale.Storage;

namespace InnovationScale.Portfolio;

/// <summary>Saved views as the host runs them. They are looked up by their owner's id and stand in no list.</summary>
public static class PortfolioFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add<SavedViews>();
        var owner = Access.SignedIn.To(Relation.Team);
        access.Allow<SaveView>(owner).Allow<ForgetView>(owner).Allow("read-saved-views", owner).Hide<SavedViews>(_ => true, unless: "read-saved-views");
    }
}
