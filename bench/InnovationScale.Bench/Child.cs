using System.Diagnostics;
using System.Globalization;

namespace InnovationScale;

/// <summary>A server as a process of its own, on a port the system chose, beside this program's own files.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task printing;

    private Child(Process process, Uri address, TimeSpan started, Task printing) => (this.process, Address, Started, this.printing) = (process, address, started, printing);

    public Uri Address { get; }

    /// <summary>From the start of the process to its first good answer.</summary>
    public TimeSpan Started { get; }

    public double CpuMicroseconds
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalMicroseconds;
        }
    }

    public double Megabytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>The product on a data folder.</summary>
    public static Task<Child> Server(string folder) => Start("InnovationScale.Server.dll", "--data", folder, "--urls", "http://127.0.0.1:0", "--sign-in", "local-people", "--uploads-a-day-max", "1000000");

    /// <summary>The product on a data folder, with accounts.</summary>
    public static Task<Child> WithAccounts(string folder) => Start("InnovationScale.Server.dll", "--data", folder, "--urls", "http://127.0.0.1:0");

    /// <summary>The product on a PostgreSQL database.</summary>
    public static Task<Child> ServerOn(string store) => Start("InnovationScale.Server.dll", "--store", store, "--vault-key", Convert.ToBase64String(Workload.Key), "--urls", "http://127.0.0.1:0", "--sign-in", "local-people");

    /// <summary>This program, serving <see cref="PortfolioPeer"/>.</summary>
    public static Task<Child> Peer(string with, string database) => Start("InnovationScale.Bench.dll", "portfolio-peer", with, database);

    /// <summary>This program, serving <see cref="Nothing"/>.</summary>
    public static Task<Child> Nothing() => Start("InnovationScale.Bench.dll", "nothing");

    /// <summary>Chooses a person where anybody may, and answers the cookie.</summary>
    public async Task<string> SignIn(string person)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", FormToken(await http.GetStringAsync("/en/sign-in"))), new("person", person)]);
        using var answer = await http.PostAsync("/en/sign-in", form);
        return answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]).Single(cookie => cookie.StartsWith("person=", StringComparison.Ordinal));
    }

    /// <summary>What a page's forms are sent with.</summary>
    public static string FormToken(string page) => page.Split("name=\"__RequestVerificationToken\"")[1].Split("value=\"")[1].Split('"')[0];

    private static async Task<Child> Start(string program, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        var started = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = AppContext.BaseDirectory,
        })!;
        while (await started.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split("serves ") is not [_, var rest]) continue;
            var address = new Uri(rest.Split(' ')[0]);
            using var client = new HttpClient { BaseAddress = address };
            using var answer = (await client.GetAsync("health")).EnsureSuccessStatusCode();
            return new(started, address, watch.Elapsed, started.StandardOutput.ReadToEndAsync());
        }

        throw new InvalidOperationException($"{program} did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        using (var stop = Process.Start("kill", [process.Id.ToString(CultureInfo.InvariantCulture)])) await stop.WaitForExitAsync();
        await process.WaitForExitAsync();
        await printing;
        process.Dispose();
    }
}
