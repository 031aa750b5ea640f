using System.Text.Json.Nodes;
using InnovationScale.Statistics;
using static InnovationScale.Numbers.Outputs;

namespace InnovationScale.Numbers;

/// <summary>Results of the synthesis with the field names of the reference packs (schema meta/1).</summary>
internal static class SynthesisJson
{
    public static JsonObject Of(RandomEffects m)
    {
        var json = new JsonObject
        {
            ["k"] = m.K,
            ["p"] = 1,
            ["estimate"] = m.Estimate,
            ["se"] = m.StandardError,
            ["stat"] = Json(m.Statistic),
            ["df"] = Json(m.DegreesOfFreedom),
            ["pval"] = m.PValue,
            ["ci_lb"] = m.Interval.Lower,
            ["ci_ub"] = m.Interval.Upper,
            ["tau2"] = m.Tau2,
            ["tau"] = m.Tau,
            ["se_tau2"] = Json(m.StandardErrorOfTau2),
            ["I2"] = m.I2,
            ["H2"] = m.H2,
            ["QE"] = m.Q,
            ["QE_df"] = m.QDegreesOfFreedom,
            ["QEp"] = m.QPValue,
        };
        Put(json, m.Likelihood);
        if (m.Prediction is { } p)
        {
            json["prediction"] = new JsonObject
            {
                ["sd"] = p.StandardDeviation,
                ["normal"] = Of(p.Normal, null),
                ["t_k_minus_1"] = Of(p.TKMinus1, m.K - 1),
                ["t_k_minus_2"] = Of(p.TKMinus2, m.K - 2),
            };
        }

        return json;
    }

    public static JsonObject Of(MetaRegression m, bool named = false)
    {
        var json = new JsonObject
        {
            ["k"] = m.K,
            ["p"] = m.P,
            ["estimate"] = List(m.Coefficients.Select(c => c.Estimate)),
            ["se"] = List(m.Coefficients.Select(c => c.StandardError)),
            ["stat"] = List(m.Coefficients.Select(c => c.Statistic)),
            ["df"] = Json(m.Coefficients[0].DegreesOfFreedom),
            ["pval"] = List(m.Coefficients.Select(c => c.PValue)),
            ["ci_lb"] = List(m.Coefficients.Select(c => c.Interval.Lower)),
            ["ci_ub"] = List(m.Coefficients.Select(c => c.Interval.Upper)),
            ["tau2"] = m.Tau2,
            ["tau"] = m.Tau,
            ["se_tau2"] = Json(m.StandardErrorOfTau2),
            ["I2"] = m.I2,
            ["H2"] = m.H2,
            ["QE"] = m.Q,
            ["QE_df"] = m.QDegreesOfFreedom,
            ["QEp"] = m.QPValue,
            ["QM"] = Json(m.Moderators?.Statistic),
            ["QM_df1"] = m.Moderators?.DegreesOfFreedom1,
            ["QM_df2"] = m.Moderators?.DegreesOfFreedom2,
            ["QMp"] = Json(m.Moderators?.PValue),
            ["R2"] = Json(m.R2),
            ["vcov"] = List(m.Covariance),
        };
        Put(json, m.Likelihood);
        if (named) json.Insert(0, "columns", new JsonArray([.. m.Coefficients.Select(c => JsonValue.Create(c.Name))]));
        return json;
    }

    public static JsonObject Of(QProfile q) => new()
    {
        ["level"] = q.Tau2.Level,
        ["tau2_lb"] = q.Tau2.Lower,
        ["tau2_ub"] = q.Tau2.Upper,
        ["tau_lb"] = q.Tau.Lower,
        ["tau_ub"] = q.Tau.Upper,
        ["typical_v"] = q.TypicalVariance,
        ["I2_lb"] = q.I2.Lower,
        ["I2_ub"] = q.I2.Upper,
        ["H2_lb"] = q.H2.Lower,
        ["H2_ub"] = q.H2.Upper,
        ["null_set"] = q.IsNullSet,
    };

    public static JsonObject Of(Homogeneity h)
    {
        var json = new JsonObject { ["Q"] = h.Q, ["df"] = h.DegreesOfFreedom };
        foreach (var (name, test) in ((string[])["lambda_0", "lambda_1_4", "lambda_1_3", "lambda_2_3"]).Zip(h.Tests))
        {
            json[name] = new JsonObject
            {
                ["ncp"] = test.Noncentrality,
                ["p_nonreplication"] = test.PNonReplication,
                ["p_equivalence"] = test.PEquivalence,
                ["critical_05"] = test.Critical05,
                ["equivalence_critical_05"] = test.EquivalenceCritical05,
            };
        }

        return json;
    }

