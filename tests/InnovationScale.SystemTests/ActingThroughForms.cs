using System.Net;
using System.Text.RegularExpressions;

namespace InnovationScale;

/// <summary>People act on records through forms alone, in the demonstration and without JavaScript.</summary>
public partial class ActingThroughForms(FullDemonstration demonstration) : IClassFixture<FullDemonstration>
{
    private RunningServer Server => demonstration.Server;

    [Theory]
    [InlineData("lucia", "/en/pilots/exit-cards-casa")]
    [InlineData("mateo", "/en/pilots/exit-cards-casa")]
    [InlineData("rasha", "/en/pilots/garden-maths-olive-hill")]
    [InlineData("lucia", "/en/cycles/{cycle}")]
    [InlineData("ndeye", "/en/trials/{trial}?school=heron-bay")]
    [InlineData("ndeye", "/en/innovations/friday-exit-cards")]
    [InlineData("mateo", "/en/replications/{replication}")]
    [InlineData("ndeye", "/en/studies/project-star-kindergarten-maths")]
    [InlineData("mateo", "/en/schools/casa-del-colibri")]
    [InlineData("safia", "/en/safeguarding")]
    public async Task Every_form_that_a_page_offers_opens_in_words(string who, string path)
    {
        using var person = await PageClient.As(Server, who);
        var links = (await person.Open(At(path))).QuerySelectorAll(".acts a").Select(link => link.GetAttribute("href")!).Distinct(StringComparer.Ordinal).ToArray();

        Assert.NotEmpty(links);
        foreach (var link in links)
        {
            var page = await person.Open(link);
            Assert.False(Code().IsMatch(page.QuerySelector("main")!.TextContent), $"{link}: {Code().Match(page.QuerySelector("main")!.TextContent).Value}");
            Assert.NotEmpty(page.QuerySelectorAll("main form button"));
        }
    }

