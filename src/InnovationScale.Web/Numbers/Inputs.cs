using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using InnovationScale.Statistics;

namespace InnovationScale.Numbers;

/// <summary>The <c>input</c> of a case, read by name; what is missing or of the wrong kind is refused with its name.</summary>
internal readonly record struct Inputs(JsonObject Json)
{
    public bool Has(string name) => Json[name] is not null;

    public double Number(string name) => NumberOrNull(name) ?? throw Missing(name, "a number");

    public double? NumberOrNull(string name) => Json[name] is { } node ? Number(node, name) : null;

    public long Whole(string name)
    {
        var value = Number(name);
        return value == Math.Truncate(value) && Math.Abs(value) <= 1L << 53 ? (long)value : throw Missing(name, "a whole number");
    }

    public int Int(string name) =>
        Whole(name) is var value && value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Missing(name, "a whole number of usual size");

    public bool Flag(string name) =>
        Json[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : throw Missing(name, "true or false");

    public string Text(string name) =>
        Json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Missing(name, "a word");

    public Inputs Part(string name) => Json[name] is JsonObject part ? new(part) : throw Missing(name, "an object");

    /// <summary>A list of numbers without gaps.</summary>
    public double[] Numbers(string name) =>
        Array.ConvertAll(NumbersOrNulls(name), n => n ?? throw Missing(name, "a list of numbers without gaps"));

    /// <summary>A list of numbers in which null is a gap.</summary>
    public double?[] NumbersOrNulls(string name) => Json[name] is JsonArray list
        ? [.. list.Select(node => node is null ? (double?)null : Number(node, name))]
        : throw Missing(name, "a list of numbers");

    private static double Number(JsonNode node, string name)
    {
        if (node is not JsonValue value) throw Missing(name, "a number");

        // Packs and R write the infinities as words.
        if (value.TryGetValue<string>(out var word) && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var spelt)) return spelt;
        if (value.GetValueKind() is not JsonValueKind.Number) throw Missing(name, "a number");
        return value.TryGetValue<double>(out var number) ? number : value.GetValue<long>();
    }

    private static NotComputableException Missing(string name, string kind) =>
        new(new InvalidInput("input-" + name.Replace('_', '-').ToLowerInvariant(), $"“{name}” must be {kind}."));
}

/// <summary>Numbers on their way into an <c>expected</c> object.</summary>
internal static class Outputs
{
    /// <summary>A number, the word that packs use for an infinity, or null.</summary>
    public static JsonNode? Json(double? value) => value switch
    {
        null => null,
        double.PositiveInfinity => JsonValue.Create("Infinity"),
        double.NegativeInfinity => JsonValue.Create("-Infinity"),
        { } number when double.IsNaN(number) => throw new NotComputableException(
            new InvalidInput("out-of-range", "A step of this leaves the range of double precision: what it is computed from is too large or too small.")),
        { } number => JsonValue.Create(number),
    };

    /// <summary>A result as it is sent: no infinity but as a word, and an error where anything in it is not a number.</summary>
    public static JsonNode? Sound(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var (name, value) in json.ToArray())
                    if (!ReferenceEquals(value, Sound(value))) json[name] = Sound(value);
                return json;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                    if (!ReferenceEquals(list[i], Sound(list[i]))) list[i] = Sound(list[i]);
                return list;
            case JsonValue value when value.TryGetValue<double>(out var number) && !double.IsFinite(number):
                return Json(number);
            default:
                return node;
        }
    }

    /// <summary>What can be computed, or null where the library says why it cannot: a pack leaves such a field empty.</summary>
    public static double? OrNull(Func<double> calculate)
    {
        try
        {
            return calculate();
        }
        catch (NotComputableException)
        {
            return null;
        }
    }

    public static EffectEstimate? OrNull(Func<EffectEstimate> calculate)
    {
        try
        {
            return calculate();
        }
        catch (NotComputableException)
        {
            return null;
        }
    }

    public static JsonArray List(IEnumerable<double> values) => new([.. values.Select(v => Json(v))]);

    public static JsonArray List(IEnumerable<double?> values) => new([.. values.Select(Json)]);

    public static JsonArray List(IEnumerable<int> values) => new([.. values.Select(v => (JsonNode?)JsonValue.Create(v))]);

    /// <summary>Writes a number under a name.</summary>
    public static void Put(this JsonObject expected, string name, double? value) => expected[name] = Json(value);

    /// <summary>Writes an effect under a name and its variance under the name with a suffix.</summary>
    public static void Put(this JsonObject expected, string name, EffectEstimate? estimate, string suffix = "_var")
    {
        expected[name] = Json(estimate?.Value);
        expected[name + suffix] = Json(estimate?.Variance);
    }
}
