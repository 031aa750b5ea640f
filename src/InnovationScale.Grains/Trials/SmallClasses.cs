using System.Collections.Immutable;
using InnovationScale.Statistics;

namespace InnovationScale.Trials;

/// <summary>A cell while it is being counted.</summary>
internal sealed class CellTally
{
    public required CellKey Key { get; init; }

    /// <summary>Where the hash of its pupils' codes begins.</summary>
    public (ulong, ulong) Codes { get; init; }

    public int Classes { get; set; } = 1;

    /// <summary>The first row of the file that belongs to it.</summary>
    public int FirstRow { get; set; }

    public Moments Outcome { get; set; }

    public Moments Baseline { get; set; }

    public JointMoments Matched { get; set; }

    public int? Allocated { get; set; }

    public ImmutableSortedDictionary<string, int> Lost { get; private set; } = NoneLost;

    private static ImmutableSortedDictionary<string, int> NoneLost { get; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>The smallest number of pupils that any of its moments describes; moments of nobody describe nobody.</summary>
    public long Smallest => Math.Min(OrMany(Outcome.N), Math.Min(OrMany(Baseline.N), OrMany(Matched.N)));

    private static long OrMany(long n) => n > 0 ? n : long.MaxValue;

    public void Add(double? baseline, double? outcome, string? lostReason)
    {
        if (baseline is { } before) Baseline = Baseline.With(before);
        if (outcome is { } after) Outcome = Outcome.With(after);
        if (baseline is { } x && outcome is { } y) Matched = Matched.With(x, y);
        if (lostReason is not null) Lose(lostReason, 1);
    }

    public void Lose(string reason, int pupils) => Lost = Lost.SetItem(reason, Lost.GetValueOrDefault(reason) + pupils);

    public CellTally Merge(CellTally other)
    {
        var both = new CellTally
        {
            Key = Key with { Class = Cell.OtherClasses }, Classes = Classes + other.Classes, FirstRow = Math.Min(FirstRow, other.FirstRow),
            Outcome = Outcome.Merge(other.Outcome), Baseline = Baseline.Merge(other.Baseline), Matched = Matched.Merge(other.Matched), Allocated = Allocated + other.Allocated, Lost = Lost,
        };
        foreach (var (reason, lost) in other.Lost) both.Lose(reason, lost);
        return both;
    }

    /// <summary>
    /// Whether so few pupils have one score without the other that theirs could be worked out by taking those with both from all.
    /// </summary>
    public bool LeavesAFew(int minimum) => LeavesAFew(Baseline.N, minimum) || LeavesAFew(Outcome.N, minimum);

    /// <summary>
    /// Lets nobody be worked out in that way: those few without an outcome are left out of the baseline, and where those few are the ones without
    /// a baseline, what links both scores is not kept. The outcome, which the trial is judged by, stays that of everybody.
    /// </summary>
    public void HideAFew(int minimum)
    {
        if (LeavesAFew(Baseline.N, minimum)) Baseline = Matched.X;
        if (LeavesAFew(Outcome.N, minimum)) Matched = JointMoments.None;
    }

    private bool LeavesAFew(long all, int minimum) => Matched.N > 0 && all > Matched.N && all - Matched.N < minimum;

    public Cell ToCell(bool rowsAreAllocated) => new()
    {
        School = Key.School, Class = Key.Class, Arm = Key.Arm, Measure = Key.Measure, Wave = Key.Wave, Subgroup = Key.Subgroup, Classes = Classes,
        Outcome = Outcome, Baseline = Baseline, Matched = Matched, Lost = Lost,
        Allocated = rowsAreAllocated ? (int)Outcome.N + Lost.Values.Sum() : Allocated,
    };
}

/// <summary>
/// Keeps no class so small that its pupils' scores could be worked out from its moments: refuses it, or joins it with the next smallest classes
/// of the same school, arm and wave.
/// </summary>
internal static class SmallClasses
{
    public static IReadOnlyList<Cell> Settle(IEnumerable<CellTally> tallies, UploadPlan plan, ColumnMapping mapping, string? classColumn, List<UploadNote> notes,
        RefuseRow refuse)
    {
        var settled = new List<Cell>();
        var hidden = 0;
        var rowsAreAllocated = mapping is { Kind: FileKind.PupilRows, EveryAllocatedPupilHasARow: true };
        foreach (var arm in tallies.GroupBy(tally => (tally.Key.School, tally.Key.Arm, tally.Key.Wave)))
        {
            var classes = arm.Where(tally => tally.Key.Subgroup.Length == 0).OrderBy(tally => tally.Outcome.N).ThenBy(tally => tally.Key.Class, StringComparer.Ordinal).ToList();
            var whole = classes.Skip(1).Aggregate(classes[0], (sum, next) => sum.Merge(next));
            var kept = SettleClasses(classes, plan, classColumn, notes, refuse);
            var few = kept.Count(tally => tally.LeavesAFew(plan.MinimumCell));
            hidden += few;
            foreach (var tally in kept) tally.HideAFew(plan.MinimumCell);
            settled.AddRange(kept.Select(tally => tally.ToCell(rowsAreAllocated)));

            foreach (var levels in arm.Where(tally => tally.Key.Subgroup.Length > 0).GroupBy(tally => tally.Key.Subgroup[..tally.Key.Subgroup.LastIndexOf(':')], StringComparer.Ordinal))
            {
                if (CouldBeWorkedOut([.. levels], whole, plan.MinimumCell))
                {
                    notes.Add(new("subgroup-too-small", levels.Key, $"At one school a group of “{levels.Key}” has fewer than {plan.MinimumCell} pupils: its groups are not kept there."));
                    continue;
                }

                // Where anybody was hidden, baselines of the groups and of the classes together would bring them back.
                var outcomeAlone = few > 0 || levels.Any(level => level.LeavesAFew(plan.MinimumCell));
                foreach (var level in levels)
                {
                    level.Classes = whole.Classes;
                    if (outcomeAlone) (level.Baseline, level.Matched) = (Moments.None, JointMoments.None);
                }

                settled.AddRange(levels.Select(tally => tally.ToCell(rowsAreAllocated)));
            }
        }

        if (hidden > 0)
        {
            notes.Add(new("few-without-a-score", null,
                $"Classes where fewer than {plan.MinimumCell} pupils have one score without the other: {hidden}. They count in the outcome; so that nobody's score can be worked out, they are left out of the baseline, or no link between the two scores is kept."));
        }

        return settled;
    }

