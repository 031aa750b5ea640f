using System.Collections.Immutable;
using System.Diagnostics;
using static InnovationScale.Role;

namespace InnovationScale.Committees;

/// <summary>Whether a committee has been founded.</summary>
public enum CommitteeState
{
    /// <summary>Before the first event.</summary>
    None,
    Standing,
}

/// <summary>
/// People of several organisations who decide together what is scaled up: who sits when, how many are enough, and what carries. A review takes a copy
/// of its seats and rules when it is put on the agenda, so that nobody is seated for one vote.
/// </summary>
public sealed record Committee : IAggregate<Committee, CommitteeCommand, CommitteeEvent>, IBelongs
{
    public static string Kind => "committee";

    public static Committee New { get; } = new();

    /// <summary>Who may ask what of a committee. It is set up by those who have no vote in it.</summary>
    public static Steps<CommitteeState> Steps { get; } = new("committee",
        new(typeof(FoundCommittee), [CommitteeState.None], [Admin, ProgrammeOfficer, Facilitator, Role.System]),
        new(typeof(ChangeRules), [CommitteeState.Standing], [Admin, ProgrammeOfficer, Secretary.At(Relation.Home)], NeedsReason: true),
        new(typeof(SeatMember), [CommitteeState.Standing], [Admin, ProgrammeOfficer, Secretary.At(Relation.Home), Role.System]),
        new(typeof(EndSeat), [CommitteeState.Standing], [Admin, ProgrammeOfficer, Secretary.At(Relation.Home)]),
        new(typeof(WeighCandidates), [CommitteeState.Standing], [CommitteeChair.At(Relation.Home), Secretary.At(Relation.Home)], NeedsReason: true));

    public CommitteeState State { get; init; }

    public string Name { get; init; } = "";

    public string Purpose { get; init; } = "";

    public VotingRules Rules { get; init; } = new();

    /// <summary>Every seat ever held, the ended ones too.</summary>
    public ImmutableArray<Seat> Seats { get; init; } = [];

