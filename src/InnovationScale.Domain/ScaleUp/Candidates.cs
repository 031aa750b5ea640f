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
        var others = Variations(weights).Select(varied => Places(candidates, varied, unknown: 0)).ToArray();
        var places = Places(candidates, weights, unknown: 0);
        return
        [
            .. candidates.Select((candidate, n) => new Ranked(candidate, places[n], Score(candidate, weights, unknown: 0), Best(n), others.Select(other => other[n]).Append(places[n]).Max(),
                [.. candidate.Ingredients.Where(one => one.Worth is null).Select(one => one.Name)])).OrderBy(ranked => ranked.Place).ThenBy(ranked => ranked.Candidate.Title, StringComparer.Ordinal),
        ];

        // What is not known of this one alone turns out best, and one weight is another.
        int Best(int n) => Variations(weights).Prepend(weights).Min(varied =>
            1 + candidates.Where((_, other) => other != n).Count(other => Score(other, varied, unknown: 0) > Score(candidates[n], varied, unknown: 1)));
    }

    /// <summary>One weight halved, doubled or left out, and the others as they are.</summary>
    private static IEnumerable<ImmutableSortedDictionary<string, double>> Variations(ImmutableSortedDictionary<string, double> weights) =>
        from name in Ingredients from factor in (double[])[0, 0.5, 2] let varied = weights.SetItem(name, weights[name] * factor) where varied.Values.Any(weight => weight > 0) select varied;

    private static int[] Places(ImmutableArray<Candidate> candidates, ImmutableSortedDictionary<string, double> weights, double unknown)
    {
        double[] scores = [.. candidates.Select(candidate => Score(candidate, weights, unknown))];
        return [.. scores.Select(score => 1 + scores.Count(other => other > score))];
    }

    private static double Score(Candidate candidate, ImmutableSortedDictionary<string, double> weights, double unknown) =>
        candidate.Ingredients.Sum(one => weights[one.Name] * (one.Worth ?? unknown)) / weights.Values.Sum();
}
