using System.Text.Json;
using InnovationScale.Storage;

namespace InnovationScale;

/// <summary>
/// Where a host may keep committed states, so that a long stream is not folded from its first event. Only a cache: one that is gone, old, of another
/// version of the rules or simply wrong costs time and nothing else. Kinds that know something personal have none.
/// </summary>
public interface ISnapshots
{
    /// <summary>Null where there is none, or none that can be had in time.</summary>
    Task<Snapshot?> Read(string stream);

    /// <summary>Begins to keep it, and returns at once.</summary>
    void Keep(string stream, Snapshot snapshot);
}

/// <summary>A state as it was committed.</summary>
/// <param name="Hash">Of the event that made it so: the log must still say the same, or the snapshot is passed over.</param>
/// <param name="FoldVersion">Of the rules that folded it.</param>
/// <param name="Json">The state.</param>
public sealed record Snapshot(long Version, byte[] Hash, int FoldVersion, string Json)
{
    /// <summary>Folding fewer events than this is quicker than fetching a snapshot of them.</summary>
    public const int From = 64;

    public static Snapshot Of<TAggregate>(TAggregate state, LogHead head) where TAggregate : class, IAggregate<TAggregate> =>
        new(head.Version, head.Hash, TAggregate.FoldVersion, JsonSerializer.Serialize(state, StoredJson.Options));

    /// <summary>Null where other rules wrote it, or it cannot be read.</summary>
    public TAggregate? State<TAggregate>() where TAggregate : class, IAggregate<TAggregate>
    {
        if (FoldVersion != TAggregate.FoldVersion) return null;
        try
        {
            return JsonSerializer.Deserialize<TAggregate>(Json, StoredJson.Options);
        }
        catch (JsonException)   // kept by another release: the stream is folded instead
        {
            return null;
        }
    }
}
