using System.Net;
using InnovationScale.Serving;

namespace InnovationScale.Silo;

/// <summary>What a silo can be told beside what every host can: where the cluster meets and how its silos find each other.</summary>
public sealed class SiloOptions
{
    public static IReadOnlyList<string> Keys { get; } =
        [nameof(AzureStorage), nameof(ClusterId), nameof(ServiceId), nameof(SiloPort), nameof(GatewayPort), nameof(Advertise), nameof(CollectAfterMinutes), nameof(AnswerWithinSeconds), nameof(ProbeSeconds), nameof(ProbesMissed)];

    /// <summary>Connection string of the storage account that keeps membership (tables) and snapshots (blobs). A secret: hand it in a file.</summary>
    public string AzureStorage { get; init; } = "";

    /// <summary>Names one deployment: its silos form one cluster.</summary>
    public string ClusterId { get; init; } = "innovationscale";

    /// <summary>Names the product over all its deployments: snapshots are kept under it.</summary>
    public string ServiceId { get; init; } = "innovationscale";

    public int SiloPort { get; init; } = 11_111;

    public int GatewayPort { get; init; } = 30_000;

    /// <summary>The address at which other silos reach this one: <c>loopback</c>, <c>host</c> (this machine's own address), or an IP address.</summary>
    public string Advertise { get; init; } = "loopback";

    /// <summary>A grain that nobody used for so long leaves the memory.</summary>
    public int CollectAfterMinutes { get; init; } = 10;

    /// <summary>How long one silo waits for another's answer.</summary>
    public int AnswerWithinSeconds { get; init; } = 10;

    /// <summary>Silos ask each other so often whether they live, and wait for an answer for as long.</summary>
    public int ProbeSeconds { get; init; } = 3;

    /// <summary>After so many answers missed in a row, a silo votes for another to be out.</summary>
    public int ProbesMissed { get; init; } = 3;

    /// <summary>Reads and checks; mistakes are the settings'.</summary>
    public static SiloOptions Read(Settings from)
    {
        var defaults = new SiloOptions();
        var options = new SiloOptions
        {
            AzureStorage = from.Text(nameof(AzureStorage), defaults.AzureStorage),
            ClusterId = from.Text(nameof(ClusterId), defaults.ClusterId),
            ServiceId = from.Text(nameof(ServiceId), defaults.ServiceId),
            SiloPort = from.Count(nameof(SiloPort), defaults.SiloPort, 1, 65_535),
            GatewayPort = from.Count(nameof(GatewayPort), defaults.GatewayPort, 1, 65_535),
            Advertise = from.Text(nameof(Advertise), defaults.Advertise),
            CollectAfterMinutes = from.Count(nameof(CollectAfterMinutes), defaults.CollectAfterMinutes, 2, 1_440),
            AnswerWithinSeconds = from.Count(nameof(AnswerWithinSeconds), defaults.AnswerWithinSeconds, 1, 60),
            ProbeSeconds = from.Count(nameof(ProbeSeconds), defaults.ProbeSeconds, 1, 60),
            ProbesMissed = from.Count(nameof(ProbesMissed), defaults.ProbesMissed, 2, 20),
        };
        options.Check(from);
        return options;
    }

    private void Check(Settings from)
    {
        if (string.IsNullOrWhiteSpace(AzureStorage)) from.Wrong(nameof(AzureStorage), "is needed: the connection string of the storage account where silos meet, or UseDevelopmentStorage=true.");
        if (from.Text(nameof(ServerOptions.Store)) is null) from.Wrong(nameof(ServerOptions.Store), "is needed: silos share their log in PostgreSQL, such as “Host=db.example.org;Database=innovationscale”.");
        if (from.Text(nameof(ServerOptions.VaultKey)) is null) from.Wrong(nameof(ServerOptions.VaultKey), "is needed: silos share the key that opens what is known of people. Hand it in a file, with --vault-key-file.");
        if (string.IsNullOrWhiteSpace(ClusterId)) from.Wrong(nameof(ClusterId), "names the cluster.");
        if (string.IsNullOrWhiteSpace(ServiceId)) from.Wrong(nameof(ServiceId), "names the service.");
        if (SiloPort == GatewayPort) from.Wrong(nameof(GatewayPort), "differs from the silo's port.");
        if (Advertise is not ("loopback" or "host") && !IPAddress.TryParse(Advertise, out _)) from.Wrong(nameof(Advertise), $"is loopback, host or an IP address, not “{Advertise}”.");
    }
}
