using System.Collections.Immutable;

namespace InnovationScale.Publication;

/// <summary>Pupils of one row in one column.</summary>
public readonly record struct PlacedCount(string Row, string Column, long Pupils);

/// <summary>A count as anybody may see it: how many, or that it is hidden; neither where there is nobody.</summary>
public readonly record struct ShownCount(long? Pupils, bool IsHidden)
{
    public static ShownCount Hidden { get; } = new(null, IsHidden: true);
}

/// <summary>
/// Counts of pupils in rows and columns with their totals, as anybody may see them. Few are hidden, and others beside them until all that is shown, totals included, leaves
/// every hidden count at least <see cref="Disclosure.FewestShown"/> values to be. A table with its totals is a flow in a network, so what can still be moved without changing
/// anything shown is a cycle through hidden counts (Cox 1995, "Network models for complementary cell suppression"). Totals of columns are published elsewhere too and are hidden only where they are few.
/// </summary>
public sealed class CountTable
{
    /// <summary>How far a hidden count can at least be moved.</summary>
    private const long Room = Disclosure.FewestShown - 1;

    private readonly long[,] pupils;
    private readonly long[,] least;
    private readonly bool[,] hidden;

    private CountTable(ImmutableArray<string> rows, ImmutableArray<string> columns, IReadOnlyCollection<PlacedCount> counts)
    {
        (Rows, Columns) = (rows, columns);
        pupils = new long[rows.Length + 1, columns.Length + 1];
        foreach (var count in counts)
        {
            var (row, column) = (rows.IndexOf(count.Row), columns.IndexOf(count.Column));
            foreach (var (i, j) in ((int, int)[])[(row, column), (row, columns.Length), (rows.Length, column), (rows.Length, columns.Length)]) pupils[i, j] += count.Pupils;
        }

        least = (long[,])pupils.Clone();
        hidden = new bool[rows.Length + 1, columns.Length + 1];
    }

    public ImmutableArray<string> Rows { get; }

    public ImmutableArray<string> Columns { get; }

    /// <summary>A row after the last is the total of all rows, a column after the last that of all columns.</summary>
    public ShownCount this[int row, int column] => hidden[row, column] ? ShownCount.Hidden : new(pupils[row, column] is 0 ? null : pupils[row, column], IsHidden: false);

    /// <summary>
    /// The last of these tables, each of which was shown in its time; null where it may not be shown. What was hidden once stays hidden, nothing else becomes hidden, and a hidden
    /// count does not vanish: the difference of two tables would tell it.
    /// </summary>
    public static CountTable? Of(IEnumerable<IReadOnlyCollection<PlacedCount>> releases)
    {
        CountTable? before = null, last = null;
        foreach (var counts in releases)
        {
            var table = new CountTable([.. counts.Select(count => count.Row).Distinct(StringComparer.Ordinal)], [.. counts.Select(count => count.Column).Distinct(StringComparer.Ordinal)], counts);
            last = before is null ? table.Hide() ? table : null : table.HideAs(before) ? table : null;
            before = last ?? before;
        }

        return last;
    }

    private IEnumerable<(int Row, int Column)> Places => from row in Enumerable.Range(0, Rows.Length + 1) from column in Enumerable.Range(0, Columns.Length + 1) select (row, column);

    /// <summary>The few, and for each a way round through the smallest counts that can give way.</summary>
    private bool Hide()
    {
        foreach (var (i, j) in Places) hidden[i, j] = Disclosure.IsFew(pupils[i, j]);
        foreach (var few in Places.Where(place => hidden[place.Row, place.Column]).ToArray())
        {
            if (WayRound(few, up: true, mayHide: true) is not { } way) return false;
            foreach (var (i, j) in way) hidden[i, j] = true;
        }

        return true;
    }

    private bool HideAs(CountTable before)
    {
        foreach (var (i, j) in before.Places.Where(place => before.hidden[place.Row, place.Column]))
        {
            var (row, column) = (i == before.Rows.Length ? Rows.Length : Rows.IndexOf(before.Rows[i]), j == before.Columns.Length ? Columns.Length : Columns.IndexOf(before.Columns[j]));
            if (row < 0 || column < 0 || pupils[row, column] == 0) return false;
            hidden[row, column] = true;
            least[row, column] = Math.Min(pupils[row, column], before.least[i, j]);
        }

        return Places.All(place => hidden[place.Row, place.Column]
            ? WayRound(place, up: true, mayHide: false) is not null || Gives(place, up: false, mayHide: false) && WayRound(place, up: false, mayHide: false) is not null
            : !Disclosure.IsFew(pupils[place.Row, place.Column]));
    }

    /// <summary>
    /// Counts that can all be moved by <see cref="Room"/> when this one is made larger or smaller by it: up where the way goes with the flow, down where it goes against it. Null where there are none.
    /// </summary>
    private List<(int Row, int Column)>? WayRound((int Row, int Column) moved, bool up, bool mayHide)
    {
        // Nodes are rows, then columns. Pupils flow from a row to a column, and back through the totals.
        var (rows, nodes) = (Rows.Length + 1, Rows.Length + Columns.Length + 2);
        var (from, to) = GoesToColumn(moved) == up ? (rows + moved.Column, moved.Row) : (moved.Row, rows + moved.Column);
        var (cost, by, done) = (Enumerable.Repeat(long.MaxValue, nodes).ToArray(), new int[nodes], new bool[nodes]);
        for (cost[from] = 0; ;)
        {
            var at = -1;
            for (var node = 0; node < nodes; node++)
            {
                if (!done[node] && cost[node] < long.MaxValue && (at < 0 || cost[node] < cost[at])) at = node;
            }

            if (at < 0) return null;
            if (at == to) break;
            done[at] = true;
            for (var next = at < rows ? rows : 0; next < (at < rows ? nodes : rows); next++)
            {
                var place = Between(at, next);
                if (place == moved || !Gives(place, up: GoesToColumn(place) == at < rows, mayHide)) continue;
                // What is hidden already costs nothing but the step.
                var dear = cost[at] + 1 + (hidden[place.Row, place.Column] ? 0 : 1000 * pupils[place.Row, place.Column]);
                if (dear < cost[next]) (cost[next], by[next]) = (dear, at);
            }
        }

        var way = new List<(int, int)>();
        for (var node = to; node != from; node = by[node]) way.Add(Between(node, by[node]));
        return way;

        (int Row, int Column) Between(int one, int other) => (Math.Min(one, other), Math.Max(one, other) - rows);
    }

    /// <summary>Counts and the total of all flow from their row to their column; totals of rows and of columns flow back.</summary>
    private bool GoesToColumn((int Row, int Column) place) => place.Row < Rows.Length == place.Column < Columns.Length;

    /// <summary>A hidden count is known to be 1 or more, since nobody is shown as nobody.</summary>
    private bool Gives((int Row, int Column) place, bool up, bool mayHide)
    {
        var (row, column) = place;
        if (pupils[row, column] == 0 || !up && least[row, column] - 1 < Room) return false;
        return hidden[row, column] || mayHide && !(row == Rows.Length && column < Columns.Length);
    }
}
