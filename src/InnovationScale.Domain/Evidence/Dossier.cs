using System.Collections.Immutable;
using InnovationScale.Evaluations;
using InnovationScale.Innovations;
using InnovationScale.Publication;
using InnovationScale.Replications;
using InnovationScale.Trials;

namespace InnovationScale.Evidence;

/// <summary>
/// All that is claimed of one version, with what every claim rests on, as it may be published: whoever holds it computes each figure again from it alone.
/// No person is named in it, no school of a trial, and nothing of a group too small to show.
/// </summary>
public sealed record Dossier(string Innovation, string Title, string Description, InnovationVersion Version, DossierFacts Facts)
{
    /// <summary>Every registered trial of the version, evaluated or not.</summary>
    public ImmutableArray<DossierTrial> Trials { get; init; } = [];

    public ImmutableArray<DossierStudy> Studies { get; init; } = [];

    public ImmutableArray<DossierReplication> Replications { get; init; } = [];

    /// <summary>Which trials took place in which kind of school, for what was said beforehand the effect may depend on.</summary>
    public ImmutableArray<DossierContext> Contexts { get; init; } = [];

    public ImmutableArray<DossierDecision> Decisions { get; init; } = [];

    /// <summary>Every figure, from published results alone. Only what was withheld is taken as it was signed.</summary>
    public DossierFigures Compute()
    {
        ImmutableArray<DossierEvaluation> evaluations = [.. Trials.Where(trial => trial.Evaluation is not null).Select(trial => trial.Evaluate())];
        var effects = evaluations.ToImmutableDictionary(one => one.Trial, one => one, StringComparer.Ordinal);
        ImmutableArray<TrialResult> results = [.. Trials.Select(trial => trial.Result(effects.GetValueOrDefault(trial.Id)))];
        ImmutableArray<ContextSplit> splits =
        [
            .. from dimension in Contexts.Select(context => context.Dimension).Distinct(StringComparer.Ordinal)
               select ContextSplit.Of(dimension,
               [
                   .. from context in Contexts
                      where context.Dimension == dimension
                      let effect = results.Single(result => result.Trial == context.Trial).Effect!
                      select (context.Level, new PooledEffect(context.Trial, effect.G, effect.StandardError * effect.StandardError)),
               ]),
        ];
        ImmutableArray<(DossierStudy Study, StudyReading? Reading)> read = [.. Studies.Select(study => (study, study.Read()))];
        ImmutableArray<ReplicationResult> replications = [.. Replications.Select(again => again.Result)];
        var level = EvidenceLevel.Of(new()
        {
            HasTheory = Facts.HasTheory,
            ClosedCycles = Facts.ClosedCycles,
            RunChartSignal = Facts.RunChartSignal,
            NormReferencedGain = Facts.NormReferencedGain,
            CostKnown = Facts.CostKnown,
            Trials = results,
            Replications = replications,
            FromElsewhere = [.. read.Select(one => one.Study.Pooled(one.Reading)).OfType<PooledEffect>()],
            HarmedContexts = ContextSplit.Harmed(splits),
        });
        return new(
            evaluations,
            new(level.Level, level.Verdict, level.Steps, level.HarmedPupils, level.Silent, replications.Count(again => again.Succeeded),
                replications.Count(again => again.State is ReplicationState.Assessed or ReplicationState.Abandoned)),
            [
                .. evaluations.SelectMany(one => Figure.Of(one.Trial, one.Findings)),
                .. Figure.Of(Figure.AllTrials, level.Pool),
                .. splits.SelectMany(Figure.Of),
                .. read.SelectMany(one => one.Reading is { } reading ? Figure.Of(one.Study.Id, reading) : one.Study.Signed is { } signed ? Figure.Of(one.Study, signed) : []),
            ]);
    }
}

/// <summary>What the level of a version rests on besides trials.</summary>
public sealed record DossierFacts(bool HasTheory, int ClosedCycles, bool RunChartSignal, bool NormReferencedGain, bool CostKnown);

/// <summary>A trial: its dated plan, what became of the plan, and its results as they are published.</summary>
public sealed record DossierTrial(string Id, string Title, TrialState State, Preset Preset, Registration Plan, DateTimeOffset? RegisteredAt, int Schools)
{
    /// <summary>Changes before anybody saw a result; who made them is left out.</summary>
    public ImmutableArray<Amendment> Amendments { get; init; } = [];

    public ImmutableArray<Deviation> Deviations { get; init; } = [];

