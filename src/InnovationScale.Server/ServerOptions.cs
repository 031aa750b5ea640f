using System.Globalization;
using InnovationScale.People;
using InnovationScale.Storage;

namespace InnovationScale.Server;

/// <summary>
/// Everything that can be set, read once at start: from the command line (<c>--sign-in local-people</c>), else the environment
/// (<c>INNOVATIONSCALE_SIGN_IN</c>), else appsettings.json beside the program (<c>"SignIn"</c>).
/// </summary>
internal sealed class ServerOptions
{
    private const string EnvironmentPrefix = "INNOVATIONSCALE_";

    /// <summary>The names of the settings, in the order they are explained.</summary>
    public static readonly string[] Keys =
        [nameof(Data), nameof(Store), nameof(Demo), nameof(Urls), nameof(SignIn), nameof(MinimumCellSize), nameof(UploadMegabytesMax), nameof(UploadsADayMax), nameof(RequestKilobytesMax)];

    /// <summary>The folder that keeps the records. Left out: the user's own folder for application data, one for real records and another for the demonstration.</summary>
    public string? Data { get; init; }

    /// <summary>
    /// A PostgreSQL database for the records, such as <c>Host=db.example.org;Database=innovationscale;Username=innovationscale</c>. Several servers
    /// may share it. Left out: SQLite in the folder.
    /// </summary>
    public string? Store { get; init; }

    /// <summary>Loads invented schools, people and results, says so on every page, and turns the chooser on.</summary>
    public bool Demo { get; init; }

    /// <summary>Where to listen, with semicolons between. Loopback unless asked otherwise.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:5080";

    /// <summary><c>off</c> or <c>local-people</c>. Left out: off, or the chooser in the demonstration.</summary>
    public string? SignIn { get; init; }

    /// <summary>The fewest pupils a kept cell may describe; fewer are pooled with other classes.</summary>
    public int MinimumCellSize { get; init; } = 5;

    /// <summary>The largest file an upload takes.</summary>
    public int UploadMegabytesMax { get; init; } = 10;

    /// <summary>Files taken from one person in a day.</summary>
    public int UploadsADayMax { get; init; } = 100;

    /// <summary>The largest body any other request takes.</summary>
    public int RequestKilobytesMax { get; init; } = 1_024;

    public string DataFolder => Path.GetFullPath(Data ?? Path.Combine(HomeOfData, Demo ? "innovationscale-demo" : "innovationscale"));

    /// <summary>Where the records are, for people.</summary>
    public string Records => Store is null ? DataFolder : PostgresEngine.Describe(Store);

    public ISqlEngine OpenStore() => Store is null ? new SqliteEngine(DataFolder) : new PostgresEngine(Store);

    public SignInMode SignInMode => SignIn is null ? Demo ? SignInMode.LocalPeople : SignInMode.Off : SignIn is "local-people" ? SignInMode.LocalPeople : SignInMode.Off;

    public bool Https => Addresses.All(address => address.StartsWith("https://", StringComparison.OrdinalIgnoreCase));

    public string[] Addresses => Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>~/.local/share or $XDG_DATA_HOME on Linux, %LOCALAPPDATA% on Windows; without a home, as in some containers, the folder one stands in.</summary>
    private static string HomeOfData => Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home
        ? home
        : Directory.GetCurrentDirectory();

    /// <summary>Reads and checks every setting; all mistakes are told at once, each naming its key.</summary>
    public static bool TryRead(string[] args, out ServerOptions options, out IConfiguration configuration, out IReadOnlyList<string> mistakes)
    {
        var found = new List<string>();
        configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddInMemoryCollection(FromEnvironment())
            .AddInMemoryCollection(CommandLine.Read(args, found))
            .Build();
        options = Bind(configuration, found);
        options.Check(found);
        mistakes = found;
        return found is [];
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

    private static ServerOptions Bind(IConfiguration from, List<string> mistakes)
    {
        var defaults = new ServerOptions();
        return new ServerOptions
        {
            Data = from[nameof(Data)],
            Store = from[nameof(Store)],
            Demo = Flag(nameof(Demo), defaults.Demo),
            Urls = from[nameof(Urls)] ?? defaults.Urls,
            SignIn = from[nameof(SignIn)],
            MinimumCellSize = Count(nameof(MinimumCellSize), defaults.MinimumCellSize),
            UploadMegabytesMax = Count(nameof(UploadMegabytesMax), defaults.UploadMegabytesMax),
            UploadsADayMax = Count(nameof(UploadsADayMax), defaults.UploadsADayMax),
            RequestKilobytesMax = Count(nameof(RequestKilobytesMax), defaults.RequestKilobytesMax),
        };

        bool Flag(string key, bool left) => from[key] switch
        {
            null => left,
            { } text when bool.TryParse(text, out var value) => value,
            { } text => Wrong(key, $"is true or false, not “{text}”.", left),
        };

        int Count(string key, int left) => from[key] switch
        {
            null => left,
            { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) => value,
            { } text => Wrong(key, $"is a whole number, not “{text}”.", left),
        };

        T Wrong<T>(string key, string sentence, T left)
        {
            mistakes.Add(About(key, sentence));
            return left;
        }
    }

    private void Check(List<string> mistakes)
    {
        if (SignIn is not (null or "off" or "local-people")) mistakes.Add(About(nameof(SignIn), $"is off or local-people, not “{SignIn}”."));
        if (MinimumCellSize is < 1 or > 100) mistakes.Add(About(nameof(MinimumCellSize), "is 1 to 100."));
        if (UploadMegabytesMax is < 1 or > 1_000) mistakes.Add(About(nameof(UploadMegabytesMax), "is 1 to 1000."));
        if (UploadsADayMax is < 1 or > 1_000_000) mistakes.Add(About(nameof(UploadsADayMax), "is 1 to 1000000."));
        if (RequestKilobytesMax is < 16 or > 100_000) mistakes.Add(About(nameof(RequestKilobytesMax), "is 16 to 100000."));
        if (Addresses is []) mistakes.Add(About(nameof(Urls), "names at least one address, such as http://127.0.0.1:5080."));
        foreach (var address in Addresses)
        {
            if (!Uri.TryCreate(address.Replace("//*", "//any", StringComparison.Ordinal).Replace("//+", "//any", StringComparison.Ordinal), UriKind.Absolute, out var parsed)
                || parsed.Scheme is not ("http" or "https"))
            {
                mistakes.Add(About(nameof(Urls), $"takes addresses such as http://127.0.0.1:5080, not “{address}”."));
            }
        }

        if (Store is not null && NotUnderstood(Store) is { } why) mistakes.Add(About(nameof(Store), $"describes a PostgreSQL database, such as “Host=db.example.org;Database=innovationscale”. {why}"));
        if (Data is not null && string.IsNullOrWhiteSpace(Data)) mistakes.Add(About(nameof(Data), "names a folder."));
        else if (File.Exists(DataFolder)) mistakes.Add(About(nameof(Data), $"names a folder, but {DataFolder} is a file."));
    }

    private static string? NotUnderstood(string store)
    {
        try
        {
            PostgresEngine.Describe(store);
            return null;
        }
        catch (ArgumentException mistake)
        {
            return mistake.Message;
        }
    }

    private static string About(string key, string sentence) => $"{CommandLine.Switch(key)} {sentence}";
}
