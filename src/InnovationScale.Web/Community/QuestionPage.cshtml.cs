using InnovationScale.Storage;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Community;

/// <summary>A question of the learning agenda: how far it is, what looks into it, and what is known now.</summary>
public sealed class QuestionPage(Desk desk, CommunityDesk community) : AppPage
{
    private const int Most = 100;

    public View<LearningQuestion> View { get; private set; } = null!;

    public IReadOnlyList<WorkRow> Work { get; private set; } = [];

    public IReadOnlyList<(string Id, string Name, GroupState State)> Groups { get; private set; } = [];

    /// <summary>Something that the answer rests on has no public evaluation any more.</summary>
    public bool Lost => Work.Any(one => View.State.RestsOn.Contains(one.Work) && !one.Evaluated);

    public async Task<IActionResult> OnGetAsync(string id)
    {
        View = await desk.Look<LearningQuestion>(Who, "read-learning-question", id);
        if (!View.Exists) return NotFound();

        var (rows, evaluated) = (new List<WorkRow>(), await community.Evaluated(id));
        foreach (var work in View.State.Work) rows.Add(new(work, await community.Title(work), evaluated.Contains(work)));
        Work = rows;
        Groups = await desk.Query(Who, "list-groups", connection => connection.Query("select id, name, state from community_group where question = @id order by name, id limit @most",
            r => (r.GetString(0), r.GetString(1), Enum.Parse<GroupState>(r.GetString(2))), ("id", id), ("most", Most)));
        return Page();
    }
}

/// <summary>Work that looks into a question.</summary>
public sealed record WorkRow(LinkedWork Work, string Title, bool Evaluated)
{
    /// <summary>Its page, without the language.</summary>
    public string Place => $"{Work.Kind switch { WorkKind.Innovation => "innovations", WorkKind.Pilot => "pilots", _ => "trials" }}/{Work.Id}";
}
