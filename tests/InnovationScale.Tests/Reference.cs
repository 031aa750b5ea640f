using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace InnovationScale;

/// <summary>
/// The reference packs: expected results at full double precision, in a folder <c>shared/reference</c> beside the repository (or above it,
/// or named by INNOVATIONSCALE_REFERENCE). They are not part of the project; where they are absent their tests say so and are skipped, and
/// the facts carried into the project stand alone.
/// </summary>
public static class Reference
{
    public const string Absent = "The reference packs (shared/reference) are not beside this repository; the facts carried into the tests were checked instead.";

    public static string? Folder { get; } = Find();

    public static bool IsPresent => Folder is not null;

    /// <summary>A statistics pack by its name without ending, such as <c>meta_bcg_rr</c>.</summary>
    public static JsonElement Statistics(string name)
    {
        var path = Path.Combine(Folder ?? throw new InvalidOperationException(Absent), "stats", name + ".json");
        using var stream = File.OpenRead(path);
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }

    /// <summary>The names of the statistics packs that start so; where the folder is absent, one name that stands for all that were skipped.</summary>
    public static TheoryData<string> Named(params string[] beginnings) => IsPresent
        ? [.. Directory.GetFiles(Path.Combine(Folder!, "stats"), "*.json").Select(f => Path.GetFileNameWithoutExtension(f))
            .Where(n => Array.Exists(beginnings, b => n.StartsWith(b, StringComparison.Ordinal))).Order(StringComparer.Ordinal)]
        : ["absent"];

    /// <summary>The cases of a table/1 or distributions/1 pack.</summary>
    public static IEnumerable<JsonElement> Cases(JsonElement pack) => pack.GetProperty("cases").EnumerateArray();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("INNOVATIONSCALE_REFERENCE") is { Length: > 0 } named) return named;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "shared", "reference");
            if (Directory.Exists(Path.Combine(candidate, "stats"))) return candidate;
        }

        return null;
    }
}

/// <summary>A fact that reads the reference packs.</summary>
public sealed class ReferenceFactAttribute : FactAttribute
{
    public ReferenceFactAttribute()
    {
        if (!Reference.IsPresent) Skip = Reference.Absent;
    }
}

/// <summary>A theory that reads the reference packs, one case a pack.</summary>
public sealed class ReferenceTheoryAttribute : TheoryAttribute
{
    public ReferenceTheoryAttribute()
    {
        if (!Reference.IsPresent) Skip = Reference.Absent;
    }
}

/// <summary>
/// Compares what a pack expects with what was got, by the packs' tolerances, and reports every difference at once with its path.
/// A null in the pack is "not defined" and is not compared.
/// </summary>
public sealed class Comparison(string name)
{
    private readonly List<string> differences = [];

    /// <summary>How many values were compared; a comparison of nothing fails.</summary>
    public int Count { get; private set; }

    /// <summary>Compares a tree of expected values with a tree of results: objects by member, arrays by place, numbers by tolerance.</summary>
    /// <param name="tolerance">The tolerance of a number by its path and expected value; relative 1e-9 (against 1e-12 at least) when null.</param>
    public Comparison Tree(JsonElement expected, JsonNode? got, string path = "", Func<string, double, double>? tolerance = null)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Null:
                break;
            case JsonValueKind.Object:
                foreach (var member in expected.EnumerateObject())
                    Tree(member.Value, (got as JsonObject)?[member.Name], Join(path, member.Name), tolerance);
                break;
            case JsonValueKind.Array:
                var items = got as JsonArray;
                if (items is not null && items.Count != expected.GetArrayLength())
                    Differ(path, $"{expected.GetArrayLength()} values", $"{items.Count} values");
                var i = 0;
                foreach (var item in expected.EnumerateArray())
                {
                    Tree(item, i < items?.Count ? items[i] : null, $"{path}[{i}]", tolerance);
                    i++;
                }

                break;
            case JsonValueKind.Number:
                var value = expected.GetDouble();
                Number(path, value, Read(got), tolerance?.Invoke(path, value) ?? Relative(value));
                break;
            case JsonValueKind.String when expected.GetString() is "Infinity" or "-Infinity":
                Number(path, double.Parse(expected.GetString()!, CultureInfo.InvariantCulture), Read(got), 0);
                break;
            default:
                Same(path, expected.ToString(), got?.ToString());
                break;
        }

        return this;
    }

    /// <summary>One number, relative 1e-9.</summary>
    public Comparison Number(string path, double expected, double? got) => Number(path, expected, got, Relative(expected));

    /// <summary>One number with its absolute tolerance.</summary>
    public Comparison Number(string path, double expected, double? got, double tolerance)
    {
        Count++;
        var same = got is { } value && (value.Equals(expected) || Math.Abs(value - expected) <= tolerance);
        if (!same) Differ(path, expected.ToString("R", CultureInfo.InvariantCulture), got?.ToString("R", CultureInfo.InvariantCulture) ?? "nothing");
        return this;
    }

    /// <summary>A flag, a string or an integer: exact.</summary>
    public Comparison Same(string path, object? expected, object? got)
    {
        Count++;
        string? e = Convert.ToString(expected, CultureInfo.InvariantCulture), g = Convert.ToString(got, CultureInfo.InvariantCulture);
        if (!string.Equals(e, g, StringComparison.OrdinalIgnoreCase)) Differ(path, e ?? "nothing", g ?? "nothing");
        return this;
    }

    /// <summary>The packs' general tolerance, or that of a stated relative size.</summary>
    public static double Relative(double expected, double relative = 1e-9) => relative * Math.Max(Math.Abs(expected), 1e-12);

    /// <summary>Fails with every difference: its path, what was expected, what was got.</summary>
    public void MustAgree()
    {
        Assert.True(Count > 0, $"{name}: nothing was compared.");
        Assert.True(differences.Count == 0,
            $"{name}: {differences.Count} of {Count} values differ{Environment.NewLine}{string.Join(Environment.NewLine, differences.Take(60))}");
    }

    private void Differ(string path, string expected, string got) => differences.Add($"  {path}: expected {expected}, got {got}");

    private static double? Read(JsonNode? node)
    {
        if (node is null) return null;
        return double.TryParse(node.ToJsonString().Trim('"'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static string Join(string path, string member) => path.Length == 0 ? member : $"{path}.{member}";
}
