namespace InnovationScale.Statistics;

public class TheDistributions
{
    [ReferenceFact]
    public void Agree_with_the_reference_in_both_tails()
    {
        var comparison = new Comparison("distributions");
        foreach (var c in Reference.Cases(Reference.Statistics("distributions")))
        {
            var a = c.GetProperty("args").EnumerateArray().Select(x => x.GetDouble()).ToArray();
            var f = c.GetProperty("f").GetString()!;
            double? got = f switch
            {
                "normal_quantile" => Normal.Quantile(a[0]),
                "normal_cdf" => Normal.Cdf(a[0]),
                "normal_sf" => Normal.Survival(a[0]),
                "t_quantile" => StudentT.Quantile(a[0], a[1]),
                "t_cdf" => StudentT.Cdf(a[0], a[1]),
                "chisq_cdf" => ChiSquared.Cdf(a[0], a[1]),
                "chisq_sf" => ChiSquared.Survival(a[0], a[1]),
                "chisq_quantile" => ChiSquared.Quantile(a[0], a[1]),
                "f_sf" => FisherF.Survival(a[0], a[1], a[2]),
                "beta_cdf" => BetaDistribution.Cdf(a[0], a[1], a[2]),
                "log_gamma" => LogGamma.Of(a[0]),
                _ => null,
            };
            if (got is not null) comparison.Tree(c.GetProperty("value"), got, $"{f}({string.Join(", ", a)})");
        }

        comparison.MustAgree();
    }

    // R 4.2.2: qnorm, pnorm, pt, qt, pchisq, qchisq.
    [Fact]
    public void Keep_known_values_on_a_fresh_clone()
    {
        new Comparison("distributions")
            .Number("qnorm(.975)", 1.9599639845400536, Normal.Quantile(0.975))
            .Number("qnorm(1e-300)", -37.0470962993612, Normal.Quantile(1e-300))
            .Number("pnorm(-8.5)", 9.479534822203319e-18, Normal.Cdf(-8.5), 1e-26)
            .Number("pt(-40, 1)", 0.007956089912025812, StudentT.Cdf(-40, 1))
            .Number("qt(1e-6, 2)", -707.1057205259339, StudentT.Quantile(1e-6, 2))
            .Number("pchisq(578.86, 55)", 1.7968303019349578e-88, ChiSquared.Survival(578.8640179582231, 55), 1e-97)
            .Number("qchisq(1e-5, 1)", 1.570796326877141e-10, ChiSquared.Quantile(1e-5, 1), 1e-19)
            .Number("pf(90, 1, 1)", 0.06685872071146702, FisherF.Survival(90, 1, 1))
            .MustAgree();
    }

    [Fact]
    public void Keep_their_digits_at_very_many_degrees_of_freedom()
    {
        // For large v, chi-squared and t are nearly normal; the two tails still add to 1 and meet Wilson and Hilferty to their order.
        Assert.Equal(1, ChiSquared.Cdf(100_300, 100_000) + ChiSquared.Survival(100_300, 100_000), 12);
        Assert.Equal(0.975, StudentT.Cdf(StudentT.Quantile(0.975, 1e6), 1e6), 12);
        Assert.InRange(StudentT.Quantile(0.975, 1e9) - Normal.Quantile(0.975), 0, 1e-8);
    }
}
