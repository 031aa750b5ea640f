using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Evaluations;

/// <summary>Evaluations: computed from closed results by a named method, signed by an evaluator, then public.</summary>
public static class EvaluationsApi
{
    private const string Evaluations = "/api/v1/evaluations";

    public static void MapEvaluations(this IEndpointRouteBuilder app)
    {
        var evaluations = app.MapGroup(Evaluations).WithTags("evaluations");
        evaluations.MapGet("", List).WithSummary("Evaluations of a trial or of an innovation. Visitors see published ones.").Produces<Page<EvaluationListed>>();
        evaluations.MapPost("", async (NewEvaluation body, CurrentPerson person, IdempotencyKey key, TrialDesk desk) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                return Told.Created(await desk.Execute(who, request, Ids.For(who, request, Evaluation.Kind),
                    new ComputeEvaluation(body.Trial ?? "", body.DatasetSha256 ?? "", body.Method ?? "")), Evaluations);
            })
            .WithSummary("Computes the evaluation of a trial's closed results.").Produces<Recorded>(StatusCodes.Status201Created);

        var one = evaluations.MapGroup("/{id}");
        one.MapGet("", async (string id, HttpContext context, Desk desk) =>
            {
                var who = CurrentPerson.PrincipalOf(context);
                var view = await desk.Look<Evaluation>(who, "read-evaluation", id);
                return view.Exists ? Answer.Versioned(EvaluationRecord.Of(view), view.Version) : Answer.NotFound();
            })
            .WithSummary("An evaluation with every finding, the hash of its data and its method.").Produces<EvaluationRecord>().ProducesProblem(404);
        Move(one, "submissions", "Gives it to an evaluator.", new SubmitEvaluation());
        Move(one, "returns", "Gives it back for another look.", new ReturnEvaluation());
        Move(one, "signatures", "An evaluator stands for it.", new SignEvaluation());
        Move(one, "publications", "Makes it public.", new PublishEvaluation());
        Move(one, "retractions", "Takes it back; the reason is public.", new RetractEvaluation());
    }

    private static void Move(RouteGroupBuilder one, string noun, string summary, EvaluationCommand command) => one
        .MapPost("/" + noun, async (string id, Because? body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, TrialDesk desk) =>
            Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body?.Reason, version.Value), id, command)))
        .WithSummary(summary).Produces<Recorded>();

    private static async Task<IResult> List(HttpContext context, PageAsked page, EvaluationLists lists, string? trial, string? innovation, string? version)
    {
        var (rows, next) = await lists.List(CurrentPerson.PrincipalOf(context), new(trial, innovation, version), page.Limit, page.Keys(1)?[0]);
        return TypedResults.Ok(Page<EvaluationListed>.Of(context, rows, next is null ? null : Cursor.Write(next)));
    }
}

/// <summary>What is to be computed.</summary>
/// <param name="DatasetSha256">The hash under which the trial's results are closed.</param>
/// <param name="Method">Such as <c>class-adjusted/1</c>.</param>
public sealed record NewEvaluation(string? Trial, string? DatasetSha256, string? Method);

/// <summary>A whole evaluation.</summary>
/// <param name="Rating">As signed; the findings hold what was computed.</param>
public sealed record EvaluationRecord(
    string Id, long Version, string Trial, string Innovation, string InnovationVersion, Preset Preset, EvaluationState State, string DatasetSha256, string Method, Findings? Findings,
    Rating? Rating, string? SubmittedBy, string? SignedBy, bool Independent, bool OffTeam, string? RetractedBecause, string? SupersededBecause)
{
    public static EvaluationRecord Of(View<Evaluation> view)
    {
        var e = view.State;
        return new(view.Id, view.Version, e.Trial, e.Innovation, e.Version, e.Preset, e.State, e.DatasetSha256, e.Method, e.Findings, e.Rating, e.SubmittedBy, e.SignedBy, e.Independent,
            e.OffTeam, e.RetractedBecause, e.SupersededBecause);
    }
}
