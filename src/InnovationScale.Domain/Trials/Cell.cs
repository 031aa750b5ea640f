using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using InnovationScale.Statistics;

namespace InnovationScale.Trials;

/// <summary>
/// What one class in one arm scored on one measure at one wave, without a single pupil: counts and moments. Moments are sufficient for
/// everything an evaluation computes, they add exactly, and they name no child.
/// </summary>
public sealed record Cell
{
    public required string School { get; init; }

    /// <summary>The class, or <see cref="OtherClasses"/> for classes pooled because each alone was too small to keep.</summary>
    public required string Class { get; init; }

    public required string Arm { get; init; }

    public required string Measure { get; init; }

    /// <summary>When it was measured, such as <c>baseline</c>, <c>outcome</c> or <c>outcome-6-months</c>.</summary>
    public required string Wave { get; init; }

    /// <summary>A registered subgroup, such as <c>free-lunch:yes</c>; empty for everybody.</summary>
    public string Subgroup { get; init; } = "";

    /// <summary>Classes in this cell: 1, or more for a pooled one, which stays out of the intraclass correlation.</summary>
    public int Classes { get; init; } = 1;

    /// <summary>Pupils given to this arm in this class before the start; null where the upload did not say.</summary>
    public int? Allocated { get; init; }

    /// <summary>Pupils allocated and not measured, by reason.</summary>
    public ImmutableSortedDictionary<string, int> Lost { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Pupils measured who came after allocation.</summary>
    public int JoinedLate { get; init; }

    /// <summary>Everyone measured, in the measure's unit.</summary>
    public Moments Outcome { get; init; }

    /// <summary>Everyone with a baseline.</summary>
    public Moments Baseline { get; init; }

    /// <summary>Those with both scores: X the baseline, Y the outcome.</summary>
    public JointMoments Matched { get; init; }

    /// <summary>The name of a cell that holds several small classes.</summary>
    public const string OtherClasses = "(other classes)";

    /// <summary>The name of a subgroup's cell: subgroups are kept by school and arm, never by class.</summary>
    public const string AllClasses = "(all classes)";

    /// <summary>What makes two cells the same place in the trial.</summary>
    public CellKey Key => new(School, Class, Arm, Measure, Wave, Subgroup);
}

/// <summary>The place of a cell in its trial; one current cell a place.</summary>
public readonly record struct CellKey(string School, string Class, string Arm, string Measure, string Wave, string Subgroup)
{
    public override string ToString() => string.Join('/', School, Class, Arm, Measure, Wave, Subgroup);
}

/// <summary>
/// An event whose cells are kept as rows of their own instead of inside its JSON, which carries only their SHA-256 (see <see cref="CellRows"/>).
/// The host writes the rows in the event's transaction and hands them back with the event at every replay, so that live state and replayed
/// state are the same.
/// </summary>
public interface ICarriesCells<TAggregate> : IEvent<TAggregate>
{
    /// <summary>Not stored with the event (mark it <c>[JsonIgnore]</c>).</summary>
    ImmutableArray<Cell> Cells { get; }

    /// <summary>Hash of the rows, lower-case hex; part of the event's JSON and so of the chain.</summary>
    string CellsSha256 { get; }

    IEvent<TAggregate> WithCells(ImmutableArray<Cell> cells);
}

/// <summary>Cells as they are stored: a line of JSON each, exactly as hashed.</summary>
public static class CellRows
{
    public static string Write(Cell cell) => JsonSerializer.Serialize(cell, StoredJson.Options);

    public static Cell Read(string row) => JsonSerializer.Deserialize<Cell>(row, StoredJson.Options)
        ?? throw new FormatException("A stored cell is the word null.");

    /// <summary>SHA-256 over the rows in order, each ended by a line feed, lower-case hex.</summary>
    public static string Sha256(IEnumerable<string> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in rows)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(row));
            hash.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static string Sha256(IEnumerable<Cell> cells) => Sha256(cells.Select(Write));
}
