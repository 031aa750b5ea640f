using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace InnovationScale.Trials;

/// <summary>One pupil, class or school, and the group that the lot put it into. Those of pupils are computed and never kept.</summary>
public sealed record DrawnLot(string Unit, string Arm);

/// <summary>
/// Lots that anybody draws again with nothing but SHA-256: in each block the units are put in the order of the hashes of seed, line feed and name, and dealt to
/// the groups by turns. Where a block cannot be dealt evenly, the hash of seed, line feed and the block's name says with which group the turns begin.
/// </summary>
public static class Lots
{
    /// <summary>Names these rules: the same seed and the same units give the same lots for ever.</summary>
    public const string Method = "hash-order/1";

    /// <param name="turns">The groups by turns, such as <c>talk, usual</c>; one with twice the share stands in it twice.</param>
    /// <param name="blockOf">Units of one block are dealt among themselves, such as the classes of a school.</param>
    public static ImmutableArray<DrawnLot> Draw(string seed, IEnumerable<string> units, ImmutableArray<string> turns, Func<string, string> blockOf) =>
    [
        .. units.GroupBy(blockOf, StringComparer.Ordinal).OrderBy(block => block.Key, StringComparer.Ordinal).SelectMany(block =>
        {
            var first = Hash(seed, block.Key)[0] % turns.Length;
            return block.OrderBy(unit => Convert.ToHexString(Hash(seed, unit)), StringComparer.Ordinal).Select((unit, n) => new DrawnLot(unit, turns[(first + n) % turns.Length]));
        }),
    ];

    /// <summary>Tells whether a list is the one that was drawn from, without telling who is on it: the hash of its sorted lines, as <c>LC_ALL=C sort | sha256sum</c> gives it.</summary>
    public static string HashOf(IEnumerable<string> units) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(units.Order(StringComparer.Ordinal).Select(unit => $"{unit}\n")))));

    /// <summary>The commitment to a seed, as a plan names it.</summary>
    public static string SealOf(string seed) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)));

    private static byte[] Hash(string seed, string name) => SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{name}"));
}
