using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using InnovationScale.Hosting;
using InnovationScale.Storage;

namespace InnovationScale.Simulation;

/// <summary>What a client wants done: sent as often as it takes, under one command id.</summary>
internal sealed class Wish(int number, string id, CommandKey key, TallyCommand command, long? expected, ImmutableArray<Head> restsOn)
{
    public int Number => number;

    public string Id => id;

    public string Stream => $"tally/{id}";

    public CommandKey Key => key;

    public long? Expected => expected;

    public TallyCommand Command { get; } = command is Count count ? count with { RestsOn = restsOn } : command;

    public ImmutableArray<Head> RestsOn => restsOn;

    public string Body => CommandBody.Sha256(Stream, Command);

    /// <summary>The client has heard its answer and will not send again.</summary>
    public bool Answered { get; set; }

    /// <summary>Sendings that have not been answered.</summary>
    public int UnderWay { get; set; }
}

/// <summary>One sending of a wish, and what was true when it was sent.</summary>
/// <param name="Floor">The stream's version that somebody had already been told.</param>
/// <param name="WasKept">A command of this id had taken effect already.</param>
internal sealed record Delivery(int Number, Wish Wish, Stamp Stamp, long Floor, bool WasKept);

/// <summary>
/// What the clients wrote down, compared with what is on the disk after every step. It knows nothing of hosts or logs: only what was
/// promised, and the rules of the aggregate.
/// </summary>
internal sealed class Journal(SimulatedDisk disk)
{
    private static readonly Kind<Tally> Kind = Tally.Kinds.Of<Tally>();

    private static readonly ImmutableDictionary<RowKey, ImmutableArray<object?>> NoRows = ImmutableDictionary<RowKey, ImmutableArray<object?>>.Empty;

    private readonly List<Delivery> deliveries = [];
    private readonly HashSet<int> refused = [];
    private readonly Dictionary<string, List<Tally>> states = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> told = new(StringComparer.Ordinal);
    private readonly Dictionary<CommandKey, int> landed = [];
    private readonly HashSet<string> notes = new(StringComparer.Ordinal);
    private readonly List<(string Note, DateTimeOffset From, DateTimeOffset Until)> claims = [];
    private readonly HashSet<string> notesDone = new(StringComparer.Ordinal);
    private readonly HashSet<string> notesUncertain = new(StringComparer.Ordinal);
    private Disk audited = Disk.Empty;

    /// <summary>The first promise that was broken; null as long as all were kept.</summary>
    public string? Broken { get; private set; }

    public int Acknowledged { get; private set; }

    public int Refused => refused.Count;

    public void Fail(string what) => Broken ??= what;

    private void Expect(bool holds, FormattableString otherwise)
    {
        if (!holds) Broken ??= otherwise.ToString(CultureInfo.InvariantCulture);
    }

    public Delivery Sent(Wish wish, DateTimeOffset at)
    {
        Audit();
        var number = deliveries.Count;
        // The reason is not part of what was asked: it tells which of several sendings took effect.
        var stamp = new Stamp(wish.Key.Principal, new(Role.Teacher, "heron-bay"), at.AddTicks(number), wish.Key.Id, number.ToString(CultureInfo.InvariantCulture));
        var delivery = new Delivery(number, wish, stamp, Floor(wish.Stream), landed.ContainsKey(wish.Key));
        deliveries.Add(delivery);
        return delivery;
    }

    /// <summary>Nobody may be shown less, whichever process told it and whichever is asked.</summary>
    public long Floor(string stream) => told.GetValueOrDefault(stream);

    public void Told(Delivery delivery, Outcome outcome)
    {
        Audit();
        if (outcome.Receipt is { } receipt) Promised(delivery, receipt);
        else Denied(delivery, outcome.Refusal!);
    }

