using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace InnovationScale.Trials;

/// <summary>
/// Turns an uploaded file into cells in one pass, holding no more than the cells and one row at a time. Pupil rows are gone when it returns: no
/// temporary file, no log line and no result carries them. Whatever is wrong with a file comes back as errors; only a failing stream throws.
/// </summary>
public sealed class UploadReduction
{
    private const string MissingReason = "not-given";

    /// <summary>Shapes are looked for in every one of the first rows and in some of the rest.</summary>
    private const int SampledFirst = 200, SampledEvery = 97;

    private readonly UploadPlan plan;
    private readonly List<UploadError> errors = [];
    private readonly List<UploadNote> notes = [];
    private readonly Dictionary<string, string> arms;
    private readonly Dictionary<string, string> schools;
    private readonly Dictionary<string, string> waves;
    private readonly Dictionary<CellKey, CellTally> cells = [];
    private readonly Dictionary<string, string> kept = new(StringComparer.Ordinal);
    private PupilsSeen pupils = new();
    private readonly (ulong First, ulong Second) points = (Point(), Point());
    private readonly NumberReader numbers;

    private ColumnMapping mapping;
    private string[] headers = [];
    private bool headersTold;
    private Columns columns = new();
    private ColumnShape[] shapes = [];
    private int errorCount;
    private int rows;
    private int row;
    private (string? School, string? Class, string? Arm, string? Wave) lastPlace;
    private CellTally? lastCell;
    private readonly List<(string Subgroup, CellTally Part)> lastParts = [];

    private UploadReduction(UploadPlan plan, ColumnMapping? mapping)
    {
        this.plan = plan;
        this.mapping = mapping ?? new();
        numbers = new(this.mapping.DecimalSign);
        arms = Accepted.Index(plan.Arms);
        schools = Accepted.Index(plan.Schools);
        waves = Accepted.Index(plan.Waves);
    }

    /// <summary>Reduces a file. Nothing outside the result has changed, so that a dry run and a commit are the same call.</summary>
    /// <param name="mapping">What each column says; null to go by the headers.</param>
    public static async Task<Reduction> ReduceAsync(Stream file, UploadPlan plan, ColumnMapping? mapping = null, CancellationToken cancel = default)
    {
        var reduction = new UploadReduction(plan, mapping);
        using var sent = await UploadRows.Open(file, plan.Limits, cancel);
        var readable = await reduction.ReadAsync(sent, detect: mapping is null, cancel);
        var result = reduction.Result(sent, readable);
        Telemetry.ImportRows.Add(result.Rows, Telemetry.Outcome(result.Accepted ? "accepted" : "refused"));
        return result;
    }

    private async Task<bool> ReadAsync(UploadRows file, bool detect, CancellationToken cancel)
    {
        while (await file.ReadAsync())
        {
            row = file.At;
            if (row == 1 ? !TakeHeader(file, detect) : !TakeRow(file)) return false;
            if (row % 1024 == 0) cancel.ThrowIfCancellationRequested();
        }

        if (file.Trouble is { } trouble)
        {
            Refuse(trouble);
            return false;
        }

        if (row == 0) Refuse(1, null, null, "file-empty", "The file is empty.", "Send a file with a header and a row for each pupil or class.");
        else if (rows == 0) Refuse(1, null, null, "no-rows", "The file has a header and no rows.", "Send the rows with it.");
        return JudgeShapes() && rows > 0;
    }

