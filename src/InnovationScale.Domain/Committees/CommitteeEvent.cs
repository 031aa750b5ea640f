using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace InnovationScale.Committees;

/// <summary>What has happened to a <see cref="Committee"/>.</summary>
[JsonDerivedType(typeof(CommitteeFounded), "committee-founded")]
[JsonDerivedType(typeof(RulesChanged), "rules-changed")]
[JsonDerivedType(typeof(MemberSeated), "member-seated")]
[JsonDerivedType(typeof(SeatEnded), "seat-ended")]
[JsonDerivedType(typeof(CandidatesWeighed), "candidates-weighed")]
public abstract record CommitteeEvent : IEvent<Committee>;

public sealed record CommitteeFounded(string Name, string Purpose, VotingRules Rules) : CommitteeEvent;

public sealed record RulesChanged(VotingRules Rules) : CommitteeEvent;

public sealed record MemberSeated(Seat Seat) : CommitteeEvent;

public sealed record SeatEnded(string Person, DateOnly Until) : CommitteeEvent;

public sealed record CandidatesWeighed(ImmutableSortedDictionary<string, double> Weights) : CommitteeEvent;
