using static InnovationScale.ScaleUp.AReview;

namespace InnovationScale.ScaleUp;

public class WhatAReviewSays
{
    [Theory]
    [InlineData("USD", "USD 1,800.00, likely between USD 1,200.00 and USD 3,100.00")]
    [InlineData("XOF", "XOF 180,000, likely between XOF 120,000 and XOF 310,000")]
    [InlineData("JOD", "JOD 180.000, likely between JOD 120.000 and JOD 310.000")]
    public void Of_money_has_the_digits_of_its_currency(string currency, string said)
    {
        var drafted = Drafted.After(Described with { Cost = new(180_000, 120_000, 310_000, currency, "") }, Ndeye);
        Assert.Equal(said.Replace($"{currency} ", $"{currency}\u00a0"), new ReviewWords(ReviewFace.Of("r", drafted.State), Words.In("en")!).Cost(drafted.State.Case));
    }

    [Fact]
    public void Of_money_is_in_a_currency_that_is_in_use() => Drafted.When(Described with { Cost = new(180, 120, 300, "QQQ", "") }, Ndeye).ThenRefused("cost-impossible");
}
