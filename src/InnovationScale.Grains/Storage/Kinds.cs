using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using InnovationScale.Trials;

namespace InnovationScale.Storage;

/// <summary>Every kind of aggregate that this product runs, with its read tables and what follows from its events.</summary>
public sealed class Kinds
{
    private readonly Dictionary<string, IKind> byName = new(StringComparer.Ordinal);

    /// <param name="tables">Its read tables.</param>
    /// <param name="follows">Notes that an event leaves for later (outbox rows); ids are given by the host.</param>
    public Kinds Add<TAggregate>(
        IEnumerable<ReadTable<TAggregate>>? tables = null, Func<View<TAggregate>, IEvent<TAggregate>, Stamp, IEnumerable<FollowUp>>? follows = null)
        where TAggregate : class, IAggregate<TAggregate>
    {
        byName.Add(TAggregate.Kind, new Kind<TAggregate>([.. tables ?? []], follows));
        return this;
    }

    public IReadOnlyCollection<IKind> All => byName.Values;

    /// <summary>Whether something personal may be kept beside the events of a stream.</summary>
    public bool HasPersonal(string stream) => byName.TryGetValue(stream[..stream.IndexOf('/', StringComparison.Ordinal)], out var kind) && kind.HasPersonal;

    public Kind<TAggregate> Of<TAggregate>() where TAggregate : class, IAggregate<TAggregate> =>
        byName.TryGetValue(TAggregate.Kind, out var kind)
            ? (Kind<TAggregate>)kind
            : throw new InvalidOperationException($"No kind “{TAggregate.Kind}” was added at start.");
}

/// <summary>A step that follows from an event: what kind of step, with what it needs to know, and when.</summary>
public sealed record FollowUp(string Kind, string Json, DateTimeOffset? Due = null);

/// <summary>A kind of aggregate as the host's commands (rebuild, verify, export) see it.</summary>
public interface IKind
{
    string Name { get; }

    IReadOnlyList<ReadTable> Tables { get; }

    /// <summary>Some of its events say something about a person, which is kept in the vault. Of its state no snapshot is kept.</summary>
    bool HasPersonal { get; }

    /// <summary>Folds a whole stream and writes its rows of the given tables.</summary>
    void Rebuild(string stream, IReadOnlyList<LoggedEvent> events, IReadOnlyCollection<ReadTable> tables, IRowWriter writer);

    /// <summary>Whether this person may look at a record of this kind, and there is one.</summary>
    Task<bool> CanBeSeen(Desk desk, Principal who, string id);

    /// <summary>The condition under which this person sees a row of a list of this kind.</summary>
    Condition Seen(Desk desk, Principal who, string shown, string id);

    /// <summary>The state that events lead to, as JSON, without what is personal.</summary>
    string Json(IReadOnlyList<LoggedEvent> events);

    /// <summary>Folds a whole stream and tells what is wrong with it, if anything: an event that cannot be read or cells that are not those that were hashed.</summary>
    string? Fault(IReadOnlyList<LoggedEvent> events);
}

/// <inheritdoc cref="IKind"/>
public sealed class Kind<TAggregate> : IKind where TAggregate : class, IAggregate<TAggregate>
{
    private readonly ImmutableArray<ReadTable<TAggregate>> tables;
    private readonly Func<View<TAggregate>, IEvent<TAggregate>, Stamp, IEnumerable<FollowUp>>? follows;
    private readonly JsonTypeInfo eventJson = StoredJson.Kept.GetTypeInfo(TAggregate.EventType);
    private readonly Dictionary<Type, string> names;
    private readonly Dictionary<string, ImmutableArray<(string Member, PropertyInfo Property)>> personal;

