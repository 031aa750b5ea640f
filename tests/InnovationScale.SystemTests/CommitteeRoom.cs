using InnovationScale.Demonstration;
using InnovationScale.Serving;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace InnovationScale;

/// <summary>The whole product on a loopback port with the demonstration in it and a clock that the test moves: committees and calls wait for days, and conditions lapse on theirs.</summary>
public sealed class CommitteeRoom : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private readonly MovedClock clock = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private WebApplication app = null!;
    private Sweep sweep = null!;

    public Uri Address { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        string[] args = ["--demo", "--data", folder, "--urls", "http://127.0.0.1:0", "--applicationName", "InnovationScale.Server"];
        var settings = new Settings(args, ServerOptions.Keys);
        var options = ServerOptions.Read(settings);
        var builder = HttpServing.Builder(args, settings.Configuration, options);
        builder.Logging.ClearProviders();
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        builder.Services.AddEmbeddedGrains(options.OpenStore, options.OpenVault);
        // The test itself says when what is due is done.
        builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(Sweep)));
        app = builder.Build();
        sweep = ActivatorUtilities.CreateInstance<Sweep>(app.Services);
        app.UseWeb();
        app.MapProduct();
        var services = app.Services;
        await Lantern.Load(services.GetRequiredService<IGrains>(), services.GetRequiredService<EventLog>(), services.GetRequiredService<SqlLogStore>(), services.GetRequiredService<Access>());
        await app.StartAsync();
        Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        http.BaseAddress = Address;
    }

    public async Task DisposeAsync()
    {
        sweep.Dispose();
        await app.DisposeAsync();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public ApiClient As(string? person) => new(http, person);

    /// <summary>Every route of pages and API that is read.</summary>
    public IEnumerable<RouteEndpoint> Read => app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not { } methods || methods.HttpMethods.Contains("GET"));

    /// <summary>It is this day, and what has come due by then is done.</summary>
    public Task On(int year, int month, int day) => On(new DateOnly(year, month, day));

    /// <inheritdoc cref="On(int, int, int)"/>
    public async Task On(DateOnly day)
    {
        clock.Now = new(day, new(9, 0), TimeSpan.Zero);
        await Swept();
    }

    /// <summary>What follows from what has happened is done.</summary>
    public async Task Swept()
    {
        while (await sweep.RunDue() > 0)
        {
            // Steps may have left others.
        }
    }

    private sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
