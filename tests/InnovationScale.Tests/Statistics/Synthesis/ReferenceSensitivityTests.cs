using System.Text.Json;
using System.Text.Json.Nodes;

namespace InnovationScale.Statistics.Synthesis;

/// <summary>Small-study effects, trim and fill and the three-level model on every reference set that has them.</summary>
public class EveryReferenceSetsSensitivity
{
    public static TheoryData<string> Sets => Reference.Named("meta_", "edge_");

    [ReferenceTheory, MemberData(nameof(Sets))]
    public void Is_reproduced_by_the_tests_of_small_study_effects(string name)
    {
        var pack = new MetaPack(name);
        if (!pack.Has("small_study")) return;
        var lm = SmallStudyEffects.Egger(pack.Y, pack.V);
        var rank = SmallStudyEffects.Begg(pack.Y, pack.V);
        var got = new JsonObject
        {
            ["lm"] = new JsonObject
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
            },
            ["rank"] = new JsonObject { ["tau"] = rank.Tau, ["p"] = rank.PValue, ["exact"] = rank.IsExact },
        };
        foreach (var method in new[] { "EE", "DL", "REML" })
        {
            var m = SmallStudyEffects.EggerMixed(pack.Y, pack.V, MetaPack.Method(method));
            got[$"rma_{method}"] = new JsonObject
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
        }

        pack.MustAgree("small_study", got);
        var safe = SmallStudyEffects.Rosenthal(pack.Y, pack.V);
        pack.MustAgree("failsafe_rosenthal", new JsonObject { ["n"] = safe.Studies, ["p"] = safe.PValue });
    }

    [ReferenceTheory, MemberData(nameof(Sets))]
    public void Is_reproduced_by_trim_and_fill(string name)
    {
        var pack = new MetaPack(name);
        if (!pack.Has("trim_and_fill")) return;
        var got = new JsonObject();
        foreach (var part in pack.Expected.GetProperty("trim_and_fill").EnumerateObject().Select(e => e.Name))
        {
            var names = part.Split('_');
            var t = TrimAndFill.Of(pack.Y, pack.V, MetaPack.Method(names[0]), Enum.Parse<TrimEstimator>(names[1]));
            got[part] = new JsonObject
            {
                ["side"] = t.FillsRight ? "right" : "left",
                ["k0"] = t.Missing,
                ["se_k0"] = t.StandardError,
                ["p_k0"] = t.PValue,
                ["filled_yi"] = MetaPack.Numbers(t.FilledEffects),
                ["filled_vi"] = MetaPack.Numbers(t.FilledVariances),
                ["refit"] = MetaPack.Write(t.Refit),
            };
        }

        pack.MustAgree("trim_and_fill", got);
    }

    [ReferenceTheory, MemberData(nameof(Sets))]
    public void Is_reproduced_by_the_three_level_model(string name)
    {
        var pack = new MetaPack(name);
        if (!pack.Has("three_level")) return;
        var expected = pack.Expected.GetProperty("three_level");
        string Unit(JsonElement row, string level) => row.GetProperty(expected.GetProperty(level).GetString()!).ToString();
        var m = ThreeLevel.Fit<string, string>(pack.Y, pack.V,
            pack.Rows.Select(r => Unit(r, "outer")).ToArray(), pack.Rows.Select(r => Unit(r, "inner")).ToArray());
        new Comparison($"{name} three_level").Tree(expected.GetProperty("n_outer"), m.OuterUnits).Tree(expected.GetProperty("n_inner"), m.InnerUnits)
            .Number("sigma2_outer", expected.GetProperty("sigma2_outer").GetDouble(), m.Sigma2Outer, pack.Scale * 1e-10)
            .Number("sigma2_inner", expected.GetProperty("sigma2_inner").GetDouble(), m.Sigma2Inner, pack.Scale * 1e-10)
            .Tree(expected.GetProperty("estimate"), m.Estimate, "estimate").Tree(expected.GetProperty("se"), m.StandardError, "se")
            .Tree(expected.GetProperty("z"), m.Statistic, "z").Tree(expected.GetProperty("pval"), m.PValue, "pval")
            .Tree(expected.GetProperty("ci_lb"), m.Interval.Lower, "ci_lb").Tree(expected.GetProperty("ci_ub"), m.Interval.Upper, "ci_ub")
            .Tree(expected.GetProperty("logLik_REML"), m.LogLikelihood, "logLik").Tree(expected.GetProperty("QE"), m.Q, "QE")
            .Tree(expected.GetProperty("I2_total"), m.I2Total, "I2_total").Tree(expected.GetProperty("I2_outer"), m.I2Outer, "I2_outer")
            .Tree(expected.GetProperty("I2_inner"), m.I2Inner, "I2_inner").Tree(expected.GetProperty("rho_within"), m.RhoWithin, "rho_within")
            .MustAgree();
    }
}

