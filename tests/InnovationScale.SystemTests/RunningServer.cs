using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace InnovationScale;

/// <summary>
/// The built server as a process of its own, on a data folder of its own and a port the system chose. It can be killed, stopped and
/// started again on the same folder. What it printed is kept under artifacts/servers.
/// </summary>
public sealed partial class RunningServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static int count;

    /// <summary>Servers that share a database share the key of its vault.</summary>
    public const string SharedVaultKey = "q7w1Zk3vYtFfX0m2s9uJcL5hRrE8nAdB6gP4iUoTWaY=";

    private readonly string program;
    private readonly string[] settings;
    private readonly bool ownsFolder;
    private readonly List<HttpClient> clients = [];
    private ServerProcess process;

    private RunningServer(string program, string dataFolder, bool ownsFolder, string[] settings, ServerProcess process, Uri address)
    {
        (this.program, DataFolder, this.ownsFolder, this.settings, this.process, Address) = (program, dataFolder, ownsFolder, settings, process, address);
        Http = Client(Patience);
    }

    public Uri Address { get; }

    public string DataFolder { get; }

    /// <summary>For requests of nobody in particular; follows no redirects and keeps no cookies.</summary>
    public HttpClient Http { get; }

    /// <summary>Everything printed since this start.</summary>
    public string Output => process.Output;

    public int ProcessId => process.Id;

    /// <summary>Starts on an empty folder that is removed in the end.</summary>
    public static Task<RunningServer> Start(params string[] settings) => StartProgram(Tree.Server, settings);

    /// <summary>Starts on an empty folder at a port that is known before.</summary>
    public static Task<RunningServer> StartAt(int port, params string[] settings) =>
        Start(Tree.Server, Directory.CreateTempSubdirectory("innovationscale-").FullName, ownsFolder: true, settings, port);

    /// <summary>Starts another program that serves the same pages, on an empty folder that is removed in the end.</summary>
    public static Task<RunningServer> StartProgram(string program, params string[] settings) =>
        Start(program, Directory.CreateTempSubdirectory("innovationscale-").FullName, ownsFolder: true, settings);

    /// <summary>Starts on a folder that stays.</summary>
    public static Task<RunningServer> StartOn(string dataFolder, params string[] settings) => Start(Tree.Server, dataFolder, ownsFolder: false, settings);

    /// <summary>Runs the server's program to its end: for commands, and for settings that it should refuse.</summary>
    public static Task<(int ExitCode, string Output)> Run(params string[] arguments) => RunProgram(Tree.Server, arguments);

    /// <summary>Runs another program to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunProgram(string program, params string[] arguments)
    {
        using var run = ServerProcess.Start(program, arguments);
        return (await run.Exited().WaitAsync(Patience), run.Output);
    }

    public ApiClient As(string? person) => As(person, Patience);

    /// <param name="within">A client that waits no longer.</param>
    public ApiClient As(string? person, TimeSpan within) => new(Client(within), person);

    public ApiClient Anyone() => As(null);

    /// <summary>SIGKILL: no chance to finish anything.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.Exited().WaitAsync(Patience);
    }

    /// <summary>SIGTERM, as a service manager stops it; answers the exit code.</summary>
    public async Task<int> Stop()
    {
        process.Terminate();
        return await process.Exited().WaitAsync(Patience);
    }

    /// <summary>SIGSTOP: it stands still, as on a machine that hangs.</summary>
    public void Freeze() => process.Freeze();

    public void Thaw() => process.Thaw();

    /// <summary>A new process on the same folder, address and settings, after <see cref="Kill"/> or <see cref="Stop"/>: clients go on as they are.</summary>
    public async Task StartAgain()
    {
        process.Dispose();
        TellsNoSecrets(process.Output);
        (process, _) = await StartProcess(program, DataFolder, Address, settings);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.Exited().WaitAsync(Patience);
        process.Dispose();
        foreach (var client in clients) client.Dispose();
        if (ownsFolder) Directory.Delete(DataFolder, recursive: true);
        TellsNoSecrets(process.Output);
    }

    /// <summary>Whatever a test did: no address, password, hash of one, token, cookie or link stands in what the server printed, but for the link that sets it up.</summary>
    private static void TellsNoSecrets(string output) => Assert.DoesNotContain(output.Split('\n'), line => Secret().IsMatch(line) && !line.Contains("becomes the administrator", StringComparison.Ordinal));

    [GeneratedRegex(@"@example\.org|a heron at|isk_\w|CfDJ8|AQAAAA\w{20}|[?&]key=", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Secret();

    private static async Task<RunningServer> Start(string program, string dataFolder, bool ownsFolder, string[] settings, int port = 0)
    {
        var (started, address) = await StartProcess(program, dataFolder, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")), settings);
        return new RunningServer(program, dataFolder, ownsFolder, settings, started, address);
    }

    private static async Task<(ServerProcess, Uri)> StartProcess(string program, string dataFolder, Uri at, string[] settings)
    {
        var started = ServerProcess.Start(program, 
        [
            "--data", dataFolder, "--urls", at.GetLeftPart(UriPartial.Authority), .. settings,
            .. settings.Contains("--store", StringComparer.Ordinal) && !settings.Contains("--vault-key", StringComparer.Ordinal) ? (string[])["--vault-key", SharedVaultKey] : [],
        ]);
        try
        {
            var address = await started.Serving().WaitAsync(Patience);
            using var client = new HttpClient { BaseAddress = address, Timeout = Patience };
            using var health = await client.GetAsync("health");
            return health.StatusCode is HttpStatusCode.OK
                ? (started, address)
                : throw new InvalidOperationException($"/health answered {health.StatusCode}: {await health.Content.ReadAsStringAsync()}{Environment.NewLine}{started.Output}");
        }
        catch (TimeoutException late)
        {
            started.Dispose();
            throw new TimeoutException($"The server did not say where it serves within {Patience}:{Environment.NewLine}{started.Output}", late);
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    private HttpClient Client(TimeSpan within)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address, Timeout = within };
        clients.Add(client);
        return client;
    }

    /// <summary>One process from start to exit, with what it prints.</summary>
    private sealed partial class ServerProcess : IDisposable
    {
        private const int SigTerm = 15, SigCont = 18, SigStop = 19;

        private readonly Process process;
        private readonly StringBuilder output = new();
        private readonly StreamWriter log;
        private readonly TaskCompletionSource<Uri> serving = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task<int> exited;

        private ServerProcess(Process process, StreamWriter log)
        {
            (this.process, this.log) = (process, log);
            exited = Watch();
        }

        public int Id => process.Id;

        public string Output
        {
            get
            {
                lock (output) return output.ToString();
            }
        }

        public static ServerProcess Start(string program, IEnumerable<string> arguments)
        {
            if (!File.Exists(program)) throw new FileNotFoundException("Build the server first, in the configuration of these tests.", program);

            var start = new ProcessStartInfo("dotnet", [program, .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                WorkingDirectory = Path.GetTempPath(),
            };
            // What the machine of a developer has set must not decide what is tested.
            foreach (var name in start.Environment.Keys.Where(name => OwnSetting().IsMatch(name)).ToList()) start.Environment.Remove(name);

            var number = Interlocked.Increment(ref count);
            var keptLog = new StreamWriter(Path.Combine(Tree.Artifacts("servers"), string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{number}.log"))) { AutoFlush = true };
            keptLog.WriteLine(string.Join(' ', start.ArgumentList));
            var started = Process.Start(start) ?? throw new InvalidOperationException("The server's process did not start.");
            started.StandardInput.Close();
            return new ServerProcess(started, keptLog);
        }

        /// <summary>Where it serves, once it has said so.</summary>
        public Task<Uri> Serving() => serving.Task;

        /// <summary>The exit code, once everything it printed has been read.</summary>
        public Task<int> Exited() => exited;

        public void Kill() => process.Kill();

        public void Terminate() => Send(SigTerm);

        public void Freeze() => Send(SigStop);

        public void Thaw() => Send(SigCont);

        private void Send(int signal)
        {
            if (Signal(process.Id, signal) != 0) throw new InvalidOperationException($"Signal {signal} did not reach process {process.Id}.");
        }

        public void Dispose()
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            log.Dispose();
            process.Dispose();
        }

        private async Task<int> Watch()
        {
            await Task.WhenAll(Read(process.StandardOutput), Read(process.StandardError));
            await process.WaitForExitAsync();
            serving.TrySetException(new InvalidOperationException($"The server ended with {process.ExitCode} and never served:{Environment.NewLine}{Output}"));
            return process.ExitCode;
        }

        private async Task Read(StreamReader from)
        {
            while (await from.ReadLineAsync() is { } line)
            {
                lock (output)
                {
                    output.AppendLine(line);
                    if (log.BaseStream is not null) log.WriteLine(line);
                }

                if (ServesAt().Match(line) is { Success: true } said) serving.TrySetResult(new Uri(said.Groups["address"].Value));
            }
        }

        [GeneratedRegex(@"\bserves (?<address>http://127\.0\.0\.1:[1-9]\d*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
        private static partial Regex ServesAt();

        [GeneratedRegex("^(ASPNETCORE|DOTNET_ENVIRONMENT|INNOVATIONSCALE)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
        private static partial Regex OwnSetting();

        [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
        private static partial int Signal(int process, int signal);
    }
}

/// <summary>One empty server, signed in to by choosing a local person, for all tests of a class that only look.</summary>
public sealed class EmptyServer : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await RunningServer.Start("--sign-in", "local-people");

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
