using FsCheck;
using FsCheck.Fluent;

namespace InnovationScale.Statistics;

/// <summary>Facts from the packs of effect sizes (R 4.2.2, metafor 5.0-1), so that a fresh clone is tested too.</summary>
public class AnEffectSize
{
    [Fact]
    public void Of_two_groups_keeps_known_values()
    {
        var groups = new TwoGroups(new GroupSummary(120, 46.6, 15.35), new GroupSummary(120, 51.71, 14.52));
        var g = groups.HedgesG();
        var exact = g.ExactInterval();

        new Comparison("two groups")
            .Number("g", -0.34093819148204035, g.Value)
            .Number("LS", 0.016908830938356344, g.Variance)
            .Number("LS2", 0.016803825933868317, g.VarianceBy(SmdVariance.LargeSampleCorrected))
            .Number("UB", 0.016912673988393988, g.VarianceBy(SmdVariance.Unbiased))
            .Number("H0", 0.016702014727112358, g.VarianceBy(SmdVariance.NullHypothesis))
            .Number("welch", 0.008608872868786265, groups.WelchTest.PValue)
            .Number("lower", -0.5965501109675868, exact.Lower, 1e-8)
            .Number("upper", -0.08677624340272877, exact.Upper, 1e-8)
            .MustAgree();
    }

    [Fact]
    public void Of_a_table_keeps_known_values()
    {
        var table = new TwoByTwo(25, 219, 69, 182);

        new Comparison("two by two")
            .Number("OR", -1.5557010200800465, table.LogOddsRatio.Value)
            .Number("Peto", -1.4727453991227386, table.Peto.Value)
            .Number("PBIT", 0.021319058340577665, table.Probit.Variance)
            .Number("Cox", -0.9410757191858778, table.CoxIndexCorrected)
            .Number("PHI", 0.0021497944476289994, table.Phi.Variance)
            .MustAgree();
    }

    [Fact]
    public void Is_the_same_from_pupils_as_from_their_moments() => Prop.ForAll(
        Gen.Choose(0, 60).ArrayOf(8).ToArbitrary(),
        Gen.Choose(0, 60).ArrayOf(8).ToArbitrary(),
        (treated, compared) =>
        {
            if (treated.Distinct().Count() < 2 || compared.Distinct().Count() < 2) return true;
            Moments Of(IEnumerable<int> scores) => scores.Aggregate(Moments.None, (m, x) => m.With(x));
            var halves = Of(treated[..3]).Merge(Of(treated[3..]));
            double whole = HedgesG.Between(Of(treated), Of(compared)).Value, merged = HedgesG.Between(halves, Of(compared)).Value;
            return Math.Abs(whole - merged) <= 1e-10 * Math.Max(1, Math.Abs(whole));
        }).QuickCheckThrowOnFailure();
}

/// <summary>Where known implementations go wrong, so that nobody corrects the library towards them.</summary>
public class PitfallsOfEffectSizes
{
    [Fact]
    public void The_correction_keeps_its_digits_where_log_gammas_lose_them_and_gammas_overflow()
    {
        // 1 - J = 3/(4m) + 7/(32m²) - ... ; a difference of log-gammas is wrong by 3e-10 at m = 1e6.
        new Comparison("J")
            .Number("J(344)", 0.9978179171667801, HedgesCorrection.Exact(344), 1e-15)
            .Number("J(1e6)", 0.9999992499997813, HedgesCorrection.Exact(1e6), 2e-15)
            .Number("J(2)", 0.5641895835477563, HedgesCorrection.Exact(2), 1e-15)
            .Number("J across the two ways", HedgesCorrection.Exact(61 - 1e-9), HedgesCorrection.Exact(61), 1e-12)
            .MustAgree();
    }

    [Fact]
    public void Peto_and_the_risk_difference_never_add_a_half()
    {
        var table = new TwoByTwo(0, 20, 3, 25);

        Assert.Equal(-0.12, table.RiskDifference.Value, 12);
        Assert.NotEqual(table.Peto.Value, table.PetoAdded.Value);
        Assert.Equal("zero-cell", Assert.Throws<NotComputableException>(() => table.CoxIndex).Code);
    }

