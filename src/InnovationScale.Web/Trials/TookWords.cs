using System.Globalization;
using InnovationScale.Evaluations;
using InnovationScale.Trials;

namespace InnovationScale;

/// <summary>What it took to try something, and how much of it there was, in sentences.</summary>
internal static class TookWords
{
    public static string Cost(this Words words, TrialCosts costs) => words["It cost {amount} {currency} a learner at prices of {year}, and {minutes} extra minutes a week of each teacher.",
        ("amount", words.Number((double)costs.PerLearner, 2)), ("currency", costs.Currency), ("year", costs.Year.ToString(CultureInfo.InvariantCulture)), ("minutes", words.Number((double)costs.TeacherMinutes, 0))];

    public static string Dose(this Words words, PlannedDose dose) => words["{minutes} minutes a week for {weeks} weeks. What counts: {counts} A school did as planned from {percent}% of it on.",
        ("minutes", dose.MinutesAWeek), ("weeks", dose.Weeks), ("counts", dose.Counts.TrimEnd('.') + "."), ("percent", dose.AsPlannedPercent)];

    public static string Dose(this Words words, DoseFinding dose) => dose is not { Delivered: { } delivered }
        ? words["What was delivered is not known: nobody logged it."]
        : words["{percent}% of the planned minutes were delivered. {asPlanned} of {schools} schools delivered at least {threshold}% of theirs.",
            ("percent", words.Number(100 * delivered, 0)), ("asPlanned", dose.AsPlanned), ("schools", dose.Schools), ("threshold", dose.AsPlannedPercent)];
}
