using System.Collections.Immutable;
using InnovationScale.Storage;

namespace InnovationScale.Simulation;

/// <summary>What stands on a disk. It is immutable, so that a savepoint, a transaction and a crash are each one reference.</summary>
internal sealed record Disk
{
    public static Disk Empty { get; } = new();

    public ImmutableList<PlacedEvent> Events { get; init; } = [];

    public ImmutableDictionary<string, ImmutableList<LoggedEvent>> Streams { get; init; } = ImmutableDictionary<string, ImmutableList<LoggedEvent>>.Empty;

    public ImmutableDictionary<CommandKey, CommandRow> Commands { get; init; } = ImmutableDictionary<CommandKey, CommandRow>.Empty;

    public ImmutableDictionary<string, KeptNote> Notes { get; init; } = ImmutableDictionary<string, KeptNote>.Empty;

    public ImmutableList<BatchRow> Batches { get; init; } = [];

    public ImmutableDictionary<RowKey, ImmutableArray<object?>> Rows { get; init; } = ImmutableDictionary<RowKey, ImmutableArray<object?>>.Empty;

    public ImmutableList<LoggedEvent> Stream(string stream) => Streams.GetValueOrDefault(stream, []);

    public IEnumerable<KeptNote> DueNotes(DateTimeOffset now) => Notes.Values.Where(n => n.Due <= now).OrderBy(n => n.Due).ThenBy(n => n.Note.Id, StringComparer.Ordinal);

    public long Version(string stream) => Stream(stream) is [.., var last] ? last.Version : 0;
}

internal readonly record struct PlacedEvent(long Position, LoggedEvent Event);

/// <param name="Due">Null once it has been given up.</param>
/// <param name="HeldUntil">Claimed by somebody until then.</param>
internal readonly record struct KeptNote(Note Note, DateTimeOffset? Due, DateTimeOffset? HeldUntil = null);

internal readonly record struct BatchRow(long Number, long First, long Last, byte[] Hash);

internal readonly record struct RowKey(string Table, string Id, long N);

/// <summary>Collects read rows into a disk.</summary>
internal sealed class DiskRows(ImmutableDictionary<RowKey, ImmutableArray<object?>> rows) : IRowWriter
{
    public ImmutableDictionary<RowKey, ImmutableArray<object?>> Rows { get; private set; } = rows;

    public void Upsert(ReadTable table, object?[] values) =>
        Rows = Rows.SetItem(new(table.Name, (string)values[0]!, table.Many ? (long)values[1]! : 0), [.. values.Skip(table.Many ? 2 : 1)]);

    public void Delete(ReadTable table, string id)
    {
        for (var key = new RowKey(table.Name, id, 0); Rows.ContainsKey(key); key = key with { N = key.N + 1 }) Rows = Rows.Remove(key);
    }
}
