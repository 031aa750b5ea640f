using InnovationScale.Storage;
using static InnovationScale.Role;

namespace InnovationScale.Safeguarding;

/// <summary>Incidents as the host runs and lists them. What happened is for the safeguarding lead; that something is open, gates know.</summary>
public static class SafeguardingFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Incidents]);
        access
            .Allow<RaiseIncident>(Access.SignedIn).Allow<AddToIncident>(Access.SignedIn)
            .Allow<RegradeIncident>(SafeguardingLead).Allow<ResolveIncident>(SafeguardingLead)
            .Allow("read-incident", SafeguardingLead, Auditor).Allow("list-incidents", SafeguardingLead, Auditor);
    }

    public static ReadTable<Incident> Incidents { get; } = ReadTable<Incident>.OneRow("incident", 1,
        [("pilot", "text"), ("severity", "text"), ("is_open", "bigint"), ("version", "bigint")], ["pilot"],
        view => [view.State.Pilot, view.State.Severity.ToString(), view.State.Open ? 1L : 0L, view.Version]);
}
