namespace InnovationScale.Trials;

/// <summary>The results that an evaluation was computed from.</summary>
/// <param name="Sha256">The hash at which they were closed.</param>
/// <param name="Opened">How often they had been opened again by then: closed on the very same cells, they may still rest on another plan, other costs or another dose. Null where that was not kept yet.</param>
internal readonly record struct ClosedResults(string? Sha256, int? Opened)
{
    /// <summary>They are still closed, with these cells, and have not been opened since.</summary>
    /// <param name="lockedSha256">The hash at which the trial's results are closed now; null when they are open.</param>
    public bool Stand(string? lockedSha256, int opened) => lockedSha256 == Sha256 && (Opened is null || Opened == opened);
}
