using InnovationScale.Committees;
using InnovationScale.Innovations;
using InnovationScale.People;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.ScaleUp;

/// <summary>What a committee is asked, what is known, what it decided and why; below it what is for those who take part.</summary>
public sealed class ReviewPage(Desk desk, ReviewDesk reviews, IPeople people) : TakingPartPage(desk, people)
{
    public ReviewFace Face { get; private set; } = null!;

    public ReviewWords Says { get; private set; } = null!;

    public string Committee { get; private set; } = "";

    public string Innovation { get; private set; } = "";

    /// <summary>What the case still lacks, as long as it is drafted.</summary>
    public IReadOnlyList<Missing> Lacks { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (await reviews.Face(id) is not { } face) return NotFound();

        (Face, Says) = (face, new(face, Words));
        Committee = (await Desk.Look<Committee>(Who, "read-committee", face.Committee)).State.Name;
        Innovation = (await Desk.Look<Innovation>(Who, "read-innovation", face.Innovation)).State.Title;
        await Open(id);
        foreach (var condition in face.Conditions) await Remember(condition.Condition.Owner);
        if (Inside is { State.State: ReviewState.Draft or ReviewState.Returned } drafted) Lacks = await reviews.Missing(drafted.State);
        return Page();
    }
}
