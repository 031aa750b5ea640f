using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Xml;

namespace InnovationScale.Trials;

/// <summary>
/// An uploaded workbook (ECMA-376), opened as something that anybody may have sent. It is held packed, never unpacked as a whole and never written; only the parts that a
/// table needs are read, each as a stream that ends at a limit; what other files, programs or addresses it names is not looked at, and a workbook that rests on them is refused.
/// </summary>
internal sealed class Workbook : IDisposable
{
    /// <summary>Bytes as it is sent, and of all its parts together.</summary>
    internal const long PackedMost = 10 * 1024 * 1024, UnpackedMost = 60 * 1024 * 1024;

    /// <summary>More parts, sheets, texts that cells share, letters in those, or styles are in no table of results.</summary>
    private const int PartsMost = 200, SheetsMost = 5, TextsMost = 500_000, LettersMost = 8 * 1024 * 1024, StylesMost = 65_536;

    /// <summary>How many times smaller a part may be packed; a small one does no harm.</summary>
    private const int RatioMost = 100, SmallPart = 64 * 1024;

    /// <summary>What the reader of XML holds at a time: elements within each other, different names, letters from one mark to the next.</summary>
    private const int DepthMost = 32, NamesMost = 4_096, MarkMost = 1024 * 1024;

    private readonly Dictionary<string, ZipArchiveEntry> parts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> texts = [];
    private bool[] dates = [];
    private bool from1904;
    private ZipArchive? archive;
    private long unpacked;

    private Workbook()
    {
    }

    public UploadError? Trouble { get; private set; }

    public long Bytes { get; private set; }

    public string? Sha256 { get; private set; }

    public int Sheets { get; private set; } = 1;

    /// <summary>The first sheet that is shown, at its begin; null where there is trouble.</summary>
    public XmlReader? Sheet { get; private set; }

    /// <summary>Archives begin so (PKWARE APPNOTE 4.3), an empty one too.</summary>
    public static bool IsBegunBy(ReadOnlySpan<byte> start) => start is [(byte)'P', (byte)'K', 3, 4] or [(byte)'P', (byte)'K', 5, 6];

    public static async ValueTask<Workbook> Open(ReadOnlyMemory<byte> start, Stream file, UploadLimits limits, CancellationToken cancel)
    {
        var book = new Workbook();
        var most = limits.WorkbookBytes;
        var held = new MemoryStream();
        held.Write(start.Span);
        var part = new byte[64 * 1024];
        while (await file.ReadAsync(part, cancel) is > 0 and var read)
        {
            if (held.Length + read > most)
            {
                (book.Bytes, book.Trouble) = (held.Length, Fault("file-too-large", $"The file is larger than {most:N0} bytes.", "Send the schools in several files, or class summaries instead of pupil rows."));
                return book;
            }

            held.Write(part, 0, read);
        }

        (book.Bytes, book.Sha256) = (held.Length, Convert.ToHexStringLower(SHA256.HashData(held.GetBuffer().AsSpan(0, (int)held.Length))));
        held.Position = 0;
        book.Trouble = Try(() => book.Read(held), () => 1);
        return book;
    }

    /// <summary>What was wrong with a part while it was read, or null. Nothing else than a workbook of somebody's throws here.</summary>
    internal static UploadError? Try(Action read, Func<int> row)
    {
        try
        {
            read();
            return null;
        }
        catch (NotTaken no)
        {
            return no.Error;
        }
        catch (Exception fault) when (fault is XmlException or DecoderFallbackException)
        {
            return Damaged().Error with { Row = row() };
        }
        // Of the archive, which lies in memory.
        catch (Exception fault) when (fault is InvalidDataException or IOException or NotSupportedException)
        {
            return Damaged().Error with { Row = row() };
        }
    }

