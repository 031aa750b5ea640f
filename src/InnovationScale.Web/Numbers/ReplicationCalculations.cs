using System.Text.Json.Nodes;
using InnovationScale.Statistics;
using static InnovationScale.Numbers.Outputs;

namespace InnovationScale.Numbers;

/// <summary>The packs of replications.</summary>
internal static class ReplicationCalculations
{
    public static JsonObject Pair(Inputs input)
    {
        var pair = new ReplicationPair(input.Number("theta_o"), input.Number("se_o"), input.Number("theta_r"), input.Number("se_r"));
        Interval prediction = pair.PredictionInterval(), pooled = pair.Pooled.Interval();
        var pooledTest = SignificanceTest.Z(pair.Pooled.Value / pair.Pooled.StandardError);
        return new()
        {
            ["z_o"] = pair.OriginalZ,
            ["z_r"] = pair.ReplicationZ,
            ["c"] = pair.VarianceRatio,
            ["relative_effect"] = Json(OrNull(() => pair.RelativeEffect)),
            ["p_o"] = pair.OriginalP,
            ["p_r"] = pair.ReplicationP,
            ["p_r_one_sided"] = pair.ReplicationPOneSided,
            ["same_direction"] = pair.SameDirection,
            ["significant_same_direction"] = pair.SignificantInSameDirection(),
            ["orig_in_rep_ci95"] = pair.OriginalInReplicationInterval(),
            ["rep_in_orig_ci95"] = pair.ReplicationInOriginalInterval(),
            ["pred_lb"] = prediction.Lower,
            ["pred_ub"] = prediction.Upper,
            ["rep_in_prediction_interval"] = pair.ReplicationInPredictionInterval(),
            ["Q"] = pair.Q,
            ["Q_p"] = pair.QPValue,
            ["small_telescope_theta33"] = pair.SmallTelescopes.Theta33,
            ["small_telescope_z"] = pair.SmallTelescopes.Z,
            ["small_telescope_p"] = pair.SmallTelescopes.PValue,
            ["small_telescope_rejects"] = pair.SmallTelescopes.TooSmallToHaveBeenFound,
            ["pooled"] = pair.Pooled.Value,
            ["pooled_se"] = pair.Pooled.StandardError,
            ["pooled_z"] = pooledTest.Statistic,
            ["pooled_p"] = pooledTest.PValue,
            ["pooled_lb"] = pooled.Lower,
            ["pooled_ub"] = pooled.Upper,
            ["z_sceptical"] = pair.Sceptical.Z,
            ["p_sceptical_nominal"] = pair.Sceptical.Nominal,
            ["p_sceptical_golden"] = pair.Sceptical.Golden,
            ["p_sceptical_controlled"] = pair.Sceptical.Controlled,
            ["p_sceptical_golden_two_sided"] = pair.Sceptical.GoldenTwoSided,
            ["success_golden_025"] = pair.Sceptical.Succeeds(),
            ["p_intrinsic_o"] = pair.IntrinsicP,
            ["log_bf_replication_vs_null"] = Json(pair.LogReplicationBayesFactor),
            ["prob_same_sign_predictive"] = pair.PredictedSameSign,
        };
    }

    public static JsonObject Several(Inputs input)
    {
        double[] effects = input.Numbers("theta_r"), errors = input.Numbers("se_r");
        if (effects.Length != errors.Length) throw new NotComputableException(new InvalidInput("input-se-r", "“theta_r” and “se_r” differ in length."));
        double original = input.Number("theta_o"), originalError = input.Number("se_o");
        var several = new SeveralReplications(
            new(original, originalError * originalError), effects.Zip(errors, (effect, error) => new EffectEstimate(effect, error * error)));
        var prediction = several.Next.Interval();
        return new()
        {
            ["k"] = several.K,
            ["n_significant_same_direction"] = several.SignificantInSameDirection,
            ["n_same_direction"] = several.InSameDirection,
            ["n_inside_pairwise_prediction"] = several.InsidePredictionInterval,
            ["n_ci_containing_original"] = several.WithIntervalAroundOriginal,
            ["REML"] = Pool(several.Pool),
            ["DL"] = Pool(several.PoolBy(HeterogeneityEstimator.DerSimonianLaird)),
            ["Q_replications"] = several.Q,
            ["Q_df"] = several.QDegreesOfFreedom,
            ["Q_p"] = several.QPValue,
            ["Q_p_lambda_1_3"] = several.NonReplicationPValue(1.0 / 3),
            ["Q_p_equivalence_1_3"] = several.EquivalencePValue(1.0 / 3),
            ["Q_all_with_original"] = several.QWithOriginal,
            ["Q_all_p"] = several.QWithOriginalPValue,
            ["z_original_vs_pooled"] = several.OriginalAgainstPool.Statistic,
            ["p_original_vs_pooled"] = several.OriginalAgainstPool.PValue,
            ["z_original_vs_new_context"] = several.OriginalAgainstNewContext.Statistic,
            ["shrinkage_ratio"] = Json(OrNull(() => several.ShrinkageRatio)),
            ["pred_lb_normal"] = prediction.Lower,
            ["pred_ub_normal"] = prediction.Upper,
            ["p_new_gt_0_normal"] = several.Next.ProbabilityAbove(0),
            ["p_new_gt_0_t_k_minus_1"] = several.NextByT.ProbabilityAbove(0),
            ["p_new_gt_half_original_normal"] = several.ProbabilityBeyondHalfOriginal,
        };
    }

    private static JsonObject Pool(RandomEffects pool) => new()
    {
        ["estimate"] = pool.Estimate,
        ["se"] = pool.StandardError,
        ["tau2"] = pool.Tau2,
        ["I2"] = pool.I2,
    };

    public static JsonObject Plan(Inputs input)
    {
        var plan = new ReplicationPlan(input.Number("z_o"), input.Number("level"));
        double c = input.Number("c"), power = input.Number("power");
        var expected = new JsonObject { ["level_golden"] = plan.GoldenLevel };
        expected.Put("min_relative_effect_golden", OrNull(() => plan.MinimumRelativeEffect(c)));
        foreach (var (prior, name) in Priors)
        {
            expected.Put($"power_success_{name}", OrNull(() => plan.PowerOfSuccess(c, prior)));
            expected.Put($"power_significance_{name}", plan.PowerOfSignificance(c, prior));
        }

        expected.Put("sample_ratio_significance_conditional", OrNull(() => plan.RatioForSignificance(power)));
        expected.Put("sample_ratio_success_conditional", OrNull(() => plan.RatioForSuccess(power, DesignPrior.Conditional)));
        expected.Put("sample_ratio_success_predictive", OrNull(() => plan.RatioForSuccess(power, DesignPrior.Predictive)));
        return expected;
    }

    public static JsonObject SmallTelescopes(Inputs input)
    {
        var test = Statistics.SmallTelescopes.OfTTests(
            input.Whole("n1_orig"), input.Whole("n2_orig"), input.Number("d_rep"), input.Whole("n1_rep"), input.Whole("n2_rep"));
        return new() { ["d33"] = test.D33, ["t_rep"] = test.T, ["p_smaller_than_d33"] = test.PValue };
    }

    private static readonly (DesignPrior, string)[] Priors =
        [(DesignPrior.Conditional, "conditional"), (DesignPrior.Predictive, "predictive"), (DesignPrior.EmpiricalBayes, "eb")];
}
