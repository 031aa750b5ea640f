using InnovationScale.Api;
using InnovationScale.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Search;

/// <summary>Records by their words.</summary>
public static class SearchApi
{
    public static void MapSearch(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/search", async (HttpContext context, Finder finder, string? q, string? kind, string? country) =>
                TypedResults.Ok(new Page<FoundKind>(await finder.Find(CurrentPerson.PrincipalOf(context), q ?? "", kind, country), null)))
            .WithTags("search")
            .WithSummary("Records that hold a word beginning with each of the words of “q”, by kind, the best first; of one kind more with “kind”. Counts end at 1,000.")
            .Produces<Page<FoundKind>>();
}
