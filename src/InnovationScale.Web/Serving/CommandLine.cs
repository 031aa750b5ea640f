using System.Globalization;

namespace InnovationScale.Serving;

/// <summary>
/// Settings as people type them: <c>--data DIR</c>, <c>--data=DIR</c>, and bare switches such as <c>--demo</c>. The framework's own
/// reader takes the next switch for the value of a bare one, hence this.
/// </summary>
public static class CommandLine
{
    /// <summary>Read by the host itself; test hosts and service managers set them.</summary>
    private static readonly string[] HostSettings = ["environment", "contentroot", "applicationname"];

    /// <summary>Settings by key: <c>--sign-in local-people</c> is <c>SignIn</c>. Words that belong to no switch are mistakes.</summary>
    public static Dictionary<string, string?> Read(string[] args, IReadOnlyList<string> keys, ICollection<string> mistakes)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < args.Length; at++)
        {
            if (!args[at].StartsWith("--", StringComparison.Ordinal) || args[at].Length is 2)
            {
                mistakes.Add($"“{args[at]}” belongs to no setting. Settings look like --data DIR or --demo.");
                continue;
            }

            var equals = args[at].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? args[at][2..] : args[at][2..equals];
            var value = equals >= 0 ? args[at][(equals + 1)..]
                : at + 1 < args.Length && !args[at + 1].StartsWith("--", StringComparison.Ordinal) ? args[++at]
                : "true";
            if (!settings.TryAdd(KeyOf(name), value)) mistakes.Add($"--{name} is given twice.");
            else if (!IsKnown(KeyOf(name), keys)) mistakes.Add($"--{name} is no setting. Known: {string.Join(", ", keys.Select(Switch))}.");
        }

        return settings;
    }

    /// <summary>What the framework's host may see: only its own settings, written the way it reads them.</summary>
    public static string[] ForHost(string[] args) => [.. Read(args, [], []).Where(one => HostSettings.Contains(one.Key, StringComparer.OrdinalIgnoreCase)).Select(one => $"--{one.Key}={one.Value}")];

    /// <summary><c>SignIn</c> as typed: <c>--sign-in</c>.</summary>
    public static string Switch(string key) => $"--{System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(key)}";

    private static string KeyOf(string name) => name.Replace("-", "", StringComparison.Ordinal).ToLower(CultureInfo.InvariantCulture);

    private static bool IsKnown(string key, IReadOnlyList<string> keys) => key.Contains(':', StringComparison.Ordinal)
        || HostSettings.Contains(key, StringComparer.OrdinalIgnoreCase)
        || keys.Any(known => key.Equals(known, StringComparison.OrdinalIgnoreCase) || key.Equals(known + "File", StringComparison.OrdinalIgnoreCase));
}
