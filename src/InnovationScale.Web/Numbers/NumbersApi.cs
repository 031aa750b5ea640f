using System.Text.Json;
using System.Text.Json.Nodes;
using InnovationScale.Api;
using InnovationScale.Statistics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Numbers;

/// <summary>
/// The statistics library over HTTP, so that people who work in R or Python can check it and cite it. It touches no record and is open to
/// anyone within the public limit.
/// </summary>
public static class NumbersApi
{
    private const long BodyMax = 16 << 20;

    // What strangers ask for must leave the rest of the server its processors.
    private static readonly SemaphoreSlim Turn = new(Math.Max(1, Environment.ProcessorCount / 2));

    public static void MapNumbers(this IEndpointRouteBuilder app)
    {
        var numbers = app.MapGroup("/api/v1").WithTags("public").RequireRateLimiting(Protection.PublicLimit)
            .WithMetadata(new RequestSizeLimitAttribute(BodyMax));
        numbers.MapPost("/synthesis", (SynthesisRequest request, CancellationToken cancel) => Told(() => SynthesisAnswer.To(request, cancel), cancel))
            .WithSummary("A meta-analysis of effects and their sampling variances.")
            .WithDescription(
                """
                Answers the object that the reference packs (schema meta/1) call `expected`, with what was asked for; `k_rows`, `k_used` and `left_out` say which
                rows had no finite yi and vi. null is "not defined", "Infinity" infinite. A part that these studies do not allow has
                `{"error":{"code","message"}}` in its place and the others stand. At most 100,000 rows and 16 MB; leaving studies out, influence and trim
                and fill take k² steps each and 400,000,000 together (cumulative pools 4 k²; robust variances the cubes of their clusters' sizes).
                """)
            .Produces<JsonObject>().ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status429TooManyRequests);
        numbers.MapPost("/calculations/{pack}", (string pack, JsonElement request, CancellationToken cancel) => Told(() => Calculated(pack, request), cancel))
            .WithSummary("Effect sizes, cluster adjustment, power, replication, charts and rating rules, case by case.")
            .WithDescription(
                $$$"""
                Takes `{"cases":[{"input":{}}]}` and answers `{"cases":[{"expected":{}}]}` with the fields of the reference pack of that name; where a pack has
                named groups of cases, so have the request and the answer. A case that cannot be computed has `{"error":{"code","message"}}` in its place and
                the others stand. At most 100,000 cases and 16 MB. Packs: {{{string.Join(", ", Calculations.Names)}}}.
                """)
            .Produces<JsonObject>().ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    // An element, not an object: only the former refuses a property that is there twice.
    private static JsonObject Calculated(string pack, JsonElement body)
    {
        if (!Calculations.Exists(pack))
        {
            throw new NumbersProblem(new("no-such-calculation", $"There is no calculation “{pack}”: {string.Join(", ", Calculations.Names)}.")
            {
                Kind = RefusalKind.NotFound,
            });
        }

        if (body.ValueKind is not JsonValueKind.Object || JsonObject.Create(body) is not { } request)
            throw NumbersProblem.Invalid("cases-missing", "The request is not an object: send {\"cases\":[{\"input\":{…}}]}.");
        var count = Calculations.CountCases(request);
        if (count > SynthesisAnswer.RowsMax) throw NumbersProblem.Invalid("too-many-rows", $"The request has {count:N0} cases; at most {SynthesisAnswer.RowsMax:N0} are taken.");
        return Calculations.Answer(pack, request);
    }

    private static async Task<IResult> Told(Func<JsonObject> compute, CancellationToken cancel)
    {
        await Turn.WaitAsync(cancel);
        try
        {
            return TypedResults.Json(compute(), ApiJson.Options);
        }
        catch (NumbersProblem problem)
        {
            return Answer.Refused(problem.Refusal);
        }
        catch (NotComputableException why)
        {
            return Answer.Refused(Refusal.Invalid(why.Code, why.Message));
        }
        finally
        {
            Turn.Release();
        }
    }
}
