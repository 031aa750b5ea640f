using System.Collections.Immutable;
using InnovationScale.Evaluations;
using InnovationScale.Storage;

namespace InnovationScale.Community;

/// <summary>Every public evaluation as a brief to cite, by what was found: also where nothing was, where it harmed, and what was taken back.</summary>
public sealed class CompendiumPage(Desk desk, EvaluationLists evaluations) : AppPage
{
    private const int Most = 500;

    /// <summary>By verdict, in the order of the verdicts; what was taken back stands apart.</summary>
    public ImmutableArray<(Verdict? Verdict, ImmutableArray<Brief> Briefs)> Found { get; private set; } = [];

    public async Task OnGetAsync()
    {
        // What a visitor sees, whoever asks: a brief is to be read by everybody it is cited to.
        var (rows, _) = await evaluations.List(Principal.Anonymous, new(), Most, after: null);
        var titles = await desk.Query(Who, "list-trials", connection => connection.Query(
            $"select id, title from trial where id in (select trial from evaluation where {EvaluationsFeature.Public}) "
            + $"union all select id, title from innovation where id in (select innovation from evaluation where {EvaluationsFeature.Public})", r => (Id: r.GetString(0), Title: r.GetString(1))));
        var named = titles.GroupBy(one => one.Id, StringComparer.Ordinal).ToDictionary(one => one.Key, one => one.First().Title, StringComparer.Ordinal);
        Found =
        [
            .. rows.Select(row => new Brief(row, named.GetValueOrDefault(row.Trial, row.Trial), named.GetValueOrDefault(row.Innovation, row.Innovation)))
                .GroupBy(brief => brief.Evaluation.State is EvaluationState.Retracted ? null : brief.Evaluation.Verdict).OrderBy(group => group.Key ?? (Verdict)int.MaxValue)
                .Select(group => (group.Key, group.OrderBy(brief => brief.Trial, StringComparer.Create(Words.Culture, System.Globalization.CompareOptions.None)).ToImmutableArray())),
        ];
    }
}

/// <summary>One evaluation with the names of what it is about.</summary>
public sealed record Brief(EvaluationListed Evaluation, string Trial, string Innovation);
