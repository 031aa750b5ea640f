using System.Diagnostics;
using System.Globalization;

namespace InnovationScale.Reliability;

/// <summary>strace, attached to a running process: it writes system calls down, and lets some of them fail.</summary>
internal sealed class Strace : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process strace;
    private readonly string trace;
    private IReadOnlyList<string>? written;

    private Strace(Process strace, string trace) => (this.strace, this.trace) = (strace, trace);

    /// <param name="when">Which calls fail, as strace writes it: <c>1+</c> is every one, <c>3+5</c> the third and every fifth after it. Each thread counts its own.</param>
    public static Task<Strace> Failing(int process, string calls, string error, string when) => Attach(process, "-e", $"trace={calls}", "-e", $"inject={calls}:error={error}:when={when}");

    /// <summary>Writes down calls, with the names of their files and the beginning of what was sent.</summary>
    public static Task<Strace> Watching(int process, string calls) => Attach(process, "-y", "-e", $"trace={calls}");

    /// <summary>Lets go of the process. Answers the calls, a line each; one that waited has another line for its end.</summary>
    public async Task<IReadOnlyList<string>> End()
    {
        if (written is not null) return written;

        using var interrupt = Process.Start("kill", ["-INT", strace.Id.ToString(CultureInfo.InvariantCulture)]);
        await Task.WhenAll(strace.StandardError.ReadToEndAsync(), strace.WaitForExitAsync()).WaitAsync(Patience);
        return written = await File.ReadAllLinesAsync(trace);
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        strace.Dispose();
        File.Delete(trace);
    }

    private static async Task<Strace> Attach(int process, params string[] what)
    {
        var file = Path.GetTempFileName();
        var attached = Process.Start(new ProcessStartInfo("strace", ["-f", "-p", process.ToString(CultureInfo.InvariantCulture), "-o", file, .. what])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        }) ?? throw new InvalidOperationException("strace did not start.");
        // "strace: Process 1234 attached with 30 threads": from here on every call is seen.
        var said = await attached.StandardError.ReadLineAsync().WaitAsync(Patience);
        return said?.Contains("attached", StringComparison.Ordinal) is true
            ? new(attached, file)
            : throw new InvalidOperationException($"strace cannot look into process {process}: {said}");
    }
}
