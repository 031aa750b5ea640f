using System.Globalization;
using System.Text;

namespace InnovationScale.Trials;

/// <summary>One file nobody should be able to hurt us with. <paramref name="Code"/> is the refusal it must meet; null for one that looks odd and is fine.</summary>
public sealed record HostileFile(string Name, byte[] Bytes, string? Code)
{
    public override string ToString() => Name;
}

/// <summary>
/// Files made to break an upload: a hand-made set, each with the refusal it must meet, and mutations of good files by a seed. Plain data, so that
/// the same files are sent to the reduction in process and over HTTP.
/// </summary>
public static class HostileCsv
{
    /// <summary>What the files are held against: schools 1 and 2, arms small and regular, whole scores from 0 to 700, no cell under 5.</summary>
    public static UploadPlan Plan { get; } = new()
    {
        Schools = [new("1"), new("2")], Arms = [new("small"), new("regular")], Measure = new("Maths", 0, 700, 1),
    };

    private const string Header = "pupil,school,class,arm,score";

    /// <summary>Two schools of two classes of six pupils.</summary>
    public static IReadOnlyList<string> GoodRows { get; } =
    [
        .. from pupil in Enumerable.Range(0, 24)
           let place = pupil / 6
           select string.Create(CultureInfo.InvariantCulture, $"p{pupil},{1 + place / 2},c{place},{(place % 2 == 0 ? "small" : "regular")},{400 + pupil * 37 % 101}"),
    ];

    private const string ClassHeader = "school,class,arm,n,mean,sd,allocated,lost";
    private static readonly string[] GoodClasses = ["1,c0,small,12,450,30,14,2", "1,c1,regular,20,440,31,20,0", "2,c2,small,11,455.5,29,12,1"];

    public static string Good(params IEnumerable<string> more) => string.Join('\n', [Header, .. GoodRows, .. more, ""]);

