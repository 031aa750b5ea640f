using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace InnovationScale;

/// <summary>
/// A sentence in English that keeps what fills its places apart, so that pages can say it in another language:
/// <c>$"There is no version “{id}”."</c> reads as written, and its pattern is <c>There is no version “{0}”.</c>
/// </summary>
/// <remarks>Values of an enum fill a place in words; for translators they are codes such as <c>role.school-lead</c>, several of them with spaces between.</remarks>
[InterpolatedStringHandler]
public readonly ref struct Sentence(int literalLength, int formattedCount)
{
    private readonly StringBuilder english = new(literalLength + (formattedCount * 16));
    private readonly StringBuilder pattern = new(literalLength + (formattedCount * 3));
    private readonly ImmutableSortedDictionary<string, string>.Builder places = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);

    /// <summary>One without places.</summary>
    public static implicit operator Sentence(string text)
    {
        var sentence = new Sentence(text.Length, 0);
        sentence.AppendLiteral(text);
        return sentence;
    }

    public string English => english.ToString();

    public string Pattern => pattern.ToString();

    public ImmutableSortedDictionary<string, string> With => places.ToImmutable();

    public void AppendLiteral(string text)
    {
        english.Append(text);
        pattern.Append(text);
    }

    public void AppendFormatted<T>(T value, string? format = null)
    {
        if (value is Enum name) Place(InWords(name), Code(name));
        else Place(value is IFormattable number ? number.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? "");
    }

    public void AppendFormatted<T>(ImmutableArray<T> names) where T : struct, Enum => Place(
        names is [var only] ? InWords(only) : $"{string.Join(", ", names[..^1].Select(name => InWords(name)))} or {InWords(names[^1])}",
        string.Join(' ', names.Select(name => Code(name))));

    private void Place(string text, string? code = null)
    {
        english.Append(text);
        pattern.Append(CultureInfo.InvariantCulture, $"{{{places.Count}}}");
        places.Add(places.Count.ToString(CultureInfo.InvariantCulture), code ?? text);
    }

    private static string InWords(Enum name) => Kebab(name.ToString()).Replace('-', ' ');

    private static string Code(Enum name) => $"{Kebab(name.GetType().Name)}.{Kebab(name.ToString())}";

    private static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}
