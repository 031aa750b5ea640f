using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Pilots;

/// <summary>A question page about one pilot: it knows the pilot, and sends several commands as parts of one request.</summary>
public abstract class PilotForm(Desk desk, PilotDesk pilots) : AppPage
{
    [FromRoute]
    public string Id { get; set; } = "";

    public View<Pilot> View { get; private set; } = null!;

    public Pilot Pilot => View.State;

    protected async Task<bool> Load()
    {
        View = await desk.Look<Pilot>(Who, "read-pilot", Id);
        return View.Exists;
    }

    /// <summary>Sends each command in turn under an id made from the form's; stops at the first refusal.</summary>
    protected async Task<Refusal?> Send(params IReadOnlyList<PilotCommand> commands)
    {
        foreach (var (n, command) in commands.Index())
        {
            if ((await pilots.Execute(Who, Asked().Part(n), Id, command)).Refusal is { } refusal) return refusal;
        }

        return null;
    }
}
