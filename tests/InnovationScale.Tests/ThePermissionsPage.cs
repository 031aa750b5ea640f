using System.Text.Json;

namespace InnovationScale;

/// <summary>grains-docs/permissions.md shows the access table as the product has it: a row more, less or other fails.</summary>
public sealed class ThePermissionsPage
{
    private const string Heading = "| action | who |\n| --- | --- |\n";

    [Fact]
    public void Shows_the_table_as_it_is()
    {
        var page = File.ReadAllText(Path.Combine(Project.Root, "grains-docs", "permissions.md"));
        var table = string.Concat(Product.Compose().Access.Table.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => $"| `{row.Key}` | {Who([.. row.Value])} |\n"));
        Assert.True(page[(page.IndexOf(Heading, StringComparison.Ordinal) + Heading.Length)..] == table, $"grains-docs/permissions.md should end so:\n{Heading}{table}");
    }

    private static string Who(Grant[] grants) => grants switch
    {
        [{ Role: Role.Public }] => "everybody",
        _ => string.Join("; ", grants.GroupBy(grant => grant.To).Select(alike => $"{Roles([.. alike.Select(grant => grant.Role)])}{Where(alike.Key)}")),
    };

    private static string Roles(HashSet<Role> roles) => roles switch
    {
        _ when roles.SetEquals(Access.SignedIn.Select(grant => grant.Role)) => "everybody signed in",
        _ when roles.SetEquals(Access.Working.Select(grant => grant.Role)) => "everybody signed in but admin and auditor",
        _ => string.Join(", ", roles.Select(role => Kebab(role.ToString()))),
    };

    private static string Where(Relation to) => to is Relation.Anywhere ? "" : $" ({string.Join(", ", Enum.GetValues<Relation>().Where(one => one is not Relation.None && to.HasFlag(one)).Select(one => Kebab(one.ToString())))})";

    private static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}
