using System.Globalization;
using InnovationScale.Components;
using InnovationScale.Pilots;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>Who holds which role in an organisation, from when to when; whoever may, invites, gives roles for a time or for good, and ends them.</summary>
[Authorize, ProveAgain(LookingIsFree = true)]
public sealed class ColleaguesPage(Desk desk, Sessions sessions, Histories histories, PilotLists lists, TimeProvider clock) : AccountsPage
{
    private const int StoryMost = 30;

    private static readonly Role[] OfSchools = [InnovationScale.Role.Teacher, InnovationScale.Role.SchoolLead];

    private static readonly Role[] OfTheProgramme =
    [
        InnovationScale.Role.Researcher, InnovationScale.Role.Facilitator, InnovationScale.Role.SafeguardingLead, InnovationScale.Role.Evaluator, InnovationScale.Role.DataSteward,
        InnovationScale.Role.ProgrammeOfficer, InnovationScale.Role.Auditor, InnovationScale.Role.Admin,
    ];

    [FromRoute]
    public string Id { get; set; } = "";

    [BindProperty]
    public Role? Role { get; set; }

    [BindProperty]
    public DateOnly? Until { get; set; }

    [BindProperty]
    public int? Days { get; set; } = 7;

    [BindProperty]
    public string? Colleague { get; set; }

    [BindProperty]
    public Role? GivenRole { get; set; }

    [BindProperty]
    public DateOnly? GivenUntil { get; set; }

    public School School { get; private set; } = School.New;

    public IReadOnlyList<Holding> Colleagues { get; private set; } = [];

    public IReadOnlyList<Awaited> Invited { get; private set; } = [];

    /// <summary>Roles that began and ended here, each with whose it is: for whoever may give roles.</summary>
    public IReadOnlyList<(Happened Happened, string Whose)> Story { get; private set; } = [];

    /// <summary>Roles that the person who looks may give here.</summary>
    public IReadOnlyList<Choice> Grantable { get; private set; } = [];

    /// <summary>Everybody who works here, for a role that they do not hold yet.</summary>
    public IReadOnlyList<Choice> Candidates { get; private set; } = [];

    /// <summary>The link that has just been made.</summary>
    public string? Link { get; private set; }

    public async Task<IActionResult> OnGet() => await Load() ? Page() : NotFound();

    public async Task<IActionResult> OnPostInvite()
    {
        if (!await Load()) return NotFound();
        if (Role is not { } role)
        {
            ModelState.AddModelError(nameof(Role), Words["Choose a role."]);
            return Mend();
        }

        var (outcome, key) = await Accounts.Invite(Who, Asked(), Id, new(role, PlaceOf(role)), Until, Days ?? 0);
        if (outcome.Refusal is { } refused) return Refuse(refused, refused.Code switch { "expiry-impossible" => nameof(Days), "ends-before-start" or "may-not-set-roles" => nameof(Until), _ => null });

        Link = LinkTo("join", key.ToString());
        await Load();
        CommandId = Guid.CreateVersion7().ToString();
        return Page();
    }

    public Task<IActionResult> OnPostWithdraw(string? person) => Do(person, new WithdrawInvitations());

    public Task<IActionResult> OnPostEnd(string? person, Role role) => Do(person, new EndRole(person ?? "", new(role, PlaceOf(role)), Today));

    public async Task<IActionResult> OnPostGrant()
    {
        if (!await Load()) return NotFound();
        if (string.IsNullOrEmpty(Colleague)) ModelState.AddModelError(nameof(Colleague), Words["Choose a person."]);
        if (GivenRole is null) ModelState.AddModelError(nameof(GivenRole), Words["Choose a role."]);
        if (!ModelState.IsValid) return Mend();
        return await Do(Colleague, new GrantRole(new(GivenRole!.Value, PlaceOf(GivenRole.Value)), Today, GivenUntil), nameof(GivenUntil));
    }

    private async Task<IActionResult> Do(string? person, PersonCommand command, string? field = null)
    {
        var outcome = await desk.Execute(Who, Asked(), person ?? "", command);
        if (outcome.Refusal is not { } refused) return See($"schools/{Id}/people");
        return await Load() ? Refuse(refused, field) : NotFound();
    }

