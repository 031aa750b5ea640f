using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using InnovationScale.Demonstration;
using InnovationScale.Statistics;
using InnovationScale.Trials;
using Xunit.Abstractions;

namespace InnovationScale;

public class UploadingResults(ITestOutputHelper output)
{
    [Fact]
    public async Task Hostile_files_are_refused_by_row_and_never_bring_the_server_down()
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people", "--upload-megabytes-max", "10", "--uploads-a-day-max", "5000");
        var trial = await TrialInTheField.Begin(server, TrialInTheField.Plan(), ["1", "2"]);

        // A registered outcome names no step, so a score between two is a score here.
        foreach (var file in HostileCsv.HandMade.Where(file => file.Code is not "score-between-steps"))
        {
            var reply = await trial.Upload(file.Bytes, "?dryRun=true");
            Assert.True((int)reply.Status < 500, $"{file.Name}: {(int)reply.Status} {reply.Body}");
            // A plan registers bounds and no steps between scores.
            if (file.Code is null or "score-between-steps") Assert.True(reply.Status is HttpStatusCode.OK, $"{file.Name}: {reply.Body}");
            else Assert.Contains(file.Code, Refused(reply, file.Name));
        }

        var seed = Environment.GetEnvironmentVariable("HOSTILE_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"HOSTILE_SEED={seed}");
        var (refused, taken) = (0, 0);
        foreach (var file in HostileCsv.Mutated(seed, 1000))
        {
            var reply = await trial.Upload(file.Bytes, "?dryRun=true");
            Assert.True((int)reply.Status < 500, $"{file.Name}: {(int)reply.Status} {reply.Body}");
            if (reply.Status is HttpStatusCode.OK) taken++;
            else if (reply.Status is HttpStatusCode.UnprocessableEntity && Refused(reply, file.Name).Count > 0) refused++;
            else Assert.Fail($"{file.Name}: {(int)reply.Status} {reply.Body}");
        }

        Assert.Equal(1000, refused + taken);
        Assert.InRange(refused, 700, 1000);
        Assert.Equal(0, (int)(await trial.Researcher.Get(trial.At)).Json["cells"]!);
    }

    /// <summary>The codes of a refused file, each of which names a row.</summary>
    private static IReadOnlyList<string> Refused(Reply reply, string name)
    {
        Assert.True(reply.Status is HttpStatusCode.UnprocessableEntity, $"{name}: {(int)reply.Status} {reply.Body}");
        var problem = reply.Problem();
        // A well-formed file whose results the trial's own rules refuse is told by them.
        if (problem.Code is "batch-refused") return [.. problem.Missing.Select(missing => missing.Code)];

        Assert.Equal("file-refused", problem.Code);
        Assert.NotEmpty(problem.Errors);
        Assert.InRange((int)reply.Json["errorCount"]!, problem.Errors.Count, int.MaxValue);
        Assert.All(problem.Errors, error => Assert.True(error.Row >= 1, $"{name}: {error.Code} names no row."));
        return [.. problem.Errors.Select(error => error.Code)];
    }

    [Fact]
    public async Task A_file_is_tried_out_recorded_once_checked_by_somebody_else_and_closed_by_two()
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var trial = await TrialInTheField.Begin(server, TrialInTheField.Plan(), ["1", "2"]);

