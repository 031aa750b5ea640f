using System.Collections.Immutable;

namespace InnovationScale.Replications;

/// <summary>Where something was tried, dimension by dimension. “Unknown” may be said everywhere and is counted.</summary>
public sealed record ContextProfile
{
    public static ContextProfile Empty { get; } = new();

    public const string Unknown = "unknown";

    /// <summary>A value for each dimension, such as <c>locality</c> → <c>rural</c>.</summary>
    public ImmutableSortedDictionary<string, string> Values { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Dimensions that are named and not known.</summary>
    public int CountUnknown() => Values.Values.Count(value => value == Unknown);

    /// <summary>The value, or null when the dimension is unknown or was not asked.</summary>
    public string? Of(string dimension) => Values.TryGetValue(dimension, out var value) && value != Unknown ? value : null;

    public static ContextProfile With(params IEnumerable<(string Dimension, string Value)> values) => new()
    {
        Values = values.ToImmutableSortedDictionary(pair => pair.Dimension, pair => pair.Value, StringComparer.Ordinal),
    };
}
