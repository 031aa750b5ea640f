using System.Text.Json.Nodes;
using InnovationScale.Statistics;
using static InnovationScale.Numbers.Outputs;

namespace InnovationScale.Numbers;

/// <summary>The packs of trial designs and of charts.</summary>
internal static class DesignCalculations
{
    public static JsonObject ClusterAdjustment(Inputs input)
    {
        var adjusted = new ClusterAdjustment(
            input.Number("d_naive_total_sd"), input.Number("nT"), input.Number("nC"), input.Number("cluster_size"), input.Number("icc"),
            input.NumberOrNull("R2") ?? 0, input.Has("covariates") ? input.Int("covariates") : 0, input.NumberOrNull("cluster_size_cv"));
        var expected = new JsonObject();
        expected.Put("clusters", adjusted.Clusters);
        expected.Put("deff", adjusted.DesignEffect);
        expected.Put("deff_unequal", adjusted.DesignEffectUnequal);
        expected.Put("effective_N", adjusted.EffectiveN);
        expected.Put("sqrt_gamma", Math.Sqrt(adjusted.Gamma));
        expected.Put("gamma", adjusted.Gamma);
        expected.Put("h", adjusted.H);
        expected.Put("d_T", adjusted.AdjustedD);
        expected.Put("var_d_T_hedges2007", adjusted.AdjustedDVariance);
        expected.Put("g_T_exactJ", adjusted.G);
        expected.Put("g_T_wwc", adjusted.GClearinghouse);
        expected.Put("se_wwc_not_cluster_adjusted", OrNull(() => adjusted.StandardErrorOfNaiveAnalysis));
        expected.Put("se_wwc_cluster_adjusted", OrNull(() => adjusted.StandardErrorOfClusteredAnalysis));
        expected.Put("t_naive", adjusted.NaiveTest.Statistic);
        expected.Put("t_clustering_corrected", adjusted.ClusteredTest.Statistic);
        expected.Put("p_clustering_corrected", adjusted.ClusteredTest.PValue);
        expected.Put("p_naive", adjusted.NaiveTest.PValue);
        expected.Put("d_W_from_total", adjusted.DWithin);
        expected.Put("df_between_clusters", adjusted.DegreesOfFreedomBetween);
        return expected;
    }

    public static JsonObject Power(Inputs input)
    {
        var design = Design(input);
        double level = input.Number("alpha"), power = input.Number("power"), effect = input.Number("es");
        var twoSided = input.Flag("two_tailed");
        var expected = new JsonObject();
        expected.Put("sse", design.StandardError);
        expected.Put("df", design.DegreesOfFreedom);
        expected.Put("multiplier", design.Multiplier(power, level, twoSided));
        expected.Put("mdes", design.MinimumDetectableEffect(power, level, twoSided));
        expected.Put("mdes_noncentral", OrNull(() => design.MinimumDetectableEffectExact(power, level, twoSided)));
        expected.Put("power_at_es", design.PowerAt(effect, level, twoSided));
        expected.Put("power_normal_approx", design.PowerAtByNormal(effect, level, twoSided));
        return expected;
    }

    private static RandomisedDesign Design(Inputs input)
    {
        double treated = input.Number("P");
        double Explained(int level) => input.NumberOrNull($"R2_{level}") ?? 0;
        var covariates = input.Has("covariates_top_level") ? input.Int("covariates_top_level") : 0;
        return input.Text("design") switch
        {
            "individual" => new IndividualDesign(input.Number("n"), treated, Explained(1), covariates),
            "cluster2" => new ClusterDesign(input.Number("J"), input.Number("n"), input.Number("rho2"), treated, Explained(2), Explained(1), covariates),
            "cluster3" => new ThreeLevelDesign(
                input.Number("K"), input.Number("J"), input.Number("n"), input.Number("rho2"), input.Number("rho3"), treated,
                Explained(3), Explained(2), Explained(1), covariates),
            "blocked_random" => new RandomBlockDesign(
                input.Number("J"), input.Number("n"), input.Number("rho2"), input.Number("omega"), treated, Explained(2), Explained(1), covariates),
            "blocked_fixed" => new FixedBlockDesign(input.Number("J"), input.Number("n"), input.Number("rho2"), treated, Explained(1), covariates),
            var other => throw new NotComputableException(new InvalidInput("input-design",
                $"“{other}” is not a design: individual, cluster2, cluster3, blocked_random or blocked_fixed.")),
        };
    }

