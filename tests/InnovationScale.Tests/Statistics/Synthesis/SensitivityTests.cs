namespace InnovationScale.Statistics.Synthesis;

// metafor 5.0-1 and clubSandwich 0.6.0, converged to 1e-14, on the sets of KnownSets.

public class TrialsOfBcgVaccine
{
    private static readonly (double[] Y, double[] V) Set = KnownSets.BcgRiskRatio;

    [Fact]
    public void Show_no_more_effect_where_they_are_small()
    {
        var lm = SmallStudyEffects.Egger(Set.Y, Set.V);
        var mixed = SmallStudyEffects.EggerMixed(Set.Y, Set.V);
        var rank = SmallStudyEffects.Begg(Set.Y, Set.V);
        new Comparison("bcg, small studies")
            .Number("lm slope", -2.1120421208932956, lm.Slope).Number("lm p", 0.18870699508197877, lm.PValue).Number("lm limit", -0.19092864235982013, lm.Limit)
            .Number("rma p", 0.4217844888552811, mixed.Coefficients[1].PValue).Number("rma limit", -0.5104318741030285, mixed.Coefficients[0].Estimate)
            .Number("tau", 0.02564102564102564, rank.Tau).Number("tau p", 0.9523619079608663, rank.PValue)
            .MustAgree();
        Assert.True(rank.IsExact);
    }

    [Theory]
    [InlineData(HeterogeneityEstimator.EqualEffects, TrimEstimator.L0, 4, -0.2910259921063531)]
    [InlineData(HeterogeneityEstimator.Reml, TrimEstimator.L0, 1, -0.6570827834877663)]
    [InlineData(HeterogeneityEstimator.Reml, TrimEstimator.R0, 0, -0.7145323421581391)]
    public void Lack_so_many_studies_on_the_right(HeterogeneityEstimator method, TrimEstimator estimator, int missing, double filled)
    {
        var t = TrimAndFill.Of(Set.Y, Set.V, method, estimator);
        Assert.Equal((true, missing), (t.FillsRight, t.Missing));
        new Comparison("bcg, filled").Number("estimate", filled, t.Refit.Estimate).MustAgree();
    }

    [Fact]
    public void Move_the_pool_so_much_one_by_one()
    {
        var fourth = Influence.Of(Set.Y, Set.V, test: CoefficientTest.Normal)[3];
        new Comparison("bcg without its fourth trial")
            .Number("rstudent", -1.4512006642510233, fourth.RStudent).Number("dffits", -0.5200509884698536, fourth.DfFits)
            .Number("cook_d", 0.229481639115787, fourth.CookDistance).Number("cov_r", 0.9651264851359126, fourth.CovRatio)
            .Number("dfbetas", -0.5138133873199551, fourth.DfBetas).Number("hat", 0.09698747018920707, fourth.Hat)
            .MustAgree();
    }

    [Fact]
    public void Work_better_away_from_the_equator()
    {
        var m = MetaRegression.Fit(Set.Y, Set.V, [.. KnownSets.Latitudes.SelectMany(latitude => (double[])[1, latitude])], ["intrcpt", "ablat"]);
        new Comparison("bcg on latitude")
            .Number("slope", -0.029101725011649694, m.Coefficients[1].Estimate).Number("se", 0.00820141741103651, m.Coefficients[1].StandardError)
            .Number("QM", 12.590982884426795, m.Moderators!.Statistic).Number("QMp", 0.00456505154153967, m.Moderators.PValue)
            .Number("R2", 75.62662181162308, m.R2).Number("tau2", 0.07634796395519816, m.Tau2, 1e-10)
            .MustAgree();
    }
}

public class StudiesOfTeacherExpectancy
{
    private static readonly (double[] Y, double[] V) Set = KnownSets.Raudenbush1985;

    // Weeks the teacher had known the pupils, three or more being one.
    private static readonly double[] Weeks = [2, 3, 3, 0, 0, 3, 3, 3, 0, 1, 0, 0, 1, 2, 3, 3, 1, 2, 3];

    [Fact]
    public void Differ_by_how_long_the_teacher_knew_the_pupils_and_by_nothing_else()
    {
        var m = MetaRegression.Fit(Set.Y, Set.V, [.. Weeks.SelectMany(weeks => (double[])[1, weeks])], ["intrcpt", "weeks"], test: CoefficientTest.Normal);
        new Comparison("raudenbush1985 on weeks")
            .Number("slope", -0.15724443098038146, m.Coefficients[1].Estimate).Number("QM", 19.258711002712634, m.Moderators!.Statistic)
            .Number("QMp", 1.1414836212476973e-05, m.Moderators.PValue).Number("R2", 100, m.R2).Number("QE", 16.570825296880102, m.Q)
            .Number("logLik", 4.535711858279987, m.Likelihood!.LogLikelihood)
            .MustAgree();
        Assert.Equal(0, m.Tau2);
    }

    [Fact]
    public void Have_one_that_is_influential()
    {
        var influence = Influence.Of(Set.Y, Set.V, test: CoefficientTest.Normal);
        Assert.Equal([9], influence.Where(i => i.IsInfluential).Select(i => i.Row));
        new Comparison("raudenbush1985").Number("cook_d", 0.49724650178639845, influence[9].CookDistance).MustAgree();
    }

