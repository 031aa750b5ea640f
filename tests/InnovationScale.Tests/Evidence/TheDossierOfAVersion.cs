using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using InnovationScale.Demonstration;
using InnovationScale.Evaluations;
using InnovationScale.Trials;
using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Evidence;

/// <summary>Dossiers of the demonstration: innovation A with its eight trials, and the study from elsewhere.</summary>
public class TheDossierOfAVersion(LoadedLantern lantern) : IClassFixture<LoadedLantern>
{
    public static TheoryData<string> Versions => new() { Lantern.TalkFirst, Lantern.SmallClasses };

    [Theory, MemberData(nameof(Versions))]
    public async Task Is_computed_again_from_the_file_alone(string innovation)
    {
        var check = DossierPackage.Verify(await Zip(innovation));

        Assert.Empty(check.Faults);
        Assert.InRange(check.Computed, 18, 500);
        Assert.Equal(0, check.Withheld);
    }

    [Fact]
    public async Task Says_what_was_signed_and_not_what_it_computes()
    {
        var (evidence, dossier) = (await lantern.Dossiers.Read(Principal.Anonymous, Lantern.TalkFirst, "v1"))!.Value;
        var computed = dossier.Compute();

        Assert.Equal(8, computed.Evaluations.Length);
        foreach (var trial in evidence.Evaluated)
        {
            var found = computed.Evaluations.Single(one => one.Trial == trial.Id);
            var (signed, own) = (trial.Result.Effect!, found.Findings.Primary!.Effect!);
            Assert.Equal(signed.G, own.G, 1e-10);
            Assert.Equal(signed.StandardError, own.StandardError, 1e-10);
            Assert.Equal(trial.Result.Rating, found.Rating.Value);
        }

        Assert.Equal(evidence.Level.Level, computed.Conclusion.Level);
        Assert.Equal(evidence.Level.Pool.Fit!.Estimate, computed.Figures.Single(figure => figure is { About: Figure.AllTrials, Name: "mean" }).Value, 1e-10);
    }

    [Fact]
    public async Task Says_its_level_of_those_there_are()
    {
        var (evidence, dossier) = (await lantern.Dossiers.Read(Principal.Anonymous, Lantern.TalkFirst, "v1"))!.Value;
        var readme = Encoding.UTF8.GetString(DossierPackage.Of(dossier).Files.Single(file => file.Name == DossierPackage.Readme).Bytes.AsSpan());

        Assert.Contains($"Level {evidence.Level.Level} of {evidence.Level.Steps[^1].Level}", readme);
    }

    [Fact]
    public async Task Reads_of_a_history_what_it_tells_alone()
    {
        string[] streams = [Streams.Of<Innovations.Innovation>(Lantern.TalkFirst)];
        var told = await lantern.Desk.History(Principal.Anonymous, "read-innovation", streams, int.MaxValue, "innovation-registered", "adaptation-enacted");

        Assert.Equal(["adaptation-enacted", "innovation-registered"], told.Select(e => e.Name).Distinct());
        Assert.InRange(told.Count, 2, (await lantern.Desk.History(Principal.Anonymous, "read-innovation", streams, int.MaxValue)).Count - 1);
    }

