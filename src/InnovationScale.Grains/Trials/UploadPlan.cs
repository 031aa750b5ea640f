using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace InnovationScale.Trials;

/// <summary>What a trial is ready to receive: its arms, its measure, its schools and subgroups, and how small a class may be kept by itself.</summary>
public sealed record UploadPlan
{
    public required ImmutableArray<Accepted> Arms { get; init; }

    public required UploadMeasure Measure { get; init; }

    /// <summary>The schools of the trial's sites; empty where any school may come, as in an external study.</summary>
    public ImmutableArray<Accepted> Schools { get; init; } = [];

    /// <summary>When it was measured. A file without a wave column belongs to the first.</summary>
    public ImmutableArray<Accepted> Waves { get; init; } = [new("outcome")];

    /// <summary>Only subgroups registered beforehand are kept, by school and arm.</summary>
    public ImmutableArray<UploadSubgroup> Subgroups { get; init; } = [];

    /// <summary>The smallest number of pupils a kept cell may describe: whole-number scores of two to four pupils can be worked out from moments.</summary>
    public int MinimumCell { get; init; } = 5;

    /// <summary>The uploader's choice: join classes below the minimum with the next smallest of their school and arm, instead of refusing the file.</summary>
    public bool PoolSmallClasses { get; init; }

    /// <summary>The uploader says that the file has a row for every pupil given to an arm, or that it has not; null where she says nothing.</summary>
    public bool EveryAllocatedPupilHasARow { get; init; }

    /// <summary>How earlier files were read, the likeliest first: one whose columns are all there is followed again.</summary>
    public ImmutableArray<ColumnMapping> Remembered { get; init; } = [];

    public UploadLimits Limits { get; init; } = new();
}

/// <summary>A name the trial knows, and other spellings a file may use for it. Capitals, accents and the space around are not told apart.</summary>
public sealed record Accepted(string Name, params ImmutableArray<string> Spellings)
{
    internal static Dictionary<string, string> Index(IEnumerable<Accepted> names)
    {
        var index = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var accepted in names)
        {
            foreach (var spelling in accepted.Spellings.Prepend(accepted.Name))
            {
                index.TryAdd(spelling, accepted.Name);
                index.TryAdd(Spelling.Of(spelling), accepted.Name);
            }
        }

        return index;
    }
}

/// <summary>The measure whose scores are sent. Bounds that are null are not checked.</summary>
/// <param name="Step">Distance between two possible scores, such as 1 for whole numbers.</param>
public sealed record UploadMeasure(string Name, double? Min = null, double? Max = null, double? Step = null);

/// <summary>A registered subgroup, such as free-lunch with levels yes and no. Its column is found by the name unless the mapping says otherwise.</summary>
public sealed record UploadSubgroup(string Name, params ImmutableArray<Accepted> Levels)
{
    /// <summary>What a file may write for each level, and what its cells are called.</summary>
    internal Dictionary<string, string> Index() =>
        Accepted.Index(Levels).ToDictionary(known => known.Key, known => $"{Name}:{known.Value}", StringComparer.Ordinal);
}

/// <summary>How much one upload may hold. A file beyond a limit is refused with the limit named; none of it is kept.</summary>
public sealed record UploadLimits
{
    public long Bytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Of a workbook, which is held packed while it is read.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long WorkbookBytes => Math.Min(Bytes, Workbook.PackedMost);

    public int Rows { get; init; } = 200_000;

    public int Columns { get; init; } = 200;

    /// <summary>Characters in one cell.</summary>
    public int Cell { get; init; } = 32 * 1024;

    /// <summary>Characters in one row; what bounds the parser's memory.</summary>
    public int Row { get; init; } = 1024 * 1024;

    /// <summary>Classes, times arms and waves, in one file; what bounds ours.</summary>
    public int Cells { get; init; } = 20_000;

    /// <summary>Errors told one by one; those beyond are only counted.</summary>
    public int Errors { get; init; } = 500;
}

/// <summary>A name or header as it is compared: no accents, no capitals, words parted by one space.</summary>
internal static class Spelling
{
    public static string Of(string text)
    {
        var decomposed = text.Normalize(NormalizationForm.FormKD);
        var words = new StringBuilder(decomposed.Length);
        var previous = ' ';
        foreach (var c in decomposed)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format || c == 'ـ') continue;
            if (!char.IsLetterOrDigit(c))
            {
                if (words.Length > 0 && words[^1] != ' ') words.Append(' ');
            }
            else
            {
                if (char.IsUpper(c) && char.IsLower(previous)) words.Append(' ');   // firstName is two words
                words.Append(char.ToLowerInvariant(c));
            }

            previous = c;
        }

        return words.ToString().TrimEnd();
    }
}
