using Microsoft.Extensions.Caching.Memory;

namespace InnovationScale.Silo;

/// <summary>
/// The grains of a cluster: each command goes to the silo where its grain runs, wherever that is. What was looked at is kept for a while, so that a record
/// which has not changed does not travel again; the grain says each time whether it has.
/// </summary>
/// <param name="interfaces">The grain interface of each kind of aggregate.</param>
public sealed class ClusterGrains(IGrainFactory grains, IReadOnlyDictionary<Type, Type> interfaces) : IGrains, IDisposable
{
    private const long KeptBytesMost = 64 << 20;

    // Counted as they came over the wire.
    private readonly MemoryCache kept = new(new MemoryCacheOptions { SizeLimit = KeptBytesMost });

    // A silo that has just died is asked once more: by then the directory knows, and the command's id keeps it from taking effect twice.
    private const int Attempts = 2;

    public async Task<Outcome> Execute<TAggregate>(string id, ICommand<TAggregate> command, Stamp stamp, long? expectedVersion = null)
        where TAggregate : class, IAggregate<TAggregate>
    {
        Wire wire = Wire.Of(command), by = Wire.Of(stamp);
        return (await Asked<TAggregate>(id, grain => grain.Execute(wire, by, expectedVersion))).AsOutcome();
    }

    public async Task<View<TAggregate>> Look<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate>
    {
        var stream = Streams.Of<TAggregate>(id);
        var known = kept.Get<Seen<TAggregate>>(stream);
        var shown = await Asked<TAggregate>(id, grain => grain.Look(known?.Hash));
        var seen = shown.AsSeen(known);
        // A record that is not there is asked for by anybody, and is small.
        if (seen != known && seen.Version > 0) kept.Set(stream, seen, new MemoryCacheEntryOptions { Size = shown.Json.Length });
        return new(id, seen.State, seen.Version);
    }

    public void Dispose() => kept.Dispose();

    private async Task<Wire> Asked<TAggregate>(string id, Func<IAggregateGrain, Task<Wire>> ask) where TAggregate : class, IAggregate<TAggregate>
    {
        var grain = (IAggregateGrain)grains.GetGrain(interfaces[typeof(TAggregate)], id);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ask(grain);
            }
            // Nobody cancels here but the cluster itself, of a message that waited too long.
            catch (Exception lost) when (lost is OrleansException or TimeoutException or OperationCanceledException)
            {
                if (attempt == Attempts || lost is not OrleansException)
                    throw new StoreUnavailableException("The part of the cluster that keeps this record does not answer. Send the same request again in a moment.", lost);
            }
        }
    }
}
