using InnovationScale.Api;
using InnovationScale.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Home;

/// <summary>What waits for the person who asks: the same as on the first page.</summary>
public static class InboxApi
{
    public static void MapInbox(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/inbox", async (CurrentPerson person, Inbox inbox) => TypedResults.Ok(new Page<Waiting>([.. await inbox.Of(person.AsPrincipal)], null)))
            .WithTags("inbox").WithSummary("What waits for you: what you can do first, then what waits for somebody else.").Produces<Page<Waiting>>();
}
