namespace InnovationScale.ScaleUp;

/// <summary>What has been decided about a version, as its reviews say; never set by hand.</summary>
public enum ScaleStatus
{
    NotDecided,
    Scale,
    ScaleWithConditions,
    ReplicateMore,
    Adapt,
    Hold,
    Stop,

    /// <summary>A condition was not met in time.</summary>
    Lapsed,

    /// <summary>Decided on evidence that has changed since.</summary>
    InQuestion,
}

public static class ScaleStatuses
{
    extension(ScaleUpReview review)
    {
        /// <summary>What this review alone says.</summary>
        public ScaleStatus Status => review switch
        {
            { Decision: null } => ScaleStatus.NotDecided,
            { State: ReviewState.Lapsed } => ScaleStatus.Lapsed,
            { Decision.EvidenceSince: not [] } => ScaleStatus.InQuestion,
            _ => Enum.Parse<ScaleStatus>(review.Decision.Motion.Kind.ToString()),
        };
    }
}
