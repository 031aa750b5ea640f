namespace InnovationScale.Pilots;

public class TellingAStory
{
    [Fact]
    public void Says_once_what_somebody_did_several_times_in_a_row()
    {
        var told = PilotTimeline.Folded([Logged(6, "ndeye"), Logged(5, "ndeye"), Logged(4, "ndeye"), Logged(3, "bilal"), Logged(2, "ndeye"), Logged(1, "ndeye", "in group 2")], Words.English);

        Assert.Equal([(6, "logged what was delivered (3×)"), (3, "logged what was delivered"), (2, "logged what was delivered"), (1, "logged what was delivered in group 2")],
            told.Select(one => (one.Version, one.Sentence)));
    }

    private static Happened Logged(long version, string person, string? where = null) => new("trial/one", version, "dose-logged", new(2026, 3, (int)version, 9, 0, 0, TimeSpan.Zero), person, person,
        Role.Researcher, where is null ? "logged what was delivered" : $"logged what was delivered {where}", null);
}
