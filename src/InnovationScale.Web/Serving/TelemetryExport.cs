using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace InnovationScale.Serving;

/// <summary>
/// Sends what the product, ASP.NET Core, the runtime and the cluster tell of themselves to a collector, from the host's start to its stop. Nothing about a
/// person leaves: see <see cref="OnlyKnownTags"/>.
/// </summary>
/// <param name="collector">Where it takes OTLP over HTTP.</param>
public sealed class TelemetryExport(Uri collector) : IHostedService, IDisposable
{
    /// <summary>For the last of it to be sent when the host stops; a collector that is away holds up nothing for longer.</summary>
    private const int FlushMilliseconds = 2_000;

    private TracerProvider? tracer;
    private MeterProvider? meter;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        tracer = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(Limits()))
            .ConfigureResource(Describe)
            // A stranger's request does not decide whether it is seen.
            .SetSampler(new AlwaysOnSampler())
            .AddSource(Telemetry.Name, "Microsoft.AspNetCore", "Microsoft.Orleans.Application")
            .AddProcessor(new OnlyKnownTags())
            .AddOtlpExporter(to => Send(to, "v1/traces"))
            .Build();
        meter = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(Limits()))
            .ConfigureResource(Describe)
            .AddMeter(Telemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Microsoft.Orleans")
            .AddOtlpExporter(to => Send(to, "v1/metrics"))
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => tracer?.Shutdown(FlushMilliseconds), CancellationToken.None),
        Task.Run(() => meter?.Shutdown(FlushMilliseconds), CancellationToken.None));

    public void Dispose()
    {
        tracer?.Dispose();
        meter?.Dispose();
    }

    /// <summary>Settings are the product's, not the SDK's own environment. Events of spans are not sent: they hold the messages of exceptions.</summary>
    private static IConfiguration Limits() => new ConfigurationBuilder().AddInMemoryCollection([new("OTEL_SPAN_EVENT_COUNT_LIMIT", "0")]).Build();

    private static void Describe(ResourceBuilder resource) => resource.Clear()
        .AddService("innovationscale", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3), serviceInstanceId: $"{Environment.MachineName}/{Environment.ProcessId}");

    private void Send(OtlpExporterOptions to, string path) =>
        (to.Protocol, to.Endpoint) = (OtlpExportProtocol.HttpProtobuf, new Uri($"{collector.AbsoluteUri.TrimEnd('/')}/{path}"));

    /// <summary>
    /// The gate through which every span leaves: what is not known to be free of personal data is taken off. Frameworks tag addresses and the
    /// ids of grains, and both may name a person.
    /// </summary>
    private sealed class OnlyKnownTags : BaseProcessor<Activity>
    {
        private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
        {
            "http.request.method", "http.route", "http.response.status_code", "error.type", "rpc.system", "rpc.service", "rpc.method",
        };

        public override void OnEnd(Activity data)
        {
            foreach (var (name, _) in data.TagObjects.ToList())
                if (!Known.Contains(name) && !name.StartsWith("innovationscale.", StringComparison.Ordinal)) data.SetTag(name, null);
            if (data.Status is ActivityStatusCode.Error) data.SetStatus(ActivityStatusCode.Error);
            data.TraceStateString = null;
        }
    }
}

/// <summary>Says on a request's span which route it took and how it ended; the framework says neither.</summary>
internal sealed class RequestSpans : IStartupFilter
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(Describe);
        next(app);
    };

    private static async Task Describe(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } span)
            {
                // A method is a word of the client's own choice too.
                var method = Methods.Contains(context.Request.Method) ? context.Request.Method : "_OTHER";
                var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "no route";
                span.DisplayName = $"{method} {route}";
                span.SetTag("http.request.method", method).SetTag("http.route", route).SetTag("http.response.status_code", context.Response.StatusCode);
                if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError) span.SetStatus(ActivityStatusCode.Error);
            }
        }
    }
}