    internal Kind(ImmutableArray<ReadTable<TAggregate>> tables, Func<View<TAggregate>, IEvent<TAggregate>, Stamp, IEnumerable<FollowUp>>? follows)
    {
        (this.tables, this.follows) = (tables, follows);
        names = TAggregate.EventType.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false)
            .ToDictionary(a => a.DerivedType, a => (string)a.TypeDiscriminator!);
        personal = names.Select(one => (Name: one.Value, Members: PersonalOf(one.Key))).Where(one => one.Members is not []).ToDictionary(one => one.Name, one => one.Members, StringComparer.Ordinal);
    }

    public string Name => TAggregate.Kind;

    public IReadOnlyList<ReadTable> Tables => tables;

    public bool HasPersonal => personal.Count > 0;

    /// <summary>The event as it is stored, hashed on to the one before it.</summary>
    public LoggedEvent Write(string stream, long version, IEvent<TAggregate> happened, Stamp stamp, ReadOnlySpan<byte> previous)
    {
        var cells = happened is ICarriesCells<TAggregate> carrier ? [.. carrier.Cells.Select(CellRows.Write)] : ImmutableArray<string>.Empty;
        var logged = new LoggedEvent(stream, version, names[happened.GetType()], JsonSerializer.Serialize(happened, eventJson),
            stamp.Actor, stamp.Role.ToString(), stamp.At.ToUniversalTime().ToString("O"), stamp.CommandId, stamp.Reason, HashChain.Start, cells)
        {
            Personal = personal.TryGetValue(names[happened.GetType()], out var members) ? Apart(happened, members) : ImmutableSortedDictionary<string, string>.Empty,
            Erases = happened is IErasesSubject,
        };
        return logged with { Hash = HashChain.Next(previous, logged) };
    }

    /// <summary>The event as it happened, with its cells, and with what is known of its subject now.</summary>
    /// <exception cref="JsonException">Its name or shape is not one this version knows.</exception>
    public IEvent<TAggregate> Read(LoggedEvent logged)
    {
        var happened = (IEvent<TAggregate>)(logged.Personal.IsEmpty || !personal.TryGetValue(logged.Name, out var members)
            ? JsonSerializer.Deserialize(logged.Json, eventJson)
            : Together(logged, members).Deserialize(eventJson))!;
        return happened is ICarriesCells<TAggregate> carrier ? carrier.WithCells([.. logged.Cells.Select(CellRows.Read)]) : happened;
    }

    private static ImmutableArray<(string Member, PropertyInfo Property)> PersonalOf(Type happened) =>
    [
        .. happened.GetProperties().Where(property => property.IsDefined(typeof(PersonalAttribute), inherit: true))
            .Select(property => (JsonNamingPolicy.CamelCase.ConvertName(property.Name), property)),
    ];

    private static ImmutableSortedDictionary<string, string> Apart(IEvent<TAggregate> happened, ImmutableArray<(string Member, PropertyInfo Property)> members) => members
        .Select(one => (one.Member, Value: one.Property.GetValue(happened), one.Property.PropertyType)).Where(one => one.Value is not null)
        .ToImmutableSortedDictionary(one => one.Member, one => JsonSerializer.Serialize(one.Value, one.PropertyType, StoredJson.Options), StringComparer.Ordinal);

    private static JsonObject Together(LoggedEvent logged, ImmutableArray<(string Member, PropertyInfo Property)> members)
    {
        var json = JsonNode.Parse(logged.Json)!.AsObject();
        foreach (var (member, _) in members)
        {
            if (!json.ContainsKey(member) && logged.Personal.TryGetValue(member, out var value)) json.Add(member, JsonNode.Parse(value));
        }

        return json;
    }

    public TAggregate Fold(TAggregate state, IEnumerable<LoggedEvent> events)
    {
        foreach (var e in events) state = state.Evolve(Read(e), e.Stamp);
        return state;
    }

    public IReadRows Rows(View<TAggregate> view, TAggregate? before) => new StreamRows(this, view, before);

    public ImmutableArray<Note> Notes(View<TAggregate> view, long version, IEvent<TAggregate> happened, Stamp stamp) =>
        follows is null ? [] : [.. follows(view, happened, stamp).Select((f, n) => new Note($"{view.Head.Stream}@{version}#{n}", f.Kind, f.Json, f.Due ?? stamp.At))];

    public void Rebuild(string stream, IReadOnlyList<LoggedEvent> events, IReadOnlyCollection<ReadTable> tables, IRowWriter writer)
    {
        if (events.Count == 0) return;
        var view = new View<TAggregate>(stream[(Name.Length + 1)..], Fold(TAggregate.New, events), events[^1].Version);
        foreach (var table in this.tables.Where(tables.Contains)) table.Write(writer, view, before: null);
    }

    public async Task<bool> CanBeSeen(Desk desk, Principal who, string id) => desk.May(who, $"read-{Name}") && (await desk.Look<TAggregate>(who, $"read-{Name}", id)).Exists;

    public Condition Seen(Desk desk, Principal who, string shown, string id) => desk.Seen<TAggregate>(who, shown, id);

    public string Json(IReadOnlyList<LoggedEvent> events) => JsonSerializer.Serialize(Fold(TAggregate.New, events), StoredJson.Kept);

    public string? Fault(IReadOnlyList<LoggedEvent> events)
    {
        foreach (var e in events)
        {
            try
            {
                if (Read(e) is ICarriesCells<TAggregate> carrier && CellRows.Sha256(e.Cells) != carrier.CellsSha256)
                    return $"the cells of version {e.Version} are not those that were hashed";
            }
            catch (JsonException unreadable)
            {
                return $"version {e.Version} ({e.Name}) cannot be read: {unreadable.Message}";
            }
        }

        return null;
    }

    private sealed class StreamRows(Kind<TAggregate> kind, View<TAggregate> view, TAggregate? before) : IReadRows
    {
        public IReadRows Then(IReadRows later) => new StreamRows(kind, ((StreamRows)later).View, before);

        private View<TAggregate> View => view;

        public void Write(IRowWriter writer)
        {
            foreach (var table in kind.tables) table.Write(writer, view, before);
        }
    }
}

/// <summary>The hash of what a person asked, by which a second sending under the same id is recognised or refused.</summary>
public static class CommandBody
{
    private static readonly JsonSerializerOptions Asked = new(StoredJson.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { WithoutGathered } },
    };

    /// <summary>SHA-256 of the stream, the command's name and its JSON without the gathered facts; lower-case hex.</summary>
    public static string Sha256<TAggregate>(string stream, ICommand<TAggregate> command)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(stream));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(command.GetType().Name));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(command, command.GetType(), Asked));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void WithoutGathered(JsonTypeInfo type)
    {
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (IsGathered(type.Type, type.Properties[i])) type.Properties.RemoveAt(i);
        }
    }

    // On a positional record the attribute stands on the constructor's parameter unless it is written [property: Gathered].
    private static bool IsGathered(Type type, JsonPropertyInfo property) =>
        property.AttributeProvider?.IsDefined(typeof(GatheredAttribute), inherit: true) == true
        || (property.AttributeProvider is MemberInfo member && type.GetConstructors().Any(c => c.GetParameters()
            .Any(p => p.Name == member.Name && p.IsDefined(typeof(GatheredAttribute), inherit: true))));
}
