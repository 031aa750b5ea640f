using System.Net;
using System.Text.RegularExpressions;

namespace InnovationScale.Reliability;

/// <summary>Something a person wants to take effect once. It is sent under the same key until there is an answer.</summary>
/// <param name="Key">Looks like a mark, so that what writers asked for is told from what was prepared for them.</param>
/// <param name="Mark">A word in the body that no other wish has, and so no other event; null where the body leaves no room for one.</param>
internal sealed partial record Wish(string Person, HttpMethod Method, string Path, object Body, string Key, string? Mark = null, string? IfMatch = null)
{
    public static string NewMark(int writer, int number) => $"mark-{writer:D3}-{number:D6}";

    /// <summary>How a mark is found in what is stored.</summary>
    [GeneratedRegex(@"mark-\d{3}-\d{6}", RegexOptions.CultureInvariant, 1_000)]
    public static partial Regex Marks();

    public Task<Reply> Send(ApiClient client) => Method == HttpMethod.Patch ? client.Patch(Path, Body, Key, IfMatch)
        : Method == HttpMethod.Put ? client.Put(Path, Body, Key, IfMatch)
        : client.Post(Path, Body, Key, IfMatch);
}

/// <summary>What the API says of a command that took effect.</summary>
internal sealed record Recorded(string Id, long Version);

/// <summary>The clients' own record: what was asked, and what was acknowledged.</summary>
internal sealed class Journal
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Person, string Key), Wish> asked = [];
    private readonly Dictionary<(string Person, string Key), Recorded> acknowledged = [];
    private int again, unavailable, broken;

    /// <summary>Sent again under the same key because there was no answer.</summary>
    public int Again => again;

    /// <summary>Answered with 503 and when to come back.</summary>
    public int Unavailable => unavailable;

    /// <summary>Connections that broke before the answer.</summary>
    public int Broken => broken;

    public int Acknowledged
    {
        get { lock (gate) return acknowledged.Count; }
    }

    public void Asked(Wish wish)
    {
        lock (gate)
        {
            if (!asked.TryAdd((wish.Person, wish.Key), wish)) again++;
        }
    }

    public Recorded Told(Wish wish, Reply reply)
    {
        var recorded = reply.As<Recorded>();
        lock (gate)
        {
            if (!acknowledged.TryAdd((wish.Person, wish.Key), recorded)) Assert.Equal(acknowledged[(wish.Person, wish.Key)], recorded);
        }

        return recorded;
    }

    /// <summary>The longest that anybody waited to be told to come back.</summary>
    public TimeSpan SlowestUnavailable { get; private set; }

    public void ToldUnavailable(Reply reply, TimeSpan after = default)
    {
        Assert.NotNull(reply.Header("Retry-After"));
        reply.Problem();
        lock (gate) SlowestUnavailable = after > SlowestUnavailable ? after : SlowestUnavailable;
        Interlocked.Increment(ref unavailable);
    }

    /// <summary>What is without an answer, for whoever wonders why.</summary>
    public override string ToString()
    {
        lock (gate)
        {
            var open = asked.Where(one => !acknowledged.ContainsKey(one.Key)).Select(one => $"{one.Value.Method} {one.Value.Path}");
            return $"Told to come back: {unavailable}, broken: {broken}, open: {string.Join(", ", open)}.";
        }
    }

    public void ToldNothing() => Interlocked.Increment(ref broken);

    /// <summary>
    /// Compares with what is kept: whatever was acknowledged is there as acknowledged, whatever is there was asked for, and everything is there
    /// once and whole. Answers the number of commands kept.
    /// </summary>
    public int Audit(Kept kept)
    {
        lock (gate)
        {
            var lost = acknowledged.Keys.Where(key => !kept.Commands.ContainsKey(key)).ToList();
            Assert.True(lost is [], $"Acknowledged and lost: {lost.Count}, such as {lost.FirstOrDefault()}");
            foreach (var (key, recorded) in acknowledged)
            {
                var (stream, last) = kept.Commands[key];
                Assert.Equal((recorded.Id, recorded.Version), (stream[(stream.IndexOf('/', StringComparison.Ordinal) + 1)..], last));
            }

            var unasked = kept.Commands.Keys.Where(key => Wish.Marks().IsMatch(key.Key) && !asked.ContainsKey(key)).ToList();
            Assert.True(unasked is [], $"Nobody asked for {unasked.FirstOrDefault()}");
            Assert.True(kept.Halves is [], $"Kept in part: {string.Join(", ", kept.Halves.Take(3))}");
            var doubled = kept.Marks.Where(mark => mark.Value > 1).ToList();
            Assert.True(doubled is [], $"Happened twice: {doubled.FirstOrDefault().Key}");
            foreach (var (key, wish) in asked)
            {
                if (wish.Mark is { } mark) Assert.Equal(kept.Commands.ContainsKey(key), kept.Marks.ContainsKey(mark));
            }

            return kept.Commands.Keys.Count(asked.ContainsKey);
        }
    }
}

/// <summary>Somebody who wants one thing after another, and never the next before the last is answered.</summary>
/// <param name="servers">Where one does not answer, the next is asked.</param>
internal abstract class Writer(IReadOnlyList<ApiClient> servers, Journal journal)
{
    private int asked;

    /// <summary>Gentler than the server asks for, so that a short outage is met often; a client in the field waits longer.</summary>
    private static readonly TimeSpan BeforeAgain = TimeSpan.FromMilliseconds(20);

    private Wish? open;

    /// <summary>What was sent and has no answer.</summary>
    public Wish? Open => open;

    /// <summary>The last answer said to come back, so that nobody knows what became of what is open.</summary>
    public bool WasToldToComeBack { get; private set; }

    protected abstract Wish Next();

    protected abstract void Learn(Wish wish, Recorded recorded, Reply reply);

    /// <summary>Goes on until told to stop or until the server is gone.</summary>
    public async Task WriteUntil(Func<bool> enough)
    {
        while (!enough())
        {
            if (!await SendOpen()) return;
        }
    }

    /// <summary>Asks for an answer to what has none.</summary>
    public async Task Settle()
    {
        while (open is not null) Assert.True(await SendOpen(), "The server is gone.");
    }

    /// <summary>False when the connection broke and there is no other server.</summary>
    private async Task<bool> SendOpen()
    {
        var wish = open ??= Next();
        journal.Asked(wish);
        Reply reply;
        var sent = TimeProvider.System.GetTimestamp();
        try
        {
            reply = await wish.Send(servers[asked % servers.Count]);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException)
        {
            journal.ToldNothing();
            WasToldToComeBack = false;
            asked++;
            if (servers.Count == 1) return false;
            await Task.Delay(BeforeAgain);
            return true;
        }

        if (reply.Status is HttpStatusCode.ServiceUnavailable)
        {
            journal.ToldUnavailable(reply, TimeProvider.System.GetElapsedTime(sent));
            WasToldToComeBack = true;
            await Task.Delay(BeforeAgain);
            return true;
        }

        var recorded = journal.Told(wish, reply.Expect(HttpStatusCode.OK, HttpStatusCode.Created));
        open = null;
        Learn(wish, recorded, reply);
        return true;
    }
}
