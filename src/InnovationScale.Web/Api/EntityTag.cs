using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace InnovationScale.Api;

/// <summary>A record's version as an entity tag (RFC 9110, 8.8.3): strong, the stream's version in quotes.</summary>
public static class EntityTag
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Whether If-None-Match names this tag. Comparison is weak there (RFC 9110, 13.1.2).</summary>
    public static bool ClientHas(HttpRequest request, string tag) =>
        EntityTagHeaderValue.TryParseList([.. request.Headers.IfNoneMatch.OfType<string>()], out var known)
        && known.Any(one => one.Equals(EntityTagHeaderValue.Any) || string.Equals(one.Tag.Value, tag, StringComparison.Ordinal));
}

/// <summary>
/// The version an edit, move, lock or vote rests on, from If-Match. A handler that takes one needs the header: 428 when it is absent
/// (RFC 6585), 400 when it is no strong tag of ours. The handler answers <see cref="RefusalKind.Stale"/> when the record has moved on.
/// </summary>
public readonly record struct ExpectedVersion(long Value) : IEndpointParameterMetadataProvider
{
    public static ValueTask<ExpectedVersion> BindAsync(HttpContext context)
    {
        var sent = context.Request.Headers.IfMatch;
        if (sent is []) throw new BadRequest("version-needed", status: StatusCodes.Status428PreconditionRequired);

        return EntityTagHeaderValue.TryParseStrictList([.. sent.OfType<string>()], out var tags) && tags is [{ IsWeak: false } tag]
            && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new(new ExpectedVersion(version))
            : throw new BadRequest("version-malformed");
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new RequestHeader("If-Match", "The record's ETag as you read it, such as \"12\".", [412, 428]));
}
