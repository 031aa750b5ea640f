using System.Text.Json;
using System.Text.Json.Nodes;

namespace InnovationScale.Statistics.Synthesis;

/// <summary>One meta/1 pack: its rows, what it expects, and our results written with its field names.</summary>
internal sealed class MetaPack
{
    public MetaPack(string name)
    {
        Name = name;
        var pack = Reference.Statistics(name);
        Expected = pack.GetProperty("expected");
        Rows = [.. pack.GetProperty("rows").EnumerateArray()];
        Y = [.. Rows.Select(r => Value(r, "yi"))];
        V = [.. Rows.Select(r => Value(r, "vi"))];
        var used = Rows.Where((_, i) => double.IsFinite(Y[i]) && double.IsFinite(V[i])).ToArray();
        Used = used;
        double[] y = [.. used.Select(r => Value(r, "yi"))], v = [.. used.Select(r => Value(r, "vi"))];
        var mean = y.Average();
        Scale = Math.Max(v.Average(), y.Length > 1 ? y.Sum(x => (x - mean) * (x - mean)) / (y.Length - 1) : 0);
    }

    public string Name { get; }

    public JsonElement Expected { get; }

    public JsonElement[] Rows { get; }

    public JsonElement[] Used { get; }

    public double[] Y { get; }

    public double[] V { get; }

    /// <summary>max(var y, mean v).</summary>
    public double Scale { get; }

    public static double Value(JsonElement row, string column) =>
        row.TryGetProperty(column, out var value) && value.ValueKind is JsonValueKind.Number ? value.GetDouble() : double.NaN;

    /// <summary>The packs' tolerance: tau² and its kin on the scale of the data, CR2 degrees of freedom and noncentral tails 1e-7, else 1e-9.</summary>
    public double Tolerance(string path, double expected)
    {
        var leaf = path[(path.LastIndexOf('.') + 1)..];
        var bracket = leaf.IndexOf('[', StringComparison.Ordinal);
        if (bracket >= 0) leaf = leaf[..bracket];
        if (leaf.Contains("tau2", StringComparison.Ordinal) || leaf.StartsWith("sigma2", StringComparison.Ordinal)) return Scale * 1e-10;
        if (leaf is "tau" or "tau_lb" or "tau_ub") return Math.Max(Reference(expected), expected > 0 ? Scale * 1e-10 / (2 * expected) : Math.Sqrt(Scale * 1e-10));
        if (leaf is "df_satt") return 1e-7 * expected;
        return path.Contains("lambda_", StringComparison.Ordinal) ? Comparison.Relative(expected, 1e-7) : Reference(expected);

        static double Reference(double expected) => Comparison.Relative(expected);
    }

    /// <summary>Compares one part of what the pack expects.</summary>
    public void MustAgree(string part, JsonNode? got)
    {
        var comparison = new Comparison($"{Name} {part}");
        if (Expected.TryGetProperty(part, out var expected)) comparison.Tree(expected, got, part, Tolerance);
        comparison.MustAgree();
    }

    public bool Has(string part) => Expected.TryGetProperty(part, out _);

    public static (HeterogeneityEstimator Method, CoefficientTest Test) Model(string name)
    {
        var parts = name.Split('_');
        return (Method(parts[0]), parts.Length < 2 ? CoefficientTest.Normal : parts[1] switch
        {
            "z" => CoefficientTest.Normal,
            "t" => CoefficientTest.StudentT,
            "knha" => CoefficientTest.KnappHartung,
            "adhoc" => CoefficientTest.AdHoc,
            _ => throw new ArgumentException(name, nameof(name)),
        });
    }

    public static HeterogeneityEstimator Method(string name) => name switch
    {
        "EE" => HeterogeneityEstimator.EqualEffects,
        "HS" => HeterogeneityEstimator.HunterSchmidt,
        "HE" => HeterogeneityEstimator.Hedges,
        "DL" => HeterogeneityEstimator.DerSimonianLaird,
        "SJ" => HeterogeneityEstimator.SidikJonkman,
        "PM" => HeterogeneityEstimator.PauleMandel,
        "ML" => HeterogeneityEstimator.MaximumLikelihood,
        "REML" => HeterogeneityEstimator.Reml,
        "EB" => HeterogeneityEstimator.EmpiricalBayes,
        _ => throw new ArgumentException(name, nameof(name)),
    };