    private void Read(MemoryStream held)
    {
        archive = new(held, ZipArchiveMode.Read);
        if (archive.Entries.Count > PartsMost) throw TooLarge();
        var declared = 0L;
        foreach (var entry in archive.Entries)
        {
            declared += entry.Length;
            if (declared > UnpackedMost || entry.Length > SmallPart && entry.Length / RatioMost > entry.CompressedLength) throw TooLarge();
            if (entry.IsEncrypted || !parts.TryAdd(entry.FullName.Replace('\\', '/').TrimStart('/'), entry)) throw Damaged();
        }

        Allow();
        var book = Relations("").FirstOrDefault(relation => relation.Is("officeDocument"))?.Part ?? throw NoWorkbook();
        var related = Relations(book).ToList();
        if (related.Any(relation => relation.External || relation.Is("externalLink"))) throw External();
        var sheet = Shown(book).Select(id => related.Find(relation => relation.Id == id)).FirstOrDefault(relation => relation?.Is("worksheet") == true)?.Part ?? throw Damaged();
        if (related.FirstOrDefault(relation => relation.Is("sharedStrings")) is { } shared) ReadTexts(shared.Part);
        if (related.FirstOrDefault(relation => relation.Is("styles")) is { } styles) ReadStyles(styles.Part);
        Sheet = Xml(sheet);
    }

    /// <summary>Goes by what the parts say they are: nothing that runs, and nothing that lies elsewhere.</summary>
    private void Allow()
    {
        if (!parts.ContainsKey("[Content_Types].xml")) throw NoWorkbook();
        using var xml = Xml("[Content_Types].xml");
        while (Next(xml))
        {
            if (xml.NodeType is not XmlNodeType.Element || xml.GetAttribute("ContentType") is not { } type) continue;
            if (Says("macro") || Says("vbaProject") || Says("activeX")) throw new NotTaken(Fault("workbook-with-macros", "The workbook holds macros or other things that run.", "Save it as XLSX, which has none, or as “CSV UTF-8”."));
            if (Says("externalLink") || Says("connections+")) throw External();

            bool Says(string what) => type.Contains(what, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>The ids of the sheets that are not hidden, in their order: what nobody sees, nobody means to send.</summary>
    private List<string> Shown(string book)
    {
        var (shown, count) = (new List<string>(), 0);
        using var xml = Xml(book);
        while (Next(xml))
        {
            if (xml.NodeType is not XmlNodeType.Element) continue;
            if (xml is { LocalName: "workbookPr", Depth: 1 }) from1904 = xml.GetAttribute("date1904") is "1" or "true";
            if (xml.LocalName is not "sheet") continue;
            if (++count > SheetsMost) throw new NotTaken(Fault("too-many-sheets", $"The workbook has more than {SheetsMost} sheets.", "Save the sheet with the table as a workbook of its own."));
            if (xml.GetAttribute("state") is "hidden" or "veryHidden") continue;
            for (var more = xml.MoveToFirstAttribute(); more; more = xml.MoveToNextAttribute())
            {
                if (xml.LocalName is "id" && xml.Prefix.Length > 0) shown.Add(xml.Value);
            }
        }

        Sheets = shown.Count;
        return shown;
    }

    private IEnumerable<Relation> Relations(string of)
    {
        var folder = of[..(of.LastIndexOf('/') + 1)];
        var name = $"{folder}_rels/{of[folder.Length..]}.rels";
        if (!parts.ContainsKey(name)) yield break;

        using var xml = Xml(name);
        while (Next(xml))
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "Relationship" } && xml.GetAttribute("Id") is { } id && xml.GetAttribute("Type") is { } type && xml.GetAttribute("Target") is { } target)
                yield return new(id, type, Part(folder, target), xml.GetAttribute("TargetMode") is "External");
        }
    }

    /// <summary>The part that a target names. It is looked up among those of the archive and nowhere else.</summary>
    private static string Part(string folder, string target)
    {
        var steps = new List<string>();
        foreach (var step in (target.StartsWith('/') ? target : folder + target).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (step is ".." && steps.Count > 0) steps.RemoveAt(steps.Count - 1);
            else if (step is not ("." or "..")) steps.Add(step);
        }

        return string.Join('/', steps);
    }

    private void ReadTexts(string part)
    {
        var letters = 0L;
        using var xml = Xml(part);
        while (Next(xml))
        {
            if (xml is not { NodeType: XmlNodeType.Element, LocalName: "si" }) continue;
            var text = Text(xml);
            letters += text.Length;
            if (texts.Count == TextsMost || letters > LettersMost) throw TooLarge();
            texts.Add(text);
        }
    }

