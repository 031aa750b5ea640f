using System.Net;
using InnovationScale.Demonstration;

namespace InnovationScale;

/// <summary>The demonstration's server, for all tests of its pages.</summary>
public sealed class DemonstrationServer : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await RunningServer.Start("--demo");

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

[Collection(Pages.Name)]
public class LookingAtInnovations(Browser browser, DemonstrationServer demonstration) : IClassFixture<DemonstrationServer>
{
    [NeedsChromiumTheory]
    [InlineData("/en/innovations", "innovations")]
    [InlineData("/en/innovations/small-classes", "innovation-small-classes")]
    [InlineData("/en/innovations/voice-note-homework", "innovation-voice-notes")]
    [InlineData("/en/innovations/friday-exit-cards", "innovation-exit-cards")]
    [InlineData("/en/innovations/talk-first", "innovation-talk-first")]
    [InlineData("/en/innovations/talk-first?version=v2", "innovation-talk-first-v2")]
    [InlineData("/en/innovations/seats-by-last-score", "innovation-seats")]
    [InlineData("/en/studies/project-star-kindergarten-maths", "study-star")]
    public async Task They_hold_the_house_rules(string path, string picture)
    {
        await using var visitor = await browser.Visit(demonstration.Server);

        Assert.Equal(200, (await visitor.Go(path)).Status);
        await visitor.HoldsTheHouseRules(picture);
    }

    [Fact]
    public async Task Small_classes_lead_with_the_class_adjusted_reading()
    {
        var page = await demonstration.Server.Http.GetStringAsync("/en/innovations/small-classes");

        Assert.Contains("scored about 8 points higher (likely 3 to 14)", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("about 8 points", StringComparison.Ordinal) < page.IndexOf("Unadjusted", StringComparison.Ordinal));
        Assert.Contains("cannot rule out that schools differ", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Talk_first_says_for_whom_it_helps_for_whom_nobody_knows_and_how_to_check()
    {
        using var visitor = await PageClient.As(demonstration.Server, "amina");
        var page = await visitor.Open("/en/innovations/talk-first");
        var told = page.QuerySelector(".notification")!.TextContent;

        Assert.Contains("It helps where pupils are taught in the language they speak at home.", told, StringComparison.Ordinal);
        Assert.Contains("Nobody can tell yet where pupils are taught in another language than at home.", told, StringComparison.Ordinal);
        Assert.Contains("In about 8 of 10 schools like these", told, StringComparison.Ordinal);
        Assert.Contains("2 of the 7 replications that reported", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("0.36 apart, likely between 0.13 and 0.58", page.Body.TextContent, StringComparison.Ordinal);
        Assert.Contains("mods = ~ first", page.QuerySelector("pre")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_three_faults_waits_where_results_are_uploaded()
    {
        using var ndeye = await PageClient.As(demonstration.Server, "ndeye");
        const string upload = "/en/trials/older-readers-trial/upload";
        var file = await ndeye.Text(upload + (await ndeye.Open(upload)).QuerySelector("main a[download]")!.GetAttribute("href"));

        Assert.Equal(Lantern.FaultyUpload.Results, file);
        Assert.Contains("pupil name", (await ndeye.Upload(upload, file)).Page!.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_api_tells_the_same_evidence()
    {
        var evidence = (await demonstration.Server.Anyone().Get("/api/v1/innovations/small-classes/versions/v1/evidence?method=unadjusted&model=REML_knha")).Expect(HttpStatusCode.OK).Json;
        var study = evidence["studies"]![0]!;

        Assert.Equal("unadjusted", (string?)study["reading"]);
        Assert.Equal(0.186481748605023, (double)study["unadjusted"]!["mu"]!, 1e-8);
        Assert.Equal(8.07, (double)study["adjusted"]!["difference"]!, 0.005);
        Assert.Equal("model-unknown", (await demonstration.Server.Anyone().Get("/api/v1/innovations/small-classes/versions/v1/evidence?model=guess")).Problem().Code);
    }
}
