using System.Collections.Immutable;
using InnovationScale.Statistics;
using InnovationScale.Trials;

namespace InnovationScale.Evidence;

/// <summary>
/// A study from elsewhere read across its schools. The class-adjusted reading leads: pupils of a class are alike, so the schools' own numbers,
/// which leave classes out of account, look more different from each other than they are. Those are pooled too, under the name “unadjusted”.
/// </summary>
public sealed record StudyReading
{
    public const string AdjustedMethod = "class-adjusted";

    public const string UnadjustedMethod = "unadjusted";

    public required string Measure { get; init; }

    public required string Treated { get; init; }

    public required string Comparison { get; init; }

    /// <summary>Every school, those with one group too; in the order of their names.</summary>
    public required ImmutableArray<StudySite> Sites { get; init; }

    /// <summary>Leads. Null where it could not be computed, see <see cref="NotAdjusted"/>.</summary>
    public AdjustedReading? Adjusted { get; init; }

    /// <summary>Why there is no class-adjusted reading; null when there is one.</summary>
    public string? NotAdjusted { get; init; }

    /// <summary>How alike pupils of a class are, within groups; differences between schools are in it too. Null where it cannot be told.</summary>
    public IntraclassCorrelation? Within { get; init; }

    /// <summary>The schools' own effects pooled without regard to classes: a check of arithmetic rather than a finding.</summary>
    public required Pool Unadjusted { get; init; }

    public IEnumerable<StudySite> OneGroupOnly => Sites.Where(site => site.Effect is null);

    /// <summary>What it would add to the pool of its version, class-adjusted and with improvement positive; null where it could not be computed.</summary>
    public PooledEffect? Pooled(StudyDescription about) => Adjusted is not { } adjusted ? null : new(
        about.Title, (about.Outcomes[0].Direction is Direction.LowerIsBetter ? -1 : 1) * adjusted.InStandardDeviations,
        adjusted.StandardError * adjusted.StandardError / (adjusted.PooledSd * adjusted.PooledSd));

    /// <summary>Reads the cells on one outcome, one group against the comparison.</summary>
    public static StudyReading Of(IEnumerable<Cell> cells, RegisteredOutcome outcome, string treated, string comparison, PoolMethod? method = null)
    {
        ImmutableArray<Cell> relevant =
        [
            .. cells.Where(cell => cell.Measure == outcome.Measure && cell.Wave == outcome.Wave && cell.Subgroup.Length == 0
                && cell.Outcome.N > 0 && (cell.Arm == treated || cell.Arm == comparison)),
        ];
        ImmutableArray<StudySite> sites =
        [
            .. relevant.GroupBy(cell => cell.School).OrderBy(school => school.Key, StringComparer.Ordinal)
                .Select(school => StudySite.Of(school.Key, [.. school.Where(cell => cell.Arm == treated)], [.. school.Where(cell => cell.Arm == comparison)])),
        ];
        var sign = outcome.Direction is Direction.HigherIsBetter ? 1 : -1;
        var reading = new StudyReading
        {
            Measure = outcome.Measure,
            Treated = treated,
            Comparison = comparison,
            Sites = sites,
            Within = Computed.Try(() => IntraclassCorrelation.Within(Classes(treated), Classes(comparison))).Match(icc => icc, _ => null as IntraclassCorrelation),
            Unadjusted = Pool.Of(
                [.. sites.Where(site => site.Effect is not null).Select(site => new PooledEffect(site.School, sign * site.Effect!.Value.Value, site.Effect!.Value.Variance))],
                method ?? PoolMethod.Default),
        };
        return Computed.Try(() => AdjustedReading.Of(relevant, treated, comparison)).Match(
            adjusted => reading with { Adjusted = adjusted },
            why => reading with { NotAdjusted = why.Sentence });

        // A school with one group says nothing about the difference, and something about how alike pupils of a class are.
        IEnumerable<Moments> Classes(string arm) => relevant.Where(cell => cell.Arm == arm && cell.Classes == 1).Select(cell => cell.Outcome);
    }
}

/// <summary>One school of a study.</summary>
/// <param name="Effect">Hedges' g as measured, with its large-sample variance; null where the school has one group only, or too few pupils.</param>
public sealed record StudySite(string School, Moments Treated, Moments Compared, int TreatedClasses, int ComparedClasses, EffectEstimate? Effect)
{
    /// <summary>Why there is no effect; null when there is one.</summary>
    public string? NotComputed { get; init; }

    internal static StudySite Of(string school, ImmutableArray<Cell> treated, ImmutableArray<Cell> compared)
    {
        var (t, c) = (Total(treated), Total(compared));
        var site = new StudySite(school, t, c, treated.Sum(cell => cell.Classes), compared.Sum(cell => cell.Classes), Effect: null);
        if (t.N == 0 || c.N == 0) return site with { NotComputed = "This school has pupils in one group only: shown, not pooled." };
        return Computed.Try(() => HedgesG.Between(t, c)).Match(g => site with { Effect = g.Estimate }, why => site with { NotComputed = why.Sentence });
    }

    private static Moments Total(ImmutableArray<Cell> cells) => cells.Aggregate(Moments.None, (all, cell) => all.Merge(cell.Outcome));
}

/// <summary>
/// The difference between two groups when every school has its own level and pupils of a class are alike: a random intercept for the class,
/// school as a fixed effect, fitted by REML to the cells.
/// </summary>
/// <param name="Difference">Treated minus comparison, in the measure's unit.</param>
/// <param name="Interval">95 %, in the measure's unit.</param>
/// <param name="PooledSd">Of all pupils within their group, in the measure's unit.</param>
/// <param name="IntraclassCorrelation">Of classes within schools: how alike pupils of a class are beyond what their school explains.</param>
public sealed record AdjustedReading(double Difference, double StandardError, Interval Interval, double PooledSd, double IntraclassCorrelation, int Schools, int Classes, long Pupils)
{
    /// <summary>The difference in standard deviations; no small-sample correction, which at these sizes shows in no digit anybody reads.</summary>
    public double InStandardDeviations => Difference / PooledSd;

    internal static AdjustedReading Of(ImmutableArray<Cell> cells, string treated, string comparison)
    {
        var fit = RandomIntercept.Fit([.. cells.Select(cell => new ClusterCell(cell.Outcome, [cell.Arm == treated ? 1 : 0], cell.School))], ["treated"]);
        var groups = new TwoGroups(Total(treated), Total(comparison));
        var effect = fit.Coefficients[0];
        return new(effect.Estimate, effect.StandardError, effect.Interval(), groups.PooledSd, fit.IntraclassCorrelation, fit.Strata, fit.Clusters, fit.N);

        Moments Total(string arm) => cells.Where(cell => cell.Arm == arm).Aggregate(Moments.None, (all, cell) => all.Merge(cell.Outcome));
    }
}
