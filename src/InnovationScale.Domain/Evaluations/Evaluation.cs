using System.Diagnostics;
using InnovationScale.Trials;
using static InnovationScale.Role;

namespace InnovationScale.Evaluations;

/// <summary>Where an evaluation stands in its life.</summary>
public enum EvaluationState
{
    /// <summary>Before the first event.</summary>
    None,
    Draft,
    InReview,
    Signed,
    Published,

    /// <summary>The results behind it were opened or changed.</summary>
    Superseded,

    /// <summary>Taken back, with a public reason.</summary>
    Retracted,
}

/// <summary>
/// What the closed results of one trial say, computed by a named method from cells whose hash it names, and signed by an evaluator. It is
/// never typed: whoever holds the cells computes the same findings.
/// </summary>
public sealed record Evaluation : IAggregate<Evaluation, EvaluationCommand, EvaluationEvent>
{
    public static string Kind => "evaluation";

    public static Evaluation New { get; } = new();

    public static int FoldVersion => 3;

    /// <summary>Who may ask what of an evaluation, and when.</summary>
    public static Steps<EvaluationState> Steps { get; } = new("evaluation",
        new(typeof(ComputeEvaluation), [EvaluationState.None, EvaluationState.Draft], [Researcher, Evaluator, DataSteward]),
        new(typeof(SubmitEvaluation), [EvaluationState.Draft], [Researcher, Evaluator, DataSteward]),
        new(typeof(ReturnEvaluation), [EvaluationState.InReview], [Evaluator], NeedsReason: true),
        new(typeof(SignEvaluation), [EvaluationState.InReview], [Evaluator]),
        new(typeof(PublishEvaluation), [EvaluationState.Signed], [Researcher, Evaluator]),
        new(typeof(SupersedeEvaluation), [EvaluationState.Draft, EvaluationState.InReview, EvaluationState.Signed, EvaluationState.Published],
            [Researcher, Evaluator, Auditor, Role.System]),
        new(typeof(RetractEvaluation), [EvaluationState.Published], [Evaluator], NeedsReason: true));

    public EvaluationState State { get; init; }

    public string Trial { get; init; } = "";

    public string Innovation { get; init; } = "";

    public string Version { get; init; } = "";

    public Preset Preset { get; init; }

    /// <summary>The closed results it is computed from.</summary>
    public string DatasetSha256 { get; init; } = "";

    /// <summary>How often they had been opened again when it was computed; null where that was not kept yet.</summary>
    public int? Opened { get; init; }

    public string Method { get; init; } = "";

    public Findings? Findings { get; init; }

    public string? SubmittedBy { get; init; }

    public string? SignedBy { get; init; }

    /// <summary>The signer has no tie to those who ran the trial.</summary>
    public bool Independent { get; init; }

    /// <summary>The signer is not on the team.</summary>
    public bool OffTeam { get; init; }

    /// <summary>The rating as signed; null before.</summary>
    public Rating? Rating { get; init; }

    public string? RetractedBecause { get; init; }

    /// <summary>Why the results behind it were opened again, as it was said then.</summary>
    public string? SupersededBecause { get; init; }

    /// <summary>Signed, and neither superseded nor taken back: the only evaluations that count.</summary>
    public bool Counts => State is EvaluationState.Signed or EvaluationState.Published;

