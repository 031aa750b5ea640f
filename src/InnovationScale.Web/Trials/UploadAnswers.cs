using System.Collections.Immutable;
using System.Text.Json;
using InnovationScale.Api;
using InnovationScale.People;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace InnovationScale.Trials;

/// <summary>An upload through the API: streams from the request's body into the reduction, so that no pupil's row is ever held or written.</summary>
internal static class UploadAnswers
{
    public static async Task<IResult> Take(
        string id, HttpContext context, CurrentPerson person, IdempotencyKey key, TrialUploads uploads, UploadSettings settings, bool? dryRun, bool? pool, string? measure, string? mapping)
    {
        UploadBody.Allow(context, settings);
        var body = await UploadBody.Open(context.Request, context.RequestAborted);
        var asked = new UploadAsked(settings.BytesMax)
        {
            IsReduced = body.IsReduced, DryRun = dryRun ?? body.Flag("dryRun"), PoolSmallClasses = pool ?? body.Flag("pool"), Measure = measure ?? body.Field("measure"), Mapping = Mapping(mapping ?? body.Field("mapping")),
        };
        return Told(context, await uploads.Take(person.AsPrincipal, new(key.Value), id, body.File, asked, context.RequestAborted), $"/api/v1/trials/{id}");
    }

    /// <summary>What became of a file: what must be mended, why the rules said no, what a dry run would record, or what is recorded at an address.</summary>
    public static IResult Told(HttpContext context, Upload upload, string address)
    {
        if (upload.Reduction is { Accepted: false } refused) return new FileRefused(refused);
        if (upload.Refused is { } refusal) return Answer.Refused(refusal);

        var record = UploadRecord.Of(upload);
        if (upload.Receipt is not { } receipt) return TypedResults.Ok(record);

        context.Response.Headers.ETag = EntityTag.Of(receipt.Version);
        return TypedResults.Created(address, record);
    }

    public static ColumnMapping? Mapping(string? json)
    {
        if (string.IsNullOrWhiteSpace(json)) return null;

        try
        {
            return JsonSerializer.Deserialize<ColumnMapping>(json, ApiJson.Options);
        }
        catch (JsonException fault)
        {
            throw new BadRequest("unreadable-request", $"The mapping cannot be read: {fault.Message}");
        }
    }

    private sealed class FileRefused(Reduction reduction) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => StatusCodes.Status422UnprocessableEntity;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            // The rows to fix as a file, for whoever mends them in a spreadsheet.
            if (httpContext.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType == "text/csv"))
                return Results.Text(reduction.RowsToFix(), "text/csv", System.Text.Encoding.UTF8, StatusCodes.Status422UnprocessableEntity).ExecuteAsync(httpContext);

            var mistakes = reduction.Errors.Select(error => new Mistake(error.Code, $"{error.Sentence} {error.Fix}", Row: error.Row, Column: error.Column));
            return (Problem.From(FileRefusals.Of(reduction), [.. mistakes]) with { ErrorCount = reduction.ErrorCount }).Write(httpContext);
        }
    }
}

/// <summary>The body of an upload up to where its file begins: the fields before it, and the file as a stream that is read once.</summary>
internal sealed class UploadBody
{
    /// <summary>Room for the form around the file.</summary>
    private const long Around = 1024 * 1024;

    private const int FieldBytesMax = 64 * 1024, FieldsMax = 40;

    private readonly Dictionary<string, string> fields = new(StringComparer.Ordinal);

    private UploadBody(Stream file) => File = file;

    public Stream File { get; private set; }

    /// <summary>It holds cells that a school made of its rows itself, see <see cref="ReducedFile"/>.</summary>
    public bool IsReduced { get; private set; }

    public string? Field(string name) => fields.GetValueOrDefault(name);

    public bool Flag(string name) => Field(name) is "true" or "on" or "1";

    /// <summary>Lets this request be as large as an upload. A file a little too large is read to where the limit is, and told so by the reduction.</summary>
    public static void Allow(HttpContext context, UploadSettings settings)
    {
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = settings.BytesMax + Around;
    }

