using System.Net;
using System.Text.Json.Nodes;

namespace InnovationScale;

/// <summary>Two teachers take a pilot from its draft to its end by program, as a script in R or Python would.</summary>
public class PilotThroughTheApi(EmptyServer empty) : IClassFixture<EmptyServer>
{
    private readonly RunningServer server = empty.Server;

    [Fact]
    public async Task From_a_draft_to_adopted_in_this_school_by_two_teachers()
    {
        var (amina, mateo) = await TwoTeachers();
        var teacher = server.As(amina.Id);
        var started = (await teacher.Post("/api/v1/pilots", new { title = "Talk first, then write", school = amina.School })).Expect(HttpStatusCode.Created);
        var pilot = started.Header("Location")!;

        var refused = (await teacher.Post($"{pilot}/moves", new { to = "registered" }, ifMatch: started.ETag)).Expect(HttpStatusCode.Conflict).Problem();
        Assert.Equal("gate-not-passed", refused.Code);
        Assert.Equal("draft-to-registered", refused.Guard);
        Assert.Equal(["problem", "learners", "start-month", "second-adult", "head-knows", "routine-practice"], refused.Missing.Select(missing => missing.Code));
        Assert.Equal(refused.Missing.Select(missing => missing.Code), Gate((await teacher.Get(pilot)).Json, "registered")["missing"]!.AsArray().Select(missing => (string)missing!["code"]!));

        var etag = (await teacher.Patch(pilot, new { problem = "Half the class writes nothing.", learners = "Year 5", learnerCount = 34, startMonth = "2026-12" }, ifMatch: started.ETag)).Expect(HttpStatusCode.OK).ETag;
        etag = (await teacher.Put($"{pilot}/second-adult", new { person = mateo.Id, school = mateo.School }, ifMatch: etag)).Expect(HttpStatusCode.OK).ETag;
        etag = (await teacher.Put($"{pilot}/head", new { name = "Mrs Otieno", on = "2024-11-02" }, ifMatch: etag)).Expect(HttpStatusCode.OK).ETag;
        etag = (await teacher.Put($"{pilot}/routine-practice", new
        {
            beyondNormalAssessment = false, sensitiveTopic = false, teachingWithheld = false, photoOrRecording = false, namedDataLeaves = false, paymentToPupils = false,
        }, ifMatch: etag)).Expect(HttpStatusCode.OK).ETag;
        var registered = (await teacher.Post($"{pilot}/moves", new { to = "registered" }, ifMatch: etag)).Expect(HttpStatusCode.OK);
        Assert.Equal("registered", (string?)registered.Json["stage"]);

        etag = (await teacher.Put($"{pilot}/enquiry-plan", new { question = "Do more pupils write when they talk first?", watch = "Pupils who write five lines", watchAs = "share" }, ifMatch: registered.ETag)).Expect(HttpStatusCode.OK).ETag;
        (await teacher.Post($"{pilot}/moves", new { to = "enquiry" }, ifMatch: etag)).Expect(HttpStatusCode.OK);
        var cycle = await OneCycle(teacher, pilot);
        Assert.Equal("adopt", (string?)(await teacher.Get(cycle)).Json["decision"]);

        etag = (await teacher.Get(pilot)).ETag;
        etag = (await teacher.Put($"{pilot}/lessons", new { lines = (string[])["Pairs talked for ten minutes.", "Most wrote more.", "Start with short texts."] }, ifMatch: etag)).Expect(HttpStatusCode.OK).ETag;
        var signed = (await teacher.Post($"{pilot}/moves", new { to = "adopted-locally" }, ifMatch: etag)).Expect(HttpStatusCode.OK);
        Assert.False((bool)signed.Json["tookEffect"]!);
        Assert.Equal(["signed-by-second-adult"], signed.Json["waitsFor"]!.AsArray().Select(waits => (string)waits!["code"]!));
        Assert.Equal("already-signed", (await teacher.Post($"{pilot}/moves", new { to = "adopted-locally" }, ifMatch: signed.ETag)).Expect(HttpStatusCode.Conflict).Problem().Code);

        var adopted = (await server.As(mateo.Id).Post($"{pilot}/moves", new { to = "adopted-locally" }, ifMatch: signed.ETag)).Expect(HttpStatusCode.OK).Json;
        Assert.True((bool)adopted["tookEffect"]!);
        Assert.Equal("closed", (string?)adopted["status"]);
        Assert.Equal("adopted-locally", (string?)adopted["closedAs"]);

        var timeline = (await server.Anyone().Get($"{pilot}/timeline")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray();
        Assert.Equal("pilot-moved", (string?)timeline[0]!["event"]);
        Assert.Equal("Mateo", (string?)timeline[0]!["who"]);
        Assert.Contains(timeline, happened => (string?)happened!["event"] is "cycle-closed");
        Assert.Contains((await server.Anyone().Get("/api/v1/pilots?status=closed&q=talk")).Json["items"]!.AsArray(), item => pilot.EndsWith((string)item!["id"]!, StringComparison.Ordinal));
    }

    /// <summary>Answers are kept for a moment: never past a change, never for another person.</summary>
    [Fact]
    public async Task What_is_asked_twice_is_answered_alike_and_what_was_written_is_seen_at_once()
    {
        var (amina, _) = await TwoTeachers();
        var teacher = server.As(amina.Id);
        const string list = "/api/v1/pilots?limit=1&sort=-title";
        for (var n = 0; n < 3; n++)
        {
            var pilot = (await teacher.Post("/api/v1/pilots", new { title = $" Zz kept {n}", school = amina.School })).Expect(HttpStatusCode.Created).Header("Location")!;
            Reply first = await teacher.Get(list), again = await teacher.Get(list);
            Assert.Equal((first.Body, first.Header("Link"), first.Header("Vary"), first.MediaType), (again.Body, again.Header("Link"), again.Header("Vary"), again.MediaType));
            Assert.EndsWith((string)first.Json["items"]![0]!["id"]!, pilot, StringComparison.Ordinal);
            Assert.DoesNotContain("zz kept", (await server.Anyone().Get(list)).Body, StringComparison.Ordinal);

            Reply read = await teacher.Get(pilot), reread = await teacher.Get(pilot);
            Assert.Equal((read.Body, read.ETag, read.Header("Cache-Control")), (reread.Body, reread.ETag, reread.Header("Cache-Control")));
            Assert.NotNull(read.ETag);
            (await teacher.Patch(pilot, new { problem = "Half the class writes nothing." }, ifMatch: read.ETag)).Expect(HttpStatusCode.OK);
            Assert.Equal("Half the class writes nothing.", (string?)(await teacher.Get(pilot)).Json["problem"]);
            Assert.Equal(HttpStatusCode.NotFound, (await server.Anyone().Get(pilot)).Status);
        }
    }

    [Fact]
    public async Task A_draft_is_seen_by_people_signed_in_and_not_by_visitors()
    {
        var (amina, _) = await TwoTeachers();
        var draft = (await server.As(amina.Id).Post("/api/v1/pilots", new { title = "Still thinking", school = amina.School })).Expect(HttpStatusCode.Created).Header("Location")!;

        (await server.As(amina.Id).Get(draft)).Expect(HttpStatusCode.OK);
        (await server.Anyone().Get(draft)).Expect(HttpStatusCode.NotFound).Problem();
        Assert.Empty((await server.Anyone().Get($"/api/v1/pilots?school={amina.School}")).Json["items"]!.AsArray());
        Assert.Single((await server.As(amina.Id).Get($"/api/v1/pilots?school={amina.School}&mine=true")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task The_list_goes_on_where_it_stopped_newest_first()
    {
        var (amina, _) = await TwoTeachers();
        foreach (var n in (int[])[1, 2, 3]) (await server.As(amina.Id).Post("/api/v1/pilots", new { title = $"Pilot {n}", school = amina.School })).Expect(HttpStatusCode.Created);

        var titles = new List<string?>();
        for (var next = $"/api/v1/pilots?school={amina.School}&limit=2"; next is not null;)
        {
            var page = (await server.As(amina.Id).Get(next)).Expect(HttpStatusCode.OK).Json;
            titles.AddRange(page["items"]!.AsArray().Select(item => (string?)item!["title"]));
            next = (string?)page["next"];
        }

        Assert.Equal(["Pilot 3", "Pilot 2", "Pilot 1"], titles);
    }

    [Fact]
    public async Task What_cannot_be_asked_is_told_as_a_problem()
    {
        var (amina, mateo) = await TwoTeachers();
        var teacher = server.As(amina.Id);
        var pilot = (await teacher.Post("/api/v1/pilots", new { title = "Talk first", school = amina.School })).Expect(HttpStatusCode.Created);
        var at = pilot.Header("Location")!;

        (await server.Anyone().Post("/api/v1/pilots", new { title = "x", school = amina.School })).Expect(HttpStatusCode.Unauthorized).Problem();
        Assert.Equal("not-of-the-school", (await server.As(mateo.Id).Post("/api/v1/pilots", new { title = "x", school = amina.School })).Expect(HttpStatusCode.Forbidden).Problem().Code);
        (await teacher.Post("/api/v1/pilots", new { school = amina.School })).Expect(HttpStatusCode.BadRequest).Problem();
        (await teacher.Patch(at, new { problem = "x" })).Expect((HttpStatusCode)428).Problem();
        (await teacher.Patch(at, new { problem = "x" }, ifMatch: "\"99\"")).Expect(HttpStatusCode.PreconditionFailed).Problem();
        (await teacher.Patch("/api/v1/pilots/nothing-here", new { problem = "x" }, ifMatch: "\"0\"")).Expect(HttpStatusCode.NotFound).Problem();
        (await teacher.Get("/api/v1/cycles/nothing-here")).Expect(HttpStatusCode.NotFound).Problem();
        Assert.Equal("pilot-not-in-enquiry", (await teacher.Post($"{at}/cycles", new { plan = new { changeIdea = "x" } })).Expect(HttpStatusCode.Conflict).Problem().Code);
        Assert.Equal("home-unknown", (await server.Anyone().Post("/api/v1/people", new { name = "Ada", home = "nowhere", roles = (string[])["teacher@nowhere"] })).Expect(HttpStatusCode.UnprocessableEntity).Problem().Code);
    }

    [Fact]
    public async Task An_incident_is_read_by_the_safeguarding_lead_alone()
    {
        var (amina, _) = await TwoTeachers();
        var lead = (await server.Anyone().Post("/api/v1/people", new { name = "Sefa", home = amina.School, roles = (string[])["safeguarding-lead@programme"] })).Expect(HttpStatusCode.Created).Json;
        var pilot = (await server.As(amina.Id).Post("/api/v1/pilots", new { title = "Talk first", school = amina.School })).Expect(HttpStatusCode.Created).Header("Location")!;
        var incident = (await server.As(amina.Id).Post($"{pilot}/incidents", new { severity = "hard", what = "A stranger joined the call." })).Expect(HttpStatusCode.Created).Header("Location")!;

        (await server.As(amina.Id).Get(incident)).Expect(HttpStatusCode.NotFound).Problem();
        var sefa = server.As((string)lead["id"]!);
        Assert.Equal("hard", (string?)(await sefa.Get(incident)).Expect(HttpStatusCode.OK).Json["severity"]);
        Assert.Equal("reason-missing", (await sefa.Post($"{incident}/resolutions", new { })).Expect(HttpStatusCode.UnprocessableEntity).Problem().Code);
        (await sefa.Post($"{incident}/resolutions", new { reason = "Calls need a code now." })).Expect(HttpStatusCode.OK);
        Assert.True((bool)(await sefa.Get(incident)).Json["resolved"]!);
    }

    [Fact]
    public async Task A_person_registered_twice_under_one_key_is_one_person()
    {
        var school = await NewSchool("Heron Bay", "KE");
        var body = new { name = "Amina", home = school, roles = (string[])[$"teacher@{school}", $"school-lead@{school}"] };

        var first = (await server.Anyone().Post("/api/v1/people", body, key: "amina-once")).Expect(HttpStatusCode.Created);
        var second = (await server.Anyone().Post("/api/v1/people", body, key: "amina-once")).Expect(HttpStatusCode.Created);

        Assert.Equal(first.Body, second.Body);
        var listed = (await server.Anyone().Get("/api/v1/people")).Json["items"]!.AsArray().Where(person => (string?)person!["id"] == (string?)first.Json["id"]);
        Assert.Equal([$"teacher@{school}", $"school-lead@{school}"], Assert.Single(listed)!["roles"]!.AsArray().Select(role => (string)role!));
    }

    private static async Task<string> OneCycle(ApiClient teacher, string pilot)
    {
        var cycle = (await teacher.Post($"{pilot}/cycles", new
        {
            plan = new { changeIdea = "Pairs talk for ten minutes", measure = "Pupils who write five lines", prediction = new { direction = "up", confidence = "fairly-sure" } },
        })).Expect(HttpStatusCode.Created).Header("Location")!;
        Assert.Equal("cycle-not-at-this-stage", (await teacher.Post($"{cycle}/points", new { on = "2024-11-02", value = 12 })).Expect(HttpStatusCode.Conflict).Problem().Code);
        (await teacher.Post($"{cycle}/starts", new { })).Expect(HttpStatusCode.OK);
        var point = (await teacher.Post($"{cycle}/points", new { on = "2024-11-02", value = 12, denominator = 30, point = "first" })).Expect(HttpStatusCode.OK);
        (await teacher.Post($"{cycle}/points", new { on = "2024-11-09", value = 20, denominator = 30 })).Expect(HttpStatusCode.OK);
        (await teacher.Post($"{cycle}/points/first/corrections", new { value = 15, denominator = 30, because = "transcription-error", reason = "Counted again." })).Expect(HttpStatusCode.OK);

        var read = (await teacher.Get(cycle)).Expect(HttpStatusCode.OK);
        Assert.NotEqual(point.ETag, read.ETag);
        Assert.Equal([50, 100 * 20 / 30.0], read.Json["series"]!.AsArray().Select(one => (double)one!["value"]!));
        Assert.False((bool)read.Json["chart"]!["signal"]!);
        (await teacher.Get(cycle, ifNoneMatch: read.ETag)).Expect(HttpStatusCode.NotModified);

        (await teacher.Post($"{cycle}/studies", new { whatHappened = "Most wrote more." })).Expect(HttpStatusCode.OK);
        (await teacher.Post($"{cycle}/comparisons", new { result = "as-predicted" })).Expect(HttpStatusCode.OK);
        (await teacher.Post($"{cycle}/closures", new { decision = "adopt", rationale = "It costs nothing." })).Expect(HttpStatusCode.OK);
        return cycle;
    }

    private static JsonNode Gate(JsonNode pilot, string to) => pilot["gates"]!.AsArray().Single(gate => (string?)gate!["to"] == to)!;

    private async Task<((string Id, string School) First, (string Id, string School) Second)> TwoTeachers()
    {
        var (heron, colibri) = (await NewSchool("Heron Bay", "KE"), await NewSchool("Casa del Colibrí", "CO"));
        return ((await NewTeacher("Amina", heron), heron), (await NewTeacher("Mateo", colibri), colibri));
    }

    private async Task<string> NewSchool(string name, string country) =>
        (string)(await server.Anyone().Post("/api/v1/schools", new { name, country })).Expect(HttpStatusCode.Created).Json["id"]!;

    private async Task<string> NewTeacher(string name, string school) =>
        (string)(await server.Anyone().Post("/api/v1/people", new { name, home = school, roles = (string[])[$"teacher@{school}"] })).Expect(HttpStatusCode.Created).Json["id"]!;
}
