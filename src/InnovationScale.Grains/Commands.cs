using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace InnovationScale;

/// <summary>
/// The commands of one aggregate by name (<c>register-pilot</c>), and how one travels to the process that runs its grain: whole, gathered facts
/// included. Names of the language never travel, so that a silo of the next version understands one of this.
/// </summary>
public static class Commands<TAggregate> where TAggregate : class, IAggregate<TAggregate>
{
    private static readonly FrozenDictionary<string, Type> ByName = TAggregate.CommandType.Assembly.GetTypes()
        .Where(type => !type.IsAbstract && type.IsAssignableTo(TAggregate.CommandType))
        .ToFrozenDictionary(NameOf, StringComparer.Ordinal);

    // A number that is none arrives as it was sent: the rules refuse it, not the way here.
    private static readonly JsonSerializerOptions Json = new(StoredJson.Options) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    public static string NameOf(ICommand<TAggregate> command) => NameOf(command.GetType());

    public static byte[] Write(ICommand<TAggregate> command) => JsonSerializer.SerializeToUtf8Bytes(command, command.GetType(), Json);

    /// <exception cref="JsonException">This version knows no such command, or not of this shape.</exception>
    public static ICommand<TAggregate> Read(string name, ReadOnlySpan<byte> json) => ByName.TryGetValue(name, out var type)
        ? (ICommand<TAggregate>?)JsonSerializer.Deserialize(json, type, Json) ?? throw new JsonException($"The command “{name}” is empty.")
        : throw new JsonException($"A {TAggregate.Kind} has no command “{name}”.");

    private static string NameOf(Type type) => JsonNamingPolicy.KebabCaseLower.ConvertName(type.Name);
}
