using System.Text.Json;
using System.Text.Json.Nodes;
using InnovationScale.Numbers;

namespace InnovationScale.Statistics;

public class TheCalculations
{
    public static TheoryData<string> Packs => [.. Calculations.Names];

    [ReferenceTheory]
    [MemberData(nameof(Packs))]
    public void Reproduce_every_number_of_their_pack(string name)
    {
        var pack = Reference.Statistics(name);
        MustAgree(name, pack, Answer(name, pack.GetRawText()));
    }

    /// <summary>Every number of a table/1 or rules/1 pack against an answer to its cases.</summary>
    internal static void MustAgree(string name, JsonElement pack, JsonObject answer)
    {
        var comparison = new Comparison(name);
        var groups = pack.GetProperty("cases");
        if (groups.ValueKind is JsonValueKind.Array) Compare(groups, answer["cases"]!.AsArray(), "", comparison);
        else
        {
            foreach (var group in groups.EnumerateObject()) Compare(group.Value, answer["cases"]![group.Name]!.AsArray(), group.Name, comparison);
        }

        comparison.MustAgree();
    }

    [Fact]
    public void Answer_a_case_that_cannot_be_computed_in_its_place_and_the_others_stand()
    {
        var answer = Answer("es_proportion", """{"cases":[{"input":{"x":3,"n":2}},{"input":{"x":1,"n":2}},{"input":{"x":1}},{}]}""");

        Assert.Equal("counts", (string?)answer["cases"]![0]!["error"]!["code"]);
        Assert.Equal(0.5, (double)answer["cases"]![1]!["expected"]!["PR"]!);
        Assert.Equal("input-n", (string?)answer["cases"]![2]!["error"]!["code"]);
        Assert.Equal("input-missing", (string?)answer["cases"]![3]!["error"]!["code"]);
    }

    [Fact]
    public void Refuse_a_request_without_cases()
    {
        var why = Assert.Throws<NotComputableException>(() => Answer("es_proportion", "{}"));
        Assert.Equal("cases-missing", why.Code);
    }

    private static void Compare(JsonElement cases, JsonArray answers, string group, Comparison comparison)
    {
        var i = 0;
        foreach (var one in cases.EnumerateArray())
        {
            var got = answers[i]!["expected"];
            comparison.Tree(one.GetProperty("expected"), got, $"{group}[{i}]", Tolerance);
            i++;
        }
    }

    private static double Tolerance(string path, double expected) =>
        Comparison.Relative(expected, path.Contains("noncentral", StringComparison.Ordinal) || path.Contains("power", StringComparison.Ordinal)
            || path.Contains("d33", StringComparison.Ordinal) || path.Contains("lambda", StringComparison.Ordinal) || path.Contains("equivalence", StringComparison.Ordinal)
            ? 1e-7 : 1e-9);

    // Through text and back, as a caller of the API has it.
    private static JsonObject Answer(string name, string request) =>
        JsonNode.Parse(Calculations.Answer(name, JsonNode.Parse(request)!.AsObject()).ToJsonString())!.AsObject();
}
