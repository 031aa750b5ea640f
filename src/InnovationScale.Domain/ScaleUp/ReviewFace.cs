using System.Collections.Immutable;

namespace InnovationScale.ScaleUp;

/// <summary>What anybody may read of a review, who stepped aside too: what is asked, the dossier, and what was decided and why. Nothing of what was said or of how anybody voted.</summary>
public sealed record ReviewFace(string Id, ReviewState State, string Title, string Innovation, string Version, string Committee, Reach Reach, Pathway Pathway)
{
    public string? Reopens { get; init; }

    public ImmutableArray<string> Cites { get; init; } = [];

    /// <summary>Null until it is on the agenda.</summary>
    public Dossier? Dossier { get; init; }

    public string DossierSha256 { get; init; } = "";

    public DateOnly? VoteFrom { get; init; }

    public string Agenda { get; init; } = "";

    /// <summary>Null until it is decided.</summary>
    public Decided? Decision { get; init; }

    public ImmutableArray<TrackedCondition> Conditions { get; init; } = [];

    /// <summary>Votes on it came to nothing because the evidence changed.</summary>
    public bool VotesWereVoid { get; init; }

    public ScaleStatus Status { get; init; }

    public static ReviewFace Of(string id, ScaleUpReview review) => new(id, review.State, review.Title, review.Innovation, review.Version, review.Committee, review.Reach, review.Pathway)
    {
        Reopens = review.Reopens, Cites = review.Cites, Dossier = review.Dossier, DossierSha256 = review.DossierSha256, VoteFrom = review.VoteFrom, Agenda = review.Agenda, Decision = review.Decision,
        Conditions = review.Conditions, VotesWereVoid = review.Rounds.Any(round => round.Result is RoundResult.Void), Status = review.Status,
    };
}