    /// <summary>Records are looked at one by one, in memory; the tables are asked as often for nine trials as for one.</summary>
    [Fact]
    public async Task Asks_once_for_the_evaluations_of_all_trials_and_once_for_the_cycles_of_all_pilots()
    {
        using var listener = new Hosting.Listener();
        using var asked = new System.Diagnostics.Activity("asked").Start();
        var evidence = (await lantern.Evidence.Read(Principal.Anonymous, Lantern.TalkFirst, "v1"))!;
        string[] queries = [.. listener.Spans("query").Where(span => span.TraceId == asked.TraceId).Select(span => span.DisplayName)];

        Assert.InRange(evidence.Trials.Length, 8, int.MaxValue);
        Assert.Equal(1, queries.Count(query => query is "list-evaluations"));
        Assert.Equal(1, queries.Count(query => query is "list-cycles"));
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Has_the_same_bytes_whenever_it_is_asked_for(string innovation) => Assert.Equal(await Zip(innovation), await Zip(innovation));

    /// <summary>A byte in every file, at its start, in its middle and at its end, and bytes of the ZIP's own tables.</summary>
    [Fact]
    public async Task Names_the_file_of_any_byte_that_was_changed()
    {
        var zip = await Zip(Lantern.TalkFirst);
        foreach (var (name, from, length) in Places(zip))
        {
            foreach (var at in (int[])[from, from + length / 2, from + length - 1])
            {
                var changed = (byte[])zip.Clone();
                changed[at] ^= 1;
                var faults = DossierPackage.Verify(changed).Faults;
                Assert.True(faults.Any(fault => fault.Contains(name, StringComparison.Ordinal)), $"Byte {at} of {name}: {string.Join(" ", faults)}");
            }
        }

        for (var at = 0; at < 30; at++) Assert.NotEmpty(DossierPackage.Verify(With(zip, at)).Faults);
        for (var at = zip.Length - 60; at < zip.Length; at++) Assert.NotEmpty(DossierPackage.Verify(With(zip, at)).Faults);

        static byte[] With(byte[] zip, int at)
        {
            var changed = (byte[])zip.Clone();
            changed[at] ^= 1;
            return changed;
        }
    }

    [Fact]
    public async Task Finds_a_figure_that_does_not_follow_even_where_every_hash_was_made_anew()
    {
        var (_, dossier) = (await lantern.Dossiers.Read(Principal.Anonymous, Lantern.TalkFirst, "v1"))!.Value;
        var honest = dossier.Compute();
        var better = honest with { Figures = honest.Figures.Replace(honest.Figures[^1], honest.Figures[^1] with { Value = honest.Figures[^1].Value + 1e-6 }) };

        Assert.Contains(DossierPackage.Verify(DossierPackage.Of(dossier, better).Zip()).Faults, fault => fault.StartsWith("figures.csv", StringComparison.Ordinal));
        Assert.Contains(DossierPackage.Verify(await Zip(Lantern.TalkFirst), new string('0', 64)).Faults, fault => fault.Contains("its hash is", StringComparison.Ordinal));
    }

    /// <summary>A reason and a title as somebody might type them to have a funder's spreadsheet run them.</summary>
    [Theory]
    [InlineData("=HYPERLINK(\"http://example.org\")"), InlineData("@SUM(A1)"), InlineData("'=1+1"), InlineData("＝1+1")]
    public async Task Holds_no_text_that_a_spreadsheet_runs_and_gives_it_back_as_it_was(string text)
    {
        var (_, dossier) = (await lantern.Dossiers.Read(Principal.Anonymous, Lantern.TalkFirst, "v1"))!.Value;
        var package = DossierPackage.Of(dossier with
        {
            Trials = dossier.Trials.SetItem(0, dossier.Trials[0] with { Title = text }), Decisions = dossier.Decisions.Add(new("2026-11-02", dossier.Trials[0].Id, "trial-stopped", "Researcher", text)),
        });
        var check = DossierPackage.Verify(package.Zip());

        Assert.Empty(check.Faults);
        foreach (var name in (string[])["records.csv", "decisions.csv"])
        {
            var file = package.Files.Single(file => file.Name == name).Bytes;
            using var csv = new CsvHelper.CsvReader(new StringReader(Encoding.UTF8.GetString(file.AsSpan())), CultureInfo.InvariantCulture);
            var fields = new List<string>();
            while (await csv.ReadAsync()) fields.AddRange(csv.Parser.Record!);
            Assert.Contains($"'{text}", fields);
            Assert.DoesNotContain(text, fields);
        }

        Assert.Equal(text, Publication.SpreadsheetText.Read(Publication.SpreadsheetText.NoFormula(text)));
    }

    /// <summary>A study with a class of four, taken into the pool, whose source publishes no class.</summary>
    private static View<ExternalStudy> Withheld
    {
        get
        {
            var about = new StudyDescription
            {
                Title = "Late buses", Innovation = Lantern.TalkFirst, Version = "v1", Source = "A thesis", Licence = "All rights reserved", Design = TrialDesign.MultisiteRandomised,
                Arms = [new("early", Comparison: false), new("late", Comparison: true)], Outcomes = [new("absence", "days", 0, 190, Direction.LowerIsBetter)], MinimumCellSize = 1,
            };
            var story = Story.Of<ExternalStudy>().After(new DescribeStudy(about), Ndeye).After(new ImportStudyCells(FirstBatch,
            [
                In("north", "early", "a", 20, 11), In("north", "early", "b", 21, 13), In("north", "late", "c", 22, 15), In("north", "late", "d", 4, 18),
                In("south", "early", "a", 24, 9), In("south", "early", "b", 18, 12), In("south", "late", "c", 19, 16), In("south", "late", "d", 23, 14),
            ]), Sela);
            return new("late-buses", story.After(new TakeIntoPool(story.State.Cells.Sha256()), By("wen", Role.Reviewer).Because("Lots were drawn.")).State, 3);

            static Cell In(string school, string arm, string name, int n, double mean) =>
                new() { School = school, Class = name, Arm = arm, Measure = "absence", Wave = "outcome", Outcome = new(n, mean, 30 * (n - 1)) };
        }
    }

    private async Task<(EvidenceLevel Expected, Dossier Dossier)> WithAStudyWithheld()
    {
        var (evidence, dossier) = (await lantern.Dossiers.Read(Principal.Anonymous, Lantern.TalkFirst, "v1"))!.Value;
        return (EvidenceLevel.Of(evidence.Record with { FromElsewhere = [.. evidence.Record.FromElsewhere, StudyOnRecord.Of(Withheld).Pooled!] }),
            dossier with { Studies = dossier.Studies.Add(DossierStudy.Of(Withheld.Id, Withheld.State)) });
    }

    [Fact]
    public async Task Counts_a_pooled_study_whose_classes_it_withholds()
    {
        var (expected, dossier) = await WithAStudyWithheld();
        var (computed, package) = (dossier.Compute(), DossierPackage.Of(dossier));
        var check = DossierPackage.Verify(package.Zip());

        Assert.Equal((expected.Level, expected.Verdict), (computed.Conclusion.Level, computed.Conclusion.Verdict));
        Assert.Equal(Missing(expected.Steps), Missing(computed.Conclusion.Steps));
        Assert.Equal(expected.Pool.K, computed.Figures.Single(figure => figure is { About: Figure.AllTrials, Name: "pooled" }).Value);
        Assert.Equal(expected.Pool.Fit!.Estimate, computed.Figures.Single(figure => figure is { About: Figure.AllTrials, Name: "mean" }).Value, 1e-10);
        Assert.Empty(check.Faults);
        Assert.Equal(2, check.Withheld);
        Assert.Contains("too small to show, of Late buses.", Encoding.UTF8.GetString(package.Files.Single(file => file.Name == DossierPackage.Readme).Bytes.AsSpan()), StringComparison.Ordinal);
        Assert.DoesNotContain(",north,", Encoding.UTF8.GetString(package.Files.Single(file => file.Name == "cells.csv").Bytes.AsSpan()), StringComparison.Ordinal);

        static IEnumerable<string> Missing(IEnumerable<LevelStep> steps) => steps.SelectMany(step => step.Missing, (step, missing) => $"{step.Level} {missing.Code}");
    }

    [Fact]
    public async Task Names_nobody_and_no_school_of_a_trial()
    {
        var package = DossierPackage.Of((await lantern.Dossiers.Read(Principal.Anonymous, Lantern.TalkFirst, "v1"))!.Value.Dossier);
        var people = await lantern.Store.Query(connection => Storage.SqlReading.Query(connection, "select id from person", r => r.GetString(0)));
        foreach (var file in package.Files)
        {
            var text = Encoding.UTF8.GetString(file.Bytes.AsSpan());
            Assert.DoesNotContain(people, person => text.Contains($"\"{person}\"", StringComparison.Ordinal) || text.Contains($",{person},", StringComparison.Ordinal));
        }
    }

    /// <summary>Casa has no result and says why; the evaluation names it.</summary>
    [Fact]
    public void Tells_of_a_gap_without_its_school()
    {
        var proposed = InField().After(new ImportCells(FirstBatch, [.. Results.Where(cell => cell.School != "casa")]) { Permission = Allowed }, Ndeye).After(new VerifyBatch(FirstBatch.Id), Sela)
            .After(new ExplainMissing("casa", "talk"), Sela.Because("A flood.")).After(new ExplainMissing("casa", "usual"), Sela.Because("A flood.")).After(new ProposeLock { Team = Team }, Sela);
        var trial = proposed.After(new ConfirmLock(proposed.State.ProposedLock!.DatasetSha256) { Team = Team }, Ndeye).State;
        var evaluation = Story.Of<Evaluation>().After(AnEvaluation.Compute(ClosedTrial.Of(trial)), Ndeye).After(new SubmitEvaluation(), Ndeye)
            .After(new SignEvaluation { LockedSha256 = trial.LockedSha256, Ties = AnEvaluation.NoTies }, Adler).State;
        var package = DossierPackage.Of(new("talk-first", "Talk first", "Talk in pairs", new("v1", null, [], Major: false, new(2026, 9, 1)), new(HasTheory: true, 1, RunChartSignal: false, NormReferencedGain: false, CostKnown: false))
        {
            Trials = [DossierTrial.Of("trial-1", trial, "evaluation-1", evaluation)],
        });

        Assert.Equal(["casa, talk: A flood.", "casa, usual: A flood."], evaluation.Findings!.Gaps.ToArray());
        Assert.Contains("A flood.", Encoding.UTF8.GetString(package.Files.Single(file => file.Name == "registrations.json").Bytes.AsSpan()), StringComparison.Ordinal);
        Assert.All(package.Files, file => Assert.DoesNotContain("casa", Encoding.UTF8.GetString(file.Bytes.AsSpan()), StringComparison.Ordinal));
        Assert.Empty(DossierPackage.Verify(package.Zip()).Faults);
    }

    /// <summary>An earlier release planned no dose, wrote no table of what was delivered, and its list of hashes names none.</summary>
    [Fact]
    public async Task Of_an_earlier_release_is_computed_again_and_lacks_in_plain_words_what_came_later()
    {
        var (_, dossier) = (await lantern.Dossiers.Read(Principal.Anonymous, Lantern.TalkFirst, "v1"))!.Value;
        var package = DossierPackage.Of(dossier with { Trials = [.. dossier.Trials.Select(trial => trial with { Plan = trial.Plan with { Dose = null }, Doses = [] })] });
        using var held = new MemoryStream();
        using (var archive = new ZipArchive(held, ZipArchiveMode.Create, leaveOpen: true))
        {
            var sums = new StringBuilder();
            foreach (var file in package.Files.Where(file => file.Name is not ("doses.csv" or DossierPackage.Sums)))
            {
                var text = Encoding.UTF8.GetString(file.Bytes.AsSpan()).Replace("`totals.csv` and `doses.csv`", "`totals.csv`", StringComparison.Ordinal);
                sums.Append(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}  {file.Name}\n");
                Write(archive, file.Name, text);
            }

            Write(archive, DossierPackage.Sums, sums.ToString());
        }

        var (check, whole) = (DossierPackage.Verify(held.ToArray()), DossierPackage.Verify(package.Zip()));
        Assert.Equal((whole.Computed, whole.Withheld), (check.Computed, check.Withheld));
        Assert.Equal(
            [$"{DossierPackage.Readme}: it does not follow from the other files.", "doses.csv: it is not there. A dossier of an earlier release may be without it: what that release wrote, it checks to the byte itself."],
            check.Faults.ToArray());

        static void Write(ZipArchive archive, string name, string text)
        {
            using var entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            entry.Write(Encoding.UTF8.GetBytes(text));
        }
    }

    [Fact]
    public async Task Describes_every_file_and_every_column()
    {
        var package = DossierPackage.Of((await lantern.Dossiers.Read(Principal.Anonymous, Lantern.TalkFirst, "v1"))!.Value.Dossier);
        var described = JsonNode.Parse(package.Files.Single(file => file.Name == DossierPackage.Descriptor).Bytes.AsSpan())!;
        var resources = described["resources"]!.AsArray();

        Assert.Equal("https://datapackage.org/profiles/2.0/datapackage.json", (string?)described["$schema"]);
        Assert.Equal(package.Files.Select(file => file.Name).Except([DossierPackage.Readme, DossierPackage.Script, DossierPackage.Descriptor, DossierPackage.Sums]), resources.Select(resource => (string?)resource!["path"]));
        foreach (var resource in resources.Where(resource => (string?)resource!["type"] == "table"))
        {
            var heading = Encoding.UTF8.GetString(package.Files.Single(file => file.Name == (string?)resource!["path"]).Bytes.AsSpan()).Split("\r\n")[0];
            Assert.Equal(heading, string.Join(',', resource!["schema"]!["fields"]!.AsArray().Select(field => (string?)field!["name"])));
        }
    }

    [NeedsRscriptTheory]
    [InlineData(Lantern.TalkFirst, false), InlineData(Lantern.TalkFirst, true), InlineData(Lantern.SmallClasses, false)]
    public async Task Is_computed_again_by_the_readme_s_lines_of_R(string innovation, bool withAStudyWithheld)
    {
        var zip = withAStudyWithheld ? DossierPackage.Of((await WithAStudyWithheld()).Dossier).Zip() : await Zip(innovation);
        var folder = Directory.CreateTempSubdirectory("innovationscale-dossier-").FullName;
        try
        {
            await ZipFile.ExtractToDirectoryAsync(new MemoryStream(zip), folder);
            var readme = await File.ReadAllTextAsync(Path.Combine(folder, DossierPackage.Readme));
            var lines = Path.Combine(folder, "readme.R");
            await File.WriteAllTextAsync(lines, readme.Split("```r\n")[1].Split("```")[0]);
            using var r = Process.Start(new ProcessStartInfo("Rscript", ["--vanilla", lines]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            var (output, errors) = (r.StandardOutput.ReadToEndAsync(), r.StandardError.ReadToEndAsync());
            await r.WaitForExitAsync();

            Assert.True(r.ExitCode == 0, await output + await errors);
            var last = (await output).TrimEnd().Split('\n')[^1].Split(' ');
            Assert.Equal(withAStudyWithheld ? 2 : 0, int.Parse(last[2], CultureInfo.InvariantCulture) - int.Parse(last[0], CultureInfo.InvariantCulture));
            Assert.InRange(double.Parse(last[^1].TrimEnd('.'), CultureInfo.InvariantCulture), 0, 1e-8);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<byte[]> Zip(string innovation) => DossierPackage.Of((await lantern.Dossiers.Read(Principal.Anonymous, innovation, "v1"))!.Value.Dossier).Zip();

    /// <summary>Where the bytes of every file stand in a ZIP that compresses nothing.</summary>
    private static IEnumerable<(string Name, int From, int Length)> Places(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip), ZipArchiveMode.Read);
        foreach (var entry in archive.Entries)
        {
            using var to = new MemoryStream();
            using (var from = entry.Open()) from.CopyTo(to);
            // Its bytes follow its name.
            yield return (entry.FullName, zip.AsSpan().IndexOf([.. Encoding.UTF8.GetBytes(entry.FullName), .. to.ToArray()]) + entry.FullName.Length, (int)entry.Length);
        }
    }
}

/// <summary>A theory that needs R alone; where it is absent it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsRscriptTheoryAttribute : TheoryAttribute
{
    public NeedsRscriptTheoryAttribute() => Skip = File.Exists("/usr/bin/Rscript") ? null : "R is not installed.";
}
