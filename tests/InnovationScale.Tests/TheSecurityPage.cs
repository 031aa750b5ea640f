using System.Text.RegularExpressions;

namespace InnovationScale;

/// <summary>SECURITY.md names the tests that its requirements rest on.</summary>
public sealed partial class TheSecurityPage
{
    [Fact]
    public void Names_tests_that_there_are()
    {
        var named = File.ReadLines(Path.Combine(Project.Root, "SECURITY.md")).Where(line => line.StartsWith("| V", StringComparison.Ordinal))
            .SelectMany(line => InCode().Matches(line.Split('|')[^2]).Select(match => match.Groups["name"].Value)).ToHashSet(StringComparer.Ordinal);
        var there = Directory.EnumerateFiles(Path.Combine(Project.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Class().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value)).ToHashSet(StringComparer.Ordinal);

        Assert.InRange(named.Count, 10, int.MaxValue);
        Assert.Subset(there, named);
    }

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z]+)`", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex InCode();

    [GeneratedRegex(@"\bclass (?<name>[A-Z][A-Za-z]+)", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Class();
}
