extern alias system;
using System.Globalization;
using system::InnovationScale;
using system::InnovationScale.Reliability;
using Xunit.Abstractions;

namespace InnovationScale.Silo;

/// <summary>Three silos as processes, with PostgreSQL and Azurite: what several servers keep, a cluster keeps.</summary>
public sealed class SeveralSilos(ITestOutputHelper output) : SeveralNodes(output), IDisposable
{
    private readonly Azurite azurite = new();
    private readonly string cluster = Guid.NewGuid().ToString("n");

    private static string Program { get; } = Path.Combine(
        global::InnovationScale.Project.Root, "src", "InnovationScale.Silo", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "InnovationScale.Silo.dll");

    protected override int Nodes => 3;

    // Until the others have voted a dead silo out, its grains answer nobody: three missed probes of three seconds, and what a busy machine adds.
    protected override TimeSpan StandsStillMost => TimeSpan.FromSeconds(25);

    protected override Task<RunningServer> StartNode(string store, int number) => RunningServer.StartProgram(Program,
        "--sign-in", "local-people", "--store", store, "--azure-storage", azurite.ConnectionString, "--cluster-id", cluster,
        "--silo-port", Azurite.FreePort().ToString(CultureInfo.InvariantCulture), "--gateway-port", Azurite.FreePort().ToString(CultureInfo.InvariantCulture));

    // The others voted it out; it ends when it hears of that, at a time of its own, and whoever runs it starts it again.
    protected override async Task Woken(RunningServer node)
    {
        await node.Kill();
        await node.StartAgain();
    }

    [NeedsPostgresFact]
    public async Task Say_in_a_sentence_that_they_do_not_start_without_Azure_Storage()
    {
        using var postgres = new Postgres();
        string tables = $"http://127.0.0.1:{Azurite.FreePort()}/away", blobs = $"http://127.0.0.1:{Azurite.FreePort()}/away";
        var (exitCode, told) = await RunningServer.RunProgram(Program, "--urls", "http://127.0.0.1:0", "--store", postgres.NewDatabase(), "--vault-key", RunningServer.SharedVaultKey,
            "--azure-storage", $"DefaultEndpointsProtocol=http;AccountName=away;AccountKey=YXdheQ==;TableEndpoint={tables};BlobEndpoint={blobs}",
            "--silo-port", Azurite.FreePort().ToString(CultureInfo.InvariantCulture), "--gateway-port", Azurite.FreePort().ToString(CultureInfo.InvariantCulture));

        Assert.True(exitCode == 2, told);
        Assert.EndsWith("No silo starts without it; those that run go on.", told.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", told, StringComparison.Ordinal);
    }

    [NeedsPostgresFact]
    public Task Go_on_without_one_that_is_cut_off_from_the_database_and_take_it_back() => CutOneOff();

    public void Dispose() => azurite.Dispose();
}
