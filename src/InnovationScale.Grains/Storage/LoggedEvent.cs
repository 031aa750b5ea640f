using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace InnovationScale.Storage;

/// <summary>One event exactly as it is stored and hashed.</summary>
/// <param name="Json">The text that was hashed, to the byte.</param>
/// <param name="At">Server time, UTC, round-trip format.</param>
/// <param name="Hash">SHA-256 of the previous event's hash and this event's canonical bytes.</param>
/// <param name="Cells">Rows kept beside the event; the JSON carries their hash.</param>
public sealed record LoggedEvent(
    string Stream, long Version, string Name, string Json, string Actor, string Role, string At, string CommandId, string? Reason,
    byte[] Hash, ImmutableArray<string> Cells)
{
    /// <summary>What it says about a person, as JSON by member: kept in the vault, outside the hash.</summary>
    public ImmutableSortedDictionary<string, string> Personal { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>With it, all that the vault keeps of its subject is deleted.</summary>
    public bool Erases { get; init; }

    /// <summary>Whom a stream is about: its name without the kind.</summary>
    public static string SubjectOf(string stream) => stream[(stream.IndexOf('/', StringComparison.Ordinal) + 1)..];

    public Stamp Stamp => new(Actor, HeldRole.Parse(Role), DateTimeOffset.Parse(At, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind), CommandId, Reason);
}

/// <summary>The hash chain of a stream: each event's hash covers the one before it and every stored field of its own.</summary>
public static class HashChain
{
    /// <summary>What the first event of every stream stands on.</summary>
    public static byte[] Start { get; } = new byte[SHA256.HashSizeInBytes];

    // A replacement character would give two different texts the same bytes.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Whether every store gives the text back exactly as it was hashed: half a surrogate pair has no UTF-8, and at a NUL SQLite's readers stop
    /// and PostgreSQL refuses.
    /// </summary>
    public static bool Keeps(string? text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (rest[0] == '\0' || Rune.DecodeFromUtf16(rest, out _, out var consumed) is not OperationStatus.Done) return false;
            rest = rest[consumed..];
        }

        return true;
    }

    /// <summary>
    /// SHA-256 over the previous hash and the canonical bytes: each text as its length in bytes (little-endian, -1 for none) and its UTF-8,
    /// the version as 64 bits. Lengths keep two different events from ever having the same bytes.
    /// </summary>
    /// <exception cref="EncoderFallbackException">A text is not valid UTF-16.</exception>
    public static byte[] Next(ReadOnlySpan<byte> previous, LoggedEvent e)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        hash.AppendData(previous);
        BinaryPrimitives.WriteInt64LittleEndian(number, e.Version);
        hash.AppendData(number);
        foreach (var text in (ReadOnlySpan<string?>)[e.Stream, e.Name, e.Json, e.Actor, e.Role, e.At, e.CommandId, e.Reason])
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, text is null ? -1 : Utf8.GetByteCount(text));
            hash.AppendData(number[..4]);
            if (text is not null) hash.AppendData(Utf8.GetBytes(text));
        }

        return hash.GetHashAndReset();
    }

    /// <summary>The chain of commit batches: a batch's hash covers the batch before it and the hashes of its events in order.</summary>
    public static byte[] NextBatch(ReadOnlySpan<byte> previous, IEnumerable<byte[]> events)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        foreach (var e in events) hash.AppendData(e);
        return hash.GetHashAndReset();
    }
}
