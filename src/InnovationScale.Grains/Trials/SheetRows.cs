using System.Globalization;
using System.Xml;

namespace InnovationScale.Trials;

/// <summary>
/// The rows of the first sheet that a workbook shows (ECMA-376 part 1, 18.3.1), read once and forward. A number is as it is written, a cell that shows a date is its ISO text, so that a score
/// which a spreadsheet took for a date is no score; a formula is never run: it is the value that was saved with it, or else its own text.
/// </summary>
internal sealed class SheetRows : UploadRows
{
    /// <summary>The last row and column that a sheet can have.</summary>
    private const int LastRow = 1_048_576, LastColumn = 16_384;

    private readonly Workbook book;
    private readonly UploadLimits limits;
    private readonly string[] texts;
    private readonly bool[] numbers;
    private int used;
    private int width;
    private int row;
    private long letters;

    private SheetRows(Workbook book, UploadLimits limits)
    {
        (this.book, this.limits) = (book, limits);
        (texts, numbers) = (new string[limits.Columns + 1], new bool[limits.Columns + 1]);
        Trouble = book.Trouble;
    }

    internal static async ValueTask<UploadRows> Open(ReadOnlyMemory<byte> start, Stream file, UploadLimits limits, CancellationToken cancel) =>
        new SheetRows(await Workbook.Open(start, file, limits, cancel), limits);

    /// <summary>A sheet leaves out the empty cells at a row's end.</summary>
    public override int Count => Math.Max(width, used);

    public override string this[int cell] => cell < used ? texts[cell] : "";

    public override double? Number(int cell) => cell < used && numbers[cell] && Workbook.Number(texts[cell]) is { } number ? number : null;

    public override long Bytes => book.Bytes;

    public override string? Sha256 => book.Sha256;

    public override int Sheets => book.Sheets;

    public override ValueTask<bool> ReadAsync()
    {
        if (Trouble is not null || book.Sheet is not { } sheet) return new(false);

        Trouble = Workbook.Try(() =>
        {
            while (Workbook.Next(sheet))
            {
                if (sheet is not { NodeType: XmlNodeType.Element, LocalName: "row" }) continue;
                ReadRow(sheet);
                if (used == 0) continue;

                // The header is in the first row, as in a table of text.
                if (At == 0) (At, used, width) = row == 1 ? (1, used, used) : (1, 0, 0);
                else At = row;
                return;
            }

            row = 0;
        }, () => Math.Max(row, 1));
        return new(Trouble is null && row > 0);
    }

    private void ReadRow(XmlReader xml)
    {
        row = Index(xml.GetAttribute("r"), row, LastRow);
        used = 0;
        if (xml.IsEmptyElement) return;

        var (depth, column, length) = (xml.Depth, 0, 0);
        while (Workbook.Next(xml) && xml.Depth > depth)
        {
            if (xml is not { NodeType: XmlNodeType.Element, LocalName: "c" }) continue;
            var (reference, type, style) = (xml.GetAttribute("r"), xml.GetAttribute("t"), xml.GetAttribute("s"));
            column = Column(reference, column);
            if (xml.IsEmptyElement) continue;

            var text = ReadCell(xml, type, style, out var isNumber);
            if (text.Length == 0) continue;
            if (text.Length > limits.Cell) throw new NotTaken(CellTooLong(row, limits));
            length += text.Length;
            letters += text.Length;
            if (length > limits.Row) throw new NotTaken(new(row, null, null, "row-too-long", $"A row is longer than {limits.Row:N0} characters.", (Sentence)"Check that the file is a table with one pupil or class in each row."));
            if (letters > Workbook.UnpackedMost) throw Workbook.TooLarge();
            Put(Math.Min(column - 1, limits.Columns), text, isNumber);
        }
    }

    private void Put(int at, string text, bool isNumber)
    {
        if (used < at) Array.Fill(texts, "", used, at - used);
        if (used < at) Array.Fill(numbers, false, used, at - used);
        (texts[at], numbers[at]) = (text, isNumber);
        used = Math.Max(used, at + 1);
    }

    private string ReadCell(XmlReader xml, string? type, string? style, out bool isNumber)
    {
        var (depth, value, inline, formula) = (xml.Depth, (string?)null, "", (string?)null);
        while (Workbook.Next(xml) && xml.Depth > depth)
        {
            if (xml.NodeType is not XmlNodeType.Element) continue;
            switch (xml.LocalName)
            {
                case "v": value = Workbook.Text(xml); break;
                case "f": formula = Workbook.Text(xml); break;
                case "is": inline = Workbook.Text(xml); break;
            }
        }

        isNumber = false;
        if (value is null && formula is not null) return "=" + formula;

        switch (type)
        {
            case "s": return value is null ? "" : book.SharedText(value);
            case "b": return value is "1" ? "TRUE" : value is "0" ? "FALSE" : value ?? "";
            case "inlineStr": return inline;
            case "str" or "e" or "d": return value ?? "";
            case null or "n":
                if (value is null) return "";
                if (book.DateOf(value, style) is { } date) return date;
                isNumber = true;
                // As people see it: what one program saves as 1.0 and another as 7.0999999999999996 is 1 and 7.1.
                return Workbook.Number(value) is not { } number ? value : number == Math.Floor(number) && Math.Abs(number) < 1e21 ? number.ToString("F0", CultureInfo.InvariantCulture) : number.ToString(CultureInfo.InvariantCulture);
            default: throw Workbook.Damaged();
        }
    }

    /// <summary>Rows and cells say which they are, or are the next one; they never go back.</summary>
    private static int Index(string? said, int before, int last)
    {
        if (said is null && before < last) return before + 1;
        return int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index > before && index <= last ? index : throw Workbook.Damaged();
    }

    /// <summary>The column of a cell called such as AB12.</summary>
    private static int Column(string? reference, int before)
    {
        if (reference is null) return before < LastColumn ? before + 1 : throw Workbook.Damaged();

        var column = 0;
        foreach (var c in reference)
        {
            if (!char.IsAsciiLetter(c)) break;
            column = column * 26 + (c | 0x20) - 'a' + 1;
            if (column > LastColumn) throw Workbook.Damaged();
        }

        return column > before ? column : throw Workbook.Damaged();
    }

    public override void Dispose() => book.Dispose();
}
