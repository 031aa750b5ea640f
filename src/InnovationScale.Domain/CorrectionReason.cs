namespace InnovationScale;

/// <summary>Why what was recorded is replaced by another value.</summary>
public enum CorrectionReason
{
    TranscriptionError,
    UnitError,
    WrongClass,
    LateData,
    InstrumentError,

    /// <summary>A family said no afterwards: what is recorded is told again without the child.</summary>
    ConsentWithdrawn,
    Other,
}
