using System.Collections.Immutable;
using InnovationScale.Statistics;
using InnovationScale.Trials;

namespace InnovationScale.Publication;

/// <summary>The smallest group of pupils of whom anything is published by itself.</summary>
public static class Disclosure
{
    public const int FewestShown = 10;

    /// <summary>Some, and too few to show.</summary>
    public static bool IsFew(long pupils) => pupils is > 0 and < FewestShown;
}

/// <summary>
/// The results of a trial as anybody may see them. They carry no school, and no class that is too small to show: small classes are blended, which
/// keeps their sizes, their sums and their spread together, so that every figure computed from published results is the one computed from the results
/// themselves, while no small class's own mean or spread can be told. What cannot be blended is withheld, and named.
/// </summary>
/// <param name="Cells">By group; classes are numbered in no order that tells a school.</param>
/// <param name="Totals">What is published of a whole group alone: where its pupils went, and where they started.</param>
/// <param name="Withheld">Groups of which nothing is published.</param>
public sealed record PublishedCells(ImmutableArray<PublishedCell> Cells, ImmutableArray<PublishedTotal> Totals, ImmutableArray<CellGroup> Withheld)
{
    /// <summary>Two classes can be told from their sum and their spread, three cannot.</summary>
    public const int FewestBlended = 3;

    public static PublishedCells None { get; } = new([], [], []);

    /// <param name="outcomes">Only results of a registered outcome at its time point; scores before the start are published as totals of those measured.</param>
    public static PublishedCells Of(IEnumerable<Cell> cells, IEnumerable<RegisteredOutcome> outcomes)
    {
        var named = outcomes.Select(outcome => (outcome.Measure, outcome.Wave)).ToHashSet();
        ImmutableArray<PublishedCells> arms =
        [
            .. cells.Where(cell => named.Contains((cell.Measure, cell.Wave)) && cell.Outcome.N > 0).GroupBy(cell => CellGroup.Of(cell) with { Subgroup = "" })
                .OrderBy(arm => arm.Key, CellGroup.InOrder).Select(arm => OfArm([.. arm])),
        ];
        return new([.. arms.SelectMany(arm => arm.Cells)], [.. arms.SelectMany(arm => arm.Totals)], [.. arms.SelectMany(arm => arm.Withheld)]);
    }

    /// <summary>Everybody first; then each question that parts pupils, all of its answers together.</summary>
    private static PublishedCells OfArm(ImmutableArray<Cell> arm)
    {
        ImmutableArray<Cell> everybody = [.. arm.Where(cell => cell.Subgroup.Length == 0)];
        var hidden = Reveals(everybody) ? null : HiddenClasses(everybody);
        ImmutableArray<PublishedCells> parts =
        [
            Publish([everybody], hidden),
            .. arm.Where(cell => cell.Subgroup.Length > 0).GroupBy(cell => CellGroup.Of(cell).Question).OrderBy(question => question.Key, StringComparer.Ordinal).Select(question =>
            {
                ImmutableArray<ImmutableArray<Cell>> answers = [.. question.GroupBy(cell => cell.Subgroup).OrderBy(answer => answer.Key, StringComparer.Ordinal).Select(answer => answer.ToImmutableArray())];
                return Publish(answers, hidden is null || Reveals(everybody, answers) ? null : HiddenSchools(everybody, hidden, answers));
            }),
        ];
        return new([.. parts.SelectMany(part => part.Cells)], [.. parts.SelectMany(part => part.Totals)], [.. parts.SelectMany(part => part.Withheld)]);
    }

    /// <summary>Whether a whole group is too few, or those in it who gave none of the answers, or all but one of them.</summary>
    private static bool Reveals(ImmutableArray<Cell> everybody, ImmutableArray<ImmutableArray<Cell>> answers = default)
    {
        if (everybody.IsEmpty) return true;
        var whole = Counts(everybody);
        ImmutableArray<(long Measured, long Before)> parts = answers.IsDefault ? [] : [.. answers.Select(answer => Counts(answer))];
        return Few(whole) || parts.Any(part => Few(part) || Few((whole.Measured - part.Measured, whole.Before - part.Before)))
            || Few((whole.Measured - parts.Sum(part => part.Measured), whole.Before - parts.Sum(part => part.Before)));

        static (long Measured, long Before) Counts(ImmutableArray<Cell> cells) => (cells.Sum(cell => cell.Outcome.N), cells.Sum(PublishedTotal.Before));

        static bool Few((long Measured, long Before) pupils) => Disclosure.IsFew(pupils.Measured) || Disclosure.IsFew(pupils.Before);
    }

