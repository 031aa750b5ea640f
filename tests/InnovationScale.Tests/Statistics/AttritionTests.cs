namespace InnovationScale.Statistics;

/// <summary>Attrition cases of the pack education_rules, computed from WWC Standards Handbook 4.1, Table II.1.</summary>
public class PupilsLostTrackOf
{
    [Theory]
    [InlineData(361, 260, 748, 721, 0.11541929666366091, 0.24368213666730854, 6.2, 10.9, false, false)]
    [InlineData(272, 177, 620, 455, 0.29147982062780264, 0.08313567362428842, 4.3, 8.4, false, true)]
    [InlineData(292, 171, 154, 90, 0.4147982062780269, 0.0012008539405800045, 2.5, 5.8, true, true)]
    [InlineData(719, 466, 661, 399, 0.37318840579710144, 0.04449152988160143, 3.1, 6.7, false, true)]
    public void Are_judged_by_the_boundary_chosen_beforehand(
        long t0, long t1, long c0, long c1, double overall, double differential, double cautious, double optimistic, bool lowCautious, bool lowOptimistic)
    {
        var loss = new Attrition(t0, t1, c0, c1);
        Assert.Equal(overall, loss.Overall, 1e-14);
        Assert.Equal(differential, loss.Differential, 1e-14);
        Assert.Equal((cautious, optimistic, lowCautious, lowOptimistic), (loss.LimitCautious, loss.LimitOptimistic, loss.IsLowCautious, loss.IsLowOptimistic));
    }

    [Theory]
    [InlineData(100, 42, 100, 42, false, true)]
    [InlineData(100, 30, 100, 30, false, false)]
    public void Are_too_many_beyond_the_end_of_the_table(long t0, long t1, long c0, long c1, bool lowCautious, bool lowOptimistic)
    {
        var loss = new Attrition(t0, t1, c0, c1);
        Assert.Equal((lowCautious, lowOptimistic), (loss.IsLowCautious, loss.IsLowOptimistic));
    }

    [Fact]
    public void Cannot_be_more_than_there_were() =>
        Assert.Equal("analysed", Assert.Throws<NotComputableException>(() => new Attrition(10, 11, 10, 9)).Code);

    [ReferenceFact]
    public void Agree_with_every_reference_case()
    {
        var cases = Reference.Statistics("education_rules").GetProperty("cases").GetProperty("attrition").EnumerateArray().ToList();
        Assert.NotEmpty(cases);
        foreach (var one in cases)
        {
            var (input, expected) = (one.GetProperty("input"), one.GetProperty("expected"));
            long Count(string name) => input.GetProperty(name).GetInt64();
            var loss = new Attrition(Count("randomised_T"), Count("analysed_T"), Count("randomised_C"), Count("analysed_C"));
            Assert.Equal(expected.GetProperty("overall").GetDouble(), loss.Overall, 1e-12);
            Assert.Equal(expected.GetProperty("differential").GetDouble(), loss.Differential, 1e-12);
            Assert.Equal(expected.GetProperty("cautious").GetString(), loss.IsLowCautious ? "low" : "high");
            Assert.Equal(expected.GetProperty("optimistic").GetString(), loss.IsLowOptimistic ? "low" : "high");
        }
    }
}
