using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using CsvHelper;
using CsvHelper.Configuration;

namespace InnovationScale.Trials;

/// <summary>
/// What came of an uploaded file: its cells, or the errors that keep all of it out. A dry run shows it; a commit records it. It holds no pupil's row.
/// </summary>
public sealed record Reduction
{
    /// <summary>Names the rules by which rows became cells. Whoever holds the file can recompute every cell with it.</summary>
    public const string CurrentVersion = "cells-2";

    public string Version { get; init; } = CurrentVersion;

    /// <summary>Lower-case hex; null when the file was refused before its end was read.</summary>
    public string? FileSha256 { get; init; }

    public long Bytes { get; init; }

    /// <summary>Where a school reduced its rows itself: of which file; null where the rows were sent.</summary>
    public ReducedFrom? From { get; init; }

    /// <summary>Of which file the cells were made, and by which rules.</summary>
    /// <param name="pooled">Small classes of a school were put together.</param>
    public ReducedFrom Made(bool pooled) => From ?? new(FileSha256!, Rows, pooled ? $"{Version}/pooled" : Version);

    /// <summary>The mapping that was followed; null when the header could not be read.</summary>
    public ColumnMapping? Mapping { get; init; }

    /// <summary>The file's headers in order, for the page that maps them; empty when the header was refused or may be somebody's row.</summary>
    public ImmutableArray<string> Headers { get; init; } = [];

    /// <summary>Rows with something in them, the header left out.</summary>
    public int Rows { get; init; }

    /// <summary>By school, arm, wave, subgroup and class; empty when there are errors: all of a file or none.</summary>
    public ImmutableArray<Cell> Cells { get; init; } = [];

    public ImmutableArray<ArmCount> Arms { get; init; } = [];

    public ImmutableArray<UploadNote> Notes { get; init; } = [];

    /// <summary>The first errors, up to the limit.</summary>
    public ImmutableArray<UploadError> Errors { get; init; } = [];

    /// <summary>All errors, told or not.</summary>
    public int ErrorCount { get; init; }

    public bool Accepted => ErrorCount == 0;

    /// <summary>Cells that hold several small classes.</summary>
    public IEnumerable<Cell> Pooled => Cells.Where(cell => cell.Class is Cell.OtherClasses);

    /// <summary>The rows to fix as CSV for a spreadsheet, without a single value of the file, so that it may lie anywhere.</summary>
    public string RowsToFix()
    {
        using var to = new StringWriter();
        to.Write('\uFEFF');
        using var csv = new CsvWriter(to, new CsvConfiguration(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape, NewLine = "\r\n" }, leaveOpen: true);
        foreach (var header in (string[])["row", "column", "code", "what is wrong", "how to fix it"]) csv.WriteField(header);
        csv.NextRecord();
        foreach (var error in Errors)
        {
            csv.WriteField(error.Row);
            csv.WriteField(error.Column);
            csv.WriteField(error.Code);
            csv.WriteField(error.Sentence);
            csv.WriteField(error.Fix);
            csv.NextRecord();
        }

        csv.Flush();
        return to.ToString();
    }
}

/// <summary>One thing wrong with a file.</summary>
/// <param name="Row">Row of the file as a spreadsheet counts, the header being 1; for text that is no table, the line.</param>
/// <param name="Column">The header, or null where it is about the row.</param>
/// <param name="Value">What stood there, shortened; null where it might point at a pupil.</param>
/// <param name="Code">Stable, kebab-case.</param>
/// <param name="Sentence">What is wrong. Holds no value of the file's rows.</param>
/// <param name="Fix">How to mend it.</param>
public sealed record UploadError(int Row, string? Column, string? Value, string Code, string Sentence, string Fix)
{
    public UploadError(int row, string? column, string? value, string code, Sentence sentence, Sentence fix) : this(row, column, value, code, sentence.English, fix.English) =>
        (Pattern, With, FixPattern, FixWith) = (sentence.Pattern, sentence.With, fix.Pattern, fix.With);

    /// <inheritdoc cref="Refusal.Pattern"/>
    public string? Pattern { get; }

    /// <inheritdoc cref="Refusal.With"/>
    public ImmutableSortedDictionary<string, string> With { get; } = ImmutableSortedDictionary<string, string>.Empty;

    public string? FixPattern { get; }

    public ImmutableSortedDictionary<string, string> FixWith { get; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>Takes in one thing wrong with a file.</summary>
public delegate void RefuseRow(int row, string? column, string? value, string code, Sentence sentence, Sentence fix);

/// <summary>Something the uploader should know that does not keep the file out.</summary>
public sealed record UploadNote(string Code, string? About, string Sentence)
{
    public UploadNote(string code, string? about, Sentence sentence) : this(code, about, sentence.English) => (Pattern, With) = (sentence.Pattern, sentence.With);

    /// <inheritdoc cref="Refusal.Pattern"/>
    [JsonIgnore]
    public string? Pattern { get; }

    /// <inheritdoc cref="Refusal.With"/>
    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> With { get; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>What an upload holds of one arm at one wave.</summary>
public sealed record ArmCount(string Arm, string Wave, int Schools, int Classes, long Measured, long Lost);
