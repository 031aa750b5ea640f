namespace InnovationScale;

/// <summary>
/// A fact that needs Debian's Chromium. Where it is absent the fact is skipped and says so; under CI=true nothing may be skipped, so
/// there it runs and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsChromiumFactAttribute : FactAttribute
{
    public NeedsChromiumFactAttribute() => Skip = Chromium.Missing;
}

/// <inheritdoc cref="NeedsChromiumFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsChromiumTheoryAttribute : TheoryAttribute
{
    public NeedsChromiumTheoryAttribute() => Skip = Chromium.Missing;
}

internal static class Chromium
{
    public const string Path = "/usr/bin/chromium";

    public static string? Missing => Needs.Missing(Path);
}

/// <summary>A fact that needs strace, which lets system calls fail. The rule of <see cref="NeedsChromiumFactAttribute"/> holds.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsStraceFactAttribute : FactAttribute
{
    public NeedsStraceFactAttribute() => Skip = Needs.Missing(Needs.Strace);
}

/// <inheritdoc cref="NeedsStraceFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsStraceTheoryAttribute : TheoryAttribute
{
    public NeedsStraceTheoryAttribute() => Skip = Needs.Missing(Needs.Strace);
}

internal static class Needs
{
    public const string Strace = "/usr/bin/strace";

    /// <summary>Why a test cannot run here; null where it can or must.</summary>
    public static string? Missing(string program) =>
        File.Exists(program) || Environment.GetEnvironmentVariable("CI") is "true" ? null : $"{program} is not installed: tests/run installs it.";
}

/// <summary>A fact that needs R with metafor and jsonlite, which nobody has to install: where they are absent it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsRFactAttribute : FactAttribute
{
    public NeedsRFactAttribute() => Skip = File.Exists("/usr/bin/Rscript") && Libraries.Any(library => Directory.Exists(Path.Combine(library, "metafor")))
        && Libraries.Any(library => Directory.Exists(Path.Combine(library, "jsonlite"))) ? null : "R with metafor and jsonlite is not installed.";

    private static string[] Libraries { get; } = ["/usr/lib/R/site-library", "/usr/local/lib/R/site-library", "/usr/lib/R/library"];
}
