using static InnovationScale.Pilots.HeronBay;

namespace InnovationScale.Pilots;

/// <summary>A link takes one colleague onto the team.</summary>
public class InvitingAColleague
{
    private static readonly DateTimeOffset Soon = Ana.At.AddDays(14);
    private static readonly Story<Pilot> Invited = Draft(Preset.Light).After(new InviteColleague("one", Soon), Ana);

    private static Stamp TheSystem(DateTimeOffset at) => new("system", new(Role.System, ""), at, Guid.NewGuid().ToString());

    [Fact]
    public void Whoever_opens_the_link_is_on_the_team_and_the_link_is_used_up() => Invited
        .When(new JoinByLink("cleo", "one"), TheSystem(Ana.At)).Then(new TeamJoined("cleo") { Link = "one" })
        .Where(pilot => Assert.Contains("cleo", pilot.Team))
        .When(new JoinByLink("dora", "one"), TheSystem(Ana.At)).ThenRefused("link-over");

    [Fact]
    public void A_secret_that_nobody_made_opens_nothing() => Invited.When(new JoinByLink("cleo", "two"), TheSystem(Ana.At)).ThenRefused("link-over");

    [Fact]
    public void It_opens_nothing_once_it_has_ended() => Invited
        .When(new JoinByLink("cleo", "one"), TheSystem(Soon)).ThenRefused("link-over")
        .When(new JoinByLink("cleo", "one"), TheSystem(Soon.AddTicks(-1))).ThenAccepted();

    [Fact]
    public void It_is_open_for_fourteen_days_at_most() => Draft(Preset.Light)
        .When(new InviteColleague("one", Soon.AddTicks(1)), Ana).ThenRefused("expiry-impossible")
        .When(new InviteColleague("one", Ana.At), Ana).ThenRefused("expiry-impossible");

    [Fact]
    public void Nobody_joins_twice_and_the_link_stays_for_another() => Invited
        .When(new JoinByLink(Ana.Actor, "one"), TheSystem(Ana.At)).ThenRefused("already-on-the-team")
        .When(new JoinByLink("cleo", "one"), TheSystem(Ana.At)).ThenAccepted();

    [Fact]
    public void Twenty_are_open_at_once_and_those_that_have_ended_make_room()
    {
        var full = Enumerable.Range(0, TeamLink.Most).Aggregate(Draft(Preset.Light), (story, n) => story.After(new InviteColleague($"link {n}", Soon), Ana));
        full.When(new InviteColleague("another", Soon), Ana).ThenRefused("too-many-links");
        full.When(new InviteColleague("another", Soon.AddDays(1)), Ana with { At = Soon }).ThenAccepted().Where(pilot => Assert.Equal("another", Assert.Single(pilot.Links).SecretSha256));
    }

    [Fact]
    public void Whoever_leaves_the_team_takes_her_links_along() => Invited.After(new JoinTeam("cleo"), Ana)
        .After(new InviteColleague("two", Soon), Cleo).After(new LeaveTeam("cleo"), Ana)
        .When(new JoinByLink("cleo", "two"), TheSystem(Ana.At)).ThenRefused("link-over")
        .When(new JoinByLink("dora", "one"), TheSystem(Ana.At)).ThenAccepted();

    [Fact]
    public void Making_one_leaves_the_signatures_as_they_are()
    {
        var signed = Draft(Preset.Standard).After(new MovePilot(PilotTo.Registered) { Facts = AllGood }, Ana);
        signed.When(new InviteColleague("one", Soon), Ana).ThenAccepted().Where(pilot => Assert.Equal(signed.State.Signed, pilot.Signed));
    }
}
