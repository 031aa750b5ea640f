using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.Pilots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Portfolio;

/// <summary>Saved views of the person who asks; nobody sees another's.</summary>
public static class SavedViewsApi
{
    public static void MapSavedViews(this IEndpointRouteBuilder app)
    {
        var views = app.MapGroup("/api/v1/saved-views").WithTags("saved views");
        views.MapGet("", async (CurrentPerson person, Desk desk) => TypedResults.Ok(new Page<SavedView>(
                [.. (await desk.Look<SavedViews>(person.AsPrincipal, "read-saved-views", person.Id)).State.Views.Select(view => new SavedView(view.Key, view.Value))], null)))
            .WithSummary("Your views of the portfolio, by name.").Produces<Page<SavedView>>();
        views.MapPut("/{name}", async (string name, ViewAsked asked, CurrentPerson person, IdempotencyKey key, Desk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), person.Id, new SaveView(name, PilotsAsked.Parse(asked.Query).With()))))
            .WithSummary("Keeps a view under a name: what stands in the address of /en/pilots after its question mark.").Produces<Recorded>();
        views.MapDelete("/{name}", async (string name, CurrentPerson person, IdempotencyKey key, Desk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), person.Id, new ForgetView(name))))
            .WithSummary("Forgets a view.").Produces<Recorded>();
    }
}

/// <param name="Query">Such as <c>?country=KE&amp;view=board</c>; empty for the whole portfolio.</param>
public sealed record SavedView(string Name, string Query);

public sealed record ViewAsked(string Query);
