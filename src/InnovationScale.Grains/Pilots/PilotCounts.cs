using System.Data.Common;
using InnovationScale.Storage;

namespace InnovationScale.Pilots;

/// <summary>
/// How many pilots there are of each kind. Few are counted one by one. Many are counted together now and then, and whoever shows the number says
/// “about”; a part of many is not counted to its end.
/// </summary>
/// <param name="exactlyMost">As many are counted exactly.</param>
/// <param name="fewSchools"><inheritdoc cref="PilotLists" path="/param"/></param>
public sealed class PilotCounts(Desk desk, TimeProvider clock, int exactlyMost = 10_000, int fewSchools = PilotFilter.FewSchools)
{
    private static readonly TimeSpan OldAfter = TimeSpan.FromSeconds(30);

    private const string Of = "country, stage, status, preset";

    // Pilots are never deleted: once there are many, there always are.
    private volatile bool many;
    private volatile Counted? whole;
    private readonly SemaphoreSlim counting = new(1);

    /// <summary>What the filter selects, counted by country, stage, status and preset.</summary>
    public async Task<PilotTally> Tally(Principal who, PilotFilter filter)
    {
        var around = filter.Uncounted;
        if (!many || !around.CountedOnly)
        {
            var cells = await Cells(who, around, exactlyMost + 1);
            if (cells.Sum(cell => cell.Count) <= exactlyMost) return new(filter, cells, Certainty.Exact);
            if (!around.CountedOnly) return await Exact(who, filter) is { } few ? new(filter, [], Certainty.Exact) { Alone = few } : new(filter, [], Certainty.AtLeast) { Alone = exactlyMost };
            many = true;
        }

        // What everybody may see is counted for all together, drafts for each who sees only some.
        var together = (await Whole()).Cells;
        var about = new PilotTally(filter, SeesAll(who)
            ? together
            : [.. together.Where(cell => cell.Stage is not PilotStage.Draft), .. await Cells(who, around with { Stage = PilotStage.Draft }, exactlyMost + 1)], Certainty.About);
        // What is left of the many may be few again, and few are counted exactly.
        return about.Total < 2 * exactlyMost && await Exact(who, filter) is { } exact ? about with { Alone = exact } : about;
    }

    private bool SeesAll(Principal who) => desk.Seen<Pilot>(who, PilotsFeature.Promised, "p.id") == Condition.Always;

    /// <summary>Null where there are more than are counted exactly.</summary>
    private async Task<long?> Exact(Principal who, PilotFilter filter)
    {
        var cells = await Cells(who, filter, exactlyMost + 1);
        return cells.Sum(cell => cell.Count) is var count && count <= exactlyMost ? count : null;
    }

    private Task<List<PilotCell>> Cells(Principal who, PilotFilter filter, int most) => desk.Query(who, "list-pilots", async connection =>
    {
        var few = await filter.OfFewSchools(connection, fewSchools);
        var parts = (SeesAll(who) ? [filter] : filter.Apart).Select(part => part.Sql(who, desk, few)).ToList();
        var each = parts.Select((part, n) => $"select {Of} from (select {Of} from pilot p where {string.Join(" and ", part.Where)} limit @most) as part{n}");
        return await connection.Query($"select {Of}, count(*) from ({string.Join(" union all ", each)}) as few group by {Of}", Cell,
            [.. parts.SelectMany(part => part.Parameters).DistinctBy(one => one.Item1, StringComparer.Ordinal), ("most", most)]);
    });

    /// <summary>Subjects that pilots teach, the most taught first. What a draft teaches is its own team's to know.</summary>
    public async Task<IReadOnlyList<string>> Subjects(Principal who) => many ? (await Whole()).Subjects : await desk.Query(who, "list-pilots", SubjectsIn);

    private static Task<List<string>> SubjectsIn(DbConnection connection) =>
        connection.Query("select subject from pilot where subject is not null and stage <> 'Draft' group by subject order by count(*) desc, subject limit 100", r => r.GetString(0));

    private async Task<Counted> Whole()
    {
        if (whole is { } known && !known.IsOld(clock)) return known;

        // One who asks counts; the others take what was counted before, if there is anything.
        if (whole is { } old && !await counting.WaitAsync(TimeSpan.Zero)) return old;
        if (whole is null) await counting.WaitAsync();
        try
        {
            if (whole is { } meanwhile && !meanwhile.IsOld(clock)) return meanwhile;

            // Each has its own time to be answered in.
            var cells = await desk.Query(Principal.System, "list-pilots", connection => connection.Query($"select {Of}, count(*) from pilot group by {Of}", Cell));
            return whole = new(cells, await desk.Query(Principal.System, "list-pilots", SubjectsIn), clock.GetTimestamp());
        }
        finally
        {
            counting.Release();
        }
    }

    private static PilotCell Cell(DbDataReader r) => new(
        r.GetString(0), Enum.Parse<PilotStage>(r.GetString(1)), Enum.Parse<PilotStatus>(r.GetString(2)), Enum.Parse<Preset>(r.GetString(3)), r.GetInt64(4));

    private sealed record Counted(IReadOnlyList<PilotCell> Cells, IReadOnlyList<string> Subjects, long At)
    {
        public bool IsOld(TimeProvider clock) => clock.GetElapsedTime(At) > OldAfter;
    }
}

/// <summary>So many pilots that are alike in what pilots are counted by.</summary>
public readonly record struct PilotCell(string Country, PilotStage Stage, PilotStatus Status, Preset Preset, long Count)
{
    public bool Ended => Status is PilotStatus.Closed or PilotStatus.Withdrawn;

    internal bool Fits(PilotFilter filter) => (filter.Country is null || filter.Country == Country) && (filter.Stage is null || filter.Stage == Stage)
        && (filter.Status is null || filter.Status == Status) && (filter.Preset is null || filter.Preset == Preset) && (filter.Ended is null || filter.Ended == Ended);
}

/// <summary>How well a number is known.</summary>
public enum Certainty
{
    Exact,

    /// <summary>Counted a moment ago.</summary>
    About,

    /// <summary>There are more.</summary>
    AtLeast,
}

/// <summary>The pilots that a filter selects, counted. Every number of one tally comes from the same count, so that parts add up to their whole.</summary>
public sealed record PilotTally(PilotFilter Filter, IReadOnlyList<PilotCell> Cells, Certainty Certainty)
{
    /// <summary>The total, where it was counted apart from the cells.</summary>
    public long? Alone { get; init; }

    public long Total => Alone ?? Selected.Sum(cell => cell.Count);

    /// <summary>The cells that the whole filter selects.</summary>
    public IEnumerable<PilotCell> Selected => Cells.Where(cell => cell.Fits(Filter));

    /// <summary>How well <see cref="Total"/> is known.</summary>
    public Certainty OfTotal => Alone is not null && Certainty is Certainty.About ? Certainty.Exact : Certainty;

    /// <summary>There are cells to count parts by.</summary>
    public bool HasParts => Cells.Count > 0 || Certainty is Certainty.Exact && Alone is null;

    /// <summary>The count of each part, under every filter but the part's own.</summary>
    public IReadOnlyDictionary<TPart, long> By<TPart>(Func<PilotCell, TPart> part, Func<PilotFilter, PilotFilter> without) where TPart : notnull => Cells
        .Where(cell => cell.Fits(without(Filter))).GroupBy(part).ToDictionary(same => same.Key, same => same.Sum(cell => cell.Count));
}
