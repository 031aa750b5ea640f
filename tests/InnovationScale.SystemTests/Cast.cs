using System.Net;

namespace InnovationScale;

/// <summary>A person of a story, and the API as this person sees it.</summary>
public sealed record Person(string Id, string Home, ApiClient Api)
{
    public static async Task<Person> Register(RunningServer server, string name, string home, params string[] roles)
    {
        var id = (string)(await server.Anyone().Post("/api/v1/people", new { name, home, roles })).Expect(HttpStatusCode.Created).Json["id"]!;
        return new(id, home, server.As(id));
    }
}

/// <summary>The people of a programme who belong to no school that takes part.</summary>
public sealed record Cast(
    RunningServer Server, Person Facilitator, Person Researcher, Person SecondResearcher, Person ProgrammeOfficer, Person Steward, Person EthicsLead, Person Evaluator)
{
    private const string Programme = "programme";

    public static async Task<Cast> Register(RunningServer server)
    {
        var (office, university) = (await School(server, "Programme office", "SN"), await School(server, "University", "GB"));
        return new(server,
            await Person.Register(server, "Fatou", office, $"facilitator@{Programme}"),
            await Person.Register(server, "Ruth", office, $"researcher@{Programme}"),
            await Person.Register(server, "Rafael", office, $"researcher@{Programme}"),
            await Person.Register(server, "Odile", office, $"programme-officer@{Programme}"),
            await Person.Register(server, "Dana", office, $"data-steward@{Programme}"),
            await Person.Register(server, "Sefa", office, $"safeguarding-lead@{Programme}"),
            await Person.Register(server, "Eva", university, $"evaluator@{university}"));
    }

    public static async Task<string> School(RunningServer server, string name, string country) =>
        (string)(await server.Anyone().Post("/api/v1/schools", new { name, country })).Expect(HttpStatusCode.Created).Json["id"]!;
}
