using System.Text.Json;
using InnovationScale.People;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace InnovationScale.Api;

/// <summary>
/// Answers kept as the bytes they were, to be sent again to the same person while nothing at all has been written since: what many ask for costs them a look at
/// the log's end. A few seconds at most, for days and roles end without anything being written.
/// </summary>
internal sealed class KeptAnswers(SqlLogStore store, IPeople people, TimeProvider clock, IOptions<JsonOptions> json) : IDisposable
{
    private const string Type = "application/json; charset=utf-8";
    private const long BytesMost = 32 << 20, BytesOfPerson = 512;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // What an endpoint says beside its body.
    private static readonly string[] Said = ["ETag", "Link", "Cache-Control", "Vary"];

    private readonly MemoryCache kept = new(new MemoryCacheOptions { SizeLimit = BytesMost });

    /// <summary>Who asks, for an answer that may be kept: the end of the log is looked at once, for the person and for the answer.</summary>
    public async Task<Principal?> Known(HttpContext http, string id)
    {
        var asOf = new AsOf(await store.End(), DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        http.Features.Set(asOf);
        if (kept.TryGetValue(id, out KnownPerson? known) && known!.AsOf == asOf) return known.Person;

        var person = await people.Known(id);
        kept.Set(id, new KnownPerson(asOf, person), new MemoryCacheEntryOptions { Size = BytesOfPerson, AbsoluteExpirationRelativeToNow = Longest });
        return person;
    }

    public async ValueTask<object?> Answer(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var who = CurrentPerson.PrincipalOf(http);
        var asked = (who.Person, string.Join(' ', who.Roles), http.Request.Path.Value, http.Request.QueryString.Value, http.Request.Headers.Accept.ToString());
        // Looked at before the answer is made: what is written meanwhile may be in it, but is never missing from one that is sent again.
        var end = http.Features.Get<AsOf>()?.End ?? await store.End();
        if (kept.TryGetValue(asked, out Kept? known) && known!.End == end)
        {
            foreach (var (name, said) in known.Headers) http.Response.Headers[name] = said;
            return TypedResults.Bytes(known.Body, Type);
        }

        var answer = await next(context);
        if (answer is not IValueHttpResult { Value: { } value } || answer is not IStatusCodeHttpResult { StatusCode: StatusCodes.Status200OK }) return answer;

        var body = JsonSerializer.SerializeToUtf8Bytes(value, json.Value.SerializerOptions.GetTypeInfo(value.GetType()));
        var made = new Kept(end, body, [.. Said.Where(name => http.Response.Headers.ContainsKey(name)).Select(name => (name, http.Response.Headers[name]))]);
        kept.Set(asked, made, new MemoryCacheEntryOptions { Size = body.Length, AbsoluteExpirationRelativeToNow = Longest });
        return TypedResults.Bytes(body, Type);
    }

    public void Dispose() => kept.Dispose();

    /// <summary>What a request was answered by: a role may end with the day.</summary>
    private sealed record AsOf(long End, DateOnly Day);

    private sealed record KnownPerson(AsOf AsOf, Principal? Person);

    private sealed record Kept(long End, byte[] Body, IReadOnlyList<(string Name, StringValues Value)> Headers);
}

internal static class KeptAnswersRouting
{
    /// <summary>Keeps what this endpoint answers for a few seconds, while nothing is written.</summary>
    public static RouteHandlerBuilder Kept(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(Mark).AddEndpointFilter((context, next) => context.HttpContext.RequestServices.GetRequiredService<KeptAnswers>().Answer(context, next));

    public static bool KeepsAnswers(this HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<KeptMark>() is not null;

    private static readonly KeptMark Mark = new();

    private sealed class KeptMark;
}
