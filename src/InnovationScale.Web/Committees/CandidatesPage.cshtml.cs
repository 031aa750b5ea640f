using System.Collections.Immutable;
using InnovationScale.Innovations;
using InnovationScale.ScaleUp;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Committees;

/// <summary>Every innovation in the order of a committee's weights, with what the order is made of.</summary>
public sealed class CandidatesPage(Desk desk, CandidateDesk candidates) : AppPage
{
    public View<Committee> View { get; private set; } = null!;

    public ImmutableSortedDictionary<string, double> Weights { get; private set; } = Ranking.Even;

    public ImmutableArray<Ranked> Ranked { get; private set; } = [];

    /// <summary>What an ingredient says, in words where it is a code.</summary>
    public string Figure(Ingredient part) => part switch
    {
        { Shown: "" } => Words["none"],
        { Name: Ranking.Bottleneck } => Words[$"area.{part.Shown}"],
        { Name: Ranking.Equity } when part.Shown.Split('/') is [var known, var all] => Words["{known} of {all} groups known", ("known", known), ("all", all)],
        { Name: Ranking.Equity } => Words["did worse: {groups}", ("groups", string.Join(Words[", "], part.Shown.Split(", ").Select(group => EvidenceWords.Pupils(group, Words))))],
        _ => part.Shown,
    };

    public async Task<IActionResult> OnGetAsync(string id)
    {
        View = await desk.Look<Committee>(Who, "read-committee", id);
        if (await candidates.Rank(Who, id) is not var (weights, ranked)) return NotFound();

        (Weights, Ranked) = (weights, ranked);
        return Page();
    }
}
