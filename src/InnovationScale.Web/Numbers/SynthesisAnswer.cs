using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using InnovationScale.Statistics;

namespace InnovationScale.Numbers;

/// <summary>
/// A meta-analysis, JSON in and JSON out: the object that schema meta/1 calls <c>expected</c>, with what was asked for. What is wrong with the request
/// refuses it as a whole; a part that these studies do not allow (too few of them, no variation) has <c>{"error":{"code","message"}}</c> in its place.
/// </summary>
internal sealed class SynthesisAnswer
{
    public const int RowsMax = 100_000;

    /// <summary>Columns of a design; a regression takes time in their square.</summary>
    public const int ColumnsMax = 20;

    /// <summary>
    /// What one request may cost, in pairs of studies: a study left out of k costs k, so leave-one-out and influence cost k², trim and fill k²,
    /// cumulative pools 4 k², a robust variance the cubes of its clusters' sizes. Two of the first at 10,000 studies are within it.
    /// </summary>
    public const double CostMax = 4e8;

    private const double CostOfCumulative = 4;

    private static readonly FrozenDictionary<string, HeterogeneityEstimator> Methods = new Dictionary<string, HeterogeneityEstimator>(StringComparer.Ordinal)
    {
        ["EE"] = HeterogeneityEstimator.EqualEffects,
        ["HS"] = HeterogeneityEstimator.HunterSchmidt,
        ["HE"] = HeterogeneityEstimator.Hedges,
        ["DL"] = HeterogeneityEstimator.DerSimonianLaird,
        ["SJ"] = HeterogeneityEstimator.SidikJonkman,
        ["PM"] = HeterogeneityEstimator.PauleMandel,
        ["ML"] = HeterogeneityEstimator.MaximumLikelihood,
        ["REML"] = HeterogeneityEstimator.Reml,
        ["EB"] = HeterogeneityEstimator.EmpiricalBayes,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, CoefficientTest> Tests = new Dictionary<string, CoefficientTest>(StringComparer.Ordinal)
    {
        ["z"] = CoefficientTest.Normal,
        ["t"] = CoefficientTest.StudentT,
        ["knha"] = CoefficientTest.KnappHartung,
        ["adhoc"] = CoefficientTest.AdHoc,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] RegressionModels = ["EE_z", "DL_z", "REML_z", "REML_knha", "ML_z"];

    // Asked for by fields of their own; in "include" they say nothing more.
    private static readonly string[] OwnFields = ["models", "meta_regression", "subgroups", "three_level", "cluster_robust_REML_z"];

    private readonly SynthesisRequest request;
    private readonly SynthesisRows rows;
    private readonly CancellationToken cancel;
    private double cost;

    private SynthesisAnswer(SynthesisRequest request, SynthesisRows rows, CancellationToken cancel) =>
        (this.request, this.rows, this.cancel) = (request, rows, cancel);

    public static JsonObject To(SynthesisRequest request, CancellationToken cancel)
    {
        if (request.Rows is not { Count: > 0 } rows) throw NumbersProblem.Invalid("rows-missing", "The request has no “rows”: send [{\"label\",\"yi\",\"vi\"}, …].");
        if (rows.Count > RowsMax) throw NumbersProblem.Invalid("too-many-rows", $"The request has {rows.Count:N0} rows; at most {RowsMax:N0} are taken.");
        return new SynthesisAnswer(request, new(rows), cancel).Everything();
    }

    private JsonObject Everything()
    {
        var answer = new JsonObject { ["k_rows"] = rows.All.Count, ["k_used"] = rows.Used.Length };
        if (rows.Used.Length < rows.All.Count)
        {
            var used = rows.Used.ToHashSet();
            answer["left_out"] = new JsonArray([.. Enumerable.Range(0, rows.All.Count).Where(i => !used.Contains(i)).Select(i => JsonValue.Create(rows.Label[i]))]);
        }

        var nothingAsked = request is { Include: null or [], MetaRegression: null, Subgroups: null, ThreeLevel: null, Cluster: null };
        var names = request.Models ?? (nothingAsked ? ["REML_knha"] : []);
        var models = names.Distinct(StringComparer.Ordinal).Select(name => (Name: name, Model: Model(name))).ToArray();
        var parts = (request.Include ?? []).Except(OwnFields, StringComparer.Ordinal).Select(name => (Name: name, Compute: Part(name))).ToArray();

        if (models.Length > 0)
            answer["models"] = new JsonObject(models.Select(m => KeyValuePair.Create(m.Name, Try(() => SynthesisJson.Of(RandomEffects.Fit(rows.Y, rows.V, m.Model.Method, m.Model.Test))))));
        foreach (var (name, compute) in parts) answer[name] = Try(compute);
        if (request.MetaRegression is { } regressions)
            answer["meta_regression"] = new JsonObject(regressions.Select(r => KeyValuePair.Create<string, JsonNode?>(r.Key, Regression(r.Key, r.Value))));
        if (request.Subgroups is { } columns) answer["subgroups"] = new JsonArray([.. columns.Select(column => Subgroup(column))]);
        if (request.ThreeLevel is { } levels) answer["three_level"] = Within(levels);
        if (request.Cluster is { } cluster) answer["cluster_robust_REML_z"] = Robust(cluster);
        return answer;
    }

    /// <summary>The parts that are asked for in <c>include</c>; unknown names and what would cost too much are refused before anything is computed.</summary>
    private Func<JsonNode?> Part(string name)
    {
        double k = rows.Used.Length;
        switch (name)
        {
            case "tau2_ci_qprofile":
                return () => SynthesisJson.Of(QProfile.Of(rows.Y, rows.V));
            case "homogeneity":
                return () => SynthesisJson.Of(Homogeneity.Of(rows.Y, rows.V));
            case "small_study":
                return SmallStudy;
            case "failsafe_rosenthal":
                return () => SynthesisJson.Of(SmallStudyEffects.Rosenthal(rows.Y, rows.V));
            case "trim_and_fill":
                Charge(k * k, name);
                return TrimmedAndFilled;
        }

        if (After("leave_one_out_") is { } left)
        {
            Charge(k * k, name);
            return () => SynthesisJson.Of(LeaveOneOut.Of(rows.Y, rows.V, left.Method, left.Test));
        }

        if (After("cumulative_") is { } added)
        {
            Charge(CostOfCumulative * k * k, name);
            return () => SynthesisJson.Of(CumulativePool.Of(rows.Y, rows.V, added.Method, added.Test));
        }

        if (After("influence_") is { } traced)
        {
            Charge(k * k, name);
            return () => SynthesisJson.Of(Influence.Of(rows.Y, rows.V, traced.Method, traced.Test));
        }

        if (After("blup_") is { } drawn) return () => SynthesisJson.Of(StudyPrediction.Of(rows.Y, rows.V, drawn.Method));
        throw NumbersProblem.Invalid("unknown-include", $"“{name}” is nothing to include: tau2_ci_qprofile, homogeneity, small_study, trim_and_fill, failsafe_rosenthal, "
            + "or leave_one_out_, cumulative_, influence_ or blup_ with a model behind it, such as leave_one_out_REML_z.");

        (HeterogeneityEstimator Method, CoefficientTest Test)? After(string beginning) =>
            name.StartsWith(beginning, StringComparison.Ordinal) ? Model(name[beginning.Length..]) : null;
    }

    private JsonObject SmallStudy() => new()
    {
        ["lm"] = Try(() => SynthesisJson.Of(SmallStudyEffects.Egger(rows.Y, rows.V))),
        ["rma_EE"] = Try(() => SynthesisJson.Egger(SmallStudyEffects.EggerMixed(rows.Y, rows.V, HeterogeneityEstimator.EqualEffects))),
        ["rma_DL"] = Try(() => SynthesisJson.Egger(SmallStudyEffects.EggerMixed(rows.Y, rows.V, HeterogeneityEstimator.DerSimonianLaird))),
        ["rma_REML"] = Try(() => SynthesisJson.Egger(SmallStudyEffects.EggerMixed(rows.Y, rows.V))),
        ["rank"] = Try(() => SynthesisJson.Of(SmallStudyEffects.Begg(rows.Y, rows.V))),
    };

    private JsonObject TrimmedAndFilled()
    {
        var json = new JsonObject();
        foreach (var method in (string[])["EE", "DL", "REML"])
            foreach (var estimator in Enum.GetValues<TrimEstimator>())
                json[$"{method}_{estimator}"] = Try(() => SynthesisJson.Of(TrimAndFill.Of(rows.Y, rows.V, Methods[method], estimator)));
        return json;
    }

    private JsonObject Regression(string name, RegressionRequest asked)
    {
        if (asked.Columns is not { Count: > 0 and <= ColumnsMax } columns)
            throw NumbersProblem.Invalid("columns-missing", $"“meta_regression.{name}” needs between 1 and {ColumnsMax} columns.");
        if (asked.Design is not { } design || !design.All(row => row is not null && row.Count == columns.Count))
            throw NumbersProblem.Invalid("design-shape", $"“meta_regression.{name}.design” needs {columns.Count} values a row, one a column.");

        var used = RowsOf(name, asked, design.Count);
        var complete = used.Where(row => row.Design.All(value => value is not null)).ToArray();
        double[] y = [.. complete.Select(row => rows.Y[row.At])], v = [.. complete.Select(row => rows.V[row.At])];
        double[] x = [.. complete.SelectMany(row => row.Design.Select(value => value!.Value))];
        var json = new JsonObject
        {
            ["formula"] = asked.Formula ?? "~" + string.Join(" + ", columns.Where(column => column is not "intrcpt")),
            ["columns"] = new JsonArray([.. columns.Select(column => JsonValue.Create(column))]),
            ["used_row_labels"] = complete.Length == rows.Used.Length
                ? JsonValue.Create("all")
                : new JsonArray([.. complete.Select(row => JsonValue.Create(rows.Label[rows.Used[row.At]]))]),
            ["design"] = new JsonArray([.. complete.Select(row => new JsonArray([.. row.Design.Select(value => JsonValue.Create(value))]))]),
        };
        foreach (var model in asked.Models ?? RegressionModels)
        {
            var (method, test) = Model(model);
            json[model] = Try(() => SynthesisJson.Of(MetaRegression.Fit(y, v, x, columns, method, test)));
        }

        json["tau2_ci_qprofile"] = Try(() => SynthesisJson.Of(MetaRegression.Tau2Interval(y, v, x, columns)));
        return json;
    }

    /// <summary>
    /// Which used row each row of a design is of: the labels say so, or there is one for each used row or each row sent, or for each row that
    /// lacks none of the columns the design is named after.
    /// </summary>
    private List<(int At, IReadOnlyList<double?> Design)> RowsOf(string name, RegressionRequest asked, int count)
    {
        var design = asked.Design;
        if (asked.UsedRowLabels is { ValueKind: JsonValueKind.Array } labels)
        {
            string[] wanted = [.. labels.EnumerateArray().Select(label => label.ToString())];
            if (wanted.Length != count)
                throw NumbersProblem.Invalid("design-shape", $"“meta_regression.{name}” has {wanted.Length} labels and {count} rows of its design.");
            var found = new List<(int, IReadOnlyList<double?>)>(count);
            for (var at = 0; at < rows.Used.Length && found.Count < count; at++)
                if (string.Equals(rows.Label[rows.Used[at]], wanted[found.Count], StringComparison.Ordinal)) found.Add((at, design[found.Count]));
            return found.Count == count
                ? found
                : throw NumbersProblem.Invalid("label-unknown", $"“meta_regression.{name}.used_row_labels” names “{wanted[found.Count]}”, which is no usable row at that place.");
        }

        if (count == rows.Used.Length) return [.. design.Select((row, at) => (at, row))];
        if (count == rows.All.Count) return [.. rows.Used.Select((row, at) => (at, design[row]))];

        string[] known = [.. asked.Columns.Where(rows.Has)];
        int[] whole = [.. Enumerable.Range(0, rows.Used.Length).Where(at => !Array.Exists(known, column => rows.Lacks(at, column)))];
        return whole.Length == count
            ? [.. whole.Select((at, row) => (at, design[row]))]
            : throw NumbersProblem.Invalid("design-shape", $"“meta_regression.{name}.design” has {count} rows; there are {rows.Used.Length} usable ones. "
                + "Send one for each, with null where a moderator is missing, or name the rows in used_row_labels.");
    }

    private JsonObject Subgroup(string column)
    {
        var levels = rows.Column(column);
        var json = new JsonObject
        {
            ["column"] = column,
            ["levels"] = new JsonArray([.. levels.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(level => JsonValue.Create(level))]),
        };
        foreach (var method in (string[])["EE", "DL", "REML"]) json[method] = Try(() => SynthesisJson.Of(Subgroups.Fit(rows.Y, rows.V, levels, Methods[method])));
        double count = json["levels"]!.AsArray().Count;
        if (count > ColumnsMax)
            throw NumbersProblem.Invalid("too-many-levels", $"The column “{column}” has {count} levels; at most {ColumnsMax} are compared.");
        json["pooled_tau2_REML"] = Try(() => SynthesisJson.Of(Subgroups.FitCommon(rows.Y, rows.V, levels, test: CoefficientTest.Normal), named: true));
        json["pooled_tau2_REML_knha"] = Try(() => SynthesisJson.Of(Subgroups.FitCommon(rows.Y, rows.V, levels), named: true));
        json["leave_one_context_out"] = Try(() => new JsonArray([.. Subgroups.LeaveOneOut(rows.Y, rows.V, levels).Select(SynthesisJson.Of)]));
        return json;
    }

    private JsonNode? Within(ThreeLevelRequest asked)
    {
        if (asked is not { Outer: { } outerName, Inner: { } innerName }) throw NumbersProblem.Invalid("three-level-columns", "“three_level” needs the columns “outer” and “inner”.");
        string?[] outer = rows.Column(outerName), inner = rows.Column(innerName);
        int[] whole = [.. Enumerable.Range(0, outer.Length).Where(at => outer[at] is not null && inner[at] is not null)];
        double[] y = [.. whole.Select(at => rows.Y[at])], v = [.. whole.Select(at => rows.V[at])];
        string[] outerUnits = [.. whole.Select(at => outer[at]!)], innerUnits = [.. whole.Select(at => inner[at]!)];
        ChargeClusters(outerUnits, "three_level");
        return Try(() =>
        {
            var fit = ThreeLevel.Fit<string, string>(y, v, outerUnits, innerUnits);
            var json = SynthesisJson.Of(fit, asked);
            if (Computed.Try(() => ClusterRobust.Of<string, string>(y, v, outerUnits, innerUnits, fit)) is var computed && computed.TryGet(out var robust))
            {
                json["robust_CR0"] = SynthesisJson.Of(robust.Cr0);
                json["robust_CR1"] = SynthesisJson.Of(robust.Cr1);
                json["robust_CR2"] = SynthesisJson.Of(robust.Cr2);
            }
            else json["robust"] = Error(computed.Why!);

            return json;
        });
    }

    private JsonNode? Robust(string column)
    {
        var cluster = rows.Column(column);
        int[] whole = [.. Enumerable.Range(0, cluster.Length).Where(at => cluster[at] is not null)];
        string[] clusters = [.. whole.Select(at => cluster[at]!)];
        ChargeClusters(clusters, "cluster_robust_REML_z");
        return Try(() =>
        {
            var robust = ClusterRobust.Of<string>([.. whole.Select(at => rows.Y[at])], [.. whole.Select(at => rows.V[at])], clusters);
            return new JsonObject
            {
                ["cluster"] = column,
                ["CR0"] = SynthesisJson.Of(robust.Cr0),
                ["CR1"] = SynthesisJson.Of(robust.Cr1),
                ["CR2"] = SynthesisJson.Of(robust.Cr2),
            };
        });
    }

    private void ChargeClusters(string[] clusters, string part) =>
        Charge(clusters.GroupBy(cluster => cluster, StringComparer.Ordinal).Sum(g => Math.Pow(g.Count(), 3)), part);

    private void Charge(double pairs, string part)
    {
        cost += pairs;
        if (cost > CostMax)
        {
            throw NumbersProblem.Invalid("too-much-work", $"“{part}” on {rows.Used.Length:N0} studies would take too long here. "
                + "Ask for less at once, or run the library InnovationScale.Statistics yourself.");
        }
    }

    /// <summary>A result, or the reason in its place.</summary>
    private JsonNode? Try(Func<JsonNode?> compute)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            return Outputs.Sound(compute());
        }
        catch (NotComputableException why)
        {
            return Error(why.Reason);
        }
    }

    private static JsonObject Error(NotComputable why) => new() { ["error"] = new JsonObject { ["code"] = why.Code, ["message"] = why.Sentence } };

    private static (HeterogeneityEstimator Method, CoefficientTest Test) Model(string name) =>
        name.Split('_') is [var method, var test] && Methods.TryGetValue(method, out var m) && Tests.TryGetValue(test, out var t)
            ? (m, t)
            : throw NumbersProblem.Invalid("unknown-model",
                $"“{name}” is no model: one of {string.Join(' ', Methods.Keys.Order(StringComparer.Ordinal))} with _z, _t, _knha or _adhoc, such as REML_knha.");
}
