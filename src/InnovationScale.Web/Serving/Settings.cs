using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace InnovationScale.Serving;

/// <summary>
/// Everything that can be set, read once at start: from the command line (<c>--sign-in local-people</c>), else the environment
/// (<c>INNOVATIONSCALE_SIGN_IN</c>), else appsettings.json beside the program (<c>"SignIn"</c>). A setting whose name ends in File
/// (<c>INNOVATIONSCALE_STORE_FILE</c>) names a file that holds the value, as secrets are handed to containers. All mistakes are told at once.
/// </summary>
public sealed class Settings
{
    private const string EnvironmentPrefix = "INNOVATIONSCALE_";
    private const string FromFile = "File";

    private readonly List<string> mistakes = [];

    /// <param name="keys">The names of the settings, in the order they are explained.</param>
    public Settings(string[] args, IReadOnlyList<string> keys)
    {
        Configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddInMemoryCollection(FromEnvironment())
            .AddInMemoryCollection(CommandLine.Read(args, keys, mistakes))
            .Build();
    }

    public IConfiguration Configuration { get; }

    public IReadOnlyList<string> Mistakes => mistakes;

    public string? Text(string key)
    {
        if (Configuration[key + FromFile] is not { } file) return Configuration[key];
        if (File.Exists(file)) return File.ReadAllText(file).Trim();
        Wrong(key + FromFile, $"names a file, but there is none at {file}.");
        return null;
    }

    public string Text(string key, string left) => Text(key) ?? left;

    public bool Flag(string key, bool left) => Text(key) switch
    {
        null => left,
        { } text when bool.TryParse(text, out var value) => value,
        { } text => Wrong(key, $"is true or false, not “{text}”.", left),
    };

    public int Count(string key, int left, int least, int most) => Text(key) switch
    {
        null => left,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most => value,
        { } text => Wrong(key, $"is a whole number from {least} to {most}, not “{text}”.", left),
    };

    /// <summary>Notes a mistake about a setting.</summary>
    public void Wrong(string key, string sentence) => mistakes.Add($"{CommandLine.Switch(key)} {sentence}");

    private T Wrong<T>(string key, string sentence, T left)
    {
        Wrong(key, sentence);
        return left;
    }

    private static Dictionary<string, string?> FromEnvironment()
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (System.Collections.DictionaryEntry one in Environment.GetEnvironmentVariables())
        {
            if (one.Key is not string name || !name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase)) continue;

            settings[name[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal)] = one.Value as string;
        }

        return settings;
    }
}
