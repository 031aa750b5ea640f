using FsCheck;
using FsCheck.Fluent;

namespace InnovationScale.Statistics.Synthesis;

/// <summary>metafor 5.0-1 with its convergence threshold at 1e-14 of the scale, on the sets of <see cref="KnownSets"/>.</summary>
public class APublishedPool
{
    [Fact]
    public void Of_teacher_expectancy_has_the_published_estimate()
    {
        var m = RandomEffects.Fit(KnownSets.Raudenbush1985.Y, KnownSets.Raudenbush1985.V);
        new Comparison("raudenbush1985 REML knha")
            .Number("estimate", 0.0837012418825965, m.Estimate).Number("se", 0.061579319469033666, m.StandardError)
            .Number("pval", 0.19085699183645083, m.PValue).Number("ci_lb", -0.04567210761294041, m.Interval.Lower)
            .Number("tau2", 0.01881828814022063, m.Tau2).Number("se_tau2", 0.015524011386578917, m.StandardErrorOfTau2)
            .Number("I2", 41.846670247009506, m.I2).Number("QEp", 0.007419313254879014, m.QPValue)
            .Number("logLik", -3.736039064342151, m.Likelihood!.LogLikelihood).Number("AICc", 12.272078128684303, m.Likelihood.Aicc)
            .Number("prediction lb", -0.2322085638786475, m.Prediction!.TKMinus1!.Interval.Lower)
            .Number("chance above 0.1", 0.45744154222938593, m.Prediction.Default!.ChanceAbove(0.1))
            .MustAgree();
        var q = QProfile.Of(KnownSets.Raudenbush1985.Y, KnownSets.Raudenbush1985.V);
        new Comparison("raudenbush1985 Q-profile")
            .Number("tau2_lb", 0.005861526616058151, q.Tau2.Lower).Number("tau2_ub", 0.1977006662999451, q.Tau2.Upper)
            .MustAgree();
    }

    [Theory]
    [InlineData(HeterogeneityEstimator.DerSimonianLaird, 0.3087602628623762, 0.2298699925110258)]
    [InlineData(HeterogeneityEstimator.Hedges, 0.3285638579957688, 0.20708717829893372)]
    [InlineData(HeterogeneityEstimator.HunterSchmidt, 0.22836286367690684, 0.1279045566132795)]
    [InlineData(HeterogeneityEstimator.SidikJonkman, 0.34551570159859507, 0.14968051134734317)]
    [InlineData(HeterogeneityEstimator.PauleMandel, 0.318068452205024, 0.17366302746275655)]
    [InlineData(HeterogeneityEstimator.EmpiricalBayes, 0.318068452205024, 0.17366302746275655)]
    [InlineData(HeterogeneityEstimator.MaximumLikelihood, 0.2800281372686436, 0.14425194938276392)]
    [InlineData(HeterogeneityEstimator.Reml, 0.3132432581364807, 0.16642575283697078)]
    public void Of_bcg_trials_has_the_published_heterogeneity_by_every_estimator(HeterogeneityEstimator method, double tau2, double standardError)
    {
        var m = RandomEffects.Fit(KnownSets.BcgRiskRatio.Y, KnownSets.BcgRiskRatio.V, method);
        new Comparison($"bcg {method}").Number("tau2", tau2, m.Tau2).Number("se_tau2", standardError, m.StandardErrorOfTau2).MustAgree();
    }

    [Fact]
    public void Of_bcg_trials_has_the_published_estimate()
    {
        var m = RandomEffects.Fit(KnownSets.BcgRiskRatio.Y, KnownSets.BcgRiskRatio.V, test: CoefficientTest.Normal);
        new Comparison("bcg REML z")
            .Number("estimate", -0.7145323421581391, m.Estimate).Number("se", 0.17978151610520565, m.StandardError)
            .Number("pval", 7.054258101641646e-05, m.PValue).Number("QEp", 1.9967645908459738e-26, m.QPValue, 2e-35)
            .Number("I2", 92.22138452126894, m.I2).Number("logLik", -12.20237141549357, m.Likelihood!.LogLikelihood)
            .MustAgree();
    }
}

public class OneStudy
{
    private readonly RandomEffects fit = RandomEffects.Fit(KnownSets.OneStudy.Y, KnownSets.OneStudy.V);

    [Fact]
    public void Keeps_its_own_estimate_with_a_normal_interval() => new Comparison("one study")
        .Number("estimate", 0.25, fit.Estimate).Number("se", 0.2, fit.StandardError).Number("pval", 0.21129954733371048, fit.PValue)
        .Number("ci_lb", -0.14199279690801075, fit.Interval.Lower).Number("I2", 0, fit.I2).Number("H2", 1, fit.H2).Number("QEp", 1, fit.QPValue)
        .Same("test", CoefficientTest.Normal, fit.Test).MustAgree();

    [Fact]
    public void Has_no_default_prediction_and_says_what_it_is()
    {
        Assert.Null(fit.Prediction!.Default);
        Assert.Null(fit.StandardErrorOfTau2);
        Assert.Contains(fit.Warnings, w => w.Contains("one study", StringComparison.Ordinal));
    }

    [Fact]
    public void Has_no_q_profile() =>
        Assert.IsType<TooFewStudies>(Assert.Throws<NotComputableException>(() => QProfile.Of(KnownSets.OneStudy.Y, KnownSets.OneStudy.V)).Reason);
}

public class TwoStudies
{
    [Fact]
    public void Give_everything_but_the_prediction_with_k_minus_2()
    {
        var fit = RandomEffects.Fit(KnownSets.TwoStudies.Y, KnownSets.TwoStudies.V);
        new Comparison("two studies")
            .Number("estimate", 0.3503846153846155, fit.Estimate).Number("se", 0.25982213989323205, fit.StandardError)
            .Number("pval", 0.4062021710228157, fit.PValue).Number("tau2", 0.1102, fit.Tau2)
            .Number("prediction lb", -5.005963341615421, fit.Prediction!.TKMinus1!.Interval.Lower)
            .MustAgree();
        Assert.Null(fit.Prediction!.TKMinus2);
    }
}

