using System.Collections.Immutable;
using System.Globalization;
using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.Pilots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Audit;

/// <summary>What happened to any record: who did what, in which role, when and why; what it changed; and whether it is still as it was written.</summary>
public static class HistoryApi
{
    public static void MapHistories(this IEndpointRouteBuilder app)
    {
        var history = app.MapGroup("/api/v1/history/{kind}/{id}").WithTags("history");
        history.MapGet("", async (string kind, string id, HttpContext context, PageAsked page, Histories histories, PilotLists lists) =>
            {
                var who = CurrentPerson.PrincipalOf(context);
                if (await histories.Read(who, kind, id, Before(page.Keys(1)), page.Limit + 1) is not { } steps) return Answer.NotFound();

                var shown = await PilotTimeline.Tell(who, [.. steps.Take(page.Limit)], lists, Words.English);
                return TypedResults.Ok(Page<Happened>.Of(context, shown, steps.Count > page.Limit ? Cursor.Write(shown[^1].Version.ToString(CultureInfo.InvariantCulture)) : null));
            })
            .WithSummary("Steps of a record such as trial/7f3k, newest first.").Produces<Page<Happened>>().ProducesProblem(404);
        history.MapGet("/{version:long}", async (string kind, string id, long version, HttpContext context, Histories histories) =>
                await histories.Compare(CurrentPerson.PrincipalOf(context), kind, id, version) is { } step
                    ? TypedResults.Ok(new StepRecord(step.Step.Stream, version, step.Step.Name, step.Step.Actor, step.Step.Role, step.Step.Stamp.At, step.Step.Reason, Convert.ToHexStringLower(step.Step.Hash), step.Changes))
                    : Answer.NotFound())
            .WithSummary("One step, with every part of the record that it changed, before and after. Results are told by the trial's own pages.").Produces<StepRecord>().ProducesProblem(404);
        history.MapGet("/verification", async (string kind, string id, HttpContext context, Histories histories) =>
                await histories.Verify(CurrentPerson.PrincipalOf(context), kind, id) is { } found ? TypedResults.Ok(found) : Answer.NotFound())
            .WithSummary("Recomputes the chain of hashes over the record's steps.").Produces<HistoryCheck>().ProducesProblem(404);
    }

    /// <exception cref="BadRequest">The cursor is not one of ours.</exception>
    private static long? Before(string[]? keys) => keys is null ? null
        : long.TryParse(keys[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : throw new BadRequest("cursor-malformed");
}

/// <summary>One step of a record.</summary>
/// <param name="Hash">Covers this step and every one before it; lower-case hex.</param>
public sealed record StepRecord(string Stream, long Version, string Event, string Person, string Role, DateTimeOffset At, string? Reason, string Hash, ImmutableArray<Change> Changes);
