namespace InnovationScale.Statistics;

/// <summary>Expected values: R 4.2, lme4 1.1-31, on the pupils themselves.</summary>
public class ATrialOfClasses
{
    [Fact]
    public void Gives_the_effect_and_the_intraclass_correlation_from_the_moments_of_classes_alone()
    {
        var g = HedgesG.Between(Total(Star.Small), Total(Star.Regular));
        var icc = IntraclassCorrelation.Within(Star.Small, Star.Regular);

        new Comparison("STAR")
            .Same("n", 3794, g.N1 + g.N2)
            .Number("d", 0.159372715777016, g.CohenD)
            .Number("g", 0.159341191850056, g.Value)
            .Number("icc", 0.288037674710721, icc.Value)
            .Number("msb", 12692.4265801773, icc.MeanSquareBetween)
            .Number("msw", 1679.97809076592, icc.MeanSquareWithin)
            .Number("n0", 16.202722298059, icc.N0)
            .MustAgree();
    }

    [Fact]
    public void Has_the_random_intercept_model_of_lme4()
    {
        var fit = RandomIntercept.Fit(Star.Small, Star.Regular);

        // lmer(y ~ small + (1 | class)); lme4 stops its search at about 1e-6 of the variances.
        new Comparison("lmer")
            .Number("effect", 6.66380689141398, fit.Coefficients[0].Estimate, 1e-6)
            .Number("se", 3.72881750440592, fit.Coefficients[0].StandardError, 1e-6)
            .Number("class", 680.59671583568, fit.VarianceBetween, 1e-3)
            .Number("residual", 1679.44918702126, fit.VarianceWithin, 1e-3)
            .MustAgree();
    }

    [Fact]
    public void Sweeps_out_the_schools_and_agrees_with_lme4_on_school_effects()
    {
        var cells = Star.Classes.Select(c => new ClusterCell(c.Scores, [c.Small ? 1 : 0], c.School));
        var fit = RandomIntercept.Fit(cells, ["small"]);

        // lmer(y ~ small + factor(school) + (1 | class))
        new Comparison("lmer")
            .Number("effect", 8.07236187385245, fit.Coefficients[0].Estimate, 1e-5)
            .Number("se", 2.78215146957864, fit.Coefficients[0].StandardError, 1e-5)
            .Same("schools", 79, fit.Strata)   // one of them has classes in one arm alone
            .MustAgree();
    }

    [Fact]
    public void Has_the_full_maximum_likelihood_of_lme4_too()
    {
        var pooled = RandomIntercept.Fit(Star.Small, Star.Regular, Likelihood.Full);
        var bySchool = RandomIntercept.Fit(Star.Classes.Select(c => new ClusterCell(c.Scores, [c.Small ? 1 : 0], c.School)), ["small"], Likelihood.Full);

        // The two models above with REML = FALSE, searched by bobyqa to 1e-12.
        new Comparison("lmer, ML")
            .Number("effect", 6.66817028640254, pooled.Coefficients[0].Estimate, 1e-6)
            .Number("se", 3.71247445668678, pooled.Coefficients[0].StandardError, 1e-6)
            .Number("class", 673.707240490062, pooled.VarianceBetween, 1e-3)
            .Number("residual", 1679.4491984433, pooled.VarianceWithin, 1e-3)
            .Number("log likelihood", -19700.4997224028, pooled.LogLikelihood, 1e-9)
            .Number("effect within schools", 8.26939620185378, bySchool.Coefficients[0].Estimate, 1e-6)
            .Number("its se", 2.22574213673231, bySchool.Coefficients[0].StandardError, 1e-6)
            .Number("class within schools", 163.207180830359, bySchool.VarianceBetween, 1e-3)
            .Number("its log likelihood", -19579.8517897757, bySchool.LogLikelihood, 1e-9)
            .MustAgree();
    }

    [Fact]
    public void Has_a_standard_error_larger_than_that_of_pupils_assigned_singly()
    {
        var effect = ClusteredEffect.Between([.. Star.Small], [.. Star.Regular]);

        Assert.True(effect.StandardError > 2 * effect.Unadjusted.StandardError);
        Assert.True(Math.Abs(effect.G) < Math.Abs(effect.Unadjusted.Value));
    }

    [Fact]
    public void Without_clustering_is_left_as_it_was()
    {
        var adjusted = new ClusterAdjustment(0.3, 200, 200, 20, 0);
        var g = HedgesG.FromD(0.3, 200, 200);

        Assert.Equal(398, adjusted.H, 9);
        Assert.Equal(g.Value, adjusted.G, 12);
    }

    private static Moments Total(IEnumerable<Moments> clusters) => clusters.Aggregate(Moments.None, (all, one) => all.Merge(one));
}