    [Fact]
    public void Moving_ranges_are_screened_only_when_asked_for()
    {
        double?[] points = [5, 6, 5, 6, 5, 40, 5, 6, 5, 6, 5, 6, 5, 6, 5];
        double plain = ControlChart.Individuals(points).Sigma!.Value, screened = ControlChart.Individuals(points, screened: true).Sigma!.Value;

        Assert.True(screened < plain / 3);
        Assert.Equal(1 / 1.128, screened, 12);
    }

    [Fact]
    public void The_optimistic_attrition_column_is_not_the_shifted_copy()
    {
        // 13 %: 10.8, where the copy has 10.9.
        Assert.Equal(10.8, new Attrition(100, 87, 100, 87).LimitOptimistic);
        Assert.Equal(10.7, new Attrition(100, 85, 100, 85).LimitOptimistic);
    }

    [Fact]
    public void A_missing_point_is_a_gap_and_not_a_zero()
    {
        var chart = ControlChart.Individuals([3, 4, null, 6, 5, 7, 2, 8, 9, 4, 6, 5]);

        Assert.Equal(5.363636363636363, chart.Centre, 12);
        Assert.Equal(2.6666666666666665, chart.MeanMovingRange!.Value, 12);
    }
}

/// <summary>Where replication packages go wrong.</summary>
public class PitfallsOfReplication
{
    [Fact]
    public void The_sceptical_z_keeps_its_digits_near_equal_variances()
    {
        double Z(double c) => new ScepticalP(3.333511847980672, 1.0964881290550736, c).Z;

        Assert.Equal(1.0415880857189352, Z(1), 14);
        Assert.Equal(Z(1), (Z(1 - 1e-9) + Z(1 + 1e-9)) / 2, 1e-14);
    }

    [Fact]
    public void The_controlled_sceptical_p_value_is_right_where_it_is_small()
    {
        // Reproducibility Project: Psychology; the package's default integration is 2 to 7 % off such values.
        var pair = new ScepticalP(9.219123427429645, 13.251252302188494, 1.4146341463414636);

        Assert.Equal(1, pair.Controlled / 8.917982311868564e-27, 1e-9);
        Assert.Equal(1, pair.Golden / 1.1693384920048561e-20, 1e-9);
    }

    [Fact]
    public void Tails_of_the_noncentral_t_keep_their_relative_accuracy()
    {
        Assert.Equal(1, NoncentralT.Cdf(-1, 198, 4.5) / 1.9887469757067667e-8, 1e-9);
        Assert.Equal(1, NoncentralT.Survival(6, 198, 0) / 4.621116630331914e-9, 1e-9);
        Assert.Equal(1, NoncentralChiSquared.Cdf(6, 40, 60) / 3.93482918683189e-22, 1e-9);
    }

    [Fact]
    public void A_prediction_names_the_distribution_it_uses()
    {
        var normal = new NextContext(0.2, 0.05, 0.01);

        Assert.Null(normal.DegreesOfFreedom);
        Assert.True((normal with { DegreesOfFreedom = 3 }).ProbabilityAbove(0) < normal.ProbabilityAbove(0));
    }
}

/// <summary>Section 9 of the specification: what cannot be computed is refused by name.</summary>
public class WhatCannotBeComputed
{
    private static readonly GroupSummary Fine = new(10, 1, 1);

