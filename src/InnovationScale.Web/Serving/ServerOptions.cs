using InnovationScale.People;
using InnovationScale.Storage;

namespace InnovationScale.Serving;

/// <summary>What every host that serves pages can be told; <see cref="Settings"/> says where from.</summary>
public sealed class ServerOptions
{
    /// <summary>The names of the settings, in the order they are explained.</summary>
    public static IReadOnlyList<string> Keys { get; } =
        [nameof(Data), nameof(Store), nameof(Demo), nameof(Urls), nameof(SignIn), nameof(MinimumCellSize), nameof(UploadMegabytesMax), nameof(UploadsADayMax), nameof(RequestKilobytesMax), nameof(OtlpEndpoint), nameof(Witness), nameof(VaultKey), nameof(PublicUrl)];

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

    /// <summary>The address by which people reach it, for links in mails. Left out: where it listens.</summary>
    public string? PublicUrl { get; init; }

    /// <summary><c>accounts</c>, <c>local-people</c> or <c>off</c>. Left out: accounts, or the chooser in the demonstration.</summary>
    public string? SignIn { get; init; }

    /// <summary>The fewest pupils a kept cell may describe; fewer are pooled with other classes.</summary>
    public int MinimumCellSize { get; init; } = 5;

    /// <summary>The largest file an upload takes.</summary>
    public int UploadMegabytesMax { get; init; } = 10;

    /// <summary>Files taken from one person in a day.</summary>
    public int UploadsADayMax { get; init; } = 100;

    /// <summary>The largest body any other request takes.</summary>
    public int RequestKilobytesMax { get; init; } = 1_024;

    /// <summary>An OpenTelemetry collector that takes OTLP over HTTP, such as <c>http://127.0.0.1:4318</c>. Left out: no telemetry is made or sent.</summary>
    public string? OtlpEndpoint { get; init; }

    /// <summary>A folder outside the database where the signed head of the log is written every day. Left out: one in the data folder, none with <see cref="Store"/>.</summary>
    public string? Witness { get; init; }

    public string? WitnessFolder => Witness ?? (Store is null ? Path.Combine(DataFolder, "witness") : null);

    /// <summary>
    /// The key that opens what is known of people: 32 random bytes in base64, best in a file. Left out: a file in the folder, made at the first start.
    /// </summary>
    public string? VaultKey { get; init; }

    /// <summary>Where mails are put.</summary>
    public string MailFolder => Path.Combine(DataFolder, "mail");

    public string VaultKeyFile => Path.Combine(DataFolder, Vault.KeyFileName);

    /// <exception cref="StoreNotUsableException">There is no key where one must be.</exception>
    public Vault OpenVault() => VaultKey is null ? Vault.In(VaultKeyFile) : Vault.Parse(VaultKey, "--vault-key")!;

    public string DataFolder => Path.GetFullPath(Data ?? Path.Combine(HomeOfData, Demo ? "innovationscale-demo" : "innovationscale"));

    /// <summary>Where the records are, for people.</summary>
    public string Records => Store is null ? DataFolder : PostgresEngine.Describe(Store);

    public ISqlEngine OpenStore() => Store is null ? new SqliteEngine(DataFolder) : new PostgresEngine(Store);

    public SignInMode SignInMode => SignIn switch
    {
        null => Demo ? SignInMode.LocalPeople : SignInMode.Accounts,
        "local-people" => SignInMode.LocalPeople,
        "accounts" => SignInMode.Accounts,
        _ => SignInMode.Off,
    };

    /// <summary>Browsers reach it over https: directly, or through a proxy that <see cref="PublicUrl"/> names.</summary>
    public bool Https => PublicUrl is { } known ? IsHttps(known) : Addresses.All(IsHttps);

    private static bool IsHttps(string address) => address.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopback(string address) => Uri.TryCreate(address, UriKind.Absolute, out var parsed) && parsed.IsLoopback;

