using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InnovationScale.Reliability;

/// <summary>
/// Stands between clients and the server and cuts connections once the server has answered. It keeps what the clients did not see. Clients
/// speak HTTP/1.0 to it, so that a connection is one request and its answer ends with the connection.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Uri server;
    private readonly Func<string, int, Cut> rule;
    private readonly ConcurrentDictionary<string, List<string>> answers = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> connections = [];
    private readonly Task accepting;

    /// <param name="rule">What happens to the answer to a key's request, given how often the key was sent before.</param>
    public CuttingProxy(Uri server, Func<string, int, Cut> rule)
    {
        (this.server, this.rule) = (server, rule);
        listener.Start(512);
        accepting = Accept();
    }

    public enum Cut
    {
        Nothing,
        BeforeTheAnswer,
        InTheMiddleOfTheAnswer,
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>Every answer the server gave to this key, whether a client saw it or not: the status line and the body.</summary>
    public IReadOnlyList<(string Status, string Body)> Answers(string key)
    {
        var all = answers[key];
        lock (all) return [.. all.Select(answer => (answer[..answer.IndexOf('\r', StringComparison.Ordinal)], answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]))];
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
        await Task.WhenAll(connections);
    }

    private async Task Accept()
    {
        while (true)
        {
            try
            {
                connections.Add(Relay(await listener.AcceptTcpClientAsync()));
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task Relay(TcpClient client)
    {
        using var here = client;
        using var there = new TcpClient();
        await there.ConnectAsync(server.Host, server.Port);
        var request = await ReadRequest(client.GetStream());
        await there.GetStream().WriteAsync(request);
        using var kept = new MemoryStream();
        await there.GetStream().CopyToAsync(kept);

        var answer = kept.ToArray();
        var head = Encoding.UTF8.GetString(request).Split("Idempotency-Key: ", 2)[1];
        var key = head[..head.IndexOf('\r', StringComparison.Ordinal)].Trim('"');
        var all = answers.GetOrAdd(key, _ => []);
        int before;
        lock (all)
        {
            before = all.Count;
            all.Add(Encoding.UTF8.GetString(answer));
        }

        var cut = rule(key, before);
        if (cut is not Cut.Nothing) client.LingerState = new(true, 0);
        var shown = cut switch { Cut.Nothing => answer.Length, Cut.InTheMiddleOfTheAnswer => answer.Length / 2, _ => 0 };
        await client.GetStream().WriteAsync(answer.AsMemory(0, shown));
    }

    private static async Task<byte[]> ReadRequest(NetworkStream from)
    {
        using var request = new MemoryStream();
        var buffer = new byte[4_096];
        while (true)
        {
            var read = await from.ReadAsync(buffer);
            if (read == 0) throw new IOException("A client left before it had asked.");
            request.Write(buffer, 0, read);
            var text = Encoding.UTF8.GetString(request.ToArray());
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) continue;

            var length = text.Split("Content-Length: ", 2) is [_, var after] ? int.Parse(after[..after.IndexOf('\r', StringComparison.Ordinal)]) : 0;
            if (request.Length >= end + 4 + length) return request.ToArray();
        }
    }
}