    public static JsonObject Of(IReadOnlyList<LeaveOneOut> rows) => new()
    {
        ["estimate"] = List(rows.Select(r => r.Estimate)),
        ["se"] = List(rows.Select(r => r.StandardError)),
        ["pval"] = List(rows.Select(r => r.PValue)),
        ["ci_lb"] = List(rows.Select(r => r.Interval.Lower)),
        ["ci_ub"] = List(rows.Select(r => r.Interval.Upper)),
        ["Q"] = List(rows.Select(r => r.Q)),
        ["Qp"] = List(rows.Select(r => r.QPValue)),
        ["tau2"] = List(rows.Select(r => r.Tau2)),
        ["I2"] = List(rows.Select(r => r.I2)),
        ["H2"] = List(rows.Select(r => r.H2)),
    };

    public static JsonObject Of(IReadOnlyList<CumulativePool> rows) => new()
    {
        ["estimate"] = List(rows.Select(r => r.Estimate)),
        ["se"] = List(rows.Select(r => r.StandardError)),
        ["ci_lb"] = List(rows.Select(r => r.Interval.Lower)),
        ["ci_ub"] = List(rows.Select(r => r.Interval.Upper)),
        ["pval"] = List(rows.Select(r => r.PValue)),
        ["tau2"] = List(rows.Select(r => r.Tau2)),
        ["Q"] = List(rows.Select(r => r.Q)),
    };

    public static JsonObject Of(IReadOnlyList<Influence> rows) => new()
    {
        ["rstudent"] = List(rows.Select(r => r.RStudent)),
        ["dffits"] = List(rows.Select(r => r.DfFits)),
        ["cook_d"] = List(rows.Select(r => r.CookDistance)),
        ["cov_r"] = List(rows.Select(r => r.CovRatio)),
        ["tau2_del"] = List(rows.Select(r => r.Tau2Deleted)),
        ["QE_del"] = List(rows.Select(r => r.QDeleted)),
        ["hat"] = List(rows.Select(r => r.Hat)),
        ["weight_pct"] = List(rows.Select(r => r.WeightPercent)),
        ["dfbetas"] = List(rows.Select(r => r.DfBetas)),
        ["influential"] = new JsonArray([.. rows.Select(r => JsonValue.Create(r.IsInfluential))]),
    };

    public static JsonObject Of(IReadOnlyList<StudyPrediction> rows) => new()
    {
        ["pred"] = List(rows.Select(r => r.Estimate)),
        ["se"] = List(rows.Select(r => r.StandardError)),
        ["pi_lb"] = List(rows.Select(r => r.Interval.Lower)),
        ["pi_ub"] = List(rows.Select(r => r.Interval.Upper)),
    };

    public static JsonObject Of(EggerTest lm) => new()
    {
        ["slope"] = lm.Slope,
        ["slope_se"] = lm.SlopeStandardError,
        ["t"] = lm.T,
        ["df"] = lm.DegreesOfFreedom,
        ["p"] = lm.PValue,
        ["limit"] = lm.Limit,
        ["limit_se"] = lm.LimitStandardError,
        ["limit_lb"] = lm.LimitInterval.Lower,
        ["limit_ub"] = lm.LimitInterval.Upper,
        ["resid_sd"] = lm.ResidualDeviation,
    };

    public static JsonObject Egger(MetaRegression m) => new()
    {
        ["slope"] = m.Coefficients[1].Estimate,
        ["slope_se"] = m.Coefficients[1].StandardError,
        ["z"] = m.Coefficients[1].Statistic,
        ["p"] = m.Coefficients[1].PValue,
        ["limit"] = m.Coefficients[0].Estimate,
        ["limit_lb"] = m.Coefficients[0].Interval.Lower,
        ["limit_ub"] = m.Coefficients[0].Interval.Upper,
        ["tau2"] = m.Tau2,
    };

    public static JsonObject Of(RankTest rank) => new() { ["tau"] = rank.Tau, ["p"] = rank.PValue, ["exact"] = rank.IsExact };

    public static JsonObject Of(FailSafe safe) => new() { ["n"] = safe.Studies, ["p"] = safe.PValue };

