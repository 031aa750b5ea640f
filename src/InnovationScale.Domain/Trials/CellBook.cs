using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace InnovationScale.Trials;

/// <summary>A current cell, who recorded it, who checked it, and the upload it came with.</summary>
/// <param name="Batch">The upload's id; null for a cell entered by hand.</param>
public sealed record HeldCell(Cell Cell, string RecordedBy, string? VerifiedBy = null, string? Batch = null);

/// <summary>
/// The current cells of a trial or a study, one a place, with running counts. Cells stand in canonical order, so that everybody who holds
/// the same cells computes the same hash; one more cell costs O(log n).
/// </summary>
[JsonConverter(typeof(CellBookJson))]
public sealed class CellBook
{
    private readonly ImmutableSortedDictionary<CellKey, HeldCell> current;
    private readonly ImmutableDictionary<CellKey, Flow> flows;
    private readonly int unverified;

    private CellBook(ImmutableSortedDictionary<CellKey, HeldCell> current, ImmutableDictionary<CellKey, Flow> flows, int unverified) =>
        (this.current, this.flows, this.unverified) = (current, flows, unverified);

    // Stands before Empty: static fields are made in the order they are written.
    private static readonly IComparer<CellKey> CanonicalOrder = Comparer<CellKey>.Create(static (a, b) =>
    {
        var order = string.CompareOrdinal(a.School, b.School);
        if (order == 0) order = string.CompareOrdinal(a.Class, b.Class);
        if (order == 0) order = string.CompareOrdinal(a.Arm, b.Arm);
        if (order == 0) order = string.CompareOrdinal(a.Measure, b.Measure);
        if (order == 0) order = string.CompareOrdinal(a.Wave, b.Wave);
        return order != 0 ? order : string.CompareOrdinal(a.Subgroup, b.Subgroup);
    });

    public static CellBook Empty { get; } = new(
        ImmutableSortedDictionary<CellKey, HeldCell>.Empty.WithComparers(CanonicalOrder), ImmutableDictionary<CellKey, Flow>.Empty, 0);

    public int Count => current.Count;

    public bool IsEmpty => current.IsEmpty;

    /// <summary>Cells nobody but their recorder has looked at.</summary>
    public int Unverified => unverified;

    /// <summary>Every current cell, in canonical order.</summary>
    public IEnumerable<HeldCell> Held => current.Values;

    /// <summary>The current cells that stand after a place, in canonical order, whether or not a cell stands in it.</summary>
    public IEnumerable<HeldCell> After(CellKey place) => current.Where(one => CanonicalOrder.Compare(one.Key, place) > 0).Select(one => one.Value);

    public HeldCell? At(CellKey place) => current.GetValueOrDefault(place);

    /// <summary>Pupils of one school and arm on one measure, wave and subgroup, classes added up.</summary>
    public Flow In(string school, string arm, string measure, string wave, string subgroup = "") =>
        flows.GetValueOrDefault(new(school, "", arm, measure, wave, subgroup), Flow.None);

    /// <summary>Pupils of one arm on one measure and wave, schools added up.</summary>
    public Flow InArm(string arm, string measure, string wave) => flows.GetValueOrDefault(new("", "", arm, measure, wave, ""), Flow.None);

    /// <summary>The book with this cell in its place; what stood there is no longer current.</summary>
    public CellBook With(HeldCell held) => WithAll([held]);

    /// <summary>The same for many cells, which costs far less than one book for each.</summary>
    public CellBook WithAll(IEnumerable<HeldCell> held)
    {
        var (cells, sums, open) = (current.ToBuilder(), flows.ToBuilder(), unverified);
        foreach (var one in held)
        {
            var place = one.Cell.Key;
            if (cells.TryGetValue(place, out var old)) open += Tally(sums, old, -1);
            open += Tally(sums, one, +1);
            cells[place] = one;
        }

        return new(cells.ToImmutable(), sums.ToImmutable(), open);
    }

    public CellBook Without(CellKey place)
    {
        if (At(place) is not { } old) return this;
        var sums = flows.ToBuilder();
        var open = unverified + Tally(sums, old, -1);
        return new(current.Remove(place), sums.ToImmutable(), open);
    }

