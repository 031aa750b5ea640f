using InnovationScale.Acts;

namespace InnovationScale.Safeguarding;

/// <summary>What the safeguarding lead does with an incident before it is resolved.</summary>
internal sealed class IncidentActs(Desk desk, Access access) : Acts<Incident>("incidents", desk, access)
{
    protected override string Title(ActsAsked<Incident> asked) => asked.Words["incidents.open"];

    protected override string Page(View<Incident> view) => "safeguarding";

    protected override Task<IReadOnlyList<Act>> Rows(ActsAsked<Incident> asked) => Task.FromResult<IReadOnlyList<Act>>(
    [
        Row(asked, "add-to-incident", a => new AddToIncident(a["what"]), new Question("what", Asks.Text)) with { Adds = true },
        Row(asked, "grade-incident", a => new RegradeIncident(a.One<Severity>("severity")), Question.Of<Severity>("severity", asked.Words, asked.View.State.Severity), Question.Why),
    ]);

    protected override bool MayNow(Incident incident, Type command, Principal who) => incident.Open && who.Is(Role.SafeguardingLead);
}
