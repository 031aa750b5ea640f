using System.Collections.Immutable;
using InnovationScale.Evaluations;
using InnovationScale.Statistics;
using InnovationScale.Trials;

namespace InnovationScale.Publication;

/// <summary>
/// Random trials with small classes and overlapping subgroups, and somebody who knows all that is published and who is in which class. Sums of scores
/// are linear in what is published, so whatever can be told of a few pupils at all is told by elimination: it is tried on each few that could be meant.
/// </summary>
public class PublishingSmallClasses
{
    private const int Tables = 2_000;

    private static readonly RegisteredOutcome Maths = new("Maths", "points", 0, 100, Direction.HigherIsBetter) { BaselineWave = "baseline" };

    [Fact]
    public void Tells_nobody_what_a_few_pupils_scored_in_2_000_trials()
    {
        var (hidden, started, withheld) = (0, 0, 0);
        for (var seed = 0; seed < Tables; seed++)
        {
            var trial = RandomTrial.Of(seed);
            var published = PublishedCells.Of(trial.Cells, [Maths]);
            var (after, before) = (new Attacker(trial, Attacker.Sums(trial, published)), new Attacker(trial, Attacker.Totals(trial, published)));
            foreach (var few in trial.Few())
            {
                hidden++;
                Assert.False(after.KnowsTheSumOf(few), $"Seed {seed}: the sum of {few.Count} pupils' scores can be told.");
            }

            foreach (var few in trial.FewBefore())
            {
                started++;
                Assert.False(before.KnowsTheSumOf(few), $"Seed {seed}: the sum of {few.Count} pupils' scores before the start can be told.");
            }

            withheld += published.Withheld.Length;
        }

        Assert.InRange(hidden, Tables, int.MaxValue);
        Assert.InRange(started, Tables, int.MaxValue);
        Assert.InRange(withheld, 1, Tables * 6);
    }

    /// <summary>The same attacker recovers a small class where its neighbours are published and their sum is too: the test can fail.</summary>
    [Fact]
    public void Is_attacked_by_somebody_who_finds_what_is_left_open()
    {
        var (found, left) = (0, 0);
        for (var seed = 0; seed < 100; seed++)
        {
            var trial = RandomTrial.Of(seed);
            // As if small classes were left out of the list and the group's total stood below it.
            var attacker = new Attacker(trial, trial.Classes.Where(one => one.Pupils.Length >= Disclosure.FewestShown).Select(one => one.Pupils)
                .Concat(trial.Classes.GroupBy(one => one.Arm).Select(arm => arm.SelectMany(one => one.Pupils).ToImmutableArray())));
            found += trial.Few().Count(attacker.KnowsTheSumOf);
            // As if every question's totals were published, whoever is left over.
            var totals = new Attacker(trial, trial.Cells.GroupBy(CellGroup.Of).Select(group => trial.Measured(group).ToImmutableArray()));
            left += trial.FewBefore().Count(totals.KnowsTheSumOf);
        }

        Assert.InRange(found, 10, int.MaxValue);
        Assert.InRange(left, 10, int.MaxValue);
    }

    /// <summary>Three and more classes blended: other classes than these, of other means, would have been published the same.</summary>
    [Fact]
    public void Shows_the_same_for_other_small_classes_of_the_same_sizes_sum_and_spread()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var small = Enumerable.Range(0, random.Next(PublishedCells.FewestBlended, 7)).Select(n => Cell($"c{n}", new(random.Next(5, 10), random.Next(20, 80), random.Next(1, 400)))).ToImmutableArray();
            var other = Turned(small, random);
            var (one, two) = (PublishedCells.Of(small, [Maths]), PublishedCells.Of(other, [Maths]));

