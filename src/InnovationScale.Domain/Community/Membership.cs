using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using static InnovationScale.Role;

namespace InnovationScale.Community;

/// <summary>How far an organisation's membership is.</summary>
public enum MembershipState
{
    /// <summary>Before the first event.</summary>
    None,

    /// <summary>Applied for; two reviewers are still to be found.</summary>
    Submitted,
    InReview,

    /// <summary>A reviewer wants to know more.</summary>
    MoreInfo,
    Admitted,
    Declined,
    Withdrawn,
    Suspended,
    Ended,
}

/// <summary>
/// An organisation's way into the community and out of it. Two people review what it writes, neither of them tied to it or to who wrote it; where they do not agree, a third
/// decides. Reviews are open: the applicant reads who said what.
/// </summary>
public sealed record Membership : IAggregate<Membership, MembershipCommand, MembershipEvent>, IBelongs
{
    public static string Kind => "membership";

    public static Membership New { get; } = new();

    public const int ReviewersNeeded = 2;

    private static readonly ImmutableArray<MembershipState> Undecided = [MembershipState.Submitted, MembershipState.InReview, MembershipState.MoreInfo];

    private static readonly ImmutableArray<Grant> Office = [Facilitator, ProgrammeOfficer], Asked = Members.Working.To(Relation.Beside), Own = Members.Working.To(Relation.Team);

    /// <summary>Who may ask what of a membership, and when.</summary>
    public static Steps<MembershipState> Steps { get; } = new("membership",
        new(typeof(ApplyForMembership), [MembershipState.None], Members.Working),
        new(typeof(AskMembershipReviewer), Undecided, Office),
        new(typeof(DeclineToReview), Undecided, Asked),
        new(typeof(ReviewMembership), [MembershipState.InReview], Asked, NeedsReason: true),
        new(typeof(AskForMore), [MembershipState.InReview], Asked),
        new(typeof(TellMore), [MembershipState.MoreInfo], Own),
        new(typeof(SettleMembership), [MembershipState.InReview], Office, NeedsReason: true),
        new(typeof(WithdrawMembership), Undecided, Own),
        new(typeof(SuspendMembership), [MembershipState.Admitted], Office, NeedsReason: true),
        new(typeof(RestoreMembership), [MembershipState.Suspended], Office, NeedsReason: true),
        new(typeof(EndMembership), [MembershipState.Admitted, MembershipState.Suspended], [.. Office, .. Own.RemoveAll(grant => grant.Role is Facilitator or ProgrammeOfficer)], NeedsReason: true));

    public MembershipState State { get; init; }

    public string Organisation { get; init; } = "";

    public string Applicant { get; init; } = "";

    /// <summary>Why it wants to belong.</summary>
    public string Why { get; init; } = "";

    /// <summary>What it brings.</summary>
    public string Brings { get; init; } = "";

    /// <summary>What a reviewer wants to know; null where nobody waits for an answer.</summary>
    public string? Question { get; init; }

    /// <summary>What was asked and told since it was applied for.</summary>
    public ImmutableArray<string> Told { get; init; } = [];

    /// <summary>Who was asked to review it and has not stepped aside, with what each said; null where nothing was said yet.</summary>
    public ImmutableSortedDictionary<string, MembershipReview?> Reviews { get; init; } = ImmutableSortedDictionary.Create<string, MembershipReview?>(StringComparer.Ordinal);

    /// <summary>Why a third person settled it so, or why it was suspended, restored or ended.</summary>
    public string? Because { get; init; }

    /// <summary>The day on which it was admitted.</summary>
    public DateOnly? Since { get; init; }

    public IEnumerable<string> Homes(string id) => [Organisation];

    public IEnumerable<string> Workers => [Applicant];

    public IEnumerable<string> LookersOn => Reviews.Keys;

    /// <summary>Both have said what they think, and not the same.</summary>
    [JsonIgnore] public bool ReviewersDisagree => Reviews.Count is ReviewersNeeded && Reviews.Values.All(one => one is not null) && Reviews.Values.DistinctBy(one => one!.Admit).Count() > 1;

