using Microsoft.AspNetCore.Authorization;

namespace InnovationScale.Grants;

/// <summary>Applications of one's own organisation, and those that wait for one's review.</summary>
[Authorize]
public sealed class ApplicationsPage(GrantLists lists) : AppPage
{
    public IReadOnlyList<ApplicationListed> Own { get; private set; } = [];

    public IReadOnlyList<ToReview> ToReview { get; private set; } = [];

    public async Task OnGet() => (Own, ToReview) = (await lists.Own(Who), await lists.ToReview(Who));
}