            Assert.NotEmpty(one.Cells);
            Assert.Contains(small.Zip(other), pair => Math.Abs(pair.First.Outcome.Mean - pair.Second.Outcome.Mean) > 1e-3);
            Assert.All(one.Cells.Zip(two.Cells), pair =>
            {
                Assert.Equal((pair.First.Outcome.N, true), (pair.Second.Outcome.N, pair.Second.Blended));
                Assert.Equal(pair.First.Outcome.Mean, pair.Second.Outcome.Mean, 1e-9);
                Assert.Equal(pair.First.Outcome.M2, pair.Second.Outcome.M2, 1e-7);
            });
        }
    }

    [Fact]
    public void Changes_no_figure()
    {
        var compared = 0;
        for (var seed = 0; seed < 500; seed++)
        {
            var trial = RandomTrial.Of(seed);
            var published = PublishedCells.Of(trial.Cells, [Maths]);
            if (published.Withheld.Any(group => group.Subgroup.Length == 0)) continue;
            var plan = trial.Plan with { Subgroups = trial.Plan.Subgroups.RemoveAll(subgroup => published.Withheld.Any(group => group.Subgroup == subgroup)) };
            var (own, shown) = (Methods.ClassAdjusted.Evaluate(new("", "", "", Preset.Rigorous, plan, trial.Cells)),
                Methods.ClassAdjusted.Evaluate(new("", "", "", Preset.Rigorous, plan, published.AsCells()) { PooledClasses = trial.Cells.Any(cell => cell.Classes > 1) }));
            foreach (var (a, b) in own.Outcomes.Zip(shown.Outcomes))
            {
                Assert.Equal(a.NotComputed, b.NotComputed);
                Assert.Equal(a.Verdict, b.Verdict);
                if (a.Effect is not { } effect) continue;
                compared++;
                foreach (var (was, now) in Numbers(effect, a.Baseline).Zip(Numbers(b.Effect!, b.Baseline))) Assert.Equal(was, now, 1e-8 * Math.Max(1, Math.Abs(was)));
            }

            Assert.Equal(own.Rating.Value, shown.Rating.Value);
            Assert.Equal(own.Attrition[0].Overall, shown.Attrition[0].Overall);
        }

        Assert.InRange(compared, 300, int.MaxValue);

        static double[] Numbers(Effect effect, BaselineFinding? baseline) =>
            [effect.G, effect.StandardError, effect.Low, effect.High, effect.DegreesOfFreedom, effect.IntraclassCorrelation ?? 0, effect.DesignEffect ?? 0, effect.Difference, effect.PooledSd, baseline?.G ?? 0];
    }

    private static Cell Cell(string name, Moments outcome) => new() { School = "a", Class = name, Arm = "talk", Measure = Maths.Measure, Wave = Maths.Wave, Outcome = outcome };

    /// <summary>Other classes with the same sizes, sum, spread between and spread within.</summary>
    private static ImmutableArray<Cell> Turned(ImmutableArray<Cell> cells, Random random)
    {
        var sizes = cells.Select(cell => (double)cell.Outcome.N).ToArray();
        var together = cells.Aggregate(Moments.None, (all, cell) => all.Merge(cell.Outcome with { M2 = 0 }));
        double n = together.N;
        var direction = sizes.Select(_ => random.NextDouble() - 0.5).ToArray();
        var mean = sizes.Zip(direction, (size, one) => size * one).Sum() / n;
        direction = [.. direction.Select(one => one - mean)];
        var scale = Math.Sqrt(together.M2 / sizes.Zip(direction, (size, one) => size * one * one).Sum());
        var within = cells.Sum(cell => cell.Outcome.M2) / cells.Length;
        return [.. cells.Index().Select(one => one.Item with { Outcome = new(one.Item.Outcome.N, together.Mean + scale * direction[one.Index], within) })];
    }

    /// <summary>Pupils one by one, so that it is known who is in which class and subgroup.</summary>
    private sealed record RandomTrial(ImmutableArray<Pupil> Pupils, ImmutableArray<(string School, string Class, string Arm, ImmutableArray<int> Pupils)> Classes, ImmutableArray<Cell> Cells, Registration Plan)
    {
        public static RandomTrial Of(int seed)
        {
            var random = new Random(seed);
            var pupils = ImmutableArray.CreateBuilder<Pupil>();
            for (var school = 0; school < random.Next(2, 7); school++)
            {
                for (var room = 0; room < random.Next(1, 5); room++)
                {
                    var (size, effect) = (random.Next(5, random.Next(2) == 0 ? 12 : 26), random.NextDouble() * 20);
                    for (var n = 0; n < size; n++)
                        pupils.Add(new($"s{school}", $"c{room}", room % 2 == 0 ? "talk" : "usual", random.Next(3) == 0 ? "lunch:yes" : random.Next(12) == 0 ? "" : "lunch:no", 30 + effect + random.Next(0, 40), random.Next(10) == 0 ? null : random.Next(10, 60)));
                }
            }

            var all = pupils.ToImmutable();
            ImmutableArray<(string, string, string, ImmutableArray<int>)> classes =
                [.. all.Index().GroupBy(one => (one.Item.School, one.Item.Class, one.Item.Arm), one => one.Index).Select(one => (one.Key.School, one.Key.Class, one.Key.Arm, one.ToImmutableArray()))];
            var cells = ImmutableArray.CreateBuilder<Cell>();
            foreach (var (school, room, arm, own) in classes) cells.Add(Of(all, school, room, arm, "", own));
            foreach (var part in all.Index().Where(one => one.Item.Lunch.Length > 0).GroupBy(one => (one.Item.School, one.Item.Arm, one.Item.Lunch), one => one.Index).Where(one => one.Count() >= 5))
                cells.Add(Of(all, part.Key.School, Trials.Cell.AllClasses, part.Key.Arm, part.Key.Lunch, [.. part]));
            return new(all, classes, cells.ToImmutable(), new Registration
            {
                Design = TrialDesign.ClusterRandomised, UnitOfAssignment = UnitOfAssignment.Class, Arms = [new("talk", Comparison: false), new("usual", Comparison: true)], Primary = Maths,
                Subgroups = ["lunch:yes", "lunch:no"],
            });
        }

        private static Cell Of(ImmutableArray<Pupil> all, string school, string room, string arm, string subgroup, ImmutableArray<int> own) => new()
        {
            School = school, Class = room, Arm = arm, Measure = Maths.Measure, Wave = Maths.Wave, Subgroup = subgroup, Allocated = own.Length + 1,
            Lost = ImmutableSortedDictionary<string, int>.Empty.Add("moved away", 1),
            Outcome = own.Aggregate(Moments.None, (moments, one) => moments.With(all[one].Score)),
            Baseline = own.Where(one => all[one].Before is not null).Aggregate(Moments.None, (moments, one) => moments.With(all[one].Before!.Value)),
        };

        /// <summary>Every set of fewer than ten that could be meant: small classes, a subgroup in a school, and whoever is left over.</summary>
        public IEnumerable<HashSet<int>> Few()
        {
            var sets = new List<HashSet<int>>(Classes.Select(one => one.Pupils.ToHashSet()));
            foreach (var place in Pupils.Index().GroupBy(one => (one.Item.School, one.Item.Arm)))
            {
                sets.AddRange(place.GroupBy(one => one.Item.Lunch, one => one.Index).Select(part => part.ToHashSet()));
                sets.AddRange(place.Select(one => one.Item.Lunch).Distinct().Select(lunch => place.Where(one => one.Item.Lunch != lunch).Select(one => one.Index).ToHashSet()));
            }

            foreach (var arm in Pupils.Index().GroupBy(one => one.Item.Arm)) sets.AddRange(arm.GroupBy(one => one.Item.Lunch, one => one.Index).Select(part => part.ToHashSet()));
            return sets.Where(set => Disclosure.IsFew(set.Count));
        }

        /// <summary>The same of scores before the start, which are published of whole groups alone: of those who have one.</summary>
        public IEnumerable<HashSet<int>> FewBefore()
        {
            var places = Pupils.Index().Where(one => one.Item.Before is not null).ToList();
            return places.GroupBy(one => (one.Item.School, one.Item.Class)).Select(one => one.Select(pupil => pupil.Index).ToHashSet())
                .Concat(places.GroupBy(one => one.Item.Arm).SelectMany(arm => arm.Select(one => one.Item.Lunch).Distinct()
                    .SelectMany(lunch => (HashSet<int>[])[[.. arm.Where(one => one.Item.Lunch == lunch).Select(one => one.Index)], [.. arm.Where(one => one.Item.Lunch != lunch).Select(one => one.Index)]])))
                .Where(set => Disclosure.IsFew(set.Count));
        }

        /// <summary>Pupils of these cells who have a score before the start.</summary>
        public IEnumerable<int> Measured(IEnumerable<Cell> cells) => cells.SelectMany(Behind).Where(one => Pupils[one].Before is not null);

        public IEnumerable<int> Behind(Cell cell) => Pupils.Index()
            .Where(one => one.Item.School == cell.School && one.Item.Arm == cell.Arm && (cell.Subgroup.Length > 0 ? one.Item.Lunch == cell.Subgroup : one.Item.Class == cell.Class)).Select(one => one.Index);
    }

    private sealed record Pupil(string School, string Class, string Arm, string Lunch, double Score, double? Before);

    /// <summary>Knows for every published row whose scores it adds up, which is more than anybody outside knows, and eliminates.</summary>
    private sealed class Attacker
    {
        private readonly List<double[]> rows = [];
        private readonly int[] kind;
        private readonly int kinds;

        public Attacker(RandomTrial trial, IEnumerable<ImmutableArray<int>> sums)
        {
            // Pupils of one class and subgroup always stand in the same sums, those who have a score before the start apart.
            var keys = trial.Pupils.Select(pupil => (pupil.School, pupil.Class, pupil.Lunch, pupil.Before is null)).Distinct().ToList();
            kind = [.. trial.Pupils.Select(pupil => keys.IndexOf((pupil.School, pupil.Class, pupil.Lunch, pupil.Before is null)))];
            kinds = keys.Count;
            foreach (var sum in sums) Add(Row(sum));
        }

        public bool KnowsTheSumOf(HashSet<int> few) => Eliminated(Row(few)).All(value => Math.Abs(value) < 1e-9);

        /// <summary>Every published row as the set of pupils behind it.</summary>
        public static IEnumerable<ImmutableArray<int>> Sums(RandomTrial trial, PublishedCells published)
        {
            var of = trial.Cells.ToDictionary(cell => cell, cell => trial.Behind(cell).ToImmutableArray());
            foreach (var group in published.Cells.GroupBy(cell => cell.Group))
            {
                var own = of.Where(one => CellGroup.Of(one.Key) == group.Key).ToList();
                var blended = own.Select(one => one.Value).ToList();
                foreach (var cell in group.Where(cell => !cell.Blended))
                {
                    var match = own.First(one => one.Key.Outcome == cell.Outcome && blended.Contains(one.Value));
                    blended.Remove(match.Value);
                    yield return match.Value;
                }

                if (blended.Count > 0) yield return [.. blended.SelectMany(one => one)];
            }
        }

        /// <summary>Where a group started is published of the whole group.</summary>
        public static IEnumerable<ImmutableArray<int>> Totals(RandomTrial trial, PublishedCells published) =>
            published.Totals.Select(total => trial.Measured(trial.Cells.Where(cell => CellGroup.Of(cell) == total.Group)).ToImmutableArray());

        private double[] Row(IEnumerable<int> pupils)
        {
            var row = new double[kinds];
            foreach (var pupil in pupils) row[kind[pupil]] = 1;
            return row;
        }

        private void Add(double[] row)
        {
            row = Eliminated(row);
            var lead = Array.FindIndex(row, value => Math.Abs(value) > 1e-9);
            if (lead < 0) return;
            var by = row[lead];
            rows.Add([.. row.Select(value => value / by)]);
        }

        private double[] Eliminated(double[] row)
        {
            row = [.. row];
            foreach (var known in rows)
            {
                var lead = Array.FindIndex(known, value => Math.Abs(value) > 1e-9);
                var by = row[lead];
                if (Math.Abs(by) < 1e-12) continue;
                for (var at = 0; at < row.Length; at++) row[at] -= by * known[at];
            }

            return row;
        }
    }
}