    private bool TakeHeader(UploadRows file, bool detect)
    {
        if (file.Count > plan.Limits.Columns)
        {
            return Fatal("too-many-columns", $"The file has more than {plan.Limits.Columns} columns.", "Leave out the columns that are not needed.");
        }

        headers = new string[file.Count];
        for (var i = 0; i < headers.Length; i++) headers[i] = file[i].Trim();

        foreach (var (at, header) in headers.Index())
        {
            if (header.Length > 200) Refuse(1, Shorten(header), null, "header-too-long", $"The header of column {at + 1} is longer than 200 characters.", "Shorten it.");
            else if (PersonalHeader.Of(header) is { } personal) RefusePersonal(at, personal, byHeader: true);
            else if (HoldsControl(header)) Refuse(1, Shown(at), null, "hidden-character", $"The header of column {at + 1} holds a hidden or control character.", "Type the header anew.");
        }

        if (errorCount > 0) return false;
        // A file without a header begins with a pupil: what holds a number or points at somebody is no header, and is told to nobody.
        headersTold = !headers.Any(header => PersonalValue.IsTelling(header) || header.Any(char.IsDigit) && double.TryParse(header, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _));
        if (detect) mapping = Found();
        columns = Columns.Find(headers, mapping, plan, Refuse);
        if (file.Sheets > 1)
        {
            Sentence first = $"The workbook has {file.Sheets} sheets, and only the first was read.";
            if (errorCount == 0) notes.Add(new("first-sheet-only", null, first));
            else Refuse(1, null, null, "first-sheet-only", first, "Put the table on the first sheet.");
        }

        if (errorCount > 0) return false;

        shapes = [.. headers.Select((header, at) => new ColumnShape(header, columns.UseOf(at)))];
        foreach (var (at, header) in headers.Index())
        {
            if (columns.UseOf(at) == ColumnUse.None && header.Length > 0) notes.Add(new("column-ignored", header, $"Column “{Shorten(header)}” is not needed and was not read."));
        }

        return true;
    }

    /// <summary>As an earlier file with these columns was read; what it left open, and every other file, by the headers. That every pupil has a row is said of each file anew.</summary>
    private ColumnMapping Found()
    {
        var guess = ColumnMapping.Detect(headers, plan);
        return plan.Remembered.FirstOrDefault(known => known.Headers.Any() && known.Headers.All(header => headers.Contains(header, StringComparer.Ordinal))) is { } known
            ? known.Or(guess) with { EveryAllocatedPupilHasARow = plan.EveryAllocatedPupilHasARow }
            : guess;
    }

    private bool TakeRow(UploadRows file)
    {
        var count = file.Count;
        if (count > headers.Length && !ExtraCellsAreEmpty(file)) return true;
        if (IsBlank(file)) return true;
        rows++;
        if (rows > plan.Limits.Rows) return Fatal("too-many-rows", $"The file has more than {plan.Limits.Rows:N0} rows.", "Send the schools in several files.");
        if (count < headers.Length)
        {
            Refuse(row, null, null, "too-few-cells", $"The row has {count} cells; the header has {headers.Length}.", "Give it a cell, empty if need be, for every column.");
            return true;
        }

        if (rows <= SampledFirst || rows % SampledEvery == 0)
        {
            for (var i = 0; i < headers.Length; i++) shapes[i].Look(file[i]);
            if (rows == SampledFirst && !JudgeShapes()) return false;
        }

        if (Place(file) is not { } cell) return cells.Count <= plan.Limits.Cells;
        if (mapping.Kind == FileKind.PupilRows) TakePupil(file, cell);
        else TakeClass(file, cell);
        return true;
    }

    private void TakePupil(UploadRows file, CellTally cell)
    {
        if (columns.Pupil >= 0 && SentBefore(file, cell)) return;
        var baseline = Score(file, columns.Baseline, out var before);
        var outcome = Score(file, columns.Outcome, out var after);
        if (baseline is Number.Wrong || outcome is Number.Wrong) return;
        if (cell.FirstRow == 0) cell.FirstRow = row;

        var reason = outcome is Number.Found ? null : ReasonOf(file);
        if (outcome is not Number.Found && reason is null) return;
        cell.Add(baseline is Number.Found ? before : null, outcome is Number.Found ? after : null, reason);
        foreach (var (at, subgroup, levels) in columns.Subgroups)
        {
            var text = file[at];
            if (IsMissing(text)) continue;
            if (levels.TryGetValue(text, out var level) || levels.TryGetValue(Spelling.Of(text), out level))
            {
                SubgroupOf(cell, level).Add(baseline is Number.Found ? before : null, outcome is Number.Found ? after : null, reason);
            }
            else if (!RefusedAsText(at, text))
            {
                Refuse(row, Shown(at), text, "unknown-level", $"“{subgroup.Name}” has no such level.", $"Use one of: {string.Join(", ", subgroup.Levels.Select(known => known.Name))}; or leave it empty.");
            }
        }
    }

