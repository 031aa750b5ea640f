using InnovationScale.Acts;

namespace InnovationScale.People;

/// <summary>What is said of a school once, so that no pilot has to ask it again.</summary>
internal sealed class SchoolActs(Desk desk, Access access, TimeProvider clock) : Acts<School>("schools", desk, access)
{
    protected override string Title(ActsAsked<School> asked) => asked.View.State.Name;

    protected override Task<IReadOnlyList<Act>> Rows(ActsAsked<School> asked) => Task.FromResult<IReadOnlyList<Act>>(
    [
        Row(asked, "describe-school", a => new DescribeSchoolContext(ContextQuestions.Read(a, asked.View.State.Context, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), ContextPart.School)),
            ContextQuestions.Of(asked.Words, asked.View.State.Context, ContextPart.School)),
        Confirm(asked),
        Row(asked, "rename-school", a => new RenameSchool(a["name"]), new Question("name") { Given = asked.View.State.Name }),
    ]);

    /// <summary>Only the school's own lead is offered it.</summary>
    private Act Confirm(ActsAsked<School> asked)
    {
        var confirm = Row(asked, "confirm-school", _ => new ConfirmSchool(asked.View.Id));
        return confirm with { Offered = confirm.Offered && asked.Who.Roles.Contains(new HeldRole(Role.SchoolLead, asked.View.Id)) };
    }

    protected override bool MayNow(School school, Type command, Principal who) => command != typeof(ConfirmSchool) || school.ActedForBy is not null;
}
