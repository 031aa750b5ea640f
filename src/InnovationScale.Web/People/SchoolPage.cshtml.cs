using InnovationScale.Acts;
using InnovationScale.Pilots;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>A school: what is said of it once for all its pilots, and which pilots it runs.</summary>
public sealed class SchoolPage(Desk desk, PilotLists lists) : AppPage
{
    private const int Most = 50;

    [FromRoute]
    public string Id { get; set; } = "";

    public School School { get; private set; } = School.New;

    /// <summary>Answers that say something, in the order they are asked.</summary>
    public IReadOnlyList<(string Question, string Answer)> Known { get; private set; } = [];

    public bool MaySeeColleagues => Person?.Session is not null && (Who.Is(Role.Admin) || Who.Roles.Any(held => held.In == Id));

    /// <summary>This person's network acts for the school.</summary>
    public bool ActsForIt => School.ActedForBy is { } network && Who.Roles.Contains(new HeldRole(Role.Facilitator, network));

    public IReadOnlyList<PilotRow> Pilots { get; private set; } = [];

    public async Task<IActionResult> OnGet()
    {
        var view = await desk.Look<School>(Who, "read-school", Id);
        if (!view.Exists) return NotFound();

        School = view.State;
        Known =
        [
            .. from dimension in ContextProfile.Dimensions
               where dimension.Code != "country" && School.Context.GetValueOrDefault(dimension.Code) is { Value: not null }
               let answer = School.Context[dimension.Code]
               select (ContextQuestions.Name(dimension.Code, Words), string.Join(", ", answer.Value!.Split('+').Select(value => ContextQuestions.Value(value, Words)))),
        ];
        (Pilots, _) = await lists.List(Who, new(School: Id), PilotOrder.Newest, Most, null);
        return Page();
    }
}
