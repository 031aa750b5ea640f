using System.Text.Json.Nodes;
using InnovationScale.Statistics;
using static InnovationScale.Numbers.Outputs;

namespace InnovationScale.Numbers;

/// <summary>The pack of education rules; which group a case belongs to shows by its fields.</summary>
internal static class QualityCalculations
{
    public static JsonObject EducationRules(Inputs input)
    {
        if (input.Has("randomised_T")) return Attrition(input);
        if (input.Has("g")) return Baseline(input);
        if (input.Has("effect_size")) return Months(input);
        if (input.Has("design_rating")) return Padlocks(input);
        if (input.Has("p")) return Adjusted(input);
        throw new NotComputableException(new InvalidInput("input-unknown-rule",
            "The input belongs to no rule: give randomised_T and the like, g, effect_size, design_rating and the like, or p."));
    }

    private static JsonObject Attrition(Inputs input)
    {
        var attrition = new Attrition(
            input.Whole("randomised_T"), input.Whole("analysed_T"), input.Whole("randomised_C"), input.Whole("analysed_C"));
        return new()
        {
            ["attrition_T"] = attrition.Treated,
            ["attrition_C"] = attrition.Comparison,
            ["overall"] = attrition.Overall,
            ["differential"] = attrition.Differential,
            ["limit_cautious_pp"] = Json(attrition.LimitCautious),
            ["limit_optimistic_pp"] = Json(attrition.LimitOptimistic),
            ["cautious"] = attrition.IsLowCautious ? "low" : "high",
            ["optimistic"] = attrition.IsLowOptimistic ? "low" : "high",
        };
    }

    private static JsonObject Baseline(Inputs input) => new()
    {
        ["status"] = Clearinghouse.Baseline(input.Number("g")) switch
        {
            BaselineEquivalence.Satisfied => "satisfied",
            BaselineEquivalence.SatisfiedWithAdjustment => "satisfied_with_statistical_adjustment",
            _ => "not_satisfied",
        },
    };

    private static JsonObject Months(Inputs input) => new()
    {
        ["project"] = MonthsOfProgress.Of(input.Number("effect_size"), MonthsTable.Trial),
        ["toolkit"] = MonthsOfProgress.Of(input.Number("effect_size"), MonthsTable.Toolkit),
    };

    private static JsonObject Padlocks(Inputs input)
    {
        var rating = new SecurityRating(
            input.Int("design_rating"), input.Number("mdes_at_randomisation"), input.Number("attrition"),
            input.Has("threats_adjustment") ? input.Int("threats_adjustment") : 0);
        return new()
        {
            ["mdes_rating"] = rating.Power,
            ["attrition_rating"] = rating.Attrition,
            ["initial"] = rating.Initial,
            ["final"] = rating.Final,
        };
    }

    private static JsonObject Adjusted(Inputs input)
    {
        var p = input.Numbers("p");
        return new()
        {
            ["adjusted"] = List(MultipleComparisons.BenjaminiHochberg(p)),
            ["holm"] = List(MultipleComparisons.Holm(p)),
            ["bonferroni"] = List(MultipleComparisons.Bonferroni(p)),
        };
    }
}
