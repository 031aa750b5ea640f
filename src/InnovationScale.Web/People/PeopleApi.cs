using System.Collections.Immutable;
using InnovationScale.Api;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.People;

/// <summary>Schools and people. While the chooser is on anyone may register them, as the product itself.</summary>
public static class PeopleApi
{
    private const string Schools = "/api/v1/schools", People = "/api/v1/people";

    public static void MapPeople(this IEndpointRouteBuilder app)
    {
        var schools = app.MapGroup(Schools).WithTags("schools");
        schools.MapGet("", ListSchools).WithSummary("Schools by name.").Produces<Page<SchoolListed>>();
        schools.MapPost("", async (NewSchool school, HttpContext context, IdempotencyKey key, Registry registry, SignInSetting setting) =>
                Told.Created(await registry.AddSchool(setting.Registrar(context), new(key.Value), new(school.Name, school.Country, school.Network)), Schools))
            .WithMetadata(new ForPeopleSignedIn()).WithSummary("Registers a school. While the chooser is on, anyone may.").Produces<Recorded>(StatusCodes.Status201Created);
        schools.MapGet("/{id}", async (string id, HttpContext context, Desk desk) => await desk.Look<School>(CurrentPerson.PrincipalOf(context), "read-school", id) is { Exists: true } view
                ? Answer.Versioned(new SchoolRecord(view.Id, view.State.Name, view.State.Country, view.State.Network, view.State.Context, view.State.ContextCount, view.Version), view.Version)
                : Answer.NotFound())
            .WithSummary("A school with what it said of its context.").Produces<SchoolRecord>();
        schools.MapPut("/{id}/context", async (string id, ImmutableSortedDictionary<string, ContextAnswer> answers, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, Desk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, new DescribeSchoolContext(answers.WithUnknown()))))
            .WithSummary("Answers questions of the school's part of the context profile, by code; the others keep their answers.").Produces<Recorded>();

