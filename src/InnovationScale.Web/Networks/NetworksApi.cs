using System.Collections.Immutable;
using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Networks;

/// <summary>Schools that a network registers and acts for until they confirm.</summary>
public static class NetworksApi
{
    public static void MapNetworks(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/v1/networks/{network}/schools", Take).WithTags("schools")
            .WithSummary("Registers the schools of a CSV file or XLSX workbook (name, country and answers of the school's context by their codes), all of them or none; ?dryRun=true only tries. For the network's facilitators.")
            .Accepts<string>("text/csv", Xlsx.MediaType).Produces<SchoolsRegistered>().Produces<SchoolsRegistered>(StatusCodes.Status201Created).WithRequestTimeout(TimeSpan.FromMinutes(10)).RequireRateLimiting(Protection.UploadLimit);
        app.MapPost("/api/v1/schools/{id}/confirmations", async (string id, Because body, CurrentPerson person, IdempotencyKey key, Desk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body.Reason), id, new ConfirmSchool(id))))
            .WithTags("schools").WithSummary("The school's own lead takes over from the network that registered it.").Produces<Recorded>();
    }

    private static async Task<IResult> Take(string network, HttpContext context, CurrentPerson person, IdempotencyKey key, SchoolUploads uploads, UploadSettings settings, bool? dryRun)
    {
        UploadBody.Allow(context, settings);
        var body = await UploadBody.Open(context.Request, context.RequestAborted);
        var upload = await uploads.Take(person.AsPrincipal, new(key.Value), network, body.File, dryRun ?? body.Flag("dryRun"), tried: null, context.RequestAborted);
        if (upload.Refused is { } refusal) return Answer.Refused(refusal);
        if (upload.File is { Accepted: false } refused) return new Refused(refused);

        var told = new SchoolsRegistered(upload.Added, upload.There, upload.File!.Sha256!, upload.File.Schools);
        return upload.Recorded ? TypedResults.Created("/api/v1/schools", told) : TypedResults.Ok(told);
    }

    internal static Refusal Refusal(SchoolsFile file) => InnovationScale.Refusal.Invalid("file-refused",
        $"Nothing was registered: {file.ErrorCount} {(file.ErrorCount == 1 ? "thing" : "things")} in the file must be mended first.");

    private sealed class Refused(SchoolsFile file) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => StatusCodes.Status422UnprocessableEntity;

        public Task ExecuteAsync(HttpContext httpContext) =>
            (Problem.From(Refusal(file), [.. file.Errors.Select(error => new Mistake(error.Code, $"{error.Sentence} {error.Fix}", Row: error.Row, Column: error.Column))]) with { ErrorCount = file.ErrorCount }).Write(httpContext);
    }
}

/// <summary>What a file of schools came to.</summary>
/// <param name="Added">New schools.</param>
/// <param name="There">Schools that the network had already; they stay as they are.</param>
public sealed record SchoolsRegistered(int Added, int There, string FileSha256, ImmutableArray<RegisterSchool> Schools);
