using System.Globalization;
using InnovationScale.Storage;

namespace InnovationScale.People;

/// <summary>The people who are registered: one from her grain, so that a role that has ended ends at once; all of them from the read tables.</summary>
public sealed class RegisteredPeople(Desk desk, IGrains grains, TimeProvider clock) : IPeople
{
    public async Task<IReadOnlyList<PersonListed>> List()
    {
        var today = Today.ToString("O", CultureInfo.InvariantCulture);
        return await desk.Query(Principal.System, "list-people", async connection =>
        {
            var roles = (await connection.Query(
                    "select id, role, held_in from person_role where from_day <= @day and (until_day is null or until_day >= @day) order by id, n",
                    r => (Person: r.GetString(0), Role: new HeldRole(Enum.Parse<Role>(r.GetString(1)), r.GetString(2))), ("day", today)))
                .ToLookup(held => held.Person, held => held.Role, StringComparer.Ordinal);
            return await connection.Query(
                "select p.id, p.name, s.name, s.country from person p left join school s on s.id = p.home where p.erased = 0 order by p.name, p.id",
                r => new PersonListed(r.GetString(0), r.GetString(1), r.TextOrNull(2) is { } school ? new Workplace(school, r.GetString(3)) : null, [.. roles[r.GetString(0)]]));
        });
    }

    public async Task<PersonListed?> Find(string id)
    {
        var person = await grains.Look<Person>(id);
        if (!person.State.IsRegistered || person.State.Erased) return null;

        var home = await grains.Look<School>(person.State.Home);
        return new(person.Id, person.State.DisplayName, home.Exists ? new Workplace(home.State.Name, home.State.Country) : null, [.. person.State.RolesOn(Today)]);
    }

    public async Task<Principal?> Known(string id) =>
        await grains.Look<Person>(id) is { State: { IsRegistered: true, Erased: false } person } ? new(id, person.DisplayName, [.. person.RolesOn(Today)]) : null;

    private DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
}
