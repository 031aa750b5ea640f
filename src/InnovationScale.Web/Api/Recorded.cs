using Microsoft.AspNetCore.Http;

namespace InnovationScale.Api;

/// <summary>What took effect: the record's id and its version from now on, which is also the ETag.</summary>
public sealed record Recorded(string Id, long Version);

/// <summary>Tells what became of a command.</summary>
public static class Told
{
    /// <summary>201 with the new record's address, or the refusal.</summary>
    public static IResult Created(Outcome outcome, string collection) => outcome.Refusal is { } refusal
        ? Answer.Refused(refusal)
        : new RecordedAnswer(outcome.Receipt!, $"{collection}/{outcome.Receipt!.Id}");

    /// <summary>200 with the record's new version, or the refusal.</summary>
    public static IResult Done(Outcome outcome) => outcome.Refusal is { } refusal ? Answer.Refused(refusal) : new RecordedAnswer(outcome.Receipt!, null);

    private sealed class RecordedAnswer(Receipt receipt, string? location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = location is null ? StatusCodes.Status200OK : StatusCodes.Status201Created;
            response.Headers.ETag = EntityTag.Of(receipt.Version);
            if (location is not null) response.Headers.Location = location;
            return response.WriteAsJsonAsync(new Recorded(receipt.Id, receipt.Version), ApiJson.Options, httpContext.RequestAborted);
        }
    }
}

/// <summary>Why something is asked, where a rule wants the reason kept.</summary>
public sealed record Because(string? Reason = null);
