using static InnovationScale.Pilots.HeronBay;

namespace InnovationScale.People;

/// <summary>A school is registered once and described bit by bit.</summary>
public class ASchool
{
    private static readonly Story<School> HeronBay = Story.Of<School>()
        .When(new RegisterSchool("Heron Bay", "NZ"), Lead).Then(new SchoolRegistered("Heron Bay", "NZ", null));

    [Fact]
    public void Has_a_name_and_a_country()
    {
        Story.Of<School>().When(new RegisterSchool("", "NZ"), Lead).ThenRefused("school-name-missing");
        Story.Of<School>().When(new RegisterSchool("Heron Bay", "New Zealand"), Lead).ThenRefused("country-impossible");
        Story.Of<School>().When(new RenameSchool("Heron Bay"), Lead).ThenRefused("no-such-school");
        HeronBay.When(new RegisterSchool("Heron Bay", "NZ"), Lead).ThenRefused("school-already-registered").After(new RenameSchool("Heron Bay School"), Lead);
    }

    [Fact]
    public void Is_acted_for_by_the_network_that_registers_it_until_its_own_lead_confirms() => Story.Of<School>()
        .When(new RegisterSchool("Moss Lane", "NZ", "other"), Facilitator).ThenRefused("not-your-network")
        .When(new RegisterSchool("Moss Lane", "NZ"), Facilitator).Then(new SchoolRegistered("Moss Lane", "NZ", "network")).Where(s => Assert.Equal("network", s.ActedForBy))
        .When(new ConfirmSchool("moss-lane"), Lead).ThenRefused("school-lead-only")
        .When(new ConfirmSchool("moss-lane"), Facilitator).ThenRefused("school-lead-only")
        .When(new ConfirmSchool("moss-lane"), OtherLead).Then(new SchoolConfirmed()).Where(s => Assert.Null(s.ActedForBy))
        .When(new ConfirmSchool("moss-lane"), OtherLead).ThenRefused("school-acts-itself");

    [Fact]
    public void That_is_registered_by_the_programme_acts_for_itself() => HeronBay.Where(s => Assert.Null(s.ActedForBy));

    [Fact]
    public void Is_registered_with_what_is_known_of_it()
    {
        var answers = Unknown(ContextPart.School).Clear().Add("locality", new("rural"));
        Story.Of<School>().When(new RegisterSchool("Moss Lane", "NZ") { Answers = answers.SetItem("locality", new("moon")) }, Facilitator).ThenRefused("context-answer-impossible")
            .When(new RegisterSchool("Moss Lane", "NZ") { Answers = answers }, Facilitator).Then(new SchoolRegistered("Moss Lane", "NZ", "network"), new SchoolContextDescribed(answers));
    }

    [Fact]
    public void Counts_unknown_as_an_answer() => HeronBay
        .When(new DescribeSchoolContext(Unknown(ContextPart.School).SetItem("school-type", new("public+faith"))), Lead).ThenAccepted()
        .Where(s => Assert.Equal(new ContextCount(19, 19, 18), s.ContextCount)).Where(s => Assert.True(s.ContextCount.Complete));

    [Fact]
    public void Takes_only_answers_that_can_be_true()
    {
        var none = Unknown(ContextPart.School).Clear();
        HeronBay.When(new DescribeSchoolContext(none), Lead).ThenRefused("nothing-answered");
        HeronBay.When(new DescribeSchoolContext(none.Add("locality", new("moon"))), Lead).ThenRefused("context-answer-impossible");
        HeronBay.When(new DescribeSchoolContext(none.Add("home-language-match", new("101"))), Lead).ThenRefused("context-answer-impossible");
        HeronBay.When(new DescribeSchoolContext(none.Add("age", new("9"))), Lead).ThenRefused("context-question-unknown");
        HeronBay.When(new DescribeSchoolContext(none.Add("locality", new("rural", 26))), Lead).ThenRefused("context-year-impossible");
    }
}

/// <summary>A person is a display name and the roles held over time.</summary>
public class APerson
{
    private static readonly Stamp Admin = As("ada", Role.Admin, "programme");
    private static readonly HeldRole Teacher = new(Role.Teacher, "heron-bay");
    private static readonly DateOnly September = new(2026, 9, 1);

    private static readonly Story<Person> Registered = Story.Of<Person>()
        .When(new RegisterPerson("Ana", "heron-bay"), Admin).Then(new PersonRegistered("Ana", "heron-bay"));

    private static readonly Story<Person> Teaching = Registered
        .When(new GrantRole(Teacher, September), Lead).Then(new RoleGranted(Teacher, September));

    [Fact]
    public void Is_known_by_a_display_name_and_a_home()
    {
        Story.Of<Person>().When(new RegisterPerson("", "heron-bay"), Admin).ThenRefused("name-missing");
        Story.Of<Person>().When(new RegisterPerson("Ana", ""), Admin).ThenRefused("home-missing");
        Story.Of<Person>().When(new RenamePerson("Ana"), Admin).ThenRefused("no-such-person");
        Registered.When(new RegisterPerson("Ana", "heron-bay"), Admin).ThenRefused("person-already-registered")
            .After(new RenamePerson("Ana M."), Admin).After(new MovePerson("moss-lane"), Admin).Where(p => Assert.Equal("moss-lane", p.Home));
    }

    [Fact]
    public void Holds_a_role_from_its_first_to_its_last_day() => Teaching
        .When(new EndRole("ana", Teacher, September.AddDays(-1)), Lead).ThenRefused("ends-before-start")
        .After(new EndRole("ana", Teacher, September.AddDays(9)), Ana)
        .Where(p => Assert.False(p.Holds(Teacher, September.AddDays(-1))))
        .Where(p => Assert.True(p.Holds(Teacher, September.AddDays(9))))
        .Where(p => Assert.False(p.Holds(Teacher, September.AddDays(10))))
        .When(new EndRole("ana", Teacher, September.AddDays(9)), Lead).ThenRefused("role-not-held")
        .After(new EndRole("ana", Teacher, September.AddDays(4)), Lead).Where(p => Assert.False(p.Holds(Teacher, September.AddDays(5))));

    [Fact]
    public void Gets_roles_from_the_admin_or_the_schools_lead()
    {
        Registered.When(new GrantRole(Teacher, September), OtherLead).ThenRefused("may-not-set-roles");
        Registered.When(new GrantRole(new(Role.SchoolLead, "heron-bay"), September), Lead).ThenRefused("may-not-set-roles");
        Registered.When(new GrantRole(new(Role.System, "programme"), September), Admin).ThenRefused("role-not-grantable");
        Teaching.When(new GrantRole(Teacher, September), Admin).ThenRefused("role-already-held");
    }
}