    public static JsonObject Of(TrimAndFill t) => new()
    {
        ["side"] = t.FillsRight ? "right" : "left",
        ["k0"] = t.Missing,
        ["se_k0"] = t.StandardError,
        ["p_k0"] = Json(t.PValue),
        ["filled_yi"] = List(t.FilledEffects),
        ["filled_vi"] = List(t.FilledVariances),
        ["refit"] = Of(t.Refit),
    };

    public static JsonObject Of(Subgroups s) => new()
    {
        ["k"] = List(s.Levels.Select(l => l.Pool.K)),
        ["estimate"] = List(s.Levels.Select(l => l.Pool.Estimate)),
        ["se"] = List(s.Levels.Select(l => l.Pool.StandardError)),
        ["tau2"] = List(s.Levels.Select(l => l.Pool.Tau2)),
        ["QE"] = List(s.Levels.Select(l => l.Pool.Q)),
        ["I2"] = List(s.Levels.Select(l => l.Pool.I2)),
        ["Q_between"] = s.QBetween,
        ["Q_between_df"] = s.DegreesOfFreedom,
        ["Q_between_p"] = s.PValue,
        ["Q_within"] = s.QWithin,
    };

    public static JsonObject Of(ContextLeftOut c) => new()
    {
        ["context"] = c.Context,
        ["k_out"] = c.Others.K,
        ["k_in"] = c.Own.K,
        ["rest_estimate"] = c.Others.Estimate,
        ["rest_se"] = c.Others.StandardError,
        ["rest_tau2"] = c.Others.Tau2,
        ["context_estimate"] = c.Own.Estimate,
        ["context_se"] = c.Own.StandardError,
        ["z"] = c.Z,
        ["p"] = c.PValue,
        ["inside_95"] = c.IsInside,
    };

    public static JsonObject Of(ThreeLevel m, ThreeLevelRequest columns) => new()
    {
        ["outer"] = columns.Outer,
        ["inner"] = columns.Inner,
        ["n"] = m.K,
        ["p"] = 1,
        ["n_outer"] = m.OuterUnits,
        ["n_inner"] = m.InnerUnits,
        ["sigma2_outer"] = m.Sigma2Outer,
        ["sigma2_inner"] = m.Sigma2Inner,
        ["estimate"] = m.Estimate,
        ["se"] = m.StandardError,
        ["z"] = m.Statistic,
        ["pval"] = m.PValue,
        ["ci_lb"] = m.Interval.Lower,
        ["ci_ub"] = m.Interval.Upper,
        ["logLik_REML"] = m.LogLikelihood,
        ["QE"] = m.Q,
        ["QE_df"] = m.QDegreesOfFreedom,
        ["I2_total"] = m.I2Total,
        ["I2_outer"] = m.I2Outer,
        ["I2_inner"] = m.I2Inner,
        ["rho_within"] = Json(m.RhoWithin),
    };

    /// <summary>A robust test; packs hold its numbers as lists of one, a coefficient each.</summary>
    public static JsonObject Of(RobustTest r) => new()
    {
        ["se"] = new JsonArray(r.StandardError),
        ["t"] = new JsonArray(r.Statistic),
        ["df_satt"] = new JsonArray(r.DegreesOfFreedom),
        ["p"] = new JsonArray(r.PValue),
        ["ci_lb"] = new JsonArray(r.Interval.Lower),
        ["ci_ub"] = new JsonArray(r.Interval.Upper),
    };

    private static void Put(JsonObject json, LikelihoodFit? fit)
    {
        if (fit is null) return;
        json["logLik"] = fit.LogLikelihood;
        json["deviance"] = fit.Deviance;
        json["AIC"] = fit.Aic;
        json["BIC"] = Json(fit.Bic);
        json["AICc"] = fit.Aicc;
    }

    // A form that is not defined stands in the packs with its degrees of freedom and nothing else.
    private static JsonObject Of(PredictionInterval? p, int? df) => p is null ? new() { ["df"] = df } : new()
    {
        ["df"] = Json(p.DegreesOfFreedom),
        ["lb"] = p.Interval.Lower,
        ["ub"] = p.Interval.Upper,
        ["p_new_gt_0"] = p.ChanceAbove(0),
        ["p_new_gt_0.05"] = p.ChanceAbove(0.05),
        ["p_new_gt_0.1"] = p.ChanceAbove(0.1),
        ["p_new_gt_0.2"] = p.ChanceAbove(0.2),
    };
}
