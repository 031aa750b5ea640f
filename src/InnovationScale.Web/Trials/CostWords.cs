using System.Globalization;

namespace InnovationScale;

internal static class CostWords
{
    /// <summary>What it took to try something, in a sentence.</summary>
    public static string Cost(this Words words, Trials.TrialCosts costs) => words["It cost {amount} {currency} a learner at prices of {year}, and {minutes} extra minutes a week of each teacher.",
        ("amount", words.Number((double)costs.PerLearner, 2)), ("currency", costs.Currency), ("year", costs.Year.ToString(CultureInfo.InvariantCulture)), ("minutes", words.Number((double)costs.TeacherMinutes, 0))];
}
