using System.Globalization;
using System.Text;

namespace InnovationScale.Search;

/// <summary>
/// Texts as words that are found whatever way they were typed: small letters, without accents and Arabic vowel signs, compatibility forms as the letters they
/// stand for. Kept and asked in the same form, so that every database finds the same.
/// </summary>
public static class SearchWords
{
    private const int TextMost = 4_000, AskedMost = 8, WordMost = 40;

    /// <summary>The words of some texts, with spaces between.</summary>
    public static string Of(params ReadOnlySpan<string?> texts)
    {
        var words = new StringBuilder();
        foreach (var text in texts)
        {
            foreach (var word in Split(text ?? "")) words.Append(words.Length == 0 ? "" : " ").Append(word);
        }

        return words.ToString();
    }

    /// <summary>What somebody asks for, as at most eight words.</summary>
    public static IReadOnlyList<string> Asked(string text) => [.. Split(text).Distinct(StringComparer.Ordinal).Take(AskedMost)];

    private static IEnumerable<string> Split(string text)
    {
        var word = new StringBuilder();
        // By runes: half a surrogate pair has no normal form.
        foreach (var letter in string.Concat(text.EnumerateRunes().Take(TextMost)).Normalize(NormalizationForm.FormKD))
        {
            if (IsSign(letter)) continue;
            if (char.IsLetterOrDigit(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            {
                if (word.Length < WordMost) word.Append(char.ToLowerInvariant(letter));
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0) yield return word.ToString();
    }

    /// <summary>Accents of Latin, Greek and Cyrillic letters; vowel signs, hamza and madda on Arabic ones. Vowel signs of other scripts are letters.</summary>
    private static bool IsSign(char letter) => letter is (>= '\u0300' and <= '\u036F') or (>= '\u064B' and <= '\u065F') or '\u0670' or '\u0640';
}
