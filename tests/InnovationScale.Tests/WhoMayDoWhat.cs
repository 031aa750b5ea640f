using System.Collections.Immutable;
using InnovationScale.People;
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
        TeacherElsewhere = new("lucia", "Lucia", [new(Role.Teacher, "casa")]);

    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private EventLog log = null!;
    private LocalGrains grains = null!;
    private Desk desk = null!;
    private Histories histories = null!;
    private Finder finder = null!;

    public async Task InitializeAsync()
    {
        var (kinds, access) = Product.Compose();
        var store = new SqlLogStore(new SqliteEngine(folder), kinds);
        log = new(store, TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        grains = new(kinds, log, TimeProvider.System);
        desk = new(grains, store, access, TimeProvider.System);
        (histories, finder) = (new(desk, store, kinds), new(desk, store, kinds));
        await Done(Principal.System, "heron-bay", new RegisterSchool("Heron Bay", "KE", "lantern"));
        await Done(Principal.System, "lake-road", new RegisterSchool("Lake Road", "KE", null));
        await Done(Principal.System, "casa", new RegisterSchool("Casa del Colibrí", "CO", "other-network"));
        await Done(Drafter, "t", new DraftTrial("Talk first", "talk-first", "v1", null, Preset.Standard, new Registration()));
        await Done(Drafter, "t", new AddSite("heron-bay", null, null, new(2026, 1, 5)));
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
        foreach (var who in (Principal[])[Elsewhere, TeacherElsewhere])
        {
            Assert.Equal("not-yours", (await Ask(who, "t", Revision("Mine now")))?.Code);
            Assert.Equal("not-yours", (await Assert.ThrowsAsync<AccessDeniedException>(() => desk.Look<Trial>(who, "read-cells", "t"))).Refusal.Code);
        }
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
        Assert.Empty(await finder.Find(Principal.Anonymous, "talk"));
        Assert.NotNull(await histories.Read(Drafter, Trial.Kind, "t", before: null, most: 10));
        Assert.NotEmpty(await finder.Find(Drafter, "talk"));
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
            .Select(Access.ActionOf).Append("read-cells").ToHashSet(StringComparer.Ordinal);
        Assert.All(access.Table.Where(row => row.Value.Any(grant => grant.To is not Relation.Anywhere)), row => Assert.Contains(row.Key, belonging));
    }
}
