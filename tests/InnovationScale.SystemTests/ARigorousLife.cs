using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using InnovationScale.Statistics;

namespace InnovationScale;

/// <summary>
/// The whole rigorous life over the API: a school learns by enquiry, a trial shows that it helped, four other schools try it again with trials of
/// their own, and what all of them show together is what the statistics library computes from the very pupils that were sent.
/// </summary>
public class ARigorousLife
{
    private const string Core = "Talk before writing";

    [Fact]
    public async Task Goes_from_a_draft_in_one_school_to_a_candidate_for_scale_up()
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var cast = await Cast.Register(server);
        var innovation = (string)(await cast.Researcher.Api.Post("/api/v1/innovations", new
        {
            title = "Talk first, then write", description = "Pairs talk before they write.", theory = "Talking orders thoughts.", coreComponents = (string[])[Core],
        })).Expect(HttpStatusCode.Created).Json["id"]!;

        var heron = await PilotOnItsWay.OpenSchool(cast, "Heron Bay", "KE", innovation);
        await Registers(heron);
        await LearnsInACycle(heron);
        var first = await IsTriedFairly(heron, "Moss Lane", lift: 14, seed: 1);
        var results = new List<(string Trial, string Csv)> { (heron.Trial!.Id, first) };
        foreach (var (name, country, lift, seed) in ((string, string, double, int)[])[("Casa del Colibrí", "CO", 12, 2), ("Kiln Lane", "GB", 17, 3), ("Diamniadio", "SN", 22, 4), ("Serra Alta", "BR", 15, 5)])
        {
            var again = await PilotOnItsWay.OpenSchool(cast, name, country, innovation);
            var replication = await IsAgreed(heron, again);
            await JoinsTheTrial(again, replication);
            results.Add((again.Trial!.Id, await RunsItsTrial(again, lift, seed)));
            await IsAssessed(cast, replication);
        }

