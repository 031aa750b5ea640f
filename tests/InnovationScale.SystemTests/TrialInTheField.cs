using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace InnovationScale;

/// <summary>A trial brought into the field through the API alone, by people who may: for tests that need results.</summary>
public sealed class TrialInTheField(RunningServer server, string at)
{
    private const string Programme = "programme";

    /// <summary>Address of the trial, such as <c>/api/v1/trials/7f3k</c>.</summary>
    public string At => at;

    public required ApiClient Researcher { get; init; }

    public required ApiClient SecondResearcher { get; init; }

    public required ApiClient Steward { get; init; }

    public required ApiClient Evaluator { get; init; }

    public required ApiClient ProgrammeOfficer { get; init; }

    public RunningServer Server => server;

    /// <summary>Drafts, registers and starts a trial of these schools.</summary>
    public static async Task<TrialInTheField> Begin(RunningServer server, object plan, IEnumerable<string> schools)
    {
        var home = (string)(await server.Anyone().Post("/api/v1/schools", new { name = "Heron Bay", country = "KE" })).Expect(HttpStatusCode.Created).Json["id"]!;
        var elsewhere = (string)(await server.Anyone().Post("/api/v1/schools", new { name = "Kiln Lane", country = "SN" })).Expect(HttpStatusCode.Created).Json["id"]!;
        async Task<ApiClient> Person(string name, string school, params string[] roles) => server.As(
            (string)(await server.Anyone().Post("/api/v1/people", new { name, home = school, roles })).Expect(HttpStatusCode.Created).Json["id"]!);

        var researcher = await Person("Ruth", home, $"researcher@{home}", $"teacher@{home}");
        var officer = await Person("Odile", elsewhere, $"programme-officer@{Programme}");
        var ethics = await Person("Sefa", elsewhere, $"safeguarding-lead@{Programme}");

        var pilot = (await researcher.Post("/api/v1/pilots", new { title = "Small classes", school = home, innovation = "small-classes", version = "1.0", preset = "standard" })).Expect(HttpStatusCode.Created);
        var path = pilot.Header("Location")!;
        var etag = (await researcher.Put($"{path}/consent-basis", new { basis = "opt-in", note = "Letters of May." }, ifMatch: pilot.ETag)).Expect(HttpStatusCode.OK).ETag;
        (await researcher.Post($"{path}/ethics-requests", new { })).Expect(HttpStatusCode.OK);
        (await ethics.Post($"{path}/ethics-decisions", new { outcome = "approved", reference = "E-7" })).Expect(HttpStatusCode.OK);
        Assert.NotNull(etag);

        var draft = (await researcher.Post("/api/v1/trials", new
        {
            title = "Do small classes help?", innovation = "small-classes", version = "1.0", pilot = path[(path.LastIndexOf('/') + 1)..], preset = "standard", plan,
        })).Expect(HttpStatusCode.Created);
        var trial = draft.Header("Location")!;
        var tag = (await researcher.Post($"{trial}/submissions", new { }, ifMatch: draft.ETag)).Expect(HttpStatusCode.OK).ETag;
        (await officer.Post($"{trial}/registrations", new { }, ifMatch: tag)).Expect(HttpStatusCode.OK);
        foreach (var school in schools) (await researcher.Post($"{trial}/sites", new { school, joined = "2026-09-01" })).Expect(HttpStatusCode.OK);
        tag = (await researcher.Get(trial)).Expect(HttpStatusCode.OK).ETag;
        tag = (await researcher.Post($"{trial}/recruitment", new { }, ifMatch: tag)).Expect(HttpStatusCode.OK).ETag;
        (await researcher.Post($"{trial}/fieldwork", new { }, ifMatch: tag)).Expect(HttpStatusCode.OK);
        return new TrialInTheField(server, trial)
        {
            Researcher = researcher, ProgrammeOfficer = officer, SecondResearcher = await Person("Rafael", home, $"researcher@{home}"),
            Steward = await Person("Dana", elsewhere, $"data-steward@{Programme}"), Evaluator = await Person("Eva", elsewhere, $"evaluator@{elsewhere}"),
        };
    }

    /// <summary>A whole plan with two groups drawn by lot inside each school.</summary>
    public static object Plan(string measure = "Maths", double min = 0, double max = 700, int smallestClass = 5, params string[] subgroups) => new
    {
        hypothesis = "Pupils in small classes learn more mathematics.",
        design = "multisite-randomised",
        unitOfAssignment = "class",
        arms = (object[])[new { name = "small", comparison = false, condition = "13 to 17 pupils" }, new { name = "regular", comparison = true, condition = "22 to 25 pupils" }],
        allocation = new { method = "Lots drawn within each school", seedSha256 = Convert.ToHexStringLower(SHA256.HashData("seed"u8)) },
        primary = new { measure, unit = "points", min, max, direction = "higher-is-better", wave = "outcome", attainment = true },
        missingDataRule = "Classes without results are counted.",
        stoppingRule = "Nothing.",
        analysis = "class-adjusted",
        minimumCellSize = smallestClass,
        subgroups,
    };

    public Task<Reply> Upload(string csv, string query = "", ApiClient? by = null) => Upload(Encoding.UTF8.GetBytes(csv), query, by);

    public async Task<Reply> Upload(byte[] csv, string query = "", ApiClient? by = null)
    {
        using var content = new ByteArrayContent(csv);
        content.Headers.ContentType = new("text/csv");
        return await (by ?? Researcher).Post($"{at}/uploads{query}", content);
    }
}
