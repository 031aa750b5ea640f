using System.Collections.Immutable;
using InnovationScale.Enquiry;
using InnovationScale.Innovations;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Replications;
using InnovationScale.Statistics;
using InnovationScale.Trials;

namespace InnovationScale.Evidence;

/// <summary>One version of an innovation with all that is on record about it.</summary>
/// <param name="Revision">Version of the innovation's own record.</param>
public sealed record VersionEvidence(string InnovationId, Innovation Innovation, long Revision, InnovationVersion Version, VersionRecord Record, EvidenceLevel Level)
{
    public ImmutableArray<TrialOnRecord> Trials { get; init; } = [];

    public ImmutableArray<View<Replication>> Replications { get; init; } = [];

    public ImmutableArray<StudyOnRecord> Studies { get; init; } = [];

    public ImmutableArray<View<Pilot>> Pilots { get; init; } = [];

    /// <summary>What pilots watched over several cycles, by the pilot's id.</summary>
    public ImmutableDictionary<string, WatchedSeries> Watched { get; init; } = ImmutableDictionary<string, WatchedSeries>.Empty;

    /// <summary>Trials parted by the level of a dimension that was registered as one the effect may depend on.</summary>
    public ImmutableArray<ContextSplit> Splits { get; init; } = [];

    /// <summary>Kinds of schools in which no evaluated trial took place; empty while there is no such trial at all.</summary>
    public ImmutableArray<Untried> Untried { get; init; } = [];

    /// <summary>Where evaluated trials took place, as their schools describe themselves.</summary>
    public ImmutableArray<TriedPlace> Places { get; init; } = [];

    public ImmutableDictionary<string, string> SchoolNames { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Trials whose evaluation counts.</summary>
    public IEnumerable<TrialOnRecord> Evaluated => Trials.Where(trial => trial.Result.Effect is not null);

    /// <summary>Schools of the programme that tried it, in a pilot or a trial.</summary>
    public int Schools => Trials.Where(trial => trial.Trial.State is not (TrialState.Registered or TrialState.Recruiting)).SelectMany(trial => trial.Trial.Sites.Select(site => site.School))
        .Concat(Pilots.Where(pilot => pilot.State.Stage is not (PilotStage.Draft or PilotStage.Registered)).Select(pilot => pilot.State.School)).Distinct(StringComparer.Ordinal).Count();

    /// <summary>What this says to a school that somebody describes.</summary>
    public TargetSchool For(ImmutableSortedDictionary<string, ContextAnswer> school) => TargetSchool.Of(school, Places, Innovation.MayDependOn, Splits);

    public SuccessRate? SuccessRate => Replicated.Rate(Record.Replications);
}

/// <summary>A registered trial.</summary>
/// <param name="Evaluation">The one that counts; null while there is none.</param>
public sealed record TrialOnRecord(string Id, Trial Trial, string? Evaluation, TrialResult Result)
{
    /// <summary>The newest evaluation that counted once and was set aside or taken back since, while none counts.</summary>
    public View<Evaluations.Evaluation>? SetAside { get; init; }
}

/// <summary>A study from elsewhere, read across its schools.</summary>
/// <param name="Reading">Null while it has no results.</param>
public sealed record StudyOnRecord(string Id, ExternalStudy Study, long Revision, StudyReading? Reading)
{
    /// <summary>What it adds to the pool, class-adjusted and with improvement positive; null unless a reviewer took it in.</summary>
    public PooledEffect? Pooled => Study.InPool ? Reading?.Pooled(Study.About) : null;

    /// <summary>
    /// A group of one of its schools is too small to show, and its source does not show it either. Then no school is shown, and no pool of schools: less the others, the whole would tell of that one.
    /// </summary>
    public bool WithholdsSchools =>
        !Study.About.AlreadyPublic && Reading is { } reading && reading.Sites.Any(site => Publication.Disclosure.IsFew(site.Treated.N) || Publication.Disclosure.IsFew(site.Compared.N));

    public int Sign => Study.About.Outcomes is [{ Direction: Direction.LowerIsBetter }, ..] ? -1 : 1;

    public static StudyOnRecord Of(View<ExternalStudy> view, PoolMethod? method = null)
    {
        var about = view.State.About;
        var reading = view.State.Cells.IsEmpty ? null : StudyReading.Of(view.State.Cells.Held.Select(held => held.Cell), about.Outcomes[0],
            about.Arms.First(arm => !arm.Comparison).Name, about.Arms.First(arm => arm.Comparison).Name, method);
        return new(view.Id, view.State, view.Version, reading);
    }
}

/// <summary>
/// What a pilot watched, cycle after cycle, against the middle value of its first cycle, which stays where it was. A signal is an improvement
/// when the later points lie on the side that was predicted before they were seen.
/// </summary>
/// <param name="Points">In the order of their days, those of the first cycle first; as many as the chart has.</param>
public sealed record WatchedSeries(RunChart Chart, bool Improved, string Measure, ImmutableArray<Point> Points)
{
    /// <summary>Null where there are not two cycles on one measure with points, or nothing varies.</summary>
    public static WatchedSeries? Of(ImmutableArray<Cycle> cycles)
    {
        ImmutableArray<(Cycle Cycle, ImmutableArray<double?> Points)> watched =
        [
            .. cycles.Select(cycle => (cycle, cycle.Series().Select(Share).ToImmutableArray()))
                .Where(one => one.Item2.Any(point => point is not null)).OrderBy(one => one.cycle.Series().First().On),
        ];
        if (watched.Length < 2 || watched.Select(one => one.Cycle.Plan.Measure).Distinct(StringComparer.Ordinal).Count() > 1) return null;

        ImmutableArray<double?> later = [.. watched.Skip(1).SelectMany(one => one.Points)];
        return Computed.Try(() => RunChart.Of([.. watched[0].Points, .. later], watched[0].Points.Length)).Match(
            chart => new WatchedSeries(chart, chart.Runs.Signal && watched[^1].Cycle.Plan.Prediction?.Direction switch
            {
                PredictedDirection.Up => later.Average() > chart.Median,
                PredictedDirection.Down => later.Average() < chart.Median,
                _ => false,
            }, watched[0].Cycle.Plan.Measure ?? "", [.. watched.SelectMany(one => one.Cycle.Series())]),
            _ => null as WatchedSeries);
    }

    private static double? Share(Point point) => point is { Value: { } value, Denominator: { } of } ? 100 * value / of : point.Value;
}
