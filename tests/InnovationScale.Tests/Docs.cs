using System.Text.Json;
using System.Text.RegularExpressions;
using InnovationScale.Pilots;

namespace InnovationScale;

/// <summary>
/// grains-docs has a page for every kind of grain, and the page lists exactly the commands, events and refusals the code has: no more, no
/// less. Names stand first in a table's row, in backticks, under the heading they belong to.
/// </summary>
public partial class TheGrainsDocumentation
{
    private static readonly string Docs = Path.Combine(Project.Root, "grains-docs");

    public static TheoryData<string> Kinds() => [.. Aggregates.All.Select(a => a.Kind)];

    [Theory, MemberData(nameof(Kinds))]
    public void Has_one_shape(string kind) => Assert.Equal(
        ["Identity", "What it is for", "State", "Commands", "Events", .. kind == "pilot" ? ["Gates"] : Array.Empty<string>(), "Refusals"],
        Heading().Matches(Page(kind)).Select(m => m.Groups["name"].Value));

    [Theory, MemberData(nameof(Kinds))]
    public void Lists_every_command(string kind)
    {
        var aggregate = Aggregates.All.Single(a => a.Kind == kind);
        Assert.Equal(Aggregates.Cases(aggregate.CommandType).Select(t => JsonNamingPolicy.KebabCaseLower.ConvertName(t.Name)).Order(StringComparer.Ordinal), Listed(kind, "Commands"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Lists_every_event(string kind) => Assert.Equal(Aggregates.All.Single(a => a.Kind == kind).EventNames.Keys, Listed(kind, "Events"));

    [Theory, MemberData(nameof(Kinds))]
    public void Lists_every_refusal(string kind) => Assert.Equal(Refusals(Aggregates.All.Single(a => a.Kind == kind)), Listed(kind, "Refusals"));

    [Fact]
    public void Lists_every_gate_of_a_pilot_with_who_signs_and_what_is_asked() => Assert.Equal(
        Rows(), Section("pilot", "Gates").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)));

    internal static IEnumerable<string> Rows() => PilotGates.Of(PilotGates.CurrentPolicy).GroupBy(g => g.Name).Select(Row);

    private static string Row(IGrouping<string, PilotGate> gates) =>
        $"| `{gates.Key}` | {string.Join(" | ", Enum.GetValues<Preset>().Select(preset => gates.SingleOrDefault(g => g.Preset == preset) is { } gate ? Cell(gate) : "-"))} |";

    private static string Cell(PilotGate gate)
    {
        var signers = string.Join(" and ", gate.Signers.Select(s => s.Code)) + (gate.OrWholeTeam ? ", or the whole team" : "");
        var asked = gate.Needs.Select(n => n.Code).Concat(gate.AsksReason ? ["reason"] : Array.Empty<string>()).ToList();
        return asked.Count == 0 ? signers : $"{signers}: {string.Join(", ", asked)}";
    }

    [Fact]
    public void Has_a_map_that_names_every_page()
    {
        var map = File.ReadAllText(Path.Combine(Docs, "README.md"));
        Assert.All(Aggregates.All, a => Assert.Contains($"]({a.Kind}.md)", map));
    }

    private static string Page(string kind) => File.ReadAllText(Path.Combine(Docs, $"{kind}.md"));

    private static string Section(string kind, string heading) => Page(kind).Split($"\n## {heading}\n")[1].Split("\n## ")[0];

    private static IEnumerable<string> Listed(string kind, string heading) =>
        Named().Matches(Section(kind, heading)).Select(m => m.Groups["name"].Value).Order(StringComparer.Ordinal);

    // An aggregate's refusals stand in its feature's folder; where two live in one folder, in the files that begin with its name.
    private static IEnumerable<string> Refusals(Aggregates aggregate)
    {
        var domain = Path.Combine(Project.Root, "src", "InnovationScale.Domain");
        var folder = Path.Combine(domain, aggregate.Type.Namespace!.Split('.')[^1]);
        var alone = Aggregates.All.Count(a => a.Type.Namespace == aggregate.Type.Namespace) == 1;
        var source = string.Concat(Directory.GetFiles(folder, alone ? "*.cs" : $"{aggregate.Type.Name}*.cs").Select(File.ReadAllText));
        var shared = Shared.Where(s => source.Contains(s.Used)).Select(s => File.ReadAllText(Path.Combine(domain, s.File)));
        var steps = Table().Match(source) is { Success: true } table
            ? new[] { $"{table.Groups["noun"].Value}-role", $"{table.Groups["noun"].Value}-state", $"{table.Groups["noun"].Value}-unknown", "reason-needed" }
            : [];
        return shared.Prepend(source).SelectMany(text => Refused().Matches(text).Select(m => m.Groups["code"].Value)).Concat(steps)
            .Distinct().Order(StringComparer.Ordinal);
    }

    /// <summary>Rules that several aggregates call upon, with the file their refusals stand in.</summary>
    private static readonly (string Used, string File)[] Shared =
    [
        ("ContextProfile.Fault(", "People/Context.cs"),
        ("CellRules.", "Trials/CellRules.cs"),
    ];

    private const int Patience = 5000;

    [GeneratedRegex("^## (?<name>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| `(?<name>[a-z0-9-]+)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Named();

    [GeneratedRegex("""(new Refusal|Refusal\.(Invalid|NotAllowed|NotFound)|Refusal \w+\([^)]*\) => new)\(\s*"(?<code>[a-z0-9-]+)",""", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Refused();

    [GeneratedRegex("""Steps<\w+> \w+ \{ get; \} = new\("(?<noun>\w+)",""", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Table();
}
