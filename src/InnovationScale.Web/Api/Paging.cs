using System.Buffers.Text;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Metadata;

namespace InnovationScale.Api;

/// <summary>
/// Where a list goes on: the sort keys of the last row shown, so that rows inserted meanwhile are neither skipped nor shown twice.
/// Opaque to clients. Not signed: it selects nothing that the same person could not ask for with filters, and a forged one is only a
/// place in the list.
/// </summary>
public static class Cursor
{
    private const int LengthMax = 1_000;

    public static string Write(params string[] keys) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes((string[])["1", .. keys]));

    /// <summary>The keys, or null when this is no cursor of <paramref name="count"/> keys made by <see cref="Write"/>.</summary>
    public static string[]? Read(string cursor, int count)
    {
        if (cursor.Length > LengthMax || !Base64Url.IsValid(cursor)) return null;

        try
        {
            return JsonSerializer.Deserialize<string?[]>(Base64Url.DecodeFromChars(cursor)) is ["1", .. var keys] && keys.Length == count && keys.All(key => key is not null)
                ? [.. keys.OfType<string>()]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Which part of a list is asked for: <c>?limit=50&amp;after=…</c>, at most 500 at once.</summary>
public readonly record struct PageAsked(int Limit, string? After) : IEndpointParameterMetadataProvider
{
    public const int LimitDefault = 50;

    public const int LimitMax = 500;

    /// <summary>The keys to go on after; null for the list's start.</summary>
    /// <exception cref="BadRequest">The cursor is not one of ours.</exception>
    public string[]? Keys(int count) => After is null ? null : Cursor.Read(After, count) ?? throw new BadRequest("cursor-malformed");

    public static ValueTask<PageAsked> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var limit = LimitDefault;
        if (query["limit"] is [{ } asked]
            && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > LimitMax))
        {
            throw new BadRequest("limit-out-of-range");
        }

        return new(new PageAsked(limit, query["after"] is [{ Length: > 0 } after] ? after : null));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new Paged());
}

/// <summary>A part of a list. <see cref="Next"/> is the address of the next part, also in the header Link (RFC 8288); null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>A part of the list, and where it goes on when <paramref name="after"/> says so. The request's filters are kept in the address.</summary>
    public static Page<T> Of(HttpContext context, IReadOnlyList<T> items, string? after)
    {
        if (after is null) return new(items, null);

        var query = new QueryBuilder(context.Request.Query
            .Where(one => one.Key is not "after")
            .SelectMany(one => one.Value.Select(value => KeyValuePair.Create(one.Key, value ?? ""))))
        {
            { "after", after },
        };
        var next = context.Request.PathBase + context.Request.Path + query;
        context.Response.Headers.Append("Link", $"<{next}>; rel=\"next\"");
        return new(items, next);
    }
}
