using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InnovationScale.Reliability;

/// <summary>
/// The way from one node to PostgreSQL, on which things go wrong: it can be cut, so that nothing passes and nobody is told; every call that writes can
/// take long; and some calls can be refused. It reads the frames of PostgreSQL's protocol, so that a call is delayed or refused as a whole.
/// </summary>
internal sealed class DatabaseLink : IAsyncDisposable
{
    private const int Sync = 'S', Query = 'Q', ReadyForQuery = 'Z';

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly UnixDomainSocketEndPoint server;
    private readonly string store;
    private readonly ConcurrentDictionary<Socket, Task> connections = new();
    private readonly Task accepting;
    private TaskCompletionSource open = Opened();
    private int refused, seed;

    /// <param name="store">Of a test's own server, which listens on a socket in its folder.</param>
    public DatabaseLink(string store, int seed)
    {
        this.seed = seed;
        var settings = store.Split(';').Select(word => word.Split('=')).ToDictionary(word => word[0], word => word[1], StringComparer.Ordinal);
        server = new(Path.Combine(settings["Host"], ".s.PGSQL.5432"));
        listener.Start();
        this.store = $"Host=127.0.0.1;Port={((IPEndPoint)listener.LocalEndpoint).Port};SSL Mode=Disable;GSS Encryption Mode=Disable;Username={settings["Username"]};Database={settings["Database"]}";
        accepting = Accept();
    }

    /// <summary>The same database at the other end of this link.</summary>
    public string Store => store;

    /// <summary>How long every call that may write takes before the server hears of it.</summary>
    public TimeSpan SlowWrites { get; set; }

    /// <summary>The share of calls that fail at once.</summary>
    public double Refuses { get; set; }

    public int Refused => refused;

    /// <summary>Nothing passes any more, in either direction, and no connection breaks.</summary>
    public void Cut() => open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was held up arrives, as TCP would send it again; or everything that was open is reset, as a router does that has forgotten it.</summary>
    public void Heal(bool reset)
    {
        if (reset)
        {
            foreach (var connection in connections.Keys) connection.Close(0);
        }

        open.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
        Heal(reset: true);
        await Task.WhenAll(connections.Values);
    }

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private async Task Accept()
    {
        while (true)
        {
            try
            {
                var client = await listener.AcceptSocketAsync();
                connections[client] = Task.Run(() => Relay(client, new Random(Interlocked.Increment(ref seed))));
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Relay(Socket here, Random chance)
    {
        here.NoDelay = true;
        using var there = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await open.Task;
            await there.ConnectAsync(server);
            await using NetworkStream client = new(here), database = new(there);
            var state = new Session();
            await Task.WhenAny(Ask(client, database, state, chance), Answer(database, client, state));
        }
        catch (Exception ended) when (ended is IOException or SocketException or ObjectDisposedException)
        {
            // One of the two has left.
        }
        finally
        {
            here.Close();
            connections.TryRemove(here, out _);
        }
    }

    /// <summary>Call after call, each of one or more messages.</summary>
    private async Task Ask(NetworkStream client, NetworkStream database, Session state, Random chance)
    {
        await using var asked = new BufferedStream(client);
        var start = await Message(asked, typed: false);
        var writes = !Encoding.UTF8.GetString(start).Contains("default_transaction_read_only=on", StringComparison.Ordinal);
        await database.WriteAsync(start);
        using var call = new MemoryStream();
        while (true)
        {
            var message = await Message(asked, typed: true);
            call.Write(message);
            if (message[0] is not (Sync or Query) && (char)message[0] is not 'X') continue;
            await open.Task;
            if (writes && SlowWrites > TimeSpan.Zero) await Task.Delay(SlowWrites);
            if (chance.NextDouble() < Refuses && (char)message[0] is not 'X')
            {
                Interlocked.Increment(ref refused);
                await client.WriteAsync(Refusal((byte)(state.Status is 'I' ? 'I' : 'E')));
            }
            else
            {
                await database.WriteAsync(call.GetBuffer().AsMemory(0, (int)call.Length));
            }

            call.SetLength(0);
        }
    }

    private async Task Answer(NetworkStream database, NetworkStream client, Session state)
    {
        await using var answered = new BufferedStream(database);
        while (true)
        {
            var message = await Message(answered, typed: true);
            if (message[0] == ReadyForQuery) state.Status = (char)message[5];
            await open.Task;
            await client.WriteAsync(message);
        }
    }

    private static async Task<byte[]> Message(Stream from, bool typed)
    {
        var head = new byte[typed ? 5 : 4];
        await from.ReadExactlyAsync(head);
        var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(head.Length - 4)) - 4;
        var message = new byte[head.Length + length];
        head.CopyTo(message, 0);
        await from.ReadExactlyAsync(message.AsMemory(head.Length));
        return message;
    }

    /// <summary>ErrorResponse with “serialization failure”, which asks for another attempt and leaves the connection as it is, and ReadyForQuery.</summary>
    private static byte[] Refusal(byte status)
    {
        var fields = Encoding.ASCII.GetBytes("SERROR\0VERROR\0C40001\0Mtry again\0\0");
        var error = new byte[5 + fields.Length + 6];
        error[0] = (byte)'E';
        BinaryPrimitives.WriteInt32BigEndian(error.AsSpan(1), 4 + fields.Length);
        fields.CopyTo(error, 5);
        error[^6] = ReadyForQuery;
        BinaryPrimitives.WriteInt32BigEndian(error.AsSpan(error.Length - 5), 5);
        error[^1] = status;
        return error;
    }

    private sealed class Session
    {
        public volatile char Status = 'I';
    }
}
