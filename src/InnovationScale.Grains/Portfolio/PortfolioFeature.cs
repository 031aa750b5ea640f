using InnovationScale.Storage;

namespace InnovationScale.Portfolio;

/// <summary>Saved views as the host runs them. They are looked up by their owner's id and stand in no list.</summary>
public static class PortfolioFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add<SavedViews>();
        access.Allow<SaveView>(Access.SignedIn).Allow<ForgetView>(Access.SignedIn).Allow("read-saved-views", Access.SignedIn)
            .Hide<SavedViews>((views, who) => views.Owner != who.Person);
    }
}
