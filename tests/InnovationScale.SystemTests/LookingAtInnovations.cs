using System.Net;

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