    /// <summary>Which styles show a number as a date or a time (ECMA-376 part 1, 18.8.30 and 18.8.31).</summary>
    private void ReadStyles(string part)
    {
        var formats = new HashSet<int>();
        var styles = new List<bool>();
        var ofCells = false;
        using var xml = Xml(part);
        while (Next(xml))
        {
            if (xml.LocalName is "cellXfs") ofCells = xml is { NodeType: XmlNodeType.Element, IsEmptyElement: false };
            if (xml.NodeType is not XmlNodeType.Element) continue;
            if (xml.LocalName is "numFmt" && Whole(xml.GetAttribute("numFmtId")) is { } custom && IsDate(xml.GetAttribute("formatCode") ?? "")) formats.Add(custom);
            if (ofCells && xml.LocalName is "xf") styles.Add(Whole(xml.GetAttribute("numFmtId")) is { } format && (format is >= 14 and <= 22 or >= 27 and <= 36 or >= 45 and <= 47 or >= 50 and <= 58 || formats.Contains(format)));
            if (styles.Count > StylesMost || formats.Count > StylesMost) throw TooLarge();
        }

        dates = [.. styles];
    }

    /// <summary>What is in quotes, in brackets or after a stroke is text, colour or country.</summary>
    private static bool IsDate(string format)
    {
        for (var at = 0; at < format.Length; at++)
        {
            switch (format[at])
            {
                case '\\' or '_' or '*': at++; break;
                // Hours, minutes or seconds that are counted on: [h]:mm.
                case '[' when format.AsSpan(at + 1).TrimStart("hHmMsS") is [']', ..] && format[at + 1] is not ']': return true;
                case '"' or '[' when format.IndexOf(format[at] is '"' ? '"' : ']', at + 1) is > 0 and var end: at = end; break;
                case 'y' or 'Y' or 'm' or 'M' or 'd' or 'D' or 'h' or 'H' or 's' or 'S': return true;
            }
        }

        return false;
    }

    public string SharedText(string index) => Whole(index) is { } at && at < texts.Count ? texts[at] : throw Damaged();

    /// <summary>A number as the date that its cell shows; null where it shows a number.</summary>
    public string? DateOf(string value, string? style)
    {
        if (style is null || Whole(style) is not { } at || at >= dates.Length || !dates[at] || Number(value) is not (>= 0 and < 2_958_466 and var serial)) return null;
        if (serial < 1 && !from1904) return DateTime.FromOADate(serial).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

        // Day 60 of the first calendar is a 29 February 1900 that never was; the second begins in 1904.
        var day = from1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial;
        return day >= 2_958_466 ? null : DateTime.FromOADate(day).ToString(day == Math.Floor(day) ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    public static double? Number(string text) => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static int? Whole(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private XmlReader Xml(string part) => parts.TryGetValue(part, out var entry)
        ? XmlReader.Create(new Written(new Measured(this, entry), EncodingOf(entry)), new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = UnpackedMost, IgnoreComments = true, IgnoreProcessingInstructions = true, NameTable = new FewNames(), CloseInput = true })
        : throw Damaged();

    /// <summary>Parts are in UTF-8 or UTF-16 (ECMA-376 part 2), and which of them their first bytes tell (XML 1.0, appendix F).</summary>
    private static Encoding EncodingOf(ZipArchiveEntry entry)
    {
        using var part = entry.Open();
        var start = (stackalloc byte[2]);
        return start[..part.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)] switch
        {
            [0xFF, 0xFE] or [(byte)'<', 0] => new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
            [0xFE, 0xFF] or [0, (byte)'<'] => new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
            _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true),
        };
    }

    /// <summary>One step in a part. Steps are never left to the reader, which would follow elements within elements without end.</summary>
    internal static bool Next(XmlReader xml) => xml.Read() && (xml.Depth <= DepthMost ? true : throw Damaged());

    /// <summary>The text of an element, which is read to its end. How it is said aloud (rPh) is no part of it.</summary>
    internal static string Text(XmlReader xml)
    {
        if (xml.IsEmptyElement) return "";
        var (depth, aloud, text, more) = (xml.Depth, int.MaxValue, "", (StringBuilder?)null);
        while (Next(xml) && xml.Depth > depth)
        {
            if (xml.Depth <= aloud) aloud = xml is { NodeType: XmlNodeType.Element, LocalName: "rPh", IsEmptyElement: false } ? xml.Depth : int.MaxValue;
            if (aloud < int.MaxValue || xml.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)) continue;
            if (text.Length == 0) text = xml.Value;
            else (more ??= new(text)).Append(xml.Value);
            if ((more?.Length ?? text.Length) > MarkMost) throw TooLarge();
        }