    /// <summary>Small classes, and the next smallest until enough of them stand together; null where there are not enough.</summary>
    private static ImmutableHashSet<Cell>? HiddenClasses(ImmutableArray<Cell> classes)
    {
        // Cells that pool several classes say nothing about how alike pupils of a class are, and stay apart.
        var (single, pooled) = (Hidden(classes.Where(cell => cell.Classes == 1)), Hidden(classes.Where(cell => cell.Classes > 1)));
        return single is null || pooled is null ? null : [.. single, .. pooled];

        static IEnumerable<Cell>? Hidden(IEnumerable<Cell> some)
        {
            Cell[] cells = [.. some.OrderBy(cell => cell.Outcome.N).ThenBy(cell => cell.Outcome.Mean).ThenBy(cell => cell.Outcome.M2)];
            if (!cells.Any(cell => Disclosure.IsFew(cell.Outcome.N))) return [];
            for (var many = Math.Max(FewestBlended, cells.Count(cell => Disclosure.IsFew(cell.Outcome.N))); many <= cells.Length; many++)
            {
                if (!Disclosure.IsFew(cells.Take(many).Sum(cell => cell.Outcome.N))) return cells.Take(many);
            }

            return null;
        }
    }

    /// <summary>
    /// A subgroup's cell is a whole school's. One in which an answer, or whoever did not give it, is too few is hidden with all of its answers; so is every
    /// school with a hidden class, which its answers would add up to.
    /// </summary>
    private static ImmutableHashSet<Cell>? HiddenSchools(ImmutableArray<Cell> everybody, ImmutableHashSet<Cell> hiddenClasses, ImmutableArray<ImmutableArray<Cell>> answers)
    {
        var schools = everybody.Concat(answers.SelectMany(answer => answer)).Select(cell => cell.School).Distinct(StringComparer.Ordinal)
            .Select(school => (School: school, Counts: Counts([school]))).OrderBy(one => one.Counts.Everybody).ThenBy(one => string.Join(' ', one.Counts.Parts), StringComparer.Ordinal).ToArray();
        var hidden = schools.Where(one => Few(one.Counts) || hiddenClasses.Any(cell => cell.School == one.School)).Select(one => one.School).ToHashSet(StringComparer.Ordinal);
        if (hidden.Count == 0) return [];
        foreach (var (school, _) in schools.Prepend(("", default)))
        {
            if (school.Length > 0 && !hidden.Add(school)) continue;
            if (answers.All(answer => answer.Count(cell => hidden.Contains(cell.School)) is 0 or >= FewestBlended) && !Few(Counts(hidden)))
                return [.. answers.SelectMany(answer => answer).Where(cell => hidden.Contains(cell.School))];
        }

        return null;

        (long Everybody, ImmutableArray<long> Parts) Counts(IReadOnlyCollection<string> of) =>
            (everybody.Where(cell => of.Contains(cell.School)).Sum(cell => cell.Outcome.N), [.. answers.Select(answer => answer.Where(cell => of.Contains(cell.School)).Sum(cell => cell.Outcome.N))]);

        static bool Few((long Everybody, ImmutableArray<long> Parts) counts) =>
            counts.Parts.Any(part => Disclosure.IsFew(part) || Disclosure.IsFew(counts.Everybody - part)) || Disclosure.IsFew(counts.Everybody - counts.Parts.Sum());
    }

    private static PublishedCells Publish(ImmutableArray<ImmutableArray<Cell>> groups, ImmutableHashSet<Cell>? hidden)
    {
        groups = [.. groups.Where(group => !group.IsEmpty)];
        return hidden is null
            ? new([], [], [.. groups.Select(group => CellGroup.Of(group[0]))])
            : new([.. groups.SelectMany(Cells)], [.. groups.Select(group => PublishedTotal.Of(CellGroup.Of(group[0]), group))], []);

        IEnumerable<PublishedCell> Cells(ImmutableArray<Cell> group) => InNoOrderOfSchools(
            [
                .. group.Where(cell => !hidden.Contains(cell)).Select(cell => (cell.Classes, cell.Outcome, false)),
                .. group.Where(hidden.Contains).GroupBy(cell => cell.Classes > 1).SelectMany(apart => apart.OrderByDescending(cell => cell.Outcome.N)
                    .Zip(Blended([.. apart.Select(cell => cell.Outcome)]), (cell, outcome) => (cell.Classes, outcome, true))),
            ])
            .Select((cell, n) => new PublishedCell(CellGroup.Of(group[0]), n + 1, cell.Classes, cell.Outcome, cell.Blended));
    }

