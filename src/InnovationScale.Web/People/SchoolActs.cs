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
        Row(asked, "rename-school", a => new RenameSchool(a["name"]), new Question("name") { Given = asked.View.State.Name }),
    ]);

    protected override bool MayNow(School school, Type command, Principal who) => true;
}
