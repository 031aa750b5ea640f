using System.Globalization;
using System.IO.Compression;
using System.Security;
using System.Text;

namespace InnovationScale.Trials;

/// <summary>
/// Workbooks as a spreadsheet writes them and as nobody does, put together part by part, so that any of them can be made wrong. Held against the plan of <see cref="HostileCsv"/>.
/// </summary>
public static class HostileXlsx
{
    private const string Sheet1 = "xl/worksheets/sheet1.xml";

    private const string Main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// <summary>A table in text as a workbook: whole and decimal numbers as numbers, all else as text that cells share.</summary>
    public static byte[] Of(string csv) => Zip(Parts(csv));

    /// <summary>The parts of such a workbook, by name.</summary>
    public static Dictionary<string, string> Parts(string csv)
    {
        var (texts, rows) = (new List<string>(), new StringBuilder());
        foreach (var (at, line) in csv.TrimEnd('\n').Split('\n').Index())
        {
            rows.Append(CultureInfo.InvariantCulture, $"<row r=\"{at + 1}\">");
            foreach (var (column, text) in line.Split(',').Index())
            {
                var place = $"{Letters(column)}{at + 1}";
                if (text.Length == 0) rows.Append(CultureInfo.InvariantCulture, $"<c r=\"{place}\" s=\"0\"/>");
                else if (text.Length < 15 && text[0] is '-' or >= '0' and <= '9' && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) rows.Append(CultureInfo.InvariantCulture, $"<c r=\"{place}\"><v>{text}</v></c>");
                else
                {
                    if (texts.IndexOf(text) is not (>= 0 and var known)) (known, texts) = (texts.Count, [.. texts, text]);
                    rows.Append(CultureInfo.InvariantCulture, $"<c r=\"{place}\" t=\"s\"><v>{known}</v></c>");
                }
            }

            rows.Append("</row>");
        }

        return new(StringComparer.Ordinal)
        {
            ["[Content_Types].xml"] = $"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{Main}\"/></Types>",
            ["_rels/.rels"] = Related(("rId1", "officeDocument", "xl/workbook.xml")),
            ["xl/workbook.xml"] = Book("Results"),
            ["xl/_rels/workbook.xml.rels"] = Related(("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "/xl/sharedStrings.xml"), ("rId3", "styles", "styles.xml")),
            [Sheet1] = Sheet(rows.ToString()),
            ["xl/sharedStrings.xml"] = Texts(texts.Select(text => $"<si><t xml:space=\"preserve\">{SecurityElement.Escape(text)}</t></si>")),
            ["xl/styles.xml"] = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"[$-409]d\\-mmm\\-yy;@\"/><numFmt numFmtId=\"165\" formatCode=\"0.0&quot; days&quot;\"/></numFmts>"
                + "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs></styleSheet>",
        };
    }

    public static string Sheet(string rows) => $"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>";

    private static string Texts(IEnumerable<string> items) => $"<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{string.Concat(items)}</sst>";

    private static string Book(params string[] sheets) => $"<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{Relations}\"><workbookPr/><sheets>"
        + string.Concat(sheets.Select((name, at) => $"<sheet name=\"{name}\" sheetId=\"{at + 1}\" r:id=\"rId{(at == 0 ? 1 : 10 + at)}\"/>")) + "</sheets></workbook>";

    private static string Related(params (string Id, string Kind, string Target)[] to) => "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        + string.Concat(to.Select(one => $"<Relationship Id=\"{one.Id}\" Type=\"{Relations}/{one.Kind}\" Target=\"{one.Target}\"/>")) + "</Relationships>";

