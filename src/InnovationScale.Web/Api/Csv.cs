using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using InnovationScale.Publication;

namespace InnovationScale.Api;

/// <summary>Lists as CSV (RFC 4180) for spreadsheets: UTF-8 with its mark, and no text that a spreadsheet would run.</summary>
internal static class Csv
{
    public const string MediaType = "text/csv";

    public static CsvWriter Write(Stream to) =>
        new(new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true), new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\r\n" });

    /// <summary>A spreadsheet shows the text and does not run it.</summary>
    public static string NoFormula(string? text) => SpreadsheetText.NoFormula(text ?? "");
}
