using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace InnovationScale.Trials;

/// <summary>
/// What a school made of its pupils' rows on a machine of its own, so that no row ever leaves it: a line that tells of which file and by which rules, and a line
/// for each cell, as cells are hashed. An upload takes it like the rows themselves, and holds each cell to the rules of a trial.
/// </summary>
public static class ReducedFile
{
    public const string MediaType = "application/x-ndjson", Extension = ".ndjson";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Write(Reduction reduction, bool pooled, TextWriter to)
    {
        to.Write(JsonSerializer.Serialize(reduction.Made(pooled), StoredJson.Options));
        to.Write('\n');
        foreach (var cell in reduction.Cells) to.Write($"{CellRows.Write(cell)}\n");
    }

    /// <summary>Reads one that was sent. What is wrong with it comes back as errors.</summary>
    public static async Task<Reduction> ReadAsync(Stream file, UploadPlan plan, CancellationToken cancel)
    {
        if (await BytesOf(file, plan.Limits.Bytes, cancel) is not { } bytes)
            return Refused(1, "file-too-large", $"The file is larger than {plan.Limits.Bytes:N0} bytes.", "Send the schools in several files, or class summaries instead of pupil rows.");

        try
        {
            return Read(Strict.GetString(bytes), bytes.LongLength, Convert.ToHexStringLower(SHA256.HashData(bytes)), plan);
        }
        catch (DecoderFallbackException)
        {
            return Refused(1, "not-utf-8", "The file holds bytes that are not UTF-8 text.", Anew);
        }
    }

    private const string Anew = "Make the file anew with the program, and change nothing in it.";

    private static Reduction Read(string text, long bytes, string sha256, UploadPlan plan)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || Line<ReducedFrom>(lines[0]) is not { Rows: > 0, FileSha256: { Length: 64 } source, Reduction: { Length: > 0 and <= 40 } by } from || !source.All(char.IsAsciiHexDigitLower) || UploadReduction.TextFault(by) is not null)
            return Refused(1, "not-reduced", "The first line does not tell which file the results were made of.", Anew);
        if (lines.Length - 1 > plan.Limits.Cells) return Refused(1, "too-many-classes", $"The file has more than {plan.Limits.Cells:N0} classes.", "Send the schools in several files.");

        var cells = ImmutableArray.CreateBuilder<Cell>(lines.Length - 1);
        foreach (var (at, line) in lines.Index().Skip(1))
        {
            if (Line<Cell>(line) is not { } cell || Names(cell).Any(name => name is null || name.Length > 100 || UploadReduction.TextFault(name) is not null || UploadReduction.PointsAtSomebody(name)))
                return Refused(at + 1, "not-reduced", "This line is no result as the program writes it.", Anew);
            cells.Add(cell);
        }

        return new() { FileSha256 = sha256, Bytes = bytes, From = from, Rows = from.Rows, Cells = cells.ToImmutable(), Arms = UploadReduction.CountArms(cells) };
    }

    /// <summary>Everything a cell says in words. Those of schools, groups and time points are the plan's, and held against it later.</summary>
    private static IEnumerable<string?> Names(Cell cell) => [cell.School, cell.Class, cell.Arm, cell.Measure, cell.Wave, cell.Subgroup, .. cell.Lost is null ? (string?[])[null] : [.. cell.Lost.Keys]];

    private static T? Line<T>(string line) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, StoredJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Reduction Refused(int line, string code, Sentence sentence, Sentence fix) => new() { Errors = [new UploadError(line, null, null, code, sentence, fix)], ErrorCount = 1 };

    /// <summary>Null where there are more.</summary>
    private static async Task<byte[]?> BytesOf(Stream file, long most, CancellationToken cancel)
    {
        using var held = new MemoryStream();
        var part = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await file.ReadAsync(part, cancel) is > 0 and var read)
            {
                if (held.Length + read > most) return null;
                held.Write(part, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }

        return held.ToArray();
    }
}

/// <summary>Of which file cells were made.</summary>
/// <param name="FileSha256">Of the pupils' rows, which whoever keeps them can reduce again.</param>
/// <param name="Reduction">The rules by which rows became cells.</param>
public sealed record ReducedFrom(string FileSha256, int Rows, string Reduction);