    public static byte[] Zip(IEnumerable<KeyValuePair<string, string>> parts, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var held = new MemoryStream();
        using (var archive = new ZipArchive(held, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in parts)
            {
                using var part = archive.CreateEntry(name, level).Open();
                part.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return held.ToArray();
    }

    /// <summary>A good workbook with one part put in another's place or beside the others.</summary>
    public static byte[] With(string part, string text, string? csv = null)
    {
        var parts = Parts(csv ?? HostileCsv.Good());
        parts[part] = text;
        return Zip(parts);
    }

    private static byte[] Changed(string part, string was, string now)
    {
        var parts = Parts(HostileCsv.Good());
        Assert.Contains(was, parts[part], StringComparison.Ordinal);
        parts[part] = parts[part].Replace(was, now, StringComparison.Ordinal);
        return Zip(parts);
    }

    /// <summary>A good table with one more row, of these cells.</summary>
    public static byte[] Row(string cells, int number = 26) => Changed(Sheet1, "</sheetData>", $"<row r=\"{number}\">{cells}</row></sheetData>");

    /// <summary>The cells of a pupil with one of them replaced.</summary>
    public static string Pupil(string score, string @class = "<c t=\"inlineStr\"><is><t>c0</t></is></c>") =>
        $"<c t=\"inlineStr\"><is><t>p99</t></is></c><c><v>1</v></c>{@class}<c t=\"inlineStr\"><is><t>small</t></is></c>{score}";

    public static IReadOnlyList<HostileFile> HandMade { get; } =
    [
        // Not a workbook
        new("four letters", "PK\u0003\u0004"u8.ToArray(), "workbook-damaged"),
        new("an empty archive", [(byte)'P', (byte)'K', 5, 6, .. new byte[18]], "not-a-workbook"),
        new("an archive of text", Zip([new("rows.csv", HostileCsv.Good())]), "not-a-workbook"),
        new("a text document", With("_rels/.rels", Related(("rId1", "metadata", "word/document.xml"))), "not-a-workbook"),
        new("half a workbook", Of(HostileCsv.Good())[..2000], "workbook-damaged"),
        new("a workbook without its last byte", Of(HostileCsv.Good())[..^1], "workbook-damaged"),
        new("an encrypted part", Encrypted(), "workbook-damaged"),
        new("the same part twice", Zip([.. Parts(HostileCsv.Good()), new("XL/workbook.xml", "<workbook/>")]), "workbook-damaged"),
        new("a part that climbs out of the folder", With("../../../tmp/evil.sh", "rm -rf"), null),
        new("no sheet", Changed("xl/workbook.xml", "<sheet name=\"Results\" sheetId=\"1\" r:id=\"rId1\"/>", ""), "workbook-damaged"),
        new("a sheet that is not there", Changed("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/sheet9.xml"), "workbook-damaged"),
        new("a sheet elsewhere on the machine", Changed("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "../../../etc/passwd"), "workbook-damaged"),
        new("a chart for a sheet", Changed("xl/_rels/workbook.xml.rels", "relationships/worksheet", "relationships/chartsheet"), "workbook-damaged"),

        // What runs, and what lies elsewhere
        new("macros", Changed("[Content_Types].xml", Main, "application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "workbook-with-macros"),
        new("macros beside a plain workbook", Changed("[Content_Types].xml", "</Types>", "<Default Extension=\"bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/></Types>"), "workbook-with-macros"),
        new("an old macro sheet", Changed("[Content_Types].xml", "</Types>", "<Override PartName=\"/xl/m.xml\" ContentType=\"application/vnd.ms-excel.macrosheet+xml\"/></Types>"), "workbook-with-macros"),
        new("a binary workbook", Changed("[Content_Types].xml", Main, "application/vnd.ms-excel.sheet.binary.macroEnabled.main"), "workbook-with-macros"),
        new("a link to another workbook", Changed("[Content_Types].xml", "</Types>", "<Override PartName=\"/xl/externalLinks/externalLink1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml\"/></Types>"), "workbook-with-links"),
        new("a link that is not declared", Changed("xl/_rels/workbook.xml.rels", "</Relationships>", $"<Relationship Id=\"rId8\" Type=\"{Relations}/externalLink\" Target=\"externalLinks/externalLink1.xml\"/></Relationships>"), "workbook-with-links"),
        new("a sheet on the network", Changed("xl/_rels/workbook.xml.rels", "Target=\"worksheets/sheet1.xml\"", "Target=\"http://127.0.0.1:9/sheet1.xml\" TargetMode=\"External\""), "workbook-with-links"),
        new("a database", Changed("[Content_Types].xml", "</Types>", "<Override PartName=\"/xl/connections.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml\"/></Types>"), "workbook-with-links"),
        new("an entity of a file", Changed("xl/sharedStrings.xml", "<sst ", "<!DOCTYPE sst [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><sst "), "workbook-damaged"),
        new("a billion laughs", With(Sheet1, "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>" + Sheet("<row><c t=\"str\"><v>&c;</v></c></row>")), "workbook-damaged"),

        // Too much
        new("a bomb", With(Sheet1, Sheet(new string(' ', 50_000_000))), "workbook-too-large"),
        new("a bomb in a part nobody reads", With("xl/media/image1.png", new string('\0', 20_000_000)), "workbook-too-large"),
        new("seven parts of ten megabytes", Zip([.. Parts(HostileCsv.Good()), .. Enumerable.Range(0, 7).Select(at => new KeyValuePair<string, string>($"xl/part{at}.xml", Noise(10_000_000)))]), "workbook-too-large"),
        new("a part that says it is small", Lying(), "workbook-damaged"),
        new("201 parts", Zip([.. Parts(HostileCsv.Good()), .. Enumerable.Range(0, 201).Select(at => new KeyValuePair<string, string>($"xl/part{at}.xml", "<x/>"))]), "workbook-too-large"),
        new("more than ten megabytes", Zip([.. Parts(HostileCsv.Good()), new("xl/noise.bin", new string('x', 10_600_000))], CompressionLevel.NoCompression), "file-too-large"),
        new("six sheets", With("xl/workbook.xml", Book("a", "b", "c", "d", "e", "f")), "too-many-sheets"),
        new("600,000 texts", With("xl/sharedStrings.xml", Texts(Enumerable.Range(0, 600_000).Select(at => string.Create(CultureInfo.InvariantCulture, $"<si><t>{at}</t></si>")))), "workbook-too-large"),
        new("a text of nine million letters", With("xl/sharedStrings.xml", Texts([$"<si><t>{Noise(9_000_000)}</t></si>"])), "workbook-too-large"),
        new("a text of nine million letters in pieces", With("xl/sharedStrings.xml", Texts([$"<si>{string.Concat(Enumerable.Repeat($"<r><t>{Noise(1_000)}</t></r>", 9_000))}</si>"])), "workbook-too-large"),
        new("one long text in four thousand cells", LongText(), "workbook-too-large"),
        new("an attribute of two megabytes", With(Sheet1, Sheet($"<row spans=\"{Noise(2_000_000)}\"/>")), "workbook-too-large"),
        // Half of each of these letters is a mark in UTF-8.
        new("an attribute of two million letters in UTF-16", Encoded(Sheet($"<row spans=\"{Noise(2_000_000, '\u013C', 0x100)}\"/>"), Encoding.Unicode), "workbook-too-large"),
        new("ten thousand names", With(Sheet1, Sheet(string.Concat(Enumerable.Range(0, 10_000).Select(at => $"<x{at}/>")))), "workbook-too-large"),
        new("elements within elements", With(Sheet1, Sheet(string.Concat(Enumerable.Repeat("<row>", 100_000)))), "workbook-damaged"),
        new("a cell of 40,000 letters", Row(Pupil("<c><v>420</v></c>", $"<c t=\"inlineStr\"><is><t>{Noise(40_000)}</t></is></c>")), "cell-too-long"),
        new("201 columns", Of(string.Join(',', Enumerable.Range(0, 201).Select(at => $"c{at}")) + "\n1\n"), "too-many-columns"),
        new("a cell in the last column there is", Row(Pupil("<c><v>420</v></c><c r=\"XFD26\"><v>1</v></c>")), "too-many-cells"),
        new("an empty cell in the last column there is", Row(Pupil("<c><v>420</v></c><c r=\"XFD26\" s=\"1\"/>")), null),
        new("a million empty rows", Changed(Sheet1, "</sheetData>", string.Concat(Enumerable.Range(26, 1_000_000).Select(at => string.Create(CultureInfo.InvariantCulture, $"<row r=\"{at}\"/>"))) + "</sheetData>"), null),

        // Places
        new("the table on the second sheet", WrongSheet(), "first-sheet-only"),
        new("an empty sheet", With(Sheet1, Sheet("")), "file-empty"),
        new("a sheet of empty rows", With(Sheet1, Sheet("<row r=\"3\"/><row r=\"4\"><c r=\"A4\"/></row>")), "file-empty"),
        new("a title over the header", Of("Results of our school\n" + HostileCsv.Good()), "column-missing"),
        new("an empty row over the header", Of("\n" + HostileCsv.Good()), "column-missing"),
        new("a row 2^31", Row(Pupil("<c><v>420</v></c>"), int.MaxValue), "workbook-damaged"),
        new("a row 1,048,577", Row(Pupil("<c><v>420</v></c>"), 1_048_577), "workbook-damaged"),
        new("a row that goes back", Row(Pupil("<c><v>420</v></c>"), 3), "workbook-damaged"),
        new("a column after the last", Row("<c r=\"XFE26\"><v>1</v></c>"), "workbook-damaged"),
        new("a column that goes back", Row("<c r=\"C26\"><v>1</v></c><c r=\"B26\"><v>1</v></c>"), "workbook-damaged"),
        new("a cell without a place", Row("<c r=\"26\"><v>1</v></c>"), "workbook-damaged"),
        new("a text that is not there", Row("<c t=\"s\"><v>999999</v></c>"), "workbook-damaged"),
        new("a kind of cell that is not there", Row("<c t=\"zz\"><v>1</v></c>"), "workbook-damaged"),
        new("a row with a cell too many", Row(Pupil("<c><v>420</v></c><c><v>1</v></c>")), "too-many-cells"),
        new("rows and cells that do not say where they are", Zip(Parts(HostileCsv.Good()).Select(part => new KeyValuePair<string, string>(part.Key, Unplaced(part.Value)))), null),
        new("UTF-16", Encoded(Parts(HostileCsv.Good())[Sheet1], Encoding.Unicode), null),
        new("UTF-16 the other way round", Encoded(Parts(HostileCsv.Good())[Sheet1], Encoding.BigEndianUnicode), null),
        new("UTF-16 that does not say so", Encoded(Parts(HostileCsv.Good())[Sheet1], new UnicodeEncoding(bigEndian: false, byteOrderMark: false)), null),

        // Values
        new("a formula with its value", Row(Pupil("<c><f>400+20</f><v>420</v></c>")), null),
        new("a formula without its value", Row(Pupil("<c><f>400+20</f></c>")), "not-a-number"),
        new("a formula for a class", Row(Pupil("<c><v>420</v></c>", "<c><f>HYPERLINK(\"http://x\")</f></c>")), "formula-like"),
        new("a formula that failed", Row(Pupil("<c t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>")), "not-a-number"),
        new("a score that is said to be missing", Row(Pupil("<c t=\"e\"><v>#N/A</v></c>")), null),
        new("a score that became a date", Row(Pupil("<c s=\"1\"><v>45023</v></c>")), "not-a-number"),
        new("a score that became a date of one's own", Row(Pupil("<c s=\"2\"><v>45023</v></c>")), "not-a-number"),
        new("a score with a unit", Row(Pupil("<c s=\"3\"><v>420</v></c>")), null),
        new("a score out of range", Row(Pupil("<c><v>701</v></c>")), "score-out-of-range"),
        new("a yes for a score", Row(Pupil("<c t=\"b\"><v>1</v></c>")), "not-a-number"),
        new("text that hides marks in UTF-16", Encoded(Sheet("<row><c t=\"str\"><v><![CDATA[<]]></v></c></row>"), Encoding.Unicode), "workbook-damaged"),
        new("a sheet in no encoding of a workbook", Encoded(Parts(HostileCsv.Good())[Sheet1], Encoding.UTF32), "workbook-damaged"),
        new("text that is no XML", With(Sheet1, "school,class"), "workbook-damaged"),
        new("a sheet that breaks off", With(Sheet1, Parts(HostileCsv.Good())[Sheet1][..^40]), "workbook-damaged"),
    ];

    /// <summary>Good workbooks with bytes of the archive or letters of a part changed, cut, doubled or put in: the same for the same seed.</summary>
    public static IEnumerable<HostileFile> Mutated(int seed, int count)
    {
        var random = new Random(seed);
        string[] tokens = ["<", ">", "\"", "<row r=\"7\">", "</row>", "</c>", "<c t=\"s\"><v>5</v></c>", "<f>1</f>", "<is><t>x</t></is>", "&#x0;", "&lt;", "]]>", "<![CDATA[", "-1", "99999999999", "A1", "rId1", "../", "http://x", "\u202E", "<!DOCTYPE a>"];
        for (var i = 0; i < count; i++)
        {
            var parts = Parts(HostileCsv.Good());
            byte[] bytes;
            if (i % 3 == 0)
            {
                bytes = Zip(parts);
                for (var changes = random.Next(1, 6); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                if (random.Next(4) == 0) bytes = bytes[..random.Next(4, bytes.Length)];
            }
            else
            {
                var name = parts.Keys.ElementAt(random.Next(parts.Count));
                var text = new StringBuilder(parts[name]);
                for (var changes = random.Next(1, 4); changes > 0; changes--)
                {
                    var at = random.Next(text.Length);
                    var length = Math.Min(random.Next(1, 30), text.Length - at);
                    switch (random.Next(4))
                    {
                        case 0: text.Remove(at, length); break;
                        case 1: text.Insert(at, text.ToString(at, length)); break;
                        case 2: text[at] = (char)random.Next(32, 126); break;
                        default: text.Insert(at, tokens[random.Next(tokens.Length)]); break;
                    }
                }

                parts[name] = text.ToString();
                bytes = Zip(parts);
            }

            yield return new(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, workbook {i}"), bytes, null);
        }
    }

    private static string Letters(int column) => column < 26 ? $"{(char)('A' + column)}" : Letters(column / 26 - 1) + (char)('A' + column % 26);

    /// <summary>Letters that pack to more than a hundredth.</summary>
    private static string Noise(int length, char first = 'a', int apart = 1)
    {
        var random = new Random(7);
        var block = new string([.. Enumerable.Range(0, 2_000).Select(_ => (char)(first + apart * random.Next(26)))]);
        return string.Concat(Enumerable.Repeat(block, length / block.Length + 1))[..length];
    }

    private static string Unplaced(string part) => System.Text.RegularExpressions.Regex.Replace(part, " r=\"[A-Z]*[0-9]+\"", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));

    private static byte[] LongText()
    {
        var parts = Parts(HostileCsv.Good());
        var rows = string.Concat(Enumerable.Range(26, 4_000).Select(at => $"<row r=\"{at}\"><c t=\"inlineStr\"><is><t>p{at}</t></is></c><c><v>1</v></c><c><v>7</v></c><c t=\"s\"><v>1</v></c><c><v>420</v></c><c t=\"s\"><v>0</v></c></row>"));
        parts["xl/sharedStrings.xml"] = Texts([$"<si><t>{Noise(30_000)}</t></si>", "<si><t>small</t></si>"]);
        parts[Sheet1] = Sheet("<row>" + string.Concat(((string[])["pupil", "school", "class", "arm", "score", "notes"]).Select(header => $"<c t=\"inlineStr\"><is><t>{header}</t></is></c>")) + "</row>" + rows);
        return Zip(parts);
    }

    private static byte[] WrongSheet()
    {
        var parts = Parts(HostileCsv.Good());
        parts["xl/workbook.xml"] = Book("Read me", "Results");
        parts["xl/_rels/workbook.xml.rels"] = Related(("rId1", "worksheet", "worksheets/sheet0.xml"), ("rId11", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "sharedStrings.xml"));
        parts["xl/worksheets/sheet0.xml"] = Sheet("<row><c t=\"inlineStr\"><is><t>The results are on the second sheet.</t></is></c></row>");
        return Zip(parts);
    }

    private static byte[] Encoded(string sheet, Encoding encoding)
    {
        var parts = Parts(HostileCsv.Good());
        using var held = new MemoryStream();
        using (var archive = new ZipArchive(held, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in parts)
            {
                using var part = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                if (name is Sheet1) part.Write([.. encoding.GetPreamble(), .. encoding.GetBytes(sheet)]);
                else part.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return held.ToArray();
    }

    /// <summary>Every part says by its flag that it is encrypted (APPNOTE 4.4.4).</summary>
    private static byte[] Encrypted()
    {
        var bytes = Of(HostileCsv.Good());
        foreach (var at in Places(bytes, [(byte)'P', (byte)'K', 3, 4])) bytes[at + 6] |= 1;
        foreach (var at in Places(bytes, [(byte)'P', (byte)'K', 1, 2])) bytes[at + 8] |= 1;
        return bytes;
    }

    /// <summary>A bomb whose list of parts says that each unpacks to a thousand bytes (APPNOTE 4.3.12).</summary>
    private static byte[] Lying()
    {
        var bytes = With(Sheet1, Sheet(new string(' ', 50_000_000)));
        foreach (var at in Places(bytes, [(byte)'P', (byte)'K', 1, 2])) BitConverter.TryWriteBytes(bytes.AsSpan(at + 24), 1_000);
        return bytes;
    }

    private static IEnumerable<int> Places(byte[] bytes, byte[] mark)
    {
        for (var at = 0; bytes.AsSpan(at).IndexOf(mark) is >= 0 and var found; at += found + 1) yield return at + found;
    }
}
