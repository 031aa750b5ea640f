using System.Text.Json.Nodes;
using InnovationScale.Statistics;
using static InnovationScale.Numbers.Outputs;

namespace InnovationScale.Numbers;

/// <summary>The packs of effect sizes.</summary>
internal static class EffectSizeCalculations
{
    public static JsonObject TwoGroups(Inputs input)
    {
        var groups = new TwoGroups(
            new GroupSummary(input.Whole("n1"), input.Number("m1"), input.Number("sd1")),
            new GroupSummary(input.Whole("n2"), input.Number("m2"), input.Number("sd2")));
        HedgesG g = groups.HedgesG(), approximate = groups.HedgesG(CorrectionForm.Approximate);
        var interval = g.Interval();
        var exact = g.ExactInterval();
        var expected = new JsonObject
        {
            ["df"] = groups.DegreesOfFreedom,
            ["sd_pooled"] = groups.PooledSd,
            ["cohen_d"] = g.CohenD,
            ["J_exact"] = g.Correction,
            ["J_approx"] = approximate.Correction,
            ["hedges_g"] = g.Value,
            ["hedges_g_approx"] = approximate.Value,
            ["SMD_var_LS"] = g.Variance,
            ["SMD_var_LS2"] = g.VarianceBy(SmdVariance.LargeSampleCorrected),
            ["SMD_var_UB"] = Json(OrNull(() => g.VarianceBy(SmdVariance.Unbiased))),
            ["SMD_var_H0"] = Json(OrNull(() => g.VarianceBy(SmdVariance.NullHypothesis))),
            ["d_var_uncorrected"] = groups.UncorrectedD.Variance,
            ["hedges_g_ci_lb"] = interval.Lower,
            ["hedges_g_ci_ub"] = interval.Upper,
        };
        expected.Put("SMDH", groups.DifferenceWithUnequalSds);
        expected.Put("glass_delta_sd2", OrNull(() => groups.GlassDelta()));
        expected.Put("glass_delta_sd2_het_var", OrNull(() => groups.GlassDelta(heteroscedastic: true).Variance));
        expected.Put("MD", groups.MeanDifference);
        expected.Put("MD_var_pooled", groups.MeanDifferencePooled.Variance);
        expected.Put("log_response_ratio", OrNull(() => groups.LogResponseRatio));
        expected.Put("t", groups.StudentTest.Statistic);
        expected.Put("t_p", groups.StudentTest.PValue);
        expected.Put("welch_t", groups.WelchTest.Statistic);
        expected.Put("welch_df", groups.WelchTest.DegreesOfFreedom);
        expected.Put("welch_p", groups.WelchTest.PValue);
        expected.Put("d_noncentral_lb", exact.Lower);
        expected.Put("d_noncentral_ub", exact.Upper);
        expected.Put("cohen_U3", g.Readings.U3);
        expected.Put("improvement_index", g.Readings.ImprovementIndex);
        expected.Put("common_language", g.Readings.CommonLanguage);
        expected.Put("overlap", g.Readings.Overlap);
        expected.Put("log_or_logistic", Conversions.LogOddsRatioLogistic(g.Estimate));
        expected.Put("log_or_cox", Conversions.LogOddsRatioCox(g.Estimate));
        expected.Put("r_pointbiserial", Conversions.PointBiserial(g.CohenD, g.N1, g.N2));
        expected.Put("r_balanced_formula", Conversions.PointBiserialBalanced(g.CohenD, g.N1, g.N2));
        return expected;
    }

    public static JsonObject TwoByTwo(Inputs input)
    {
        var table = new TwoByTwo(input.Whole("ai"), input.Whole("n1"), input.Whole("ci"), input.Whole("n2"));
        var expected = new JsonObject();
        expected.Put("OR", table.LogOddsRatio);
        expected.Put("RR", table.LogRiskRatio);
        expected.Put("RD", table.RiskDifferenceAdded);
        expected.Put("PETO", OrNull(() => table.Peto));
        expected.Put("AS", table.Arcsine);
        expected.Put("PBIT", table.Probit);
        expected.Put("OR2D", table.LogisticD);
        expected.Put("OR2DN", table.CoxD);
        expected.Put("PHI", OrNull(() => table.Phi));
        expected.Put("PETO_added", table.PetoAdded);
        expected.Put("RD_plain", table.RiskDifference);
        expected.Put("RD_var_UB", OrNull(() => table.RiskDifferenceVarianceUnbiased));
        expected["zero_cell"] = table.HasZeroCell;
        expected.Put("cox_index", OrNull(() => table.CoxIndex.Value));
        expected.Put("cox_index_small_sample", OrNull(() => table.CoxIndexCorrected));
        expected.Put("cox_var", OrNull(() => table.CoxIndex.Variance));
        expected.Put("NNT", OrNull(() => table.NumberNeededToTreat));
        return expected;
    }

    public static JsonObject Correlation(Inputs input)
    {
        var correlation = new Correlation(input.Number("r"), input.Whole("n"));
        var interval = correlation.Interval();
        var expected = new JsonObject();
        expected.Put("ZCOR", correlation.FisherZ);
        expected.Put("COR_var_LS", correlation.Raw.Variance);
        expected.Put("UCOR", OrNull(() => correlation.OlkinPratt), "_var_LS");
        expected.Put("UCOR_var_UB", OrNull(() => correlation.OlkinPrattVarianceUnbiased));
        expected.Put("r_ci_lb", interval.Lower);
        expected.Put("r_ci_ub", interval.Upper);
        expected.Put("t", correlation.Test.Statistic);
        expected.Put("p", correlation.Test.PValue);
        expected.Put("d_equal_groups", correlation.DForEqualGroups);
        return expected;
    }