    private static readonly (string Code, Action Calculation)[] Refused =
    [
        ("group-too-small", () => HedgesG.Between(Fine, new GroupSummary(1, 0, 1))),
        ("standard-deviation", () => HedgesG.Between(Fine, new GroupSummary(10, 0, 0))),
        ("standard-deviation", () => HedgesG.Between(Fine, new GroupSummary(10, 0, -1))),
        ("mean", () => HedgesG.Between(Fine, new GroupSummary(10, double.NaN, 1))),
        ("standard-deviation", () => HedgesG.Between(Fine, new GroupSummary(10, 0, double.PositiveInfinity))),
        ("counts", () => _ = new Proportion(3, 2)),
        ("counts", () => _ = new TwoByTwo(5, 4, 1, 2)),
        ("correlation", () => _ = new Correlation(1, 20)),
        ("group-too-small", () => _ = new Correlation(0.5, 3)),
        ("intraclass-correlation", () => _ = new ClusterAdjustment(0.2, 100, 100, 10, 1)),
        ("intraclass-correlation", () => _ = new ClusterAdjustment(0.2, 100, 100, 10, -0.1)),
        ("too-few-clusters", () => _ = new ClusterAdjustment(0.2, 20, 20, 20, 0.1)),
        ("level", () => HedgesG.Between(Fine, Fine).Interval(1)),
        ("not-feasible", () => new ClusterDesign(2, 20, 0.1).MinimumDetectableEffect()),
        ("margin", () => _ = new CorrespondenceTest(new(0.2, 0.01), new(0.1, 0.01), 0)),
        ("no-replications", () => _ = new SuccessRate(0, 0, 0)),
        ("no-useful-points", () => RunChart.Of([5, 5, 5])),
        ("too-few-sites", () => Generalisability.Of([1, 2], [10, 20])),
        ("no-variation", () => RandomIntercept.Fit([new Moments(5, 1, 0), new Moments(5, 2, 0)], [new Moments(5, 3, 0), new Moments(5, 4, 0)])),
        ("extreme-study", () => RandomEffects.Fit([1e31, 0], [1, 1])),
        ("extreme-study", () => RandomEffects.Fit([1, 0], [1e-31, 1])),
        ("no-variation", () => SmallStudyEffects.Egger([1, 2, 3, 4], [0.1, 0.1, 0.1, 0.1])),
        ("out-of-range", () => StudentT.Survival(double.NaN, 3)),
        ("out-of-range", () => StudentT.Quantile(1.5, 3)),
        ("out-of-range", () => ChiSquared.Survival(1, 0)),
        ("ill-conditioned", () => RobustWithinTwoClusters([1e6, 1e6, -1e6, -1e6], [1e-12, 1e-12, 1e-12, 1e-12])),
        ("power-out-of-reach", () => new ReplicationPlan(2).RatioForSuccess(0.6, DesignPrior.Predictive)),
    ];

    private static void RobustWithinTwoClusters(double[] y, double[] v)
    {
        string[] outer = ["a", "a", "b", "b"], inner = ["1", "2", "3", "4"];
        ClusterRobust.Of<string, string>(y, v, outer, inner, ThreeLevel.Fit<string, string>(y, v, outer, inner));
    }

    [Fact]
    public void Is_refused_with_its_reason() => Assert.All(Refused, one =>
    {
        var why = Assert.Throws<NotComputableException>(one.Calculation);

        Assert.Equal(one.Code, why.Code);
        Assert.EndsWith(".", why.Message, StringComparison.Ordinal);
    });
}

public class ACorrespondenceTest
{
    [Theory]
    [InlineData(0.20, 0.21, 0.0004, Correspondence.Equivalent)]
    [InlineData(0.20, -0.20, 0.0004, Correspondence.Different)]
    [InlineData(0.20, 0.15, 0.0001, Correspondence.TrivialDifference)]
    [InlineData(0.20, 0.10, 0.04, Correspondence.Indeterminate)]
    public void Has_four_outcomes(double original, double replication, double variance, Correspondence outcome) =>
        Assert.Equal(outcome, new CorrespondenceTest(new(original, variance), new(replication, variance), 0.10).Outcome);

    [Fact]
    public void Calls_a_worse_replication_harmful_only_when_it_is_shown_to_differ()
    {
        Assert.True(new CorrespondenceTest(new(0.2, 0.0004), new(-0.2, 0.0004), 0.10).DiffersInHarmfulDirection());
        Assert.False(new CorrespondenceTest(new(0.2, 0.04), new(-0.2, 0.04), 0.10).DiffersInHarmfulDirection());
    }

    [Fact]
    public void Counts_an_abandoned_replication_in_the_denominator()
    {
        var rate = new SuccessRate(3, 4, 2);

        Assert.Equal(0.5, rate.Value);
        Assert.Equal(0.18761, rate.Wilson().Lower, 1e-4);
    }
}

public class ContextOfEvidence
{
    private static readonly ContextDimension[] Dimensions =
        [new NominalDimension("locality"), new OrdinalDimension("devices", 4), new NumericDimension("class size", 40, Weight: 2)];

    [Fact]
    public void Leaves_the_unknown_out_and_says_how_much_was_known()
    {
        var distance = GowerDistance.Between(Dimensions, [1, 0, 20], [2, 3, null]);

        Assert.Equal(1, distance.Value);
        Assert.Equal(0.5, distance.Comparability);
        Assert.Null(GowerDistance.Between(Dimensions, [null, null, null], [1, 1, 20]).Value);
    }

