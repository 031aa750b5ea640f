using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace InnovationScale;

/// <summary>
/// Every event ever stored can still be read. One kept sample a stored name and shape: <c>Stored/&lt;kind&gt;/&lt;event-name&gt;.&lt;n&gt;.json</c>.
/// Missing first samples are written by running these tests with KEEP_SAMPLES=1; a kept sample is never rewritten, a changed shape gets the next number.
/// </summary>
public class EveryStoredEvent
{
    private static readonly JsonSerializerOptions Pretty = new(StoredJson.Kept) { WriteIndented = true };

    public static TheoryData<string, string> Names()
    {
        var names = new TheoryData<string, string>();
        foreach (var aggregate in Aggregates.All)
        {
            foreach (var name in aggregate.EventNames.Keys) names.Add(aggregate.Kind, name);
        }

        return names;
    }

    [Theory, MemberData(nameof(Names))]
    public void Has_a_kept_sample_that_is_read_and_written_as_today(string kind, string name)
    {
        var aggregate = Aggregates.All.Single(a => a.Kind == kind);
        var folder = Path.Combine(Project.Root, "tests", "InnovationScale.Tests", "Stored", kind);
        var first = Path.Combine(folder, $"{name}.1.json");
        if (!File.Exists(first) && Environment.GetEnvironmentVariable("KEEP_SAMPLES") == "1")
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(first, Json(Sample.Of(aggregate.EventNames[name]), aggregate.EventType) + "\n");
        }

        Assert.True(File.Exists(first), $"No kept sample {first}: run the tests once with KEEP_SAMPLES=1 and look at what it wrote.");

        var samples = Directory.GetFiles(folder, $"{name}.*.json").OrderBy(f => int.Parse(f.Split('.')[^2])).ToArray();
        foreach (var file in samples)
        {
            var text = File.ReadAllText(file).TrimEnd();
            var read = JsonSerializer.Deserialize(text, aggregate.EventType, StoredJson.Options);
            Assert.IsType(aggregate.EventNames[name], read);
            if (file == samples[^1]) Assert.Equal(text, Json(read!, aggregate.EventType));
        }
    }

    /// <summary>Whatever a sentence names is in the newest form of the event.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Is_told_in_a_whole_sentence(string kind, string name)
    {
        var newest = Directory.GetFiles(Path.Combine(Project.Root, "tests", "InnovationScale.Tests", "Stored", kind), $"{name}.*.json").OrderBy(f => int.Parse(f.Split('.')[^2])).Last();
        var values = Pilots.PilotTimeline.Values(File.ReadAllText(newest)).Select(one => (one.Key, one.Value)).ToList();
        foreach (var words in Words.Catalogues.Prepend(Words.English)) Assert.DoesNotContain("{", words.Happened(name, values), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void Is_told_in_every_language(string kind, string name)
    {
        var english = Words.English.Find($"happened.{name}");
        Assert.True(english is not null, $"No language has a sentence “happened.{name}” for what happens to a {kind}.");
        Assert.All(Words.Catalogues.Where(words => words != Words.English), words => Assert.NotEqual(english, words.Find($"happened.{name}")));
    }

    [Fact]
    public void Has_a_sample_of_a_name_that_still_exists()
    {
        var kept = Directory.GetFiles(Path.Combine(Project.Root, "tests", "InnovationScale.Tests", "Stored"), "*.json", SearchOption.AllDirectories)
            .Select(f => $"{Path.GetFileName(Path.GetDirectoryName(f))}/{Path.GetFileName(f).Split('.')[0]}").Distinct();
        Assert.Empty(kept.Except(Aggregates.All.SelectMany(a => a.EventNames.Keys.Select(n => $"{a.Kind}/{n}"))));
    }

    [Fact]
    public void Has_a_name_in_storage_in_kebab_case()
    {
        foreach (var aggregate in Aggregates.All)
        {
            Assert.Equal(Aggregates.Cases(aggregate.EventType).Select(t => t.Name).Order(), aggregate.EventNames.Values.Select(t => t.Name).Order());
            Assert.All(aggregate.EventNames.Keys, n => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", n));
        }
    }

    private static string Json(object happened, Type eventType) => JsonSerializer.Serialize(happened, eventType, Pretty);
}

/// <summary>Every aggregate of the domain, found by reflection.</summary>
public sealed record Aggregates(Type Type, string Kind, Type CommandType, Type EventType)
{
    public static ImmutableArray<Aggregates> All { get; } =
    [
        .. typeof(IAggregate<>).Assembly.GetTypes()
            .Where(t => t is { IsAbstract: false, IsClass: true } && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IAggregate<>)))
            .OrderBy(t => t.Name, StringComparer.Ordinal)
            .Select(t => (Aggregates)typeof(Aggregates).GetMethod(nameof(Describe), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(t).Invoke(null, null)!),
    ];

    public ImmutableSortedDictionary<string, Type> EventNames { get; } = EventType.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false)
        .ToImmutableSortedDictionary(a => (string)a.TypeDiscriminator!, a => a.DerivedType, StringComparer.Ordinal);

    public static IEnumerable<Type> Cases(Type root) => root.Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsSubclassOf(root));

    private static Aggregates Describe<TAggregate>() where TAggregate : class, IAggregate<TAggregate> =>
        new(typeof(TAggregate), TAggregate.Kind, TAggregate.CommandType, TAggregate.EventType);
}

