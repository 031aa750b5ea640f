using System.Collections.Immutable;
using System.Diagnostics;
using static InnovationScale.Role;

namespace InnovationScale.Grants;

/// <summary>Where a call stands in its records; between publication and decision the clock says more (<see cref="CallPhase"/>).</summary>
public enum CallState
{
    /// <summary>Before the first event.</summary>
    None,
    Draft,
    Published,
    Decided,
    Archived,
    Cancelled,
}

/// <summary>Where a call stands at a moment.</summary>
public enum CallPhase
{
    Draft,

    /// <summary>Public, and not open yet.</summary>
    Announced,
    Open,

    /// <summary>Closed to applications.</summary>
    UnderReview,
    Decided,
    Archived,
    Cancelled,
}

/// <summary>
/// Money for a purpose, offered to everybody on the same terms. It holds the envelope: whatever is awarded is set aside here first, so that
/// what is set aside and promised never exceeds the envelope, whoever awards at the same time.
/// </summary>
public sealed record GrantCall : IAggregate<GrantCall, GrantCallCommand, GrantCallEvent>, IBelongs
{
    public static string Kind => "grant-call";

    public static GrantCall New { get; } = new();

    /// <summary>Who may ask what of a call, and when.</summary>
    public static Steps<CallState> Steps { get; } = new("call",
        new(typeof(DraftCall), [CallState.None], [ProgrammeOfficer]),
        new(typeof(ReviseCall), [CallState.Draft], [Officer]),
        new(typeof(PublishCall), [CallState.Draft], [Officer]),
        new(typeof(SetEnvelope), [CallState.Published], [Officer], NeedsReason: true),
        new(typeof(AwardApplication), [CallState.Published], [Officer]),
        new(typeof(CommitAward), [CallState.Published, CallState.Decided, CallState.Archived], [Role.System]),
        new(typeof(ReleaseAward), [CallState.Published, CallState.Decided, CallState.Archived], [Role.System]),
        new(typeof(SettleAward), [CallState.Published, CallState.Decided, CallState.Archived], [Role.System]),
        new(typeof(DecideCall), [CallState.Published], [Officer]),
        new(typeof(ArchiveCall), [CallState.Decided], [Officer]),
        new(typeof(CancelCall), [CallState.Draft, CallState.Published], [Officer], NeedsReason: true));

    private static Grant Officer => ProgrammeOfficer.At(Relation.Home);

    public CallState State { get; init; }

    /// <summary>The organisation whose money it is.</summary>
    public string Funder { get; init; } = "";

    public string DraftedBy { get; init; } = "";

    public CallTerms Terms { get; init; } = new();

    /// <summary>All the money in the call, in the smallest unit of its currency.</summary>
    public long Envelope { get; init; }

    /// <summary>What is set aside or promised, by the grant's id.</summary>
    public ImmutableSortedDictionary<string, Reservation> Awards { get; init; } = ImmutableSortedDictionary<string, Reservation>.Empty;

    public long Reserved => Awards.Values.Where(one => one.State is ReservationState.Reserved).Sum(one => one.Amount);

    public long Committed => Awards.Values.Where(one => one.State is ReservationState.Committed).Sum(one => one.Amount);

    /// <summary>What may still be awarded.</summary>
    public long Free => Envelope - Reserved - Committed;

    public IEnumerable<string> Homes(string id) => [Funder];

    public CallPhase PhaseAt(DateTimeOffset at) => PhaseOf(State, Terms.Opens, Terms.Deadlines is [.., var last] ? last : null, at);

    /// <param name="closes">The last of its deadlines.</param>
    public static CallPhase PhaseOf(CallState state, DateTimeOffset opens, DateTimeOffset? closes, DateTimeOffset at) => state switch
    {
        CallState.Published when at < opens => CallPhase.Announced,
        CallState.Published when at <= closes => CallPhase.Open,
        CallState.Published => CallPhase.UnderReview,
        CallState.Decided => CallPhase.Decided,
        CallState.Archived => CallPhase.Archived,
        CallState.Cancelled => CallPhase.Cancelled,
        _ => CallPhase.Draft,
    };

    public Decision<GrantCallEvent> Decide(GrantCallCommand command, Stamp stamp)
    {
        if (Steps.Refuse(command, State, stamp) is { } refusal) return refusal;
        if (State is not CallState.None && stamp.Role.Role is ProgrammeOfficer && stamp.Role.In != Funder)
            return Refusal.NotAllowed("call-of-another-funder", "Your role is held elsewhere: the people of the funder decide on its call.");

        return command switch
        {
            DraftCall draft => Fault(draft.Terms, draft.Envelope) is { } fault ? fault : new CallDrafted(draft.Terms, draft.Envelope),
            ReviseCall revise => Fault(revise.Terms, revise.Envelope) is { } fault ? fault : new CallRevised(revise.Terms, revise.Envelope),
            PublishCall => Publish(),
            SetEnvelope set => Set(set),
            AwardApplication award => Award(award, stamp),
            CommitAward commit => OnAward(commit.Grant, ReservationState.Reserved, _ => new AwardCommitted(commit.Grant)),
            ReleaseAward release => OnAward(release.Grant, ReservationState.Reserved, _ => new AwardReleased(release.Grant)),
            SettleAward settle => OnAward(settle.Grant, ReservationState.Committed, award => settle.Amount >= 0 && settle.Amount < award.Amount
                ? new AwardSettled(settle.Grant, award.Amount, settle.Amount)
                : new Refusal("award-settled-higher", "A grant gives money back to its call and never takes more.")),
            DecideCall decide => Close(decide, stamp),
            ArchiveCall => new CallArchived(),
            CancelCall => Awards.Values.Any(one => one.State is not ReservationState.Released)
                ? new Refusal("call-has-awards", "Money of this call has been awarded. End the grants first.")
                : new CallCancelled(),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
        };
    }

