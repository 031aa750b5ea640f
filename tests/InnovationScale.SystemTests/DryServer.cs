using System.Security.Claims;
using System.Text.Json.Nodes;
using InnovationScale.Grants;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Safeguarding;
using InnovationScale.ScaleUp;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale;

/// <summary>
/// The server with its demonstration, in this process, in which every command is decided and nothing is kept: thousands of requests meet the same records.
/// Whoever asks is named by a header and has the roles that the test gave.
/// </summary>
public sealed class DryServer : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private readonly Chosen people = new();
    private WebApplicationFactory<Program> factory = null!;
    private SignInSetting setting = new(SignInMode.Accounts);

    public HttpClient Http { get; private set; } = null!;

    public JsonNode Description { get; private set; } = null!;

    internal DryGrains Grains { get; private set; } = null!;

    public IServiceProvider Services => factory.Services;

    public async Task InitializeAsync()
    {
        factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host.UseSetting("data", folder).UseSetting("demo", "true").ConfigureTestServices(services =>
        {
            services.AddTransient(_ => setting).AddSingleton<IPeople>(people).AddSingleton<IStartupFilter>(new Introducing(people));
            services.AddSingleton<IGrains>(s => Grains = new(new LocalGrains(s.GetRequiredService<Kinds>(), s.GetRequiredService<EventLog>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<GrainOptions>())));
        }));
        Http = factory.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });
        Description = JsonNode.Parse(await Http.GetStringAsync("/openapi/v1.json"))!;
        await Seed();
        Grains.IsDry = true;
    }

    public async Task DisposeAsync()
    {
        await factory.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    public void Introduce(IEnumerable<Principal> all) => people.All = all.ToDictionary(one => one.Person, StringComparer.Ordinal);

    /// <summary>Pages know a person by her browser, who has chosen; the API is asked as with accounts, where nobody chooses.</summary>
    public void Choosing(bool on) => setting = new(on ? SignInMode.LocalPeople : SignInMode.Accounts);

    public async Task<HttpResponseMessage> Ask(Principal who, HttpMethod method, string path, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (who.IsSignedIn) request.Headers.Add(SignIn.PersonHeader, who.Person);
        if (method != HttpMethod.Get)
        {
            request.Headers.Add("Idempotency-Key", $"\"{Guid.NewGuid()}\"");
            // No record stands there: what would be done is refused as stale, after it was asked who may.
            request.Headers.TryAddWithoutValidation("If-Match", "\"0\"");
        }

        return await Http.SendAsync(request);
    }

    private async Task Seed()
    {
        Stamp By(string person, Role role, string place, int n) => new(person, new(role, place), DateTimeOffset.UtcNow, $"seed-{n}");
        async Task Do<T>(string id, ICommand<T> command, Stamp stamp) where T : class, IAggregate<T>
        {
            if ((await Grains.Execute(id, command, stamp)).Refusal is { } refusal) throw new InvalidOperationException($"{id}: {refusal.Sentence}");
        }

        var amina = By("amina", Role.Teacher, "heron-bay", 1);
        await Do("elsewhere", new RegisterSchool("Elsewhere", "PE", "other"), By("system", Role.System, "", 2));
        await Do("draft", new StartPilot("A thought", "heron-bay"), amina);
        await Do("draft", new NameSecondAdult("ben", "casa-del-colibri"), amina with { CommandId = "seed-3" });
        await Do("undated", new DraftTrial("A plan", "friday-exit-cards", "v1", null, Preset.Standard, new Registration()), By("ndeye", Role.Researcher, "institute", 4));
        await Do("undated", new AddSite("heron-bay", null, null, new(2026, 1, 5)), By("ndeye", Role.Researcher, "institute", 5));
        await Do("worry", new RaiseIncident("friday-exit-cards-heron-bay", Severity.Soft, "A parent called."), amina with { CommandId = "seed-6" });
        await Do("quiet", new DraftCall(new() { Title = "A thought", Currency = "USD" }, 100_000), By("rana", Role.ProgrammeOfficer, "paper-boat-fund", 7));
        await Do("sealed", new DraftApplication("small-steps", new() { Title = "A thought" }) { Funder = "paper-boat-fund" }, amina with { CommandId = "seed-8" });
        await Do("asked", new DraftCase("A thought", "friday-exit-cards", "v1", "lantern-committee", Reach.Expand, Pathway.Horizontal) { VersionKnown = true, CommitteeKnown = true }, By("ndeye", Role.Researcher, "institute", 9));
    }

    private sealed class Chosen : IPeople
    {
        public Dictionary<string, Principal> All { get; set; } = [];

        public Task<IReadOnlyList<PersonListed>> List() => Task.FromResult<IReadOnlyList<PersonListed>>([.. All.Values.Select(Listed)]);

        public Task<PersonListed?> Find(string id) => Task.FromResult(All.TryGetValue(id, out var who) ? Listed(who) : null);

        private static PersonListed Listed(Principal who) => new(who.Person, who.Name, null, who.Roles);
    }

    /// <summary>Says who asks, as a session or a browser's choice would.</summary>
    private sealed class Introducing(Chosen people) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, then) =>
            {
                if (context.Request.Headers[SignIn.PersonHeader] is not [{ } id] || !people.All.TryGetValue(id, out var who)) return then(context);
                context.Features.Set(new CurrentPerson(who.Person, who.Name, who.Roles));
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("person", id)], "Cookies"));
                return then(context);
            });
            next(app);
        };
    }
}

/// <summary>Grains that decide as ever and, while they are dry, keep nothing.</summary>
internal sealed class DryGrains(LocalGrains inner) : IGrains, IDisposable
{
    public bool IsDry { get; set; }

    /// <summary>The command that came last, with its reason, as far as it came from a person.</summary>
    public string? Last { get; private set; }

    public async Task<Outcome> Execute<TAggregate>(string id, ICommand<TAggregate> command, Stamp stamp, long? expectedVersion = null) where TAggregate : class, IAggregate<TAggregate>
    {
        if (!IsDry) return await inner.Execute(id, command, stamp, expectedVersion);

        Last = $"{Streams.Of<TAggregate>(id)} {stamp.Actor} {stamp.Role} {stamp.Reason} {System.Text.Encoding.UTF8.GetString(Commands<TAggregate>.Write(command))}";
        var view = await inner.Look<TAggregate>(id);
        if (expectedVersion is { } expected && expected != view.Version) return Refusals.Stale(expected, view.Version);
        return view.State.Decide(command, stamp).Refusal is { } refusal ? refusal : new Receipt(Streams.Of<TAggregate>(id), view.Version + 1);
    }

    public Task<View<TAggregate>> Look<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate> => inner.Look<TAggregate>(id);

    public void Forget() => Last = null;

    public void Dispose() => inner.Dispose();
}