        await IsACandidateForScaleUp(server, innovation, results);
        await IsRememberedInOrder(heron);
    }

    private static async Task Registers(PilotOnItsWay pilot)
    {
        await pilot.Start("rigorous");
        var refused = (await pilot.Move("registered", pilot.Head)).Expect(HttpStatusCode.Conflict).Problem();
        Assert.Equal(("gate-not-passed", "draft-to-registered"), (refused.Code, refused.Guard));
        await pilot.Promise();
        (await pilot.Move("registered", pilot.Teacher)).Expect(HttpStatusCode.Forbidden).Problem();
        await pilot.Moves("registered", pilot.Head);
    }

    private static async Task LearnsInACycle(PilotOnItsWay pilot)
    {
        await pilot.PlanEnquiry(new
        {
            question = "Do more pupils write when they talk first?", watch = "Pupils who write five lines", watchAs = "share", aim = "Nearly everybody writes.", target = 90,
            drivers = "Talk, time, topic", measure = "lines-written", waiver = "There is no challenge group near.",
        });
        await pilot.DecideEthics();
        await pilot.Moves("enquiry", pilot.Cast.Facilitator);

        var cycle = await pilot.PlanCycle();
        Assert.Equal("cycle-not-at-this-stage", (await pilot.Record(cycle, day: 1)).Expect(HttpStatusCode.Conflict).Problem().Code);
        await pilot.StartCycle(cycle);
        var other = new { plan = new { changeIdea = "Pairs talk for ten minutes", prediction = new { direction = "down", confidence = "hunch" } } };
        var frozen = (await pilot.Teacher.Api.Put($"{cycle}/plan", other.plan, ifMatch: (await pilot.Teacher.Api.Get(cycle)).ETag)).Expect(HttpStatusCode.Conflict).Problem();
        Assert.Equal("prediction-frozen", frozen.Code);
        await pilot.FinishCycle(cycle, "adopt");
        Assert.Equal("up", (string?)(await pilot.Teacher.Api.Get(cycle)).Json["plan"]!["prediction"]!["direction"]);
    }

    /// <summary>The first trial: registered, in two schools, with everything that must not be possible tried on the way.</summary>
    private static async Task<string> IsTriedFairly(PilotOnItsWay pilot, string otherSchool, double lift, int seed)
    {
        await pilot.StateConsent();
        await pilot.RegisterTrial(TrialInTheField.Plan(), await Cast.School(pilot.Cast.Server, otherSchool, "KE"));
        var trial = pilot.Trial!;
        await pilot.Moves("trial", pilot.Cast.Researcher);
        await trial.Start();
        var csv = PupilRows.Of(trial.Schools, lift, seed, Classes);
        Assert.Equal("observation-not-permitted", await WhilePaused(pilot, () => trial.Upload(csv, TrialInTheField.EveryPupil)));
        await trial.Record(csv);
        Assert.Equal("plan-fixed-by-observation", (await trial.Researcher.Post($"{trial.At}/amendments", new { plan = TrialInTheField.Plan(measure: "Reading"), reason = "It looks better." },
            ifMatch: (await trial.Researcher.Get(trial.At)).ETag)).Expect(HttpStatusCode.Conflict).Problem().Code);
        Assert.Equal("trial-not-locked", await EvaluatingEarly(trial));

        var hash = await trial.Propose();
        Assert.Equal("lock-same-person", (await trial.Lock(hash, trial.Steward)).Expect(HttpStatusCode.Forbidden).Problem().Code);
        (await trial.Lock(hash, trial.Researcher)).Expect(HttpStatusCode.OK);
        Assert.Equal("data-locked", (await trial.Upload(csv.Replace("moved", "left", StringComparison.Ordinal), TrialInTheField.EveryPupil)).Expect(HttpStatusCode.Conflict).Problem().Code);
        var lines = (await trial.Researcher.Send(HttpMethod.Get, $"{trial.At}/cells", null, request => request.Headers.Accept.Add(new("application/x-ndjson")))).Expect(HttpStatusCode.OK);
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.Body))));
        await IsEvaluated(pilot, hash);
        return csv;
    }

    private static async Task<string> WhilePaused(PilotOnItsWay pilot, Func<Task<Reply>> ask)
    {
        var ethics = pilot.Cast.EthicsLead.Api;
        (await ethics.Post($"{pilot.At}/pauses", new { reason = "A worry was raised.", safeguarding = true })).Expect(HttpStatusCode.OK);
        var code = (await ask()).Expect(HttpStatusCode.Conflict).Problem().Code;
        (await ethics.Post($"{pilot.At}/resumptions", new { reason = "There was nothing to it." })).Expect(HttpStatusCode.OK);
        return code;
    }

    private static async Task<string> EvaluatingEarly(TrialInTheField trial) => (await trial.Researcher.Post("/api/v1/evaluations",
        new { trial = trial.Id, datasetSha256 = new string('0', 64), method = "class-adjusted/1" })).Expect(HttpStatusCode.Conflict).Problem().Code;

    /// <summary>Signed on the hash by an evaluator with no tie to the school, which moves the pilot on by itself; then public, and reported.</summary>
    private static async Task IsEvaluated(PilotOnItsWay pilot, string hash)
    {
        var trial = pilot.Trial!;
        await pilot.Moves("evaluation", pilot.Cast.Steward, pilot.Cast.Researcher);
        var evaluation = await trial.Evaluate();
        (await trial.Evaluator.Post($"{evaluation}/publications", new { }, ifMatch: (await trial.Evaluator.Get(evaluation)).ETag)).Expect(HttpStatusCode.OK);
        var signed = (await pilot.Cast.Server.Anyone().Get(evaluation)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((hash, "helps", true), ((string?)signed["datasetSha256"], (string?)signed["findings"]!["verdict"], (bool)signed["independent"]!));
        await Signal.Until("the signed evaluation moves the pilot on", async () => (string?)(await pilot.Read())["stage"] is "adaptation");
        (await trial.Researcher.Post($"{trial.At}/reports", new { report = "Pupils who talked first wrote more." }, ifMatch: (await trial.Researcher.Get(trial.At)).ETag)).Expect(HttpStatusCode.OK);
    }

    private static async Task<string> IsAgreed(PilotOnItsWay source, PilotOnItsWay again)
    {
        var proposed = (await source.Cast.Facilitator.Api.Post("/api/v1/replications", new
        {
            source.Innovation, innovationVersion = source.Version, sourceTrial = source.Trial!.Id, again.School, design = "direct", independence = "independent", margin = 0.5,
        })).Expect(HttpStatusCode.Created);
        var at = proposed.Header("Location")!;
        (await again.Head.Api.Post($"{at}/agreements", new { }, ifMatch: proposed.ETag)).Expect(HttpStatusCode.OK);
        return at;
    }

    /// <summary>A school that joins needs no enquiry of its own: it accepts the parts that must be kept.</summary>
    private static async Task JoinsTheTrial(PilotOnItsWay pilot, string replication)
    {
        await pilot.Start("rigorous");
        await pilot.Promise();
        await pilot.Moves("registered", pilot.Head);
        await pilot.DecideEthics();
        await pilot.StateConsent();
        await pilot.AcceptCoreComponents();
        await pilot.RegisterTrial(TrialInTheField.Plan());
        var researcher = pilot.Cast.Researcher;
        (await researcher.Api.Post($"{replication}/trials", new { trial = pilot.Trial!.Id }, ifMatch: (await researcher.Api.Get(replication)).ETag)).Expect(HttpStatusCode.OK);
        await pilot.Moves("trial", researcher);
    }

    private static async Task<string> RunsItsTrial(PilotOnItsWay pilot, double lift, int seed)
    {
        var trial = pilot.Trial!;
        var csv = PupilRows.Of(trial.Schools, lift, seed, Classes);
        await trial.Start();
        await trial.Record(csv);
        await IsEvaluated(pilot, await trial.Close());
        return csv;
    }

    private static async Task IsAssessed(Cast cast, string replication)
    {
        var researcher = cast.Researcher.Api;
        await Signal.Until("the replication follows its trial to the report", async () => (string?)(await researcher.Get(replication)).Json["state"] is "reported");
        (await researcher.Post($"{replication}/assessments", new { }, ifMatch: (await researcher.Get(replication)).ETag)).Expect(HttpStatusCode.OK);
        Assert.True((bool)(await researcher.Get(replication)).Json["assessment"]!["succeeded"]!);
    }

    private static async Task IsACandidateForScaleUp(RunningServer server, string innovation, List<(string Trial, string Csv)> results)
    {
        var evidence = (await server.Anyone().Get($"/api/v1/innovations/{innovation}/versions/v1/evidence")).Expect(HttpStatusCode.OK).Json;
        var recomputed = results.Select(result => (result.Trial, Effect: EffectOf(result.Csv))).ToList();
        foreach (var (trial, effect) in recomputed)
        {
            var told = evidence["trials"]!.AsArray().Single(one => (string?)one!["trial"] == trial)!;
            Assert.Equal(effect.G, (double)told["g"]!, 1e-10);
            Assert.Equal(effect.StandardError, (double)told["se"]!, 1e-10);
        }

        double[] variances = [.. recomputed.Select(one => one.Effect.StandardError * one.Effect.StandardError)];
        var fit = RandomEffects.Fit([.. recomputed.Select(one => one.Effect.G)], variances);
        var (pool, next) = (evidence["pool"]!, fit.Prediction!.Default!.Interval);
        Assert.Equal(5, (int)pool["k"]!);
        Assert.Equal(fit.Estimate, (double)pool["mu"]!, 1e-8);
        Assert.Equal(fit.Interval.Lower, (double)pool["ci"]!["low"]!, 1e-8);
        Assert.Equal(fit.Interval.Upper, (double)pool["ci"]!["high"]!, 1e-8);
        Assert.Equal(next.Lower, (double)pool["prediction"]!["low"]!, 1e-8);
        Assert.Equal(next.Upper, (double)pool["prediction"]!["high"]!, 1e-8);

        // A fair comparison shows it and others found the same: of the highest level only the cost is still to be told.
        Assert.Equal(("helps", 3), ((string?)evidence["verdict"], (int)evidence["level"]!));
        Assert.Equal(["cost"], evidence["steps"]!.AsArray().Single(step => (int)step!["level"]! == 4)!["missing"]!.AsArray().Select(missing => (string)missing!["code"]!));
        Assert.Equal((4, 4, 0), Success(evidence["success"]!));

        var page = (await server.Anyone().Get($"/en/innovations/{innovation}")).Expect(HttpStatusCode.OK).Body;
        Assert.Contains("A fair comparison shows that it helps", page, StringComparison.Ordinal);
        Assert.Contains($"5 results together: {Number(fit.Estimate)}, likely between {Number(fit.Interval.Lower)} and {Number(fit.Interval.Upper)}", page, StringComparison.Ordinal);
        Assert.Contains("The next school might see anything from", page, StringComparison.Ordinal);

        static (int, int, int) Success(JsonNode rate) => ((int)rate["successes"]!, (int)rate["assessed"]!, (int)rate["abandoned"]!);
        static string Number(double value) => Words.English.Number(value, 2);
    }

    /// <summary>Every step of the first pilot, with what its gate saw.</summary>
    private static async Task IsRememberedInOrder(PilotOnItsWay pilot)
    {
        var timeline = (await pilot.Cast.Server.Anyone().Get($"{pilot.At}/timeline")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray().Reverse().Select(happened => (string)happened!["event"]!).ToList();
        Assert.Equal("pilot-started", timeline[0]);
        Assert.Equal(5, timeline.Count(happened => happened is "pilot-moved"));
        Assert.True(timeline.IndexOf("cycle-closed") < timeline.LastIndexOf("pilot-moved"));
    }

    private const int Classes = 10;

    /// <summary>The class-adjusted effect of a file, from its pupils.</summary>
    private static (double G, double StandardError) EffectOf(string csv)
    {
        var classes = csv.Split('\n').Skip(1).Select(row => row.Split(',')).Where(row => row[5].Length > 0)
            .GroupBy(row => (School: row[1], Class: row[2], Arm: row[3]), row => double.Parse(row[5], CultureInfo.InvariantCulture))
            .Select(scores => (scores.Key.Arm, Moments: scores.Aggregate(Moments.None, (sum, score) => sum.With(score)))).ToList();
        var effect = ClusteredEffect.Between(In("small"), In("regular"));
        return (effect.G, effect.StandardError);

        List<Moments> In(string arm) => [.. classes.Where(one => one.Arm == arm).Select(one => one.Moments)];
    }
}
