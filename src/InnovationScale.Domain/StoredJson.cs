using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace InnovationScale;

/// <summary>
/// How events, snapshots and samples are written for ever: camelCase, enums by kebab-case name, nothing written that is null. Closed
/// polymorphism only: each base record lists its stored names with <see cref="JsonDerivedTypeAttribute"/>.
/// </summary>
public static class StoredJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // What is derived from other members is not stored beside them.
        IgnoreReadOnlyProperties = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <summary>The same as it is kept for ever: without what is <see cref="PersonalAttribute">personal</see>, which is read where it stands inside.</summary>
    public static JsonSerializerOptions Kept { get; } = new(Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { WithoutPersonal } },
    };

    private static void WithoutPersonal(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AttributeProvider?.IsDefined(typeof(PersonalAttribute), inherit: true) == true) property.ShouldSerialize = static (_, _) => false;
        }
    }
}
