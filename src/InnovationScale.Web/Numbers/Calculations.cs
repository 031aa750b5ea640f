using System.Collections.Frozen;
using System.Text.Json.Nodes;
using InnovationScale.Statistics;

namespace InnovationScale.Numbers;

/// <summary>
/// The statistics library as calculations by name, JSON in and JSON out, so that people who work in R or Python can check it: the names are those of
/// the reference packs, an <c>input</c> and an <c>expected</c> have exactly their fields, and what is not defined for an input is null.
/// </summary>
public static class Calculations
{
    private static readonly FrozenDictionary<string, Func<Inputs, JsonObject>> ByName = new Dictionary<string, Func<Inputs, JsonObject>>(StringComparer.Ordinal)
    {
        ["es_two_group"] = EffectSizeCalculations.TwoGroups,
        ["es_two_by_two"] = EffectSizeCalculations.TwoByTwo,
        ["es_correlation"] = EffectSizeCalculations.Correlation,
        ["es_proportion"] = EffectSizeCalculations.Proportion,
        ["es_prepost_control"] = EffectSizeCalculations.PrePostControl,
        ["es_convert"] = EffectSizeCalculations.Convert,
        ["cluster_adjustment"] = DesignCalculations.ClusterAdjustment,
        ["power_mdes"] = DesignCalculations.Power,
        ["spc_charts"] = DesignCalculations.Charts,
        ["education_rules"] = QualityCalculations.EducationRules,
        ["replication_rpp"] = ReplicationCalculations.Pair,
        ["replication_ssrp"] = ReplicationCalculations.Pair,
        ["replication_multi_protzko2020"] = ReplicationCalculations.Several,
        ["replication_design"] = ReplicationCalculations.Plan,
        ["replication_small_telescopes_t"] = ReplicationCalculations.SmallTelescopes,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names of the calculations.</summary>
    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    public static bool Exists(string name) => ByName.ContainsKey(name);

    /// <summary>One case: its <c>input</c> to its <c>expected</c>.</summary>
    /// <exception cref="NotComputableException">The input lacks something, or nothing can be computed from it.</exception>
    public static JsonObject Calculate(string name, JsonObject input) => ByName[name](new(input));

    /// <summary>
    /// A request <c>{"cases":[{"input":{}}]}</c> to its answer <c>{"cases":[{"expected":{}}]}</c>. A case that cannot be computed has
    /// <c>{"error":{"code","message"}}</c> in its place and the others stand. Where cases come in named groups, as in a rules pack, they are answered in the
    /// same groups.
    /// </summary>
    public static JsonObject Answer(string name, JsonObject request) => new()
    {
        ["cases"] = request["cases"] switch
        {
            JsonArray cases => Answers(name, cases),
            JsonObject groups => new JsonObject(groups.Select(g => KeyValuePair.Create<string, JsonNode?>(g.Key, Answers(name, g.Value as JsonArray
                ?? throw Refused("cases-missing", $"“cases.{g.Key}” is not a list."))))),
            _ => throw Refused("cases-missing", "The request has no “cases”: send {\"cases\":[{\"input\":{…}}]}."),
        },
    };

    /// <summary>How many cases a request holds, so that a caller can bound it before anything is computed.</summary>
    public static int CountCases(JsonObject request) => request["cases"] switch
    {
        JsonArray cases => cases.Count,
        JsonObject groups => groups.Sum(g => (g.Value as JsonArray)?.Count ?? 0),
        _ => 0,
    };

    private static JsonArray Answers(string name, JsonArray cases) => new([.. cases.Select(c => Answer(name, c))]);

    private static JsonObject Answer(string name, JsonNode? given)
    {
        try
        {
            var input = (given as JsonObject)?["input"] as JsonObject ?? throw Refused("input-missing", "The case has no “input” object.");
            return new() { ["expected"] = Outputs.Sound(Calculate(name, input)) };
        }
        catch (NotComputableException why)
        {
            return new() { ["error"] = new JsonObject { ["code"] = why.Code, ["message"] = why.Message } };
        }
    }

    private static NotComputableException Refused(string code, string sentence) => new(new InvalidInput(code, sentence));
}
