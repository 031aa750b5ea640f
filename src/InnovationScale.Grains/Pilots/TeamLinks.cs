using InnovationScale.People;
using InnovationScale.Storage;

namespace InnovationScale.Pilots;

/// <summary>Links with which colleagues join a pilot's team.</summary>
public sealed class TeamLinks(PilotDesk pilots, IGrains grains, Vault vault, TimeProvider clock)
{
    /// <summary>A link for one colleague; the answer has its secret. Asked again with the same request, it is the same link.</summary>
    public async Task<(Outcome Outcome, string Secret)> Invite(Principal who, Request request, string pilot)
    {
        var secret = vault.SecretOf($"team-link\n{pilot}\n{who.Person}\n{request.CommandId}");
        var made = (await grains.Look<Pilot>(pilot)).State.Links.FirstOrDefault(link => link.SecretSha256 == Secret.Sha256(secret))?.Expires;
        return (await pilots.Execute(who, request, pilot, new InviteColleague(Secret.Sha256(secret), made ?? clock.GetUtcNow() + TeamLink.OpenMost)), secret);
    }

    /// <summary>The pilot that an open link leads to, and the link; also where the pilot is still its school's own.</summary>
    public async Task<(Pilot Pilot, TeamLink Link)?> Invited(string pilot, string secret)
    {
        var state = (await grains.Look<Pilot>(pilot)).State;
        return state.LinkOf(Secret.Sha256(secret), clock.GetUtcNow()) is { } link ? (state, link) : null;
    }

    /// <summary>Takes whoever opened a link onto the team. Without an open link nobody learns whether there is such a pilot.</summary>
    public async Task<Outcome> Join(Principal who, Request request, string pilot, string secret)
    {
        if (!who.IsSignedIn) return Access.Denied(who);
        var outcome = await pilots.Execute(Principal.System, new(request.CommandId), pilot, new JoinByLink(who.Person, Secret.Sha256(secret)));
        return outcome.Refusal is not null && await Invited(pilot, secret) is null ? TeamLink.Over : outcome;
    }
}
