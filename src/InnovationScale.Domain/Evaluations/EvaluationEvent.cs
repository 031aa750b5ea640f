using System.Text.Json.Serialization;

namespace InnovationScale.Evaluations;

/// <summary>What has happened to an <see cref="Evaluation"/>.</summary>
[JsonDerivedType(typeof(EvaluationComputed), "evaluation-computed")]
[JsonDerivedType(typeof(EvaluationSubmitted), "evaluation-submitted")]
[JsonDerivedType(typeof(EvaluationReturned), "evaluation-returned")]
[JsonDerivedType(typeof(EvaluationSigned), "evaluation-signed")]
[JsonDerivedType(typeof(EvaluationPublished), "evaluation-published")]
[JsonDerivedType(typeof(EvaluationSuperseded), "evaluation-superseded")]
[JsonDerivedType(typeof(EvaluationRetracted), "evaluation-retracted")]
public abstract record EvaluationEvent : IEvent<Evaluation>;

/// <summary>The findings, with the hash and the method from which anybody who holds the cells computes them again.</summary>
public sealed record EvaluationComputed(string Trial, string Innovation, string Version, Preset Preset, string DatasetSha256, string Method, Findings Findings)
    : EvaluationEvent
{
    /// <summary>How often the results had been opened again before; null where that was not kept yet.</summary>
    public int? Opened { get; init; }
}

public sealed record EvaluationSubmitted : EvaluationEvent;

public sealed record EvaluationReturned : EvaluationEvent;

/// <param name="Rating">The rating of the findings, capped where the evaluator is not independent.</param>
public sealed record EvaluationSigned(bool Independent, bool OffTeam, Rating Rating) : EvaluationEvent;

public sealed record EvaluationPublished : EvaluationEvent;

public sealed record EvaluationSuperseded : EvaluationEvent;

public sealed record EvaluationRetracted : EvaluationEvent;