    /// <exception cref="BadRequest">The body is neither a file alone nor a form with one.</exception>
    public static async Task<UploadBody> Open(HttpRequest request, CancellationToken cancel)
    {
        var type = request.ContentType is { } sent && Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(sent, out var parsed) ? parsed : null;
        if (type?.MediaType.Value is not { } media) throw new BadRequest("media-type-not-taken", "Send the file as text/csv or as an XLSX workbook, or in a form.", StatusCodes.Status415UnsupportedMediaType);
        if (!media.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            if (media.Equals(ReducedFile.MediaType, StringComparison.OrdinalIgnoreCase)) return new(request.Body) { IsReduced = true };
            return media.Equals("text/csv", StringComparison.OrdinalIgnoreCase) || media.Equals("text/plain", StringComparison.OrdinalIgnoreCase)
                || media.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase) || media.Equals("application/vnd.ms-excel", StringComparison.OrdinalIgnoreCase) || media.Equals(Xlsx.MediaType, StringComparison.OrdinalIgnoreCase)
                ? new(request.Body)
                : throw new BadRequest("media-type-not-taken", "Send the file as text/csv or as an XLSX workbook, or in a form.", StatusCodes.Status415UnsupportedMediaType);
        }

        var boundary = Microsoft.Net.Http.Headers.HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 100) throw new BadRequest("unreadable-request", "The form has no boundary.");

        try
        {
            return await Read(new MultipartReader(boundary, request.Body), cancel);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new BadRequest("unreadable-request", "The form cannot be read to where its file begins.");
        }
    }

    private static async Task<UploadBody> Read(MultipartReader form, CancellationToken cancel)
    {
        var body = new UploadBody(Stream.Null);
        while (await form.ReadNextSectionAsync(cancel) is { } section)
        {
            if (section.AsFileSection() is { FileStream: { } file, FileName: var name })
            {
                if (name.Length == 0) throw new BadRequest("file-needed", "Choose a file.");
                (body.File, body.IsReduced) = (file, name.EndsWith(ReducedFile.Extension, StringComparison.OrdinalIgnoreCase));
                return body;
            }

            if (section.AsFormDataSection() is not { } field || body.fields.Count == FieldsMax) throw new BadRequest("unreadable-request", "The form holds something that is neither a field nor a file.");
            body.fields[field.Name] = await Text(section.Body, cancel);
        }

        throw new BadRequest("file-needed", "Choose a file.");
    }

    private static async Task<string> Text(Stream section, CancellationToken cancel)
    {
        var bytes = new byte[FieldBytesMax + 1];
        var read = await section.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        if (read > FieldBytesMax) throw new BadRequest("unreadable-request", "A field of the form is too long.");

        var text = System.Text.Encoding.UTF8.GetString(bytes, 0, read);
        return PlainText.Is(text) ? text : throw new BadRequest(PlainText.Code);
    }
}

internal static class FileRefusals
{
    public static Refusal Of(Reduction reduction) => Refusal.Invalid("file-refused",
        $"Nothing was recorded: {reduction.ErrorCount} {(reduction.ErrorCount == 1 ? "thing" : "things")} in the file must be mended first.");
}

/// <summary>What an upload holds, tried out or recorded.</summary>
/// <param name="Batch">The upload's id in the trial; null after a dry run.</param>
/// <param name="Cells">Results it brings, pooled ones included.</param>
/// <param name="Pooled">Results that hold several small classes.</param>
/// <param name="Mapping">What each column was read as.</param>
public sealed record UploadRecord(
    string? Batch, string FileSha256, long Bytes, int Rows, int Cells, int Pooled, ColumnMapping? Mapping, ImmutableArray<string> Headers, ImmutableArray<ArmCount> Arms,
    ImmutableArray<UploadNote> Notes, long? Version)
{
    internal static UploadRecord Of(Upload upload)
    {
        var reduction = upload.Reduction!;
        return new(upload.Batch, reduction.FileSha256!, reduction.Bytes, reduction.Rows, reduction.Cells.Length, reduction.Pooled.Count(), reduction.Mapping, reduction.Headers, reduction.Arms,
            reduction.Notes, upload.Receipt?.Version);
    }
}
