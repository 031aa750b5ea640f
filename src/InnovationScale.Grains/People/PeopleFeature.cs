using InnovationScale.Storage;
using static InnovationScale.Role;

namespace InnovationScale.People;

/// <summary>Schools and people as the host runs and lists them.</summary>
public static class PeopleFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Schools]).Add([People, Roles]);
        access
            .Allow<RegisterSchool>(Admin, Facilitator, Role.System).Allow<RenameSchool>(Admin, SchoolLead)
            .Allow<DescribeSchoolContext>(Teacher, SchoolLead, Researcher, Facilitator, Role.System)
            .Allow<RegisterPerson>(Admin, Role.System).Allow<RenamePerson>(Admin, Role.System).Allow<MovePerson>(Admin, Role.System)
            .Allow<GrantRole>(Admin, SchoolLead, Role.System).Allow<EndRole>(Access.SignedIn)
            .Allow("read-school", Access.Everybody).Allow("list-schools", Access.Everybody).Allow("list-people", Access.SignedIn);
    }

    public static ReadTable<School> Schools { get; } = ReadTable<School>.OneRow("school", 1,
        [("name", "text"), ("country", "text"), ("network", "text"), ("locality", "text"), ("version", "bigint")], ["name", "country"],
        view => [view.State.Name, view.State.Country, view.State.Network, view.State.Context.GetValueOrDefault("locality")?.Value, view.Version]);

    public static ReadTable<Person> People { get; } = ReadTable<Person>.OneRow("person", 1,
        [("name", "text"), ("home", "text"), ("version", "bigint")], ["home", "name"],
        view => [view.State.DisplayName, view.State.Home, view.Version]);

    public static ReadTable<Person> Roles { get; } = new("person_role", 1,
        [("role", "text"), ("held_in", "text"), ("from_day", "text"), ("until_day", "text")], ["held_in"],
        view => view.State.Roles.Select(r => new object?[] { r.Role.Role.ToString(), r.Role.In, r.From.ToString("O"), r.Until?.ToString("O") }),
        many: true, same: (before, after) => before.Roles == after.Roles);
}