    private void Promised(Delivery delivery, Receipt receipt)
    {
        Acknowledged++;
        var wish = delivery.Wish;
        var row = disk.Durable.Commands.GetValueOrDefault(wish.Key);
        Expect(row is not null, $"sending {delivery.Number} was acknowledged and is not on the disk");
        Expect(row?.BodySha256 == wish.Body, $"sending {delivery.Number} was acknowledged and something else stands under its id");
        Expect(row?.Stream == receipt.Stream && row.LastVersion == receipt.Version, $"sending {delivery.Number} was told {receipt}, the disk has {row}");
        Expect(receipt.Replayed || landed.GetValueOrDefault(wish.Key, -1) == delivery.Number, $"sending {delivery.Number} was told as new and is not what took effect");
        told[wish.Stream] = Math.Max(told.GetValueOrDefault(wish.Stream), receipt.Version);
    }

    private void Denied(Delivery delivery, Refusal refusal)
    {
        var wish = delivery.Wish;
        refused.Add(delivery.Number);
        Expect(landed.GetValueOrDefault(wish.Key, -1) != delivery.Number, $"sending {delivery.Number} was refused ({refusal.Code}) and took effect");
        var row = disk.Durable.Commands.GetValueOrDefault(wish.Key);
        if (refusal.Code == Refusals.CommandIdReused.Code)
        {
            Expect(row is not null && row.BodySha256 != wish.Body, $"sending {delivery.Number} was told that its id is used, and it is not");
            return;
        }

        Expect(!delivery.WasKept, $"sending {delivery.Number} was refused ({refusal.Code}) after the same command had taken effect");
        if (refusal == Refusals.FactsMoved)
        {
            Expect(wish.RestsOn.Any(h => disk.Durable.Version(h.Stream) != h.Version), $"sending {delivery.Number} was told that facts had moved, and none has");
            return;
        }

        var committed = States(wish.Stream);
        var restsOn = Enumerable.Range(0, committed.Count).Where(v => v >= delivery.Floor).Where(v => refusal.Code == "stale-version"
            ? wish.Expected != v && refusal.With["actual"] == v.ToString(CultureInfo.InvariantCulture)
            : (wish.Expected ?? v) == v && committed[v].Decide(wish.Command, delivery.Stamp).Refusal?.Code == refusal.Code);
        Expect(restsOn.Any(), $"sending {delivery.Number} was refused ({refusal.Code}) and no committed version since {delivery.Floor} says so");
    }

    public void Shown(View<Tally> view, long floor)
    {
        Audit();
        var committed = States(view.Head.Stream);
        Expect(view.Version < committed.Count, $"version {view.Version} of {view.Id} was shown; the disk has {committed.Count - 1}");
        Expect(view.Version >= floor, $"version {view.Version} of {view.Id} was shown after {floor} had been told");
        if (view.Version < committed.Count) Expect(Same(view.State, committed[(int)view.Version]), $"version {view.Version} of {view.Id} was shown with another state than the log gives");
    }

    private List<Tally> States(string stream) => states.TryGetValue(stream, out var known) ? known : states[stream] = [Tally.New];

    private static bool Same(Tally a, Tally b) => a.Total == b.Total && a.Cells == b.Cells && a.By.AsSpan().SequenceEqual(b.By.AsSpan());

    /// <summary>Looks at what has been added to the disk since the last audit, and that nothing else has changed.</summary>
    public void Audit()
    {
        var now = disk.Durable;
        if (ReferenceEquals(now, audited) || Broken is not null) return;
        var before = audited;
        audited = now;
        Expect(now.Events.Count >= before.Events.Count && (before.Events.Count == 0 || now.Events[before.Events.Count - 1] == before.Events[^1]), $"what was on the disk has changed");
        if (Broken is not null) return;

        var touched = new HashSet<string>(StringComparer.Ordinal);
        var added = now.Events.GetRange(before.Events.Count, now.Events.Count - before.Events.Count);
        for (var i = 0; i < added.Count && Broken is null;)
        {
            var first = added[i].Event;
            var command = added.Skip(i).TakeWhile(p => p.Event.Reason == first.Reason && p.Event.Stream == first.Stream).ToList();
            Effect(now, command, before.Events.Count + i);
            touched.Add(first.Stream);
            i += command.Count;
        }

        if (Broken is not null) return;
        Expect(now.Commands.Count == landed.Count, $"the disk has {now.Commands.Count} commands and the events of {landed.Count}");
        Notes(now);
        foreach (var stream in touched) Expect(SameRows(stream, now), $"the read rows of {stream} are not those of a rebuild");
        Batches(before, now);
    }

