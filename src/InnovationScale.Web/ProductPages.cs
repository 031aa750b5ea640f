using InnovationScale.Audit;
using InnovationScale.Committees;
using InnovationScale.Community;
using InnovationScale.Enquiry;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Grants;
using InnovationScale.Home;
using InnovationScale.Innovations;
using InnovationScale.Networks;
using InnovationScale.Numbers;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Portfolio;
using InnovationScale.Replications;
using InnovationScale.Safeguarding;
using InnovationScale.ScaleUp;
using InnovationScale.Search;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Builder;

namespace InnovationScale;

/// <summary>The pages and routes of every feature: the table of contents of what this product shows.</summary>
public static class ProductPages
{
    public static void MapProduct(this WebApplication app)
    {
        app.MapWeb();
        app.MapPeople();
        app.MapTokens();
        app.MapInbox();
        app.MapNetworks();
        app.MapPilots();
        app.MapSavedViews();
        app.MapCycles();
        app.MapIncidents();
        app.MapTrials();
        app.MapEvaluations();
        app.MapInnovations();
        app.MapReplications();
        app.MapStudies();
        app.MapGrants();
        app.MapCommittees();
        app.MapReviews();
        app.MapCommunity();
        app.MapNumbers();
        app.MapHistories();
        app.MapSearch();
    }
}