    /// <summary>A page that was kept open over an upgrade, or an address that somebody made up.</summary>
    [Theory]
    [InlineData("/en/trials/{trial}")]
    [InlineData("/en/trials/{trial}?handler=NoSuch")]
    [InlineData("/en/help")]
    public async Task A_form_that_a_page_does_not_know_is_answered_in_words(string path)
    {
        using var ndeye = await PageClient.As(Server, "ndeye");
        var page = await ndeye.SendUnknown("/en/sign-in", At(path));
        Assert.Equal(HttpStatusCode.BadRequest, ndeye.LastStatus);
        Assert.Contains("load the page again, and send it once more", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_team_grows_and_shrinks()
    {
        using var lucia = await PageClient.As(Server, "lucia");
        const string pilot = "/en/pilots/exit-cards-casa";

        Assert.Equal(pilot, await lucia.Send($"{pilot}/join-team", ("person", "rasha")));
        Assert.Contains("Rasha", (await lucia.Open(pilot)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("on the team already", PageClient.Summary(await lucia.Refused($"{pilot}/join-team", HttpStatusCode.Conflict, ("person", "rasha"))), StringComparison.Ordinal);
        await lucia.Send($"{pilot}/leave-team", ("person", "rasha"));
    }

    [Fact]
    public async Task What_cannot_be_read_is_told_beside_its_question_and_kept_as_typed()
    {
        using var lucia = await PageClient.As(Server, "lucia");

        var page = await lucia.Refused(At("/en/cycles/{cycle}/correct-point?of=first"), HttpStatusCode.UnprocessableEntity, ("value", "about ten"), ("why", ""));

        Assert.StartsWith("Error: ", page.Title, StringComparison.Ordinal);
        Assert.Equal("about ten", page.QuerySelector("#value")!.GetAttribute("value"));
        Assert.Contains("Write a number", page.QuerySelector("#value-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["#value", "#because", "#why"], page.QuerySelectorAll("[role=alert] a").Select(link => link.GetAttribute("href")!));
    }

    [Fact]
    public async Task A_point_is_corrected_and_says_what_it_said()
    {
        using var lucia = await PageClient.As(Server, "lucia");
        await lucia.Send(At("/en/cycles/{cycle}/correct-point?of=first"), ("value", "22"), ("because", "TranscriptionError"), ("why", "Two cards stuck together."));

        Assert.Contains("said 60.6 before", (await lucia.Open(At("/en/cycles/{cycle}"))).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_school_is_described_once_and_shown()
    {
        using var mateo = await PageClient.As(Server, "mateo");

        Assert.Equal("/en/schools/casa-del-colibri", await mateo.Send("/en/schools/casa-del-colibri/describe-school", ("locality", "rural"), ("pupils-per-teacher", "31"), ("source", "The school's own count")));
        Assert.Contains("Rural", (await mateo.Open("/en/schools/casa-del-colibri")).Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("not an answer", PageClient.Summary(await mateo.Refused("/en/schools/casa-del-colibri/describe-school", HttpStatusCode.UnprocessableEntity, ("pupils-per-teacher", "many"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_is_proposed_agreed_to_ruled_on_and_made_a_version()
    {
        using var amina = await PageClient.As(Server, "amina");
        using var ndeye = await PageClient.As(Server, "ndeye");
        const string innovation = "/en/innovations/friday-exit-cards";

        await amina.Send($"{innovation}/propose-change", ("what", "Cards are read aloud on Monday"), ("planning", "PlannedProactive"), ("phase", "DuringUse"), ("changed", "Content"), ("nature", "Adding"),
            ("level", "Class"), ("fidelity", "Consistent"), ("touched", "Cards are read before Monday"));
        Assert.DoesNotContain(await Acts(amina, innovation), act => act.Contains("agree-to-change", StringComparison.Ordinal));
        await ndeye.Send((await Acts(ndeye, innovation)).Single(act => act.Contains("agree-to-change", StringComparison.Ordinal)));
        await ndeye.Send((await Acts(ndeye, innovation)).Single(act => act.Contains("rule-on-change", StringComparison.Ordinal)), ("kept", "yes"), ("why", "They are still read before the lesson."));
        await ndeye.Send((await Acts(ndeye, innovation)).Single(act => act.Contains("enact-change", StringComparison.Ordinal)),
            ("parts", "One question on a card, every Friday\nMonday begins with what was not understood"));

        Assert.Equal("v2", (string)(await Server.Anyone().Get("/api/v1/innovations/friday-exit-cards")).Expect(HttpStatusCode.OK).Json["versions"]![1]!["id"]!);
    }

    [Fact]
    public async Task A_version_is_tried_again_and_given_up_with_a_reason()
    {
        using var ndeye = await PageClient.As(Server, "ndeye");
        using var mateo = await PageClient.As(Server, "mateo");

        var again = await ndeye.Send("/en/innovations/voice-note-homework/try-again", ("trial", "voice-note-homework-trial"), ("school", "sand-street"), ("design", "Direct"), ("independence", "Independent"));
        Assert.StartsWith("/en/replications/", again, StringComparison.Ordinal);
        await mateo.Send($"{again}/agree-to-try");
        await mateo.Refused($"{again}/give-up", HttpStatusCode.UnprocessableEntity);
        await mateo.Send($"{again}/give-up", ("why", "The school moved."));

        Assert.Contains("The school moved.", (await mateo.Open(again)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_s_gap_result_school_and_plan_are_worked_on()
    {
        using var ndeye = await PageClient.As(Server, "ndeye");
        var trial = At("/en/trials/{trial}");

        await ndeye.Send($"{trial}/explain-gap?of=school:lake-road", ("group", "small"), ("why", "The class had measles."));
        await ndeye.Send($"{trial}/leave-trial?of=school:lake-road", ("left", "2026-11-20"), ("why", "Its teacher left."));
        var result = (await Acts(ndeye, $"{trial}?school=heron-bay")).First(act => act.Contains("correct-result", StringComparison.Ordinal));
        await ndeye.Send(result, ("average", "401.5"), ("because", "TranscriptionError"));
        var plan = await ndeye.Refused($"/en/trials/new?draft={demonstration.Added["trial"]}", HttpStatusCode.Conflict, ("Hypothesis", "Small classes help"), ("Highest", "800"), ("Reason", "We looked again."));
        Assert.Contains("stay as registered", PageClient.Summary(plan), StringComparison.Ordinal);
        await ndeye.Send($"/en/trials/new?draft={demonstration.Added["trial"]}", ("StopEarly", "A parents' vote."), ("Reason", "The board asks for it."));

        var told = (await ndeye.Open($"{trial}?school=heron-bay")).Body!.TextContent;
        Assert.Contains("401.5", told, StringComparison.Ordinal);
        Assert.Contains("left 20 November 2026", told, StringComparison.Ordinal);
        Assert.Contains("The board asks for it.", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_study_is_described_and_its_file_s_columns_are_named()
    {
        using var ndeye = await PageClient.As(Server, "ndeye");
        var study = await ndeye.Send("/en/innovations/small-classes/add-study", ("title", "A small study"), ("source", "A report of 1999"), ("licence", "CC BY 4.0"), ("design", "ClusterRandomised"),
            ("tried", "small"), ("usual", "regular"), ("measure", "Maths"), ("unit", "points"), ("lowest", "0"), ("highest", "700"), ("better", "HigherIsBetter"));
        var csv = "escola,sala,which,points got\n" + string.Concat(Enumerable.Range(0, 40).Select(n => $"s{n / 20},c{n / 10},{(n / 10 % 2 == 0 ? "small" : "regular")},{400 + n}\n"));

        var untold = await ndeye.Upload($"{study}/upload", csv);
        Assert.Contains("column", PageClient.Summary(untold.Page!) + untold.Page!.Body!.TextContent, StringComparison.Ordinal);
        var tried = await ndeye.Upload($"{study}/upload", csv, from: untold.Page, ("map-school", "escola"), ("map-class", "sala"), ("map-arm", "which"), ("map-outcome", "points got"));
        Assert.Contains("This file can be recorded", tried.Page!.Body!.TextContent, StringComparison.Ordinal);
        var recorded = await ndeye.Upload($"{study}/upload", csv, from: tried.Page);

        Assert.Equal(study, recorded.Location);
        Assert.Equal(4, (int)(await Server.Anyone().Get("/api/v1/studies")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray().Single(one => (string)one!["title"]! == "A small study")!["cells"]!);
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_takes_effect_once()
    {
        using var ndeye = await PageClient.As(Server, "ndeye");
        using var mateo = await PageClient.As(Server, "mateo");
        var again = await ndeye.Send("/en/innovations/voice-note-homework/try-again", ("trial", "voice-note-homework-trial"), ("school", "olive-hill"), ("design", "Direct"), ("independence", "Independent"));

        var (first, second) = await mateo.SendTwice($"{again}/agree-to-try");

        Assert.Equal(again, first);
        Assert.Equal(again, second);
        Assert.Equal(2, (int)(await Server.Anyone().Get($"/api/v1{again[3..]}")).Expect(HttpStatusCode.OK).Json["version"]!);
    }

    private static async Task<string[]> Acts(PageClient person, string page) => [.. (await person.Open(page)).QuerySelectorAll(".acts a").Select(link => link.GetAttribute("href")!)];

    private string At(string path) => demonstration.Added.Aggregate(path, (text, added) => text.Replace($"{{{added.Key}}}", added.Value, StringComparison.Ordinal));

    /// <summary>A code where a sentence should be.</summary>
    [GeneratedRegex(@"\b(act|ask|context|upload|school)\.[a-z]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Code();
}
