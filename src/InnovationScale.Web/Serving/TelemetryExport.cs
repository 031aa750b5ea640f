using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace InnovationScale.Serving;

/// <summary>
/// Sends what the product, ASP.NET Core, the runtime and the cluster tell of themselves to a collector, from the host's start to its stop. Nothing about a
/// person leaves: see <see cref="OnlyKnownTags"/> and <see cref="OnlyKnownWords"/>.
/// </summary>
/// <param name="collector">Where it takes OTLP over HTTP.</param>
/// <param name="logs">Where the host's log lines go; it is closed with the rest.</param>
public sealed class TelemetryExport(Uri collector, LoggerProvider? logs = null) : IHostedService, IDisposable
{
    /// <summary>For the last of it to be sent when the host stops; a collector that is away holds up nothing for longer.</summary>
    private const int FlushMilliseconds = 3_000;

    private TracerProvider? tracer;
    private MeterProvider? meter;

    /// <summary>Sends all that this host tells: first in, last out, so that it hears the others stop.</summary>
    public static void AddTo(IHostApplicationBuilder builder, Uri collector)
    {
        builder.Services.AddSingleton<IStartupFilter, RequestSpans>().AddHostedService(services => new TelemetryExport(collector, services.GetRequiredService<LoggerProvider>()));
        builder.Logging.AddOpenTelemetry(lines =>
        {
            var resource = ResourceBuilder.CreateEmpty();
            Describe(resource);
            (lines.IncludeFormattedMessage, lines.IncludeScopes, lines.ParseStateValues) = (false, false, true);
            lines.SetResourceBuilder(resource).AddProcessor(new OnlyKnownWords()).AddOtlpExporter(to => Send(to, collector, "v1/logs"));
        });
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        tracer = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(Limits()))
            .ConfigureResource(Describe)
            // A stranger's request does not decide whether it is seen.
            .SetSampler(new AlwaysOnSampler())
            .AddSource(Telemetry.Name, "Microsoft.AspNetCore", "Microsoft.Orleans.Application")
            .AddProcessor(new OnlyKnownTags())
            .AddOtlpExporter(to => Send(to, collector, "v1/traces"))
            .Build();
        meter = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(Limits()))
            .ConfigureResource(Describe)
            .AddMeter(Telemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Microsoft.Orleans")
            .AddOtlpExporter(to => Send(to, collector, "v1/metrics"))
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => tracer?.Shutdown(FlushMilliseconds), CancellationToken.None),
        Task.Run(() => meter?.Shutdown(FlushMilliseconds), CancellationToken.None),
        Task.Run(() => logs?.Shutdown(FlushMilliseconds), CancellationToken.None));

    public void Dispose()
    {
        tracer?.Dispose();
        meter?.Dispose();
    }

    /// <summary>Settings are the product's, not the SDK's own environment. Events of spans are not sent: they hold the messages of exceptions.</summary>
    private static IConfiguration Limits() => new ConfigurationBuilder().AddInMemoryCollection([new("OTEL_SPAN_EVENT_COUNT_LIMIT", "0")]).Build();

    private static void Describe(ResourceBuilder resource) => resource.Clear()
        .AddService("innovationscale", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3), serviceInstanceId: $"{Environment.MachineName}/{Environment.ProcessId}");

    private static void Send(OtlpExporterOptions to, Uri collector, string path) =>
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

    /// <summary>
    /// The gate through which every log line leaves: of a line of the product's own the sentence as it stands in the code, without what was filled in, and the
    /// values that are known to be counts and codes; of others' lines where they come from and what they are called. Exceptions leave as their type.
    /// </summary>
    private sealed class OnlyKnownWords : BaseProcessor<LogRecord>
    {
        private const string Sentence = "{OriginalFormat}";
        private static readonly HashSet<string> Known = new(StringComparer.Ordinal) { "Count", "Attempt", "Kind", "Command", "Code" };

        public override void OnEnd(LogRecord data)
        {
            var isOwn = data.CategoryName?.StartsWith($"{Telemetry.Name}.", StringComparison.Ordinal) is true;
            var said = isOwn ? data.Attributes?.ToList() ?? [] : [];
            data.Body = said.FirstOrDefault(one => one.Key == Sentence).Value as string ?? data.EventId.Name ?? data.CategoryName;
            data.Attributes =
            [
                .. said.Where(one => Known.Contains(one.Key)),
                .. data.Exception is { } fault ? [new KeyValuePair<string, object?>("exception.type", fault.GetType().FullName)] : Array.Empty<KeyValuePair<string, object?>>(),
            ];
            (data.Exception, data.FormattedMessage) = (null, null);
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
