using System.Collections.Immutable;
using InnovationScale.Enquiry;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Portfolio;
using InnovationScale.Search;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.Extensions.Logging.Abstractions;
using static InnovationScale.Role;

namespace InnovationScale;

/// <summary>What a role's place has to do with a record, and what follows from it.</summary>
public sealed class WhoMayDoWhat : IAsyncLifetime
{
    private static readonly Principal
        Drafter = new("ndeye", "Dr Ndeye", [new(Researcher, "institute")]),
        Colleague = new("ruth", "Ruth", [new(Researcher, "institute")]),
        Programme = new("fatou", "Fatou", [new(Researcher, "lantern")]),
        Elsewhere = new("otto", "Otto", [new(Researcher, "other-network")]),
        Teacher = new("amina", "Amina", [new(Role.Teacher, "heron-bay")]),
        TeacherElsewhere = new("lucia", "Lucia", [new(Role.Teacher, "casa")]),
        SecondAdult = new("ben", "Ben", [new(Role.Teacher, "moss-lane")]),
        Lead = new("hanna", "Hanna", [new(SchoolLead, "heron-bay")]),
        Facilitating = new("fay", "Fay", [new(Facilitator, "lantern")]),
        FacilitatorElsewhere = new("femi", "Femi", [new(Facilitator, "other-network")]),
        Auditing = new("aud", "Aud", [new(Auditor, "programme")]),
        Configuring = new("adam", "Adam", [new(Admin, "lantern")]);

    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private EventLog log = null!;
    private LocalGrains grains = null!;
    private Desk desk = null!;
    private Histories histories = null!;
    private Finder finder = null!;
    private PilotLists lists = null!;

