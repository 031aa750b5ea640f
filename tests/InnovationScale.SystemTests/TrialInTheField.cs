using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace InnovationScale;

/// <summary>A trial brought into the field through the API alone, by people who may: for tests that need results.</summary>
public sealed class TrialInTheField(RunningServer server, string at)
{
    /// <summary>Address of the trial, such as <c>/api/v1/trials/7f3k</c>.</summary>
    public string At => at;

    public string Id => at[(at.LastIndexOf('/') + 1)..];

    public required ApiClient Researcher { get; init; }

    public required ApiClient SecondResearcher { get; init; }

    public required ApiClient Steward { get; init; }

    public required ApiClient Evaluator { get; init; }

    public required ApiClient ProgrammeOfficer { get; init; }

    public IReadOnlyList<string> Schools { get; private init; } = [];

    public RunningServer Server => server;

    /// <summary>A pilot that may be observed, and a trial of these schools that it leads, in the field.</summary>
    public static async Task<TrialInTheField> Begin(RunningServer server, object plan, IEnumerable<string> schools)
    {
        var cast = await Cast.Register(server);
        var pilot = await PilotOnItsWay.OpenSchool(cast, "Heron Bay", "KE", "small-classes");
        await pilot.Start("standard");
        await pilot.StateConsent();
        await pilot.DecideEthics();
        var trial = await Register(cast, new { title = "Do small classes help?", innovation = "small-classes", version = "1.0", pilot = pilot.Id, preset = "standard", plan },
            schools.Select(school => new { school, joined = "2026-09-01" }));
        await trial.Start();
        return trial;
    }

    /// <summary>Drafts and registers a trial of these sites.</summary>
    public static async Task<TrialInTheField> Register(Cast cast, object draft, IEnumerable<object> sites)
    {
        var (researcher, officer) = (cast.Researcher.Api, cast.ProgrammeOfficer.Api);
        var drafted = (await researcher.Post("/api/v1/trials", draft)).Expect(HttpStatusCode.Created);
        var trial = drafted.Header("Location")!;
        var tag = (await researcher.Post($"{trial}/submissions", new { }, ifMatch: drafted.ETag)).Expect(HttpStatusCode.OK).ETag;
        (await officer.Post($"{trial}/registrations", new { }, ifMatch: tag)).Expect(HttpStatusCode.OK);
        foreach (var site in sites) (await researcher.Post($"{trial}/sites", site)).Expect(HttpStatusCode.OK);
        return new(cast.Server, trial)
        {
            Schools = [.. (await researcher.Get(trial)).Expect(HttpStatusCode.OK).Json["sites"]!.AsArray().Select(site => (string)site!["school"]!)],
            Researcher = researcher, ProgrammeOfficer = officer, SecondResearcher = cast.SecondResearcher.Api, Steward = cast.Steward.Api, Evaluator = cast.Evaluator.Api,
        };
    }

    public Task Recruit() => Moves("recruitment", Researcher);

    /// <summary>Recruits, and begins to teach and measure.</summary>
    public async Task Start()
    {
        await Recruit();
        await Moves("fieldwork", Researcher);
    }

    public Task Stop() => Moves("stops", Researcher);

    /// <summary>A row for every pupil: taken, and checked by somebody else.</summary>
    public async Task Record(string pupils)
    {
        var batch = (string)(await Upload(pupils, EveryPupil)).Expect(HttpStatusCode.Created).Json["batch"]!;
        (await SecondResearcher.Post($"{at}/batches/{batch}/verifications")).Expect(HttpStatusCode.OK);
    }

    /// <summary>Two people close the results; answers with the hash that both looked at.</summary>
    public async Task<string> Close()
    {
        var hash = await Propose();
        (await Lock(hash, Researcher)).Expect(HttpStatusCode.OK);
        return hash;
    }

    /// <summary>The first of the two; answers with the hash of what is there.</summary>
    public async Task<string> Propose()
    {
        await Moves("lock-proposals", Steward);
        return (string)(await Researcher.Get(at)).Expect(HttpStatusCode.OK).Json["proposedLock"]!["datasetSha256"]!;
    }

    public async Task<Reply> Lock(string hash, ApiClient by) => await by.Post($"{at}/locks", new { datasetSha256 = hash }, ifMatch: (await by.Get(at)).ETag);

    /// <summary>Computed from the closed results and signed on their hash; answers with the evaluation's address.</summary>
    public async Task<string> Evaluate(ApiClient? by = null)
    {
        var hash = (string)(await Researcher.Get(at)).Expect(HttpStatusCode.OK).Json["lockedSha256"]!;
        var computed = (await Researcher.Post("/api/v1/evaluations", new { trial = Id, datasetSha256 = hash, method = "class-adjusted/1" })).Expect(HttpStatusCode.Created);
        var evaluation = computed.Header("Location")!;
        var tag = (await Researcher.Post($"{evaluation}/submissions", new { }, ifMatch: computed.ETag)).Expect(HttpStatusCode.OK).ETag;
        (await (by ?? Evaluator).Post($"{evaluation}/signatures", new { }, ifMatch: tag)).Expect(HttpStatusCode.OK);
        return evaluation;
    }

    public async Task Moves(string noun, ApiClient by, string reason = "It is time.") =>
        (await by.Post($"{at}/{noun}", new { reason }, ifMatch: (await by.Get(at)).ETag)).Expect(HttpStatusCode.OK);

    /// <summary>The query of an upload in which every allocated pupil has a row.</summary>
    public static string EveryPupil { get; } = "?mapping=" + Uri.EscapeDataString(
        """{"kind":"pupil-rows","school":"school","class":"class","arm":"arm","pupil":"pupil","baseline":"baseline","outcome":"score","lostReason":"reason","everyAllocatedPupilHasARow":true}""");

    /// <summary>A whole plan with two groups drawn by lot inside each school.</summary>
    public static object Plan(
        string measure = "Maths", double min = 0, double max = 700, int smallestClass = 5, string design = "multisite-randomised", params string[] subgroups) => new
    {
        hypothesis = "Pupils in small classes learn more mathematics.",
        design,
        unitOfAssignment = "class",
        arms = (object[])[new { name = "small", comparison = false, condition = "13 to 17 pupils" }, new { name = "regular", comparison = true, condition = "22 to 25 pupils" }],
        allocation = new { method = "Lots drawn within each school", seedSha256 = Convert.ToHexStringLower(SHA256.HashData("seed"u8)) },
        primary = new { measure, unit = "points", min, max, direction = "higher-is-better", wave = "outcome", baselineWave = "baseline", attainment = true },
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
        return await Upload(content, query, by);
    }

    public Task<Reply> Upload(HttpContent content, string query = "", ApiClient? by = null) => (by ?? Researcher).Post($"{at}/uploads{query}", content);
}
