using System.Net;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Orleans.Configuration;

namespace InnovationScale.Silo;

/// <summary>How a silo of the product is put together.</summary>
public static class Cluster
{
    /// <summary>Membership in Azure tables, snapshots in Azure blobs, and the product's grains.</summary>
    public static ISiloBuilder AddProductGrains(this ISiloBuilder silo, SiloOptions options)
    {
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, options.ServiceId));
        _ = options.Advertise switch
        {
            "loopback" => silo.ConfigureEndpoints(IPAddress.Loopback, options.SiloPort, options.GatewayPort),
            "host" => silo.ConfigureEndpoints(options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: true),
            var address => silo.ConfigureEndpoints(IPAddress.Parse(address), options.SiloPort, options.GatewayPort),
        };
        silo.UseAzureStorageClustering(tables => tables.TableServiceClient = new TableServiceClient(options.AzureStorage));
        silo.Configure<GrainCollectionOptions>(collection => collection.CollectionAge = TimeSpan.FromMinutes(options.CollectAfterMinutes));
        silo.Configure<ClusterMembershipOptions>(members =>
        {
            // A silo that does not answer for so long is voted out: its grains move, and a machine that merely paused has to start its silo again.
            (members.ProbeTimeout, members.NumMissedProbesLimit) = (TimeSpan.FromSeconds(options.ProbeSeconds), options.ProbesMissed);
            // Orleans waits as long as it has learnt to, within these.
            (members.MinProbeTimeout, members.MaxProbeTimeout) = (members.ProbeTimeout / 2, members.ProbeTimeout);
            // A message is no sign of life: where all silos were killed at once, a new one says no at the address of its predecessor, which would never be voted out.
            members.EnableConnectionLivenessCheck = false;
            // Two silos must agree, and the last probe goes through a third. Waiting longer where a silo believes itself busy, as Orleans does unless told
            // otherwise, multiplies the time by up to nine exactly when a silo is lost, for that is what makes the others busy.
            members.ExtendProbeTimeoutDuringDegradation = false;
        });
        silo.Configure<SiloMessagingOptions>(messages => messages.ResponseTimeout = TimeSpan.FromSeconds(options.AnswerWithinSeconds));
        silo.AddSnapshots(new BlobServiceClient(options.AzureStorage, Impatient(new BlobClientOptions())));
        return silo.AddGrainHost(ProductGrains.Interfaces);
    }

    /// <summary>The storage account's part in why a silo did not start, in a sentence; none where it is not to blame.</summary>
    public static string? WhyNotStarted(Exception taken) => ((taken as AggregateException)?.InnerException ?? taken) is RequestFailedException away
        ? $"Azure Storage, where silos meet, cannot be used: {away.Message.Split('\n')[0].Trim()} No silo starts without it; those that run go on."
        : null;

    /// <summary>Snapshots in blobs of this account.</summary>
    public static ISiloBuilder AddSnapshots(this ISiloBuilder silo, BlobServiceClient blobs)
    {
        silo.AddAzureBlobGrainStorage(BlobSnapshots.Name, storage =>
        {
            storage.BlobServiceClient = blobs;
            storage.ContainerName = "grain-snapshots";
            storage.GrainStorageSerializer = new StoredJsonStorage();
        });
        silo.Services.AddSingleton<ISnapshots, BlobSnapshots>();
        return silo;
    }

    /// <summary>The grains of these interfaces on what the container holds: kinds, log, snapshots.</summary>
    public static ISiloBuilder AddGrainHost(this ISiloBuilder silo, IReadOnlyDictionary<Type, Type> interfaces)
    {
        // A trace goes with the call to whichever silo answers it.
        silo.AddActivityPropagation();
        silo.AddPlacementDirector<WhereTheLogIs, WhereTheLogIsDirector>();
        silo.Services.AddSingleton<GrainHost>().AddHostedService<LogBeforeGrains>();
        silo.Services.AddSingleton<IGrains>(s => new ClusterGrains(s.GetRequiredService<IGrainFactory>(), interfaces));
        return silo;
    }

    /// <summary>Has the log opened before any grain asks for it: opening blocks, and a grain's own thread is none to block.</summary>
    private sealed class LogBeforeGrains(Storage.EventLog log) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => log.IsAway ? throw new StoreUnavailableException("The log could not be opened.") : Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    // A snapshot is not worth waiting for.
    private static BlobClientOptions Impatient(BlobClientOptions options)
    {
        (options.Retry.MaxRetries, options.Retry.Mode, options.Retry.NetworkTimeout) = (1, RetryMode.Fixed, TimeSpan.FromSeconds(2));
        return options;
    }
}
