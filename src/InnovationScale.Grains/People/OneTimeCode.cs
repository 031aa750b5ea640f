using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace InnovationScale.People;

/// <summary>Codes of six digits that change every half minute, as authenticator apps show them (RFC 6238 over HOTP, RFC 4226, with HMAC-SHA1).</summary>
public static class OneTimeCode
{
    private const int StepSeconds = 30, KeyBytes = 20, Digits = 6;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string NewKey() => Written(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>What an app reads from a link or a picture.</summary>
    public static string Link(string key, string name) => $"otpauth://totp/InnovationScale:{Uri.EscapeDataString(name)}?secret={key}&issuer=InnovationScale";

    /// <summary>The code at a time.</summary>
    public static string At(string key, DateTimeOffset time) => Of(Read(key), StepOf(time));

    /// <summary>The step that a code belongs to, of this half minute and the ones beside it; null where it fits none. Whoever asks takes each step once.</summary>
    public static long? StepOf(string key, string? code, DateTimeOffset now)
    {
        var typed = new string([.. (code ?? "").Where(char.IsAsciiDigit)]);
        if (key.Length == 0 || typed.Length != Digits) return null;
        var bytes = Read(key);
        long? found = null;
        // All three, so that the time it takes tells nothing.
        for (var step = StepOf(now) - 1; step <= StepOf(now) + 1; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Of(bytes, step)), Encoding.ASCII.GetBytes(typed))) found = step;
        }

        return found;
    }

    private static long StepOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    private static string Of(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[8], hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        HMACSHA1.HashData(key, counter, hash);
        // Dynamic truncation (RFC 4226, 5.3).
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xf)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static string Written(byte[] bytes)
    {
        var text = new StringBuilder();
        for (var bit = 0; bit < bytes.Length * 8; bit += 5)
        {
            var letter = 0;
            for (var n = bit; n < bit + 5; n++) letter = (letter << 1) | (n < bytes.Length * 8 ? (bytes[n / 8] >> (7 - (n % 8))) & 1 : 0);
            text.Append(Base32[letter]);
        }

        return text.ToString();
    }

    private static byte[] Read(string key)
    {
        var bytes = new byte[key.Length * 5 / 8];
        for (var n = 0; n < bytes.Length * 8; n++)
        {
            if (((Base32.IndexOf(key[n / 5], StringComparison.Ordinal) >> (4 - (n % 5))) & 1) == 1) bytes[n / 8] |= (byte)(0x80 >> (n % 8));
        }

        return bytes;
    }
}