    public static IReadOnlyList<HostileFile> HandMade { get; } =
    [
        // Not a table
        Text("nothing at all", "", "file-empty"),
        Bytes("a byte order mark alone", [0xEF, 0xBB, 0xBF], "file-empty"),
        Text("one line feed", "\n", "column-missing"),
        Text("a header alone", Header, "no-rows"),
        Text("a header and blank lines", Header + "\n\n\n,,,,\n\n", "no-rows"),
        Text("a page of HTML", "<!DOCTYPE html><html><body>Sign in</body></html>", "column-missing"),
        Text("JSON", "{\"pupil\":[1,2,3]}", "column-missing"),
        Bytes("the start of an XLSX file", [(byte)'P', (byte)'K', 3, 4, 20, 0, 6, 0], "workbook-damaged"),
        Bytes("an XLS file", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "spreadsheet-not-csv"),
        Bytes("a PDF", "%PDF-1.7\n%"u8.ToArray(), "not-csv"),

        // Encodings
        Bytes("UTF-16 little-endian", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Good())), "utf-16"),
        Bytes("UTF-16 big-endian", Encoding.BigEndianUnicode.GetPreamble().Concat(Encoding.BigEndianUnicode.GetBytes(Good())), "utf-16"),
        Bytes("UTF-16 without a mark", Encoding.Unicode.GetBytes(Good()), "nul-byte"),
        Bytes("UTF-32", Encoding.UTF32.GetPreamble().Concat(Encoding.UTF32.GetBytes(Good())), "utf-16"),
        Bytes("Latin-1 in a class", Encoding.Latin1.GetBytes(Good("p99,1,6ème,small,420")), "not-utf-8"),
        Bytes("half a character at the end", Encoding.UTF8.GetBytes(Good()).Append((byte)0xC3), "not-utf-8"),
        Bytes("an overlong NUL", Encoding.UTF8.GetBytes(Good("p99,1,c")).Concat([(byte)0xC0, (byte)0x80]), "not-utf-8"),
        Bytes("a lone surrogate", Encoding.UTF8.GetBytes(Good("p99,1,c")).Concat([(byte)0xED, (byte)0xA0, (byte)0x80, (byte)'x']), "not-utf-8"),
        Bytes("a byte that never occurs", Encoding.UTF8.GetBytes(Good("p99,1,c")).Concat([(byte)0xFF, (byte)'x']), "not-utf-8"),
        Bytes("UTF-8 with a mark", Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes(Good())), null),
        Text("a NUL in the header", Good().Replace("class", "cl\0ass", StringComparison.Ordinal), "nul-byte"),
        Text("a NUL in a score", Good("p99,1,c0,small,4\020"), "nul-byte"),
        Text("a NUL inside quotes", Good("p99,1,\"c\00\",small,420"), "nul-byte"),
        Text("a NUL at the end", Good() + "\0", "nul-byte"),

        // Line ends and delimiters
        Text("Windows line ends", Good().Replace("\n", "\r\n", StringComparison.Ordinal), null),
        Text("old Mac line ends", Good().Replace("\n", "\r", StringComparison.Ordinal), null),
        Text("mixed line ends", string.Concat(Good().Split('\n').Select((line, at) => line + (at % 3) switch { 0 => "\n", 1 => "\r\n", _ => "\r" })), null),
        Text("semicolons and decimal commas", "school;class;arm;n;mean;sd\n1;c0;small;12;450,25;30,5\n1;c1;regular;12;450,125;30,5\n", null),
        Text("tabs", Good().Replace(',', '\t'), null),
        Text("bars", Good().Replace(',', '|'), null),
        Text("spaces for delimiters", Good().Replace(',', ' '), "column-missing"),
        Text("blank lines in between", Good("", "", ",,,,", ""), null),
        Text("every cell quoted", string.Join('\n', Good().TrimEnd().Split('\n').Select(line => '"' + line.Replace(",", "\",\"", StringComparison.Ordinal) + '"')), null),

        // Quotes
        Text("a quote never closed in the header", "\"" + Good(), "quote-not-closed"),
        Text("a quote never closed in the first row", Good().Replace("p0,", "\"p0,", StringComparison.Ordinal), "quote-not-closed"),
        Text("a quote never closed at the end", Good("p99,1,\"c0,small,420"), "quote-not-closed"),
        Text("a quote as the last character", Good() + "\"", "quote-not-closed"),
        Text("a quote never closed before a megabyte", Good("\"" + Repeat("p,1,c,small,400\n", 100_000)), "cell-too-long"),
        Text("a line feed inside quotes", Good("p99,1,\"c\n0\",small,420"), "hidden-character"),
        Text("quotes in the middle of a cell", Good("p99,1,c\"0\"x,small,420"), "class-too-small"),

        // Too much
        Text("a million columns in the header", Repeat(",", 1_000_000), "too-many-columns"),
        Text("a million columns in a row", Good(Repeat(",", 1_000_000)), "too-many-cells"),
        Text("two million columns in a row", Good(Repeat(",", 2_000_000)), "row-too-long"),
        Text("two million cells in quotes", Good(Repeat("\"\n\",", 2_000_000)), "row-too-long"),
        Text("201 columns", string.Join('\n', Good().TrimEnd().Split('\n').Select((line, at) => line + Repeat(at == 0 ? ",x" : ",1", 196))), "too-many-columns"),
        Text("200 columns", string.Join('\n', Good().TrimEnd().Split('\n').Select((line, at) => line + Repeat(at == 0 ? ",x" : ",1", 195))), null),
        Text("a cell of 40,000 characters", Good($"p99,1,{Repeat("c", 40_000)},small,420"), "cell-too-long"),
        Text("a quoted cell of 40,000 characters", Good($"p99,1,\"{Repeat("c", 40_000)}\",small,420"), "cell-too-long"),
        Text("a score of 30,000 digits", Good($"p99,1,c0,small,{Repeat("9", 30_000)}"), "not-a-number"),
        Text("a pupil code of 30,000 characters", Good($"{Repeat("p", 30_000)},1,c0,small,420"), null),
        Text("a header of 30,000 characters", Good().Replace("score", "score," + Repeat("s", 30_000), StringComparison.Ordinal), "header-too-long"),
        Text("a line of nine million characters", Repeat("x", 9_000_000), "cell-too-long"),
        Text("more than ten megabytes", Good(Repeat("\n", 10_500_000)), "file-too-large"),
        Text("200,001 rows", Header + "\n" + string.Concat(Enumerable.Range(0, 200_001).Select(pupil => string.Create(CultureInfo.InvariantCulture, $"{pupil},1,c{pupil % 900},small,420\n"))), "too-many-rows"),
        Text("30,000 classes", Header + "\n" + string.Concat(Enumerable.Range(0, 30_000).Select(pupil => string.Create(CultureInfo.InvariantCulture, $"{pupil},1,c{pupil},small,420\n"))), "too-many-classes"),

        // The table's shape
        Text("a row short of a cell", Good("p99,1,c0,small"), "too-few-cells"),
        Text("a row with one cell", Good("Total"), "too-few-cells"),
        Text("a row with a cell too many", Good("p99,1,c0,small,420,extra"), "too-many-cells"),
        Text("a row with an empty cell too many", Good("p99,1,c0,small,420,"), null),
        Text("two score columns", Good().Replace("pupil,", "score,", StringComparison.Ordinal), "column-twice"),
        Text("no school", Good().Replace("school", "x", StringComparison.Ordinal), "column-missing"),
        Text("no class", Good().Replace("class", "x", StringComparison.Ordinal), "column-missing"),
        Text("no arm", Good().Replace(",arm,", ",x,", StringComparison.Ordinal), "column-missing"),
        Text("no score", Good().Replace("score", "x", StringComparison.Ordinal), "column-missing"),
        Text("no header", string.Join('\n', GoodRows), "column-missing"),
        Text("a hidden mark in a header", Good().Replace(",score", ",score,x\u202Ey", StringComparison.Ordinal), "hidden-character"),

        // Formulas and text that hides something
        .. from start in (string[])["=1+1", "+1", "-1", "@SUM(1)", "＝1", "＋1", "－1", "＠1", " =1+1", "=HYPERLINK(\"\"http://x\"\")", "=cmd|'/C calc'!A0"]
           select Text($"a class {start}", Good($"p99,1,\"{start}\",small,420"), "formula-like"),
        Text("a formula for a school", Good("p99,=1,c0,small,420"), "formula-like"),
        Text("a formula for an arm", Good("p99,1,c0,=small,420"), "formula-like"),
        Text("a formula for a score", Good("p99,1,c0,small,=400+20"), "not-a-number"),
        Text("a formula in a header nobody needs", Good().Replace("score", "score,=1+1", StringComparison.Ordinal).Replace("\np", ",\np", StringComparison.Ordinal), "too-few-cells"),
        Text("right-to-left override in a class", Good("p99,1,c\u202E0,small,420"), "hidden-character"),
        Text("a zero-width space in a class", Good("p99,1,c\u200B0,small,420"), "hidden-character"),
        Text("a bell in a class", Good("p99,1,c\u00070,small,420"), "hidden-character"),
        Text("a class named as several", Good("p99,1,(other classes),small,420"), "name-reserved"),
        Text("a class of 101 characters", Good($"p99,1,{Repeat("c", 101)},small,420"), "name-too-long"),

        // Scores
        .. from bad in (string[])["9999", "-1", "701", "1e300"] select Text($"a score of {bad}", Good($"p99,1,c0,small,{bad}"), "score-out-of-range"),
        .. from bad in (string[])["abc", "1e400", "Infinity", "0x1F", "4 20", "50%", "--5", "∞", "4_2", "420kg"] select Text($"a score of {bad}", Good($"p99,1,c0,small,{bad}"), "not-a-number"),
        .. from fine in (string[])["", "NA", "n/a", "NaN", "-", "420.0", "4.2e2", "٤٢٠", "４２０", " 420 "] select Text($"a score written “{fine}”", Good($"p99,1,c0,small,{fine}"), null),
        Text("a score between steps", Good("p99,1,c0,small,420.5"), "score-between-steps"),
        Text("thousands in English", Good("p99,1,c0,small,\"1,234.5\""), "thousands-sign"),
        Text("thousands in German", Good("p99,1,c0,small,\"1.234,5\""), "thousands-sign"),
        Text("a comma that may mean either", Good("p99,1,c0,small,\"1,234\""), "decimal-unclear"),
        Text("both decimal signs", Good("p99,1,c0,small,420.0", "p98,1,c0,small,\"421,0\""), "decimal-signs-mixed"),

        // Pupils, places
        Text("a pupil twice", Good("p0,1,c0,small,420"), "pupil-twice"),
        Text("a pupil twice with a space", Good("p0 ,1,c0,small,420"), "pupil-twice"),
        Text("a row without a pupil", Good(",1,c0,small,420"), "pupil-missing"),
        Text("an unknown arm", Good("p99,1,c0,aide,420"), "unknown-arm"),
        Text("an unknown school", Good("p99,3,c0,small,420"), "unknown-school"),
        Text("no arm in a row", Good("p99,1,c0,,420"), "arm-missing"),
        Text("no school in a row", Good("p99,,c0,small,420"), "school-missing"),
        Text("no class in a row", Good("p99,1,,small,420"), "class-missing"),
        Text("a class of one", Good("p99,1,c9,small,420"), "class-too-small"),
        Text("capitals and spaces in an arm", Good("p99,1,c0, SMALL ,420"), null),

        // Who a pupil is
        .. from personal in (string[][])[["Name", "x", "personal-name"], ["E-mail", "x", "personal-email"], ["date of birth", "x", "personal-birth-date"], ["phone", "x", "personal-phone"],
               ["home address", "x", "personal-address"], ["national id", "x", "personal-id"], ["notes", "amina@example.org", "personal-email"], ["notes", "+254 712 345 678", "personal-phone"],
               ["notes", "12 Harbour Road", "personal-address"], ["notes", "123-45-6789", "personal-id"], ["juma@example.org", "x", "personal-email"]]
           select Text($"a column {personal[0]} of {personal[1]}", string.Join('\n', GoodRows.Select(row => $"{row},{personal[1]}").Prepend($"{Header},{personal[0]}")), personal[2]),
        Text("birth dates under another header", string.Join('\n', GoodRows.Select((row, at) => string.Create(CultureInfo.InvariantCulture, $"{row},{2012 + at % 2}-{1 + at * 5 % 12:00}-{1 + at:00}")).Prepend($"{Header},when")), "personal-birth-date"),
        Text("an e-mail address for a class", Good("p99,1,amina@example.org,small,420"), "personal-value"),

        // Class summaries
        .. from bad in (string[][])[["1,c9,small,-5,450,30,20,0", "not-a-count"], ["1,c9,small,12.5,450,30,20,0", "not-a-count"], ["1,c9,small,1e12,450,30,20,0", "not-a-count"],
               ["1,c9,small,,450,30,20,0", "count-missing"], ["1,c9,small,twelve,450,30,20,0", "not-a-number"], ["1,c9,small,12,,30,20,0", "mean-missing"],
               ["1,c9,small,12,9999,30,20,0", "score-out-of-range"], ["1,c9,small,12,450,-30,20,0", "spread-negative"], ["1,c9,small,12,450,,20,0", "spread-missing"],
               ["1,c9,small,12,450,3000,20,0", "spread-impossible"], ["1,c9,small,12,450,30,10,0", "fewer-allocated-than-counted"], ["1,c9,small,12,450,30,13,2", "fewer-allocated-than-counted"],
               ["1,c0,small,12,450,30,14,2", "class-twice"], ["1,c9,small,4,450,30,5,1", "class-too-small"], ["1,c9,small,12,450,1e200,20,0", "spread-impossible"]]
           select Text($"a class row {bad[0]}", string.Join('\n', [ClassHeader, .. GoodClasses, bad[0]]), bad[1]),
        Text("a class of nobody", string.Join('\n', [ClassHeader, .. GoodClasses, "2,c9,small,0,,,3,3"]), null),
        Text("class rows without a spread column", "school,class,arm,n,mean\n1,c0,small,12,450\n", "column-missing"),
    ];

    /// <summary>Good files with some bytes changed, cut, doubled or put in: the same for the same seed.</summary>
    public static IEnumerable<HostileFile> Mutated(int seed, int count)
    {
        var random = new Random(seed);
        byte[][] seeds =
        [
            Encoding.UTF8.GetBytes(Good()),
            Encoding.UTF8.GetBytes(string.Join('\n', [ClassHeader, .. GoodClasses])),
            Encoding.UTF8.GetBytes("\uFEFFécole;classe;groupe;score\r\n1;6ème A;small;420,5\r\n2;\"6ème \"\"B\"\"\";regular;\r\n"),
        ];
        byte[][] tokens =
        [
            .. ((string[])["\"", "\"\"", ",", ";", "\t", "\n", "\r\n", "\0", "\uFEFF", "\u202E", "=1+1", "@", "1,5", "1.5", "1e999", "-", "NaN", "name", "a@b.org", "٤", "😀", "n", "mean", "sd", "\r", "  ",
                "99999999999999999999", "small", "pupil,pupil", "\"\n\""]).Select(Encoding.UTF8.GetBytes),
            [0xFF], [0xFF, 0xFE], [0xC3], [0xED, 0xA0, 0x80], [0x80], [0x1A],
        ];
        for (var i = 0; i < count; i++)
        {
            var bytes = seeds[random.Next(seeds.Length)].ToList();
            for (var changes = random.Next(1, 8); changes > 0; changes--)
            {
                var at = random.Next(bytes.Count + 1);
                var length = Math.Min(random.Next(1, 40), bytes.Count - at);
                switch (random.Next(7))
                {
                    case 0 when at < bytes.Count: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes.RemoveRange(at, length); break;
                    case 2: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                    case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                    case 4: bytes.InsertRange(at, Enumerable.Repeat(tokens[random.Next(tokens.Length)], random.Next(1, 50)).SelectMany(token => token)); break;
                    case 5: bytes.InsertRange(at, seeds[random.Next(seeds.Length)]); break;
                    default: bytes.InsertRange(at, tokens[random.Next(tokens.Length)]); break;
                }
            }

            yield return new(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, file {i}"), [.. bytes], null);
        }
    }

    private static string Repeat(string text, int times) => new StringBuilder(text.Length * times).Insert(0, text, times).ToString();

    private static HostileFile Text(string name, string text, string? code) => new(name, Encoding.UTF8.GetBytes(text), code);

    private static HostileFile Bytes(string name, IEnumerable<byte> bytes, string? code) => new(name, [.. bytes], code);
}