    public Decision<MembershipEvent> Decide(MembershipCommand command, Stamp stamp) => Steps.Refuse(command, State, stamp) is { } refusal ? refusal : command switch
    {
        ApplyForMembership apply => Apply(apply, stamp),
        AskMembershipReviewer ask => AskToReview(ask, stamp),
        DeclineToReview => !Reviews.TryGetValue(stamp.Actor, out var told) ? NotAsked
            : told is null ? new MembershipReviewerStepped() : ReviewedAlready,
        ReviewMembership review => Review(review, stamp),
        AskForMore ask => !Reviews.ContainsKey(stamp.Actor) ? NotAsked
            : string.IsNullOrWhiteSpace(ask.Question) ? Refusal.Invalid("membership-question-missing", "Write what you want to know.") : new MoreAskedFor(ask.Question.Trim()),
        TellMore tell => string.IsNullOrWhiteSpace(tell.Words) ? Refusal.Invalid("membership-answer-missing", "Answer what was asked.") : new MoreTold(tell.Words.Trim()),
        SettleMembership settle => Settle(settle, stamp),
        WithdrawMembership => new MembershipWithdrawn(),
        SuspendMembership => IsOwn(stamp) ? OwnMatter : new MembershipSuspended(),
        RestoreMembership => IsOwn(stamp) ? OwnMatter : new MembershipRestored(),
        EndMembership => new MembershipEnded(),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public Membership Evolve(MembershipEvent happened, Stamp stamp) => happened switch
    {
        MembershipAppliedFor e => this with { State = MembershipState.Submitted, Organisation = e.Organisation, Applicant = stamp.Actor, Why = e.Why, Brings = e.Brings },
        MembershipReviewerAsked e => With(Reviews.Add(e.Person, null)),
        MembershipReviewerStepped => With(Reviews.Remove(stamp.Actor)),
        MembershipReviewed e => this with { Reviews = Reviews.SetItem(stamp.Actor, new(e.Admit, stamp.Reason ?? "", stamp.Day)) },
        MoreAskedFor e => this with { State = MembershipState.MoreInfo, Question = e.Question },
        // What was said before the answer was said without it.
        MoreTold e => (this with { Question = null, Told = Told.Add(Question!).Add(e.Words) }).With(Reviews.Keys.ToImmutableSortedDictionary(person => person, _ => (MembershipReview?)null, StringComparer.Ordinal)),
        MembershipAdmitted => this with { State = MembershipState.Admitted, Since = stamp.Day, Because = Settled(stamp) },
        MembershipDeclined => this with { State = MembershipState.Declined, Because = Settled(stamp) },
        MembershipWithdrawn => this with { State = MembershipState.Withdrawn },
        MembershipSuspended => this with { State = MembershipState.Suspended, Because = stamp.Reason },
        MembershipRestored => this with { State = MembershipState.Admitted, Because = stamp.Reason },
        MembershipEnded => this with { State = MembershipState.Ended, Because = stamp.Reason },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private Membership With(ImmutableSortedDictionary<string, MembershipReview?> reviews) => this with
    {
        Reviews = reviews, State = Question is not null ? MembershipState.MoreInfo : reviews.Count is ReviewersNeeded ? MembershipState.InReview : MembershipState.Submitted,
    };

    private static Decision<MembershipEvent> Apply(ApplyForMembership apply, Stamp stamp)
    {
        if (stamp.Role.In != apply.Organisation || apply.Organisation.Length is 0) return Refusal.NotAllowed("membership-organisation", "Somebody who has a role in an organisation applies for it.");
        if (string.IsNullOrWhiteSpace(apply.Why) || string.IsNullOrWhiteSpace(apply.Brings)) return Refusal.Invalid("membership-incomplete", "Say why your organisation wants to belong, and what it brings.");
        return apply.IsThere ? new Refusal("membership-there-already", "Your organisation belongs already, or has applied.") : new MembershipAppliedFor(apply.Organisation, apply.Why.Trim(), apply.Brings.Trim());
    }

    private Decision<MembershipEvent> AskToReview(AskMembershipReviewer ask, Stamp stamp)
    {
        if (IsOwn(stamp)) return OwnMatter;
        if (!ask.PersonKnown) return Refusal.NotFound("membership-reviewer-unknown", "Nobody of this name is registered.");
        if (Reviews.ContainsKey(ask.Person)) return new Refusal("membership-reviewer-asked", "This person was asked already. The other reviewer is somebody else.");
        if (Reviews.Count is ReviewersNeeded) return new Refusal("membership-reviewers-enough", "Two reviewers were asked already.");
        return ask.Person == Applicant || !ask.Ties.IsEmpty ? Tied : new MembershipReviewerAsked(ask.Person);
    }

    private Decision<MembershipEvent> Review(ReviewMembership review, Stamp stamp)
    {
        if (!Reviews.TryGetValue(stamp.Actor, out var said)) return NotAsked;
        if (said is not null) return ReviewedAlready;
        if (IsOwn(stamp) || !review.Ties.IsEmpty) return Tied;

        var reviewed = new MembershipReviewed(review.Admit);
        var after = Evolve(reviewed, stamp);
        return after.ReviewersDisagree || after.Reviews.Values.Any(one => one is null) ? reviewed
            : (ImmutableArray<MembershipEvent>)[reviewed, review.Admit ? new MembershipAdmitted() : new MembershipDeclined()];
    }

    private Decision<MembershipEvent> Settle(SettleMembership settle, Stamp stamp)
    {
        if (!ReviewersDisagree) return new Refusal("membership-not-split", "Both reviewers say first what they think; a third decides only where they do not agree.");
        if (Reviews.ContainsKey(stamp.Actor) || IsOwn(stamp)) return OwnMatter;
        return !settle.Ties.IsEmpty ? Tied : settle.Admit ? new MembershipAdmitted() : new MembershipDeclined();
    }

    /// <summary>What whoever settled it said; the reasons of the reviewers stand beside their names.</summary>
    private string? Settled(Stamp stamp) => Reviews.ContainsKey(stamp.Actor) ? null : stamp.Reason;

    private bool IsOwn(Stamp stamp) => stamp.Actor == Applicant || stamp.Role.In == Organisation;

    private static Refusal OwnMatter => Refusal.NotAllowed("membership-own", "Somebody else does this: neither of the organisation nor one of the two reviewers.");

    private static Refusal ReviewedAlready => new Refusal("membership-reviewed", "You have said what you think.");

    private static Refusal NotAsked => Refusal.NotAllowed("membership-not-asked", "Only who was asked to review it does this.");

    private static Refusal Tied => Refusal.NotAllowed("membership-reviewer-tied", "Who works in the organisation, or with the applicant on a pilot, does not judge it.");
}

/// <summary>What a reviewer thinks.</summary>
public sealed record MembershipReview(bool Admit, string Reason, DateOnly On);

/// <summary>What can be asked of a <see cref="Membership"/>.</summary>
public abstract record MembershipCommand : ICommand<Membership>;

/// <param name="Brings">What the organisation brings.</param>
public sealed record ApplyForMembership(string Organisation, string Why, string Brings) : MembershipCommand
{
    /// <summary>It belongs already, or has applied.</summary>
    [Gathered] public bool IsThere { get; init; }
}

public sealed record AskMembershipReviewer(string Person) : MembershipCommand
{
    [Gathered] public bool PersonKnown { get; init; }

    /// <summary>What the records show that ties this person to the applicant.</summary>
    [Gathered] public ImmutableArray<string> Ties { get; init; } = [];
}

/// <summary>Somebody who was asked cannot or should not review it.</summary>
public sealed record DeclineToReview : MembershipCommand;

/// <summary>What a reviewer thinks; why stands in the stamp.</summary>
public sealed record ReviewMembership(bool Admit) : MembershipCommand
{
    /// <inheritdoc cref="AskMembershipReviewer.Ties"/>
    [Gathered] public ImmutableArray<string> Ties { get; init; } = [];
}

public sealed record AskForMore(string Question) : MembershipCommand;

public sealed record TellMore(string Words) : MembershipCommand;

/// <summary>Decides where the reviewers do not agree; the reason stands in the stamp.</summary>
public sealed record SettleMembership(bool Admit) : MembershipCommand
{
    /// <inheritdoc cref="AskMembershipReviewer.Ties"/>
    [Gathered] public ImmutableArray<string> Ties { get; init; } = [];
}

public sealed record WithdrawMembership : MembershipCommand;

public sealed record SuspendMembership : MembershipCommand;

public sealed record RestoreMembership : MembershipCommand;

public sealed record EndMembership : MembershipCommand;

/// <summary>What has happened to a <see cref="Membership"/>.</summary>
[JsonDerivedType(typeof(MembershipAppliedFor), "membership-applied-for")]
[JsonDerivedType(typeof(MembershipReviewerAsked), "membership-reviewer-asked")]
[JsonDerivedType(typeof(MembershipReviewerStepped), "membership-reviewer-stepped")]
[JsonDerivedType(typeof(MembershipReviewed), "membership-reviewed")]
[JsonDerivedType(typeof(MoreAskedFor), "more-asked-for")]
[JsonDerivedType(typeof(MoreTold), "more-told")]
[JsonDerivedType(typeof(MembershipAdmitted), "membership-admitted")]
[JsonDerivedType(typeof(MembershipDeclined), "membership-declined")]
[JsonDerivedType(typeof(MembershipWithdrawn), "membership-withdrawn")]
[JsonDerivedType(typeof(MembershipSuspended), "membership-suspended")]
[JsonDerivedType(typeof(MembershipRestored), "membership-restored")]
[JsonDerivedType(typeof(MembershipEnded), "membership-ended")]
public abstract record MembershipEvent : IEvent<Membership>;

public sealed record MembershipAppliedFor(string Organisation, string Why, string Brings) : MembershipEvent;

public sealed record MembershipReviewerAsked(string Person) : MembershipEvent;

/// <summary>A reviewer stepped aside.</summary>
public sealed record MembershipReviewerStepped : MembershipEvent;

public sealed record MembershipReviewed(bool Admit) : MembershipEvent;

public sealed record MoreAskedFor(string Question) : MembershipEvent;

public sealed record MoreTold(string Words) : MembershipEvent;

public sealed record MembershipAdmitted : MembershipEvent;

public sealed record MembershipDeclined : MembershipEvent;

public sealed record MembershipWithdrawn : MembershipEvent;

public sealed record MembershipSuspended : MembershipEvent;

public sealed record MembershipRestored : MembershipEvent;

public sealed record MembershipEnded : MembershipEvent;