    private void TakeClass(UploadRows file, CellTally cell)
    {
        if (cell.FirstRow > 0)
        {
            Refuse(row, Shown(columns.Class), null, "class-twice", $"The same class, arm and wave stand in row {cell.FirstRow} already.", "Leave one of the two rows out.");
            return;
        }

        cell.FirstRow = row;
        if (Whole(file, columns.N) is not { } n) return;
        var allocated = columns.Allocated < 0 || IsMissing(file[columns.Allocated]) ? null : Whole(file, columns.Allocated);
        var lost = columns.Lost < 0 || IsMissing(file[columns.Lost]) ? 0 : Whole(file, columns.Lost);
        if (lost is null) return;
        if (allocated < n + lost)
        {
            Refuse(row, Shown(columns.Allocated), file[columns.Allocated], "fewer-allocated-than-counted", "Fewer pupils were allocated than were measured and lost together.",
                "Correct the counts; pupils who joined later belong in neither.");
            return;
        }

        if (lost > 0) cell.Lose(ReasonOf(file) ?? MissingReason, lost.Value);
        cell.Allocated = allocated;
        if (n == 0) return;
        if (Score(file, columns.Mean, out var mean, isMean: true) is not Number.Found)
        {
            if (IsMissing(file[columns.Mean])) Refuse(row, Shown(columns.Mean), null, "mean-missing", "A class with pupils needs their mean.", "Give the mean, or n = 0.");
            return;
        }

        if (Spread(file, n) is not { } m2) return;
        if (plan.Measure is { Min: { } min, Max: { } max } && m2 > n * (mean - min) * (max - mean) * (1 + 1e-9) + 1e-6)
        {
            Refuse(row, Shown(columns.M2 >= 0 ? columns.M2 : columns.Sd), null, "spread-impossible", "No scores between the measure's bounds have this mean and this spread.", "Check n, mean and spread.");
            return;
        }

        cell.Outcome = new(n, mean, m2);
    }

    private double? Spread(UploadRows file, int n)
    {
        var at = columns.M2 >= 0 && !IsMissing(file[columns.M2]) ? columns.M2 : columns.Sd;
        if (at < 0 || IsMissing(file[at]))
        {
            if (n == 1) return 0;
            Refuse(row, Shown(at >= 0 ? at : columns.M2), null, "spread-missing", "A class of two pupils or more needs its standard deviation or sum of squared deviations.", "Fill it in.");
            return null;
        }

        if (ReadNumber(file, at, out var spread) is not Number.Found) return null;
        if (spread >= 0) return at == columns.M2 ? spread : spread * spread * (n - 1);
        Refuse(row, Shown(at), file[at], "spread-negative", "A spread is never below 0.", "Check the number.");
        return null;
    }

    /// <summary>The cell a row belongs to; null when it cannot be told, with the errors said.</summary>
    private CellTally? Place(UploadRows file)
    {
        var place = (TextAt(file, columns.School), TextAt(file, columns.Class), TextAt(file, columns.Arm), TextAt(file, columns.Wave));
        if (lastCell is not null && place == lastPlace) return lastCell;

        var school = columns.School < 0 ? plan.Schools[0].Name : schools.Count == 0 ? Kept(columns.School, place.Item1!, "school-missing", "school") : Known(columns.School, place.Item1!, schools,
            plan.Schools, "school-missing", "unknown-school", "The trial has no site at this school.");
        var arm = Known(columns.Arm, place.Item3!, arms, plan.Arms, "arm-missing", "unknown-arm", "The trial has no such arm.");
        var wave = columns.Wave < 0 ? plan.Waves[0].Name : Known(columns.Wave, place.Item4!, waves, plan.Waves, "wave-missing", "unknown-wave", "The trial has no such wave.");
        var @class = Kept(columns.Class, place.Item2!, "class-missing", "class");
        if (school is null || arm is null || wave is null || @class is null) return null;

        ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(cells, new(school, @class, arm, plan.Measure.Name, wave, ""), out _);
        cell ??= new() { Key = new(school, @class, arm, plan.Measure.Name, wave, ""), Codes = Codes(wave, school, @class) };
        if (cells.Count > plan.Limits.Cells)
        {
            Fatal("too-many-classes", $"The file has more than {plan.Limits.Cells:N0} classes.", "Check which column holds the class; a pupil's code is none.");
            return null;
        }

        (lastPlace, lastCell) = (place, cell);
        lastParts.Clear();
        return cell;
    }

    private string? Known(int at, string text, Dictionary<string, string> index, ImmutableArray<Accepted> accepted, string missing, string unknown, string sentence)
    {
        if (index.TryGetValue(text, out var name)) return name;
        if (IsMissing(text)) Refuse(row, Shown(at), null, missing, "This cell is empty and must not be.", $"Use one of: {Choices(accepted)}.");
        else if (!RefusedAsText(at, text) && !index.TryGetValue(Spelling.Of(Checked(text)), out name)) Refuse(row, Shown(at), text, unknown, sentence, $"Use one of: {Choices(accepted)}.");
        return name;
    }