    public Decision<EvaluationEvent> Decide(EvaluationCommand command, Stamp stamp) => Steps.Refuse(command, State, stamp) is { } refusal ? refusal : command switch
    {
        ComputeEvaluation compute => Compute(compute),
        SubmitEvaluation => new EvaluationSubmitted(),
        ReturnEvaluation => new EvaluationReturned(),
        SignEvaluation sign => Sign(sign, stamp),
        PublishEvaluation => new EvaluationPublished(),
        SupersedeEvaluation supersede => Supersede(supersede),
        RetractEvaluation => new EvaluationRetracted(),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public Evaluation Evolve(EvaluationEvent happened, Stamp stamp) => happened switch
    {
        EvaluationComputed e => this with
        {
            State = EvaluationState.Draft, Trial = e.Trial, Innovation = e.Innovation, Version = e.Version, Preset = e.Preset,
            DatasetSha256 = e.DatasetSha256, Opened = e.Opened, Method = e.Method, Findings = e.Findings,
        },
        EvaluationSubmitted => this with { State = EvaluationState.InReview, SubmittedBy = stamp.Actor },
        EvaluationReturned => this with { State = EvaluationState.Draft, SubmittedBy = null },
        EvaluationSigned e => this with { State = EvaluationState.Signed, SignedBy = stamp.Actor, Independent = e.Independent, OffTeam = e.OffTeam, Rating = e.Rating },
        EvaluationPublished => this with { State = EvaluationState.Published },
        EvaluationSuperseded => this with { State = EvaluationState.Superseded, SupersededBecause = stamp.Reason },
        EvaluationRetracted => this with { State = EvaluationState.Retracted, RetractedBecause = stamp.Reason },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private Decision<EvaluationEvent> Compute(ComputeEvaluation compute)
    {
        if (State is EvaluationState.Draft && compute.Trial != Trial) return new Refusal("evaluation-of-another-trial", "This evaluation is about another trial.");
        if (compute.Data is not { } data || data.LockedSha256.Length == 0)
            return new Refusal("trial-not-locked", "The trial's results are not closed yet. Two people close them first.");
        if (compute.DatasetSha256 != data.LockedSha256)
            return new Refusal("evaluation-on-other-data", "The trial's results are closed under another hash now. Look at them again.") { Kind = RefusalKind.Stale };
        if (CellRows.Sha256(data.Cells) != data.LockedSha256)
            return new Refusal("cells-not-as-locked", "These cells are not the ones that were closed: their hash differs.");
        if (Methods.Named(compute.Method) is not { } method)
            return Refusal.Invalid("method-unknown", $"There is no method “{compute.Method}”. Known are: {string.Join(", ", Methods.All.Select(known => known.Name))}.");
        if (method.Model != data.Plan.Analysis)
            return new Refusal("method-not-planned", $"The plan registered another analysis than “{method.Name}”. Use the registered one.");
        if (!data.Plan.Design.ComparesGroups())
            return new Refusal("method-does-not-fit", "This design compares times, not groups; no method here computes it.");

        return new EvaluationComputed(compute.Trial, data.Innovation, data.Version, data.Preset, data.LockedSha256, method.Name, method.Evaluate(data)) { Opened = data.Opened };
    }

    private Decision<EvaluationEvent> Sign(SignEvaluation sign, Stamp stamp)
    {
        if (stamp.Actor == SubmittedBy) return Refusal.NotAllowed("evaluation-own-submission", "Somebody other than the person who submitted it signs an evaluation.");
        if (!Results.Stand(sign.LockedSha256, sign.Opened))
            return new Refusal("evaluation-on-other-data", "The trial's results have been opened or changed since this was computed. Compute it again.");

        var offTeam = !sign.Ties.Team.IsEmpty && !sign.Ties.OnTeam(stamp);
        if (!offTeam && Preset is Preset.Standard)
            return Refusal.NotAllowed("evaluation-inside-team", "An evaluator from outside the team signs.");

        var independent = sign.Ties.Independent(stamp);
        return new EvaluationSigned(independent, offTeam, Signed(Findings!.Rating, independent, Preset));
    }

    /// <summary>The rating as it is signed: capped where the evaluator is not independent, and where a standard trial stands alone.</summary>
    public static Rating Signed(Rating rating, bool independent, Preset preset)
    {
        if (!independent) rating = rating.Capped(NotIndependent);
        return preset is Preset.Standard ? rating.Capped(StandardPreset) : rating;
    }

    private static Criterion NotIndependent { get; } = new("independence", 2, "The evaluator has a tie to those who ran the trial.");

    /// <summary>The name of the cap on a standard trial that stands alone.</summary>
    public const string PresetCriterion = "preset";

    private static Criterion StandardPreset { get; } = new(PresetCriterion, 2, "A standard trial alone is rated 2 at most; it counts in a pool.");

    private ClosedResults Results => new(DatasetSha256, Opened);

    private Decision<EvaluationEvent> Supersede(SupersedeEvaluation supersede) => Results.Stand(supersede.LockedSha256, supersede.Opened)
        ? new Refusal("evaluation-still-stands", "The trial's results are still closed under the hash this evaluation names.")
        : new EvaluationSuperseded();
}