public class IdenticalEffects
{
    [Fact]
    public void Have_no_dispersion_and_a_knapp_hartung_interval_that_is_flagged()
    {
        var fit = RandomEffects.Fit(KnownSets.Identical.Y, KnownSets.Identical.V);
        Assert.Equal((0, 0, 0, 0), (fit.Tau2, fit.Q, fit.StandardError, fit.PValue));
        Assert.True(fit.IsDegenerate);
        Assert.Equal(double.PositiveInfinity, fit.Statistic);
        Assert.Equal(0.06617825960083584, fit.WaldStandardError, 12);
        Assert.Equal(0.11625969506075037, fit.AdHocInterval!.Value.Lower, 12);
    }
}

public class UnusableRows
{
    [Fact]
    public void Are_left_out_and_named()
    {
        var fit = RandomEffects.Fit([0.1, double.NaN, 0.7, 0.4, double.NegativeInfinity], [0.02, 0.1, 0.05, double.PositiveInfinity, 0.1]);
        Assert.Equal(2, fit.K);
        Assert.Equal("1 3 4", string.Join(" ", fit.LeftOut));
    }

    [Fact]
    public void That_are_all_there_is_are_refused() =>
        Assert.Equal(new NoUsableStudies(2), Assert.Throws<NotComputableException>(() => RandomEffects.Fit([double.NaN, 1], [1, double.NaN])).Reason);

    [Theory, InlineData(0.0), InlineData(-0.01)]
    public void With_a_variance_that_is_not_positive_are_refused_by_row(double variance) =>
        Assert.Equal(new NonPositiveVariance(1, variance),
            Assert.Throws<NotComputableException>(() => RandomEffects.Fit([0.1, 0.2, 0.3], [0.01, variance, 0.02])).Reason);
}

public class Pooling
{
    private static readonly Gen<(double[] Y, double[] V)> Sets =
        from k in Gen.Choose(2, 12)
        from y in Gen.Choose(-2_000, 2_000).Select(n => n / 1000.0).ArrayOf(k)
        from v in Gen.Choose(1, 400).Select(n => n / 1000.0).ArrayOf(k)
        select (y, v);

    private static bool Near(double a, double b, double scale) => Math.Abs(a - b) <= 1e-12 * scale;

    [Fact]
    public void Does_not_depend_on_the_order_of_the_studies() => Prop.ForAll(Sets.ToArbitrary(), set =>
    {
        var (y, v) = set;
        RandomEffects a = RandomEffects.Fit(y, v), b = RandomEffects.Fit(y.Reverse().ToArray(), v.Reverse().ToArray());
        return Near(a.Estimate, b.Estimate, 4) && Near(a.Tau2, b.Tau2, 4) && Near(a.StandardError, b.StandardError, 4);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Shifts_with_a_constant_added_and_keeps_its_heterogeneity() => Prop.ForAll(Sets.ToArbitrary(), set =>
    {
        var (y, v) = set;
        RandomEffects a = RandomEffects.Fit(y, v), b = RandomEffects.Fit(y.Select(e => e + 8).ToArray(), v);
        return Near(a.Estimate + 8, b.Estimate, 20) && Near(a.Tau2, b.Tau2, 20);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Scales_with_the_unit_and_its_heterogeneity_with_the_square() => Prop.ForAll(Sets.ToArbitrary(), set =>
    {
        var (y, v) = set;

        // A power of two changes no digit, so neither may the result.
        const double C = 1.0 / (1 << 20);
        RandomEffects a = RandomEffects.Fit(y, v), b = RandomEffects.Fit(y.Select(e => e * C).ToArray(), v.Select(e => e * C * C).ToArray());
        return Near(a.Estimate * C, b.Estimate, 4 * C) && Near(a.Tau2 * C * C, b.Tau2, 4 * C * C) && Near(a.I2, b.I2, 100);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Puts_reml_at_a_point_no_other_variance_beats() => Prop.ForAll(Sets.ToArbitrary(), set =>
    {
        var (y, v) = set;
        var best = Plainly.RestrictedDeviance(set, RandomEffects.Fit(y, v).Tau2);
        return Enumerable.Range(0, 400).Select(i => i == 0 ? 0 : 1e-6 * Math.Pow(1.05, i))
            .All(t => Plainly.RestrictedDeviance(set, t) >= best - 1e-9);
    }).QuickCheckThrowOnFailure();
}

public class MergingMoments
{
    private static readonly Gen<Moments> Some = Gen.Choose(-5_000, 5_000).ListOf().Select(values => values.Aggregate(Moments.None, (m, x) => m.With(x / 100.0)));

    private static bool Same(Moments a, Moments b) =>
        a.N == b.N && Math.Abs(a.Mean - b.Mean) <= 1e-12 * 100 && Math.Abs(a.M2 - b.M2) <= 1e-12 * Math.Max(1, a.N * 2500.0);

    [Fact]
    public void Is_commutative() => Prop.ForAll(Some.Two().ToArbitrary(), m => Same(m.Item1.Merge(m.Item2), m.Item2.Merge(m.Item1))).QuickCheckThrowOnFailure();

    [Fact]
    public void Is_associative() => Prop.ForAll(Some.Three().ToArbitrary(), m =>
        Same(m.Item1.Merge(m.Item2).Merge(m.Item3), m.Item1.Merge(m.Item2.Merge(m.Item3)))).QuickCheckThrowOnFailure();
}