    /// <summary>A name that will be kept in the cells: checked, trimmed and the same string for all its rows.</summary>
    private string? Kept(int at, string text, string missing, string what)
    {
        if (kept.TryGetValue(text, out var known)) return known;
        if (string.IsNullOrWhiteSpace(text))
        {
            Refuse(row, Shown(at), null, missing, "This cell is empty and must not be.", $"Name the {what} of every row.");
            return null;
        }

        if (RefusedAsText(at, text)) return null;
        var name = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Normalize();
        if (name.Length > 100)
        {
            Refuse(row, Shown(at), name, "name-too-long", $"The name of a {what} is at most 100 characters long.", "Shorten it.");
            return null;
        }

        if (name is Cell.OtherClasses or Cell.AllClasses)
        {
            Refuse(row, Shown(at), name, "name-reserved", "This name stands for several classes together.", "Give the class another name.");
            return null;
        }

        if (PointsAtSomebody(name))
        {
            Refuse(row, Shown(at), null, "personal-value", $"The name of a {what} looks like an e-mail address, a phone number or an identity number.", "Use the code you use in school.");
            return null;
        }

        if (kept.Count < plan.Limits.Cells * 2) kept[text] = name;
        return name;
    }

    internal static bool PointsAtSomebody(string name) => PersonalValue.IsEmail(name) || PersonalValue.IsPhone(name) || PersonalValue.IsNationalId(name);

    /// <summary>Text a spreadsheet would run as a formula, or that hides something, is not taken in.</summary>
    private bool RefusedAsText(int at, string text)
    {
        if (TextFault(text) is not var (code, sentence, fix)) return false;
        Refuse(row, Shown(at), null, code, sentence, fix);
        return true;
    }

    /// <summary>What keeps a cell's text out: null where nothing does.</summary>
    internal static (string Code, string Sentence, string Fix)? TextFault(string text) => text.AsSpan().Trim(' ') is ['=' or '+' or '-' or '@' or '\t' or '\r' or '＝' or '＋' or '－' or '＠', ..]
        ? ("formula-like", "A spreadsheet would read this cell as a formula.", "Write it as plain text that begins with a letter or a digit.")
        : HoldsControl(text) ? ("hidden-character", "This cell holds a hidden or control character.", "Type it anew.") : null;

    private bool SentBefore(UploadRows file, CellTally cell)
    {
        var code = file[columns.Pupil];
        if (string.IsNullOrWhiteSpace(code))
        {
            Refuse(row, Shown(columns.Pupil), null, "pupil-missing", "This row has no pupil code.", "Give every row one, or map no column to it.");
            return true;
        }

        if (pupils.Before(Append(cell.Codes, code.AsSpan().Trim()), row) is not (> 0 and var first)) return false;
        Refuse(row, Shown(columns.Pupil), null, "pupil-twice", $"The pupil of this row stands in row {first} already.",
            "Leave one of the two rows out. If codes begin anew in each school or class, say so in the column mapping.");
        return true;
    }

    /// <summary>
    /// Tells codes apart and keeps none: a polynomial whose coefficients are the characters, modulo 2^61 - 1, at two points drawn for this file
    /// (Carter and Wegman 1979). Two texts of n characters meet with a chance of (n / 2^61)^2. Points and values end with the reduction.
    /// </summary>
    private (ulong, ulong) Codes(string wave, string school, string @class)
    {
        var hash = Append((1, 1), wave);
        if (mapping.PupilCodes is not PupilCodes.File) hash = Append(hash, school);
        if (mapping.PupilCodes is PupilCodes.Class) hash = Append(hash, @class);
        return hash;
    }

    private (ulong, ulong) Append((ulong First, ulong Second) hash, ReadOnlySpan<char> text)
    {
        foreach (var c in text) hash = (Next(hash.First, points.First, c), Next(hash.Second, points.Second, c));
        return (Next(hash.First, points.First, '\n'), Next(hash.Second, points.Second, '\n'));

        static ulong Next(ulong value, ulong point, char c)
        {
            var high = Math.BigMul(value, point, out var low);
            var folded = (low & Mersenne) + (high << 3 | low >> 61) + c;
            return (folded & Mersenne) + (folded >> 61);
        }
    }