    /// <summary>The first or second of two.</summary>
    public bool MayErase => desk.May(Who, "propose-erasure");

    public bool MayReadHistories => desk.May(Who, "read-person");

    /// <summary>Whether the person has proved lately who she is, and may be offered what needs that.</summary>
    public bool IsFresh => sessions.IsFresh(Session);

    /// <summary>Teachers and leads are that of their school; everybody else takes part in the whole programme.</summary>
    private string PlaceOf(Role role) => OfSchools.Contains(role) ? Id : HeldRole.Programme;

    private DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    private async Task<bool> Load()
    {
        var school = await desk.Look<School>(Who, "read-school", Id);
        var (admin, lead) = (Who.Is(InnovationScale.Role.Admin), Who.Roles.Contains(new(InnovationScale.Role.SchoolLead, Id)));
        // Who works where is for those who work there.
        if (!school.Exists || !(admin || Who.Roles.Any(held => held.In == Id))) return false;

        School = school.State;
        var (day, now) = (Today.ToString("O", CultureInfo.InvariantCulture), Time.Write(clock.GetUtcNow()));
        Colleagues = await desk.Query(Who, "list-people", connection => connection.Query(
            "select p.id, p.name, r.role, r.from_day, r.until_day from person_role r join person p on p.id = r.id " +
            "where (r.held_in = @in or (r.held_in = @programme and p.home = @in)) and p.erased = 0 and (r.until_day is null or r.until_day >= @day) order by p.name, p.id, r.n",
            r => new Holding(r.GetString(0), r.GetString(1), Enum.Parse<Role>(r.GetString(2)), DateOnly.Parse(r.GetString(3), CultureInfo.InvariantCulture), Day(r.TextOrNull(4))),
            ("in", Id), ("programme", HeldRole.Programme), ("day", day)));
        Invited = !(admin || lead) ? [] : await desk.Query(Who, "list-people", connection => connection.Query(
            "select id, role, until_day, expires from invitation where (held_in = @in or (held_in = @programme and @admin = 1)) and expires > @now order by expires, id",
            r => new Awaited(r.GetString(0), Enum.Parse<Role>(r.GetString(1)), Day(r.TextOrNull(2)), Time.Read(r.GetString(3))),
            ("in", Id), ("programme", HeldRole.Programme), ("admin", admin ? 1L : 0L), ("now", now)));
        Grantable = [.. (admin ? [.. OfSchools, .. OfTheProgramme] : lead ? OfSchools : []).Select(role => new Choice(role.ToString(), Words.Name(role)))];
        if (Grantable is not []) await Tell(admin);
        Candidates = Grantable is [] ? [] : await desk.Query(Who, "list-people", connection => connection.Query(
            "select id, name from person where home = @in and erased = 0 order by name, id limit 500", r => new Choice(r.GetString(0), r.GetString(1)), ("in", Id)));
        return true;
    }

    private async Task Tell(bool admin)
    {
        var events = await histories.Roles(Who, Id, alsoOfTheProgramme: admin, StoryMost);
        var names = await PilotTimeline.Names(Who, events.Select(one => LoggedEvent.SubjectOf(one.Stream)), lists, Words);
        Story = [.. (await PilotTimeline.Tell(Who, events, lists, Words)).Zip(events, (told, one) => (told, names.GetValueOrDefault(LoggedEvent.SubjectOf(one.Stream), "")))];
    }

    /// <summary>Whoever may give a role may end it; so may its holder. The rules have the last word.</summary>
    public bool MayEnd(Holding one) => one.Person == Who.Person || Who.Is(InnovationScale.Role.Admin)
        || (Grantable is not [] && (one.Role is InnovationScale.Role.Teacher || (one.Role is InnovationScale.Role.SchoolLead && one.Until is not null)));

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>A role that somebody holds here.</summary>
public sealed record Holding(string Person, string Name, Role Role, DateOnly From, DateOnly? Until);

/// <summary>Somebody who was invited and has not come yet.</summary>
public sealed record Awaited(string Person, Role Role, DateOnly? Until, DateTimeOffset Expires);
