using InnovationScale.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Search;

/// <summary>Records by their words.</summary>
public static class SearchApi
{
    public static void MapSearch(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/search", async (HttpContext context, Finder finder, string? q, string? kind, string? country, string? stage, string? year) =>
            {
                var found = await finder.Find(CurrentPerson.PrincipalOf(context), q ?? "", new(kind, country, stage, year));
                return TypedResults.Ok(new SearchAnswer(found.Kinds, found.Facets));
            })
            .WithTags("search")
            .WithSummary("Records that hold a word beginning with each of the words of “q”, by kind, the best first; of one kind more with “kind”. Facets count the records of each value as the others stand, and add up; “none” is where a record has no such value. Counts end at 10,000 of a kind; then there are no facets, and the best are those of as many.")
            .Produces<SearchAnswer>();
}

public sealed record SearchAnswer(IReadOnlyList<FoundKind> Items, IReadOnlyList<Facet> Facets);
