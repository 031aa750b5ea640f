using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace InnovationScale;

/// <summary>The person who asks, with the roles she holds today.</summary>
/// <param name="Person">The person's id; empty for somebody who is not signed in.</param>
public sealed record Principal(string Person, string Name, ImmutableArray<HeldRole> Roles)
{
    public static Principal Anonymous { get; } = new("", "", [new(Role.Public, "")]);

    /// <summary>The product itself, for steps that follow from an earlier event.</summary>
    public static Principal System { get; } = new("system", "InnovationScale", [new(Role.System, "")]);

    /// <summary>The product asks, for the person, who is the one who acts.</summary>
    public static Principal Of(string person) => new(person, "", [new(Role.System, "")]);

    public bool IsSignedIn => Person.Length > 0;

    public bool Is(Role role) => Roles.Any(r => r.Role == role);
}

/// <summary>What comes with a command besides the command: its id, the person's reason, and the version she had read.</summary>
/// <param name="CommandId">Made by the client; the same id takes effect once.</param>
/// <param name="ExpectedVersion">From If-Match, or a form's hidden field; null where any version will do.</param>
public sealed record Request(string CommandId, string? Reason = null, long? ExpectedVersion = null)
{
    /// <summary>The request of a further command that belongs to this one: its id follows from this one's, its version from the command before it.</summary>
    public Request Part(int n) => new($"{CommandId}#{n.ToString(global::System.Globalization.CultureInfo.InvariantCulture)}", Reason);
}

/// <summary>
/// New ids, made from the command that creates the record: sending the command again names the same record, and nobody can guess another's.
/// </summary>
public static class Ids
{
    private const string Letters = "23456789abcdefghjkmnpqrstuvwxyz";

    /// <summary>Sixteen letters and digits without look-alikes (79 bits) from the principal, the command id and what is made.</summary>
    public static string For(Principal who, Request request, string kind)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{who.Person}\n{request.CommandId}"));
        var number = new global::System.Numerics.BigInteger(hash.AsSpan(0, 16), isUnsigned: true);
        var id = new char[16];
        for (var i = 0; i < id.Length; i++)
        {
            number = global::System.Numerics.BigInteger.DivRem(number, Letters.Length, out var letter);
            id[i] = Letters[(int)letter];
        }

        return new(id);
    }
}
