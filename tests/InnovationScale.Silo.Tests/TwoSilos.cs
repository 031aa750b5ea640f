using System.Diagnostics;
using Azure.Storage.Blobs;
using InnovationScale.Hosting;
using InnovationScale.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Concurrency;
using Orleans.TestingHost;
using EventLog = InnovationScale.Storage.EventLog;

namespace InnovationScale.Silo;

[Alias("tally")]
public interface ITallyGrain : IAggregateGrain;

[GrainType("tally"), Reentrant]
internal sealed class TallyGrain(GrainHost host) : AggregateGrain<Tally>(host), ITallyGrain;

/// <summary>Two silos in this process, on a PostgreSQL server and an Azurite of their own.</summary>
public sealed class TwoSilos : IAsyncLifetime
{
    public const string Name = "two silos";

    public static IReadOnlyDictionary<Type, Type> Interfaces { get; } = new Dictionary<Type, Type> { [typeof(Tally)] = typeof(ITallyGrain) };
    private readonly string database;

    public TwoSilos() => database = Server.NewDatabase();

    public Postgres Server { get; } = new();

    public Azurite Azurite { get; } = new();

    public BlobServiceClient Blobs => new(Azurite.ConnectionString);

    public InProcessTestCluster Cluster { get; private set; } = null!;

    /// <summary>The product's side of the cluster, as pages see it.</summary>
    public IGrains Grains { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(TimeProvider.System).AddSingleton(Tally.Kinds).AddSingleton(new GrainOptions { PauseMost = TimeSpan.FromMilliseconds(20) });
            silo.Services.AddSingleton(_ => Beside());
            silo.AddSnapshots(Blobs);
            silo.AddGrainHost(Interfaces);
        });
        builder.ConfigureClient(client => client.AddActivityPropagation());
        Cluster = builder.Build();
        await Cluster.DeployAsync();
        Grains = new ClusterGrains(Cluster.Client, Interfaces);
    }

    /// <summary>Every grain leaves the memory of every silo.</summary>
    public Task Forget() => Cluster.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    /// <summary>A log of its own on the cluster's database.</summary>
    public EventLog Beside()
    {
        var log = new EventLog(new SqlLogStore(new PostgresEngine(database), Tally.Kinds), TimeProvider.System, NullLogger<EventLog>.Instance,
            new() { ReopenAfter = TimeSpan.FromMilliseconds(50) });
        log.Start();
        return log;
    }

    public async Task DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Azurite.Dispose();
        Server.Dispose();
    }
}

[CollectionDefinition(TwoSilos.Name)]
public sealed class TwoSilosCollection : ICollectionFixture<TwoSilos>;

/// <summary>The cluster keeps the contract of every host.</summary>
[Collection(TwoSilos.Name)]
public sealed class GrainsOfACluster(TwoSilos silos) : HostContract
{
    protected override Task<IGrains> Start() => Task.FromResult(silos.Grains);

    protected override async Task<IGrains> Restart()
    {
        await silos.Forget();
        return silos.Grains;
    }

    protected override Task Stop() => Task.CompletedTask;

    [Fact]
    public async Task What_has_not_changed_does_not_travel_again_and_what_has_is_seen_at_once()
    {
        const string id = "looked-at";
        using var elsewhere = new ClusterGrains(silos.Cluster.Client, TwoSilos.Interfaces);
        await silos.Grains.Execute(id, new Count(1, Times: 100), By("1"));
        var grain = silos.Cluster.Client.GetGrain<ITallyGrain>(id);
        var whole = await grain.Look(null);
        var known = whole.AsSeen<Tally>(null);

        Assert.Equal(("same", 0), ((await grain.Look(known.Hash)).Name, (await grain.Look(known.Hash)).Json.Length));
        Assert.InRange(whole.Json.Length, 500, int.MaxValue);
        // One object: nothing was read from JSON a second time.
        var first = await silos.Grains.Look<Tally>(id);
        Assert.Same(first.State, (await silos.Grains.Look<Tally>(id)).State);

        for (var n = 1; n <= 5; n++)
        {
            await elsewhere.Execute(id, new Count(1), By($"other-{n}"));
            var now = await silos.Grains.Look<Tally>(id);
            Assert.Equal((100 + n, 100L + n), (now.State.Total, now.Version));
            Assert.Equal("view", (await grain.Look(known.Hash)).Name);
        }

        await silos.Forget();
        Assert.Equal(105, (await silos.Grains.Look<Tally>(id)).State.Total);

        static Stamp By(string command) => new("amina", new(Role.Teacher, "heron-bay"), DateTimeOffset.UnixEpoch, $"looked-at-{command}");
    }

    [Fact]
    public async Task A_trace_goes_with_a_call_to_whichever_silo_answers_it()
    {
        var appends = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Telemetry.Name or "Microsoft.Orleans.Application",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.OperationName is "append") appends.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var root = new Activity("test").Start();

        for (var n = 0; n < 8; n++) await silos.Grains.Execute($"traced{n}", new Count(1), new("amina", new(Role.Teacher, "heron-bay"), DateTimeOffset.UnixEpoch, $"traced{n}"));

        var asked = appends.SelectMany(append => append.Links).Where(link => link.Context.TraceId == root.TraceId).ToList();
        Assert.Equal(8, asked.Select(link => link.Context.SpanId).Distinct().Count());
        Assert.DoesNotContain(asked, link => link.Context.SpanId == root.SpanId);
    }
}
