using InnovationScale.Trials;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Evaluations;

/// <summary>What a trial's closed results say: the verdict in words first, then how far it can be trusted, then the numbers.</summary>
public sealed class EvaluationPage(Desk desk, TrialDesk trials) : AppPage
{
    private static readonly (string Name, string Says, EvaluationCommand Command)[] Moves =
    [
        ("submit", Words.Key("Give it to an evaluator"), new SubmitEvaluation()),
        ("return", Words.Key("Give it back"), new ReturnEvaluation()),
        ("sign", Words.Key("Sign it: I stand for it"), new SignEvaluation()),
        ("publish", Words.Key("Make it public"), new PublishEvaluation()),
        ("retract", Words.Key("Take it back"), new RetractEvaluation()),
    ];

    private View<Evaluation> view = new("", Evaluation.New, 0);

    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    [BindProperty]
    public long? Version { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public Evaluation Evaluation => view.State;

    public long CurrentVersion => view.Version;

    public Findings Findings => Evaluation.Findings!;

    public Rating Rating => Evaluation.Rating ?? Findings.Rating;

    public string TrialTitle { get; private set; } = "";

    public string Unit { get; private set; } = "";

    public IReadOnlyList<(string Name, string Says, bool NeedsReason)> NextMoves { get; private set; } = [];

    public async Task<IActionResult> OnGet() => await Load() ? Page() : NotFound();

    public async Task<IActionResult> OnPost(string step)
    {
        if (Moves.FirstOrDefault(move => move.Name == step) is not { Command: { } command }) return NotFound();

        var outcome = await trials.Execute(Who, Asked(Reason, Version), Id, command);
        if (outcome.Refusal is not { } refusal) return See($"evaluations/{Id}");

        return await Load() ? Refuse(refusal) : NotFound();
    }

    /// <summary>How big the difference is, in words and in the measure's own unit.</summary>
    public string HowBig(Effect effect)
    {
        var (g, low, high) = effect.Improvement();
        var better = effect.HigherIsBetter ? effect.Difference : -effect.Difference;
        return Words[
            better >= 0
                ? "Pupils who got it did {difference} {unit} better on average: {size} of the usual spread between pupils, likely between {low} and {high}."
                : "Pupils who got it did {difference} {unit} worse on average: {size} of the usual spread between pupils, likely between {low} and {high}.",
            ("difference", Words.Number(Math.Abs(better), 1)), ("unit", Unit), ("size", Words.Number(Math.Abs(g), 2)), ("low", Signed(low)), ("high", Signed(high))];
    }

    private string Signed(double value) => Words[value < 0 ? "{number} worse" : "{number} better", ("number", Words.Number(Math.Abs(value), 2))];

    /// <summary>How many pupils were lost track of, whether evenly, and whether that is few enough.</summary>
    public string Lost(AttritionFinding loss) => string.Join(' ', (string[])
    [
        loss.Overall is { } overall ? Words["{share} of 100.", ("share", Words.Number(100 * overall))] : Words["Not known."],
        loss.Differential is not { } uneven ? ""
            : Math.Abs(uneven) < 0.005 ? Words["As many in every group."]
            : Words["One group lost {share} in 100 more than the other.", ("share", Words.Number(100 * Math.Abs(uneven)))],
        loss.Low is { } low ? Words[low ? "That is few enough." : "That is too many to be sure."] : "",
    ]);

    private async Task<bool> Load()
    {
        view = await desk.Look<Evaluation>(Who, "read-evaluation", Id);
        if (Evaluation.Findings is null) return false;

        var trial = (await desk.Look<Trial>(Who, "read-trial", Evaluation.Trial)).State;
        (TrialTitle, Unit) = (trial.Title, trial.Plan.Primary?.Unit ?? "");
        NextMoves =
        [
            .. from move in Moves
               let row = Evaluation.Steps.Rows.First(row => row.Command == move.Command.GetType())
               where row.From.Contains(Evaluation.State) && row.Roles.Any(Who.Is) && !(move.Name is "sign" && Evaluation.SubmittedBy == Who.Person)
               select (move.Name, move.Says, row.NeedsReason),
        ];
        return true;
    }
}
