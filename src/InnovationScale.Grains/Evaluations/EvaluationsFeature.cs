using System.Collections.Immutable;
using InnovationScale.Storage;

namespace InnovationScale.Evaluations;

/// <summary>Evaluations as the host runs and lists them.</summary>
public static class EvaluationsFeature
{
    /// <summary>An evaluation that was taken back stays for everybody to see, with the reason.</summary>
    private static readonly ImmutableArray<EvaluationState> PublicStates = [EvaluationState.Published, EvaluationState.Retracted];

    /// <summary>What holds of the rows that anybody may see.</summary>
    public static string Public { get; } = $"state in ({string.Join(", ", PublicStates.Select(state => $"'{state}'"))})";

    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Evaluations], (view, happened, stamp) => [.. Trials.TrialFollowUps.Of(view, happened, stamp), .. ScaleUp.ScaleUpFollowUps.Of(view, happened, stamp)]);
        access.Allow(Evaluation.Steps).Allow("read-evaluation", Access.Everybody).Allow("list-evaluations", Access.Everybody)
            // A visitor sees one once it is public.
            .Allow("read-unpublished-evaluation", Access.SignedIn)
            .Hide<Evaluation>(evaluation => !PublicStates.Contains(evaluation.State), unless: "read-unpublished-evaluation");
    }

    /// <summary>One row an evaluation; the effect is the primary one, improvement positive, in standard deviations.</summary>
    public static ReadTable<Evaluation> Evaluations { get; } = ReadTable<Evaluation>.OneRow("evaluation", 1,
        [
            ("trial", "text"), ("innovation", "text"), ("innovation_version", "text"), ("state", "text"), ("method", "text"), ("dataset_sha256", "text"),
            ("verdict", "text"), ("rating", "bigint"), ("independent", "bigint"), ("g", "double precision"), ("se", "double precision"), ("low", "double precision"), ("high", "double precision"),
            ("version", "bigint"),
        ],
        ["trial", "innovation, innovation_version"],
        view =>
        {
            var e = view.State;
            var effect = e.Findings?.Primary?.Effect;
            var (g, low, high) = effect?.Improvement() ?? default;
            return
            [
                e.Trial, e.Innovation, e.Version, e.State.ToString(), e.Method, e.DatasetSha256,
                e.Findings?.Verdict.ToString(), e.Rating?.Value ?? e.Findings?.Rating.Value, e.Independent ? 1L : 0L,
                effect is null ? null : g, effect?.StandardError, effect is null ? null : low, effect is null ? null : high, view.Version,
            ];
        });
}
