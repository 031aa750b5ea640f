using System.Collections.Immutable;

namespace InnovationScale.Committees;

/// <summary>What can be asked of a <see cref="Committee"/>.</summary>
public abstract record CommitteeCommand : ICommand<Committee>;

public sealed record FoundCommittee(string Name, string Purpose, VotingRules Rules) : CommitteeCommand;

/// <summary>For reviews put on the agenda from now on.</summary>
public sealed record ChangeRules(VotingRules Rules) : CommitteeCommand;

public sealed record SeatMember(Seat Seat) : CommitteeCommand;

/// <summary>A term ends on a day, which is its last.</summary>
public sealed record EndSeat(string Person, DateOnly Until) : CommitteeCommand;

/// <summary>What each ingredient of a ranking weighs; the stamp's reason says why.</summary>
public sealed record WeighCandidates(ImmutableSortedDictionary<string, double> Weights) : CommitteeCommand;
