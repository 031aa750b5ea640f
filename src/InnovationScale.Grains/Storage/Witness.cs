using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace InnovationScale.Storage;

/// <summary>The head of the log at one moment, signed: whoever keeps this line can show later that what came before it has not been changed.</summary>
/// <param name="Batch">Number of the last commit batch.</param>
/// <param name="Events">Position of its last event, which is the number of events so far.</param>
/// <param name="Head">Hash of that batch, lower-case hex; it covers every event before it.</param>
/// <param name="Key">SHA-256 of the public key (SubjectPublicKeyInfo), lower-case hex.</param>
/// <param name="Signature">ECDSA over P-256 and SHA-256 of <see cref="Signed"/>, DER as in RFC 3279, Base64.</param>
public sealed record SignedHead(DateTimeOffset At, long Batch, long Events, string Head, string Key, string Signature)
{
    /// <summary>The text that is signed, UTF-8, five lines that each end with a line feed.</summary>
    public string Signed => string.Create(CultureInfo.InvariantCulture, $"InnovationScale head\n{At.ToUniversalTime():O}\n{Batch}\n{Events}\n{Head}\n");
}

/// <summary>
/// A folder outside the database with the log's signed heads, a line of JSON each, and the public keys they are signed by. What is cut off the log, or
/// changed and hashed again, no longer meets them. Keep copies where whoever looks after the database cannot write.
/// </summary>
/// <param name="folder">Made if absent, with a private key that its owner alone may read.</param>
public sealed class Witness(string folder)
{
    public const string HeadsName = "heads.jsonl", KeyName = "key.pem";

    /// <summary>Signs the head of the log as it stands and writes it down, durably. None while the log is empty.</summary>
    /// <exception cref="InvalidDataException">The log no longer holds what was signed last; nothing is signed then.</exception>
    public async Task<SignedHead?> Sign(SqlLogStore store, DateTimeOffset at)
    {
        var heads = Heads(folder);
        if (heads is [.., var last] && await Hash(store, last.Batch) != last.Head)
            throw new InvalidDataException($"The log no longer holds the {last.Events} events whose head was signed at {last.At:u}: it was cut or changed, or the folder {folder} belongs to another log.");
        if (await Tail(store) is not { } tail) return null;

        using var key = Key();
        var head = new SignedHead(at, tail.Number, tail.Position, Convert.ToHexStringLower(tail.Hash), Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())), "");
        head = head with { Signature = Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(head.Signed), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)) };
        Write(PublicKey(folder, head.Key), [key.ExportSubjectPublicKeyInfoPem()]);
        Write(Path.Combine(folder, HeadsName), [.. heads.Append(head).Select(one => JsonSerializer.Serialize(one, StoredJson.Options))]);
        return head;
    }

    /// <summary>The heads of a folder, oldest first; none where there is no folder.</summary>
    /// <exception cref="InvalidDataException">A line is not a head, or is not signed by the key it names.</exception>
    public static IReadOnlyList<SignedHead> Heads(string folder)
    {
        var file = Path.Combine(folder, HeadsName);
        if (!File.Exists(file)) return [];

        return [.. File.ReadLines(file).Select((line, n) => Read(folder, line) ?? throw new InvalidDataException($"Line {n + 1} of {file} is not a head signed by a key of this folder."))];
    }

    private static SignedHead? Read(string folder, string line)
    {
        try
        {
            var head = JsonSerializer.Deserialize<SignedHead>(line, StoredJson.Options)!;
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(PublicKey(folder, head.Key)));
            return Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())) == head.Key
                && key.VerifyData(Encoding.UTF8.GetBytes(head.Signed), Convert.FromBase64String(head.Signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                ? head
                : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or ArgumentException or FileNotFoundException)
        {
            return null;
        }
    }

    private static string PublicKey(string folder, string key) => Path.Combine(folder, $"{Path.GetFileName(key)}.pub.pem");

    /// <summary>A file is there whole or as it was before.</summary>
    private static void Write(string file, IEnumerable<string> lines)
    {
        using (var partial = new FileStream(file + ".partial", FileMode.Create, FileAccess.Write))
        {
            foreach (var line in lines) partial.Write(Encoding.UTF8.GetBytes(line + "\n"));
            partial.Flush(flushToDisk: true);
        }

        File.Move(file + ".partial", file, overwrite: true);
    }

    private ECDsa Key()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keyFile = Path.Combine(folder, KeyName);
        if (File.Exists(keyFile))
        {
            key.ImportFromPem(File.ReadAllText(keyFile));
            return key;
        }

        Directory.CreateDirectory(folder);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var pem = new StreamWriter(keyFile, options);
        pem.WriteLine(key.ExportPkcs8PrivateKeyPem());
        return key;
    }

    private static async Task<BatchTail?> Tail(SqlLogStore store) => (await store.Query(connection => connection.Query(SqlReading.TailSql, SqlReading.Tail))).FirstOrDefault();

    private static async Task<string?> Hash(SqlLogStore store, long batch) =>
        (await store.Query(connection => connection.Query("select hash from batch where number = @number", r => Convert.ToHexStringLower((byte[])r.GetValue(0)), ("number", batch)))).FirstOrDefault();
}
