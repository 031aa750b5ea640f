using System.Buffers.Text;
using System.Collections.Immutable;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace InnovationScale.Storage;

/// <summary>
/// Keeps what is known of people out of the log: each member is a row beside it, sealed by AES-256-GCM under a key of the person's own, and these
/// keys are rows sealed under one master key, which stands outside the database. Deleting a person's key forgets the person; events name an id.
/// </summary>
public sealed class Vault
{
    /// <summary>The master key's file, where no other is named.</summary>
    public const string KeyFileName = "vault-key";

    public const int KeyBytes = 32;

    private const int NonceBytes = 12, TagBytes = 16;

    /// <summary>A subject that nobody is: its key tells whether a database was written under this master key.</summary>
    private const string Nobody = "";

    private readonly byte[] master;
    private readonly byte[] lookUp, secrets;
    private readonly string source;

    /// <param name="master">256 bits.</param>
    /// <param name="source">Where it came from, for people.</param>
    public Vault(byte[] master, string source)
    {
        if (master.Length != KeyBytes) throw new ArgumentException($"The vault's key has {master.Length} bytes, not {KeyBytes}.", nameof(master));
        (this.master, this.source) = (master, source);
        lookUp = HKDF.DeriveKey(HashAlgorithmName.SHA256, master, KeyBytes, info: "InnovationScale look-up"u8.ToArray());
        secrets = HKDF.DeriveKey(HashAlgorithmName.SHA256, master, KeyBytes, info: "InnovationScale secrets"u8.ToArray());
    }

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    /// <summary>
    /// A keyed hash by which something personal is found again and, without the key, not guessed: of an e-mail address in lower case. Lower-case hex.
    /// </summary>
    public string LookUp(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(lookUp, Encoding.UTF8.GetBytes(text.Trim().ToLowerInvariant())));

    /// <summary>A secret of 256 bits for a link or a token, the same for the same request: a form that is sent twice gives one. Letters, digits, - and _.</summary>
    public string SecretOf(string request) => Base64Url.EncodeToString(HMACSHA256.HashData(secrets, Encoding.UTF8.GetBytes(request)));

    /// <summary>Within the transaction that opens a database: its first vault is this one, every later one must have the same key.</summary>
    /// <exception cref="StoreNotUsableException">The key is another one.</exception>
    internal void Recognise(DbConnection connection, ISqlEngine engine)
    {
        if (OfNobody(connection) is not { } kept) connection.Do("insert into vault_key (subject, wrapped) values (@nobody, @wrapped)", ("nobody", Nobody), ("wrapped", Wrap(Nobody, NewKey())));
        else if (!Opens(kept))
            throw new StoreNotUsableException($"The vault's key in {source} is not the one that seals what these records know of people. " +
                (engine.IsShared ? "Give every server on the database the same key" : "Give the key that was made with them") + ", with --vault-key-file.");
    }

    /// <summary>Whether a database is sealed under this key.</summary>
    internal bool Opens(DbConnection connection) => OfNobody(connection) is { } kept && Opens(kept);

    /// <summary>
    /// Once a batch that seals something or changes a person: nobody has changed the vault's key meanwhile. What would be sealed under the old one would open to nobody.
    /// </summary>
    internal void StillOpens(ISqlWriter writer)
    {
        if (WrappedKey(writer, Nobody) is { } kept && !Opens(kept))
            throw new InvalidOperationException($"The vault's key was changed while this server ran. Start it again with the new one: {source} holds the old one.");
    }

    private static byte[]? OfNobody(DbConnection connection) =>
        connection.Query("select wrapped from vault_key where subject = @nobody", r => (byte[])r.GetValue(0), ("nobody", Nobody)).GetAwaiter().GetResult() is [var kept] ? kept : null;

    private bool Opens(byte[] wrapped)
    {
        try
        {
            Unwrap(Nobody, wrapped);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Everything that is kept of somebody, as JSON by member.</summary>
    internal async Task<ImmutableSortedDictionary<string, string>> Read(DbConnection connection, string subject)
    {
        var rows = await connection.Query("select v.member, v.sealed, k.wrapped from vault v join vault_key k on k.subject = v.subject where v.subject = @subject",
            r => (Member: r.GetString(0), Sealed: (byte[])r.GetValue(1), Wrapped: (byte[])r.GetValue(2)), ("subject", subject));
        if (rows is []) return ImmutableSortedDictionary<string, string>.Empty;

        var key = Unwrap(subject, rows[0].Wrapped);
        return rows.ToImmutableSortedDictionary(row => row.Member, row => Opened(key, subject, row.Member, row.Sealed), StringComparer.Ordinal);
    }

    internal static byte[]? WrappedKey(ISqlWriter writer, string subject) =>
        writer.Read("select wrapped from vault_key where subject = @subject", r => (byte[])r.GetValue(0), ("subject", subject)) is [var wrapped] ? wrapped : null;

    internal byte[] Wrap(string subject, byte[] key) => Seal(master, key, Place(subject, ""));

    internal byte[] Unwrap(string subject, byte[] wrapped) => Open(master, wrapped, Place(subject, ""));

    internal static byte[] Seal(byte[] key, string subject, string member, string json) => Seal(key, Encoding.UTF8.GetBytes(json), Place(subject, member));

    internal static string Opened(byte[] key, string subject, string member, byte[] row) => Encoding.UTF8.GetString(Open(key, row, Place(subject, member)));

    // The place is authenticated too, so that no row can be moved to another person or member.
    private static byte[] Place(string subject, string member) => Encoding.UTF8.GetBytes($"{subject}\n{member}");

    /// <summary>Nonce, ciphertext and tag. A key seals few rows, so that a random nonce of 96 bits never comes twice (NIST SP 800-38D, 8.3).</summary>
    private static byte[] Seal(byte[] key, byte[] plain, byte[] place)
    {
        var packed = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(packed.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(packed.AsSpan(0, NonceBytes), plain, packed.AsSpan(NonceBytes, plain.Length), packed.AsSpan(NonceBytes + plain.Length), place);
        return packed;
    }

    private static byte[] Open(byte[] key, byte[] packed, byte[] place)
    {
        if (packed.Length < NonceBytes + TagBytes) throw new CryptographicException("A sealed row is cut off.");
        var plain = new byte[packed.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(packed.AsSpan(0, NonceBytes), packed.AsSpan(NonceBytes, plain.Length), packed.AsSpan(NonceBytes + plain.Length), plain, place);
        return plain;
    }

    /// <summary>The key in a file, which is made where there is none: readable by its owner only.</summary>
    /// <exception cref="StoreNotUsableException">What stands there is no key.</exception>
    public static Vault In(string file)
    {
        if (!File.Exists(file)) Keep(Convert.ToBase64String(NewKey()), file);
        return Parse(File.ReadAllText(file).Trim(), file) ?? throw new StoreNotUsableException($"The vault's key in {file} is none: expected are {KeyBytes} random bytes in base64.");
    }

    /// <summary>Writes a key down, readable by its owner only.</summary>
    public static void Keep(string key, string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, options);
        stream.Write(Encoding.ASCII.GetBytes(key));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Null where the text is no key.</summary>
    public static Vault? Parse(string key, string source)
    {
        var bytes = new byte[KeyBytes];
        return Convert.TryFromBase64String(key, bytes, out var written) && written == KeyBytes && bytes.Distinct().Count() > 8 ? new(bytes, source) : null;
    }
}
