using System.Collections.Immutable;
using InnovationScale.People;

namespace InnovationScale.Evidence;

public class KindsOfSchools
{
    private static (string, PooledEffect) Trial(string level, string name, double g) => (level, new(name, g, 0.13 * 0.13));

    private static ImmutableSortedDictionary<string, ContextAnswer> School(params (string Code, string? Value)[] answers) =>
        answers.ToImmutableSortedDictionary(answer => answer.Code, answer => new ContextAnswer(answer.Value), StringComparer.Ordinal);

    [Theory]
    [InlineData("home-language-match", "50", ContextSplit.Most)]
    [InlineData("home-language-match", "49.5", ContextSplit.Few)]
    [InlineData("locality", "rural", "rural")]
    [InlineData("class-size", "31", "31")]
    [InlineData("locality", null, null)]
    public void Take_the_level_of_an_answer(string dimension, string? answer, string? level) => Assert.Equal(level, ContextSplit.LevelOf(dimension, new(answer)));

    [Fact]
    public void Are_told_apart_by_the_first_less_the_second()
    {
        var split = ContextSplit.Of("locality", [Trial("rural", "a", .4), Trial("rural", "b", .35), Trial("rural", "c", .45), Trial("urban", "d", 0), Trial("urban", "e", .05), Trial("urban", "f", -.05)]);
        Assert.Equal(["rural", "urban"], split.Groups.Select(group => group.Level));
        Assert.Equal(.4, split.Difference!.Estimate, 1e-9);
        Assert.True(split.Difference.Interval.Lower > 0);
    }

    [Fact]
    public void Are_not_told_apart_where_one_has_too_few_trials_or_there_is_one_kind()
    {
        Assert.Null(ContextSplit.Of("locality", [Trial("rural", "a", .4), Trial("rural", "b", .35), Trial("rural", "c", .45), Trial("urban", "d", 0)]).Difference);
        Assert.Null(ContextSplit.Of("locality", [Trial("rural", "a", .4), Trial("rural", "b", .35), Trial("rural", "c", .45)]).Difference);
    }

    [Fact]
    public void Are_named_where_nobody_tried()
    {
        var untried = Untried.Of([School(("locality", "rural"), ("school-type", "public+faith"), ("home-language-match", "90"), ("shifts", null)), School(("locality", "urban"), ("home-language-match", "70"))]);

        Assert.Equal<string>(["remote", "peri-urban"], [.. Of("locality").Levels]);
        Assert.Equal<string>(["private", "community"], [.. Of("school-type").Levels]);
        Assert.Equal<string>([ContextSplit.Few], [.. Of("home-language-match").Levels]);
        Assert.True(Of("shifts").Unnoted);
        Assert.DoesNotContain(untried, gap => gap.Dimension is "electricity" or "country");
        // Rural and urban, public and faith, and most at home in the language; of shifts nobody knows.
        Assert.Equal(5.0 / Untried.LevelsAsked, Untried.ShareTried(untried), 12);
        Assert.Equal(0, Untried.ShareTried(Untried.Of([School(("shifts", null))])));

        Untried Of(string dimension) => untried.Single(gap => gap.Dimension == dimension);
    }
}
