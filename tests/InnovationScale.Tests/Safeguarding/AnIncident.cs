using InnovationScale.Pilots;
using static InnovationScale.Pilots.HeronBay;

namespace InnovationScale.Safeguarding;

/// <summary>Anyone may raise it; only the safeguarding lead grades and resolves it.</summary>
public class AnIncident
{
    private static readonly Story<Incident> Raised = Story.Of<Incident>()
        .When(new RaiseIncident("p1", Severity.Hard, "A photo was shared"), As("guest", Role.Public, "web"))
        .Then(new IncidentRaised("p1", Severity.Hard, "A photo was shared")).Where(i => Assert.True(i.Open));

    [Fact]
    public void Says_which_pilot_and_what()
    {
        Story.Of<Incident>().When(new RaiseIncident("", Severity.Hard, "A photo"), Ana).ThenRefused("pilot-missing");
        Story.Of<Incident>().When(new RaiseIncident("p1", Severity.Hard, " "), Ana).ThenRefused("incident-empty");
        Story.Of<Incident>().When(new ResolveIncident(), Sam.Because("Done")).ThenRefused("no-such-incident");
        Raised.When(new RaiseIncident("p1", Severity.Soft, "Again"), Ana).ThenRefused("incident-already-raised")
            .When(new AddToIncident(""), Ana).ThenRefused("incident-empty").After(new AddToIncident("It was deleted"), Ana)
            .Where(i => Assert.Equal("A photo was shared\nIt was deleted", i.What));
    }

    [Fact]
    public void Is_resolved_by_the_safeguarding_lead_with_a_reason() => Raised
        .When(new ResolveIncident(), Lead.Because("Done")).ThenRefused("safeguarding-lead-only")
        .When(new RegradeIncident(Severity.Hard), Sam.Because("Same")).ThenRefused("same-severity")
        .When(new RegradeIncident(Severity.Soft), Sam.Because("No face shown")).Then(new IncidentRegraded(Severity.Soft))
        .When(new ResolveIncident(), Sam).ThenRefused("reason-missing")
        .When(new ResolveIncident(), Sam.Because("Deleted, family told")).Then(new IncidentResolved()).Where(i => Assert.False(i.Open))
        .When(new AddToIncident("More"), Ana).ThenRefused("incident-resolved");
}