    public string[] Addresses => Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>~/.local/share or $XDG_DATA_HOME on Linux, %LOCALAPPDATA% on Windows; without a home, as in some containers, the folder one stands in.</summary>
    private static string HomeOfData => Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home
        ? home
        : Directory.GetCurrentDirectory();

    /// <summary>Reads and checks; mistakes are the settings'.</summary>
    public static ServerOptions Read(Settings from)
    {
        var defaults = new ServerOptions();
        var options = new ServerOptions
        {
            Data = from.Text(nameof(Data)),
            Store = from.Text(nameof(Store)),
            Demo = from.Flag(nameof(Demo), defaults.Demo),
            Urls = from.Text(nameof(Urls), defaults.Urls),
            SignIn = from.Text(nameof(SignIn)),
            PublicUrl = from.Text(nameof(PublicUrl)),
            MinimumCellSize = from.Count(nameof(MinimumCellSize), defaults.MinimumCellSize, 1, 100),
            UploadMegabytesMax = from.Count(nameof(UploadMegabytesMax), defaults.UploadMegabytesMax, 1, 1_000),
            UploadsADayMax = from.Count(nameof(UploadsADayMax), defaults.UploadsADayMax, 1, 1_000_000),
            RequestKilobytesMax = from.Count(nameof(RequestKilobytesMax), defaults.RequestKilobytesMax, 16, 100_000),
            OtlpEndpoint = from.Text(nameof(OtlpEndpoint)),
            Witness = from.Text(nameof(Witness)),
            VaultKey = from.Text(nameof(VaultKey)),
        };
        options.Check(from);
        return options;
    }

    private void Check(Settings from)
    {
        if (SignIn is not (null or "off" or "local-people" or "accounts")) from.Wrong(nameof(SignIn), $"is accounts, local-people or off, not “{SignIn}”.");
        if (SignIn is "local-people" && !Demo && !Addresses.All(IsLoopback))
            from.Wrong(nameof(SignIn), "local-people lets anybody act as anyone: it is for --demo, and for a server that only this machine reaches (--urls http://127.0.0.1:5080).");
        if (PublicUrl is not null && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out var known) && known.Scheme is "http" or "https"))
            from.Wrong(nameof(PublicUrl), $"takes an address such as https://innovationscale.example.org, not “{PublicUrl}”.");
        if (Addresses is []) from.Wrong(nameof(Urls), "names at least one address, such as http://127.0.0.1:5080.");
        foreach (var address in Addresses)
        {
            if (!Uri.TryCreate(address.Replace("//*", "//any", StringComparison.Ordinal).Replace("//+", "//any", StringComparison.Ordinal), UriKind.Absolute, out var parsed)
                || parsed.Scheme is not ("http" or "https"))
            {
                from.Wrong(nameof(Urls), $"takes addresses such as http://127.0.0.1:5080, not “{address}”.");
            }
        }

        if (OtlpEndpoint is not null && !(Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var collector) && collector.Scheme is "http" or "https"))
            from.Wrong(nameof(OtlpEndpoint), $"takes the address of a collector, such as http://127.0.0.1:4318, not “{OtlpEndpoint}”.");
        if (VaultKey is not null && Vault.Parse(VaultKey, "") is null)
            from.Wrong(nameof(VaultKey), $"takes {Vault.KeyBytes} random bytes in base64, as “openssl rand -base64 {Vault.KeyBytes}” makes them.");
        if (Store is not null && NotUnderstood(Store) is { } why) from.Wrong(nameof(Store), $"describes a PostgreSQL database, such as “Host=db.example.org;Database=innovationscale”. {why}");
        if (Witness is not null && (string.IsNullOrWhiteSpace(Witness) || File.Exists(Witness))) from.Wrong(nameof(Witness), $"names a folder, not “{Witness}”.");
        if (Data is not null && string.IsNullOrWhiteSpace(Data)) from.Wrong(nameof(Data), "names a folder.");
        else if (File.Exists(DataFolder)) from.Wrong(nameof(Data), $"names a folder, but {DataFolder} is a file.");
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
}
