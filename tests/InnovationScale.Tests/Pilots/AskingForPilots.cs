using InnovationScale.Evaluations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace InnovationScale.Pilots;

public class AskingForPilots
{
    [Theory]
    [InlineData("")]
    [InlineData("?q=a%20%26%20b&country=KE&stage=Enquiry&status=Paused&preset=Light&sort=title&view=board")]
    [InlineData("?status=ended&subject=maths&locality=rural&setting=stable&phase=primary&verdict=Helps&innovation=i&school=s&mine=true&sort=-title&view=countries")]
    public void The_address_says_it_all(string address) => Assert.Equal(address, Read(address).With());

    [Fact]
    public void What_a_form_leaves_open_is_left_out() => Assert.Equal("?country=KE", Read("?Q=&Country=KE&Stage=&Status=&Preset=&Verdict=&after=xyz").With());

    [Fact]
    public void Words_of_the_API_are_read_alike() => Assert.Equal(
        (PilotStage.Enquiry, Verdict.NoWorthwhileDifference, PilotStatus.Closed), Read("?stage=enquiry&verdict=no-worthwhile-difference&status=closed") is { Filter: var f } asked ? (f.Stage, asked.Verdict, f.Status) : default);

    [Theory]
    [InlineData("?stage=elsewhere", "stage")]
    [InlineData("?stage=2", "stage")]
    [InlineData("?locality=moon", "locality")]
    [InlineData("?preset=light,standard", "preset")]
    public void What_says_nothing_is_told_and_left_out(string address, string name)
    {
        var asked = Read(address);
        Assert.Equal(name, Assert.Single(asked.Unreadable).Name);
        Assert.Equal("", asked.With());
    }

    [Fact]
    public void One_answer_is_changed_or_taken_away_and_the_others_stay()
    {
        var asked = Read("?country=KE&stage=Trial&view=board");
        Assert.Equal("?country=KE&view=board", asked.With(("stage", null)));
        Assert.Equal("?country=KE&view=board&stage=Draft", asked.With(("stage", "Draft")));
    }

    private static PilotsAsked Read(string address) => PilotsAsked.Read(new QueryCollection(QueryHelpers.ParseQuery(address)));
}