    public async Task InitializeAsync()
    {
        var (kinds, access) = Product.Compose();
        var store = new SqlLogStore(new SqliteEngine(folder), kinds, Vault.In(Path.Combine(folder, "vault-key")));
        log = new(store, TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        grains = new(kinds, log, TimeProvider.System);
        desk = new(grains, store, access, TimeProvider.System);
        (histories, finder, lists) = (new(desk, store, kinds), new(desk, store, kinds), new(desk));
        await Done(Principal.System, "heron-bay", new RegisterSchool("Heron Bay", "KE", "lantern"));
        await Done(Principal.System, "lake-road", new RegisterSchool("Lake Road", "KE", null));
        await Done(Principal.System, "casa", new RegisterSchool("Casa del Colibrí", "CO", "other-network"));
        await Done(Drafter, "t", new DraftTrial("Talk first", "talk-first", "v1", null, Preset.Standard, new Registration()));
        await Done(Drafter, "t", new AddSite("heron-bay", null, null, new(2026, 1, 5)));
        await Done(Teacher, "p", new StartPilot("Paired reading", "heron-bay", "paired-reading", "v1") { Origin = "first" });
        await Done(Teacher, "p", new NameSecondAdult("ben", "moss-lane"));
    }

    public Task DisposeAsync()
    {
        grains.Dispose();
        log.Dispose();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    private int commands;

    private async Task<Refusal?> Ask<T>(Principal who, string id, ICommand<T> command) where T : class, IAggregate<T> =>
        (await desk.Execute(who, new($"c{commands++}"), id, command)).Refusal;

    private async Task Done<T>(Principal who, string id, ICommand<T> command) where T : class, IAggregate<T> => Assert.Null(await Ask(who, id, command));

    private static ReviseTrial Revision(string title) => new(title, new Registration());

    [Fact]
    public async Task A_trial_is_worked_on_by_who_drafted_it_by_their_organisation_its_schools_and_their_network()
    {
        foreach (var who in (Principal[])[Drafter, Colleague, Programme, Teacher]) await Done(who, "t", Revision($"By {who.Person}"));
    }

    [Fact]
    public async Task Nobody_from_elsewhere_works_on_it_whatever_their_role()
    {
        Assert.Equal("not-yours", (await Ask(Elsewhere, "t", Revision("Mine now")))?.Code);
        Assert.Equal("not-yours", (await Assert.ThrowsAsync<AccessDeniedException>(() => desk.Look<Trial>(Elsewhere, "read-cells", "t"))).Refusal.Code);
        // A teacher elsewhere dates no plans: before its date there is none for her.
        Assert.Equal("trial-unknown", (await Ask(TeacherElsewhere, "t", Revision("Mine now")))?.Code);
        Assert.False((await desk.Look<Trial>(TeacherElsewhere, "read-cells", "t")).Exists);
        Assert.Empty((await new TrialLists(desk).List(TeacherElsewhere, new(), 10, null)).Rows);
        Assert.Single((await new TrialLists(desk).List(Elsewhere, new(), 10, null)).Rows);
    }

    [Fact]
    public async Task A_school_without_a_network_belongs_to_the_programme_and_to_no_other_school()
    {
        await Done(Programme, "lake-road", new DescribeSchoolContext(ImmutableSortedDictionary<string, ContextAnswer>.Empty.Add("locality", new("rural"))));
        Assert.Equal("not-yours", (await Ask(new("otto", "Otto", [new(Researcher, "casa")]), "lake-road",
            new DescribeSchoolContext(ImmutableSortedDictionary<string, ContextAnswer>.Empty.Add("locality", new("urban")))))?.Code);
    }

    [Fact]
    public async Task A_plan_without_a_date_is_nowhere_shown_to_a_visitor()
    {
        Assert.False((await desk.Look<Trial>(Principal.Anonymous, "read-trial", "t")).Exists);
        Assert.Null(await histories.Read(Principal.Anonymous, Trial.Kind, "t", before: null, most: 10));
        Assert.Null(await histories.Compare(Principal.Anonymous, Trial.Kind, "t", 1));
        Assert.Null(await histories.Verify(Principal.Anonymous, Trial.Kind, "t"));
        Assert.Empty((await finder.Find(Principal.Anonymous, "talk")).Kinds);
        Assert.NotNull(await histories.Read(Drafter, Trial.Kind, "t", before: null, most: 10));
        Assert.NotEmpty((await finder.Find(Drafter, "talk")).Kinds);
    }

    [Fact]
    public async Task What_happened_to_an_account_is_read_by_its_person_and_an_administrator_and_by_nobody_else()
    {
        await Done(Configuring, "eve", new InvitePerson("heron-bay", new(Role.Teacher, "heron-bay"), "the-links-hash", DateTimeOffset.UtcNow.AddDays(7)));
        await Done(Principal.System, "eve", new AcceptInvitation("the-links-hash", "Eve", null, "eve@example.org", "found-by", "password-hash"));
        await Done(Principal.System, "eve", new MakeToken("token", "nightly export", "the-tokens-hash", [TokenScope.Read], DateTimeOffset.UtcNow.AddDays(7)));
        await Done(Principal.System, "eve", new NoteRefusedTries(3, 0, DateTimeOffset.UtcNow));

        var herself = new Principal("eve", "Eve", []);
        foreach (var who in (Principal[])[herself, Configuring])
            Assert.Equal(["tries-refused", "token-made", "role-granted", "account-opened", "person-registered", "person-invited"], (await histories.Read(who, Person.Kind, "eve", null, 10))!.Select(one => one.Name));
        foreach (var who in (Principal[])[Teacher, Lead, Auditing, new("ewan", "Ewan", []), Principal.Anonymous])
        {
            Assert.Null(await histories.Read(who, Person.Kind, "eve", null, 10));
            Assert.Null(await histories.Compare(who, Person.Kind, "eve", 3));
            Assert.Null(await histories.Verify(who, Person.Kind, "eve"));
        }

        var told = new List<Change>();
        for (var version = 1; version <= 6; version++) told.AddRange((await histories.Compare(herself, Person.Kind, "eve", version))!.Changes);
        Assert.Contains(told, change => change.Name.StartsWith("tokens.1.", StringComparison.Ordinal));
        Assert.DoesNotContain(told, change => change.After == "nightly export");
        Assert.DoesNotContain(told, change => $"{change.Before}{change.After}" is var text && (text.Contains("hash", StringComparison.Ordinal) || text.Contains("Eve", StringComparison.Ordinal) || text.Contains("example.org", StringComparison.Ordinal)));

        await Done(herself with { Roles = [new(Role.System, "")] }, "eve", new ErasePerson("eve"));
        Assert.Equal(7, (await histories.Verify(Configuring, Person.Kind, "eve"))!.Steps);
    }

    [Fact]
    public async Task A_draft_of_a_pilot_is_seen_by_its_school_its_network_its_second_adult_and_an_auditor_and_by_nobody_else()
    {
        foreach (var who in (Principal[])[Teacher, Lead, SecondAdult, Facilitating, Programme, Auditing]) Assert.Equal((true, 1, 1, 1, true), await Sees(who));
        foreach (var who in (Principal[])[TeacherElsewhere, FacilitatorElsewhere, Elsewhere, Drafter, Configuring, new("eve", "Eve", []), Principal.Anonymous]) Assert.Equal((false, 0, 0, 0, false), await Sees(who));

        async Task<(bool Page, int Listed, long Counted, int TriedAgain, bool Found)> Sees(Principal who) => (
            (await desk.Look<Pilot>(who, "read-pilot", "p")).Exists, (await lists.List(who, new(), PilotOrder.Newest, 10, null)).Rows.Count,
            (await new PilotCounts(desk, TimeProvider.System).Tally(who, new())).Total, (await lists.TriedAgain(who, "first")).Count, (await finder.Find(who, "paired")).Kinds.Count > 0);
    }

    [Fact]
    public async Task Many_pilots_are_counted_with_the_drafts_that_one_may_see()
    {
        var many = new PilotCounts(desk, TimeProvider.System, exactlyMost: 0);
        Assert.Equal((long[])[1, 0, 1], (long[])[(await many.Tally(Lead, new())).Total, (await many.Tally(TeacherElsewhere, new())).Total, (await many.Tally(Auditing, new() { Stage = PilotStage.Draft })).Total]);
    }

    [Fact]
    public async Task Whoever_may_not_see_a_draft_is_answered_as_if_there_were_none()
    {
        foreach (var who in (Principal[])[TeacherElsewhere, Drafter, FacilitatorElsewhere])
        {
            foreach (var command in (PilotCommand[])[new DescribePilot(Problem: "Mine"), new MovePilot(PilotTo.Registered), new JoinTeam("otto"), new PausePilot()])
                Assert.Equal(await Ask(who, "nothing", command), await Ask(who, "p", command));
            Assert.Equal(
                (await desk.Execute(who, new("c", null, 2), "nothing", new DescribePilot(Problem: "Mine"))).Refusal?.Code, (await desk.Execute(who, new("c", null, 2), "p", new DescribePilot(Problem: "Mine"))).Refusal?.Code);
        }
    }

    [Fact]
    public async Task A_pilot_is_described_by_its_team_alone()
    {
        foreach (var who in (Principal[])[Lead, SecondAdult, Facilitating]) Assert.Equal("not-on-the-team", (await Ask(who, "p", new DescribePilot(Problem: "Mine")))?.Code);
        await Done(Teacher, "p", new JoinTeam("fay"));
        await Done(Facilitating, "p", new DescribePilot(Problem: "Ours"));
    }

    [Fact]
    public async Task A_cycle_is_worked_on_by_the_team_of_its_pilot_alone()
    {
        var plan = new PlanCycle(new("Read the cards aloud"));
        var cycles = new CycleDesk(desk, grains);
        foreach (var who in (Principal[])[Lead, SecondAdult, Facilitating, TeacherElsewhere]) Assert.Equal("not-on-the-team", (await cycles.Execute(who, new($"c{commands++}"), "p", "c", plan)).Refusal?.Code);
        Assert.Equal("not-allowed", (await cycles.Execute(Auditing, new($"c{commands++}"), "p", "c", plan)).Refusal?.Code);
        Assert.Equal("pilot-not-in-enquiry", (await cycles.Execute(Teacher, new($"c{commands++}"), "p", "c", plan)).Refusal?.Code);
    }

    [Fact]
    public async Task A_promised_pilot_is_paused_by_its_lead_and_its_own_network()
    {
        await Registered();
        foreach (var who in (Principal[])[TeacherElsewhere, FacilitatorElsewhere]) Assert.Equal(who == FacilitatorElsewhere ? "not-yours" : "not-allowed", (await Ask(who, "p", new PausePilot()))?.Code);
        Assert.Equal("reason-missing", (await Ask(Facilitating, "p", new PausePilot()))?.Code);
        Assert.Equal("reason-missing", (await Ask(Lead, "p", new PausePilot()))?.Code);
    }

    [Fact]
    public async Task A_gate_counts_nobody_whom_nothing_ties_to_the_pilot()
    {
        await Registered();
        foreach (var who in (Principal[])[TeacherElsewhere, FacilitatorElsewhere, Configuring]) Assert.Equal("not-yours", (await Ask(who, "p", new MovePilot(PilotTo.Enquiry)))?.Code);
        Assert.Equal("not-yours-to-sign", (await Ask(Facilitating, "p", new MovePilot(PilotTo.Enquiry)))?.Code);
        Assert.True((await desk.Look<Pilot>(Principal.Anonymous, "read-pilot", "p")).Exists);
    }

    /// <summary>A light pilot as its teacher promises it.</summary>
    private async Task Registered()
    {
        var day = DateOnly.FromDateTime(DateTime.UtcNow);
        foreach (var command in (PilotCommand[])
        [
            new DescribePilot(Problem: "They read too little", Learners: "Year 4", LearnerCount: 28, StartMonth: new(day.Year, day.Month)), new TellHead("Hanna", day),
            new AnswerRoutinePractice(HeronBay.Routine), new MovePilot(PilotTo.Registered),
        ]) await Done(Teacher, "p", command);
    }

    [Fact]
    public async Task Saved_views_are_their_owners_alone()
    {
        await Done(Teacher, "amina", new SaveView("Kenya", "?country=KE"));
        Assert.True((await desk.Look<SavedViews>(Teacher, "read-saved-views", "amina")).Exists);
        Assert.False((await desk.Look<SavedViews>(Lead, "read-saved-views", "amina")).Exists);
        Assert.NotNull(await Ask(Lead, "amina", new SaveView("Mine", "")));
        Assert.NotNull(await Ask(Lead, "amina", new ForgetView("Kenya")));
        Assert.Equal("Kenya", Assert.Single((await grains.Look<SavedViews>("amina")).State.Views).Key);
    }

    [Fact]
    public async Task One_of_several_roles_is_enough()
    {
        var both = new Principal("otto", "Otto", [new(Researcher, "other-network"), new(Researcher, "institute")]);
        await Done(both, "t", Revision("By one who works in both"));
        var first = (await grains.Look<Trial>("t")).State;
        Assert.Equal("By one who works in both", first.Title);
    }

    [Fact]
    public void Whatever_is_not_listed_is_denied() => Assert.Empty(new Access().Roles(Drafter, "read-trial"));

    [Fact]
    public void A_relation_is_asked_only_of_records_that_belong_somewhere()
    {
        var (_, access) = Product.Compose();
        var belonging = typeof(Trial).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IBelongs)) && type.IsClass)
            .SelectMany(type => typeof(Trial).Assembly.GetTypes().Where(command => command.GetInterfaces().Contains(typeof(ICommand<>).MakeGenericType(type))))
            .Select(Access.ActionOf).Concat(typeof(Trial).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(CycleCommand))).Select(Access.ActionOf)).Concat(["read-cells", "read-draft-of-pilot", "read-plan-without-date", "take-part-in-review", "take-part-in-membership", "read-saved-views",
                "read-draft-of-call", "read-grant-application", "read-sealed-application", "read-grant"]).ToHashSet(StringComparer.Ordinal);
        Assert.All(access.Table.Where(row => row.Value.Any(grant => grant.To is not Relation.Anywhere)), row => Assert.Contains(row.Key, belonging));
    }
}