    [Fact]
    public void Weighs_the_dimensions_and_is_symmetric()
    {
        var there = GowerDistance.Between(Dimensions, [1, 0, 20], [1, 3, 30]);

        Assert.Equal((0 + 1 + 2 * 0.25) / 4, there.Value);
        Assert.Equal(there, GowerDistance.Between(Dimensions, [1, 3, 30], [1, 0, 20]));
    }

    [Fact]
    public void Lists_the_cells_far_from_any_evidence()
    {
        var nearest = NearestEvidence.Of(Dimensions, [[1, 0, 20], [2, 3, 40], [null, null, null]], [[1, 0, 20]], limit: 0.3);

        Assert.Equal(0, nearest.Distances[0]);
        Assert.Equal(new[] { 1, 2 }, nearest.Beyond.ToArray());
    }

    [Fact]
    public void Names_the_levels_and_pairs_without_a_success()
    {
        Dictionary<string, string> Place(string locality, string phase) => new(StringComparer.Ordinal) { ["locality"] = locality, ["phase"] = phase };
        var coverage = Coverage.Of([Place("rural", "primary"), Place("urban", "primary"), Place("urban", "secondary")], [Place("rural", "primary"), Place("urban", "primary")]);

        Assert.Equal(0.75, coverage.LevelShare);
        Assert.Equal(new("phase", "secondary"), Assert.Single(coverage.MissingLevels));
        Assert.Equal(2.0 / 3, coverage.PairShare, 12);
        Assert.Equal(new(new("locality", "urban"), new("phase", "secondary")), Assert.Single(coverage.MissingPairs));
    }

    [Fact]
    public void Has_an_index_of_one_where_sample_and_population_are_alike_and_always_a_warning()
    {
        var index = Generalisability.Of([5, 5, 10], [50, 50, 100]);

        Assert.Equal(1, index.Index, 12);
        Assert.Equal(GeneralisabilityBand.VeryHigh, index.Band);
        Assert.Contains("20 sites", index.Warning, StringComparison.Ordinal);
        Assert.Equal(0, Generalisability.Of([10, 0], [0, 10]).Index);
    }
}

public class AFinding
{
    [Fact]
    public void Names_what_keeps_its_rating_down()
    {
        var rating = new SecurityRating(5, 0.17, 0.408);

        Assert.Equal(1, rating.Final);
        Assert.Equal(SecurityCriterion.Attrition, Assert.Single(rating.Binding));
        Assert.Contains(SecurityCriterion.Threats, new SecurityRating(5, 0.17, 0.05, threats: -1).Binding);
        Assert.Empty(new SecurityRating(5, 0.17, 0.05).Binding);
    }

    [Theory]
    [InlineData(true, true, null, false, ClearinghouseRating.MeetsWithoutReservations)]
    [InlineData(true, false, 0.04, false, ClearinghouseRating.MeetsWithReservations)]
    [InlineData(false, true, 0.20, true, ClearinghouseRating.MeetsWithReservations)]
    [InlineData(false, true, 0.20, false, ClearinghouseRating.DoesNotMeet)]
    [InlineData(true, false, 0.30, true, ClearinghouseRating.DoesNotMeet)]
    [InlineData(true, false, null, true, ClearinghouseRating.DoesNotMeet)]
    public void Is_rated_by_assignment_loss_and_baseline(bool randomised, bool lowAttrition, double? baseline, bool adjusted, ClearinghouseRating rating) =>
        Assert.Equal(rating, Clearinghouse.Rate(new(randomised, Compromised: false, lowAttrition, baseline, adjusted, Confounded: false)));

    [Theory]
    [InlineData(0.045, 1, 1)]
    [InlineData(0.02, 0, 1)]
    [InlineData(0.285, 4, 4)]
    [InlineData(-0.5, -6, -6)]
    [InlineData(1.4, 12, 12)]
    public void Has_months_as_a_gloss(double effect, int trial, int toolkit) =>
        Assert.Equal((trial, toolkit), (MonthsOfProgress.Of(effect), MonthsOfProgress.Of(effect, MonthsTable.Toolkit)));
}
