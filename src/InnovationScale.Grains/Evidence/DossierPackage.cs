using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using InnovationScale.Innovations;
using InnovationScale.Publication;
using InnovationScale.Statistics;

namespace InnovationScale.Evidence;

/// <summary>
/// A dossier as files: a Data Package (version 2) with a README and the R lines that compute every figure again. The same dossier has the same bytes
/// whenever it is asked for; its hash is that of the list of its files' hashes. Whoever may see an evaluation that is not public yet gets another dossier than a visitor.
/// </summary>
public sealed class DossierPackage
{
    public const string Sums = "SHA256SUMS", Readme = "README.md", Descriptor = "datapackage.json", Script = "recompute.R";

    /// <summary>Figures computed again may differ from those claimed by this much, relative to their size where that is above 1.</summary>
    public const double Tolerance = 1e-8;

    // ZIP knows no earlier day.
    private static readonly DateTimeOffset Always = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions Indented = new(StoredJson.Options) { WriteIndented = true, NewLine = "\n" };

    private DossierPackage(ImmutableArray<DossierFile> files) => Files = files;

    /// <summary>In the order in which they stand in the ZIP; the list of hashes is the last.</summary>
    public ImmutableArray<DossierFile> Files { get; }

    /// <summary>Of the list of hashes, lower-case hex.</summary>
    public string Sha256 => Files[^1].Sha256;

    /// <param name="claimed">What is claimed; whatever the dossier's own results give when left out.</param>
    public static DossierPackage Of(Dossier dossier, DossierFigures? claimed = null)
    {
        var figures = claimed ?? dossier.Compute();
        ImmutableArray<DossierFile> data =
        [
            DossierFile.Json("about.json", "The innovation, the version, and what its level rests on besides trials", new About(dossier.Innovation, dossier.Title, dossier.Description, dossier.Version, dossier.Facts), Indented),
            DossierFile.Json("registrations.json", "Plans dated before results, with every change of them", dossier.Trials, Indented),
            DossierFile.Json("evaluations.json", "What was found in each trial, as it was signed", figures.Evaluations, Indented),
            DossierFile.Json("replications.json", "Where the version was tried again, and what came of it", dossier.Replications, Indented),
            DossierFile.Json("studies.json", "Studies from elsewhere, with source and terms of use", dossier.Studies, Indented),
            DossierFile.Json("conclusion.json", "The level and the verdict, and what is missing for the next level", figures.Conclusion, Indented),
            .. DossierTables.Of(dossier, figures),
        ];
        var (script, descriptor) = (new DossierFile(Script, "", Embedded(Script)), new DossierFile(Descriptor, "", Bytes(Describe(dossier, data).ToJsonString(Indented) + "\n")));
        var readme = new DossierFile(Readme, "", Bytes(Words(dossier, figures, Encoding.UTF8.GetString(script.Bytes.AsSpan()))));
        ImmutableArray<DossierFile> all = [readme, script, descriptor, .. data];
        return new([.. all, new(Sums, "", Bytes(string.Concat(all.Select(file => $"{file.Sha256}  {file.Name}\n"))))]);
    }

    /// <summary>Stored without compression, which differs from one program to the next.</summary>
    public byte[] Zip() => Zip(Files.Select(file => (file.Name, file.Bytes)));

    private static byte[] Zip(IEnumerable<(string Name, ImmutableArray<byte> Bytes)> files)
    {
        using var to = new MemoryStream();
        using (var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
                (entry.LastWriteTime, entry.ExternalAttributes) = (Always, 0);
                using var stream = entry.Open();
                stream.Write(bytes.AsSpan());
            }
        }

