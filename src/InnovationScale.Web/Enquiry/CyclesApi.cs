using System.Collections.Immutable;
using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.Pilots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Enquiry;

/// <summary>Cycles of enquiry: planned under a pilot, worked on under their own address.</summary>
public static class CyclesApi
{
    private const string Cycles = "/api/v1/cycles";

    public static void MapCycles(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/pilots/{id}/cycles", async (string id, HttpContext context, Desk desk, PilotLists lists) =>
            {
                var who = CurrentPerson.PrincipalOf(context);
                return (await desk.Look<Pilot>(who, "read-pilot", id)).Exists
                    ? TypedResults.Ok(new Page<CycleRow>(await lists.Cycles(who, id), null))
                    : Answer.NotFound();
            })
            .WithTags("cycles").WithSummary("A pilot's cycles, in the order they were planned.").Produces<Page<CycleRow>>().ProducesProblem(404);
        app.MapPost("/api/v1/pilots/{id}/cycles", async (string id, NewCycle cycle, CurrentPerson person, IdempotencyKey key, Desk desk, CycleDesk cycles) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                return (await desk.Look<Pilot>(who, "read-pilot", id)).Exists
                    ? Told.Created(await cycles.Execute(who, request, id, Ids.For(who, request, Cycle.Kind), new PlanCycle(cycle.Plan)), Cycles)
                    : Answer.NotFound();
            })
            .WithTags("cycles").WithSummary("Plans a cycle of a pilot that is in its enquiry.").Produces<Recorded>(StatusCodes.Status201Created).ProducesProblem(404);

        var one = app.MapGroup(Cycles + "/{id}").WithTags("cycles");
        one.MapGet("", async (string id, HttpContext context, Desk desk) =>
            {
                var who = CurrentPerson.PrincipalOf(context);
                return await desk.Look<Cycle>(who, "read-cycle", id) is { Exists: true } view ? Answer.Versioned(CycleRecord.Of(view), view.Version) : Answer.NotFound();
            })
            .WithSummary("A cycle with its points as a chart draws them, and whether they are more than chance wobble.").Produces<CycleRecord>().ProducesProblem(404);
        one.MapPut("/plan", async (string id, CyclePlan plan, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, Desk desk, CycleDesk cycles) =>
                await Ask(id, person, new(key.Value, null, version.Value), desk, cycles, new RevisePlan(plan)))
            .WithSummary("Replaces the plan. Possible until doing begins.").Produces<Recorded>().ProducesProblem(404);
        Post<Because>(one, "starts", "Begins; from here on the prediction stands.", body => (new StartDoing(), body.Reason));
        one.MapPost("/points", async (string id, NewPoint point, CurrentPerson person, IdempotencyKey key, Desk desk, CycleDesk cycles) =>
                await Ask(id, person, new(key.Value), desk, cycles,
                    new RecordPoint(point.Point ?? Ids.For(person.AsPrincipal, new(key.Value), "point"), point.On, point.Value, point.Denominator, point.Note)))
            .WithSummary("Records what was seen on a day. A point without a value is a gap and says why.").Produces<Recorded>().ProducesProblem(404);
        one.MapPost("/points/{point}/corrections", async (string id, string point, Correction correction, CurrentPerson person, IdempotencyKey key, Desk desk, CycleDesk cycles) =>
                await Ask(id, person, new(key.Value, correction.Reason), desk, cycles, new CorrectPoint(point, correction.Value, correction.Because, correction.Denominator)))
            .WithSummary("Puts another value in a point's place; the old one is kept.").Produces<Recorded>().ProducesProblem(404);
        one.MapPost("/points/{point}/voids", async (string id, string point, Because because, CurrentPerson person, IdempotencyKey key, Desk desk, CycleDesk cycles) =>
                await Ask(id, person, new(key.Value, because.Reason), desk, cycles, new VoidPoint(point)))
            .WithSummary("Leaves a point out of the series; it stays visible.").Produces<Recorded>().ProducesProblem(404);
        Post<StudyCycle>(one, "studies", "Says what was seen.", body => (body, null));
        Post<CompareWithPrediction>(one, "comparisons", "Compares what was seen with what was expected.", body => (body, null));
        Post<CloseCycle>(one, "closures", "Decides: adopt, adapt, abandon or extend.", body => (body, null));
        Post<Because>(one, "cancellations", "Cancels the cycle, with a reason.", body => (new CancelCycle(), body.Reason));
    }

    private static void Post<TBody>(RouteGroupBuilder one, string noun, string summary, Func<TBody, (CycleCommand, string? Reason)> command) where TBody : class => one
        .MapPost("/" + noun, async (string id, TBody body, CurrentPerson person, IdempotencyKey key, Desk desk, CycleDesk cycles) =>
        {
            var (asked, reason) = command(body);
            return await Ask(id, person, new(key.Value, reason), desk, cycles, asked);
        })
        .WithSummary(summary).Produces<Recorded>().ProducesProblem(404);

    private static async Task<IResult> Ask(string id, CurrentPerson person, Request request, Desk desk, CycleDesk cycles, CycleCommand command) =>
        await desk.Look<Cycle>(person.AsPrincipal, "read-cycle", id) is { Exists: true, State.Pilot: var pilot }
            ? Told.Done(await cycles.Execute(person.AsPrincipal, request, pilot, id, command))
            : Answer.NotFound();
}

public sealed record NewCycle(CyclePlan Plan);

/// <param name="Point">An id of your own; made from the Idempotency-Key when left out.</param>
/// <param name="Denominator">“Out of” how many, where the value is a count of them.</param>
public sealed record NewPoint(DateOnly On, double? Value = null, double? Denominator = null, string? Note = null, string? Point = null);

public sealed record Correction(double? Value, CorrectionReason Because, double? Denominator = null, string? Reason = null);

/// <summary>A whole cycle.</summary>
/// <param name="Points">Every point in the order recorded, voided ones too.</param>
/// <param name="Series">The points as a chart draws them: by day, a share as percent, a gap without a value.</param>
/// <param name="Chart">What the run chart's rules say; null before the first point with a value.</param>
/// <param name="Control">The limits of a control chart; null before the twelfth value.</param>
public sealed record CycleRecord(
    string Id, long Version, string Pilot, CycleStage Stage, CyclePlan Plan, ImmutableArray<Point> Points, ImmutableArray<SeriesPoint> Series, RunChartRead? Chart, ControlRead? Control,
    string? WhatHappened, string? NoData, PredictionResult? Result, CycleDecision? Decision, string? Rationale, string? Next)
{
    public static CycleRecord Of(View<Cycle> view)
    {
        var c = view.State;
        var series = CycleChart.Series(c);
        return new(view.Id, view.Version, c.Pilot, c.Stage, c.Plan, c.Points, series, CycleChart.Read(series), CycleChart.Control(c), c.WhatHappened, c.NoData, c.Result, c.Decision, c.Rationale, c.Next);
    }
}