    public static JsonObject Charts(Inputs input)
    {
        var baseline = input.Has("baseline_points") ? input.Int("baseline_points") : (int?)null;
        var expected = new JsonObject();
        if (input.Has("y"))
        {
            var y = input.NumbersOrNulls("y");
            var chart = RunChart.Of(y, baseline);
            var run = Runs(chart.Runs);
            run.Insert(0, "median", chart.Median);
            expected["run_chart"] = run;
            expected["xmr"] = Individuals(ControlChart.Individuals(y, baseline));
            expected["xmr_screened"] = Individuals(ControlChart.Individuals(y, baseline, screened: true));
            var ranges = ControlChart.MovingRanges(y, baseline);
            expected["mr"] = new JsonObject { ["cl"] = ranges.Centre, ["ucl"] = ranges.Upper[0], ["beyond"] = List(ranges.Beyond) };
        }

        if (input.Has("numerator"))
        {
            var counts = input.NumbersOrNulls("numerator");
            var points = Pairs(counts, input.NumbersOrNulls("denominator"));
            expected["p"] = Ratios(ControlChart.Shares(points, baseline));
            expected["p_prime"] = Adjusted(ControlChart.Shares(points, baseline, adjusted: true), limits: true);
            expected["u"] = Ratios(ControlChart.Rates(points, baseline));
            expected["u_prime"] = Adjusted(ControlChart.Rates(points, baseline, adjusted: true), limits: false);
            var chart = ControlChart.Counts(counts, baseline);
            expected["c"] = new JsonObject { ["cl"] = chart.Centre, ["lcl"] = chart.Lower[0], ["ucl"] = chart.Upper[0] };
        }

        return expected;
    }

    private static (double, double)?[] Pairs(double?[] counts, double?[] of) => counts.Length == of.Length
        ? [.. counts.Zip(of, (c, n) => c is { } count && n is { } cases ? (count, cases) : ((double, double)?)null)]
        : throw new NotComputableException(new InvalidInput("input-denominator", "“numerator” and “denominator” differ in length."));

    private static JsonObject Individuals(ControlChart chart) => new()
    {
        ["cl"] = chart.Centre,
        ["mr_bar"] = Json(chart.MeanMovingRange),
        ["sigma"] = Json(chart.Sigma),
        ["lcl"] = Json(chart.Lower[0]),
        ["ucl"] = Json(chart.Upper[0]),
        ["beyond"] = List(chart.Beyond),
        ["runs"] = Runs(chart.Runs),
    };

    private static JsonObject Ratios(ControlChart chart) => new()
    {
        ["cl"] = chart.Centre,
        ["lcl"] = List(chart.Lower),
        ["ucl"] = List(chart.Upper),
        ["beyond"] = List(chart.Beyond),
        ["runs"] = Runs(chart.Runs),
    };

    private static JsonObject Adjusted(ControlChart chart, bool limits)
    {
        var expected = new JsonObject { ["sigma_z"] = Json(chart.SigmaZ) };
        if (!limits) return expected;
        expected["lcl"] = List(chart.Lower);
        expected["ucl"] = List(chart.Upper);
        return expected;
    }

    private static JsonObject Runs(Runs runs) => new()
    {
        ["n_useful"] = runs.Useful,
        ["longest_run"] = runs.LongestRun,
        ["longest_run_max"] = runs.LongestRunMax,
        ["crossings"] = runs.Crossings,
        ["crossings_min"] = runs.CrossingsMin,
        ["shift"] = runs.Shift,
        ["too_few_crossings"] = runs.TooFewCrossings,
        ["signal"] = runs.Signal,
    };
}