        return more?.ToString() ?? text;
    }

    internal static NotTaken TooLarge() => new(Fault("workbook-too-large", "The workbook unpacks to more than a table of results holds.", "Copy the table alone into a new workbook, or save it as “CSV UTF-8”."));

    internal static NotTaken Damaged() => new(Fault("workbook-damaged", "The workbook is damaged, locked by a password, or not written as workbooks are.", "Open it and save it anew as XLSX without a password, or as “CSV UTF-8”."));

    private static NotTaken NoWorkbook() => new(Fault("not-a-workbook", "The file is an archive, but no workbook.", "Send the table itself, saved as XLSX or as “CSV UTF-8”."));

    private static NotTaken External() => new(Fault("workbook-with-links", "The workbook takes values from other files or from a database.", "Copy the table alone into a new workbook as values, or save it as “CSV UTF-8”."));

    private static UploadError Fault(string code, Sentence sentence, Sentence fix) => new(1, null, null, code, sentence, fix);

    public void Dispose()
    {
        Sheet?.Dispose();
        archive?.Dispose();
    }

    /// <param name="Part">Where it leads, if it is in the archive.</param>
    private sealed record Relation(string Id, string Type, string Part, bool External)
    {
        public bool Is(string kind) => Type.EndsWith("/" + kind, StringComparison.Ordinal);
    }

    /// <summary>A part as it is unpacked: it ends with the room for all of them, whatever the archive says of its size.</summary>
    private sealed class Measured(Workbook book, ZipArchiveEntry entry) : Stream
    {
        private readonly Stream part = entry.Open();
        private long read;

        public override int Read(Span<byte> buffer)
        {
            var got = part.Read(buffer);
            read += got;
            book.unpacked += got;
            return book.unpacked <= UnpackedMost && (read <= SmallPart || read / RatioMost <= entry.CompressedLength) ? got : throw TooLarge();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) part.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>A part as it is written, in either encoding: it ends where two marks are too far apart to be a sheet's.</summary>
    private sealed class Written(Stream part, Encoding encoding) : StreamReader(part, encoding, detectEncodingFromByteOrderMarks: false)
    {
        private readonly char[] before = new char[2];
        private int sinceMark;

        public override int Read(char[] buffer, int index, int count)
        {
            var letters = buffer.AsSpan(index, base.Read(buffer, index, count));
            if (HidesMarks(letters)) throw Damaged();
            // No tag and no attribute holds this sign, so that none is longer than from one to the next.
            sinceMark = letters.LastIndexOf('<') is >= 0 and var at ? letters.Length - at : sinceMark + letters.Length;
            return sinceMark <= MarkMost ? letters.Length : throw TooLarge();
        }

        /// <summary>Within CDATA a mark is a letter: no program writes workbooks so.</summary>
        private bool HidesMarks(ReadOnlySpan<char> letters)
        {
            var seam = (stackalloc char[4]);
            before.CopyTo(seam);
            var first = letters[..Math.Min(2, letters.Length)];
            first.CopyTo(seam[2..]);
            var hides = letters.IndexOf("<![") >= 0 || seam.IndexOf("<![") >= 0;
            seam.Slice(first.Length, 2).CopyTo(before);
            if (letters.Length > 2) letters[^2..].CopyTo(before);
            return hides;
        }
    }

    /// <summary>A reader of XML keeps every name it meets; a workbook has few.</summary>
    private sealed class FewNames : NameTable
    {
        private int count;

        public override string Add(char[] key, int start, int len) => Get(key, start, len) ?? (++count <= NamesMost ? base.Add(key, start, len) : throw TooLarge());

        public override string Add(string key) => Get(key) ?? (++count <= NamesMost ? base.Add(key) : throw TooLarge());
    }
}

/// <summary>Ends the reading of a workbook that is not taken, wherever in it that shows.</summary>
internal sealed class NotTaken(UploadError error) : Exception(error.Code)
{
    public UploadError Error => error;
}
