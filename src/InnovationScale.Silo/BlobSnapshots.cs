using System.Collections.Concurrent;
using System.Text.Json;
using Orleans.Storage;

namespace InnovationScale.Silo;

/// <summary>
/// Snapshots as Orleans grain state in Azure blobs. Read with a short patience and written behind everybody's back: while the blobs are away a
/// grain takes longer to wake, and nothing else is noticed.
/// </summary>
internal sealed partial class BlobSnapshots([FromKeyedServices(BlobSnapshots.Name)] IGrainStorage storage, TimeProvider clock, ILogger<BlobSnapshots> logger) : ISnapshots
{
    public const string Name = "snapshots";
    private const string State = "state";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, bool> writing = new(StringComparer.Ordinal);

    public async Task<Snapshot?> Read(string stream)
    {
        try
        {
            return (await Fetch(stream).WaitAsync(Patience, clock)).State;
        }
        catch (Exception away)
        {
            LogNotRead(away, stream);
            return null;
        }
    }

    public void Keep(string stream, Snapshot snapshot)
    {
        // One write in flight for a grain; the next one comes when its log has grown four times.
        if (writing.TryAdd(stream, true)) _ = Task.Run(() => Write(stream, snapshot));
    }

    private async Task Write(string stream, Snapshot snapshot)
    {
        try
        {
            var kept = await Fetch(stream);
            // Whatever is there may be wrong, but what newer rules wrote is theirs.
            if (kept.State?.FoldVersion > snapshot.FoldVersion) return;
            kept.State = snapshot;
            await storage.WriteStateAsync(State, IdOf(stream), kept);
        }
        catch (InconsistentStateException)
        {
            // Another activation was faster: its snapshot is as good.
        }
        catch (Exception away)
        {
            LogNotKept(away, stream);
        }
        finally
        {
            writing.TryRemove(stream, out _);
        }
    }

    private async Task<GrainState<Snapshot?>> Fetch(string stream)
    {
        var kept = new GrainState<Snapshot?>();
        await storage.ReadStateAsync(State, IdOf(stream), kept);
        return kept;
    }

    private static GrainId IdOf(string stream) => GrainId.Parse(stream, System.Globalization.CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The snapshot of {Stream} cannot be had now: the grain is folded from its events.")]
    private partial void LogNotRead(Exception away, string stream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No snapshot of {Stream} is kept: the next one comes when its log has grown.")]
    private partial void LogNotKept(Exception away, string stream);
}

/// <summary>Snapshots as JSON of the product's own making: no type name of Orleans or of the language is kept.</summary>
internal sealed class StoredJsonStorage : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, StoredJson.Options));

    public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input, StoredJson.Options)!;
}
