namespace InnovationScale.People;

/// <summary>Names a device roughly, so that a person tells her sessions apart: no more of what a browser says of itself is kept.</summary>
public static class Devices
{
    // In the order in which they are looked for: most browsers also call themselves Chrome and Safari.
    private static readonly (string Mark, string Name)[] Browsers = [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari")];
    private static readonly (string Mark, string Name)[] Systems = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS", "macOS"), ("Linux", "Linux")];

    public static string Name(string agent) => (Of(Browsers, agent), Of(Systems, agent)) switch
    {
        ({ } browser, { } system) => $"{browser}, {system}",
        var (browser, system) => browser ?? system ?? "?",
    };

    private static string? Of((string Mark, string Name)[] known, string agent) => known.FirstOrDefault(one => agent.Contains(one.Mark, StringComparison.Ordinal)).Name;
}
