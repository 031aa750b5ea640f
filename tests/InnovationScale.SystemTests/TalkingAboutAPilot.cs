using System.Net;

namespace InnovationScale;

/// <summary>Comments, trying a pilot again elsewhere, and saved views: by forms, without JavaScript.</summary>
public class TalkingAboutAPilot(FullDemonstration demonstration) : IClassFixture<FullDemonstration>
{
    [Fact]
    public async Task A_comment_is_read_by_everybody_and_withdrawn_by_its_writer_alone()
    {
        const string comments = "/api/v1/pilots/friday-exit-cards-heron-bay/comments";
        var rasha = demonstration.Server.As("rasha");
        (await rasha.Post(comments, new { text = "Which questions did you ask?" })).Expect(HttpStatusCode.OK);
        var said = (await demonstration.Server.Anyone().Get(comments)).Expect(HttpStatusCode.OK).Json["items"]!.AsArray()[^1]!;
        Assert.Equal(("rasha", "Which questions did you ask?"), ((string)said["person"]!, (string)said["text"]!));

        Assert.Equal("not-your-comment", (await demonstration.Server.As("amina").Delete($"{comments}/{said["id"]}")).Expect(HttpStatusCode.Forbidden).Problem().Code);
        (await demonstration.Server.Anyone().Post(comments, new { text = "Hello" })).Expect(HttpStatusCode.Unauthorized);
        (await rasha.Delete($"{comments}/{said["id"]}")).Expect(HttpStatusCode.OK);
        Assert.Null((await demonstration.Server.Anyone().Get(comments)).Json["items"]!.AsArray()[^1]!["text"]);
        // What was withdrawn stands in the history, and only those who look after people read it there.
        (await rasha.Get("/api/v1/history/comments/friday-exit-cards-heron-bay")).Expect(HttpStatusCode.Forbidden, HttpStatusCode.NotFound);
        (await demonstration.Server.As("safia").Get("/api/v1/history/comments/friday-exit-cards-heron-bay")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_draft_s_comments_are_not_for_visitors() =>
        (await demonstration.Server.Anyone().Get("/api/v1/pilots/garden-maths-olive-hill/comments")).Expect(HttpStatusCode.NotFound);

    [Fact]
    public async Task Another_school_tries_it_again_with_its_plan()
    {
        using var rasha = await PageClient.As(demonstration.Server, "rasha");
        var page = await rasha.Send("/en/pilots/try?pilot=friday-exit-cards-heron-bay", ("Title", "Exit cards on the hill"));
        var draft = (await demonstration.Server.As("rasha").Get($"/api/v1{page[3..]}")).Expect(HttpStatusCode.OK).Json;
        var origin = (await demonstration.Server.As("rasha").Get("/api/v1/pilots/friday-exit-cards-heron-bay")).Json;
        Assert.Equal(("draft", "olive-hill", "friday-exit-cards-heron-bay", "Exit cards on the hill"), ((string)draft["stage"]!, (string)draft["school"]!, (string)draft["origin"]!, (string)draft["title"]!));
        Assert.Equal((string)origin["innovationVersion"]!, (string)draft["innovationVersion"]!);
        Assert.Equal(origin["enquiry"]!.ToJsonString(), draft["enquiry"]!.ToJsonString());
        Assert.Equal((string)origin["problem"]!, (string)draft["problem"]!);
        Assert.Null(draft["secondAdult"]);
        Assert.Contains("Exit cards on the hill", (await rasha.Open("/en/pilots/friday-exit-cards-heron-bay")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_view_is_saved_found_and_forgotten()
    {
        var amina = demonstration.Server.As("amina");
        (await amina.Put("/api/v1/saved-views/Kenya", new { query = "?Country=KE&stage=&evil=1" })).Expect(HttpStatusCode.OK);
        var view = (await amina.Get("/api/v1/saved-views")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray().Single()!;
        Assert.Equal(("Kenya", "?country=KE"), ((string)view["name"]!, (string)view["query"]!));
        Assert.Empty((await demonstration.Server.As("joseph").Get("/api/v1/saved-views")).Json["items"]!.AsArray());
        (await demonstration.Server.As("joseph").Get("/api/v1/history/saved-views/amina")).Expect(HttpStatusCode.NotFound);

        using var page = await PageClient.As(demonstration.Server, "amina");
        Assert.NotNull((await page.Open("/en/pilots")).QuerySelector("nav.saved a[href='/en/pilots?country=KE']"));
        (await amina.Delete("/api/v1/saved-views/Kenya")).Expect(HttpStatusCode.OK);
        Assert.Null((await page.Open("/en/pilots")).QuerySelector("nav.saved"));
    }

    [Fact]
    public async Task A_view_is_saved_by_a_form_without_JavaScript()
    {
        using var page = await PageClient.As(demonstration.Server, "lucia");
        Assert.Equal("/en/pilots?stage=Draft&view=board", await page.Send("/en/pilots?stage=Draft&view=board", ("ViewName", "Drafts")));
        Assert.NotNull((await page.Open("/en/pilots")).QuerySelector("nav.saved a[href='/en/pilots?stage=Draft&view=board']"));
        Assert.Contains("Give the view a name", PageClient.Summary(await page.Refused("/en/pilots", HttpStatusCode.UnprocessableEntity, ("ViewName", " "))), StringComparison.Ordinal);
    }
}