    public GrantCall Evolve(GrantCallEvent happened, Stamp stamp) => happened switch
    {
        CallDrafted e => this with { State = CallState.Draft, Funder = stamp.Role.In, DraftedBy = stamp.Actor, Terms = e.Terms, Envelope = e.Envelope },
        CallRevised e => this with { Terms = e.Terms, Envelope = e.Envelope },
        CallPublished => this with { State = CallState.Published },
        EnvelopeSet e => this with { Envelope = e.Envelope },
        AwardReserved e => With(e.Grant, new(e.Offer.Application, e.Amount, ReservationState.Reserved, stamp.Actor)),
        AwardCommitted e => With(e.Grant, Awards[e.Grant] with { State = ReservationState.Committed }),
        AwardReleased e => With(e.Grant, Awards[e.Grant] with { State = ReservationState.Released }),
        AwardSettled e => With(e.Grant, Awards[e.Grant] with { Amount = e.Amount }),
        CallDecided => this with { State = CallState.Decided },
        CallArchived => this with { State = CallState.Archived },
        CallCancelled => this with { State = CallState.Cancelled },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private GrantCall With(string grant, Reservation award) => this with { Awards = Awards.SetItem(grant, award) };

    private static Refusal? Fault(CallTerms terms, long envelope)
    {
        if (string.IsNullOrWhiteSpace(terms.Title)) return Refusal.Invalid("call-untitled", "Give the call a title.");
        return Currency.IsAmount(envelope) ? null : Refusal.Invalid("envelope-impossible", "The money in a call is an amount above zero.");
    }

    private Decision<GrantCallEvent> Publish()
    {
        ImmutableArray<Missing> missing = [.. Terms.StillMissing()];
        return missing.IsEmpty ? new CallPublished() : new Refusal("call-incomplete", "The call is not complete yet.") { Guard = "draft-to-published", Missing = missing };
    }

    private Decision<GrantCallEvent> Set(SetEnvelope set)
    {
        if (!Currency.IsAmount(set.Envelope)) return Refusal.Invalid("envelope-impossible", "The money in a call is an amount above zero.");
        return set.Envelope < Reserved + Committed
            ? new Refusal("envelope-below-promised", "More than this is awarded already. A promise is not taken back by lowering the money in the call.")
            : new EnvelopeSet(Envelope, set.Envelope);
    }

    private Decision<GrantCallEvent> Award(AwardApplication award, Stamp stamp)
    {
        if (award.Facts is not { } facts) return new Refusal("award-facts-unknown", "The application could not be looked up, so nothing is awarded. Try again.");
        if (facts.RecommendedBy is null) return new Refusal("not-recommended", "Only an application that is recommended is awarded.");
        if (facts.RecommendedBy == stamp.Actor) return Refusal.NotAllowed("award-own-recommendation", "Somebody other than the person who recommended it awards it.");
        if (facts.Barred.Contains(stamp.Actor)) return Refusal.NotAllowed("award-barred", "Whoever reviewed an application, works with the applicant or stepped aside does not award it.");
        if (string.IsNullOrWhiteSpace(award.Because)) return Refusal.Invalid("reasons-missing", "Give the reasons: the applicant reads them.");
        if (!Currency.IsAmount(award.Amount)) return Refusal.Invalid("amount-impossible", "An amount is above zero.");
        if (award.Amount > facts.Recommended) return new Refusal("award-above-recommended", "This is more than was recommended.");
        if (award.Amount > Terms.CeilingAt(facts.Level))
            return new Refusal("award-above-ceiling", "What is known so far does not allow this much: the call says how much may be awarded at each evidence level.");
        if (Awards.ContainsKey(award.Grant) || Awards.Values.Any(one => one.Application == award.Application && one.State is not ReservationState.Released))
            return new Refusal("awarded-already", "This application has its award already.");
        if (award.Amount > Free) return new Refusal("envelope-exceeded", "There is not that much left in the call.");

        return new AwardReserved(award.Grant, award.Amount, award.Because.Trim(), facts.Offer with { Small = award.Amount <= Terms.SmallGrantMost });
    }

    private Decision<GrantCallEvent> OnAward(string grant, ReservationState state, Func<Reservation, Decision<GrantCallEvent>> then) =>
        Awards.TryGetValue(grant, out var award) && award.State == state ? then(award) : new Refusal("award-elsewhere", "This award does not stand where that would be possible.");

    private Decision<GrantCallEvent> Close(DecideCall decide, Stamp stamp)
    {
        if (PhaseAt(stamp.At) is not CallPhase.UnderReview) return new Refusal("call-still-open", "The call still takes applications.");
        return decide.Unanswered is 0 ? new CallDecided() : new Refusal("applicants-unanswered", "Every applicant is told first, with reasons.");
    }
}

public enum ReservationState
{
    /// <summary>Set aside until the grant exists.</summary>
    Reserved,

    /// <summary>Promised to a grant.</summary>
    Committed,

    /// <summary>Free again.</summary>
    Released,
}

/// <summary>Money of a call that is set aside or promised.</summary>
public sealed record Reservation(string Application, long Amount, ReservationState State, string By);
