using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace InnovationScale.Api;

/// <summary>A problem document (RFC 9457): how every error of the API is told. <see cref="Code"/> is stable; sentences may change.</summary>
/// <param name="Type">Where the code is explained: <c>/problems/{code}</c>.</param>
/// <param name="Detail">What is wrong this time, and how to mend it.</param>
public sealed record Problem(string Type, string Title, int Status, string Code, string Detail)
{
    public const string MediaType = "application/problem+json";

    /// <summary>The gate that refused, such as <c>enquiry-to-trial</c>.</summary>
    public string? Guard { get; init; }

    /// <summary>What the gate needs and does not have, and which role can supply it.</summary>
    public ImmutableArray<MissingItem>? Missing { get; init; }

    /// <summary>Each mistake and where it stands in what was sent.</summary>
    public ImmutableArray<Mistake>? Errors { get; init; }

    /// <summary>How many mistakes there are, where more were found than are listed in <see cref="Errors"/>.</summary>
    public int? ErrorCount { get; init; }

    /// <summary>Finds this request in the server's log.</summary>
    public string? TraceId { get; init; }

    /// <summary>A refusal by the rules.</summary>
    public static Problem From(Refusal refusal, params ImmutableArray<Mistake> errors) =>
        new(TypeOf(refusal.Code), TitleOf(refusal.Kind), StatusOf(refusal.Kind), refusal.Code, refusal.Sentence)
        {
            Guard = refusal.Guard,
            Missing = refusal.Missing is [] ? null : [.. refusal.Missing.Select(item => new MissingItem(item.Code, item.Sentence, item.Who))],
            Errors = errors is [] ? null : errors,
        };

    /// <summary>A problem of HTTP itself, whose title and mend stand in <see cref="Words"/> under <c>problem.{code}</c>.</summary>
    public static Problem From(int status, string code, string? detail = null) =>
        new(TypeOf(code), Words.English[$"problem.{code}"], status, code, detail ?? Words.English[$"problem.{code}.mend"]);

    /// <summary>The problem behind a bare status code.</summary>
    public static Problem From(int status) => From(status, status switch
    {
        400 => "unreadable-request",
        401 => "sign-in-needed",
        403 => "not-allowed",
        404 => "not-found",
        405 => "method-not-allowed",
        412 => "stale",
        413 => "too-large",
        415 => "media-type-not-taken",
        428 => "version-needed",
        429 => "too-many-requests",
        503 => "store-unavailable",
        504 => "timed-out",
        >= 400 and < 500 => "unreadable-request",
        _ => "fault",
    });

    public static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Invalid => StatusCodes.Status422UnprocessableEntity,
        RefusalKind.NotAllowed => StatusCodes.Status403Forbidden,
        RefusalKind.SignedOut => StatusCodes.Status401Unauthorized,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Stale => StatusCodes.Status412PreconditionFailed,
        _ => throw new UnreachableException($"No status for {kind}."),
    };

    public async Task Write(HttpContext context)
    {
        context.Response.StatusCode = Status;
        await context.Response.WriteAsJsonAsync(
            this with { TraceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier }, ApiJson.Options, MediaType, context.RequestAborted);
    }

    private static string TypeOf(string code) => $"/problems/{code}";

    private static string TitleOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Conflict => "This cannot be done as things stand",
        RefusalKind.Invalid => "What was sent cannot be right",
        RefusalKind.NotAllowed => "Somebody else may do this",
        RefusalKind.SignedOut => Words.English["problem.sign-in-needed"],
        RefusalKind.NotFound => "There is no such thing",
        RefusalKind.Stale => "The record has changed since it was read",
        _ => throw new UnreachableException($"No title for {kind}."),
    };
}

/// <summary>One thing a gate needs and does not have.</summary>
public sealed record MissingItem(string Code, string Sentence, Role Who);

/// <summary>One mistake in what was sent: where it is and how to mend it.</summary>
/// <param name="Pointer">RFC 6901, into the JSON body: <c>/measures/0/name</c>.</param>
/// <param name="Row">Line of an uploaded table, the header being line 1.</param>
public sealed record Mistake(string Code, string Detail, string? Pointer = null, int? Row = null, string? Column = null);

/// <summary>A request that cannot be understood, met while its parts are bound. The fault handler answers with its code.</summary>
public sealed class BadRequest(string code, string? detail = null, int status = StatusCodes.Status400BadRequest)
    : BadHttpRequestException(detail ?? Words.English[$"problem.{code}.mend"], status)
{
    public string Code => code;
}

/// <summary>Answers a handler gives: <c>return Answer.Refused(refusal);</c></summary>
public static class Answer
{
    public static IResult Refused(Refusal refusal, params ImmutableArray<Mistake> errors) => new ProblemAnswer(Problem.From(refusal, errors));

    public static IResult NotFound() => new ProblemAnswer(Problem.From(StatusCodes.Status404NotFound));

    /// <summary>A record with its version as a strong ETag; 304 without a body when the client has that version.</summary>
    public static IResult Versioned<T>(T record, long version) => new VersionedAnswer<T>(record, version);

    private sealed class ProblemAnswer(Problem problem) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => problem.Status;

        public Task ExecuteAsync(HttpContext httpContext) => problem.Write(httpContext);
    }

    private sealed class VersionedAnswer<T>(T record, long version) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var tag = EntityTag.Of(version);
            httpContext.Response.Headers.ETag = tag;
            httpContext.Response.Headers.CacheControl = "private, no-cache";
            if (!EntityTag.ClientHas(httpContext.Request, tag)) return httpContext.Response.WriteAsJsonAsync(record, ApiJson.Options, httpContext.RequestAborted);

            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
    }
}

/// <summary>How the API writes and reads JSON: camelCase, enums as kebab-case words, nothing written that is null.</summary>
public static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        // Curly quotes and Arabic stay readable; the content type and nosniff keep it from being taken for HTML.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        // What a request leaves out although it is needed is said to the client; it never reaches the rules as a null that the types deny.
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.AllowDuplicateProperties = false;
        options.Converters.Add(new PlainText.Json());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        return options;
    }
}
