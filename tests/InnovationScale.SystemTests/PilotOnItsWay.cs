using System.Net;
using System.Text.Json.Nodes;
using InnovationScale.People;

namespace InnovationScale;

/// <summary>A pilot taken through its life over the API, with the people of its school. Each method is one thing that people do for it.</summary>
public sealed class PilotOnItsWay(Cast cast, string school, string innovation)
{
    public Cast Cast => cast;

    public string School => school;

    public string Innovation => innovation;

    /// <summary>The version that was adapted into another one.</summary>
    public string Version { get; private set; } = "v1";

    /// <summary>Leads the team.</summary>
    public required Person Teacher { get; init; }

    /// <summary>The second adult, who works at another school.</summary>
    public required Person Colleague { get; init; }

    public required Person Head { get; init; }

    /// <summary>An evaluator whom the school employs, and who is therefore not independent.</summary>
    public required Person OwnEvaluator { get; init; }

    /// <summary>Address of the pilot.</summary>
    public string At { get; private set; } = "";

    public string Id => At[(At.LastIndexOf('/') + 1)..];

    public TrialInTheField? Trial { get; private set; }

    public static async Task<PilotOnItsWay> OpenSchool(Cast cast, string name, string country, string innovation)
    {
        var server = cast.Server;
        var (school, elsewhere) = (await Cast.School(server, name, country), cast.Facilitator.Home);
        return new(cast, school, innovation)
        {
            Teacher = await Person.Register(server, "Amina", school, $"teacher@{school}"),
            Colleague = await Person.Register(server, "Mateo", elsewhere, $"teacher@{elsewhere}"),
            Head = await Person.Register(server, "Mrs Otieno", school, $"school-lead@{school}"),
            OwnEvaluator = await Person.Register(server, "Ola", school, $"evaluator@{school}"),
        };
    }

    public async Task Start(string preset, string title = "Talk first, then write", string? version = "v1") =>
        At = (await Teacher.Api.Post("/api/v1/pilots", new { title, school, innovation = version is null ? null : innovation, version, preset })).Expect(HttpStatusCode.Created).Header("Location")!;

    public async Task<JsonNode> Read() => (await Teacher.Api.Get(At)).Expect(HttpStatusCode.OK).Json;

    public async Task<Reply> Move(string to, Person by, string? reason = null) =>
        await by.Api.Post($"{At}/moves", new { to, reason }, ifMatch: (await by.Api.Get(At)).ETag);

    /// <summary>Signs a move in this order; the last signature makes it.</summary>
    public async Task Moves(string to, params Person[] by)
    {
        foreach (var one in by) (await Move(to, one)).Expect(HttpStatusCode.OK);
        Assert.Equal(to, (string?)(await Read())["stage"]);
    }

    // The promise

    public Task Describe(object answers) => Changed(tag => Teacher.Api.Patch(At, answers, ifMatch: tag));

    public Task ChooseInnovation() => Put("innovation", new { innovation, version = Version });

    public Task NameSecondAdult() => Put("second-adult", new { person = Colleague.Id, school = Colleague.Home });

    public Task TellHead(bool consents) => Put("head", new { name = "Mrs Otieno", on = "2024-11-02", consents });

    /// <summary>One answer is yes, so that the ethics person is asked.</summary>
    public Task AnswerRoutinePractice() => Put("routine-practice", new
    {
        beyondNormalAssessment = true, sensitiveTopic = false, teachingWithheld = false, photoOrRecording = false, namedDataLeaves = false, paymentToPupils = false,
    });

    public Task DescribeTeaching() => Put("teaching", new
    {
        why = "Talking orders thoughts.", materials = "A picture.", procedures = "Pairs talk, then write.", provider = "The class teacher, after an hour of training.",
        howAndWhere = "In pairs, in class.", howMuch = "Ten minutes, twice a week, eight weeks.",
    });

    public Task DescribeContext(ContextPart part) => Put("context", Unknown(part));

    public async Task DescribeSchool() => (await Head.Api.Put($"/api/v1/schools/{school}/context", Unknown(ContextPart.School), ifMatch: (await Head.Api.Get($"/api/v1/schools/{school}")).ETag)).Expect(HttpStatusCode.OK);

    /// <summary>Answers everything that registration asks of a rigorous pilot.</summary>
    public async Task Promise()
    {
        await Describe(new { problem = "Half the class writes nothing.", learners = "Year 5", learnerCount = 120, startMonth = "2026-12", safeguardingContact = "Mrs Otieno" });
        await NameSecondAdult();
        await TellHead(consents: true);
        await AnswerRoutinePractice();
        await DescribeTeaching();
        await DescribeSchool();
        await DescribeContext(ContextPart.Learners);
        await DescribeContext(ContextPart.Delivery);
    }