    [Fact]
    public void Are_as_rank_correlated_and_as_fail_safe_as_published()
    {
        var rank = SmallStudyEffects.Begg(Set.Y, Set.V);
        Assert.False(rank.IsExact);
        Assert.Equal(26, SmallStudyEffects.Rosenthal(Set.Y, Set.V).Studies);
        new Comparison("raudenbush1985").Number("tau", 0.30000519044611923, rank.Tau).Number("p", 0.07402608915793046, rank.PValue).MustAgree();
    }
}

/// <summary>Trim and fill elsewhere refits with default settings, whatever model it was given.</summary>
public class TrimAndFillThatForgetsItsModel
{
    [Fact]
    public void Is_refitted_here_by_the_method_it_was_asked_for_with_a_normal_test_that_it_names()
    {
        var (y, v) = KnownSets.BcgRiskRatio;
        foreach (var method in (HeterogeneityEstimator[])[HeterogeneityEstimator.DerSimonianLaird, HeterogeneityEstimator.PauleMandel, HeterogeneityEstimator.Reml])
        {
            var t = TrimAndFill.Of(y, v, method);
            var again = RandomEffects.Fit([.. y, .. t.FilledEffects], [.. v, .. t.FilledVariances], method, CoefficientTest.Normal);
            Assert.Equal((method, CoefficientTest.Normal), (t.Refit.Method, t.Refit.Test));
            Assert.Equal((again.Estimate, again.Tau2, again.StandardError), (t.Refit.Estimate, t.Refit.Tau2, t.Refit.StandardError));
        }
    }
}

public class SchoolsThatHangTogetherByDistrict
{
    private static readonly (double[] Y, double[] V) Set = KnownSets.Konstantopoulos2011;

    [Fact]
    public void Have_robust_errors_with_degrees_of_freedom_of_their_own()
    {
        var r = ClusterRobust.Of<int>(Set.Y, Set.V, KnownSets.Districts);
        new Comparison("konstantopoulos2011, robust")
            .Number("CR0", 0.0728414346030731, r.Cr0.StandardError).Number("CR0 df", 7.854190808949876, r.Cr0.DegreesOfFreedom)
            .Number("CR1", 0.07639674112511052, r.Cr1.StandardError).Number("CR2", 0.07822123955385381, r.Cr2.StandardError)
            .Number("CR2 df", 7.3731668804277195, r.Cr2.DegreesOfFreedom, 1e-6).Number("CR2 p", 0.14378390728274365, r.Cr2.PValue)
            .MustAgree();
        Assert.False(r.Cr2.IsDoubtful);
    }

    [Fact]
    public void Have_them_around_the_three_level_mean_too()
    {
        var schools = Enumerable.Range(0, Set.Y.Length).ToArray();
        var fit = ThreeLevel.Fit<int, int>(Set.Y, Set.V, KnownSets.Districts, schools);
        var r = ClusterRobust.Of<int, int>(Set.Y, Set.V, KnownSets.Districts, schools, fit);
        new Comparison("konstantopoulos2011, three-level, robust")
            .Number("CR0", 0.08056970270050572, r.Cr0.StandardError).Number("CR2", 0.0844579953711173, r.Cr2.StandardError)
            .Number("CR2 df", 9.86315622737544, r.Cr2.DegreesOfFreedom, 1e-6).Number("CR2 p", 0.053966742526498225, r.Cr2.PValue)
            .Number("estimate", fit.Estimate, r.Estimate)
            .MustAgree();
    }

    [Fact]
    public void Of_one_district_are_refused() =>
        Assert.Equal("one-cluster", Assert.Throws<NotComputableException>(() => ClusterRobust.Of<int>([0.1, 0.2], [0.1, 0.1], [1, 1])).Code);
}

public class ARankCorrelation
{
    [Fact]
    public void Counts_every_pair_once_ties_among_them()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var n = random.Next(3, 40);
            double[] y = [.. Enumerable.Range(0, n).Select(_ => (double)random.Next(8))], v = [.. Enumerable.Range(0, n).Select(_ => 1.0 + random.Next(8))];
            double weights = v.Sum(x => 1 / x), mean = y.Zip(v, (e, x) => e / x).Sum() / weights, score = 0, pairsY = 0, pairsV = 0;
            double[] deviations = [.. y.Zip(v, (e, x) => (e - mean) / Math.Sqrt(x - 1 / weights))];
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    // Equal studies have equal deviations but for rounding.
                    var side = y[i] == y[j] && v[i] == v[j] ? 0 : Math.Sign(deviations[i] - deviations[j]);
                    score += side * Math.Sign(v[i] - v[j]);
                    pairsY += Math.Abs(side);
                    pairsV += Math.Abs(Math.Sign(v[i] - v[j]));
                }
            }

            if (pairsY > 0 && pairsV > 0) Assert.Equal(score / Math.Sqrt(pairsY * pairsV), SmallStudyEffects.Begg(y, v).Tau, 1e-12);
        }
    }

    [Fact]
    public void Of_a_hundred_thousand_studies_one_of_enormous_weight_is_a_matter_of_sorting()
    {
        var k = 100_000;
        double[] y = [.. Enumerable.Range(0, k).Select(i => Math.Sin(i * 0.7))], v = [.. Enumerable.Range(0, k).Select(i => i == 0 ? 1e-12 : 0.01 + i % 97 * 0.001)];
        Assert.InRange(SmallStudyEffects.Begg(y, v).PValue, 0, 1);
    }
}