        var people = app.MapGroup(People).WithTags("people");
        people.MapGet("", async (HttpContext context, SignInSetting setting, IPeople known, Access access) =>
            {
                if (access.Roles(setting.Registrar(context), "list-people").IsEmpty) return Answer.Refused(Access.Denied(setting.Registrar(context)));
                var items = (await known.List()).Select(p => new PersonRecord(p.Id, p.Name, p.At is { } at ? Words.English.At(at) : null, [.. p.Roles.Select(held => held.ToString())])).ToList();
                return TypedResults.Ok(new Page<PersonRecord>(items, null));
            })
            .WithMetadata(new ForPeopleSignedIn()).WithSummary("Everybody, with the roles held today, by name.").Produces<Page<PersonRecord>>();
        people.MapPost("", async (NewPerson person, HttpContext context, IdempotencyKey key, Registry registry, SignInSetting setting) =>
            {
                var roles = new List<HeldRole>();
                foreach (var text in person.Roles)
                {
                    if (!TryRead(text, out var role)) return Answer.Refused(Refusal.Invalid("role-unreadable", $"“{text}” is not a role: expected such as “teacher@heron-bay”."));
                    roles.Add(role);
                }

                return Told.Created(await registry.AddPerson(setting.Registrar(context), new(key.Value), new(person.Name, person.Home), [.. roles]), People);
            })
            .WithMetadata(new ForPeopleSignedIn()).WithSummary("Registers a person with roles, such as “teacher@SCHOOL-ID”. While the chooser is on, anyone may.").Produces<Recorded>(StatusCodes.Status201Created);
        people.MapPost("/{id}/erasure", async (string id, CurrentPerson person, IdempotencyKey key, Accounts accounts, SignInSetting setting, Sessions sessions) =>
                setting.NotProved(person, sessions) ?? Told.Done(await accounts.Erase(person.AsPrincipal, new(key.Value), id)))
            .WithSummary("Forgets oneself. What was done stays. Asked again, it changes nothing.").Produces<Recorded>();
        people.MapPost("/{id}/erasure-proposal", async (string id, NewErasure asked, CurrentPerson person, IdempotencyKey key, Desk desk, SignInSetting setting, Sessions sessions) =>
                setting.NotProved<ProposeErasure>(person, desk, sessions) ?? Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), id, new ProposeErasure(id, asked.Because))))
            .WithSummary("Proposes to forget somebody else, the first of two administrators.").Produces<Recorded>();
        people.MapDelete("/{id}/erasure-proposal", async (string id, CurrentPerson person, IdempotencyKey key, Desk desk, SignInSetting setting, Sessions sessions) =>
                setting.NotProved<WithdrawErasure>(person, desk, sessions) ?? Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), id, new WithdrawErasure(id))))
            .WithSummary("Takes the proposal back.").Produces<Recorded>();
        people.MapPost("/{id}/erasure-confirmation", async (string id, CurrentPerson person, IdempotencyKey key, Accounts accounts, Desk desk, SignInSetting setting, Sessions sessions) =>
                setting.NotProved<ConfirmErasure>(person, desk, sessions) ?? Told.Done(await accounts.ConfirmErasure(person.AsPrincipal, new(key.Value), id)))
            .WithSummary("Forgets somebody else, the second of two administrators. What was done stays. Asked again, it changes nothing.").Produces<Recorded>();
    }

    /// <summary>A question that is answered with null is answered with “unknown”.</summary>
    internal static ImmutableSortedDictionary<string, ContextAnswer> WithUnknown(this ImmutableSortedDictionary<string, ContextAnswer> answers) =>
        answers.SetItems(answers.Where(one => one.Value is null).Select(one => KeyValuePair.Create(one.Key, ContextAnswer.Unknown)));

    /// <summary>Who registers: the product itself while anyone may be anyone, else the person who asks.</summary>
    internal static Principal Registrar(this SignInSetting setting, HttpContext context) =>
        setting.Mode is SignInMode.LocalPeople ? Principal.System : (CurrentPerson.Of(context) ?? throw CurrentPerson.Needed).AsPrincipal;

    /// <summary>What should not be done by somebody who finds a screen unlocked needs a fresh proof, where there is anything to prove.</summary>
    private static IResult? NotProved(this SignInSetting setting, CurrentPerson person, Sessions sessions) => setting.Mode is SignInMode.Accounts ? TokensApi.NotProved(person, sessions) : null;

    /// <summary>The same, of whoever may do it at all.</summary>
    private static IResult? NotProved<TCommand>(this SignInSetting setting, CurrentPerson person, Desk desk, Sessions sessions) =>
        desk.May(person.AsPrincipal, Access.ActionOf(typeof(TCommand))) ? setting.NotProved(person, sessions) : null;

    private static async Task<IResult> ListSchools(HttpContext context, PageAsked page, Desk desk)
    {
        var after = page.Keys(2);
        var rows = await desk.Query(CurrentPerson.PrincipalOf(context), "list-schools", connection => connection.Query(
            "select id, name, country, network, version from school where cast(@id as text) is null or name > @name or (name = @name and id > @id) order by name, id limit @limit",
            r => new SchoolListed(r.GetString(0), r.GetString(1), r.GetString(2), r.TextOrNull(3), r.GetInt64(4)),
            ("name", after?[0]), ("id", after?[1]), ("limit", page.Limit + 1)));
        if (rows.Count <= page.Limit) return TypedResults.Ok(Page<SchoolListed>.Of(context, rows, null));

        rows.RemoveAt(page.Limit);
        return TypedResults.Ok(Page<SchoolListed>.Of(context, rows, Cursor.Write(rows[^1].Name, rows[^1].Id)));
    }

    private static bool TryRead(string? text, out HeldRole role)
    {
        try
        {
            role = HeldRole.Parse(text ?? "");
            return true;
        }
        catch (FormatException)
        {
            role = default;
            return false;
        }
    }
}

/// <summary>A school to register.</summary>
/// <param name="Country">ISO 3166-1, two capital letters.</param>
public sealed record NewSchool(string Name, string Country, string? Network = null);

/// <summary>A school in a list.</summary>
public sealed record SchoolListed(string Id, string Name, string Country, string? Network, long Version);

public sealed record SchoolRecord(
    string Id, string Name, string Country, string? Network, ImmutableSortedDictionary<string, ContextAnswer> Context, ContextCount ContextCount, long Version);

/// <summary>A person to register.</summary>
/// <param name="Home">Id of the school the person works in.</param>
public sealed record NewPerson(string Name, string Home, ImmutableArray<string> Roles);

/// <param name="Because"><c>asked</c>, <c>left</c> or <c>mistake</c>.</param>
public sealed record NewErasure(ErasureReason Because);

/// <param name="At">Where the person works, in words.</param>
public sealed record PersonRecord(string Id, string Name, string? At, ImmutableArray<string> Roles);