    /// <summary>What each ingredient of a ranking weighs for this committee; empty while it has not said.</summary>
    public ImmutableSortedDictionary<string, double> Weights { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    public string? WeightsBecause { get; init; }

    public IEnumerable<string> Homes(string id) => [id];

    /// <summary>Who sits on a day, the chair first.</summary>
    public IEnumerable<Seat> On(DateOnly day) => Seats.Where(seat => seat.On(day)).OrderBy(seat => seat.As);

    public Decision<CommitteeEvent> Decide(CommitteeCommand command, Stamp stamp) => Steps.Refuse(command, State, stamp) is { } refusal ? refusal : command switch
    {
        FoundCommittee found => Found(found),
        ChangeRules change => change.Rules.Fault is { } fault ? fault : new RulesChanged(change.Rules),
        SeatMember seat => Sit(seat),
        EndSeat end => End(end),
        WeighCandidates weigh => Weigh(weigh),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public Committee Evolve(CommitteeEvent happened, Stamp stamp) => happened switch
    {
        CommitteeFounded e => this with { State = CommitteeState.Standing, Name = e.Name, Purpose = e.Purpose, Rules = e.Rules },
        RulesChanged e => this with { Rules = e.Rules },
        MemberSeated e => this with { Seats = Seats.Add(e.Seat) },
        SeatEnded e => this with { Seats = [.. Seats.Select(seat => seat.Person == e.Person && seat.On(e.Until) ? seat with { Until = e.Until } : seat)] },
        CandidatesWeighed e => this with { Weights = e.Weights, WeightsBecause = stamp.Reason },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private static Decision<CommitteeEvent> Found(FoundCommittee found)
    {
        if (string.IsNullOrWhiteSpace(found.Name)) return Refusal.Invalid("committee-name", "Give the committee a name.");
        return found.Rules.Fault is { } fault ? fault : new CommitteeFounded(found.Name.Trim(), found.Purpose.Trim(), found.Rules);
    }

    /// <summary>One seat a person; one chair and one vice-chair at a time; one vote an organisation, so that only an alternate may come from the organisation of a member.</summary>
    private Decision<CommitteeEvent> Sit(SeatMember sit)
    {
        var seat = sit.Seat;
        if (string.IsNullOrWhiteSpace(seat.Person) || string.IsNullOrWhiteSpace(seat.Organisation))
            return Refusal.Invalid("seat-incomplete", "Say who takes the seat, and which organisation the person speaks for.");
        if (seat.Until < seat.From) return Refusal.Invalid("seat-ends-before-start", "A term ends after it begins.");

        var meanwhile = Seats.Where(seat.Overlaps).ToArray();
        if (meanwhile.Any(other => other.Person == seat.Person)) return new Refusal("seat-already-held", "This person holds a seat in that time already.");
        if (seat.As is SeatAs.Chair or SeatAs.ViceChair && meanwhile.Any(other => other.As == seat.As))
            return new Refusal("seat-taken", "There is one chair and one vice-chair at a time. End the other’s term first.");
        return seat.Votes && meanwhile.Any(other => other.Votes && other.Organisation == seat.Organisation)
            ? new Refusal("organisation-has-a-vote", "This organisation has a vote in that time already. Seat the person as an alternate.")
            : new MemberSeated(seat);
    }

    private Decision<CommitteeEvent> End(EndSeat end) => Seats.FirstOrDefault(seat => seat.Person == end.Person && seat.On(end.Until)) switch
    {
        null => new Refusal("seat-not-held", "This person holds no seat on that day."),
        { Until: { } until } when until <= end.Until => new Refusal("seat-not-held", "This person holds no seat on that day."),
        _ => new SeatEnded(end.Person, end.Until),
    };

    private static Decision<CommitteeEvent> Weigh(WeighCandidates weigh)
    {
        if (!weigh.Weights.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(ScaleUp.Ranking.Ingredients))
            return Refusal.Invalid("weights-incomplete", "Give every ingredient a weight, 0 where it should not count.");
        return weigh.Weights.Values.All(weight => weight is >= 0 and <= 100) && weigh.Weights.Values.Any(weight => weight > 0)
            ? new CandidatesWeighed(weigh.Weights)
            : Refusal.Invalid("weights-impossible", "A weight is a number from 0 to 100, and one of them is above 0.");
    }
}

/// <summary>In which seat somebody sits.</summary>
public enum SeatAs
{
    Chair,
    ViceChair,
    Member,

    /// <summary>Decides only where too few others are left without a conflict.</summary>
    Alternate,
}

/// <summary>Somebody's seat over time. <see cref="Until"/> is the last day; null while it lasts.</summary>
/// <param name="Organisation">Where the member speaks for: one vote each.</param>
public sealed record Seat(string Person, string Organisation, SeatAs As, DateOnly From, DateOnly? Until = null)
{
    public bool Votes => As is not SeatAs.Alternate;

    public bool On(DateOnly day) => From <= day && (Until is null || day <= Until);

    public bool Overlaps(Seat other) => (other.Until is null || From <= other.Until) && (Until is null || other.From <= Until);
}

/// <summary>What share of votes carries.</summary>
public enum Majority
{
    /// <summary>More for than against.</summary>
    Simple,

    /// <summary>Two thirds of those for or against.</summary>
    TwoThirds,
}

/// <summary>How many are enough to decide, and what carries. A share is kept as a fraction of whole numbers, so that no rounding decides.</summary>
/// <param name="Share">Of <paramref name="OutOf"/> eligible members that must be present: 1 of 2 unless said otherwise.</param>
/// <param name="Floor">Never fewer present than this, and never carried by fewer.</param>
/// <param name="NoticeDays">Between the agenda and the vote.</param>
public sealed record VotingRules(int Share = 1, int OutOf = 2, int Floor = 3, Majority Majority = Majority.Simple, int NoticeDays = VotingRules.ShortestNotice)
{
    public const int ShortestNotice = 10, LongestNotice = 90, LargestFloor = 50;

    /// <summary>What is impossible about the rules; null when nothing is.</summary>
    public Refusal? Fault => this switch
    {
        { Share: < 1 } or { OutOf: < 1 or > 100 } => Refusal.Invalid("quorum-impossible", "The quorum is a share of the members, such as 1 of 2."),
        _ when Share > OutOf => Refusal.Invalid("quorum-impossible", "The quorum is a share of the members, such as 1 of 2."),
        { Floor: < 1 or > LargestFloor } => Refusal.Invalid("floor-impossible", $"The fewest who may decide are a number from 1 to {LargestFloor}."),
        { NoticeDays: < ShortestNotice or > LongestNotice } => Refusal.Invalid("notice-impossible", $"Notice is given {ShortestNotice} to {LongestNotice} days before a vote."),
        _ => null,
    };

    /// <summary>How many must be present, of those who may vote.</summary>
    public int Quorum(int eligible) => Math.Max(Floor, ((Share * eligible) + OutOf - 1) / OutOf);

    /// <summary>Abstentions count for the quorum and not here, so that a tie is not carried.</summary>
    public bool Carries(int votesFor, int votesAgainst) => votesFor >= Floor && Majority switch
    {
        Majority.Simple => votesFor > votesAgainst,
        _ => 3 * votesFor >= 2 * (votesFor + votesAgainst),
    };
}
