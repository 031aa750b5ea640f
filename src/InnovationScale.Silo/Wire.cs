using System.Text.Json;

namespace InnovationScale.Silo;

/// <summary>
/// All that passes between the processes of a cluster: a stored name and JSON. No type of the product travels, so that silos of two versions
/// can stand side by side while one replaces the other.
/// </summary>
[GenerateSerializer, Immutable, Alias("wire")]
public sealed record Wire(string Name, byte[] Json)
{
    private const string Receipt = "receipt", Refusal = "refusal", Unavailable = "unavailable", View = "view";

    public static Wire Of<TAggregate>(ICommand<TAggregate> command) where TAggregate : class, IAggregate<TAggregate> =>
        new(Commands<TAggregate>.NameOf(command), Commands<TAggregate>.Write(command));

    public static Wire Of(Stamp stamp) => Written("stamp", stamp);

    public static Wire Of(Outcome outcome) => outcome.Receipt is { } receipt ? Written(Receipt, receipt) : Written(Refusal, outcome.Refusal);

    public static Wire Of(StoreUnavailableException away) => Written(Unavailable, away.Message);

    public static Wire Of<TAggregate>(View<TAggregate> view) where TAggregate : class, IAggregate<TAggregate> => Written(View, new Seen<TAggregate>(view.Version, view.State));

    public ICommand<TAggregate> AsCommand<TAggregate>() where TAggregate : class, IAggregate<TAggregate> => Commands<TAggregate>.Read(Name, Json);

    public Stamp AsStamp() => Read<Stamp>();

    /// <exception cref="StoreUnavailableException">That is what the grain said.</exception>
    public Outcome AsOutcome() => Name switch
    {
        Receipt => Read<Receipt>(),
        Refusal => Read<Refusal>(),
        _ => throw Away(),
    };

    /// <exception cref="StoreUnavailableException">That is what the grain said.</exception>
    public View<TAggregate> AsView<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate>
    {
        if (Name is not View) throw Away();
        var seen = Read<Seen<TAggregate>>();
        return new(id, seen.State, seen.Version);
    }

    private StoreUnavailableException Away() => Name is Unavailable
        ? new(Read<string>())
        : new($"A silo of another version answered with “{Name}”, which this one does not know. Send the same request again in a moment.");

    private static Wire Written<T>(string name, T value) => new(name, JsonSerializer.SerializeToUtf8Bytes(value, StoredJson.Options));

    private T Read<T>() => JsonSerializer.Deserialize<T>(Json, StoredJson.Options) ?? throw new JsonException($"“{Name}” is empty.");

    private sealed record Seen<TAggregate>(long Version, TAggregate State);
}
