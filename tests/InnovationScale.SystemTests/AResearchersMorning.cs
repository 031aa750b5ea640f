using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace InnovationScale;

/// <summary>
/// A researcher's morning over the API: a cluster trial whose lots anybody draws again, 3,794 pupils' rows with 40 faults mended from the list of rows to fix,
/// results checked, closed by two, evaluated and public; a second school joins, and somebody asks what is known for a school of another kind.
/// </summary>
public class AResearchersMorning
{
    private const int Pupils = 3_794, Faults = 40, InAClass = 21;

    [Fact]
    public async Task Ends_with_an_answer_that_anybody_can_compute_again()
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var cast = await Cast.Register(server);
        var innovation = (string)(await cast.Researcher.Api.Post("/api/v1/innovations", new
        {
            title = "Small classes", description = "13 to 17 pupils in a class.", theory = "More time for each.", mayDependOn = (string[])["locality"],
        })).Expect(HttpStatusCode.Created).Json["id"]!;
        var pilot = await PilotOnItsWay.OpenSchool(cast, "Heron Bay", "KE", innovation);
        await pilot.Start("standard");
        await pilot.StateConsent();
        await pilot.DecideEthics();
        (await pilot.Head.Api.Put($"/api/v1/schools/{pilot.School}/context", new { locality = new { value = "rural" }, multigrade = new { value = "no" }, setting = new { value = "stable" } },
            ifMatch: (await pilot.Head.Api.Get($"/api/v1/schools/{pilot.School}")).ETag)).Expect(HttpStatusCode.OK);

