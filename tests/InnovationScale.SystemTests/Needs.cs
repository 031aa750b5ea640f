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

    /// <summary>Why a test of pages cannot run here; null where it can or must.</summary>
    public static string? Missing => File.Exists(Path) || Environment.GetEnvironmentVariable("CI") is "true" ? null : $"{Path} is not installed: tests/run installs it.";
}

/// <summary>A fact that needs strace, which lets system calls fail. The rule of <see cref="NeedsChromiumFactAttribute"/> holds.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsStraceFactAttribute : FactAttribute
{
    private const string Path = "/usr/bin/strace";

    public NeedsStraceFactAttribute() =>
        Skip = File.Exists(Path) || Environment.GetEnvironmentVariable("CI") is "true" ? null : $"{Path} is not installed: tests/run installs it.";
}
