namespace InnovationScale.Statistics;

public class TheNoncentralDistributions
{
    [ReferenceFact]
    public void Agree_with_the_reference_in_both_tails()
    {
        var comparison = new Comparison("distributions");
        foreach (var c in Reference.Cases(Reference.Statistics("distributions")))
        {
            var a = c.GetProperty("args").EnumerateArray().Select(x => x.GetDouble()).ToArray();
            var f = c.GetProperty("f").GetString()!;
            (double? got, double tolerance) = f switch
            {
                "nct_cdf" => (NoncentralT.Cdf(a[0], a[1], a[2]), 1e-7),
                "nct_sf" => (NoncentralT.Survival(a[0], a[1], a[2]), 1e-7),
                "ncchisq_cdf" => (NoncentralChiSquared.Cdf(a[0], a[1], a[2]), 1e-7),
                "ncchisq_sf" => (NoncentralChiSquared.Survival(a[0], a[1], a[2]), 1e-7),
                "hedges_J_exact" => (HedgesCorrection.Exact(a[0]), 1e-13),
                "binomial_lower5_quantile" => (Runs.CrossingsMinOf((int)a[0] + 1), 0),
                _ => ((double?)null, 0d),
            };
            if (got is null) continue;
            var value = c.GetProperty("value").GetDouble();
            comparison.Number($"{f}({string.Join(", ", a)})", value, got, tolerance * Math.Abs(value));
        }

        comparison.MustAgree();
    }
}