        var (trial, rows) = await IsRegisteredAndDrawn(pilot);
        await IsUploadedAndMended(trial, rows);
        await IsClosedEvaluatedAndPublic(trial);
        await ASecondSchoolJoins(cast, pilot, trial);
        await IsAskedFromAnotherKindOfSchool(server, innovation, trial);
        await IsComputedAgain(server, innovation);
    }

    /// <summary>Every class of every school is put into a group by lot; the rows follow the lots.</summary>
    private static async Task<(TrialInTheField, ImmutableArray<string>)> IsRegisteredAndDrawn(PilotOnItsWay pilot)
    {
        var schools = new List<string> { pilot.School };
        for (var n = 1; n < 12; n++) schools.Add(await Cast.School(pilot.Cast.Server, $"School {n}", "KE"));
        var trial = await TrialInTheField.Register(pilot.Cast, new { title = "Do small classes help?", innovation = pilot.Innovation, version = "v1", pilot = pilot.Id, preset = "standard", plan = TrialInTheField.Plan(design: "cluster-randomised") },
            schools.Select(school => new { school, joined = "2026-09-01" }));
        string[] classes = [.. Enumerable.Range(0, (Pupils + InAClass - 1) / InAClass).Select(n => $"{schools[n % schools.Count]}/c{n}")];
        Assert.Equal("seed-not-the-sealed-one", (await trial.Researcher.Post($"{trial.At}/lots", new { seed = "a better one", units = classes })).Expect(HttpStatusCode.UnprocessableEntity).Problem().Code);
        (await trial.Researcher.Post($"{trial.At}/lots", new { seed = "seed", units = classes })).Expect(HttpStatusCode.OK);
        var lots = (await pilot.Cast.Server.Anyone().Get(trial.At)).Expect(HttpStatusCode.OK).Json["lots"]!.AsArray().ToDictionary(lot => (string)lot!["unit"]!, lot => (string)lot!["arm"]!);
        await trial.Start();

        var chance = new Random(7);
        return (trial, [.. Enumerable.Range(0, Pupils).Select(n =>
        {
            var unit = classes[n / InAClass];
            var (before, lift) = (350 + n * 37 % 101, lots[unit] == "small" ? 22 : 0);
            var result = n % InAClass == 0 ? ",moved" : string.Create(CultureInfo.InvariantCulture, $"{before + 30 + lift + n / InAClass % 7 + chance.Next(-25, 26)},");
            return string.Create(CultureInfo.InvariantCulture, $"p{n},{unit.Replace('/', ',')},{lots[unit]},{before},{result}");
        })]);
    }

    private static async Task IsUploadedAndMended(TrialInTheField trial, ImmutableArray<string> rows)
    {
        const string Header = "pupil,school,class,arm,baseline,score,reason";
        var planted = Enumerable.Range(0, Faults).ToDictionary(n => n * 94 + 1, n => n % 4);
        var file = rows.Index().Select(row => planted.TryGetValue(row.Index, out var kind) ? Spoilt(row.Item, kind) : row.Item).ToArray();
        var refused = await Send(trial, string.Join('\n', [Header, .. file]));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "text/csv"), (refused.Status, refused.MediaType));

        // Row numbers are those that a spreadsheet shows; what stands in a row, the list does not tell.
        int[] toFix = [.. refused.Body.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => int.Parse(line.Split(',')[0], CultureInfo.InvariantCulture))];
        Assert.Equal(planted.Keys.Select(at => at + 2).Order(), toFix.Order());
        Assert.DoesNotContain(planted.Keys, at => refused.Body.Contains($"p{at},", StringComparison.Ordinal));
        foreach (var row in toFix) file[row - 2] = rows[row - 2];
        var taken = (await trial.Upload(string.Join('\n', [Header, .. file]), TrialInTheField.EveryPupil)).Expect(HttpStatusCode.Created).Json;
        Assert.Equal((Pupils, (Pupils + InAClass - 1) / InAClass), ((int)taken["rows"]!, (int)taken["cells"]!));
        (await trial.SecondResearcher.Post($"{trial.At}/batches/{(string)taken["batch"]!}/verifications")).Expect(HttpStatusCode.OK);
    }

    private static string Spoilt(string row, int kind)
    {
        var cells = row.Split(',');
        switch (kind)
        {
            case 0: cells[5] = "999"; break;
            case 1: cells[3] = "smal"; break;
            case 2: cells[1] = "nowhere"; break;
            default: cells[2] = ""; break;
        }

        return string.Join(',', cells);
    }

    private static async Task<Reply> Send(TrialInTheField trial, string csv)
    {
        using var content = new StringContent(csv, Encoding.UTF8, "text/csv");
        return await trial.Researcher.Send(HttpMethod.Post, $"{trial.At}/uploads{TrialInTheField.EveryPupil}", content, request =>
        {
            request.Headers.Add("Idempotency-Key", $"\"{Guid.NewGuid()}\"");
            request.Headers.Accept.Add(new("text/csv"));
        });
    }

    private static async Task IsClosedEvaluatedAndPublic(TrialInTheField trial)
    {
        await trial.Close();
        var evaluation = await trial.Evaluate();
        (await trial.Evaluator.Post($"{evaluation}/publications", new { }, ifMatch: (await trial.Evaluator.Get(evaluation)).ETag)).Expect(HttpStatusCode.OK);
        var findings = (await trial.Server.Anyone().Get(evaluation)).Expect(HttpStatusCode.OK).Json["findings"]!;
        Assert.Equal("helps", (string?)findings["verdict"]);

        // Everybody sees how many were measured; who uploaded what, and whom each school lost, is for those who work with it.
        var (seen, own) = ((await trial.Server.Anyone().Get(trial.At)).Json, (await trial.Researcher.Get(trial.At)).Json);
        Assert.Equal(Pupils - (Pupils + InAClass - 1) / InAClass, (int)seen["measured"]!["counts"]!.AsArray()[^1]!.AsArray()[^1]!["pupils"]!);
        Assert.Equal((0, 0, 2), (seen["batches"]!.AsArray().Count, seen["flowBySchool"]!.AsArray().Count, seen["flow"]!.AsArray().Count));
        Assert.Equal((1, Pupils), (own["batches"]!.AsArray().Count, own["flowBySchool"]!.AsArray().Sum(flow => (int)flow!["allocated"]!)));
    }

    private static async Task ASecondSchoolJoins(Cast cast, PilotOnItsWay pilot, TrialInTheField trial)
    {
        var second = await PilotOnItsWay.OpenSchool(cast, "Kiln Lane", "GB", pilot.Innovation);
        var proposed = (await second.Head.Api.Post("/api/v1/replications", new
        {
            innovation = pilot.Innovation, innovationVersion = "v1", sourceTrial = trial.Id, school = second.School, independence = "same-network",
        })).Expect(HttpStatusCode.Created);
        (await cast.Facilitator.Api.Post($"{proposed.Header("Location")}/agreements", new { }, ifMatch: proposed.ETag)).Expect(HttpStatusCode.OK);
    }

    private static async Task IsAskedFromAnotherKindOfSchool(RunningServer server, string innovation, TrialInTheField trial)
    {
        var answer = (await server.Anyone().Get($"/api/v1/innovations/{innovation}/versions/v1/target-school?locality=urban&multigrade=no&setting=stable")).Expect(HttpStatusCode.OK).Json;
        var nearest = answer["places"]![0]!;
        Assert.Equal((trial.Id, "helps"), ((string?)nearest["trial"], (string?)nearest["verdict"]));
        Assert.Equal("locality", (string?)nearest["differs"]![0]!["dimension"]);
        Assert.Equal(["urban"], answer["nobodyTried"]!.AsArray().Select(level => (string?)level!["level"]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.Anyone().Get($"/api/v1/innovations/{innovation}/versions/v1/target-school?locality=nowhere")).Status);
        var page = WebUtility.HtmlDecode((await server.Anyone().Get($"/en/innovations/{innovation}/school?locality=urban")).Expect(HttpStatusCode.OK).Body);
        Assert.Contains("The nearest evidence", page, StringComparison.Ordinal);
    }

    private static async Task IsComputedAgain(RunningServer server, string innovation)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("innovationscale-").FullName, "dossier.zip");
        using (var answer = await server.Http.GetAsync($"/api/v1/innovations/{innovation}/versions/v1/dossier"))
        {
            answer.EnsureSuccessStatusCode();
            await File.WriteAllBytesAsync(file, await answer.Content.ReadAsByteArrayAsync());
            var (exitCode, output) = await RunningServer.Run("verify-dossier", file, "--sha256", answer.Headers.ETag!.Tag.Trim('"'));
            Assert.True(exitCode == 0, output);
            Assert.Contains("All is well", output, StringComparison.Ordinal);
        }

        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        Assert.Equal(1, (await RunningServer.Run("verify-dossier", file)).ExitCode);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }
}