    private static List<CellTally> SettleClasses(List<CellTally> classes, UploadPlan plan, string? classColumn, List<UploadNote> notes,
        RefuseRow refuse)
    {
        var small = classes.Where(tally => tally.Smallest < plan.MinimumCell).ToList();
        if (small.Count == 0) return classes;
        if (!plan.PoolSmallClasses)
        {
            foreach (var tally in small)
            {
                refuse(tally.FirstRow, classColumn, tally.Key.Class, "class-too-small", $"The class has fewer than {plan.MinimumCell} measured pupils: their scores could be worked out.",
                    "Choose to join small classes of a school, or leave the class out and report why.");
            }

            return classes;
        }

        var others = classes.Except(small).ToList();
        var pool = small.Skip(1).Aggregate(small[0], (sum, next) => sum.Merge(next));
        while (pool.Smallest < plan.MinimumCell && others is [var next, .. var rest])
        {
            pool = pool.Merge(next);
            others = rest;
        }

        if (pool.Smallest < plan.MinimumCell)
        {
            refuse(pool.FirstRow, classColumn, null, "school-too-small", $"All classes of this school in one arm together have fewer than {plan.MinimumCell} measured pupils.",
                "Leave the school's rows out and report it as a site too small to keep.");
            return classes;
        }

        notes.Add(new("classes-pooled", pool.Key.School, $"School “{pool.Key.School}”, arm “{pool.Key.Arm}”: {pool.Classes} classes were joined because each or one was too small."));
        return [.. others, pool];
    }

    /// <summary>Whether a level, or those who gave none, are few enough to be found by taking the other levels from the whole.</summary>
    private static bool CouldBeWorkedOut(IReadOnlyList<CellTally> levels, CellTally whole, int minimum)
    {
        bool TooFew(long n) => n > 0 && n < minimum;
        return levels.Any(level => level.Smallest < minimum)
            || TooFew(whole.Outcome.N - levels.Sum(level => level.Outcome.N))
            || TooFew(whole.Baseline.N - levels.Sum(level => level.Baseline.N))
            || TooFew(whole.Matched.N - levels.Sum(level => level.Matched.N));
    }
}
