using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using InnovationScale.Serving;

namespace InnovationScale.Silo;

/// <summary>What stands in docker-compose.yml and the Dockerfile is what the program reads and the repository holds.</summary>
public sealed partial class DeployingACluster
{
    private static readonly string Compose = Text("docker-compose.yml");

    [Fact]
    public void Every_setting_in_the_environment_is_one_that_a_silo_reads()
    {
        var known = ServerOptions.Keys.Concat(SiloOptions.Keys).SelectMany(key => (string[])[key, key + "File"]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var set = Setting().Matches(Compose + Text("Dockerfile")).Select(m => m.Groups["name"].Value.Replace("_", "", StringComparison.Ordinal)).ToList();

        Assert.Contains("STOREFILE", set);
        Assert.All(set, name => Assert.Contains(name, known));
    }

    [Fact]
    public void Every_secret_is_made_by_the_script_and_stays_out_of_the_repository()
    {
        var secrets = Secret().Matches(Compose).Select(m => m.Groups["file"].Value).ToList();

        Assert.Equal(5, secrets.Count);
        Assert.All(secrets, file => Assert.Contains($">kept/{file}\n", Text("deploy/secrets"), StringComparison.Ordinal));
        Assert.Contains("deploy/kept/", Text(".gitignore").Split('\n'));
        Assert.DoesNotContain("AccountKey=", Compose, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Password=", Compose, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_silo_stands_behind_the_proxy()
    {
        var silos = Service().Matches(Compose).Select(m => m.Groups["name"].Value).ToList();

        Assert.Equal(["silo1", "silo2", "silo3"], silos);
        Assert.All(silos, silo => Assert.Contains($"server {silo}:8080 ", Text("deploy/nginx.conf"), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_mounted_file_is_there() => Assert.All(Mount().Matches(Compose), mount => Assert.True(File.Exists(Path.Combine(Project.Root, mount.Groups["file"].Value)), mount.Value));

    [NeedsDockerComposeFact]
    public async Task Docker_accepts_the_file()
    {
        using var asked = NeedsDockerComposeFactAttribute.Start("--file", Path.Combine(Project.Root, "docker-compose.yml"), "config", "--quiet");
        await asked.WaitForExitAsync();
        Assert.Equal("", await asked.StandardError.ReadToEndAsync());
        Assert.Equal(0, asked.ExitCode);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, 0)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 1)]
    public async Task A_container_asks_its_silo_how_it_is(HttpStatusCode health, int exitCode)
    {
        using var silo = new HttpListener();
        var port = Azurite.FreePort();
        silo.Prefixes.Add($"http://127.0.0.1:{port}/health/");
        silo.Start();
        var asked = HealthCheck.Ask(new() { Urls = $"http://*:{port}" });
        var request = await silo.GetContextAsync();
        request.Response.StatusCode = (int)health;
        request.Response.Close();

        Assert.Equal(exitCode, await asked);
    }

    [Fact]
    public async Task A_silo_that_is_not_there_is_not_well() => Assert.Equal(1, await HealthCheck.Ask(new() { Urls = $"http://127.0.0.1:{Azurite.FreePort()}" }));

    private static string Text(string file) => File.ReadAllText(Path.Combine(Project.Root, file));

    private const int Patience = 5_000;

    [GeneratedRegex("INNOVATIONSCALE_(?<name>[A-Z_]+)", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Setting();

    [GeneratedRegex(@"file: \./deploy/kept/(?<file>[a-z-]+)", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Secret();

    [GeneratedRegex(@"^  (?<name>\w+): \*silo$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Service();

    [GeneratedRegex(@"""\./(?<file>[^:]+):", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Mount();
}

/// <summary>Runs where the docker client knows compose; no engine is needed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsDockerComposeFactAttribute : FactAttribute
{
    public NeedsDockerComposeFactAttribute()
    {
        if (!IsThere) Skip = "Docker's client with compose is not installed.";
    }

    private static bool IsThere
    {
        get
        {
            try
            {
                using var asked = Start("version");
                asked.WaitForExit();
                return asked.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }

    internal static Process Start(params string[] words) =>
        Process.Start(new ProcessStartInfo("docker", ["compose", .. words]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
}