    /// <summary>Planned results that are missing, and why; in which school is left out.</summary>
    public ImmutableArray<Gap> Gaps { get; init; } = [];

    public int SitesLost { get; init; }

    public string? StoppedBecause { get; init; }

    public bool PooledClasses { get; init; }

    public TrialCosts? Costs { get; init; }

    public ImmutableArray<string>? Unwanted { get; init; }

    /// <summary>What each school delivered; kept as rows beside the plan.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public ImmutableArray<SiteDose> Doses { get; init; } = [];

    /// <summary>Groups of which nothing is published.</summary>
    public ImmutableArray<CellGroup> Withheld { get; init; } = [];

    /// <summary>The evaluation that counts, as it was signed; null while there is none.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public DossierEvaluation? Evaluation { get; init; }

    /// <summary>Kept as rows beside the plan.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public PublishedCells Cells { get; init; } = PublishedCells.None;

    /// <summary>Nothing can be computed again: a whole group is withheld on the result the trial is judged by.</summary>
    public bool IsSealed => Plan.Primary is { } primary && Withheld.Any(group => group.Measure == primary.Measure && group.Wave == primary.Wave && group.Subgroup.Length == 0);

    public static DossierTrial Of(string id, Trial trial, string? evaluationId, Evaluation? evaluation)
    {
        var closed = ClosedTrial.Of(trial);
        var cells = evaluation is null ? PublishedCells.None : PublishedCells.Of(closed.Cells, trial.Plan.Outcomes());
        return new(id, trial.Title, trial.State, trial.Preset, trial.Plan, trial.RegisteredAt, trial.Sites.Length)
        {
            Amendments = [.. trial.Amendments.Select(amendment => amendment with { By = "" })],
            Deviations = closed.Deviations,
            Gaps = [.. closed.Gaps.Select(gap => gap with { School = "" })],
            SitesLost = closed.SitesLost,
            StoppedBecause = closed.StoppedBecause,
            PooledClasses = closed.PooledClasses,
            Costs = closed.Costs,
            Unwanted = closed.Unwanted,
            Doses = evaluation is null ? [] : SiteDose.WithoutSchools(closed.Doses),
            Cells = cells,
            Withheld = cells.Withheld,
            Evaluation = evaluation is null ? null : DossierEvaluation.Of(evaluationId!, evaluation),
        };
    }

    internal DossierEvaluation Evaluate()
    {
        var signed = Evaluation!;
        var data = new ClosedTrial(signed.DatasetSha256, "", "", Preset, Plan, Cells.AsCells())
        {
            Deviations = Deviations, SitesLost = SitesLost, StoppedBecause = StoppedBecause, PooledClasses = PooledClasses, Costs = Costs, Doses = Doses, Unwanted = Unwanted,
        };
        // Without its cells only what does not rest on them can be worked out.
        if (IsSealed) return signed with { Findings = signed.Findings with { Dose = DoseFinding.Of(data), Unwanted = data.Unwanted } };
        var method = Methods.Named(signed.Method) ?? throw new FormatException($"{Id}: there is no method “{signed.Method}”.");
        var found = method.Evaluate(data);
        found = found with { Outcomes = [.. found.Outcomes.Select(outcome => IsWithheld(outcome) ? signed.Findings.Outcomes.First(outcome.SamePlace) : outcome)] };
        return signed with { Findings = found, Rating = Evaluations.Evaluation.Signed(found.Rating, signed.Independent, Preset) };
    }

    private bool IsWithheld(OutcomeFinding outcome) => Withheld.Any(group =>
        group.Measure == outcome.Measure && group.Wave == outcome.Wave && group.Subgroup == outcome.Subgroup && (group.Arm == outcome.Arm || group.Arm == outcome.Comparison));

    internal TrialResult Result(DossierEvaluation? evaluation) => evaluation is null
        ? new(Id, Preset, Effect: null)
        : TrialResult.Of(Id, Preset, evaluation.Evaluation, new() { State = EvaluationState.Signed, Trial = Id, Findings = evaluation.Findings, Rating = evaluation.Rating }, Plan.SmallestWorthwhile) with { Title = Title };
}

/// <summary>An evaluation as it was signed, without the gaps of its schools.</summary>
/// <param name="DatasetSha256">Of the closed results, class by class, which those who run the trial keep.</param>
public sealed record DossierEvaluation(string Trial, string Evaluation, EvaluationState State, string Method, string DatasetSha256, bool Independent, Findings Findings, Rating Rating)
{
    internal static DossierEvaluation Of(string id, Evaluation evaluation) =>
        new(evaluation.Trial, id, evaluation.State, evaluation.Method, evaluation.DatasetSha256, evaluation.Independent, evaluation.Findings! with { Gaps = [] }, evaluation.Rating!);
}

