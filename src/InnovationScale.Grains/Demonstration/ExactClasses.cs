using System.Collections.Immutable;
using System.Numerics;
using InnovationScale.Evaluations;
using InnovationScale.Trials;

namespace InnovationScale.Demonstration;

/// <summary>
/// Classes that show exactly what a trial of the story is to show. The results of the pupils are invented, what they come to is computed: the means of
/// the classes lie so far apart that the interval has the wanted width, and those of the one group are shifted until g is the wanted one.
/// </summary>
/// <param name="G">Hedges' g as the registered method finds it.</param>
/// <param name="Wide">What of the effect the width is measured by, such as its standard error.</param>
/// <param name="Width">How much that is to be.</param>
internal sealed record ExactClasses(Registration Plan, double G, Func<Effect, double> Wide, double Width)
{
    private const double Mean = 54, Spread = 14, WhereTheyStarted = 48;

    private const double FurthestApart = 16;

    public static double HalfOfTheInterval(Effect effect) => (effect.High - effect.Low) / 2;

    public static double StandardError(Effect effect) => effect.StandardError;

    /// <summary>As many classes in each group of each school, of one size.</summary>
    /// <param name="schools">Gives every school in turn a class in both groups.</param>
    /// <param name="classes">In a group, all schools together.</param>
    public ImmutableArray<Cell> In(ImmutableArray<string> schools, int classes, int pupils) =>
        Exactly((apart, shift) => Classes(schools, classes, pupils, apart, shift), subgroup: "");

    /// <summary>Results of a registered subgroup, which are kept by school and group: a third of every class.</summary>
    /// <param name="all">Everybody's results, among whom the subgroup is.</param>
    public ImmutableArray<Cell> LowestThird(ImmutableArray<Cell> all, string subgroup) => Exactly((apart, shift) => [.. all, .. Thirds(all, subgroup, apart, shift)], subgroup)[all.Length..];

    /// <summary>Finds how far apart by false position (the Illinois rule), since the width grows with it.</summary>
    private ImmutableArray<Cell> Exactly(Func<double, double, ImmutableArray<Cell>> cells, string subgroup)
    {
        double near = 0, far = FurthestApart, tooLittle = TooMuch(near), tooMuch = TooMuch(far), apart = near, before = 0;
        for (var guess = 0; guess < 100 && !Shows(apart); guess++)
        {
            apart = near - (tooLittle * (far - near) / (tooMuch - tooLittle));
            var miss = TooMuch(apart);
            if (miss < 0) (near, tooLittle, tooMuch) = (apart, miss, before < 0 ? tooMuch / 2 : tooMuch);
            else (far, tooMuch, tooLittle) = (apart, miss, before > 0 ? tooLittle / 2 : tooLittle);
            before = miss;
        }

        return Shows(apart) ? cells(apart, Shift(apart)) : throw new InvalidOperationException($"Classes like these cannot show g = {G} within {Width}.");

        double TooMuch(double apart) => Wide(Found(cells(apart, Shift(apart)))) - Width;

        bool Shows(double apart) => Found(cells(apart, Shift(apart))) is var found && Math.Abs(found.G - G) < 1e-11 && Math.Abs(Wide(found) - Width) < 1e-11;

        // The spread within groups does not know of the shift, so g grows in proportion to it.
        double Shift(double apart) => Found(cells(apart, 0)).G is var start ? (G - start) / (Found(cells(apart, 1)).G - start) : 0;

        Effect Found(ImmutableArray<Cell> made) =>
            Methods.ClassAdjusted.Evaluate(new("", "", "", Preset.Rigorous, Plan, made)).Outcomes.First(finding => finding.Primary && finding.Subgroup == subgroup).Effect!;
    }

    private ImmutableArray<Cell> Classes(ImmutableArray<string> schools, int classes, int pupils, double apart, double shift)
    {
        var (treated, comparison) = (Plan.Treated().First().Name, Plan.Comparison!.Name);
        var stride = Enumerable.Range(2 * classes / 5, classes).First(step => step > 0 && BigInteger.GreatestCommonDivisor(step, classes).IsOne);
        var cells = ImmutableArray.CreateBuilder<Cell>(2 * classes);
        foreach (var (arm, more) in (ReadOnlySpan<(string, double)>)[(treated, shift), (comparison, 0)])
        {
            for (var at = 0; at < classes; at++)
            {
                // A fixed order of steps from -1 to 1 that lays no trend over the schools.
                var step = ((2.0 * (at * stride % classes)) - (classes - 1)) / (classes - 1);
                var lost = at % 4 == 1 ? 1 : 0;
                cells.Add(new Cell
                {
                    School = schools[at % schools.Length],
                    Class = $"{(arm == comparison ? 'b' : 'a')}{1 + (at / schools.Length)}",
                    Arm = arm,
                    Measure = Plan.Primary!.Measure,
                    Wave = Plan.Primary.Wave,
                    Allocated = pupils + lost,
                    Lost = lost == 0 ? ImmutableSortedDictionary<string, int>.Empty : ImmutableSortedDictionary<string, int>.Empty.Add("moved-away", lost),
                    Outcome = new(pupils, Mean + (apart * step) + more, (pupils - 1) * Spread * Spread),
                    Baseline = new(pupils, WhereTheyStarted + (apart * step), (pupils - 1) * Spread * Spread),
                });
            }
        }

        return cells.MoveToImmutable();
    }

    private static IEnumerable<Cell> Thirds(ImmutableArray<Cell> all, string subgroup, double apart, double shift)
    {
        const double lower = 13, spread = 8;
        var treated = all[0].Arm;
        foreach (var (at, classes) in all.GroupBy(cell => (cell.School, cell.Arm)).Index())
        {
            var (pupils, step) = (classes.Sum(cell => cell.Outcome.N) / 3, (at % 3) - 1);
            yield return classes.First() with
            {
                Class = Cell.AllClasses,
                Subgroup = subgroup,
                Allocated = (int)pupils,
                Lost = ImmutableSortedDictionary<string, int>.Empty,
                Outcome = new(pupils, Mean - lower + (apart * step) + (classes.Key.Arm == treated ? shift : 0), (pupils - 1) * spread * spread),
                Baseline = default,
            };
        }
    }
}
