using System.Text.RegularExpressions;

namespace InnovationScale.Languages;

public partial class TheStyleSheet
{
    private static readonly string Sheet = Comment().Replace(File.ReadAllText(Path.Combine(Project.Root, "src", "InnovationScale.Web", "wwwroot", "site.css")), "");

    [Fact]
    public void Says_start_and_end_so_that_it_serves_both_directions_of_writing() =>
        Assert.Equal([], Side().Matches(Sheet).Select(match => match.Value));

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline, 5000)]
    private static partial Regex Comment();

    /// <summary>The number of a printed page stands where every printer puts it: <c>@bottom-right</c>.</summary>
    [GeneratedRegex(@"[^;{}\n]*(?<!@bottom-)\b(left|right)\b[^;{}\n]*", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Side();
}
