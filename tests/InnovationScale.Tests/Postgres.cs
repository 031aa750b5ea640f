using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Npgsql;

namespace InnovationScale;

/// <summary>
/// A real PostgreSQL server of the tests' own: in a temporary folder, on a socket in it, with fsync on, under a user of its own where the tests run
/// as root. It can be frozen, killed and started again.
/// </summary>
public sealed partial class Postgres : IDisposable
{
    public const string Name = "PostgreSQL";

    private const int SigInt = 2, SigQuit = 3, SigCont = 18, SigStop = 19;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"innovationscale-{Guid.NewGuid():n}");
    private Process server;
    private int databases;

    public Postgres()
    {
        var run = Start("initdb", "--pgdata", folder, "--username=tests", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync");
        run.StandardInput.Close();
        var told = run.StandardOutput.ReadToEnd() + run.StandardError.ReadToEnd();
        run.WaitForExit();
        if (run.ExitCode != 0) throw new InvalidOperationException($"initdb ended with {run.ExitCode}: {told}");
        server = Serve();
    }

    /// <summary>Where the server's programs are; null where it is not installed.</summary>
    private static string? Programs { get; } = (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [])
        .Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "postgres")))
        .OrderByDescending(bin => int.TryParse(Path.GetFileName(Path.GetDirectoryName(bin)), CultureInfo.InvariantCulture, out var version) ? version : 0).FirstOrDefault();

    public static string? Missing => Programs is not null || Environment.GetEnvironmentVariable("CI") is "true" ? null : "PostgreSQL's server is not installed: tests/run installs it.";

    public int ProcessId => server.Id;

    /// <summary>How a client finds a database of this server.</summary>
    public string Store(string database) => $"Host={folder};Username=tests;Database={database}";

    /// <summary>An empty database.</summary>
    public string NewDatabase()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref databases)}");
        Do($"create database {name}");
        return Store(name);
    }

    /// <summary>Runs a statement as the server's owner, outside every test's database.</summary>
    public void Do(string sql)
    {
        using var connection = new NpgsqlConnection($"{Store("postgres")};Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>The server and every process of it stands still, as on a machine that hangs.</summary>
    public void Freeze() => SignalAll(SigStop);

    public void Thaw() => SignalAll(SigCont);

    /// <summary>Ends at once as in a crash, and starts again: it recovers from its write-ahead log.</summary>
    public void CrashAndRestart()
    {
        Signal(server.Id, SigQuit);
        server.WaitForExit();
        server.Dispose();
        server = Serve();
    }

    public void Dispose()
    {
        SignalAll(SigCont);
        Signal(server.Id, SigInt);
        if (!server.WaitForExit(Patience)) server.Kill(entireProcessTree: true);
        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private Process Serve()
    {
        var started = Start("postgres", "-D", folder, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=on", "-c", "shared_buffers=64MB", "-c", "max_connections=200", "-c", "log_min_messages=warning");
        var told = new StringBuilder();
        var ready = new TaskCompletionSource();
        started.OutputDataReceived += (_, _) => { };
        started.ErrorDataReceived += (_, line) =>
        {
            told.AppendLine(line.Data);
            if (line.Data?.Contains("ready to accept connections", StringComparison.Ordinal) is true) ready.TrySetResult();
            else if (line.Data is null) ready.TrySetException(new InvalidOperationException($"PostgreSQL did not start: {told}"));
        };
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        ready.Task.WaitAsync(Patience).GetAwaiter().GetResult();
        return started;
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static Process Start(string program, params string[] arguments)
    {
        var bin = Programs ?? throw new FileNotFoundException("PostgreSQL's server is not installed: tests/run installs it.");
        string[] words = Environment.UserName == "root"
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", Path.Combine(bin, program), .. arguments]
            : [Path.Combine(bin, program), .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["LC_ALL"] = "C.UTF-8";
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    private void SignalAll(int signal)
    {
        // The parent first, so that it starts no more children meanwhile.
        Signal(server.Id, signal);
        foreach (var child in File.ReadAllText($"/proc/{server.Id}/task/{server.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // A child may have ended by itself.
            Signal(int.Parse(child, CultureInfo.InvariantCulture), signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
