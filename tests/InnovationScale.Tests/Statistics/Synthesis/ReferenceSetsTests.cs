using System.Text.Json;
using System.Text.Json.Nodes;

namespace InnovationScale.Statistics.Synthesis;

/// <summary>Every number of every reference set, one theory a part.</summary>
public class EveryReferenceSet
{
    public static TheoryData<string> Sets => Reference.Named("meta_", "edge_");

    [ReferenceTheory, MemberData(nameof(Sets))]
    public void Is_reproduced_by_the_models(string name)
    {
        var pack = new MetaPack(name);
        var got = new JsonObject();
        foreach (var model in pack.Expected.GetProperty("models").EnumerateObject())
        {
            var (method, test) = MetaPack.Model(model.Name);
            got[model.Name] = MetaPack.Write(RandomEffects.Fit(pack.Y, pack.V, method, test));
        }

        pack.MustAgree("models", got);
    }

    [ReferenceTheory, MemberData(nameof(Sets))]
    public void Is_reproduced_by_the_q_profile(string name)
    {
        var pack = new MetaPack(name);
        if (pack.Has("tau2_ci_qprofile")) pack.MustAgree("tau2_ci_qprofile", MetaPack.Write(QProfile.Of(pack.Y, pack.V)));
        else Assert.Equal("too-few-studies", Assert.Throws<NotComputableException>(() => QProfile.Of(pack.Y, pack.V)).Code);
    }

    [ReferenceTheory, MemberData(nameof(Sets))]
    public void Is_reproduced_by_leaving_one_out_adding_up_influence_and_shrinkage(string name)
    {
        var pack = new MetaPack(name);
        foreach (var part in pack.Expected.EnumerateObject().Select(e => e.Name))
        {
            if (part.StartsWith("leave_one_out_", StringComparison.Ordinal))
            {
                var (method, test) = MetaPack.Model(part["leave_one_out_".Length..]);
                var rows = LeaveOneOut.Of(pack.Y, pack.V, method, test);
                pack.MustAgree(part, new JsonObject
                {
                    ["estimate"] = MetaPack.Numbers(rows.Select(r => r.Estimate)),
                    ["se"] = MetaPack.Numbers(rows.Select(r => r.StandardError)),
                    ["pval"] = MetaPack.Numbers(rows.Select(r => r.PValue)),
                    ["ci_lb"] = MetaPack.Numbers(rows.Select(r => r.Interval.Lower)),
                    ["ci_ub"] = MetaPack.Numbers(rows.Select(r => r.Interval.Upper)),
                    ["Q"] = MetaPack.Numbers(rows.Select(r => r.Q)),
                    ["Qp"] = MetaPack.Numbers(rows.Select(r => r.QPValue)),
                    ["tau2"] = MetaPack.Numbers(rows.Select(r => r.Tau2)),
                    ["I2"] = MetaPack.Numbers(rows.Select(r => r.I2)),
                    ["H2"] = MetaPack.Numbers(rows.Select(r => r.H2)),
                });
            }
            else if (part.StartsWith("cumulative_", StringComparison.Ordinal))
            {
                var (method, test) = MetaPack.Model(part["cumulative_".Length..]);
                var rows = CumulativePool.Of(pack.Y, pack.V, method, test);
                pack.MustAgree(part, new JsonObject
                {
                    ["estimate"] = MetaPack.Numbers(rows.Select(r => r.Estimate)),
                    ["se"] = MetaPack.Numbers(rows.Select(r => r.StandardError)),
                    ["pval"] = MetaPack.Numbers(rows.Select(r => r.PValue)),
                    ["ci_lb"] = MetaPack.Numbers(rows.Select(r => r.Interval.Lower)),
                    ["ci_ub"] = MetaPack.Numbers(rows.Select(r => r.Interval.Upper)),
                    ["Q"] = MetaPack.Numbers(rows.Select(r => r.Q)),
                    ["tau2"] = MetaPack.Numbers(rows.Select(r => r.Tau2)),
                });
            }
            else if (part.StartsWith("influence_", StringComparison.Ordinal))
            {
                var (method, test) = MetaPack.Model(part["influence_".Length..]);
                var rows = Influence.Of(pack.Y, pack.V, method, test);
                pack.MustAgree(part, new JsonObject
                {
                    ["rstudent"] = MetaPack.Numbers(rows.Select(r => r.RStudent)),
                    ["dffits"] = MetaPack.Numbers(rows.Select(r => r.DfFits)),
                    ["cook_d"] = MetaPack.Numbers(rows.Select(r => r.CookDistance)),
                    ["cov_r"] = MetaPack.Numbers(rows.Select(r => r.CovRatio)),
                    ["tau2_del"] = MetaPack.Numbers(rows.Select(r => r.Tau2Deleted)),
                    ["QE_del"] = MetaPack.Numbers(rows.Select(r => r.QDeleted)),
                    ["hat"] = MetaPack.Numbers(rows.Select(r => r.Hat)),
                    ["weight_pct"] = MetaPack.Numbers(rows.Select(r => r.WeightPercent)),
                    ["dfbetas"] = MetaPack.Numbers(rows.Select(r => r.DfBetas)),
                    ["influential"] = new JsonArray([.. rows.Select(r => JsonValue.Create(r.IsInfluential))]),
                });
            }
            else if (part.StartsWith("blup_", StringComparison.Ordinal))
            {
                var rows = StudyPrediction.Of(pack.Y, pack.V, MetaPack.Model(part["blup_".Length..]).Method);
                pack.MustAgree(part, new JsonObject
                {
                    ["pred"] = MetaPack.Numbers(rows.Select(r => r.Estimate)),
                    ["se"] = MetaPack.Numbers(rows.Select(r => r.StandardError)),
                    ["pi_lb"] = MetaPack.Numbers(rows.Select(r => r.Interval.Lower)),
                    ["pi_ub"] = MetaPack.Numbers(rows.Select(r => r.Interval.Upper)),
                });
            }
        }
    }

