using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace InnovationScale.Silo;

/// <summary>
/// The emulator of Azure Storage as the tests use it: in a temporary folder, on ports of its own, ended by SIGTERM, for it loses acknowledged writes
/// when it is killed. It can be frozen.
/// </summary>
public sealed partial class Azurite : IDisposable
{
    private const int SigTerm = 15, SigCont = 18, SigStop = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-azurite-").FullName;
    private readonly Process process;

    public Azurite()
    {
        var (blobs, queues, tables) = (FreePort(), FreePort(), FreePort());
        var start = new ProcessStartInfo("node",
            [Program, "--silent", "--skipApiVersionCheck", "--disableTelemetry", "--location", folder,
             "--blobPort", Text(blobs), "--queuePort", Text(queues), "--tablePort", Text(tables)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        process = Process.Start(start) ?? throw new InvalidOperationException("Azurite did not start.");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Array.ForEach([blobs, tables], Answers);
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
            + $"BlobEndpoint=http://127.0.0.1:{blobs}/{Account};TableEndpoint=http://127.0.0.1:{tables}/{Account};";
    }

    // Published by Microsoft for the emulator; it opens nothing else.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>Installed by tests/run.</summary>
    private static string Program
    {
        get
        {
            var installed = Path.Combine(Project.Root, "artifacts", "azurite", "node_modules", "azurite", "dist", "src", "azurite.js");
            return File.Exists(installed) ? installed : throw new FileNotFoundException("Azurite is not installed: tests/run tests/InnovationScale.Silo.Tests installs it.");
        }
    }

    public string ConnectionString { get; }

    public void Freeze() => Signal(process.Id, SigStop);

    public void Thaw() => Signal(process.Id, SigCont);

    public void Dispose()
    {
        Thaw();
        Signal(process.Id, SigTerm);
        if (!process.WaitForExit(Patience)) process.Kill(entireProcessTree: true);
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Answers(int port)
    {
        for (var waited = Stopwatch.StartNew(); ; Thread.Sleep(50))
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (waited.Elapsed < Patience)
            {
                // Not yet.
            }
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
