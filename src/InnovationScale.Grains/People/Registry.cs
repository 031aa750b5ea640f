using System.Collections.Immutable;

namespace InnovationScale.People;

/// <summary>Registers schools, and people with their roles: each as one request that takes effect once, however often it is sent.</summary>
public sealed class Registry(Desk desk, IGrains grains, TimeProvider clock)
{
    public Task<Outcome> AddSchool(Principal who, Request request, RegisterSchool school) => desk.Execute(who, request, Ids.For(who, request, School.Kind), school);

    /// <summary>
    /// Several commands under ids made from the request's own. What was sent before is not asked again on another day: a role that the person
    /// holds since then is left as it is.
    /// </summary>
    public async Task<Outcome> AddPerson(Principal who, Request request, RegisterPerson person, ImmutableArray<HeldRole> roles)
    {
        if (!desk.May(who, Access.ActionOf(typeof(RegisterPerson)))) return Access.Denied(who);
        if (roles.Any(role => role.Role is Role.Public or Role.System || role.In.Length == 0))
            return Refusal.Invalid("role-not-grantable", "Give each role with where it is held, such as “teacher@heron-bay”.");
        if (!(await grains.Look<School>(person.Home)).Exists)
            return Refusal.Invalid("home-unknown", "Register the school first: this person's school is not known.");

        var id = Ids.For(who, request, Person.Kind);
        var outcome = await desk.Execute(who, request, id, person);
        if (outcome.Refusal is not null) return outcome;

        foreach (var (n, role) in roles.Distinct().Index())
        {
            var held = (await grains.Look<Person>(id)).State.Roles;
            if (held.Any(one => one.Role == role)) continue;

            outcome = await desk.Execute(who, request.Part(n + 1), id, new GrantRole(role, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)));
            if (outcome.Refusal is not null) return outcome;
        }

        return new Receipt(Streams.Of<Person>(id), (await grains.Look<Person>(id)).Version);
    }
}
