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

    private const string Header = "pupil,school,class,arm,baseline,score,reason";

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
        var lots = await Lots(pilot.Cast.Server, $"/trials/{trial.Id}");
        await trial.Start();
        return (trial, Rows(classes, lots));
    }

    private static async Task IsUploadedAndMended(TrialInTheField trial, ImmutableArray<string> rows)
    {
        var planted = Planted();
        var file = rows.Index().Select(row => planted.TryGetValue(row.Index, out var kind) ? Spoilt(row.Item, kind) : row.Item).ToArray();
        var refused = await Send(trial, Whole(file));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "text/csv"), (refused.Status, refused.MediaType));

        // Row numbers are those that a spreadsheet shows; what stands in a row, the list does not tell.
        int[] toFix = [.. RowsOf(refused.Body)];
        Assert.Equal(planted.Keys.Select(at => at + 2).Order(), toFix.Order());
        Assert.DoesNotContain(planted.Keys, at => refused.Body.Contains($"p{at},", StringComparison.Ordinal));
        foreach (var row in toFix) file[row - 2] = rows[row - 2];
        var taken = (await trial.Upload(await Reduced(trial, Whole(file)))).Expect(HttpStatusCode.Created).Json;
        Assert.Equal((Pupils, (Pupils + InAClass - 1) / InAClass), ((int)taken["rows"]!, (int)taken["cells"]!));
        (await trial.SecondResearcher.Post($"{trial.At}/batches/{(string)taken["batch"]!}/verifications")).Expect(HttpStatusCode.OK);
    }

    /// <summary>No row leaves the school: the program makes cells of them there, and these are sent.</summary>
    private static async Task<ByteArrayContent> Reduced(TrialInTheField trial, string csv)
    {
        var folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
        string[] files = [Path.Combine(folder, "rows.csv"), Path.Combine(folder, "plan.json"), Path.Combine(folder, "results.ndjson")];
        await File.WriteAllTextAsync(files[0], csv);
        await File.WriteAllTextAsync(files[1], (await trial.Researcher.Get($"{trial.At}/upload-plan")).Expect(HttpStatusCode.OK).Body);
        var (exitCode, output) = await RunningServer.Run(["reduce", .. files, "--every-pupil"]);
        Assert.True(exitCode == 0, output);
        var content = new ByteArrayContent(await File.ReadAllBytesAsync(files[2]));
        content.Headers.ContentType = new("application/x-ndjson");
        Directory.Delete(folder, recursive: true);
        return content;
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

    /// <summary>The same morning at the pages, by forms alone.</summary>
    [Fact]
    public async Task Goes_over_pages_without_JavaScript()
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var cast = await Cast.Register(server);
        var innovation = (string)(await cast.Researcher.Api.Post("/api/v1/innovations", new { title = "Small classes", description = "13 to 17 pupils in a class.", mayDependOn = (string[])["locality"] })).Expect(HttpStatusCode.Created).Json["id"]!;
        var pilot = await PilotOnItsWay.OpenSchool(cast, "Heron Bay", "KE", innovation);
        await pilot.Start("standard");
        await pilot.StateConsent();
        await pilot.DecideEthics();
        (await pilot.Teacher.Api.Post($"{pilot.At}/team-members", new { person = cast.Researcher.Id })).Expect(HttpStatusCode.OK);
        using var ruth = await PageClient.As(server, cast.Researcher.Id);

        var (trial, rows) = await PlansDatesAndDraws(pilot, ruth);
        await UploadsAndMends(server, cast, ruth, trial, rows);
        var evaluation = await ClosesAndPublishes(server, cast, ruth, trial);
        var told = (await ruth.Open(evaluation)).QuerySelector("main")!;
        Assert.Contains("Helps", told.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("It cost 130.00 KES a learner at prices of 2026, and 30 extra minutes a week of each teacher.", told.TextContent, StringComparison.Ordinal);
        Assert.Contains("8% of the planned minutes were delivered. 1 of 12 schools delivered at least 75% of theirs.", told.TextContent, StringComparison.Ordinal);
        Assert.Contains("2 of 120 weeks are on record; the others count as nothing delivered.", told.TextContent, StringComparison.Ordinal);
        Assert.Contains("Two classes gave up their reading corner.", told.TextContent, StringComparison.Ordinal);
        Assert.Contains("It cost 130.00 KES a learner", (await ruth.Open($"/en/innovations/{innovation}/versions/v1/dossier")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        var second = await PilotOnItsWay.OpenSchool(cast, "Kiln Lane", "GB", innovation);
        var again = await ruth.Send($"/en/innovations/{innovation}/try-again", ("trial", trial.Split('/')[^1]), ("school", second.School), ("design", "Direct"), ("independence", "SameNetwork"));
        using (var head = await PageClient.As(server, second.Head.Id)) await head.Send($"{again}/agree-to-try");
        var answer = (await ruth.Open($"/en/innovations/{innovation}/school?locality=urban")).QuerySelector("main")!.TextContent;
        Assert.Contains("Do small classes help?", answer, StringComparison.Ordinal);
        Assert.Contains("Urban", answer, StringComparison.Ordinal);
    }

    private static async Task<(string Trial, ImmutableArray<string> Rows)> PlansDatesAndDraws(PilotOnItsWay pilot, PageClient ruth)
    {
        var server = pilot.Cast.Server;
        var schools = new List<string> { pilot.School };
        for (var n = 1; n < 12; n++) schools.Add(await Cast.School(server, $"School {n}", "KE"));
        var offered = (await ruth.Open("/en/trials/new")).QuerySelectorAll("details code").Select(code => code.TextContent).ToArray();
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(offered[0]))), offered[1]);
        var trial = await ruth.Send("/en/trials/new", ("Title", "Do small classes help?"), ("Pilot", pilot.Id), ("Hypothesis", "Pupils in small classes learn more."), ("Design", "ClusterRandomised"), ("Unit", "Class"),
            ("Trying", "small"), ("Usual", "regular"), ("Chosen", "Lots drawn among all classes"), ("Seed", offered[1]), ("Pupils", $"{Pupils}"), ("Units", "181"), ("Measure", "Maths"), ("Lowest", "0"), ("Highest", "700"),
            ("DoseMinutes", "60"), ("DoseWeeks", "10"), ("DoseCounts", "A lesson in a class of 17 or fewer."), ("DosePercent", "75"));
        await ruth.SendForm(trial, "[name=step][value=submit]");
        using (var odile = await PageClient.As(server, pilot.Cast.ProgrammeOfficer.Id)) await odile.SendForm(trial, "[name=step][value=register]");
        foreach (var school in schools) await ruth.SendForm(trial, "NewSchool", ("NewSchool", school), ("Joined", "2026-09-01"));
        string[] classes = [.. Enumerable.Range(0, (Pupils + InAClass - 1) / InAClass).Select(n => $"{schools[n % schools.Count]}/c{n}")];
        await ruth.Send($"{trial}/draw-lots", ("seed", offered[0]), ("units", string.Join('\n', classes)));
        await ruth.SendForm(trial, "[name=step][value=recruit]");
        await ruth.SendForm(trial, "[name=step][value=begin]");
        return (trial, Rows(classes, await Lots(server, trial["/en".Length..])));
    }

    private static async Task UploadsAndMends(RunningServer server, Cast cast, PageClient ruth, string trial, ImmutableArray<string> rows)
    {
        var planted = Planted();
        var file = rows.Index().Select(row => planted.TryGetValue(row.Index, out var kind) ? Spoilt(row.Item, kind) : row.Item).ToArray();
        var refused = (await ruth.Upload($"{trial}/upload", Whole(file), null, ("everybody", "true"))).Page!;
        Assert.Contains("40 things", PageClient.Summary(refused), StringComparison.Ordinal);

        // The list of rows to fix is a file of its own, and says no more than where.
        var list = Encoding.UTF8.GetString(Convert.FromBase64String(refused.QuerySelector("a[download='rows-to-fix.csv']")!.GetAttribute("href")!.Split("base64,")[1]));
        foreach (var row in RowsOf(list)) file[row - 2] = rows[row - 2];
        var tried = (await ruth.Upload($"{trial}/upload", Whole(file), from: refused, ("everybody", "true"))).Page!;
        Assert.Contains("This file can be recorded", tried.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(trial, (await ruth.Upload($"{trial}/upload", Whole(file), from: tried)).Location);

        using var rafael = await PageClient.As(server, cast.SecondResearcher.Id);
        var seen = await rafael.SendForm(trial, "batch");
        Assert.DoesNotContain("still to be checked", seen.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<string> ClosesAndPublishes(RunningServer server, Cast cast, PageClient ruth, string trial)
    {
        await ruth.Refused($"{trial}/tell-costs", HttpStatusCode.UnprocessableEntity, ("needed", "Books for free"), ("currency", "KES"), ("year", "2026"), ("learners", "1800"), ("minutes", "30"));
        Assert.Equal(trial, await ruth.Send($"{trial}/tell-costs", ("needed", "Teachers: 12 x 15000\nRooms, lent: 12 x 4500,50"), ("currency", "kes"), ("year", "2026"), ("learners", "1800"), ("minutes", "30")));
        await LogsWhatWasDelivered(ruth, trial);
        await ruth.Send($"{trial}/tell-unwanted", ("effects", "Two classes gave up their reading corner."));
        using (var dana = await PageClient.As(server, cast.Steward.Id)) await dana.SendForm(trial, "[name=step][value=propose-lock]");
        await ruth.SendForm(trial, "[name=step][value=lock]");
        await ruth.SendForm(trial, "[name=command-id]");
        var evaluation = $"/en/evaluations/{(string)(await cast.Researcher.Api.Get($"/api/v1/evaluations?trial={trial.Split('/')[^1]}")).Expect(HttpStatusCode.OK).Json["items"]![0]!["id"]!}";
        await ruth.SendForm(evaluation, "[name=step][value=submit]");
        using (var eva = await PageClient.As(server, cast.Evaluator.Id)) await eva.SendForm(evaluation, "[name=step][value=sign]");
        await ruth.SendForm(evaluation, "[name=step][value=publish]");
        return evaluation;
    }

    /// <summary>One school logs two long weeks, the other eleven nothing.</summary>
    private static async Task LogsWhatWasDelivered(PageClient ruth, string trial)
    {
        var log = (await ruth.Open(trial)).QuerySelectorAll("a[href*='log-dose']").First().GetAttribute("href")!;
        await ruth.Refused(log, HttpStatusCode.UnprocessableEntity, ("week", "11"), ("minutes", "60"));
        for (var week = 1; week <= 2; week++) await ruth.Send(log, ("week", $"{week}"), ("minutes", week == 1 ? "600" : "120"));
        Assert.Contains("120%", (await ruth.Open(trial)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    private static string Whole(IEnumerable<string> rows) => string.Join('\n', rows.Prepend(Header));

    /// <summary>As a spreadsheet counts them.</summary>
    private static IEnumerable<int> RowsOf(string list) =>
        list.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => int.Parse(line.Split(',')[0], CultureInfo.InvariantCulture));

    private static Dictionary<int, int> Planted() => Enumerable.Range(0, Faults).ToDictionary(n => n * 94 + 1, n => n % 4);

    private static async Task<Dictionary<string, string>> Lots(RunningServer server, string trial) =>
        (await server.Anyone().Get($"/api/v1{trial}")).Expect(HttpStatusCode.OK).Json["lots"]!.AsArray().ToDictionary(lot => (string)lot!["unit"]!, lot => (string)lot!["arm"]!);

    /// <summary>A row for every pupil; the first of each class moved away.</summary>
    private static ImmutableArray<string> Rows(string[] classes, Dictionary<string, string> lots)
    {
        var chance = new Random(7);
        return [.. Enumerable.Range(0, Pupils).Select(n =>
        {
            var unit = classes[n / InAClass];
            var (before, lift) = (350 + n * 37 % 101, lots[unit] == "small" ? 22 : 0);
            var result = n % InAClass == 0 ? ",moved" : string.Create(CultureInfo.InvariantCulture, $"{before + 30 + lift + n / InAClass % 7 + chance.Next(-25, 26)},");
            return string.Create(CultureInfo.InvariantCulture, $"p{n},{unit.Replace('/', ',')},{lots[unit]},{before},{result}");
        })];
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
