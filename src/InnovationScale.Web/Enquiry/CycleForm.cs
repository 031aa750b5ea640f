using InnovationScale.Pilots;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Enquiry;

/// <summary>A page about one cycle: it knows the cycle and its pilot.</summary>
public abstract class CycleForm(Desk desk, CycleDesk cycles) : AppPage
{
    [FromRoute]
    public string Id { get; set; } = "";

    public View<Cycle> View { get; private set; } = null!;

    public Cycle Cycle => View.State;

    public Pilot Pilot { get; private set; } = null!;

    public bool OnTeam => Person is not null && Pilot.OnTeam(Person.Id);

    protected async Task<bool> Load()
    {
        View = await desk.Look<Cycle>(Who, "read-cycle", Id);
        if (!View.Exists) return false;

        var pilot = await desk.Look<Pilot>(Who, "read-pilot", Cycle.Pilot);
        Pilot = pilot.State;
        return pilot.Exists;
    }

    protected Task<Refusal?> Send(CycleCommand command) => Send([command], 0);

    /// <summary>Sends each command in turn, from one on, under an id made from the form's and its place; stops at the first refusal.</summary>
    protected async Task<Refusal?> Send(IReadOnlyList<CycleCommand> commands, int from)
    {
        foreach (var (n, command) in commands.Index().Skip(from))
        {
            if ((await cycles.Execute(Who, Asked().Part(n), Cycle.Pilot, Id, command)).Refusal is { } refusal) return refusal;
        }

        return null;
    }
}
