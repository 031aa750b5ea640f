using InnovationScale.Statistics;

namespace InnovationScale.Trials;

/// <summary>What a cell must satisfy by itself before it is kept: it hides every child in it, its numbers are possible, its counts add up.</summary>
public static class CellRules
{
    /// <summary>The refusal, or null when the cell may be kept.</summary>
    /// <param name="minimum">The smallest count of pupils whose moments may be kept.</param>
    public static Refusal? Refuse(Cell cell, RegisteredOutcome outcome, int minimum)
    {
        if (string.IsNullOrWhiteSpace(cell.School) || string.IsNullOrWhiteSpace(cell.Class))
            return Refusal.Invalid("cell-place", "A cell names its school and its class.");
        if (cell.Classes < 1 || cell.JoinedLate < 0 || cell.Allocated < 0 || cell.Lost.Values.Any(lost => lost < 0))
            return Refusal.Invalid("cell-count", $"{cell.Key}: a count is below zero, or there is no class in the cell.");
        if (cell.Classes > 1 && cell.Class != Cell.OtherClasses)
            return Refusal.Invalid("cell-pooled-name", $"{cell.Key}: classes pooled into one cell are named “{Cell.OtherClasses}”.");
        if (Impossible(cell, outcome) is { } impossible) return impossible;
        if (cell.JoinedLate > cell.Outcome.N || cell.Matched.N > cell.Outcome.N || cell.Matched.N > cell.Baseline.N)
            return Refusal.Invalid("cell-count", $"{cell.Key}: more pupils are counted in a part than in the whole.");
        if (new[] { cell.Outcome.N, cell.Baseline.N, cell.Matched.N }.Any(n => n > 0 && n < minimum))
        {
            return Refusal.Invalid("cell-too-small",
                $"{cell.Key}: fewer than {minimum} pupils, so that single scores could be worked out. Pool the class with the next smallest one of its school and group.");
        }

        if (cell.Matched.N > 0 && (Few(cell.Outcome.N - cell.Matched.N) || Few(cell.Baseline.N - cell.Matched.N)))
        {
            return Refusal.Invalid("cell-leaves-a-few",
                $"{cell.Key}: fewer than {minimum} pupils have one score without the other, so that theirs could be worked out. Leave them out of the baseline, or leave out the part of those with both.");
        }

        return cell.Allocated is not null && !Flow.Of(cell).Reconciles
            ? Refusal.Invalid("cell-flow",
                $"{cell.Key}: {cell.Allocated} pupils were allocated, but {cell.Outcome.N} measured, {cell.JoinedLate} of them late, and {cell.Lost.Values.Sum()} lost do not add up to that.")
            : null;

        bool Few(long left) => left > 0 && left < minimum;
    }

    private static Refusal? Impossible(Cell cell, RegisteredOutcome outcome)
    {
        if (new[] { cell.Outcome, cell.Baseline, cell.Matched.X, cell.Matched.Y }.Any(moments => !Possible(moments)))
            return Refusal.Invalid("cell-impossible", $"{cell.Key}: its moments cannot come from real scores (a count below zero, a negative or missing spread, or a mean without pupils).");
        if (Math.Abs(cell.Matched.CXY) > Math.Sqrt(cell.Matched.M2X * cell.Matched.M2Y) * (1 + 1e-9) + double.Epsilon || !double.IsFinite(cell.Matched.CXY))
            return Refusal.Invalid("cell-impossible", $"{cell.Key}: its baseline and outcome move together more than is possible.");
        if (cell.Outcome.N > 0 && !Within(cell.Outcome))
            return Refusal.Invalid("cell-impossible", $"{cell.Key}: its scores lie outside {outcome.Min} to {outcome.Max} {outcome.Unit}.");
        return cell.Matched.N > 0 && !Within(cell.Matched.Y)
            ? Refusal.Invalid("cell-impossible", $"{cell.Key}: its matched scores lie outside {outcome.Min} to {outcome.Max} {outcome.Unit}.")
            : null;

        // Scores between two bounds have a variance of at most (mean - lowest)(highest - mean) (Bhatia and Davis 2000).
        bool Within(Moments scores)
        {
            var slack = 1e-9 * (outcome.Max - outcome.Min);
            return scores.Mean >= outcome.Min - slack && scores.Mean <= outcome.Max + slack
                && scores.M2 <= scores.N * ((scores.Mean - outcome.Min + slack) * (outcome.Max - scores.Mean + slack)) * (1 + 1e-9);
        }
    }

    private static bool Possible(Moments moments) => moments.N switch
    {
        < 0 => false,
        0 => moments is { Mean: 0, M2: 0 },
        1 => double.IsFinite(moments.Mean) && moments.M2 == 0,
        _ => double.IsFinite(moments.Mean) && double.IsFinite(moments.M2) && moments.M2 >= 0,
    };
}
