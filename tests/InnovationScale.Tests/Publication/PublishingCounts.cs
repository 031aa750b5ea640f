using System.Collections.Immutable;
using InnovationScale.Trials;

namespace InnovationScale.Publication;

/// <summary>
/// Random tables of pupils by school and column (groups, or the answers to a question with those who gave none), and somebody who knows every shown count and total of it, that no hidden
/// count is 0, and of a corrected table by how much every count changed. What a hidden count can be at least and at most is a linear program, which an attacker of its own solves exactly.
/// </summary>
public class PublishingCounts
{
    private const int Tables = 2_000;

    [Fact]
    public void Leaves_every_hidden_count_of_2_000_tables_ten_values_to_be()
    {
        var (hidden, withheld, corrected) = (0, 0, 0);
        for (var seed = 0; seed < Tables; seed++)
        {
            var random = new Random(seed);
            var first = RandomTable(random);
            if (CountTable.Of([first]) is not { } shown)
            {
                withheld++;
                continue;
            }

            var attacker = Attacker.Of((shown, first));
            hidden += Attacked(attacker, seed);

            // One count or two are corrected, and both tables are held side by side.
            var second = Corrected(first, random);
            var third = Corrected(second, random);
            if (CountTable.Of([first, second]) is { } again)
            {
                corrected++;
                Attacked(Attacker.Of((shown, first), (again, second)), seed);
            }
            else if (CountTable.Of([first, second, third]) is { } later)
            {
                // Not shown in between, and shown again.
                Attacked(Attacker.Of((shown, first), (later, third)), seed);
            }
        }

        Assert.InRange(hidden, 3 * Tables, int.MaxValue);
        Assert.InRange(withheld, 1, Tables / 2);
        Assert.InRange(corrected, Tables / 4, Tables);
    }

    /// <summary>The same attacker finds what is left open where the few alone are hidden: the test can fail.</summary>
    [Fact]
    public void Is_attacked_by_somebody_who_finds_what_is_left_open()
    {
        var found = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var counts = RandomTable(new Random(seed));
            var attacker = Attacker.Hiding(counts, Disclosure.IsFew);
            found += attacker.Hidden.Count(place => attacker.Values(place) < Disclosure.FewestShown);
        }

