using InnovationScale.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace InnovationScale.SystemTests.House;

/// <summary>The house of pages and API on a loopback port, with two people and a few routes that go wrong in every way there is.</summary>
public sealed class RunningHouse : IAsyncLifetime
{
    private readonly DirectoryInfo keys = Directory.CreateTempSubdirectory("house-");
    private WebApplication app = null!;

    public Uri Address { get; private set; } = null!;

    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };

    public async Task InitializeAsync()
    {
        // Named after the server, whose list of pages and static files it borrows.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "InnovationScale.Server", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseSetting("ReloadStaticAssetsAtRuntime", "false");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 64 * 1_024);
        builder.Services.AddSingleton<IPeople, TwoPeople>();
        builder.Services.AddWeb(new Site(Demo: true, SignInIsOn: true, Sections: []), SignInMode.LocalPeople, https: false, protection => protection.PersistKeysToFileSystem(keys));
        app = builder.Build();
        app.UseWeb();
        app.MapWeb();
        var api = app.MapGroup("/api/v1/house");
        api.MapGet("/away", IResult () => throw new StoreUnavailableException("The disk is full."));
        api.MapGet("/fault", IResult () => throw new InvalidOperationException("A secret of the inside."));
        api.MapGet("/me", (CurrentPerson person) => TypedResults.Ok(person));
        api.MapGet("/versioned", () => Api.Answer.Versioned(new Thing("a"), 7));
        api.MapPut("/versioned", (Thing thing, Api.IdempotencyKey key, Api.ExpectedVersion version) => TypedResults.Ok(new Told(thing.Name, key.Value, version.Value)));
        api.MapGet("/list", (Api.PageAsked page, HttpContext context) => TypedResults.Ok(Api.Page<int>.Of(context, [page.Limit], page.Keys(1) is null ? Api.Cursor.Write("z") : null)));
        app.MapGet("/en/away", IResult () => throw new StoreUnavailableException("The disk is full."));
        await app.StartAsync();
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async Task DisposeAsync()
    {
        await app.DisposeAsync();
        keys.Delete(recursive: true);
    }

    public sealed record Thing(string Name);

    public sealed record Told(string Name, string Key, long Version);

    private sealed class TwoPeople : IPeople
    {
        private static readonly PersonListed[] All =
        [
            new("amina", "Amina", new("Heron Bay", "KE"), [new HeldRole(Role.Teacher, "heron-bay")]),
            new("mateo", "Mateo", new("Casa del Colibrí", "CO"), [new HeldRole(Role.SchoolLead, "casa-del-colibri")]),
        ];

        public Task<IReadOnlyList<PersonListed>> List() => Task.FromResult<IReadOnlyList<PersonListed>>(All);

        public Task<PersonListed?> Find(string id) => Task.FromResult(All.FirstOrDefault(person => person.Id == id));
    }
}
