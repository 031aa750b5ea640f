using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace InnovationScale;

/// <summary>
/// The rules say no: a value, not an exception. The code is stable and for programs; the sentence is English and for people (pages
/// translate its <see cref="Pattern"/> and fill it); <see cref="Missing"/> says what would turn the no into a yes, and who can supply it.
/// </summary>
/// <param name="Code">Stable, kebab-case, such as <c>trial-not-locked</c>. Clients depend on it.</param>
/// <param name="Sentence">What is wrong and how to mend it, in plain English.</param>
[method: JsonConstructor]
public sealed record Refusal(string Code, string Sentence)
{
    /// <summary>With a sentence whose places are filled here.</summary>
    public Refusal(string code, Sentence sentence) : this(code, sentence.English) => (Pattern, With) = (sentence.Pattern, sentence.With);

    public RefusalKind Kind { get; init; } = RefusalKind.Conflict;

    /// <summary>The guard that refused, such as <c>enquiry-to-trial</c>; null when no gate was involved.</summary>
    public string? Guard { get; init; }

    public ImmutableArray<Missing> Missing { get; init; } = [];

    /// <summary>The sentence before its places were filled; null where it has none.</summary>
    public string? Pattern { get; init; }

    /// <summary>What fills the places of the pattern, by their numbers; what else is known, by name.</summary>
    public ImmutableSortedDictionary<string, string> With { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public static Refusal Invalid(string code, string sentence) => new(code, sentence) { Kind = RefusalKind.Invalid };

    public static Refusal Invalid(string code, Sentence sentence) => new(code, sentence) { Kind = RefusalKind.Invalid };

    public static Refusal NotAllowed(string code, string sentence) => new(code, sentence) { Kind = RefusalKind.NotAllowed };

    public static Refusal NotAllowed(string code, Sentence sentence) => new(code, sentence) { Kind = RefusalKind.NotAllowed };

    public static Refusal NotFound(string code, string sentence) => new(code, sentence) { Kind = RefusalKind.NotFound };

    public static Refusal NotFound(string code, Sentence sentence) => new(code, sentence) { Kind = RefusalKind.NotFound };
}

/// <summary>One thing a gate needs and does not have.</summary>
/// <param name="Code">Stable, such as <c>second-adult</c>.</param>
/// <param name="Sentence">What is missing, in plain English.</param>
/// <param name="Who">The role that can supply it.</param>
[method: JsonConstructor]
public sealed record Missing(string Code, string Sentence, Role Who)
{
    /// <summary>What a refusal says, as one of several things that are wrong.</summary>
    public static Missing Of(Refusal fault, Role who) => new(fault.Code, fault.Sentence, who) { Pattern = fault.Pattern, With = fault.With };

    /// <summary>With a sentence whose places are filled here.</summary>
    public Missing(string code, Sentence sentence, Role who) : this(code, sentence.English, who) => (Pattern, With) = (sentence.Pattern, sentence.With);

    /// <inheritdoc cref="Refusal.Pattern"/>
    public string? Pattern { get; init; }

    /// <inheritdoc cref="Refusal.With"/>
    public ImmutableSortedDictionary<string, string> With { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>How a refusal is told over HTTP.</summary>
public enum RefusalKind
{
    /// <summary>409: true now, may be different later.</summary>
    Conflict,

    /// <summary>422: what was sent cannot be right.</summary>
    Invalid,

    /// <summary>403: somebody else may.</summary>
    NotAllowed,

    /// <summary>401: it is not known who asks.</summary>
    SignedOut,

    /// <summary>404: there is no such thing, or none that this person may see.</summary>
    NotFound,

    /// <summary>412: the record has moved on since it was read.</summary>
    Stale,
}
