namespace InnovationScale.Publication;

/// <summary>Text in a cell of a table: a spreadsheet shows it and does not run it, and whoever reads the table has it back as it was.</summary>
public static class SpreadsheetText
{
    /// <summary>An apostrophe before what would be run, and before an apostrophe that could be taken for this one.</summary>
    public static string NoFormula(string text) => MayBeRun(text) ? $"'{text}" : text;

    /// <summary>The text that <see cref="NoFormula"/> was given.</summary>
    public static string Read(string cell) => cell is ['\'', .. var text] && MayBeRun(text) ? text : cell;

    /// <summary>Some programs take the wide signs for the narrow ones.</summary>
    private static bool MayBeRun(string text) =>
        text.AsSpan().TrimStart('\'') is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠', ..];
}