    /// <summary>All events of one command, which must follow from the state before them.</summary>
    private void Effect(Disk now, List<PlacedEvent> placed, int at)
    {
        var first = placed[0].Event;
        var delivery = deliveries[int.Parse(first.Reason!, CultureInfo.InvariantCulture)];
        var wish = delivery.Wish;
        var committed = States(first.Stream);
        var before = committed.Count - 1;
        Expect(first.Stream == wish.Stream && first.CommandId == wish.Key.Id && first.Actor == wish.Key.Principal, $"an event of sending {delivery.Number} stands elsewhere");
        Expect(!refused.Contains(delivery.Number), $"sending {delivery.Number} was refused and took effect later");
        Expect(landed.TryAdd(wish.Key, delivery.Number), $"command {wish.Key} took effect twice");
        Expect(wish.Expected is null || wish.Expected == before, $"sending {delivery.Number} expected version {wish.Expected} and took effect on {before}");
        foreach (var head in wish.RestsOn) Expect(States(head.Stream).Count - 1 == head.Version, $"sending {delivery.Number} rests on {head}, which had moved");

        var decision = committed[before].Decide(wish.Command, delivery.Stamp);
        Expect(decision.Refusal is null, $"sending {delivery.Number} took effect against the rules: {decision.Refusal?.Code}");
        Expect(decision.Events.Length == placed.Count || decision.Refusal is not null, $"sending {delivery.Number} left {placed.Count} of {decision.Events.Length} events");
        foreach (var (position, e) in placed)
        {
            Expect(position == ++at, $"position {position} stands at place {at}");
            Expect(e.Version == committed.Count, $"version {e.Version} of {e.Stream} follows {committed.Count - 1}");
            if (Broken is not null) return;
            var previous = e.Version > 1 ? now.Stream(e.Stream)[(int)e.Version - 2].Hash : HashChain.Start;
            Expect(HashChain.Next(previous, e).AsSpan().SequenceEqual(e.Hash), $"the chain of {e.Stream} breaks at {e.Version}");
            if (Broken is not null) return;
            var happened = Kind.Read(e);
            committed.Add(committed[^1].Evolve((TallyEvent)happened, e.Stamp));
            if (happened is Counted { By: 7 }) notes.Add($"{e.Stream}@{e.Version}#0");
        }

        var row = now.Commands.GetValueOrDefault(wish.Key);
        Expect(row?.LastVersion == placed[^1].Event.Version && row.Stream == wish.Stream && row.BodySha256 == wish.Body, $"the row of {wish.Key} does not tell what it did: {row}");
    }

    /// <summary>A note is there from its cause on, once, until somebody was told that it is done.</summary>
    private void Notes(Disk now)
    {
        Expect(now.Notes.Keys.All(notes.Contains), $"a note is on the disk that no event caused");
        foreach (var note in notes)
        {
            if (notesDone.Contains(note)) Expect(!now.Notes.ContainsKey(note), $"note {note} is there again after it was done");
            else if (!notesUncertain.Contains(note)) Expect(now.Notes.ContainsKey(note), $"note {note} is missing");
        }
    }

