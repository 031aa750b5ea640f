using System.Collections.Immutable;
using System.Globalization;
using InnovationScale.Grants;
using Microsoft.AspNetCore.Http;

namespace InnovationScale.Acts;

/// <summary>What a person answered, question by question: read and found possible before a command is made of it.</summary>
public sealed class Answers
{
    private readonly Dictionary<string, string[]> given = new(StringComparer.Ordinal);

    /// <summary>Reads a form, and tells by the question's name what cannot be right.</summary>
    public static Answers Read(IFormCollection form, Act act, Words words, Action<string, string> mistaken)
    {
        var answers = new Answers();
        foreach (var question in act.Questions)
        {
            string[] said = [.. form[question.Name].OfType<string>().Select(text => text.Trim()).Where(text => text.Length > 0)];
            answers.given[question.Name] = said;
            if (Mistake(question, said) is { } code) mistaken(question.Name, words.Find($"act.{act.Name}.{question.Name}.{code}") ?? words[$"ask.{code}"]);
        }

        return answers;
    }

    /// <summary>The answer; empty where the question was left open.</summary>
    public string this[string question] => Many(question) is [var first, ..] ? first : "";

    public string? OrNull(string question) => Many(question) is [var first, ..] ? first : null;

    /// <summary>Every line, or every box that was ticked.</summary>
    public ImmutableArray<string> All(string question) => [.. Many(question).SelectMany(text => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    public double? Number(string question) => OrNull(question) is { } text && TryNumber(text, out var number) ? number : null;

    public int? Whole(string question) => OrNull(question) is { } text && TryWhole(text, out var number) ? number : null;

    public DateOnly? Day(string question) => OrNull(question) is { } text && TryDay(text, out var day) ? day : null;

    public bool Yes(string question) => this[question] is "yes";

    public T One<T>(string question) where T : struct, Enum => Enum.Parse<T>(this[question]);

    public T? OneOrNull<T>(string question) where T : struct, Enum => OrNull(question) is { } text ? Enum.Parse<T>(text) : null;

    public ImmutableArray<T> Several<T>(string question) where T : struct, Enum => [.. Many(question).Select(Enum.Parse<T>)];

    private string[] Many(string question) => given.TryGetValue(question, out var said) ? said : throw new KeyNotFoundException($"The act asks no question “{question}”.");

    private static string? Mistake(Question question, string[] said) => said switch
    {
        [] => question.Optional || question.Kind is Asks.Several ? null : "needed",
        [var text, ..] => question.Kind switch
        {
            Asks.Number when !TryNumber(text, out _) => "number",
            Asks.Whole when !TryWhole(text, out _) => "whole",
            Asks.Amount when Amounts.Read(text, question.Currency) is null => "unreadable-amount",
            Asks.Day when !TryDay(text, out _) => "day",
            _ when question.Options.Count > 0 && said.Any(one => question.Options.All(option => option.Value != one)) => "needed",
            _ => null,
        },
    };

    /// <summary>“1,200” may be twelve hundred or one and a bit: it is asked again.</summary>
    public static bool IsAmbiguous(string text) => text.Split(',') is [_, .., { Length: 3 }] && !text.StartsWith('0');

    /// <summary>A number as it was typed, with a point or a comma; null where it is none or may be two.</summary>
    public static decimal? Decimal(string text) =>
        !IsAmbiguous(text) && decimal.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Point or comma.</summary>
    private static bool TryNumber(string text, out double number)
    {
        number = 0;
        return !IsAmbiguous(text)
            && double.TryParse(text.Replace(',', '.'), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }

    private static bool TryWhole(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool TryDay(string text, out DateOnly day) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
