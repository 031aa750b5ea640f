using System.Collections.Frozen;
using System.Collections.Immutable;
using InnovationScale.People;

namespace InnovationScale.Demonstration;

/// <summary>Somebody of the story. Nobody of this name is meant.</summary>
/// <param name="Home">The school or organisation she works in.</param>
internal sealed record LanternPerson(string Id, string Name, string Home, params ImmutableArray<HeldRole> Roles);

/// <summary>The people of the story, their homes and roles.</summary>
internal static class LanternPeople
{
    internal const string Network = "lantern";

    private const string Committee = TalkFirstDecided.Committee, Fund = "paper-boat-fund", Outside = "outside";

    public static ImmutableArray<LanternPerson> All { get; } =
    [
        // Schools with a lead in the system.
        Teacher("amina", "Amina", "heron-bay"), Teacher("joseph", "Joseph", "heron-bay"), Lead("wanjiru", "Wanjiru", "heron-bay"),
        Teacher("otieno", "Otieno", "lake-road"), Lead("achieng", "Achieng", "lake-road"),
        Teacher("lucia", "Lucía", "casa-del-colibri"), Lead("mateo", "Mateo", "casa-del-colibri"),
        Teacher("valentina", "Valentina", "las-golondrinas"), Lead("hernan", "Hernán", "las-golondrinas"),
        Teacher("rasha", "Rasha", "olive-hill"), Lead("samir", "Samir", "olive-hill"),
        Teacher("fatou", "Fatou", "sand-street"), Lead("mamadou", "Mamadou", "sand-street"),
        Teacher("ousmane", "Ousmane", "river-bend"), Lead("awa", "Awa", "river-bend"),
        Teacher("nyakim", "Nyakim", "long-shade"), Lead("deng", "Deng", "long-shade"),
        Teacher("huda", "Huda", "cedar-court"), Lead("khalil", "Khalil", "cedar-court"),
        Teacher("kiprop", "Kiprop", "tall-grass"), Lead("chebet", "Chebet", "tall-grass"),
        Teacher("naliaka", "Naliaka", "reed-lake"), Lead("wekesa", "Wekesa", "reed-lake"),
        Teacher("ndiaga", "Ndiaga", "petit-baobab"), Lead("coumba", "Coumba", "petit-baobab"),
        Teacher("camila", "Camila", "cafe-alto"), Lead("jairo", "Jairo", "cafe-alto"),
        Teacher("layla", "Layla", "jasmine-steps"), Lead("yusuf", "Yusuf", "jasmine-steps"),

        // Schools where two teachers try something.
        Teacher("dina", "Dina", "amber-door"), Teacher("nabil", "Nabil", "amber-door"), Teacher("sana", "Sana", "stone-bridge"), Teacher("faris", "Faris", "stone-bridge"),
        Teacher("aissatou", "Aïssatou", "blue-gate"), Teacher("lamine", "Lamine", "blue-gate"), Teacher("mariama", "Mariama", "salt-road"), Teacher("ibou", "Ibou", "salt-road"),
        Teacher("khady", "Khady", "trois-palmiers"), Teacher("babacar", "Babacar", "trois-palmiers"), Teacher("paola", "Paola", "puente-viejo"), Teacher("andres", "Andrés", "puente-viejo"),
        Teacher("mutua", "Mutua", "red-kiln"), Teacher("syombua", "Syombua", "red-kiln"), Teacher("halima", "Halima", "quiet-well"), Teacher("abdi", "Abdi", "quiet-well"),
        Teacher("wambui", "Wambui", "dry-creek"), Teacher("diego", "Diego", "la-quebrada"), Teacher("marta", "Marta", "la-quebrada"),

        // The network’s own, and those who look at its work from outside.
        new("ndeye", "Dr Ndeye", "institute-of-small-questions", new HeldRole(Role.Researcher, Network)),
        new("oscar", "Dr Óscar", "instituto-brujula", new HeldRole(Role.Researcher, Network)),
        new("bilal", "Bilal", "institute-of-small-questions", new HeldRole(Role.DataSteward, Network), new HeldRole(Role.Facilitator, Network)),
        new("safia", "Safia", "institute-of-small-questions", new HeldRole(Role.SafeguardingLead, Network)),
        new("adler", "Prof Adler", "clay-cup-university", new HeldRole(Role.Evaluator, Outside), new HeldRole(Role.Reviewer, Outside)),

        // Money.
        new("rana", "Rana", Fund, new HeldRole(Role.ProgrammeOfficer, Fund)), new("leila", "Leïla", Fund, new HeldRole(Role.ProgrammeOfficer, Fund)),
        new("tomas", "Tomás", Fund, new HeldRole(Role.FinanceL1, Fund)),
        new("ines", "Inês", Fund, new HeldRole(Role.FinanceL2, Fund)),
        Reviewer("mina", "Mina", "clay-cup-university"), Reviewer("jonas", "Jonas", "clay-cup-university"), Reviewer("thabo", "Thabo", "instituto-brujula"),

        // The committee: seven seats and a secretary.
        new("grace", "Grace", "mango-lane", new HeldRole(Role.CommitteeChair, Committee)),
        Member("pilar", "Pilar", "la-cometa"), Member("moussa", "Moussa", "keur-soleil"), Member("hanan", "Hanan", "wadi-nakhla"), Member("njoroge", "Njoroge", "copper-hill"),
        Member("simone", "Dr Simone", "clay-cup-university"), Member("tariq", "Tariq", "tell-rumman"),
        new("noor", "Noor", "institute-of-small-questions", new HeldRole(Role.Secretary, Committee)),
    ];

    private static readonly FrozenDictionary<string, Principal> Principals =
        All.Select(person => new Principal(person.Id, person.Name, person.Roles)).Append(Principal.System).ToFrozenDictionary(person => person.Person, StringComparer.Ordinal);

    public static Principal Called(string id) => Principals[id];

    public static async Task Register(DemonstrationSteps steps, LanternPerson person)
    {
        await steps.Do("system", person.Id, new RegisterPerson(person.Name, person.Home));
        foreach (var role in person.Roles) await steps.Do("system", person.Id, new GrantRole(role, steps.Today));
    }

    private static LanternPerson Teacher(string id, string name, string school) => new(id, name, school, new HeldRole(Role.Teacher, school));

    private static LanternPerson Lead(string id, string name, string school) => new(id, name, school, new HeldRole(Role.SchoolLead, school));

    private static LanternPerson Reviewer(string id, string name, string home) => new(id, name, home, new HeldRole(Role.Reviewer, Outside));

    private static LanternPerson Member(string id, string name, string home) => new(id, name, home, new HeldRole(Role.CommitteeMember, Committee));
}
