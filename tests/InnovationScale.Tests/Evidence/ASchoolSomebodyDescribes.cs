using System.Collections.Immutable;
using InnovationScale.Evaluations;
using InnovationScale.People;
using Profile = System.Collections.Immutable.ImmutableSortedDictionary<string, InnovationScale.People.ContextAnswer>;

namespace InnovationScale.Evidence;

public class ASchoolSomebodyDescribes
{
    private static Profile Of(params (string Question, string? Answer)[] answers) =>
        answers.ToImmutableSortedDictionary(one => one.Question, one => new ContextAnswer(one.Answer), StringComparer.Ordinal);

    private static TriedPlace Place(string trial, params Profile[] schools) => new(trial, trial, new("evaluation", trial, 0.3, 0.1, 0.1, 0.5, 0.2), Verdict.Helps, 4, [.. schools]);

    private static readonly TriedPlace Near = Place("near", Of(("locality", "rural"), ("multigrade", "no"), ("home-language-match", "30"), ("school-type", "public+faith"))),
        Far = Place("far", Of(("locality", "urban"), ("multigrade", "no"), ("home-language-match", "90"), ("school-type", "private"))), Silent = Place("silent", Of(("locality", null)));

    private static readonly Profile Described = Of(("locality", "remote"), ("multigrade", "yes"), ("home-language-match", "20"), ("school-type", "public"));

    private static TargetSchool Asked(Profile school, params TriedPlace[] tried) => TargetSchool.Of(school, tried, ["home-language-match"], []);

    /// <summary>By hand: steps of four places, one in common of several, a tenth of the range at twice the weight.</summary>
    [Fact]
    public void Is_as_far_as_Gower_says()
    {
        var near = Asked(Described, Near).Places[0];
        Assert.Equal((1.0 / 3 + 1 + 2 * 0.1 + 0) / 5, near.Distance!.Value, 1e-12);
        Assert.Equal(1, near.Comparability);
        Assert.Equal(["multigrade", "locality", "home-language-match"], near.Differs.Select(one => one.Dimension));
    }

    [Fact]
    public void Reads_the_nearest_first_and_last_what_cannot_be_compared()
    {
        var places = Asked(Described, Silent, Far, Near).Places;
        Assert.Equal(["near", "far", "silent"], places.Select(place => place.Place.Trial));
        Assert.Null(places[2].Distance);
    }

    [Fact]
    public void Is_as_near_to_a_trial_as_to_its_nearest_school() =>
        Assert.Equal(Asked(Described, Near).Places[0].Distance, Asked(Described, Place("both", Far.Schools[0], Near.Schools[0])).Places[0].Distance);

    [Fact]
    public void Learns_what_nobody_knows()
    {
        var target = Asked(Of(("multigrade", "yes"), ("locality", "rural")), Near, Far);
        Assert.Equal(["multigrade"], target.NobodyTried.Select(level => level.Dimension));
        Assert.Equal(["home-language-match"], target.LeftOpen.ToArray());
        Assert.Equal(2, target.Known);
    }

    [Fact]
    public void Learns_nothing_where_nothing_is_answered_or_tried()
    {
        Assert.All(Asked(Of(), Near).Places, place => Assert.Null(place.Distance));
        Assert.Empty(Asked(Described).NobodyTried);
    }
}
