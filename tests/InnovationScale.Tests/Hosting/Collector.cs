using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InnovationScale;

/// <summary>A collector of telemetry on loopback that keeps what it is sent. Words in protobuf are plain UTF-8.</summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, string Body)> received = new();
    private readonly WebApplication app;

    private Collector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/v1/{signal}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            received.Enqueue((request.Path, Encoding.Latin1.GetString(body.ToArray())));
        });
    }

    public string Address => app.Urls.Single();

    /// <summary>All that came to a path.</summary>
    public string At(string path) => string.Concat(received.Where(one => one.Path == path).Select(one => one.Body));

    public static async Task<Collector> Start()
    {
        var collector = new Collector();
        await collector.app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