/// <summary>metafor 5.0-1, rma.mv(yi, vi, random = ~ 1 | district/school), converged to 1e-14.</summary>
public class SchoolsWithinDistricts
{
    [Fact]
    public void Have_the_published_variances()
    {
        var (y, v) = KnownSets.Konstantopoulos2011;
        var m = ThreeLevel.Fit<int, int>(y, v, KnownSets.Districts, Enumerable.Range(0, y.Length).ToArray());
        new Comparison("konstantopoulos2011")
            .Number("sigma2_outer", 0.06506194246151725, m.Sigma2Outer).Number("sigma2_inner", 0.03273651760467335, m.Sigma2Inner)
            .Number("estimate", 0.1847131634966383, m.Estimate).Number("se", 0.08455591782376198, m.StandardError)
            .Number("logLik", -7.958724033710958, m.LogLikelihood).Number("I2_total", 95.18731366456707, m.I2Total)
            .MustAgree();
    }

    [Fact]
    public void That_each_hold_one_school_cannot_be_told_apart()
    {
        var refused = Assert.Throws<NotComputableException>(() => ThreeLevel.Fit<int, int>([0.1, 0.4, 0.2], [0.1, 0.1, 0.1], [1, 2, 3], [1, 1, 1]));
        Assert.Equal("units-not-told-apart", refused.Code);
    }
}

/// <summary>metafor 5.0-1 by level of allocation and of setting, on the reference sets.</summary>
public class EveryReferenceSetsSubgroups
{
    public static TheoryData<string> Sets => Reference.Named("meta_", "edge_");

    [ReferenceTheory, MemberData(nameof(Sets))]
    public void Are_reproduced_with_separate_heterogeneity(string name)
    {
        var pack = new MetaPack(name);
        if (!pack.Has("subgroups")) return;
        foreach (var expected in pack.Expected.GetProperty("subgroups").EnumerateArray())
        {
            var column = expected.GetProperty("column").GetString()!;
            string?[] levels = [.. pack.Rows.Select(r => r.TryGetProperty(column, out var value) && value.ValueKind is not JsonValueKind.Null ? value.ToString() : null)];
            var comparison = new Comparison($"{name} subgroups by {column}");
            foreach (var method in new[] { "EE", "DL", "REML" })
            {
                var s = Subgroups.Fit(pack.Y, pack.V, levels, MetaPack.Method(method));
                comparison.Tree(expected.GetProperty(method), new JsonObject
                {
                    ["k"] = new JsonArray([.. s.Levels.Select(l => JsonValue.Create(l.Pool.K))]),
                    ["estimate"] = MetaPack.Numbers(s.Levels.Select(l => l.Pool.Estimate)),
                    ["se"] = MetaPack.Numbers(s.Levels.Select(l => l.Pool.StandardError)),
                    ["tau2"] = MetaPack.Numbers(s.Levels.Select(l => l.Pool.Tau2)),
                    ["QE"] = MetaPack.Numbers(s.Levels.Select(l => l.Pool.Q)),
                    ["I2"] = MetaPack.Numbers(s.Levels.Select(l => l.Pool.I2)),
                    ["Q_between"] = s.QBetween,
                    ["Q_between_df"] = s.DegreesOfFreedom,
                    ["Q_between_p"] = s.PValue,
                    ["Q_within"] = s.QWithin,
                }, method, pack.Tolerance);
            }

            comparison.MustAgree();
        }
    }
}