    /// <summary>Somebody was told to run these, alone for that long.</summary>
    public void Claimed(IReadOnlyList<Note> due, DateTimeOffset from, DateTimeOffset until)
    {
        Audit();
        foreach (var note in due)
        {
            Expect(notes.Contains(note.Id), $"note {note.Id} was claimed; no event on the disk has caused it");
            Expect(!claims.Exists(c => c.Note == note.Id && c.From < until && from < c.Until), $"note {note.Id} was claimed by two at once");
            claims.Add((note.Id, from, until));
        }
    }

    /// <summary>Who claimed a note begins to say that it is done; to try it again loses nothing at any time.</summary>
    public void Settling(string note, DateTimeOffset claimed, DateTimeOffset? again)
    {
        claims.RemoveAll(c => c.Note == note && c.From == claimed);
        if (again is null) notesUncertain.Add(note);
    }

    public void Settled(string note, DateTimeOffset? again)
    {
        Audit();
        if (again is null) notesDone.Add(note);
        Notes(disk.Durable);
    }

    /// <summary>Whether the disk has the rows that the stream's last state gives.</summary>
    private bool SameRows(string stream, Disk now)
    {
        var committed = States(stream);
        var rows = new DiskRows(NoRows);
        Kind.Rows(new(stream["tally/".Length..], committed[^1], committed.Count - 1), before: null).Write(rows);
        return rows.Rows.All(row => now.Rows.TryGetValue(row.Key, out var kept) && kept.SequenceEqual(row.Value));
    }

    private void Batches(Disk before, Disk now)
    {
        var last = before.Batches is [.., var b] ? b : new BatchRow(0, 0, 0, HashChain.Start);
        foreach (var batch in now.Batches.GetRange(before.Batches.Count, now.Batches.Count - before.Batches.Count))
        {
            Expect(batch.Number == last.Number + 1 && batch.First == last.Last + 1, $"batch {batch.Number} does not follow batch {last.Number}");
            Expect(batch.Last >= batch.First && batch.Last <= now.Events.Count, $"batch {batch.Number} covers {batch.First} to {batch.Last} of {now.Events.Count} events");
            if (Broken is not null) return;
            var hashes = now.Events.GetRange((int)batch.First - 1, (int)(batch.Last - batch.First + 1)).Select(p => p.Event.Hash);
            Expect(HashChain.NextBatch(last.Hash, hashes).AsSpan().SequenceEqual(batch.Hash), $"the chain of batches breaks at {batch.Number}");
            last = batch;
        }

        Expect(last.Last == now.Events.Count, $"the last batch ends at {last.Last} of {now.Events.Count} events");
    }

    /// <summary>The whole disk once more, from its first event, as a stranger would find it.</summary>
    public void AuditAll()
    {
        Audit();
        if (Broken is not null) return;
        var rebuilt = new DiskRows(NoRows);
        foreach (var stream in disk.Durable.Streams.Keys)
        {
            var events = disk.Durable.Stream(stream);
            Kind.Rebuild(stream, events, Kind.Tables, rebuilt);
            Expect(Kind.Fault(events) is null, $"{stream}: {Kind.Fault(events)}");
            Expect(Same(Kind.Fold(Tally.New, events), States(stream)[^1]), $"folding {stream} gives another state than its life gave");
        }

        Expect(rebuilt.Rows.Count == disk.Durable.Rows.Count && rebuilt.Rows.All(row => disk.Durable.Rows.TryGetValue(row.Key, out var kept) && kept.SequenceEqual(row.Value)),
            $"the read rows are not those of a rebuild");
        Expect(disk.Durable.Events.Select(p => p.Event).GroupBy(e => e.Stream, StringComparer.Ordinal).All(g => g.SequenceEqual(disk.Durable.Stream(g.Key))), $"streams and log differ");
    }

    public bool IsKept(Wish wish) => disk.Durable.Commands.TryGetValue(wish.Key, out var row) && row.BodySha256 == wish.Body;

    public string Summary() => JsonSerializer.Serialize(new { events = disk.Durable.Events.Count, batches = disk.Durable.Batches.Count, Acknowledged, Refused });
}
