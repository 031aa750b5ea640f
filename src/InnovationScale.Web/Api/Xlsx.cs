using System.Globalization;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace InnovationScale.Api;

/// <summary>Lists as a workbook of one sheet (ECMA-376): amounts are numbers, all else is text, and nothing is a formula.</summary>
internal static class Xlsx
{
    public const string MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>More letters stand in no cell.</summary>
    private const int LettersMost = 32_767;

    /// <param name="rows">The heading first; a cell is text, a <see cref="decimal"/>, or empty.</param>
    public static byte[] Write(string sheet, IEnumerable<IEnumerable<object?>> rows)
    {
        using var held = new MemoryStream();
        using (var book = SpreadsheetDocument.Create(held, SpreadsheetDocumentType.Workbook))
        {
            var part = book.AddWorkbookPart();
            var page = part.AddNewPart<WorksheetPart>();
            using (var writer = OpenXmlWriter.Create(page))
            {
                writer.WriteStartElement(new Worksheet());
                writer.WriteStartElement(new SheetData());
                foreach (var row in rows) writer.WriteElement(new Row(row.Select(Of)));
                writer.WriteEndElement();
                writer.WriteEndElement();
            }

            part.Workbook = new(new Sheets(new Sheet { Id = part.GetIdOfPart(page), SheetId = 1, Name = sheet }));
        }

        return held.ToArray();
    }

    private static OpenXmlElement Of(object? value) => value switch
    {
        null => new Cell(),
        decimal number => new Cell { CellValue = new(number.ToString(CultureInfo.InvariantCulture)), DataType = CellValues.Number },
        _ => new Cell { InlineString = new(new Text(Kept(value.ToString() ?? "")) { Space = SpaceProcessingModeValues.Preserve }), DataType = CellValues.InlineString },
    };

    /// <summary>What XML cannot hold is left out.</summary>
    private static string Kept(string text)
    {
        var kept = text.All(XmlConvert.IsXmlChar) ? text : string.Concat(text.EnumerateRunes().Where(rune => rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value)));
        return kept.Length <= LettersMost ? kept : kept[..LettersMost];
    }
}
