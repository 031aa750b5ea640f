using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace InnovationScale.ScaleUp;

public class RankingCandidates
{
    private static Candidate One(string name, params ImmutableArray<double?> worths) =>
        new(name, "v1", name, [.. Ranking.Ingredients.Select((ingredient, n) => new Ingredient(ingredient, n < worths.Length ? worths[n] : 0.5, ""))]);

    [Fact]
    public void Puts_the_better_one_first_and_leaves_nobody_out() => Assert.Equal(["a", "c", "b"], Ranking.Of([One("b", 0.1), One("a", 0.9), One("c", null, 0.9)], Ranking.Even).Select(ranked => ranked.Candidate.Title));

    [Fact]
    public void Tells_what_nobody_knows() => Assert.Equal(["chance-of-benefit"], Ranking.Of([One("a", (double?)null)], Ranking.Even)[0].Unknown.AsEnumerable());

    [Fact]
    public void Tells_which_places_other_weights_would_give()
    {
        // One is better in the first ingredient, the other a little in the second: without the first they change places.
        var ranked = Ranking.Of([One("a", 0.9, 0.4), One("b", 0.6, 0.6)], Ranking.Even);
        Assert.Equal([("a", 1, 1, 2), ("b", 2, 1, 2)], ranked.Select(one => (one.Candidate.Title, one.Place, one.Best, one.Worst)));
    }

    [Fact]
    public void What_is_not_known_might_turn_out_best() => Assert.Equal((2, 1), Ranking.Of([One("a", 0.9), One("b", (double?)null)], Ranking.Even).Where(one => one.Candidate.Title is "b").Select(one => (one.Place, one.Best)).Single());

    [Fact]
    public void One_alone_is_first_whatever_weighs() => Assert.Equal((1, 1, 1), Ranking.Of([One("a")], Ranking.Even).Select(one => (one.Place, one.Best, one.Worst)).Single());

    [Fact]
    public void Places_lie_between_the_best_and_the_worst() => Prop.ForAll(ArbMap.Default.ArbFor<byte[][]>(), drawn =>
    {
        ImmutableArray<Candidate> candidates = [.. drawn.Where(row => row is not null).Take(6).Select((row, n) => One($"{n}", [.. row.Take(8).Select(b => b % 7 == 0 ? (double?)null : b / 255.0)]))];
        var ranked = Ranking.Of(candidates, Ranking.Even);
        Assert.Equal(candidates.Length, ranked.Length);
        Assert.All(ranked, one => Assert.True(one.Best <= one.Place && one.Place <= one.Worst && one.Worst <= candidates.Length, $"{one.Best} {one.Place} {one.Worst}"));
    }).QuickCheckThrowOnFailure();
}
