using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace InnovationScale.People;

/// <summary>Secrets that are handed out once and known by their hash from then on. They hold 256 random bits, so that a plain hash gives nothing away.</summary>
public static class Secret
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Sha256(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

/// <summary>What an invitation's link carries: whose account it opens, and the secret.</summary>
public readonly record struct InvitationKey(string Person, string Secret)
{
    public override string ToString() => $"{Person}.{Secret}";

    public static InvitationKey Read(string? text) => text?.Split('.') is [{ Length: > 0 } person, { Length: > 0 } secret] ? new(person, secret) : default;
}
