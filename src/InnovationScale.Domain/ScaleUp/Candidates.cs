using System.Collections.Immutable;

namespace InnovationScale.ScaleUp;

/// <summary>One ingredient of a ranking for one candidate.</summary>
/// <param name="Worth">From 0, the worst, to 1, the best; null where it is not known.</param>
/// <param name="Shown">The figure itself, in its own unit, as a program reads it.</param>
public sealed record Ingredient(string Name, double? Worth, string Shown);

/// <summary>A version that might be scaled, with every ingredient of its rank.</summary>
public sealed record Candidate(string Innovation, string Version, string Title, ImmutableArray<Ingredient> Ingredients);

/// <summary>A candidate's place, and how far it depends on what the committee finds important.</summary>
/// <param name="Score">The weighted mean of its ingredients; what is not known counts as 0.</param>
/// <param name="Best">The best place it takes when one weight is halved, doubled or left out, or when what is not known turns out best.</param>
/// <param name="Worst">The worst place likewise.</param>
/// <param name="Unknown">Ingredients that nobody knows.</param>
public sealed record Ranked(Candidate Candidate, int Place, double Score, int Best, int Worst, ImmutableArray<string> Unknown);

/// <summary>
/// An order of candidates that shows what it is made of. Nobody is left out: a candidate of which something is not known stands where what is known puts it, and
/// the places it might take are told beside it.
/// </summary>
public static class Ranking
{
    public const string Chance = "chance-of-benefit", NextSchool = "next-school", Level = "evidence-level", Coverage = "context-coverage", Cost = "cost", Bottleneck = "bottleneck", Equity = "equity", Money = "money-in";

    public static ImmutableArray<string> Ingredients { get; } = [Chance, NextSchool, Level, Coverage, Cost, Bottleneck, Equity, Money];

    /// <summary>Every ingredient alike, where a committee has said nothing.</summary>
    public static ImmutableSortedDictionary<string, double> Even { get; } = Ingredients.ToImmutableSortedDictionary(name => name, _ => 1.0, StringComparer.Ordinal);

    public static ImmutableArray<Ranked> Of(ImmutableArray<Candidate> candidates, ImmutableSortedDictionary<string, double> weights)
    {
        (ImmutableSortedDictionary<string, double> Weights, double[] Scores)[] scored = [.. Variations(weights).Prepend(weights).Select(varied => (varied, Scores(candidates, varied)))];
        return
        [
            .. candidates.Select(candidate => new Ranked(candidate, Place(scored[0], candidate, unknown: 0), Score(candidate, weights, unknown: 0),
                // What is not known of this one alone turns out best, and one weight is another.
                scored.Min(one => Place(one, candidate, unknown: 1)), scored.Max(one => Place(one, candidate, unknown: 0)),
                [.. candidate.Ingredients.Where(one => one.Worth is null).Select(one => one.Name)])).OrderBy(ranked => ranked.Place).ThenBy(ranked => ranked.Candidate.Title, StringComparer.Ordinal),
        ];
    }

    /// <summary>One weight halved, doubled or left out, and the others as they are.</summary>
    private static IEnumerable<ImmutableSortedDictionary<string, double>> Variations(ImmutableSortedDictionary<string, double> weights) =>
        from name in Ingredients from factor in (double[])[0, 0.5, 2] let varied = weights.SetItem(name, weights[name] * factor) where varied.Values.Any(weight => weight > 0) select varied;

    /// <summary>Of all, the least first.</summary>
    private static double[] Scores(ImmutableArray<Candidate> candidates, ImmutableSortedDictionary<string, double> weights) => [.. candidates.Select(candidate => Score(candidate, weights, unknown: 0)).Order()];

    /// <summary>One after those that score more. A candidate’s own score is among them and never more than what it might be.</summary>
    private static int Place((ImmutableSortedDictionary<string, double> Weights, double[] Scores) scored, Candidate candidate, double unknown)
    {
        var score = Score(candidate, scored.Weights, unknown);
        var (low, high) = (0, scored.Scores.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = scored.Scores[middle] > score ? (low, middle) : (middle + 1, high);
        }

        return 1 + scored.Scores.Length - low;
    }

    private static double Score(Candidate candidate, ImmutableSortedDictionary<string, double> weights, double unknown) =>
        candidate.Ingredients.Sum(one => weights[one.Name] * (one.Worth ?? unknown)) / weights.Values.Sum();
}