    public static JsonObject Write(RandomEffects m) => new()
    {
        ["k"] = m.K,
        ["p"] = 1,
        ["estimate"] = m.Estimate,
        ["se"] = m.StandardError,
        ["stat"] = Number(m.Statistic),
        ["df"] = m.DegreesOfFreedom,
        ["pval"] = m.PValue,
        ["ci_lb"] = m.Interval.Lower,
        ["ci_ub"] = m.Interval.Upper,
        ["tau2"] = m.Tau2,
        ["tau"] = m.Tau,
        ["se_tau2"] = m.StandardErrorOfTau2,
        ["I2"] = m.I2,
        ["H2"] = m.H2,
        ["QE"] = m.Q,
        ["QE_df"] = m.QDegreesOfFreedom,
        ["QEp"] = m.QPValue,
        ["logLik"] = m.Likelihood?.LogLikelihood,
        ["deviance"] = m.Likelihood?.Deviance,
        ["AIC"] = m.Likelihood?.Aic,
        ["BIC"] = m.Likelihood?.Bic,
        ["AICc"] = m.Likelihood?.Aicc,
        ["prediction"] = m.Prediction is not { } p ? null : new JsonObject
        {
            ["sd"] = p.StandardDeviation,
            ["normal"] = Write(p.Normal, null),
            ["t_k_minus_1"] = Write(p.TKMinus1, m.K - 1),
            ["t_k_minus_2"] = Write(p.TKMinus2, m.K - 2),
        },
    };

    /// <summary>The rows, the design and the column names of a meta-regression; rows that lack a moderator are not among them.</summary>
    public (double[] Y, double[] V, double[] Design, string[] Columns) Regression(JsonElement regression)
    {
        var labels = regression.GetProperty("used_row_labels");
        var used = Used;
        if (labels.ValueKind is JsonValueKind.Array)
        {
            var names = labels.EnumerateArray().Select(l => l.ToString()).ToHashSet(StringComparer.Ordinal);
            used = [.. used.Where(r => names.Contains(r.GetProperty("label").ToString()))];
        }

        return ([.. used.Select(r => Value(r, "yi"))], [.. used.Select(r => Value(r, "vi"))],
            [.. regression.GetProperty("design").EnumerateArray().SelectMany(row => row.EnumerateArray().Select(x => x.GetDouble()))],
            [.. regression.GetProperty("columns").EnumerateArray().Select(c => c.GetString()!)]);
    }

    public static JsonObject Write(MetaRegression m) => new()
    {
        ["columns"] = new JsonArray([.. m.Coefficients.Select(c => JsonValue.Create(c.Name))]),
        ["k"] = m.K,
        ["p"] = m.P,
        ["estimate"] = Numbers(m.Coefficients.Select(c => c.Estimate)),
        ["se"] = Numbers(m.Coefficients.Select(c => c.StandardError)),
        ["stat"] = Numbers(m.Coefficients.Select(c => c.Statistic)),
        ["df"] = m.Coefficients[0].DegreesOfFreedom,
        ["pval"] = Numbers(m.Coefficients.Select(c => c.PValue)),
        ["ci_lb"] = Numbers(m.Coefficients.Select(c => c.Interval.Lower)),
        ["ci_ub"] = Numbers(m.Coefficients.Select(c => c.Interval.Upper)),
        ["tau2"] = m.Tau2,
        ["tau"] = m.Tau,
        ["se_tau2"] = m.StandardErrorOfTau2,
        ["I2"] = m.I2,
        ["H2"] = m.H2,
        ["QE"] = m.Q,
        ["QE_df"] = m.QDegreesOfFreedom,
        ["QEp"] = m.QPValue,
        ["QM"] = m.Moderators?.Statistic,
        ["QM_df1"] = m.Moderators?.DegreesOfFreedom1,
        ["QM_df2"] = m.Moderators?.DegreesOfFreedom2,
        ["QMp"] = m.Moderators?.PValue,
        ["R2"] = m.R2,
        ["vcov"] = Numbers(m.Covariance),
        ["logLik"] = m.Likelihood?.LogLikelihood,
        ["deviance"] = m.Likelihood?.Deviance,
        ["AIC"] = m.Likelihood?.Aic,
        ["BIC"] = m.Likelihood?.Bic,
        ["AICc"] = m.Likelihood?.Aicc,
    };

    public static JsonObject Write(QProfile q) => new()
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

    public static JsonNode? Number(double value) => double.IsFinite(value) ? value : double.IsNaN(value) ? null : value > 0 ? "Infinity" : "-Infinity";

    public static JsonArray Numbers(IEnumerable<double> values) => [.. values.Select(v => Number(v))];

    // A form that is not defined stands in the packs with its degrees of freedom and nothing else.
    private static JsonObject Write(PredictionInterval? p, int? df) => p is null ? new() { ["df"] = df } : new()
    {
        ["df"] = p.DegreesOfFreedom,
        ["lb"] = p.Interval.Lower,
        ["ub"] = p.Interval.Upper,
        ["p_new_gt_0"] = p.ChanceAbove(0),
        ["p_new_gt_0.05"] = p.ChanceAbove(0.05),
        ["p_new_gt_0.1"] = p.ChanceAbove(0.1),
        ["p_new_gt_0.2"] = p.ChanceAbove(0.2),
    };
}