/// <summary>A study from elsewhere. Its classes are here only where its source publishes them, or where every one of them may be shown.</summary>
public sealed record DossierStudy(string Id, StudyDescription About, bool? InPool, string? Why, string DatasetSha256)
{
    /// <summary>Some of its classes are too small to show, so that nothing of it can be computed again here.</summary>
    public bool Withheld { get; init; }

    /// <summary>What it adds to the pool where its classes are withheld; null where they are not, or it adds nothing.</summary>
    public PooledEffect? Signed { get; init; }

    /// <summary>Kept as rows beside the description.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public ImmutableArray<Cell> Cells { get; init; } = [];

    public static DossierStudy Of(string id, ExternalStudy study)
    {
        var outcome = study.About.Outcomes[0];
        ImmutableArray<Cell> cells =
        [
            .. study.Cells.Held.Select(held => held.Cell).Where(cell => cell.Measure == outcome.Measure && cell.Wave == outcome.Wave && cell.Subgroup.Length == 0 && cell.Outcome.N > 0)
                .Select(cell => new Cell { School = cell.School, Class = cell.Class, Arm = cell.Arm, Measure = cell.Measure, Wave = cell.Wave, Classes = cell.Classes, Outcome = cell.Outcome }),
        ];
        var whole = new DossierStudy(id, study.About, study.Pool?.In, study.Pool?.Why, study.Cells.Sha256()) { Cells = cells };
        return !study.About.AlreadyPublic && cells.Any(cell => Disclosure.IsFew(cell.Outcome.N)) ? whole with { Withheld = true, Signed = whole.Pooled(whole.Read()), Cells = [] } : whole;
    }

    internal StudyReading? Read() => Cells.IsEmpty ? null : StudyReading.Of(Cells, About.Outcomes[0], About.Arms.First(arm => !arm.Comparison).Name, About.Arms.First(arm => arm.Comparison).Name);

    internal PooledEffect? Pooled(StudyReading? reading) => InPool != true ? null : Withheld ? Signed : reading?.Pooled(About);
}

/// <summary>Where the version was tried again, and what came of it.</summary>
public sealed record DossierReplication(string Id, string SourceTrial, string? Trial, ReplicationKind Design, double Margin, ImmutableArray<string> Held, ImmutableArray<string> Varied, ReplicationResult Result)
{
    public string? AbandonedBecause { get; init; }

    public static DossierReplication Of(string id, Replication again) =>
        new(id, again.SourceTrial, again.Trial, again.Design, again.Margin, again.Held, again.Varied, ReplicationResult.Of(id, again)) { AbandonedBecause = again.AbandonedBecause };
}

/// <summary>A trial whose schools all gave one answer.</summary>
public sealed record DossierContext(string Dimension, string Level, string Trial);

/// <summary>Something that was decided, when, in which role, and why.</summary>
/// <param name="What">The stored name of what happened.</param>
public sealed record DossierDecision(string Day, string Record, string What, string Role, string? Reason);

/// <summary>What is claimed.</summary>
public sealed record DossierFigures(ImmutableArray<DossierEvaluation> Evaluations, DossierConclusion Conclusion, ImmutableArray<Figure> Figures);

/// <summary>The level and the verdict of the version, and what is missing for the next level.</summary>
/// <param name="TriedAgain">Replications assessed or abandoned.</param>
public sealed record DossierConclusion(int Level, Verdict Verdict, ImmutableArray<LevelStep> Steps, ImmutableArray<string> HarmedPupils, ImmutableArray<string> Silent, int Succeeded, int TriedAgain);

/// <summary>One number that is claimed, with its place.</summary>
/// <param name="About">A trial, a study, <see cref="AllTrials"/>, or one kind of school such as <c>home-language-match: half-or-more</c>.</param>
/// <param name="Name">What it is, kebab-case.</param>
public sealed record Figure(string About, string Measure, string Wave, string Arm, string Subgroup, string Name, double Value)
{
    public const string AllTrials = "all-trials";

