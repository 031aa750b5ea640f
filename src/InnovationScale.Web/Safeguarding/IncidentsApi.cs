using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Safeguarding;

/// <summary>Incidents: anyone signed in raises one, the safeguarding lead reads, grades and resolves it.</summary>
public static class IncidentsApi
{
    private const string Incidents = "/api/v1/incidents";

    public static void MapIncidents(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/v1/pilots/{id}/incidents", async (string id, NewIncident incident, CurrentPerson person, IdempotencyKey key, Desk desk) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                return (await desk.Look<Pilot>(who, "read-pilot", id)).Exists
                    ? Told.Created(await desk.Execute(who, request, Ids.For(who, request, Incident.Kind), new RaiseIncident(id, incident.Severity, incident.What)), Incidents)
                    : Answer.NotFound();
            })
            .WithTags("incidents").WithSummary("Raises an incident about a pilot. Name no pupil.").Produces<Recorded>(StatusCodes.Status201Created).ProducesProblem(404);

        var incidents = app.MapGroup(Incidents).WithTags("incidents");
        incidents.MapGet("", async (CurrentPerson person, Desk desk, string? pilot, bool? open) => TypedResults.Ok(new Page<IncidentListed>(
                await desk.Query(person.AsPrincipal, "list-incidents", connection => connection.Query(
                    "select id, pilot, severity, is_open, version from incident where (cast(@pilot as text) is null or pilot = @pilot) and (cast(@open as bigint) is null or is_open = cast(@open as bigint)) order by id",
                    r => new IncidentListed(r.GetString(0), r.GetString(1), Enum.Parse<Severity>(r.GetString(2)), r.GetInt64(3) == 1, r.GetInt64(4)),
                    ("pilot", pilot), ("open", open is null ? null : open.Value ? 1L : 0L))), null)))
            .WithSummary("Incidents, for the safeguarding lead.").Produces<Page<IncidentListed>>();

        var one = incidents.MapGroup("/{id}");
        one.MapGet("", async (string id, CurrentPerson person, Desk desk) => await desk.Look<Incident>(person.AsPrincipal, "read-incident", id) is { Exists: true } view
                ? Answer.Versioned(new IncidentRecord(view.Id, view.State.Pilot, view.State.Severity, view.State.What, view.State.Resolved, view.Version), view.Version)
                : Answer.NotFound())
            .WithSummary("An incident, for the safeguarding lead.").Produces<IncidentRecord>().ProducesProblem(404);
        Post<AddToIncident>(one, "additions", "Adds what came to light later.", body => (body, null));
        Post<Grading>(one, "gradings", "Says that it is more or less grave than thought.", body => (new RegradeIncident(body.Severity), body.Reason));
        Post<Because>(one, "resolutions", "Resolves it; the reason says how.", body => (new ResolveIncident(), body.Reason));
    }

    private static void Post<TBody>(RouteGroupBuilder one, string noun, string summary, Func<TBody, (IncidentCommand, string? Reason)> command) where TBody : class => one
        .MapPost("/" + noun, async (string id, TBody body, CurrentPerson person, IdempotencyKey key, Desk desk) =>
        {
            var (asked, reason) = command(body);
            return Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, reason), id, asked));
        })
        .WithSummary(summary).Produces<Recorded>().ProducesProblem(404);
}

public sealed record NewIncident(Severity Severity, string What);

public sealed record Grading(Severity Severity, string? Reason = null);

/// <summary>An incident in a list.</summary>
public sealed record IncidentListed(string Id, string Pilot, Severity Severity, bool Open, long Version);

public sealed record IncidentRecord(string Id, string Pilot, Severity Severity, string What, bool Resolved, long Version);
