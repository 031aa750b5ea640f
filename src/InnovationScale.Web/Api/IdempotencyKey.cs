using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace InnovationScale.Api;

/// <summary>
/// The client's own name for a request, which becomes the command's id: sent again, it takes effect once
/// (draft-ietf-httpapi-idempotency-key-header-07). A handler of an unsafe method takes one; 400 when the header is absent or unreadable.
/// The draft's value is a quoted string; bare values are accepted too, since many clients send them.
/// </summary>
public readonly record struct IdempotencyKey(string Value) : IEndpointParameterMetadataProvider
{
    public const string Header = "Idempotency-Key";

    public const int LengthMax = 128;

    public static ValueTask<IdempotencyKey> BindAsync(HttpContext context) => context.Request.Headers[Header] switch
    {
        [] => throw new BadRequest("idempotency-key-needed"),
        [{ } sent] when TryParse(sent, out var key) => new(key),
        _ => throw new BadRequest("idempotency-key-malformed"),
    };

    public static bool TryParse(string sent, out IdempotencyKey key)
    {
        var quoted = sent is ['"', .., '"'];
        var value = quoted ? Unescape(sent.AsSpan(1, sent.Length - 2)) : sent;
        key = new(value ?? "");
        return value is { Length: > 0 and <= LengthMax } && value.All(one => one is >= '!' and <= '~') && (quoted || !value.Contains('"', StringComparison.Ordinal));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new RequestHeader(Header, "Your own name for this request; sent again, it takes effect once. A UUID does.", [400]));

    /// <summary>RFC 8941, 3.3.3: a backslash stands before a quote or a backslash and nothing else.</summary>
    private static string? Unescape(ReadOnlySpan<char> inside)
    {
        var value = new System.Text.StringBuilder(inside.Length);
        for (var at = 0; at < inside.Length; at++)
        {
            if (inside[at] is '"') return null;
            if (inside[at] is '\\' && (++at == inside.Length || inside[at] is not ('"' or '\\'))) return null;

            value.Append(inside[at]);
        }

        return value.ToString();
    }
}