    public static JsonObject Proportion(Inputs input)
    {
        var proportion = new Proportion(input.Whole("x"), input.Whole("n"));
        var wilson = proportion.Wilson();
        var expected = new JsonObject();
        expected.Put("PR", proportion.Raw);
        expected.Put("PLO", proportion.Logit);
        expected.Put("PAS", proportion.Arcsine);
        expected.Put("PFT", proportion.DoubleArcsine);
        expected.Put("wilson_lb", wilson.Lower);
        expected.Put("wilson_ub", wilson.Upper);
        return expected;
    }

    public static JsonObject PrePostControl(Inputs input)
    {
        var groups = new PrePostControl(PrePost(input.Part("T")), PrePost(input.Part("C")));
        var expected = new JsonObject();
        expected.Put("T_MC", groups.Treated.MeanChange);
        expected.Put("C_MC", groups.Comparison.MeanChange);
        expected.Put("diff_MC", groups.MeanChange);
        expected.Put("T_SMCC", OrNull(() => groups.Treated.StandardisedByChange));
        expected.Put("C_SMCC", OrNull(() => groups.Comparison.StandardisedByChange));
        expected.Put("diff_SMCC", OrNull(() => groups.StandardisedByChange));
        expected.Put("T_SMCR", OrNull(() => groups.Treated.StandardisedByPre));
        expected.Put("C_SMCR", OrNull(() => groups.Comparison.StandardisedByPre));
        expected.Put("diff_SMCR", OrNull(() => groups.StandardisedByPre));
        foreach (var (form, name) in new[] { (CorrectionForm.Exact, "exact"), (CorrectionForm.Approximate, "approx") })
        {
            expected.Put($"dppc2_{name}", groups.Morris(form));
            expected.Put($"dppc2_var_morris_{name}", OrNull(() => groups.MorrisVariance(form)));
            expected.Put($"dppc2_var_LS_{name}", groups.LargeSampleVariance(form));
        }

        expected.Put("r_pooled", groups.PooledCorrelation);
        expected.Put("sd_pre_pooled", groups.PooledPreSd);
        return expected;
    }

    public static JsonObject Convert(Inputs input) => input.Text("kind") switch
    {
        "t" => FromT(input),
        "p_two_sided" => FromP(input),
        "ancova_t" => FromAncovaT(input),
        "ancova_b" => Adjusted(AdjustedG.FromDifference(
            input.Number("b"), input.Number("se_b"), input.Number("sd_pooled"), input.Whole("n1"), input.Whole("n2"), input.Int("q"))),
        "chisq1" => FromChiSquared(input),
        "log_or" => FromLogOddsRatio(input),
        "ratio_ci95" => FromRatio(input),
        var other => throw new NotComputableException(new InvalidInput("input-kind",
            $"“{other}” is not a kind of conversion: t, p_two_sided, ancova_t, ancova_b, chisq1, log_or or ratio_ci95.")),
    };

    private static PrePost PrePost(Inputs group) => new(
        group.Whole("n"), group.Number("m_pre"), group.Number("sd_pre"), group.Number("m_post"), group.Number("sd_post"), group.Number("r"));

    private static JsonObject FromT(Inputs input)
    {
        double t = input.Number("t");
        var g = Conversions.FromT(t, input.Whole("n1"), input.Whole("n2"));
        return new()
        {
            ["d"] = g.CohenD,
            ["g"] = g.Value,
            ["var_g_LS"] = g.Variance,
            ["F"] = Json(t * t),
            ["p_two_sided"] = SignificanceTest.T(t, g.DegreesOfFreedom).PValue,
            ["r_pb"] = Conversions.PointBiserial(g.CohenD, g.N1, g.N2),
        };
    }

    private static JsonObject FromP(Inputs input)
    {
        double p = input.Number("p");
        int sign = input.Int("sign");
        long n1 = input.Whole("n1"), n2 = input.Whole("n2");
        var g = Conversions.FromP(p, sign, n1, n2);
        return new() { ["t"] = Conversions.TFromP(p, sign, n1, n2), ["d"] = g.CohenD, ["g"] = g.Value };
    }

    private static JsonObject FromAncovaT(Inputs input)
    {
        var g = AdjustedG.FromT(input.Number("t"), input.Number("R2"), input.Whole("n1"), input.Whole("n2"), input.Int("q"));
        var expected = Adjusted(g);
        expected.Put("var_g_borenstein", g.VarianceByPeople);
        return expected;
    }

    private static JsonObject Adjusted(AdjustedG g) => new()
    {
        ["df"] = g.DegreesOfFreedom,
        ["d"] = g.D,
        ["g"] = g.G,
        ["var_g"] = g.Variance,
    };

    private static JsonObject FromChiSquared(Inputs input)
    {
        double chiSquared = input.Number("chisq");
        long n = input.Whole("n");
        return new()
        {
            ["phi"] = Conversions.PhiFromChiSquared(chiSquared, n),
            ["d"] = Conversions.DFromChiSquared(chiSquared, n),
            ["p"] = ChiSquared.Survival(chiSquared, 1),
        };
    }

    private static JsonObject FromLogOddsRatio(Inputs input)
    {
        var logOddsRatio = new EffectEstimate(input.Number("log_or"), input.Number("var"));
        var expected = new JsonObject();
        expected.Put("d_logistic", Conversions.LogisticD(logOddsRatio));
        expected.Put("d_cox", Conversions.CoxD(logOddsRatio));
        return expected;
    }

    private static JsonObject FromRatio(Inputs input)
    {
        var ratio = Conversions.LogRatio(new(input.Number("lb"), input.Number("ub")));
        return new() { ["log_est"] = ratio.Value, ["se"] = ratio.StandardError, ["z"] = ratio.Value / ratio.StandardError };
    }
}
