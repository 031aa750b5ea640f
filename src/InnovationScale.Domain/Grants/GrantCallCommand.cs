using System.Collections.Immutable;

namespace InnovationScale.Grants;

/// <summary>What can be asked of a <see cref="GrantCall"/>.</summary>
public abstract record GrantCallCommand : ICommand<GrantCall>;

/// <summary>Opens a draft.</summary>
/// <param name="Envelope">All the money in the call, in the smallest unit of its currency.</param>
public sealed record DraftCall(CallTerms Terms, long Envelope) : GrantCallCommand;

public sealed record ReviseCall(CallTerms Terms, long Envelope) : GrantCallCommand;

/// <summary>Makes the call public: from here on its terms stand.</summary>
public sealed record PublishCall : GrantCallCommand;

/// <summary>Puts more money in the call, or takes back what is not promised.</summary>
public sealed record SetEnvelope(long Envelope) : GrantCallCommand;

/// <summary>Sets money aside for a recommended application: the first step of an award.</summary>
/// <param name="Grant">The id of the grant that is to be.</param>
/// <param name="Because">Told to the applicant.</param>
public sealed record AwardApplication(string Application, string Grant, long Amount, string Because) : GrantCallCommand, IRestsOn
{
    /// <summary>What the application says; null when it could not be looked up, and nothing is awarded.</summary>
    [Gathered] public Awardable? Facts { get; init; }

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>The grant exists: the money that was set aside is promised.</summary>
public sealed record CommitAward(string Grant) : GrantCallCommand;

/// <summary>The grant will never exist: the money is free again.</summary>
public sealed record ReleaseAward(string Grant) : GrantCallCommand;

/// <summary>A grant turned out to cost less: the rest is free again.</summary>
public sealed record SettleAward(string Grant, long Amount) : GrantCallCommand;

/// <summary>Every applicant has been told: the call is over.</summary>
public sealed record DecideCall : GrantCallCommand
{
    /// <summary>Applications that wait for an answer; null when they could not be counted.</summary>
    [Gathered] public int? Unanswered { get; init; }
}

public sealed record ArchiveCall : GrantCallCommand;

/// <summary>Calls the call off before anything is awarded.</summary>
public sealed record CancelCall : GrantCallCommand;

/// <summary>An application as an award must know it.</summary>
/// <param name="RecommendedBy">Null while nobody recommends it.</param>
/// <param name="Level">The evidence level of what it is about, today.</param>
/// <param name="Barred">Whoever must not decide on it: reviewers, the applicant's people, and people with a conflict.</param>
public sealed record Awardable(string? RecommendedBy, long Recommended, int Level, ImmutableArray<string> Barred, GrantOffer Offer);

/// <summary>What a grant is made of.</summary>
/// <param name="Grantee">The organisation that applied.</param>
/// <param name="Payee">The organisation that is paid: the grantee itself or its fiscal host.</param>
public sealed record GrantOffer(
    string Application, string Funder, string Grantee, string Payee, string Title, GrantSubject Subject, string Currency, bool Small, ImmutableArray<BudgetLine> Budget, ImmutableArray<string> Barred);

public enum GrantSubjectKind
{
    Pilot,
    Trial,
    Replication,

    /// <summary>A question of the learning agenda.</summary>
    Question,
}

/// <summary>What money is asked for.</summary>
/// <param name="Id">The record's id; the question itself where it is one.</param>
public sealed record GrantSubject(GrantSubjectKind Kind, string Id);

/// <summary>What part of the money is for.</summary>
public sealed record BudgetLine(string What, long Amount);