        var tried = (await trial.Upload(HostileCsv.Good(), "?dryRun=true")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((24, 4, null), ((int)tried["rows"]!, (int)tried["cells"]!, (string?)tried["batch"]));
        Assert.Equal(0, (int)(await trial.Researcher.Get(trial.At)).Json["cells"]!);

        using var form = new MultipartFormDataContent { { new StringContent("false"), "dryRun" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(HostileCsv.Good())), "file", "results.csv" } };
        var recorded = (await trial.Researcher.Post($"{trial.At}/uploads", form)).Expect(HttpStatusCode.Created);
        var batch = (string)recorded.Json["batch"]!;
        using var odd = new MultipartFormDataContent { { new StringContent("Maths\0"), "measure" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(HostileCsv.Good())), "file", "results.csv" } };
        Assert.Equal("control-character", (await trial.Researcher.Post($"{trial.At}/uploads", odd)).Expect(HttpStatusCode.BadRequest).Problem().Code);
        var again = (await trial.Upload(HostileCsv.Good())).Expect(HttpStatusCode.Conflict).Problem();
        Assert.Equal("file-known", again.Code);
        Assert.Contains(batch, again.Detail, StringComparison.Ordinal);

        Assert.Equal("cell-own-record", (await trial.Researcher.Post($"{trial.At}/batches/{batch}/verifications")).Expect(HttpStatusCode.Forbidden).Problem().Code);
        (await trial.SecondResearcher.Post($"{trial.At}/batches/{batch}/verifications")).Expect(HttpStatusCode.OK);
        var read = (await trial.Researcher.Get(trial.At)).Expect(HttpStatusCode.OK);
        Assert.Equal((4, 0), ((int)read.Json["cells"]!, (int)read.Json["unverified"]!));

        var early = (await trial.Steward.Post($"{trial.At}/lock-proposals", new { }, ifMatch: read.ETag)).Expect(HttpStatusCode.Conflict).Problem();
        Assert.Equal(["flow", "flow"], early.Missing.Select(missing => missing.Code));
    }

    [Fact]
    public async Task A_workbook_is_taken_as_its_table_whatever_it_is_called()
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var trial = await TrialInTheField.Begin(server, TrialInTheField.Plan(), ["1", "2"]);
        var file = HostileXlsx.Of(HostileCsv.Good("p24,1,c0,small,420", "p25,1,c0,smal,420"));

        // By the page, under another name; what is wrong is told by its row.
        using var researcher = await PageClient.As(server, trial.Researcher.Person!);
        var page = $"/en/trials/{trial.Id}/upload";
        var refused = (await researcher.Upload(page, file, "results.csv")).Page!;
        Assert.Equal("27", refused.QuerySelector("table tbody tr")!.FirstElementChild!.TextContent.Trim());
        Assert.Contains("unknown-arm", Encoding.UTF8.GetString(Convert.FromBase64String(refused.QuerySelector("a[download='rows-to-fix.csv']")!.GetAttribute("href")!.Split("base64,")[1])), StringComparison.Ordinal);
        Assert.Contains(".xlsx", refused.QuerySelector("#results-file")!.GetAttribute("accept"), StringComparison.Ordinal);

        var mended = HostileXlsx.Of(HostileCsv.Good("p24,1,c0,small,420", "p25,1,c0,small,420"));
        var tried = (await researcher.Upload(page, mended, "results.xlsx", refused)).Page!;
        Assert.Equal($"/en/trials/{trial.Id}", (await researcher.Upload(page, mended, "results.xlsx", tried)).Location);

        // Known by its bytes, here as a program sends it; the same table in text is another file with the same results.
        using var content = new ByteArrayContent(mended);
        content.Headers.ContentType = new("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        Assert.Equal("file-known", (await trial.Upload(content)).Expect(HttpStatusCode.Conflict).Problem().Code);
        var batch = (await trial.Researcher.Get(trial.At)).Json["batches"]!.AsArray().Single()!;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(mended)), (string)batch["fileSha256"]!);
        (await trial.Researcher.Post($"{trial.At}/batches/{(string)batch["id"]!}/reverts", new { reason = "Sent as text instead." })).Expect(HttpStatusCode.OK);
        (await trial.Upload(HostileCsv.Good("p24,1,c0,small,420", "p25,1,c0,small,420"))).Expect(HttpStatusCode.Created);
        Assert.Equal("workbook-with-macros", Assert.Single((await trial.Upload(HostileXlsx.HandMade.Single(one => one.Name == "macros").Bytes)).Expect(HttpStatusCode.UnprocessableEntity).Problem().Errors).Code);
    }

    [Fact]
    public async Task Results_of_classes_are_closed_evaluated_signed_and_public()
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var trial = await TrialInTheField.Begin(server, TrialInTheField.Plan(), ["1", "2", "3"]);
        foreach (var school in (int[])[1, 2, 3])
        {
            foreach (var (arm, lift) in ((string, double)[])[("small", 12), ("regular", 0)])
            {
                foreach (var one in (int[])[1, 2])
                {
                    (await trial.Researcher.Post($"{trial.At}/cells", new
                    {
                        school = $"{school}", @class = $"{arm}-{one}", arm, measure = "Maths", wave = "outcome", allocated = 20, lost = new { moved = 1 },
                        outcome = new { n = 19, mean = 450 + lift + school + one, m2 = 18 * 30.0 * 30 },
                    })).Expect(HttpStatusCode.OK);
                }
            }
        }

        var cells = (await trial.Researcher.Get($"{trial.At}/cells?limit=5")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(5, cells["items"]!.AsArray().Count);
        Assert.Equal(5, (await trial.Researcher.Get((string)cells["next"]!)).Expect(HttpStatusCode.OK).Json["items"]!.AsArray().Count);
        var places = (await trial.Researcher.Get($"{trial.At}/cells")).Json["items"]!.AsArray().Select(item => item!["cell"]!).Select(cell => new
        {
            school = (string)cell["school"]!, @class = (string)cell["class"]!, arm = (string)cell["arm"]!, measure = "Maths", wave = "outcome",
        }).ToList();
        (await trial.SecondResearcher.Post($"{trial.At}/cells/verifications", new { places })).Expect(HttpStatusCode.OK);

        var proposed = (await trial.Steward.Post($"{trial.At}/lock-proposals", new { }, ifMatch: (await trial.Steward.Get(trial.At)).ETag)).Expect(HttpStatusCode.OK);
        var hash = (string)(await trial.Researcher.Get(trial.At)).Json["proposedLock"]!["datasetSha256"]!;
        var lines = await trial.Researcher.Send(HttpMethod.Get, $"{trial.At}/cells", null, request => request.Headers.Accept.Add(new("application/x-ndjson")));
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.Body))));
        (await trial.Researcher.Post($"{trial.At}/locks", new { datasetSha256 = new string('0', 64) }, ifMatch: proposed.ETag)).Expect(HttpStatusCode.PreconditionFailed).Problem();
        (await trial.Researcher.Post($"{trial.At}/locks", new { datasetSha256 = hash }, ifMatch: proposed.ETag)).Expect(HttpStatusCode.OK);
        Assert.Equal("data-locked", (await trial.Upload(HostileCsv.Good())).Expect(HttpStatusCode.Conflict).Problem().Code);

        var id = trial.At[(trial.At.LastIndexOf('/') + 1)..];
        var computed = (await trial.Researcher.Post("/api/v1/evaluations", new { trial = id, datasetSha256 = hash, method = "class-adjusted/1" })).Expect(HttpStatusCode.Created);
        var evaluation = computed.Header("Location")!;
        (await server.Anyone().Get(evaluation)).Expect(HttpStatusCode.NotFound).Problem();
        var tag = (await trial.Researcher.Post($"{evaluation}/submissions", new { }, ifMatch: computed.ETag)).Expect(HttpStatusCode.OK).ETag;
        (await trial.Researcher.Post($"{evaluation}/signatures", new { }, ifMatch: tag)).Expect(HttpStatusCode.Forbidden).Problem();
        tag = (await trial.Evaluator.Post($"{evaluation}/signatures", new { }, ifMatch: tag)).Expect(HttpStatusCode.OK).ETag;
        (await trial.Evaluator.Post($"{evaluation}/publications", new { }, ifMatch: tag)).Expect(HttpStatusCode.OK);

        var open = (await server.Anyone().Get(evaluation)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("published", hash, true), ((string)open["state"]!, (string)open["datasetSha256"]!, (bool)open["independent"]!));
        Assert.True((double)open["findings"]!["outcomes"]![0]!["effect"]!["g"]! is > 0.3 and < 0.5);
        Assert.Equal(id, (string)(await server.Anyone().Get($"/api/v1/evaluations?trial={id}")).Json["items"]![0]!["trial"]!);
        var page = (await server.Anyone().Get($"/en/evaluations/{evaluation[(evaluation.LastIndexOf('/') + 1)..]}")).Expect(HttpStatusCode.OK).Body;
        Assert.Contains("points better on average", page, StringComparison.Ordinal);
        Assert.Contains("likely between", page, StringComparison.Ordinal);
        Assert.Contains(hash, page, StringComparison.Ordinal);
        (await server.Anyone().Get($"/en/trials/{id}")).Expect(HttpStatusCode.OK);
        Assert.Contains((await server.Anyone().Get($"{trial.At}/timeline")).Json["items"]!.AsArray(), happened => (string?)happened!["event"] is "results-locked");
    }

    [Fact]
    public async Task Star_by_class_is_taken_whole() => await Star(StarStudy.OpenClasses());

    [ReferenceFact]
    public async Task Star_by_pupil_becomes_the_cells_of_the_file_by_class() => await Star(PublishedStar.OpenPupils());

    /// <summary>Uploads Project STAR and compares what is kept with the classes that the project carries.</summary>
    private static async Task Star(Stream file)
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people", "--minimum-cell-size", "1");
        var classes = await UploadReduction.ReduceAsync(StarStudy.OpenClasses(), StarStudy.Plan with { MinimumCell = 1 });
        var trial = await TrialInTheField.Begin(server, TrialInTheField.Plan("SAT mathematics", 200, 700, smallestClass: 1), classes.Cells.Select(cell => cell.School).Distinct(StringComparer.Ordinal));
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        await file.DisposeAsync();

        var uploaded = (await trial.Upload(bytes.ToArray())).Expect(HttpStatusCode.Created).Json;
        Assert.Equal(234, (int)uploaded["cells"]!);
        Assert.Equal([("regular", 2032), ("small", 1762)], uploaded["arms"]!.AsArray().Select(arm => ((string)arm!["arm"]!, (int)arm["measured"]!)));

        var kept = (await trial.Researcher.Get($"{trial.At}/cells?limit=500")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray().Select(item => item!["cell"]!)
            .ToDictionary(cell => ((string)cell["school"]!, (string)cell["class"]!, (string)cell["arm"]!), cell => cell["outcome"]!);
        Assert.Equal(classes.Cells.Length, kept.Count);
        foreach (var cell in classes.Cells)
        {
            var outcome = kept[(cell.School, cell.Class, cell.Arm)];
            Assert.Equal(cell.Outcome.N, (long)outcome["n"]!);
            Assert.Equal(cell.Outcome.Mean, (double)outcome["mean"]!, Math.Abs(cell.Outcome.Mean) * 1e-10);
            Assert.Equal(cell.Outcome.M2, (double)outcome["m2"]!, Math.Max(cell.Outcome.M2, 1) * 1e-10);
        }
    }
}
