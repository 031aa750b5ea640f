using System.Collections.Immutable;
using Humanizer;
using InnovationScale.Components;
using InnovationScale.People;

namespace InnovationScale.Acts;

/// <summary>The questions of the context profile on a form, and the answers made of it. One left open keeps its answer; “not known” is an answer.</summary>
internal static class ContextQuestions
{
    private const string Unknown = "unknown", Source = "source";

    public static ImmutableArray<Question> Of(Words words, ImmutableSortedDictionary<string, ContextAnswer> answers, params ImmutableArray<ContextPart> parts) =>
    [
        .. Asked(parts).Select(dimension => Of(dimension, words, answers.GetValueOrDefault(dimension.Code))),
        new(Source) { Optional = true },
    ];

    /// <summary>The answers that are new: one that stands already keeps its year and its source.</summary>
    public static ImmutableSortedDictionary<string, ContextAnswer> Read(
        Answers answers, ImmutableSortedDictionary<string, ContextAnswer> before, DateOnly today, params ImmutableArray<ContextPart> parts) => Asked(parts)
        .Select(dimension => (dimension.Code, Value: dimension.Several ? string.Join('+', answers.All(dimension.Code)) : answers[dimension.Code]))
        .Where(one => one.Value.Length > 0 && one.Value != Given(before.GetValueOrDefault(one.Code)))
        .ToImmutableSortedDictionary(one => one.Code, one => one.Value is Unknown ? ContextAnswer.Unknown : new ContextAnswer(one.Value, today.Year, answers.OrNull(Source)), StringComparer.Ordinal);

    /// <summary>A school's country is its registration's.</summary>
    private static IEnumerable<ContextDimension> Asked(ImmutableArray<ContextPart> parts) =>
        ContextProfile.Dimensions.Where(dimension => parts.Contains(dimension.Part) && dimension.Code != "country");

    private static Question Of(ContextDimension dimension, Words words, ContextAnswer? answer) => new(dimension.Code, dimension.Values is [] ? Asks.Line : dimension.Several ? Asks.Several : Asks.Select)
    {
        Optional = true,
        Label = Name(dimension.Code, words),
        Hint = dimension.Scale is ContextScale.Number
            ? words["context.number", ("min", dimension.Min), ("max", dimension.Max)]
            : words.Find($"context.{dimension.Code}.hint") ?? (dimension.Scale is ContextScale.Text ? words["context.text"] : dimension.Values is ["0", ..] ? words["context.level"] : null),
        Options = dimension.Values is [] ? [] : [.. dimension.Values.Select(value => new Choice(value, Value(value, words))), new(Unknown, words["context.unknown"])],
        Given = dimension.Several ? Given(answer)?.Replace('+', '\n') : Given(answer),
    };

    private static string? Given(ContextAnswer? answer) => answer is null ? null : answer.Value ?? Unknown;

    public static string Name(string code, Words words) => words.Find($"context.{code}") ?? code.Humanize(LetterCasing.Sentence);

    /// <summary>An answer as people read it.</summary>
    public static string Value(string value, Words words) => words.Find($"context-value.{value}") ?? value.Humanize(LetterCasing.Sentence);
}