/// <summary>A value of any stored type with every member filled, so that a kept sample shows every field. The same at every run.</summary>
public static class Sample
{
    public static object Of(Type type, string name = "value")
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Of(inner, name);
        if (type == typeof(string)) return JsonNamingPolicy.KebabCaseLower.ConvertName(name);
        if (type == typeof(bool)) return true;
        if (type == typeof(int)) return 7;
        if (type == typeof(long)) return 7L;
        if (type == typeof(double)) return 0.25;
        if (type == typeof(decimal)) return 2.5m;
        if (type == typeof(DateOnly)) return new DateOnly(2026, 9, 1);
        if (type == typeof(DateTimeOffset)) return new DateTimeOffset(2026, 9, 1, 8, 30, 0, TimeSpan.Zero);
        if (type == typeof(HeldRole)) return new HeldRole(Role.Teacher, "heron-bay");
        if (type.IsEnum) return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
        if (type.IsGenericType) return Collection(type, name);
        return Filled(type);
    }

    private static object Collection(Type type, string name)
    {
        var arguments = type.GetGenericArguments();
        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(ImmutableArray<>)) return Call(typeof(ImmutableArray), nameof(ImmutableArray.Create), arguments, Of(arguments[0], name));
        if (definition == typeof(ImmutableSortedDictionary<,>) || definition == typeof(ImmutableDictionary<,>))
        {
            var empty = type.GetField("Empty")!.GetValue(null)!;
            return type.GetMethod("Add")!.Invoke(empty, [Of(arguments[0], name), Of(arguments[1], name)])!;
        }

        return Filled(type);
    }

    private static object Call(Type factory, string method, Type[] arguments, object value) => factory.GetMethods()
        .Single(m => m.Name == method && m.IsGenericMethodDefinition && m.GetParameters() is [{ ParameterType: { IsGenericMethodParameter: true } }])
        .MakeGenericMethod(arguments).Invoke(null, [value])!;

    private static object Filled(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)
            ?? throw new InvalidOperationException($"No sample can be made of {type}: it has no public constructor.");
        var filled = constructor.Invoke([.. constructor.GetParameters().Select(p => Of(p.ParameterType, p.Name!))]);
        var taken = constructor.GetParameters().Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.SetMethod is { IsPublic: true } && !taken.Contains(p.Name) && !p.IsDefined(typeof(JsonIgnoreAttribute))))
        {
            property.SetValue(filled, Of(property.PropertyType, property.Name));
        }

        return filled;
    }
}
