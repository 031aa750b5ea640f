namespace InnovationScale.Statistics.Synthesis;

// One class for each place where a known implementation of the synthesis goes wrong.

/// <summary>Fisher scoring cycles where one study is far more precise than the rest, and ends in an error.</summary>
public class RemlThatDoesNotArrive
{
    [Theory, InlineData(1e-4), InlineData(1e-8), InlineData(1e-12)]
    public void Elsewhere_is_at_its_maximum_here(double variance)
    {
        double[] y = [0.31, -0.4, 0.9, 0.15, 1.3, -0.2], v = [variance, 0.2, 0.25, 0.3, 0.15, 0.22];
        var fit = RandomEffects.Fit(y, v);
        var best = Plainly.RestrictedDeviance((y, v), fit.Tau2);
        for (var t = variance / 100; t < 100; t *= 1.01)
            Assert.True(Plainly.RestrictedDeviance((y, v), t) >= best - 1e-9, $"The likelihood at {t} beats that at {fit.Tau2}.");
        Assert.True(fit.Tau2 > 0);
    }
}

/// <summary>Where the restricted likelihood has two peaks, others report the one they reach first.</summary>
public class RemlAtTheLowerOfTwoMaxima
{
    [Fact]
    public void Is_not_taken()
    {
        var fit = RandomEffects.Fit(KnownSets.TwoPeaks.Y, KnownSets.TwoPeaks.V, test: CoefficientTest.Normal);
        new Comparison("two peaks")
            .Number("tau2", 0.027461487000788334, fit.Tau2).Number("estimate", -0.04980552932996542, fit.Estimate)
            .Number("logLik", 0.2230645068461401, fit.Likelihood!.LogLikelihood)
            .MustAgree();
        Assert.True(Plainly.RestrictedDeviance(KnownSets.TwoPeaks, 0) - Plainly.RestrictedDeviance(KnownSets.TwoPeaks, fit.Tau2) > 4);
    }
}

/// <summary>Absolute tolerances make a result depend on its unit.</summary>
public class AbsoluteTolerances
{
    [Theory, InlineData(-20), InlineData(20), InlineData(-40)]
    public void Do_not_exist_so_that_a_unit_changes_no_digit(int power)
    {
        var c = Math.ScaleB(1, power);
        var (y, v) = KnownSets.BcgRiskRatio;
        double[] scaledY = [.. y.Select(e => e * c)], scaledV = [.. v.Select(e => e * c * c)];
        RandomEffects a = RandomEffects.Fit(y, v), b = RandomEffects.Fit(scaledY, scaledV);
        QProfile qa = QProfile.Of(y, v), qb = QProfile.Of(scaledY, scaledV);
        new Comparison($"bcg in a unit of 2^{power}")
            .Number("tau2", a.Tau2 * c * c, b.Tau2, a.Tau2 * c * c * 1e-13).Number("estimate", a.Estimate * c, b.Estimate, Math.Abs(a.Estimate * c) * 1e-13)
            .Number("pval", a.PValue, b.PValue).Number("tau2_ub", qa.Tau2.Upper * c * c, qb.Tau2.Upper, qb.Tau2.Upper * 1e-13)
            .MustAgree();
    }

    [Fact]
    public void Do_not_bound_a_variance_in_the_thousands()
    {
        var (y, v) = KnownSets.Raudenbush1985;
        var q = QProfile.Of([.. y.Select(e => e * 1000)], v);
        Assert.True(q.Tau2.Upper > 100_000);
    }
}

/// <summary>Effects with a large common part lose their digits where sums of squares are not centred.</summary>
public class Cancellation
{
    [Fact]
    public void Costs_nothing_where_every_effect_is_near_a_million()
    {
        // Quarters and eighths, so that adding 2^20 is exact and every digit can be asked for.
        double[] y = [0.25, -0.5, 1.125, 0.75, -0.125, 2.5], v = [0.1, 0.2, 0.15, 0.3, 0.12, 0.25];
        double[] far = [.. y.Select(e => e + (1 << 20))];
        QProfile near = QProfile.Of(y, v), shifted = QProfile.Of(far, v);
        Assert.Equal(near.Tau2.Upper, shifted.Tau2.Upper, 1e-12);
        RandomEffects a = RandomEffects.Fit(y, v), b = RandomEffects.Fit(far, v);
        Assert.Equal(a.Tau2, b.Tau2, 1e-13);
        Assert.Equal(a.Q, b.Q, 1e-12);
    }

    [Fact]
    public void Costs_nothing_where_one_study_has_enormous_weight()
    {
        // In the limit the other five are compared with the first alone: tau² by DL is then known in closed form to the order of v.
        double[] y = [1e6 + 0.5, 1e6 + 1, 1e6 - 0.25, 1e6 + 2, 1e6, 1e6 + 0.75], v = [1e-12, 0.2, 0.15, 0.3, 0.12, 0.25];
        var fit = RandomEffects.Fit(y, v, HeterogeneityEstimator.EqualEffects);
        Assert.Equal(1e6 + 0.5, fit.Estimate, 1e-9);
        var q = 0.0;
        for (var i = 1; i < y.Length; i++) q += (y[i] - y[0]) * (y[i] - y[0]) / v[i];
        Assert.Equal(q, fit.Q, 1e-9);
        Assert.Contains(fit.Warnings, w => w.Contains("10,000,000", StringComparison.Ordinal));
    }
}

/// <summary>Packages differ in the reference distribution of a prediction interval and do not say which they used.</summary>
public class PredictionIntervalsByDefault
{
    [Fact]
    public void Name_their_degrees_of_freedom()
    {
        var (y, v) = KnownSets.BcgRiskRatio;
        var prediction = RandomEffects.Fit(y, v).Prediction!;
        Assert.Equal((null, 12.0, 11.0), (prediction.Normal.DegreesOfFreedom, prediction.TKMinus1!.DegreesOfFreedom, prediction.TKMinus2!.DegreesOfFreedom));
        Assert.Same(prediction.TKMinus1, prediction.Default);
        Assert.Equal(0.5669521498799235, prediction.Default!.Interval.Upper, 1e-9);
    }
}

/// <summary>I² by tau² and I² by Q differ for every estimator but DerSimonian and Laird's.</summary>
public class ISquaredByTwoDefinitions
{
    [Fact]
    public void Is_that_of_the_variance_in_use()
    {
        var (y, v) = KnownSets.BcgRiskRatio;
        RandomEffects dl = RandomEffects.Fit(y, v, HeterogeneityEstimator.DerSimonianLaird), reml = RandomEffects.Fit(y, v);
        Assert.Equal(100 * (dl.Q - 12) / dl.Q, dl.I2, 1e-9);
        Assert.Equal(100 * reml.Tau2 / (reml.Tau2 + reml.TypicalVariance!.Value), reml.I2, 1e-12);
        Assert.NotEqual(dl.I2, reml.I2, 1e-6);
    }
}
