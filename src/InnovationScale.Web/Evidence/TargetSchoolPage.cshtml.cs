using System.Collections.Immutable;
using InnovationScale.Acts;
using InnovationScale.Innovations;
using InnovationScale.People;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Evidence;

/// <summary>Somebody describes a school and reads the nearest evidence, what was found there, and what nobody knows. Nothing is kept; the address holds the answers.</summary>
public sealed class TargetSchoolPage(EvidenceDesk evidence, Desk desk) : AppPage
{
    /// <summary>Places told one by one.</summary>
    public const int PlacesShown = 5;

    private static readonly ImmutableArray<ContextPart> Parts = [ContextPart.School, ContextPart.Learners];

    [BindProperty(SupportsGet = true)]
    public string? Version { get; set; }

    public VersionEvidence Evidence { get; private set; } = null!;

    public EvidenceWords Says { get; private set; } = null!;

    /// <summary>Questions that part schools into kinds come first.</summary>
    public IReadOnlyList<Question> First { get; private set; } = [];

    public IReadOnlyList<Question> Others { get; private set; } = [];

    /// <summary>Null until something is answered.</summary>
    public TargetSchool? Target { get; private set; }

    /// <param name="school">A registered school whose own answers are taken.</param>
    public async Task<IActionResult> OnGetAsync(string id, string? school)
    {
        if (await evidence.Read(Who, id, Version) is not { } read) return NotFound();

        (Evidence, Says) = (read, new(read, Words));
        var known = school is { Length: > 0 } ? (await desk.Look<School>(Who, "read-school", school)).State.Context : ImmutableSortedDictionary<string, ContextAnswer>.Empty;
        var answers = known.SetItems(TargetSchoolAnswers.Read(Request.Query));
        var questions = ContextQuestions.Of(Words, answers, Parts).Where(question => ContextProfile.Knows(question.Name)).Select(question => question with { Options = [.. question.Options.Where(option => option.Value != "unknown")] });
        var kinds = ContextProfile.Dimensions.Where(Untried.TellsKinds).Select(kind => kind.Code).ToHashSet(StringComparer.Ordinal);
        (First, Others) = ([.. questions.Where(question => kinds.Contains(question.Name))], [.. questions.Where(question => !kinds.Contains(question.Name))]);
        if (ContextProfile.Fault(answers, Parts) is { } fault) return Refuse(fault);

        if (answers.Values.Any(answer => answer.Value is not null)) Target = read.For(answers);
        return Page();
    }

    public string Range(double low, double high) => Words["chart.range", ("low", Words.Number(low, 2)), ("high", Words.Number(high, 2))];

    public string Question(string code) => ContextQuestions.Name(code, Words);
}

/// <summary>A school described in an address: <c>?locality=rural&amp;home-language-match=20</c>.</summary>
internal static class TargetSchoolAnswers
{
    /// <summary>What is left open is unknown.</summary>
    public static ImmutableSortedDictionary<string, ContextAnswer> Read(Microsoft.AspNetCore.Http.IQueryCollection query) => query
        .Where(one => ContextProfile.Knows(one.Key)).Select(one => (one.Key, Value: string.Join('+', one.Value.Where(value => !string.IsNullOrWhiteSpace(value)).Select(value => value!.Trim()))))
        .Where(one => one.Value.Length > 0).ToImmutableSortedDictionary(one => one.Key, one => new ContextAnswer(one.Value), StringComparer.Ordinal);
}
