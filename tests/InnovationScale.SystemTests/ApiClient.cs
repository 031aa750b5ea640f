using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace InnovationScale;

/// <summary>
/// A person's script: talks to the API as <c>X-Person</c> says and gives every unsafe request an Idempotency-Key of its own unless the
/// test names one. Knows the API from outside only, so that a changed shape is noticed here.
/// </summary>
public sealed class ApiClient(HttpClient http, string? person)
{
    public string? Person => person;

    /// <summary>The same person over other connections.</summary>
    public ApiClient Over(HttpClient other) => new(other, person);

    public Task<Reply> Get(string path, string? ifNoneMatch = null) => Send(HttpMethod.Get, path, null, request =>
    {
        if (ifNoneMatch is not null) request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(ifNoneMatch));
    });

    public Task<Reply> Post(string path, object? body = null, string? key = null, string? ifMatch = null) => Send(HttpMethod.Post, path, Json(body), Unsafe(key, ifMatch));

    public Task<Reply> Put(string path, object? body = null, string? key = null, string? ifMatch = null) => Send(HttpMethod.Put, path, Json(body), Unsafe(key, ifMatch));

    public Task<Reply> Patch(string path, object? body = null, string? key = null, string? ifMatch = null) => Send(HttpMethod.Patch, path, Json(body), Unsafe(key, ifMatch));

    public Task<Reply> Delete(string path, string? key = null, string? ifMatch = null) => Send(HttpMethod.Delete, path, null, Unsafe(key, ifMatch));

    /// <summary>Sends content as it is: a CSV file, a multipart form, or something broken on purpose.</summary>
    public Task<Reply> Post(string path, HttpContent content, string? key = null, string? ifMatch = null) => Send(HttpMethod.Post, path, content, Unsafe(key, ifMatch));

    /// <summary>Sends anything, with headers as the test wants them and none of its own but the person.</summary>
    public async Task<Reply> Send(HttpMethod method, string path, HttpContent? content, Action<HttpRequestMessage>? headers = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (person is not null) request.Headers.Add("X-Person", person);
        headers?.Invoke(request);
        using var response = await http.SendAsync(request);
        return new Reply(
            response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(one => one.Key, one => string.Join(", ", one.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync());
    }

    private static Action<HttpRequestMessage> Unsafe(string? key, string? ifMatch) => request =>
    {
        request.Headers.Add("Idempotency-Key", $"\"{key ?? Guid.NewGuid().ToString()}\"");
        if (ifMatch is not null) request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(ifMatch));
    };

    private static JsonContent? Json(object? body) => body is null ? null : JsonContent.Create(body, body.GetType());
}

/// <summary>What the server said.</summary>
public sealed record Reply(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string? MediaType => Header("Content-Type")?.Split(';')[0];

    public string? ETag => Header("ETag");

    public JsonNode Json => JsonNode.Parse(Body) ?? throw new JsonException("The body is the word null.");

    /// <summary>The body as a record of the test's own.</summary>
    public T As<T>() => JsonSerializer.Deserialize<T>(Body, Web) ?? throw new JsonException("The body is the word null.");

    /// <summary>Fails with what the server said unless it is one of these.</summary>
    public Reply Expect(params HttpStatusCode[] statuses)
    {
        Assert.True(statuses.Contains(Status), $"Expected {string.Join(" or ", statuses)}, got {(int)Status}: {Body}");
        return this;
    }

    /// <summary>The problem document, with all that each of them must have.</summary>
    public ProblemDocument Problem()
    {
        Assert.Equal("application/problem+json", MediaType);
        var problem = As<ProblemDocument>();
        Assert.Equal((int)Status, problem.Status);
        Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", problem.Code);
        Assert.Equal($"/problems/{problem.Code}", problem.Type);
        Assert.NotEmpty(problem.Title);
        Assert.NotEmpty(problem.Detail);
        Assert.NotEmpty(problem.TraceId);
        return problem;
    }
}

/// <summary>An error as the API tells it (RFC 9457 with our members).</summary>
public sealed record ProblemDocument(string Type, string Title, int Status, string Code, string Detail, string TraceId)
{
    public string? Guard { get; init; }

    public IReadOnlyList<MissingGuard> Missing { get; init; } = [];

    public IReadOnlyList<MistakeFound> Errors { get; init; } = [];
}

public sealed record MissingGuard(string Code, string Sentence, string Who);

public sealed record MistakeFound(string Code, string Detail, string? Pointer = null, int? Row = null, string? Column = null);
