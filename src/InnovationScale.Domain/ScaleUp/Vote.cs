using System.Collections.Immutable;
using InnovationScale.Committees;

namespace InnovationScale.ScaleUp;

/// <summary>What a committee can decide.</summary>
public enum DecisionKind
{
    Scale,
    ScaleWithConditions,

    /// <summary>Try it first in kinds of schools that are named.</summary>
    ReplicateMore,

    /// <summary>Change parts that are named first.</summary>
    Adapt,
    Hold,
    Stop,
}

/// <summary>What is put to the vote.</summary>
/// <param name="Words">What is to happen, in a sentence or two that a minister understands.</param>
public sealed record Motion(DecisionKind Kind, string Words)
{
    /// <summary>Kinds of schools to try it in, where more replications are asked for.</summary>
    public ImmutableArray<string> Cells { get; init; } = [];

    /// <summary>Parts to change, where a change is asked for.</summary>
    public ImmutableArray<string> Components { get; init; } = [];

    public ImmutableArray<Condition> Conditions { get; init; } = [];
}

/// <summary>Something that must come true for the decision to go on holding.</summary>
/// <param name="Owner">The person who sees to it.</param>
/// <param name="DueOn">The last day; unless it is met by then, the decision lapses.</param>
public sealed record Condition(string Id, string Words, string Owner, DateOnly DueOn);

public enum Procedure
{
    /// <summary>Members meet; those present vote.</summary>
    Meeting,

    /// <summary>Whoever votes is present.</summary>
    Written,
}

public enum Ballot
{
    For,
    Against,
    Abstain,
}

/// <summary>One member's vote. It names the dossier it was cast on.</summary>
public sealed record Vote(Ballot Choice, string Reason, string DossierSha256, DateTimeOffset At);

public enum RoundResult
{
    Open,
    Carried,
    NotCarried,
    Adjourned,

    /// <summary>The evidence behind the dossier changed: the votes are kept and count for nothing.</summary>
    Void,
}

/// <summary>One motion and what became of it.</summary>
public sealed record VoteRound(Motion Motion, Procedure Procedure, string DossierSha256)
{
    /// <summary>Who is at the meeting; of a written procedure, whoever has voted.</summary>
    public ImmutableSortedSet<string> Present { get; init; } = [];

    /// <summary>The last vote of each member.</summary>
    public ImmutableSortedDictionary<string, Vote> Votes { get; init; } = ImmutableSortedDictionary<string, Vote>.Empty;

    public RoundResult Result { get; init; }

    /// <summary>What was counted; null while the vote is open or came to nothing.</summary>
    public Tally? Tally { get; init; }
}

/// <summary>What was counted, after those who stepped aside were left out.</summary>
public sealed record Tally(int VotedFor, int VotedAgainst, int Abstained, int Present, int Eligible, int Quorum, int SteppedAside)
{
    public bool HasQuorum => Present >= Quorum;

    /// <summary>Votes of people who may not vote, or not any more, count nowhere.</summary>
    public static Tally Of(VoteRound round, IReadOnlyCollection<string> eligible, int steppedAside, VotingRules rules)
    {
        Ballot[] counted = [.. round.Votes.Where(vote => eligible.Contains(vote.Key)).Select(vote => vote.Value.Choice)];
        return new(counted.Count(choice => choice is Ballot.For), counted.Count(choice => choice is Ballot.Against), counted.Count(choice => choice is Ballot.Abstain),
            round.Present.Count(eligible.Contains), eligible.Count, rules.Quorum(eligible.Count), steppedAside);
    }
}

/// <summary>What was decided, on which dossier, and why.</summary>
public sealed record Decided(Motion Motion, string Rationale, string Dissent, DateOnly ReviewOn, Tally Tally, string DossierSha256, DateOnly On)
{
    /// <summary>Evidence that changed after the decision; it stands, and says so.</summary>
    public ImmutableArray<string> EvidenceSince { get; init; } = [];

    /// <summary>The day on which it was to be looked at again has come.</summary>
    public bool FellDue { get; init; }
}

public enum ConditionState
{
    Open,

    /// <summary>Its owner says that it is met; somebody else has not accepted it yet.</summary>
    Told,
    Met,
    Lapsed,
}

/// <summary>A condition and what became of it.</summary>
public sealed record TrackedCondition(Condition Condition, ConditionState State = ConditionState.Open)
{
    /// <summary>What its owner shows for it.</summary>
    public string Evidence { get; init; } = "";

    public string? ToldBy { get; init; }

    public string? AcceptedBy { get; init; }
}
