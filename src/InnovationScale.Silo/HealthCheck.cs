using InnovationScale.Serving;

namespace InnovationScale.Silo;

/// <summary>Asks the silo on this machine how it is, for a container that holds no other program to ask with.</summary>
public static class HealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>The exit code: 0 when it can serve, 1 when it cannot or does not answer.</summary>
    public static async Task<int> Ask(ServerOptions options)
    {
        var listens = BindingAddress.Parse(options.Addresses[0]);
        var host = listens.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : listens.Host;
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(new UriBuilder(listens.Scheme, host, listens.Port, "health").Uri);
            Console.WriteLine(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync(away.Message);
            return 1;
        }
    }
}
