using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using InnovationScale.Statistics;

namespace InnovationScale.Numbers;

/// <summary>A meta-analysis asked for; names are those of the reference packs.</summary>
/// <param name="Rows">One study each: <c>label</c>, <c>yi</c>, <c>vi</c>, and any columns. A row without a finite yi or vi is left out and counted.</param>
/// <param name="Models">METHOD_TEST: EE HS HE DL SJ PM ML REML EB with z t knha adhoc. REML_knha where nothing at all is asked for.</param>
/// <param name="Include">
/// tau2_ci_qprofile, homogeneity, small_study, trim_and_fill, failsafe_rosenthal; and with METHOD_TEST behind it leave_one_out, cumulative, influence, blup.
/// </param>
/// <param name="MetaRegression">Regressions by name.</param>
/// <param name="Subgroups">Columns to compare levels of.</param>
/// <param name="ThreeLevel">Effects within inner units within outer units.</param>
/// <param name="Cluster">The column of clusters for robust standard errors around REML_z.</param>
public sealed record SynthesisRequest(
    [property: Description("One study each: label, yi, vi and any columns; yi or vi may be null.")] IReadOnlyList<JsonElement>? Rows = null,
    [property: Description("Such as REML_knha or DL_z.")] IReadOnlyList<string>? Models = null,
    [property: Description("Such as tau2_ci_qprofile, homogeneity, leave_one_out_REML_z, cumulative_REML_z, influence_REML_z, blup_REML_z, small_study, trim_and_fill, failsafe_rosenthal.")] IReadOnlyList<string>? Include = null,
    [property: JsonPropertyName("meta_regression")] IReadOnlyDictionary<string, RegressionRequest>? MetaRegression = null,
    IReadOnlyList<string>? Subgroups = null,
    [property: JsonPropertyName("three_level")] ThreeLevelRequest? ThreeLevel = null,
    string? Cluster = null);

/// <summary>A meta-regression asked for.</summary>
/// <param name="Columns">Of the design; the first is usually <c>intrcpt</c>, of ones.</param>
/// <param name="Design">A row for each used row, in their order, or for each row sent; a row with a null leaves this regression.</param>
/// <param name="UsedRowLabels">The labels of the rows that the design is of, where some are left out; else "all".</param>
/// <param name="Formula">Repeated in the answer.</param>
/// <param name="Models">METHOD_TEST; EE_z, DL_z, REML_z, REML_knha and ML_z where none are named.</param>
public sealed record RegressionRequest(
    IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<double?>> Design,
    [property: JsonPropertyName("used_row_labels")] JsonElement? UsedRowLabels = null,
    string? Formula = null,
    IReadOnlyList<string>? Models = null);

/// <summary>The columns of the outer and of the inner units.</summary>
public sealed record ThreeLevelRequest(string Outer, string Inner);

/// <summary>The rows of a request, and which of them can be used.</summary>
internal sealed class SynthesisRows
{
    public SynthesisRows(IReadOnlyList<JsonElement> rows)
    {
        All = rows;
        Label = new string[rows.Count];
        double[] y = new double[rows.Count], v = new double[rows.Count];
        var used = new List<int>(rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].ValueKind is not JsonValueKind.Object) throw NumbersProblem.Invalid("row-malformed", $"Row {i + 1} is not an object with yi and vi.");
            Label[i] = Word(rows[i], "label") ?? (i + 1).ToString(CultureInfo.InvariantCulture);
            (y[i], v[i]) = (Number(i, "yi"), Number(i, "vi"));
            if (double.IsFinite(y[i]) && double.IsFinite(v[i])) used.Add(i);
        }

        Used = [.. used];
        (Y, V) = ([.. used.Select(i => y[i])], [.. used.Select(i => v[i])]);
        for (var at = 0; at < V.Length; at++)
        {
            if (V[at] > 0) continue;
            var why = new NonPositiveVariance(Used[at], V[at]);
            throw NumbersProblem.Invalid(why.Code, why.Sentence);
        }

        if (used.Count > 0) return;
        var none = new NoUsableStudies(rows.Count);
        throw NumbersProblem.Invalid(none.Code, none.Sentence);
    }

    public IReadOnlyList<JsonElement> All { get; }

    public string[] Label { get; }

    /// <summary>The rows with a finite effect and variance, from 0.</summary>
    public int[] Used { get; }

    /// <summary>Effects of the used rows.</summary>
    public double[] Y { get; }

    public double[] V { get; }

    /// <summary>A column of the used rows as words; null where a row has none.</summary>
    public string?[] Column(string name)
    {
        string?[] column = [.. Used.Select(i => Word(All[i], name))];
        return Array.TrueForAll(column, value => value is null) ? throw NumbersProblem.Invalid("column-missing", $"No usable row has a value in the column “{name}”.") : column;
    }

    /// <summary>Whether a used row lacks a value in a column that other rows have.</summary>
    public bool Lacks(int at, string column) => Word(All[Used[at]], column) is null;

    public bool Has(string column) => Array.Exists(Used, i => All[i].TryGetProperty(column, out _));

    private static string? Word(JsonElement row, string column) => row.TryGetProperty(column, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.Undefined => null,
            JsonValueKind.Number => value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
            _ => value.ToString(),
        }
        : null;

    /// <summary>A number, or NaN for one that is missing; R writes NA, NaN and Inf as words.</summary>
    private double Number(int row, string column)
    {
        if (!All[row].TryGetProperty(column, out var value)) return double.NaN;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.GetDouble(),
            JsonValueKind.Null => double.NaN,
            JsonValueKind.String when value.GetString() is "" or "NA" or "NaN" or "Inf" or "-Inf" or "Infinity" or "-Infinity" => double.NaN,
            _ => throw NumbersProblem.Invalid("row-malformed", $"“{column}” of row {row + 1} ({Label[row]}) is not a number."),
        };
    }
}