    /// <summary>SHA-256 over the current cells in canonical order, lower-case hex. Who recorded or checked a cell is no part of it.</summary>
    public string Sha256() => CellRows.Sha256(current.Values.Select(held => held.Cell));

    /// <summary>Adds a cell to the sums it belongs to, or takes it out; answers by how much the unverified change.</summary>
    private static int Tally(ImmutableDictionary<CellKey, Flow>.Builder sums, HeldCell held, int sign)
    {
        var cell = held.Cell;
        var flow = Flow.Of(cell);
        Add(cell.Key with { Class = "" });
        if (cell.Subgroup.Length == 0) Add(cell.Key with { School = "", Class = "" });
        return held.VerifiedBy is null ? sign : 0;

        void Add(CellKey at)
        {
            var sum = sums.GetValueOrDefault(at).Plus(flow, sign);
            if (sum.Cells == 0) sums.Remove(at);
            else sums[at] = sum;
        }
    }
}

/// <summary>How many pupils went in and came out: what a flow diagram counts (CONSORT 2010).</summary>
/// <param name="Cells">Cells counted.</param>
/// <param name="Allocated">Pupils given to the arm, in cells that say so.</param>
/// <param name="Measured">Pupils with a result.</param>
/// <param name="Lost">Allocated and without a result, whatever the reason.</param>
/// <param name="JoinedLate">Measured, but not there when arms were decided.</param>
/// <param name="Unsaid">Cells that do not say how many were allocated.</param>
/// <param name="Classes">Classes in the cells.</param>
public readonly record struct Flow(int Cells, long Allocated, long Measured, long Lost, long JoinedLate, int Unsaid, int Classes)
{
    public static Flow None => default;

    /// <summary>Pupils with a score before the start.</summary>
    public long Before { get; init; }

    /// <summary>Pupils with both scores.</summary>
    public long Both { get; init; }

    public static Flow Of(Cell cell) => new(
        1, cell.Allocated ?? 0, cell.Outcome.N, cell.Lost.Values.Sum(lost => (long)lost), cell.JoinedLate, cell.Allocated is null ? 1 : 0, cell.Classes)
    {
        Before = cell.Baseline.N, Both = cell.Matched.N,
    };

    /// <summary>Everyone allocated was either measured or lost with a reason.</summary>
    public bool Reconciles => Unsaid == 0 && Allocated == Measured - JoinedLate + Lost;

    internal Flow Plus(Flow other, int sign) => new(
        Cells + sign * other.Cells, Allocated + sign * other.Allocated, Measured + sign * other.Measured, Lost + sign * other.Lost,
        JoinedLate + sign * other.JoinedLate, Unsaid + sign * other.Unsaid, Classes + sign * other.Classes)
    {
        Before = Before + sign * other.Before, Both = Both + sign * other.Both,
    };
}

/// <summary>Pupils of one school in one group with a result on the primary outcome.</summary>
public readonly record struct SchoolCount(string School, string Arm, long Measured)
{
    public static ImmutableArray<SchoolCount> Of(Trial trial) => trial.Plan.Primary is not { } primary ? [] :
    [
        .. from site in trial.Sites
           from arm in trial.Plan.Arms
           let flow = trial.Cells.In(site.School, arm.Name, primary.Measure, primary.Wave)
           where flow.Measured > 0
           select new SchoolCount(site.School, arm.Name, flow.Measured),
    ];

    /// <summary>As anybody may see them while results are closed; null while they are not, or where they cannot be shown.</summary>
    public static Publication.CountTable? Published(Trial trial) => !trial.IsLocked ? null : Publication.CountTable.Of(
        trial.CountsWhenClosed.Select(counts => counts.Select(count => new Publication.PlacedCount(count.School, count.Arm, count.Measured)).ToArray()));
}

/// <summary>A book is kept as the list of its cells; counts are added up again on reading.</summary>
internal sealed class CellBookJson : JsonConverter<CellBook>
{
    public override CellBook Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        CellBook.Empty.WithAll(JsonSerializer.Deserialize<ImmutableArray<HeldCell>>(ref reader, options));

    public override void Write(Utf8JsonWriter writer, CellBook value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Held, options);
}