    /// <summary>The published results as an evaluation reads them. A group's first class carries what is known of the group alone.</summary>
    public ImmutableArray<Cell> AsCells()
    {
        var totals = Totals.ToDictionary(total => total.Group);
        return [.. Cells.GroupBy(cell => cell.Group).SelectMany(group => group.Index().Select(one => one.Item.AsCell(one.Index == 0 ? totals[group.Key] : null, totals[group.Key].Flow)))];
    }

    /// <summary>Largest first, then by what is shown: nothing of the order in which schools are listed is left.</summary>
    private static IEnumerable<(int Classes, Moments Outcome, bool Blended)> InNoOrderOfSchools(IEnumerable<(int Classes, Moments Outcome, bool Blended)> cells) =>
        cells.OrderBy(cell => cell.Blended).ThenByDescending(cell => cell.Outcome.N).ThenBy(cell => cell.Outcome.Mean).ThenBy(cell => cell.Outcome.M2);

    /// <summary>
    /// As many sets of the same sizes, with the same sum, the same spread between them and the same spread within them in all. They follow from these
    /// alone: the largest on one side of the mean, all others on the other, and the spread within shared out by degrees of freedom.
    /// </summary>
    private static ImmutableArray<Moments> Blended(ImmutableArray<Moments> sets)
    {
        var sizes = sets.Select(set => set.N).OrderDescending().ToArray();
        var together = sets.Aggregate(Moments.None, (all, set) => all.Merge(set with { M2 = 0 }));
        double n = together.N, rest = n - sizes[0], within = sets.Sum(set => set.M2), freedom = n - sizes.Length;
        var up = Math.Sqrt(together.M2 * rest / (sizes[0] * n));
        return [.. sizes.Select((size, at) => new Moments(size, together.Mean + (at == 0 ? up : -up * sizes[0] / rest), freedom > 0 ? within * (size - 1) / freedom : 0))];
    }
}

/// <summary>One outcome in one arm, of everybody or of a registered subgroup.</summary>
/// <param name="Subgroup">Empty for everybody.</param>
public readonly record struct CellGroup(string Measure, string Wave, string Arm, string Subgroup)
{
    public static CellGroup Of(Cell cell) => new(cell.Measure, cell.Wave, cell.Arm, cell.Subgroup);

    internal static IComparer<CellGroup> InOrder { get; } = Comparer<CellGroup>.Create(static (a, b) =>
    {
        var order = string.CompareOrdinal(a.Measure, b.Measure);
        if (order == 0) order = string.CompareOrdinal(a.Wave, b.Wave);
        if (order == 0) order = string.CompareOrdinal(a.Arm, b.Arm);
        return order != 0 ? order : string.CompareOrdinal(a.Subgroup, b.Subgroup);
    });

    /// <summary>What its pupils answered, such as <c>free-lunch</c> of <c>free-lunch:yes</c>.</summary>
    internal string Question => Subgroup.Split(':', 2)[0];
}

/// <summary>One class, or one school for a subgroup, as it is published.</summary>
/// <param name="Number">Within its group; it tells no school.</param>
/// <param name="Classes">Classes in it: more than 1 where small ones had been pooled before they were recorded.</param>
/// <param name="Blended">The size is its own; mean and spread are shared out among at least <see cref="PublishedCells.FewestBlended"/>.</param>
public sealed record PublishedCell(CellGroup Group, int Number, int Classes, Moments Outcome, bool Blended)
{
    internal Cell AsCell(PublishedTotal? total, Flow flow) => new()
    {
        School = "", Class = Number.ToString(System.Globalization.CultureInfo.InvariantCulture), Arm = Group.Arm, Measure = Group.Measure, Wave = Group.Wave, Subgroup = Group.Subgroup,
        Classes = Classes,
        Outcome = Outcome,
        Baseline = total?.Baseline ?? Moments.None,
        Allocated = flow.Unsaid > 0 ? null : total is null ? (int)Outcome.N : (int)(flow.Allocated - (flow.Measured - Outcome.N)),
        JoinedLate = total is null ? 0 : (int)flow.JoinedLate,
    };
}

/// <summary>What is published of a group alone.</summary>
/// <param name="Baseline">Where those started who have both scores, or all with a baseline where the results do not tell them apart.</param>
public sealed record PublishedTotal(CellGroup Group, Flow Flow, Moments Baseline)
{
    internal static PublishedTotal Of(CellGroup group, ImmutableArray<Cell> cells) => new(
        group, cells.Aggregate(Flow.None, (sum, cell) => sum.Plus(Flow.Of(cell), 1)), cells.Aggregate(Moments.None, (all, cell) => all.Merge(Start(cell))));

    /// <summary>Pupils of whom it is known where they started.</summary>
    internal static long Before(Cell cell) => Start(cell).N;

    private static Moments Start(Cell cell) => cell.Matched.N > 0 ? cell.Matched.X : cell.Baseline;
}
