using System.Text.Json;
using InnovationScale.Storage;

namespace InnovationScale.Silo;

/// <summary>
/// All that passes between the processes of a cluster: a stored name and JSON. No type of the product travels, so that silos of two versions
/// can stand side by side while one replaces the other.
/// </summary>
[GenerateSerializer, Immutable, Alias("wire")]
public sealed record Wire(string Name, byte[] Json)
{
    private const string Receipt = "receipt", Refusal = "refusal", Unavailable = "unavailable", View = "view", Unchanged = "same";

    /// <summary>A record stands where the caller has it.</summary>
    public static Wire Same { get; } = new(Unchanged, []);

    public static Wire Of<TAggregate>(ICommand<TAggregate> command) where TAggregate : class, IAggregate<TAggregate> =>
        new(Commands<TAggregate>.NameOf(command), Commands<TAggregate>.Write(command));

    public static Wire Of(Stamp stamp) => Written("stamp", stamp);

    public static Wire Of(Outcome outcome) => outcome.Receipt is { } receipt ? Written(Receipt, receipt) : Written(Refusal, outcome.Refusal);

    public static Wire Of(StoreUnavailableException away) => Written(Unavailable, away.Message);

    public static Wire Of<TAggregate>(View<TAggregate> view, LogHead head) where TAggregate : class, IAggregate<TAggregate> => Written(View, new Seen<TAggregate>(head.Version, head.Hash, view.State));

    public ICommand<TAggregate> AsCommand<TAggregate>() where TAggregate : class, IAggregate<TAggregate> => Commands<TAggregate>.Read(Name, Json);

    public Stamp AsStamp() => Read<Stamp>();

    /// <exception cref="StoreUnavailableException">That is what the grain said.</exception>
    public Outcome AsOutcome() => Name switch
    {
        Receipt => Read<Receipt>(),
        Refusal => Read<Refusal>(),
        _ => throw Away(),
    };

    /// <param name="known">What the caller has.</param>
    /// <exception cref="StoreUnavailableException">That is what the grain said.</exception>
    public Seen<TAggregate> AsSeen<TAggregate>(Seen<TAggregate>? known) where TAggregate : class, IAggregate<TAggregate> => Name switch
    {
        Unchanged when known is not null => known,
        View => Read<Seen<TAggregate>>(),
        _ => throw Away(),
    };

    private StoreUnavailableException Away() => Name is Unavailable
        ? new(Read<string>())
        : new($"A silo of another version answered with “{Name}”, which this one does not know. Send the same request again in a moment.");

    private static Wire Written<T>(string name, T value) => new(name, JsonSerializer.SerializeToUtf8Bytes(value, StoredJson.Options));

    private T Read<T>() => JsonSerializer.Deserialize<T>(Json, StoredJson.Options) ?? throw new JsonException($"“{Name}” is empty.");
}

/// <summary>A committed state as a grain showed it.</summary>
/// <param name="Hash">Of the event that made it so: no other state has it.</param>
public sealed record Seen<TAggregate>(long Version, byte[] Hash, TAggregate State);
