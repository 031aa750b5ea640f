using System.Collections.Immutable;

namespace InnovationScale.Trials;

/// <summary>How much of the innovation each school is to give the groups that try it, and from which share of it on a school did as planned.</summary>
/// <param name="Counts">What counts as delivered, in plain words.</param>
/// <param name="AsPlannedPercent">Of the planned minutes.</param>
public sealed record PlannedDose(int MinutesAWeek, int Weeks, string Counts, int AsPlannedPercent = 80)
{
    public int Minutes => MinutesAWeek * Weeks;

    internal bool IsWhole => MinutesAWeek is > 0 and <= WeekDelivered.MinutesMost && Weeks is > 0 and <= 200 && AsPlannedPercent is > 0 and <= 100 && !string.IsNullOrWhiteSpace(Counts);
}

/// <summary>One week of a school's log: the minutes that counted as delivered to a group, on average in a class.</summary>
/// <param name="Week">Of the plan, the first being 1.</param>
public sealed record WeekDelivered(string School, string Arm, int Week, int Minutes)
{
    internal const int MinutesMost = 10_080;

    internal bool SamePlace(WeekDelivered other) => (School, Arm, Week) == (other.School, other.Arm, other.Week);
}

/// <summary>What a school delivered to a group, all weeks together. A week that is not on record counts as nothing delivered: else whoever logs good weeks alone would have delivered everything.</summary>
/// <param name="School">Empty where schools are not named.</param>
public sealed record SiteDose(string School, string Arm, int Weeks, int Minutes)
{
    /// <summary>Every school that was to deliver, those that left too: everybody counts as they were put into groups.</summary>
    public static ImmutableArray<SiteDose> Of(Trial trial) => trial.Plan.Dose is null ? [] :
    [
        .. from site in trial.Sites
           from arm in trial.Plan.Treated()
           where trial.Tries(site, arm.Name)
           let weeks = trial.Delivered.Where(week => week.School == site.School && week.Arm == arm.Name).ToArray()
           select new SiteDose(site.School, arm.Name, weeks.Length, weeks.Sum(week => week.Minutes)),
    ];

    /// <summary>The same without the schools, in an order that tells none.</summary>
    public static ImmutableArray<SiteDose> WithoutSchools(ImmutableArray<SiteDose> doses) =>
        [.. doses.Select(dose => dose with { School = "" }).OrderBy(dose => dose.Arm, StringComparer.Ordinal).ThenBy(dose => dose.Minutes).ThenBy(dose => dose.Weeks)];

    /// <summary>In whole numbers, so that a school which delivered exactly that share did as planned.</summary>
    internal bool AsPlanned(PlannedDose plan) => 100L * Minutes >= (long)plan.AsPlannedPercent * plan.Minutes;
}
