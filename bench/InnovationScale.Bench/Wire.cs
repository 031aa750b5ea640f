using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace InnovationScale;

/// <summary>What a load showed.</summary>
/// <param name="Rate">Answers a second.</param>
/// <param name="Cpu">Microseconds of the server's processor time for each.</param>
internal sealed record Load(double Rate, double P50, double P99, double Cpu)
{
    public double P95 { get; init; }
}

/// <summary>
/// Clients that each keep one connection, send a request, read the whole answer and send the next. They work on sockets, with requests made
/// beforehand, since they share the machine with the server.
/// </summary>
internal static class Wire
{
    public static async Task<Load> Run(Child server, int clients, IReadOnlyList<byte[]> requests)
    {
        var (next, times, cpu, start) = (-1, new double[requests.Count], server.CpuMicroseconds, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server.Address.Host, server.Address.Port);
            var buffer = new byte[1 << 18];
            for (var n = Interlocked.Increment(ref next); n < requests.Count; n = Interlocked.Increment(ref next))
            {
                var sent = Stopwatch.GetTimestamp();
                await Ask(socket, requests[n], buffer);
                times[n] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            }
        })));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Array.Sort(times);
        return new(times.Length / seconds, times[times.Length / 2], times[(int)(times.Length * 0.99)], (server.CpuMicroseconds - cpu) / times.Length) { P95 = times[(int)(times.Length * 0.95)] };
    }

    /// <summary>Milliseconds until an answer begins, for each request on a connection of its own, which is then closed.</summary>
    public static async Task<double[]> FirstBytes(Child server, IReadOnlyList<byte[]> requests)
    {
        var times = new double[requests.Count];
        var buffer = new byte[1 << 12];
        for (var n = 0; n < times.Length; n++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server.Address.Host, server.Address.Port);
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(requests[n]);
            if (await socket.ReceiveAsync(buffer) is var read && (read < 10 || buffer[9] != (byte)'2')) throw new InvalidOperationException(Encoding.UTF8.GetString(buffer, 0, read));
            times[n] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    /// <param name="cookie">Of somebody signed in; pages know nobody by the header.</param>
    public static byte[] Get(string path, string person, string? cookie = null) =>
        Encoding.UTF8.GetBytes($"GET {path} HTTP/1.1\r\nHost: bench\r\nX-Person: {person}\r\n{(cookie is null ? "" : $"Cookie: {cookie}\r\n")}\r\n");

    public static byte[] Post(string path, string person, string key, string body, string type = "application/json", long? version = null) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"POST {path} HTTP/1.1\r\nHost: bench\r\nX-Person: {person}\r\nIdempotency-Key: {key}\r\nContent-Type: {type}\r\n{(version is null ? "" : $"If-Match: \"{version}\"\r\n")}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    private static async Task Ask(Socket socket, byte[] request, byte[] buffer)
    {
        for (var sent = 0; sent < request.Length;) sent += await socket.SendAsync(request.AsMemory(sent));
        var (have, whole) = (0, false);
        while (!whole)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(have));
            if (read == 0) throw new InvalidOperationException("The server closed the connection.");
            have += read;
            whole = IsWhole(buffer.AsSpan(0, have));
        }

        if (buffer[9] != (byte)'2') throw new InvalidOperationException(Encoding.UTF8.GetString(buffer, 0, have));
    }

    /// <summary>An answer ends after its length, or in parts after an empty part (RFC 9112, 6 and 7.1).</summary>
    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return false;
        var at = answer[..head].IndexOf("Content-Length: "u8);
        if (at < 0) return answer.EndsWith("\r\n0\r\n\r\n"u8);
        var digits = answer[(at + "Content-Length: ".Length)..];
        return answer.Length == head + 4 + int.Parse(digits[..digits.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }
}
