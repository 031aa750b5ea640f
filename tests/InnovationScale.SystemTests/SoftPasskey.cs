using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace InnovationScale;

/// <summary>An authenticator and its browser in a few lines (WebAuthn level 3, ES256, no attestation), which also do what no honest ones do.</summary>
public sealed class SoftPasskey(string site)
{
    private const byte Present = 0x01, Verified = 0x04, Attested = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(16);
    private string? user;

    /// <summary>Of the page that the browser says it is at.</summary>
    public required string Origin { get; set; }

    public uint Count { get; set; }

    /// <summary>Whether the device asks for a finger or a number.</summary>
    public bool KnowsItsUser { get; set; } = true;

    /// <summary>Answers what a page asks for, to make a passkey.</summary>
    public string Make(string options)
    {
        var asked = JsonNode.Parse(options)!;
        // Whoever comes later is shown what was made for the first.
        user ??= (string)asked["user"]!["id"]!;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        byte[] cose = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
        byte[] data = [.. Data(Attested), .. new byte[16], 0, (byte)id.Length, .. id, .. cose];
        byte[] attestation = [0xa3, .. Text("fmt"), .. Text("none"), .. Text("attStmt"), 0xa0, .. Text("authData"), 0x58, (byte)data.Length, .. data];
        return Credential(new()
        {
            ["clientDataJSON"] = Written(Client("webauthn.create", (string)asked["challenge"]!)), ["attestationObject"] = Written(attestation), ["transports"] = new JsonArray("internal"),
        });
    }

    /// <summary>Answers what a page asks for, to use it.</summary>
    public string Use(string options)
    {
        Count++;
        var (data, client) = (Data(0), Client("webauthn.get", (string)JsonNode.Parse(options)!["challenge"]!));
        var signature = key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new() { ["clientDataJSON"] = Written(client), ["authenticatorData"] = Written(data), ["signature"] = Written(signature), ["userHandle"] = user });
    }

    private byte[] Data(byte more)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, Count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(site)), (byte)(Present | (KnowsItsUser ? Verified : 0) | more), .. count];
    }

    private byte[] Client(string type, string challenge) => JsonSerializer.SerializeToUtf8Bytes(new { type, challenge, origin = Origin, crossOrigin = false });

    private string Credential(JsonObject response) => new JsonObject
    {
        ["id"] = Written(id), ["rawId"] = Written(id), ["type"] = "public-key", ["clientExtensionResults"] = new JsonObject(), ["response"] = response,
    }.ToJsonString();

    private static byte[] Text(string text) => [(byte)(0x60 | text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static string Written(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
