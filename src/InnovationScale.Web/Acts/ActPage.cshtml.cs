using InnovationScale.Components;
using InnovationScale.People;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Acts;

/// <summary>One act on one record: its questions, and the command that the answers make. Every kind of record shares this page.</summary>
/// <remarks>A kind is written in letters alone, so that no address of the API (<c>/api/v1/…</c>) is taken for one of these.</remarks>
[Authorize]
public sealed class ActPage(IEnumerable<IActs> kinds, Desk desk, IPeople people) : AppPage
{
    [FromRoute]
    public string Kind { get; set; } = "";

    [FromRoute]
    public string Id { get; set; } = "";

    [FromRoute(Name = "act")]
    public string Name { get; set; } = "";

    /// <summary>A part of the record, such as a point of a cycle.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Of { get; set; }

    public Acting Acting { get; private set; } = null!;

    public string Title => Words[$"act.{Name}"];

    public IReadOnlyList<Question> Questions { get; private set; } = [];

    public override IReadOnlyList<string> FieldOrder => [.. Questions.Select(question => question.Name)];

    public string? About => Act.About;

    /// <summary>Every question may be left open; the page says so once.</summary>
    public bool AllOptional => Questions.All(question => question.Optional);

    private Act Act { get; set; } = null!;

    public async Task<IActionResult> OnGet() => await Load() && Act.Offered ? Page() : NotFound();

    public async Task<IActionResult> OnPost(long version)
    {
        if (!await Load()) return NotFound();

        foreach (var name in FieldOrder)
        {
            ModelState.SetModelValue(name, Request.Form[name].OfType<string>().ToArray(), Request.Form[name]);
            ModelState.MarkFieldSkipped(name);
        }

        var answers = Answers.Read(Request.Form, Act, Words, ModelState.AddModelError);
        if (!ModelState.IsValid) return Mend();

        var why = Act.Questions.Any(question => question.Name == Question.Why.Name) ? answers.OrNull(Question.Why.Name) : null;
        var outcome = await Act.Do(answers, Asked(why, Act.Adds ? null : version));
        return outcome.Refusal is { } refusal ? Refuse(refusal) : See(Act.Then?.Invoke(outcome.Receipt!) ?? Acting.Page);
    }

    private async Task<bool> Load()
    {
        if (kinds.FirstOrDefault(known => known.Kind == Kind) is not { } acts || await acts.Open(Who, Id, Of, Words) is not { } acting) return false;
        if (acting.Acts.FirstOrDefault(known => known.Name == Name) is not { } act) return false;

        var questions = new List<Question>();
        foreach (var question in act.Questions) questions.Add((question.Label is null ? Worded(act, question) : question) with { Options = await Options(question) });
        (Acting, Act, Questions) = (acting, act with { Questions = [.. act.Questions.Zip(questions, (asked, full) => asked with { Options = full.Options })] }, questions);
        return true;
    }

    /// <summary>Asked in the act's own words, else in those that several acts share.</summary>
    private Question Worded(Act act, Question question)
    {
        var own = $"act.{act.Name}.{question.Name}";
        var code = Words.Find(own) is null ? $"ask.{question.Name}" : own;
        return question with { Label = Words[code], Hint = Words.Find($"{code}.hint") };
    }

    private async Task<IReadOnlyList<Choice>> Options(Question question) => question.Kind switch
    {
        Asks.Person when question.Options is [] => [.. (await people.List()).Select(person => new Choice(person.Id, person.At is { } at ? $"{person.Name}, {Words.At(at)}" : person.Name))],
        Asks.School when question.Options is [] => await desk.Query(Who, "list-schools", connection => connection.Query(
            "select id, name from school order by name, id limit 1000", r => new Choice(r.GetString(0), r.GetString(1)))),
        Asks.YesNo => [new("yes", Words["yes"]), new("no", Words["no"])],
        _ => question.Options,
    };
}
