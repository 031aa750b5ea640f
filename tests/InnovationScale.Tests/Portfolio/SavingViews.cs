using static InnovationScale.Pilots.HeronBay;

namespace InnovationScale.Portfolio;

public class SavingViews
{
    private static readonly Story<SavedViews> Saved = Story.Of<SavedViews>()
        .When(new SaveView(" Kenya ", "?country=KE"), Ana).Then(new ViewSaved("Kenya", "?country=KE"));

    [Fact]
    public void The_same_name_again_replaces_what_it_shows() => Saved
        .When(new SaveView("Kenya", "?country=KE&stage=Trial"), Ana).ThenAccepted().Where(views => Assert.Equal("?country=KE&stage=Trial", Assert.Single(views.Views).Value));

    [Fact]
    public void What_is_forgotten_is_gone_and_can_be_saved_anew() => Saved
        .When(new ForgetView("Peru"), Ana).ThenRefused("no-such-view")
        .When(new ForgetView("Kenya"), Ana).Then(new ViewForgotten("Kenya")).Where(views => Assert.Empty(views.Views))
        .When(new SaveView("Kenya", ""), Ana).ThenAccepted();

    [Fact]
    public void A_view_has_a_name_and_is_not_endless() => Saved
        .When(new SaveView(" ", ""), Ana).ThenRefused("view-name-missing")
        .When(new SaveView(new string('a', SavedViews.NameMost + 1), ""), Ana).ThenRefused("view-name-missing")
        .When(new SaveView("Long", new string('a', SavedViews.QueryMost + 1)), Ana).ThenRefused("view-too-long");

    [Fact]
    public void Fifty_are_kept_and_one_of_them_can_still_be_replaced()
    {
        var full = Enumerable.Range(1, SavedViews.ViewsMost - 1).Aggregate(Saved, (story, n) => story.After(new SaveView($"View {n}", ""), Ana));
        full.When(new SaveView("One more", ""), Ana).ThenRefused("views-full").When(new SaveView("Kenya", "?country=SN"), Ana).ThenAccepted();
    }
}