        return to.ToArray();
    }

    /// <summary>Computes everything again from the ZIP alone.</summary>
    /// <param name="sha256">The hash that was written down elsewhere; null where none was.</param>
    public static DossierCheck Verify(byte[] bytes, string? sha256 = null)
    {
        if (Open(bytes, out var broken) is not { } files) return new(null, 0, 0, [broken!]);
        var faults = new List<string>();
        faults.AddRange(NotAsListed(files));
        var sums = files.FirstOrDefault(file => file.Name == Sums)?.Sha256;
        if (sha256 is not null && sha256 != sums) faults.Add($"{Sums}: its hash is {sums}, not {sha256}.");
        var (computed, withheld) = (0, 0);
        try
        {
            (computed, withheld) = Compute(files, faults);
        }
        catch (Exception fault) when (fault is FormatException or JsonException or CsvHelperException or KeyNotFoundException or InvalidOperationException or NotComputableException or ArgumentException or OverflowException or NullReferenceException or IndexOutOfRangeException)
        {
            faults.Add($"What the files say cannot be computed: {fault.Message}");
        }

        if (faults.Count == 0 && Differs(bytes, Zip(files.Select(file => (file.Name, file.Bytes)))) is { } at)
            faults.Add($"Byte {at} of the file, outside what it holds: in the ZIP's own tables.");
        return new(sums, computed, withheld, [.. faults]);
    }

    private static List<DossierFile>? Open(byte[] bytes, out string? broken)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
            var files = new List<DossierFile>();
            foreach (var entry in zip.Entries)
            {
                using var from = entry.Open();
                using var to = new MemoryStream();
                from.CopyTo(to);
                files.Add(new(entry.FullName, "", [.. to.ToArray()]));
            }

            broken = files.GroupBy(file => file.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice ? $"{twice.Key}: it is there twice." : null;
            return broken is null ? files : null;
        }
        catch (InvalidDataException fault)
        {
            broken = $"This is no ZIP that can be read: {fault.Message}";
            return null;
        }
    }

    /// <summary>Files whose bytes are not those that the list of hashes names.</summary>
    private static IEnumerable<string> NotAsListed(List<DossierFile> files)
    {
        var listed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in (files.FirstOrDefault(file => file.Name == Sums) is { } sums ? Encoding.UTF8.GetString(sums.Bytes.AsSpan()) : "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split("  ", 2) is [var hash, var name]) listed[name] = hash;
        }

        var described = Described(files);
        foreach (var file in files.Where(file => file.Name != Sums))
        {
            if (!listed.Remove(file.Name, out var hash)) yield return $"{file.Name}: {Sums} does not list it.";
            else if (hash != file.Sha256) yield return described.GetValueOrDefault(file.Name) == file.Sha256 ? $"{Sums}: its line of {file.Name} was changed." : $"{file.Name}: its bytes are not those that {Sums} lists.";
        }

        foreach (var name in listed.Keys) yield return $"{name}: {Sums} lists it, and it is not there.";
    }

    /// <summary>The hashes that the descriptor names, which tell a changed file from a changed list.</summary>
    private static Dictionary<string, string?> Described(List<DossierFile> files)
    {
        try
        {
            return JsonNode.Parse(files.First(file => file.Name == Descriptor).Bytes.AsSpan())!["resources"]!.AsArray()
                .ToDictionary(resource => (string)resource!["path"]!, resource => ((string?)resource!["hash"])?["sha256:".Length..], StringComparer.Ordinal);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            return [];
        }
    }

    private static (int Computed, int Withheld) Compute(List<DossierFile> files, List<string> faults)
    {
        var (dossier, claimed) = Read(files.ToDictionary(file => file.Name, StringComparer.Ordinal));
        var computed = dossier.Compute();
        Differences("evaluations.json", Node(claimed.Evaluations), Node(computed.Evaluations), faults);
        Differences("conclusion.json", Node(claimed.Conclusion), Node(computed.Conclusion), faults);
        Differences("figures.csv", Node(claimed.Figures), Node(computed.Figures), faults);

        // Whatever else is in it follows from these files to the byte.
        var again = Of(dossier, claimed).Files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        faults.AddRange(files.Where(file => file.Name != Sums && again.GetValueOrDefault(file.Name)?.Sha256 != file.Sha256).Select(file => $"{file.Name}: it does not follow from the other files."));
        faults.AddRange(again.Keys.Except(files.Select(file => file.Name), StringComparer.Ordinal).Select(name => $"{name}: it is not there. A dossier of an earlier release may be without it: what that release wrote, it checks to the byte itself."));
        var records = dossier.Trials.Where(trial => trial.IsSealed).Select(trial => trial.Id).Concat(dossier.Studies.Where(study => study.Withheld).Select(study => study.Id)).ToHashSet(StringComparer.Ordinal);
        var withheld = computed.Figures.Count(figure => records.Contains(figure.About)
            || dossier.Trials.Any(trial => trial.Id == figure.About && trial.Withheld.Any(group => (group.Measure, group.Wave, group.Subgroup) == (figure.Measure, figure.Wave, figure.Subgroup))));
        return (computed.Figures.Length - withheld, withheld);

        static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, Indented);
    }

    private static void Differences(string at, JsonNode? claimed, JsonNode? computed, List<string> faults)
    {
        switch (claimed, computed)
        {
            case (JsonObject a, JsonObject b):
                foreach (var name in a.Select(one => one.Key).Union(b.Select(one => one.Key), StringComparer.Ordinal)) Differences($"{at}, {name}", a[name], b[name], faults);
                break;
            case (JsonArray a, JsonArray b):
                for (var i = 0; i < Math.Max(a.Count, b.Count); i++) Differences($"{at}, {i + 1}", i < a.Count ? a[i] : null, i < b.Count ? b[i] : null, faults);
                break;
            case (JsonValue a, JsonValue b) when a.GetValueKind() is JsonValueKind.Number && b.GetValueKind() is JsonValueKind.Number:
                var (was, now) = (a.GetValue<JsonElement>().GetDouble(), b.GetValue<JsonElement>().GetDouble());
                if (!(Math.Abs(was - now) <= Tolerance * Math.Max(1, Math.Abs(was)))) faults.Add(string.Create(CultureInfo.InvariantCulture, $"{at}: {was} is claimed, the results give {now}."));
                break;
            default:
                if (!JsonNode.DeepEquals(claimed, computed)) faults.Add($"{at}: {claimed?.ToJsonString(StoredJson.Options) ?? "nothing"} is claimed, the results give {computed?.ToJsonString(StoredJson.Options) ?? "nothing"}.");
                break;
        }
    }

    private static (Dossier, DossierFigures) Read(Dictionary<string, DossierFile> files)
    {
        var about = Json<About>("about.json");
        var evaluations = Json<ImmutableArray<DossierEvaluation>>("evaluations.json");
        var tables = DossierTables.Read(name => files.TryGetValue(name, out var file) ? file.Bytes : null);
        var dossier = new Dossier(about.Innovation, about.Title, about.Description, about.Version, about.Facts)
        {
            Trials =
            [
                .. Json<ImmutableArray<DossierTrial>>("registrations.json").Select(trial => trial with
                {
                    Evaluation = evaluations.FirstOrDefault(one => one.Trial == trial.Id),
                    Doses = [.. tables.Doses.Where(dose => dose.Record == trial.Id).Select(dose => dose.Dose)],
                    Cells = new([.. tables.Cells.Where(cell => cell.Record == trial.Id).Select(cell => cell.Published)], [.. tables.Totals.Where(total => total.Record == trial.Id).Select(total => total.Total)], trial.Withheld),
                }),
            ],
            Studies = [.. Json<ImmutableArray<DossierStudy>>("studies.json").Select(study => study with { Cells = [.. tables.Cells.Where(cell => cell.Record == study.Id).Select(cell => cell.OfStudy)] })],
            Replications = Json<ImmutableArray<DossierReplication>>("replications.json"),
            Contexts = tables.Contexts,
            Decisions = tables.Decisions,
        };
        return (dossier, new(evaluations, Json<DossierConclusion>("conclusion.json"), tables.Figures));

        T Json<T>(string name) => JsonSerializer.Deserialize<T>(files[name].Bytes.AsSpan(), Indented) ?? throw new FormatException($"{name} says null.");
    }

    private static JsonObject Describe(Dossier dossier, ImmutableArray<DossierFile> data) => new()
    {
        ["$schema"] = "https://datapackage.org/profiles/2.0/datapackage.json",
        ["name"] = $"dossier-{dossier.Innovation}-{dossier.Version.Id}".ToLowerInvariant(),
        ["title"] = $"{dossier.Title}, {dossier.Version.Id}",
        ["description"] = "What is claimed of this version, and the results from which every figure of it is computed again.",
        ["resources"] = new JsonArray(
        [
            .. data.Select(file =>
            {
                var resource = new JsonObject
                {
                    ["$schema"] = "https://datapackage.org/profiles/2.0/dataresource.json",
                    ["name"] = file.Name.Replace('.', '-'), ["path"] = file.Name, ["title"] = file.Title, ["encoding"] = "utf-8", ["bytes"] = file.Bytes.Length, ["hash"] = $"sha256:{file.Sha256}",
                };
                if (file.Columns.IsDefaultOrEmpty)
                {
                    (resource["format"], resource["mediatype"]) = ("json", "application/json");
                    return (JsonNode)resource;
                }

                (resource["type"], resource["format"], resource["mediatype"]) = ("table", "csv", "text/csv");
                resource["schema"] = new JsonObject
                {
                    ["$schema"] = "https://datapackage.org/profiles/2.0/tableschema.json",
                    ["fields"] = new JsonArray([.. file.Columns.Select(column => (JsonNode)new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["description"] = column.Says })]),
                    ["missingValues"] = new JsonArray(""),
                };
                return resource;
            }),
        ]),
    };

    private static string Words(Dossier dossier, DossierFigures figures, string script)
    {
        string[] withheld = [.. dossier.Trials.Where(trial => !trial.Withheld.IsEmpty).Select(trial => trial.Title), .. dossier.Studies.Where(study => study.Withheld).Select(study => study.About.Title)];
        return $"""
            # {dossier.Title}, {dossier.Version.Id}

            Level {figures.Conclusion.Level} of {figures.Conclusion.Steps[^1].Level}, verdict “{JsonNamingPolicy.KebabCaseLower.ConvertName(figures.Conclusion.Verdict.ToString())}”. Figures are Hedges' g with improvement above 0 unless a name says otherwise.

            Everything claimed of this version is in this folder, with the results it rests on: `figures.csv` and `evaluations.json` claim, `cells.csv`, `totals.csv` and `doses.csv` are what they are computed from,
            `registrations.json` holds the plans that were dated before the results, `deviations.csv` where they were left, `decisions.csv` what was decided when. `{Descriptor}` describes every column (Data Package 2.0).
            Text that a spreadsheet would run has an apostrophe before it.

            No pupil's row was ever kept, no school of a trial is named, and no class of fewer than {Disclosure.FewestShown} pupils shows its own mean: such classes are *blended*, at least {PublishedCells.FewestBlended} at a time, so that
            their sizes, their sum and their spread together are their own, and every figure comes out the same. {(withheld is [] ? "Nothing had to be withheld for it." : $"Results withheld, because a group is too small to show, of {string.Join("; ", withheld)}. What rests on them stands as signed.")}

            ## Check it

            `innovationscale verify-dossier FILE.zip` computes every figure again and compares every byte with `{Sums}`. Without it, `sha256sum -c {Sums}` checks the bytes, and these lines of R (`Rscript {Script}`), which need no package, the figures:

            ```r
            {script.TrimEnd()}
            ```

            """.ReplaceLineEndings("\n");
    }

    private static int? Differs(byte[] one, byte[] other)
    {
        var at = one.AsSpan().CommonPrefixLength(other);
        return at == one.Length && at == other.Length ? null : at;
    }

    private static ImmutableArray<byte> Embedded(string name)
    {
        using var from = typeof(DossierPackage).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The project was built without {name}.");
        using var to = new MemoryStream();
        from.CopyTo(to);
        return [.. to.ToArray()];
    }

    private static ImmutableArray<byte> Bytes(string text) => [.. Encoding.UTF8.GetBytes(text)];

    private sealed record About(string Innovation, string Title, string Description, InnovationVersion Version, DossierFacts Facts);
}

/// <summary>One file of a dossier.</summary>
public sealed record DossierFile(string Name, string Title, ImmutableArray<byte> Bytes)
{
    public ImmutableArray<DossierColumn> Columns { get; init; } = [];

    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes.AsSpan()));

    internal static DossierFile Json<T>(string name, string title, T value, JsonSerializerOptions options) => new(name, title, [.. Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value, options) + "\n")]);
}

/// <summary>A column of a table, as the descriptor tells it.</summary>
/// <param name="Type">Of Table Schema 2.0.</param>
public sealed record DossierColumn(string Name, string Type, string Says);

/// <summary>What a check of a dossier found.</summary>
/// <param name="Sha256">Of its list of hashes. Null where it cannot be read.</param>
/// <param name="Computed">Figures that were computed again.</param>
/// <param name="Withheld">Figures that stand as signed, because the results behind them would show too few pupils.</param>
/// <param name="Faults">What does not hold, each with the file it is in; empty when all is well.</param>
public sealed record DossierCheck(string? Sha256, int Computed, int Withheld, ImmutableArray<string> Faults);