        Assert.InRange(found, 200, int.MaxValue);
    }

    [Fact]
    public void Shows_a_table_without_few_whole()
    {
        var table = CountTable.Of([[new("north", "talk", 21), new("north", "usual", 20), new("south", "talk", 12)]])!;
        Assert.All(from row in Enumerable.Range(0, 3) from column in Enumerable.Range(0, 3) select table[row, column], count => Assert.False(count.IsHidden));
        Assert.Equal((null, 33, 53), (table[1, 1].Pupils, table[2, 0].Pupils, table[2, 2].Pupils));
    }

    /// <summary>Nine in a group of the north: one other count of its group and one of its school would still tell it, so a square is hidden.</summary>
    [Fact]
    public void Hides_the_smallest_square_around_the_few()
    {
        ImmutableArray<PlacedCount> counts =
            [new("north", "talk", 9), new("north", "usual", 40), new("south", "talk", 30), new("south", "usual", 25), new("west", "talk", 90), new("west", "usual", 80)];
        var table = CountTable.Of([counts])!;
        Assert.Equal([(0, 0), (0, 1), (1, 0), (1, 1)], from row in Enumerable.Range(0, 4) from column in Enumerable.Range(0, 3) where table[row, column].IsHidden select (row, column));
        Assert.Equal((90, 129, 274), (table[2, 0].Pupils, table[3, 0].Pupils, table[3, 2].Pupils));
    }

    [Theory]
    [InlineData("north", "talk", 12, true)]     // It was hidden and stays so, though it is no longer few.
    [InlineData("south", "talk", 33, true)]
    [InlineData("west", "talk", 9, false)]      // Shown before as 90: the difference would tell it.
    [InlineData("north", "talk", 0, false)]     // What vanished is what the totals lack.
    public void Shows_a_corrected_table_where_the_difference_tells_nothing(string school, string group, int corrected, bool shows)
    {
        PlacedCount[] counts = [new("north", "talk", 9), new("north", "usual", 40), new("south", "talk", 30), new("south", "usual", 25), new("west", "talk", 90), new("west", "usual", 80)];
        PlacedCount[] now = [.. counts.Select(count => count.Row == school && count.Column == group ? count with { Pupils = corrected } : count).Where(count => count.Pupils > 0)];
        var table = CountTable.Of([counts, now]);

        Assert.Equal(shows, table is not null);
        if (table is not null) Assert.Equal([true, true, true, true, false, false], [table[0, 0].IsHidden, table[0, 1].IsHidden, table[1, 0].IsHidden, table[1, 1].IsHidden, table[2, 0].IsHidden, table[3, 0].IsHidden]);
    }

    /// <summary>While results come in, the difference of two days would be a class.</summary>
    [Fact]
    public void Shows_those_of_a_trial_to_everybody_once_its_results_are_closed()
    {
        var (open, closed) = (ATrial.Verified().State, ATrial.Locked().State);
        Assert.Null(MeasuredTable.Of(open));
        Assert.Empty(ArmFlow.Of(open, all: false, MeasuredTable.Of(open)));
        Assert.Equal([80, 80], ArmFlow.Of(open, all: true, told: null).Select(flow => flow.Measured));
        Assert.Equal([80, 80], ArmFlow.Of(closed, all: false, MeasuredTable.Of(closed)).Select(flow => flow.Measured));
        Assert.Equal([("heron-bay", 80), ("casa", 80), (null, 160)], MeasuredTable.Of(closed)!.Rows().Select(row => (row.School, row.Counts[^1].Pupils ?? 0)));
        Assert.Equal([("heron-bay", "talk", 42L, 40L), ("heron-bay", "usual", 42, 40), ("casa", "talk", 42, 40), ("casa", "usual", 42, 40)], ArmFlow.BySchool(closed).Select(flow => (flow.School!, flow.Arm, flow.Allocated, flow.Measured)));
    }

    /// <summary>Nine were in a group when results were closed first; what the table has hidden since then, the flow beside it does not tell.</summary>
    [Fact]
    public void Shows_no_flow_of_a_group_whose_total_is_hidden()
    {
        SchoolCount[] first = [new("heron-bay", "talk", 9), new("heron-bay", "usual", 40), new("casa", "usual", 40)];
        var trial = ATrial.Locked().State;
        var reopened = trial with { CountsWhenClosed = [[.. first], .. trial.CountsWhenClosed] };

        Assert.DoesNotContain(ArmFlow.Of(reopened, all: false, MeasuredTable.Of(reopened)), flow => flow.Arm == "talk");
    }

    private static int Attacked(Attacker attacker, int seed)
    {
        foreach (var place in attacker.Hidden)
        {
            var values = attacker.Values(place);
            Assert.True(values >= Disclosure.FewestShown, $"Seed {seed}: what is hidden at {place} is one of {values} values.");
        }

        return attacker.Hidden.Count;
    }

    private static PlacedCount[] RandomTable(Random random)
    {
        var (schools, columns, small) = (random.Next(2, 7), random.Next(2, 4), random.Next(1, 5));
        return
        [
            .. from school in Enumerable.Range(0, schools)
               from column in Enumerable.Range(0, columns)
               // A whole school in one group has nobody in the others; who gave no answer are few.
               where random.Next(8) > 0
               select new PlacedCount($"s{school}", $"c{column}", random.Next(10) < small || column == 2 && random.Next(3) > 0 ? random.Next(1, 12) : random.Next(10, 60)),
        ];
    }

    private static PlacedCount[] Corrected(PlacedCount[] counts, Random random)
    {
        var table = counts.ToArray();
        for (var n = random.Next(1, 3); n > 0; n--)
        {
            var at = random.Next(table.Length);
            table[at] = table[at] with { Pupils = Math.Max(0, table[at].Pupils + random.Next(-6, 7)) };
        }

        return [.. table.Where(count => count.Pupils > 0)];
    }

    /// <summary>Solves for the hidden counts of one table or of two that differ by what is known: the least and the largest that each can be, by the simplex method.</summary>
    private sealed class Attacker
    {
        private readonly Dictionary<(string Row, string Column), int> unknown = [];
        private readonly List<(double[] Of, double Sum)> equations = [];
        private readonly Dictionary<(string, string), long> atLeast = [];

        public IReadOnlyCollection<(string Row, string Column)> Hidden => unknown.Keys;

        public static Attacker Of(params (CountTable Shown, PlacedCount[] Counts)[] releases)
        {
            var attacker = new Attacker();
            var first = Whole(releases[0].Counts);
            foreach (var (shown, _) in releases)
            {
                foreach (var place in Places(shown).Where(place => shown[place.Row, place.Column].IsHidden)) attacker.unknown.TryAdd(Name(shown, place), attacker.unknown.Count);
            }

            foreach (var (shown, counts) in releases)
            {
                var whole = Whole(counts);
                var seen = Places(shown).Where(place => !shown[place.Row, place.Column].IsHidden).ToDictionary(place => Name(shown, place), place => shown[place.Row, place.Column].Pupils ?? 0);
                attacker.Add(shown.Rows, shown.Columns, seen, place => whole.GetValueOrDefault(place) - first.GetValueOrDefault(place));
            }

            return attacker;
        }

        public static Attacker Hiding(PlacedCount[] counts, Func<long, bool> hide)
        {
            var (attacker, whole) = (new Attacker(), Whole(counts));
            foreach (var place in whole.Where(place => hide(place.Value))) attacker.unknown.Add(place.Key, attacker.unknown.Count);
            attacker.Add([.. counts.Select(count => count.Row).Distinct()], [.. counts.Select(count => count.Column).Distinct()],
                whole.Where(place => !hide(place.Value)).ToDictionary(place => place.Key, place => place.Value), _ => 0);
            return attacker;
        }

        /// <summary>How many values a hidden count can have.</summary>
        public long Values((string Row, string Column) place)
        {
            // Each unknown is what it is at least and something more.
            var least = unknown.OrderBy(one => one.Value).Select(one => (double)atLeast.GetValueOrDefault(one.Key, 1)).ToArray();
            var rows = equations.Select(one => (one.Of, one.Sum - one.Of.Zip(least, (of, value) => of * value).Sum())).ToList();
            var goal = new double[unknown.Count];
            goal[unknown[place]] = 1;
            var (high, low) = (Simplex.Largest(rows, goal), Simplex.Largest(rows, [.. goal.Select(value => -value)]));
            return double.IsInfinity(high) ? long.MaxValue : (long)(Math.Floor(high + 1e-6) - Math.Ceiling(-low - 1e-6)) + 1;
        }

        /// <param name="changed">By how much a count differs from that of the first table.</param>
        private void Add(ImmutableArray<string> rows, ImmutableArray<string> columns, Dictionary<(string, string), long> seen, Func<(string, string), long> changed)
        {
            foreach (var row in rows.Add("all")) Equation([.. columns.Select(column => (row, column))], (row, "all"));
            foreach (var column in columns.Add("all")) Equation([.. rows.Select(row => (row, column))], ("all", column));
            foreach (var place in unknown.Keys)
            {
                if (seen.TryGetValue(place, out var value)) Know(place, value - changed(place));
                else if (rows.Contains(place.Row) || place.Row is "all") atLeast[place] = Math.Max(atLeast.GetValueOrDefault(place, 1), 1 - changed(place));
            }

            void Equation(ImmutableArray<(string, string)> parts, (string, string) total)
            {
                var (of, sum) = (new double[unknown.Count], 0.0);
                foreach (var (place, sign) in parts.Select(part => (part, 1)).Append((total, -1)))
                {
                    if (unknown.TryGetValue(place, out var at)) (of[at], sum) = (sign, sum - sign * (seen.ContainsKey(place) ? 0 : changed(place)));
                    if (seen.TryGetValue(place, out var value))
                    {
                        // Of what is shown in this table the value is known, whatever it was in another.
                        if (unknown.ContainsKey(place)) of[unknown[place]] = 0;
                        sum -= sign * value;
                    }
                }

                equations.Add((of, sum));
            }

            void Know((string, string) place, double value)
            {
                var of = new double[unknown.Count];
                of[unknown[place]] = 1;
                equations.Add((of, value));
            }
        }

        private static Dictionary<(string, string), long> Whole(PlacedCount[] counts) => counts
            .SelectMany(count => ((string, string)[])[(count.Row, count.Column), (count.Row, "all"), ("all", count.Column), ("all", "all")], (count, place) => (place, count.Pupils))
            .GroupBy(one => one.place, one => one.Pupils).ToDictionary(one => one.Key, one => one.Sum());

        private static IEnumerable<(int Row, int Column)> Places(CountTable table) =>
            from row in Enumerable.Range(0, table.Rows.Length + 1) from column in Enumerable.Range(0, table.Columns.Length + 1) select (row, column);

        private static (string, string) Name(CountTable table, (int Row, int Column) place) =>
            (place.Row == table.Rows.Length ? "all" : table.Rows[place.Row], place.Column == table.Columns.Length ? "all" : table.Columns[place.Column]);
    }

    /// <summary>The largest value of a sum under equations, no variable below 0 (Dantzig 1951, with Bland's rule of 1977).</summary>
    private static class Simplex
    {
        public static double Largest(List<(double[] Of, double Sum)> equations, double[] goal)
        {
            var (m, n) = (equations.Count, goal.Length);
            var table = new double[m, n + m + 1];
            var basis = new int[m];
            for (var i = 0; i < m; i++)
            {
                var sign = equations[i].Sum < 0 ? -1 : 1;
                for (var j = 0; j < n; j++) table[i, j] = sign * equations[i].Of[j];
                (table[i, n + i], table[i, n + m], basis[i]) = (1, sign * equations[i].Sum, n + i);
            }

            // First drive what stands in for each equation to 0, then the goal.
            var missing = Solve(table, basis, [.. Enumerable.Repeat(0.0, n), .. Enumerable.Repeat(-1.0, m)], n + m);
            Assert.Equal(0, missing, 1e-6);
            return Solve(table, basis, [.. goal, .. Enumerable.Repeat(0.0, m)], n);
        }

        private static double Solve(double[,] table, int[] basis, double[] goal, int variables)
        {
            var (m, last) = (basis.Length, table.GetLength(1) - 1);
            while (true)
            {
                var enters = Enumerable.Range(0, variables).FirstOrDefault(j => goal[j] - Enumerable.Range(0, m).Sum(i => goal[basis[i]] * table[i, j]) > 1e-9, -1);
                if (enters < 0) return Enumerable.Range(0, m).Sum(i => goal[basis[i]] * table[i, last]);

                var leaves = -1;
                for (var i = 0; i < m; i++)
                {
                    // What stands in at 0 leaves as soon as it would move.
                    if (basis[i] >= variables && Math.Abs(table[i, enters]) > 1e-9) { leaves = i; break; }
                    if (table[i, enters] <= 1e-9) continue;
                    var (mine, best) = (table[i, last] / table[i, enters], leaves < 0 ? double.MaxValue : table[leaves, last] / table[leaves, enters]);
                    if (mine < best - 1e-12 || Math.Abs(mine - best) <= 1e-12 && basis[i] < basis[leaves]) leaves = i;
                }

                if (leaves < 0) return double.PositiveInfinity;
                var by = table[leaves, enters];
                for (var j = 0; j <= last; j++) table[leaves, j] /= by;
                for (var i = 0; i < m; i++)
                {
                    if (i == leaves || Math.Abs(table[i, enters]) < 1e-12) continue;
                    var times = table[i, enters];
                    for (var j = 0; j <= last; j++) table[i, j] -= times * table[leaves, j];
                }

                basis[leaves] = enters;
            }
        }
    }
}