    internal static IEnumerable<Figure> Of(string trial, Findings findings)
    {
        foreach (var outcome in findings.Outcomes)
        {
            foreach (var (name, value) in Named(outcome)) yield return new(trial, outcome.Measure, outcome.Wave, outcome.Arm, outcome.Subgroup, name, value);
        }

        foreach (var loss in findings.Attrition)
        {
            if (loss is { Overall: { } overall, Differential: { } differential } && findings.Primary is { } primary)
            {
                yield return new(trial, primary.Measure, primary.Wave, loss.Arm, "", "lost", overall);
                yield return new(trial, primary.Measure, primary.Wave, loss.Arm, "", "lost-difference", differential);
            }
        }

        foreach (var dose in findings.Dose)
        {
            if (dose is not { Delivered: { } delivered, Fidelity: { } fidelity }) continue;
            yield return new(trial, "", "", dose.Arm, "", "dose-delivered", delivered);
            yield return new(trial, "", "", dose.Arm, "", "schools-as-planned", fidelity);
        }
    }

    private static IEnumerable<(string, double)> Named(OutcomeFinding outcome)
    {
        if (outcome.Baseline is { } baseline) yield return ("baseline-g", baseline.G);
        if (outcome.Effect is not { } effect) yield break;
        yield return ("treated", effect.Treated);
        yield return ("compared", effect.Compared);
        yield return ("difference", effect.Difference);
        yield return ("pooled-sd", effect.PooledSd);
        yield return ("g", effect.G);
        yield return ("standard-error", effect.StandardError);
        yield return ("low", effect.Low);
        yield return ("high", effect.High);
        yield return ("degrees-of-freedom", effect.DegreesOfFreedom);
        if (effect.IntraclassCorrelation is { } correlation) yield return ("intraclass-correlation", correlation);
        if (effect.DesignEffect is { } design) yield return ("design-effect", design);
    }

    internal static IEnumerable<Figure> Of(string about, Pool pool, string prefix = "")
    {
        if (pool.Fit is not { } fit) yield break;
        yield return One("pooled", pool.K);
        yield return One("mean", fit.Estimate);
        yield return One("standard-error", fit.StandardError);
        yield return One("low", fit.Interval.Lower);
        yield return One("high", fit.Interval.Upper);
        yield return One("tau2", fit.Tau2);
        yield return One("i2", fit.I2);
        yield return One("q", fit.Q);
        if (pool.Prediction is not { } predicted) yield break;
        yield return One("next-low", predicted.Lower);
        yield return One("next-high", predicted.Upper);
        yield return One("next-chance-of-benefit", pool.ChanceAbove(0)!.Value);

        Figure One(string name, double value) => new(about, "", "", "", "", prefix + name, value);
    }

    internal static IEnumerable<Figure> Of(ContextSplit split) =>
    [
        .. split.Groups.SelectMany(group => Of($"{group.Dimension}: {group.Level}", group.Pool)),
        .. split.Difference is { } apart
            ? (Figure[])[Apart(split, "apart", apart.Estimate), Apart(split, "apart-low", apart.Interval.Lower), Apart(split, "apart-high", apart.Interval.Upper)]
            : [],
    ];

    internal static IEnumerable<Figure> Of(string study, StudyReading reading)
    {
        if (reading.Adjusted is { } adjusted)
        {
            yield return One("difference", adjusted.Difference);
            yield return One("standard-error", adjusted.StandardError);
            yield return One("low", adjusted.Interval.Lower);
            yield return One("high", adjusted.Interval.Upper);
            yield return One("pooled-sd", adjusted.PooledSd);
            yield return One("in-standard-deviations", adjusted.InStandardDeviations);
            yield return One("intraclass-correlation-within-schools", adjusted.IntraclassCorrelation);
        }

        if (reading.Within is { } within) yield return One("intraclass-correlation", within.Estimate);
        foreach (var figure in Of(study, reading.Unadjusted, "unadjusted-")) yield return figure;

        Figure One(string name, double value) => new(study, "", "", "", "", name, value);
    }

    /// <summary>A study whose classes are withheld: its effect as it was measured, not turned so that improvement is above 0.</summary>
    internal static IEnumerable<Figure> Of(DossierStudy study, PooledEffect signed)
    {
        var outcome = study.About.Outcomes[0];
        return [One("g", outcome.Direction is Direction.LowerIsBetter ? -signed.G : signed.G), One("standard-error", Math.Sqrt(signed.Variance))];

        Figure One(string name, double value) => new(study.Id, outcome.Measure, outcome.Wave, study.About.Arms.First(arm => !arm.Comparison).Name, "", name, value);
    }

    private static Figure Apart(ContextSplit split, string name, double value) => new(split.Dimension, "", "", "", "", name, value);
}
