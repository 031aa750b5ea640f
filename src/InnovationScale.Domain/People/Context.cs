using System.Collections.Immutable;
using System.Globalization;

namespace InnovationScale.People;

/// <summary>One answer about where teaching happens. “Unknown” is an answer too, and is counted.</summary>
/// <param name="Value">One of the dimension's values, a number, or null for unknown. Where several may apply they are joined by '+'.</param>
/// <param name="Year">The year the value is true of.</param>
/// <param name="Source">Who says so.</param>
public sealed record ContextAnswer(string? Value, int? Year = null, string? Source = null)
{
    public static ContextAnswer Unknown { get; } = new((string?)null);
}

/// <summary>How many of a part's questions are answered, and how many of these answers are “unknown”.</summary>
public readonly record struct ContextCount(int Asked, int Answered, int Unknown)
{
    public bool Complete => Asked > 0 && Answered == Asked;
}

/// <summary>Whose context a question is about. Distance between two places uses the first two; delivery is compared with the core components.</summary>
public enum ContextPart
{
    School,
    Learners,
    Delivery,
}

public enum ContextScale
{
    /// <summary>Values without an order.</summary>
    Nominal,

    /// <summary>Values in their order.</summary>
    Ordinal,
    Number,

    /// <summary>A code of an outside standard, such as a country or a language.</summary>
    Text,
}

/// <summary>One question about a context, with the answers it takes.</summary>
public sealed record ContextDimension(string Code, ContextPart Part, ContextScale Scale)
{
    public ImmutableArray<string> Values { get; init; } = [];

    /// <summary>Several values may apply at once.</summary>
    public bool Several { get; init; }

    public double Min { get; init; }

    public double Max { get; init; }

    public bool Takes(string value) => Scale switch
    {
        ContextScale.Number => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= Min && number <= Max,
        ContextScale.Text => value.Length is > 0 and <= 60,
        _ when Several => value.Split('+').All(Values.Contains),
        _ => Values.Contains(value),
    };
}

/// <summary>The context profile of the programme: every dimension, in the order it is asked.</summary>
public static class ContextProfile
{
    public static ImmutableArray<ContextDimension> Dimensions { get; } =
    [
        Text("country", ContextPart.School),
        Order("income-group", ContextPart.School, "low", "lower-middle", "upper-middle", "high"),
        Order("locality", ContextPart.School, "remote", "rural", "peri-urban", "urban"),
        Choice("setting", ContextPart.School, "stable", "fragile", "displacement"),
        Choice("school-phase", ContextPart.School, "early-years", "primary", "lower-secondary", "upper-secondary", "non-formal"),
        Choice("school-type", ContextPart.School, "public", "private", "community", "faith") with { Several = true },
        Choice("school-intake", ContextPart.School, "girls", "boys", "mixed"),
        Choice("shifts", ContextPart.School, "single", "double"),
        Choice("multigrade", ContextPart.School, "yes", "no"),
        Text("language-of-instruction", ContextPart.School),
        Number("home-language-match", ContextPart.School, 0, 100),
        Number("pupils-per-teacher", ContextPart.School, 1, 300),
        Level("electricity", ContextPart.School), Level("connectivity", ContextPart.School),
        Level("devices", ContextPart.School), Level("textbooks", ContextPart.School),
        Level("curriculum-alignment", ContextPart.School), Level("exam-stakes", ContextPart.School), Level("policy-support", ContextPart.School),
        Number("age", ContextPart.Learners, 2, 99),
        Number("grade", ContextPart.Learners, 0, 13),
        Number("share-girls", ContextPart.Learners, 0, 100),
        Number("share-disadvantaged", ContextPart.Learners, 0, 100),
        Number("share-special-needs", ContextPart.Learners, 0, 100),
        Order("attainment-band", ContextPart.Learners, "well-below", "below", "average", "above"),
        Text("subject", ContextPart.Delivery),
        Choice("delivery", ContextPart.Delivery, "face-to-face", "blended", "remote-online", "remote-offline"),
        Choice("deliverer", ContextPart.Delivery, "class-teacher", "specialist", "assistant", "community-volunteer", "software"),
        Number("class-size", ContextPart.Delivery, 1, 300),
        Level("teacher-qualification", ContextPart.Delivery),
        Number("teacher-experience-years", ContextPart.Delivery, 0, 60),
        Number("training-hours", ContextPart.Delivery, 0, 2000),
        Number("coaching-visits-per-term", ContextPart.Delivery, 0, 100),
        Choice("implementer-support", ContextPart.Delivery, "developer-led", "ngo", "ministry", "school-alone"),
        Number("minutes-per-week", ContextPart.Delivery, 0, 3000),
        Number("weeks", ContextPart.Delivery, 0, 200),
    ];

    private static readonly ImmutableDictionary<string, ContextDimension> ByCode = Dimensions.ToImmutableDictionary(d => d.Code, StringComparer.Ordinal);

    public static bool Knows(string code) => ByCode.ContainsKey(code);

    /// <summary>The answer is a share of the pupils, in a hundred.</summary>
    public static bool IsShare(string code) => code is "home-language-match" or "share-girls" or "share-disadvantaged" or "share-special-needs";

    public static ContextCount Count(ContextPart part, ImmutableSortedDictionary<string, ContextAnswer> answers)
    {
        var asked = Dimensions.Where(d => d.Part == part).ToImmutableArray();
        var answered = asked.Where(d => answers.ContainsKey(d.Code)).ToImmutableArray();
        return new(asked.Length, answered.Length, answered.Count(d => answers[d.Code].Value is null));
    }

    /// <summary>What is impossible about these answers; null when nothing is.</summary>
    public static Refusal? Fault(ImmutableSortedDictionary<string, ContextAnswer> answers, params ImmutableArray<ContextPart> parts)
    {
        foreach (var (code, answer) in answers)
        {
            if (!ByCode.TryGetValue(code, out var dimension) || !parts.Contains(dimension.Part))
                return Refusal.Invalid("context-question-unknown", $"There is no question “{code}” about {parts}.");
            if (answer.Value is { } value && !dimension.Takes(value)) return NoAnswer(value, dimension);
            if (answer.Year is < 1950 or > 2200)
                return Refusal.Invalid("context-year-impossible", $"The year of “{code}” is written with four digits, such as 2026.");
        }

        return null;
    }

    private static Refusal NoAnswer(string value, ContextDimension dimension) => dimension.Scale switch
    {
        ContextScale.Number => Refusal.Invalid("context-answer-impossible", $"“{value}” is not an answer to “{dimension.Code}”. Give a number from {dimension.Min} to {dimension.Max}, or “unknown”."),
        ContextScale.Text => Refusal.Invalid("context-answer-impossible", $"“{value}” is not an answer to “{dimension.Code}”. Give a short code, or “unknown”."),
        _ => Refusal.Invalid("context-answer-impossible", $"“{value}” is not an answer to “{dimension.Code}”. Choose from: {string.Join(", ", dimension.Values)}, unknown."),
    };

    private static ContextDimension Choice(string code, ContextPart part, params ImmutableArray<string> values) => new(code, part, ContextScale.Nominal) { Values = values };

    private static ContextDimension Order(string code, ContextPart part, params ImmutableArray<string> values) => new(code, part, ContextScale.Ordinal) { Values = values };

    private static ContextDimension Level(string code, ContextPart part) => Order(code, part, "0", "1", "2", "3");

    private static ContextDimension Number(string code, ContextPart part, double min, double max) => new(code, part, ContextScale.Number) { Min = min, Max = max };

    private static ContextDimension Text(string code, ContextPart part) => new(code, part, ContextScale.Text);
}