    public Task Confirm() => Done(Head.Api.Post($"{At}/confirmations", new { }));

    public async Task DecideEthics()
    {
        if ((await Read())["ethics"] is null) await Done(Teacher.Api.Post($"{At}/ethics-requests", new { }));
        await Done(cast.EthicsLead.Api.Post($"{At}/ethics-decisions", new { outcome = "approved", reference = "E-7" }));
    }

    public Task StateConsent() => Put("consent-basis", new { basis = "opt-in", note = "Letters of May." });

    public Task AcceptCoreComponents() => Put("core-components", new { trainedOn = "2026-09-01" });

    // The enquiry

    public Task PlanEnquiry(object plan) => Put("enquiry-plan", plan);

    /// <summary>A whole cycle with so many points.</summary>
    public async Task Cycle(string decision, int points = 2)
    {
        var cycle = await PlanCycle();
        await StartCycle(cycle);
        await FinishCycle(cycle, decision, points);
    }

    public async Task<string> PlanCycle() => (await Teacher.Api.Post($"{At}/cycles", new
    {
        plan = new { changeIdea = "Pairs talk for ten minutes", measure = "Pupils who write five lines", prediction = new { direction = "up", confidence = "fairly-sure" } },
    })).Expect(HttpStatusCode.Created).Header("Location")!;

    public Task StartCycle(string cycle) => Done(Teacher.Api.Post($"{cycle}/starts", new { }));

    public Task<Reply> Record(string cycle, int day) => Teacher.Api.Post($"{cycle}/points", new { on = $"2024-11-{day:00}", value = 12 + day, denominator = 30 });

    public async Task FinishCycle(string cycle, string decision, int points = 2)
    {
        for (var day = 1; day <= points; day++) await Done(Record(cycle, day));
        await Done(Teacher.Api.Post($"{cycle}/studies", new { whatHappened = "Most wrote more." }));
        await Done(Teacher.Api.Post($"{cycle}/comparisons", new { result = "as-predicted" }));
        await Done(Teacher.Api.Post($"{cycle}/closures", new { decision, rationale = "It costs nothing." }));
    }

    public Task SayWhatChanged() => Put("what-changed", new { what = "Five minutes are enough." });

    public Task WriteLessons() => Put("lessons", new { lines = (string[])["Pairs talked first.", "Most wrote more.", "Start with short texts."] });

    // The trial

    /// <summary>Registers a trial that this pilot leads, in its own school.</summary>
    public async Task RegisterTrial(object plan, params string[] otherSchools) => Trial = await TrialInTheField.Register(cast, new
    {
        title = "Do they write more?", innovation, version = Version, pilot = Id, preset = "rigorous", plan,
    }, [new { school, pilot = Id, joined = "2026-09-01" }, .. otherSchools.Select(other => new { school = other, joined = "2026-09-01" })]);

    // Adaptation

    private string? adaptation;

    public async Task ProposeAdaptation()
    {
        if (adaptation is not null) return;
        var frame = new { what = "Five minutes instead of ten", coreComponentsTouched = (string[])["Talk before writing"] };
        adaptation = (string)(await Teacher.Api.Post($"/api/v1/innovations/{innovation}/adaptations", new { of = Version, frame })).Expect(HttpStatusCode.Created).Json["id"]!;
        await Done(cast.Researcher.Api.Post($"/api/v1/innovations/{innovation}/adaptations/{adaptation}/fidelity-rulings", new { consistent = true, reason = "They still talk first." }));
    }

    public async Task EnactAdaptation()
    {
        await ProposeAdaptation();
        if (Version != "v1") return;
        var at = $"/api/v1/innovations/{innovation}";
        await Done(Head.Api.Post($"{at}/adaptations/{adaptation}/agreements", new { }));
        await Done(Head.Api.Post($"{at}/adaptations/{adaptation}/enactments", new { coreComponents = (string[])["Talk before writing"] }, ifMatch: (await Head.Api.Get(at)).ETag));
        Version = "v2";
    }

    public Task Put(string noun, object body) => Changed(tag => Teacher.Api.Put($"{At}/{noun}", body, ifMatch: tag));

    private async Task Changed(Func<string?, Task<Reply>> change) => await Done(change((await Teacher.Api.Get(At)).ETag));

    private static async Task Done(Task<Reply> asked) => (await asked).Expect(HttpStatusCode.OK);

    private static Dictionary<string, object?> Unknown(ContextPart part) =>
        ContextProfile.Dimensions.Where(question => question.Part == part).ToDictionary(question => question.Code, _ => (object?)null, StringComparer.Ordinal);
}