    [ReferenceTheory, MemberData(nameof(Sets))]
    public void Is_reproduced_by_the_tests_of_homogeneity(string name)
    {
        var pack = new MetaPack(name);
        if (!pack.Has("homogeneity")) return;
        var h = Homogeneity.Of(pack.Y, pack.V);
        var got = new JsonObject { ["Q"] = h.Q, ["df"] = h.DegreesOfFreedom };
        foreach (var (part, test) in new[] { "lambda_0", "lambda_1_4", "lambda_1_3", "lambda_2_3" }.Zip(h.Tests))
        {
            got[part] = new JsonObject
            {
                ["ncp"] = test.Noncentrality,
                ["p_nonreplication"] = test.PNonReplication,
                ["p_equivalence"] = test.PEquivalence,
                ["critical_05"] = test.Critical05,
                ["equivalence_critical_05"] = test.EquivalenceCritical05,
            };
        }

        pack.MustAgree("homogeneity", got);
    }

    [ReferenceTheory, MemberData(nameof(Sets))]
    public void Is_reproduced_by_meta_regression(string name)
    {
        var pack = new MetaPack(name);
        if (!pack.Has("meta_regression")) return;
        var got = new JsonObject();
        foreach (var regression in pack.Expected.GetProperty("meta_regression").EnumerateObject())
        {
            var (y, v, design, columns) = pack.Regression(regression.Value);
            var fits = new JsonObject
            {
                ["formula"] = regression.Value.GetProperty("formula").GetString(),
                ["columns"] = JsonNode.Parse(regression.Value.GetProperty("columns").GetRawText()),
                ["used_row_labels"] = JsonNode.Parse(regression.Value.GetProperty("used_row_labels").GetRawText()),
                ["design"] = JsonNode.Parse(regression.Value.GetProperty("design").GetRawText()),
                ["tau2_ci_qprofile"] = MetaPack.Write(MetaRegression.Tau2Interval(y, v, design, columns)),
            };
            foreach (var model in regression.Value.EnumerateObject().Where(e => e.Value.ValueKind is JsonValueKind.Object && e.Name is not "tau2_ci_qprofile"))
            {
                var (method, test) = MetaPack.Model(model.Name);
                fits[model.Name] = MetaPack.Write(MetaRegression.Fit(y, v, design, columns, method, test));
            }

            got[regression.Name] = fits;
        }

        pack.MustAgree("meta_regression", got);
    }
}