    private const ulong Mersenne = (1UL << 61) - 1;

    private static ulong Point() => MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(sizeof(ulong))) & Mersenne;

    private Number Score(UploadRows file, int at, out double score, bool isMean = false)
    {
        score = 0;
        if (at < 0) return Number.Missing;
        var found = ReadNumber(file, at, out score);
        if (found is not Number.Found) return found;

        var measure = plan.Measure;
        if (score < measure.Min || score > measure.Max)
        {
            Refuse(row, Shown(at), file[at], "score-out-of-range", $"“{measure.Name}” runs {Range(measure)}.", "Correct it, or leave the cell empty if the pupil was not measured.");
            return Number.Wrong;
        }

        if (isMean || measure.Step is not { } step || (score - (measure.Min ?? 0)) / step is var steps && Math.Abs(steps - Math.Round(steps)) <= 1e-6) return Number.Found;
        Refuse(row, Shown(at), file[at], "score-between-steps", $"“{measure.Name}” goes in steps of {step.ToString(CultureInfo.InvariantCulture)}.", "Correct it.");
        return Number.Wrong;
    }

    private int? Whole(UploadRows file, int at)
    {
        if (ReadNumber(file, at, out var number) is not Number.Found)
        {
            if (IsMissing(file[at])) Refuse(row, Shown(at), null, "count-missing", "This cell is empty and must not be.", "Give the number of pupils.");
            return null;
        }

        if (number >= 0 && number <= 1_000_000 && number == Math.Floor(number)) return (int)number;
        Refuse(row, Shown(at), file[at], "not-a-count", "A number of pupils is a whole number from 0 to 1,000,000.", "Correct it.");
        return null;
    }

    private Number ReadNumber(UploadRows file, int at, out double number)
    {
        if (file.Number(at) is { } written)
        {
            number = written;
            return Number.Found;
        }

        var text = file[at];
        var (code, sentence, fix) = ("", "", "");
        switch (numbers.Read(text, out number))
        {
            case NumberFound.Number:
                return Number.Found;
            case NumberFound.Nothing:
                return Number.Missing;
            case NumberFound.Thousands:
                (code, sentence, fix) = ("thousands-sign", "This number has more than one comma or point.", "Write it without a sign between thousands.");
                break;
            case NumberFound.Unclear:
                (code, sentence, fix) = ("decimal-unclear", "The comma may part thousands or be the decimal sign.", "Write it without the comma, or say in the column mapping which sign the file uses.");
                break;
            case NumberFound.OtherSign:
                (code, sentence, fix) = ("decimal-signs-mixed", "The file uses both the comma and the point as decimal sign.", "Use one of them throughout.");
                break;
            default:
                (code, sentence, fix) = ("not-a-number", "This is not a number.", "Correct it, or leave the cell empty if the pupil was not measured.");
                break;
        }

        Refuse(row, Shown(at), text, code, sentence, fix);
        return Number.Wrong;
    }

    private string? ReasonOf(UploadRows file)
    {
        var text = TextAt(file, columns.LostReason);
        if (string.IsNullOrWhiteSpace(text)) return MissingReason;
        if (RefusedAsText(columns.LostReason, text)) return null;
        var reason = Spelling.Of(Checked(text)).Replace(' ', '-');
        if (reason.Length is > 0 and <= 40 && (kept.ContainsKey(reason) || kept.Count < plan.Limits.Cells * 2))
        {
            kept[reason] = reason;
            return reason;
        }

        Refuse(row, Shown(columns.LostReason), null, "reason-too-long", "A reason is a short word such as absent or moved.", "Shorten it to at most 40 characters.");
        return null;
    }

    /// <summary>Subgroups are kept for a whole school and arm.</summary>
    private CellTally SubgroupOf(CellTally @class, string subgroup)
    {
        // Rows of a class stand together in most files.
        foreach (var (known, part) in lastParts)
        {
            if (ReferenceEquals(known, subgroup)) return part;
        }

        var key = @class.Key with { Class = Cell.AllClasses, Subgroup = subgroup };
        ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(cells, key, out _);
        tally ??= new() { Key = key };
        lastParts.Add((subgroup, tally));
        return tally;
    }

    private bool ExtraCellsAreEmpty(UploadRows file)
    {
        for (var i = headers.Length; i < file.Count; i++)
        {
            if (i < plan.Limits.Columns && file[i].Length == 0) continue;
            Refuse(row, null, null, "too-many-cells", $"The row has {file.Count} cells; the header has {headers.Length}.", "Check for a delimiter or a quote too many.");
            return false;
        }

        return true;
    }

    private static bool IsBlank(UploadRows file)
    {
        for (var i = 0; i < file.Count; i++)
        {
            if (!string.IsNullOrWhiteSpace(file[i])) return false;
        }

        return true;
    }

    private bool JudgeShapes()
    {
        var fine = true;
        foreach (var (at, shape) in shapes.Index())
        {
            if (shape.Verdict() is not { } personal) continue;
            RefusePersonal(at, personal, byHeader: false);
            fine = false;
        }

        return fine;
    }

    private void RefusePersonal(int at, Personal personal, bool byHeader)
    {
        var (code, what) = personal switch
        {
            Personal.Name => ("personal-name", "people's names"),
            Personal.BirthDate => ("personal-birth-date", "birth dates"),
            Personal.Email => ("personal-email", "e-mail addresses"),
            Personal.Phone => ("personal-phone", "phone numbers"),
            Personal.Address => ("personal-address", "addresses"),
            _ => ("personal-id", "national identity numbers"),
        };
        const string fix = "Delete the column and send the file again; nothing of it was kept.";
        if (byHeader) Refuse(1, Shown(at), null, code, $"By its header column {at + 1} holds {what}.", fix);
        else Refuse(1, Shown(at), null, code, $"The values of column {at + 1} look like {what}.", fix);
    }

    /// <summary>A header as it may be shown: one that is itself somebody's address or number is told by its place.</summary>
    private string? Shown(int at) => at < 0 ? null : headers[at].Length == 0 || HoldsControl(headers[at]) || PersonalValue.IsTelling(headers[at]) && PersonalHeader.Of(headers[at]) is null or Personal.Email
        ? $"column {at + 1}"
        : Shorten(headers[at]);

    private bool Fatal(string code, Sentence sentence, Sentence fix)
    {
        Refuse(Math.Max(row, 1), null, null, code, sentence, fix);
        return false;
    }

    private void Refuse(int atRow, string? column, string? value, string code, Sentence sentence, Sentence fix) =>
        Refuse(new(atRow, column, value is null || PersonalValue.IsTelling(value.Length > 200 ? value[..200] : value) ? null : Shorten(value), code, sentence, fix));

    private void Refuse(UploadError error)
    {
        errorCount++;
        if (errors.Count < plan.Limits.Errors) errors.Add(error);
    }

    private Reduction Result(UploadRows file, bool readable)
    {
        // Of a long file the largest thing held; cells are put together without it.
        pupils = new();
        var found = readable && errorCount == 0
            ? SmallClasses.Settle(cells.Values, plan, mapping, headers.Length > 0 && columns.Class >= 0 ? Shown(columns.Class) : null, notes, Refuse)
            : [];
        return new()
        {
            FileSha256 = file.Sha256, Bytes = file.Bytes, Mapping = headers.Length > 0 ? mapping : null, Rows = rows,
            Headers = headersTold ? [.. headers] : [],
            Cells = errorCount == 0 ? [.. found.Order(ByPlace)] : [],
            Arms = errorCount == 0 ? CountArms(found) : [],
            Notes = errorCount == 0 ? [.. notes] : [], Errors = [.. errors], ErrorCount = errorCount,
        };
    }

    private static readonly Comparer<Cell> ByPlace = Comparer<Cell>.Create(static (a, b) =>
    {
        var order = string.CompareOrdinal(a.School, b.School);
        if (order == 0) order = string.CompareOrdinal(a.Arm, b.Arm);
        if (order == 0) order = string.CompareOrdinal(a.Wave, b.Wave);
        if (order == 0) order = string.CompareOrdinal(a.Subgroup, b.Subgroup);
        return order != 0 ? order : string.CompareOrdinal(a.Class, b.Class);
    });

    internal static ImmutableArray<ArmCount> CountArms(IReadOnlyList<Cell> cells) =>
    [
        .. cells.Where(cell => cell.Subgroup.Length == 0).GroupBy(cell => (cell.Arm, cell.Wave)).Select(arm => new ArmCount(arm.Key.Arm, arm.Key.Wave,
                arm.Select(cell => cell.School).Distinct(StringComparer.Ordinal).Count(), arm.Sum(cell => cell.Classes), arm.Sum(cell => cell.Outcome.N),
                arm.Sum(cell => cell.Lost.Values.Sum(lost => (long)lost))))
            .OrderBy(arm => arm.Wave, StringComparer.Ordinal).ThenBy(arm => arm.Arm, StringComparer.Ordinal),
    ];

    private static string? TextAt(UploadRows file, int at) => at < 0 ? null : file[at];

    private static string Choices(ImmutableArray<Accepted> accepted) =>
        string.Join(", ", accepted.Take(12).Select(known => known.Name)) + (accepted.Length > 12 ? $" and {accepted.Length - 12} more" : "");

    private static string Range(UploadMeasure measure) => measure switch
    {
        { Min: { } min, Max: { } max } => string.Create(CultureInfo.InvariantCulture, $"from {min} to {max}"),
        { Min: { } min } => string.Create(CultureInfo.InvariantCulture, $"from {min}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"up to {measure.Max}"),
    };

    private static bool IsMissing(string text) => NumberReader.IsMissing(text.AsSpan().Trim());

    private static bool HoldsControl(string text)
    {
        foreach (var c in text)
        {
            // Bidirectional overrides and isolates, zero-width marks: a name that reads otherwise than it sorts.
            if (char.IsControl(c) || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200B' or '\uFEFF' or '\uFFFD') return true;
        }

        return false;
    }

    /// <summary>Long enough for any name a trial knows; the rest of a cell is never compared.</summary>
    private static string Checked(string text) => text.Length > 200 ? text[..200] : text;

    internal static string Shorten(string text)
    {
        var plain = HoldsControl(text) ? new string([.. text.Where(c => !HoldsControl(c.ToString()))]) : text;
        return plain.Length <= 40 ? plain : $"{plain[..(char.IsHighSurrogate(plain[38]) ? 38 : 39)]}…";
    }

    private enum Number
    {
        Found,
        Missing,

        /// <summary>Said already.</summary>
        Wrong,
    }
}

/// <summary>Where the mapped columns stand; -1 for those a file does not have.</summary>
internal sealed class Columns
{
    private readonly Dictionary<int, ColumnUse> uses = [];

    public int School { get; private set; } = -1;
    public int Class { get; private set; } = -1;
    public int Arm { get; private set; } = -1;
    public int Wave { get; private set; } = -1;
    public int Pupil { get; private set; } = -1;
    public int Outcome { get; private set; } = -1;
    public int Baseline { get; private set; } = -1;
    public int LostReason { get; private set; } = -1;
    public int N { get; private set; } = -1;
    public int Mean { get; private set; } = -1;
    public int Sd { get; private set; } = -1;
    public int M2 { get; private set; } = -1;
    public int Allocated { get; private set; } = -1;
    public int Lost { get; private set; } = -1;

    public List<(int At, UploadSubgroup Subgroup, Dictionary<string, string> Levels)> Subgroups { get; } = [];

    public ColumnUse UseOf(int at) => uses.GetValueOrDefault(at);

    public static Columns Find(string[] headers, ColumnMapping mapping, UploadPlan plan, RefuseRow refuse)
    {
        var columns = new Columns();
        int At(string? header, ColumnUse use, string? needed = null)
        {
            if (header is null)
            {
                if (needed is not null) refuse(1, null, null, "column-missing", $"No column says the {needed}.", $"Add a column “{needed}”, or say in the column mapping which one it is.");
                return -1;
            }

            var at = Array.FindIndex(headers, known => known.Equals(header, StringComparison.Ordinal));
            if (at < 0) refuse(1, null, null, "column-not-found", "The file lacks a column of the mapping.", "Map the columns of this file anew.");
            else if (Array.FindLastIndex(headers, known => known.Equals(header, StringComparison.Ordinal)) != at) refuse(1, header, null, "column-twice", "Two columns have the same header.", "Rename or delete one of them.");
            else if (!columns.uses.TryAdd(at, use)) refuse(1, header, null, "column-mapped-twice", "This column is mapped to two things.", "Map it to one.");
            return at;
        }

        columns.School = At(mapping.School, ColumnUse.Group, plan.Schools.Length == 1 ? null : "school");
        columns.Class = At(mapping.Class, ColumnUse.Group, "class");
        columns.Arm = At(mapping.Arm, ColumnUse.Group, "arm");
        columns.Wave = At(mapping.Wave, ColumnUse.Group);
        columns.LostReason = At(mapping.LostReason, ColumnUse.Group);
        if (mapping.Kind == FileKind.PupilRows)
        {
            columns.Pupil = At(mapping.Pupil, ColumnUse.Pupil);
            columns.Outcome = At(mapping.Outcome, ColumnUse.Number, "score");
            columns.Baseline = At(mapping.Baseline, ColumnUse.Number);
            foreach (var (name, header) in mapping.Subgroups)
            {
                if (plan.Subgroups.FirstOrDefault(known => known.Name.Equals(name, StringComparison.Ordinal)) is { } subgroup)
                {
                    if (At(header, ColumnUse.Group) is >= 0 and var at) columns.Subgroups.Add((at, subgroup, subgroup.Index()));
                }
                else
                {
                    refuse(1, header, null, "subgroup-not-registered", "This subgroup was not registered.", "Leave the column unmapped: only subgroups registered beforehand are kept.");
                }
            }
        }
        else
        {
            columns.N = At(mapping.N, ColumnUse.Number, "n");
            columns.Mean = At(mapping.Mean, ColumnUse.Number, "mean");
            columns.M2 = At(mapping.M2, ColumnUse.Number);
            columns.Sd = At(mapping.Sd, ColumnUse.Number, mapping.M2 is null ? "sd" : null);
            columns.Allocated = At(mapping.Allocated, ColumnUse.Number);
            columns.Lost = At(mapping.Lost, ColumnUse.Number);
        }

        return columns;
    }
}

/// <summary>Reads numbers as people write them: point or comma as decimal sign (one of them in a file), European or Arabic digits.</summary>
internal sealed class NumberReader(DecimalSign declared)
{
    private DecimalSign sign = declared;

    public static bool IsMissing(ReadOnlySpan<char> text) => text.Length == 0
        || text.Length <= 4 && !char.IsAsciiDigit(text[0]) && (text is "-" or "." or "–" || text.Equals("NA", StringComparison.OrdinalIgnoreCase) || text.Equals("N/A", StringComparison.OrdinalIgnoreCase)
            || text.Equals("#N/A", StringComparison.OrdinalIgnoreCase) || text.Equals("null", StringComparison.OrdinalIgnoreCase) || text.Equals("NaN", StringComparison.OrdinalIgnoreCase));

    public NumberFound Read(string cell, out double number)
    {
        number = 0;
        var text = cell.AsSpan().Trim();
        if (IsMissing(text)) return NumberFound.Nothing;
        if (text.Length > 40) return NumberFound.NotANumber;
        if (!Ascii.IsValid(text)) text = Western(text);

        var comma = text.IndexOf(',');
        var point = text.IndexOf('.');
        if (comma >= 0 && (point >= 0 || text[(comma + 1)..].Contains(',')) || point >= 0 && text[(point + 1)..].Contains('.')) return NumberFound.Thousands;
        if (point >= 0)
        {
            if (sign == DecimalSign.Comma) return NumberFound.OtherSign;
            sign = DecimalSign.Point;
        }
        else if (comma >= 0)
        {
            if (sign == DecimalSign.Point) return NumberFound.OtherSign;
            // 1,234 is one thousand or one and a bit; any other number of digits after the comma tells.
            if (sign == DecimalSign.AsFound && text.Length - comma == 4 && text[..comma].TrimStart("-+0").Length > 0) return NumberFound.Unclear;
            sign = DecimalSign.Comma;
            Span<char> pointed = stackalloc char[text.Length];
            text.CopyTo(pointed);
            pointed[comma] = '.';
            return Parse(pointed, out number);
        }

        return Parse(text, out number);
    }

    private static NumberFound Parse(ReadOnlySpan<char> text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number) && double.IsFinite(number)
            ? NumberFound.Number
            : NumberFound.NotANumber;

    private static string Western(ReadOnlySpan<char> text)
    {
        var western = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            western.Append(c switch
            {
                '٫' => '.',
                '−' => '-',
                _ when char.IsDigit(c) => (char)('0' + (int)char.GetNumericValue(c)),
                _ => c,
            });
        }

        return western.ToString();
    }
}

internal enum NumberFound
{
    Number,
    Nothing,
    NotANumber,
    Thousands,
    Unclear,
    OtherSign,
}
