using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Committees;

public class SeatingACommittee
{
    private static readonly DateOnly Spring = new(2026, 3, 1), Autumn = new(2026, 9, 1);

    private static readonly Stamp Office = By("rana", Role.ProgrammeOfficer), Noor = By("noor", Role.Secretary);

    private static Story<Committee> Founded => Story.Of<Committee>().After(new FoundCommittee("Scale-up committee", "Decides what goes further.", new()), Office);

    private static Story<Committee> WithAChair => Founded.After(new SeatMember(new("grace", "mango-lane", SeatAs.Chair, Spring)), Noor);

    private static SeatMember Seat(string person, string organisation, SeatAs seat = SeatAs.Member) => new(new(person, organisation, seat, Autumn));

    [Fact]
    public void It_is_founded_with_rules_of_its_own() => Story.Of<Committee>().When(new FoundCommittee(" Scale-up ", " ", new(2, 3, 4, Majority.TwoThirds, 14)), Office)
        .Then(new CommitteeFounded("Scale-up", "", new(2, 3, 4, Majority.TwoThirds, 14)));

    [Fact]
    public void It_has_a_name() => Story.Of<Committee>().When(new FoundCommittee(" ", "", new()), Office).ThenRefused("committee-name");

    public static TheoryData<VotingRules, string> Impossible => new()
    {
        { new(0, 2), "quorum-impossible" }, { new(3, 2), "quorum-impossible" }, { new(1, 0), "quorum-impossible" }, { new(Floor: 0), "floor-impossible" }, { new(NoticeDays: 9), "notice-impossible" },
        { new(NoticeDays: 91), "notice-impossible" },
    };

    [Theory, MemberData(nameof(Impossible))]
    public void Its_rules_are_possible(VotingRules rules, string code) => Founded.When(new ChangeRules(rules), Noor.Because("We grow.")).ThenRefused(code);

    [Fact]
    public void Its_rules_change_with_a_reason() => Founded.When(new ChangeRules(new(Floor: 5)), Noor).ThenRefused("reason-needed").When(new ChangeRules(new(Floor: 5)), Noor.Because("We grow."))
        .Then(new RulesChanged(new(Floor: 5)));

    [Theory]
    [InlineData("grace", "elsewhere", SeatAs.Member, "seat-already-held")]
    [InlineData("pilar", "la-cometa", SeatAs.Chair, "seat-taken")]
    [InlineData("pilar", "mango-lane", SeatAs.Member, "organisation-has-a-vote")]
    [InlineData("", "la-cometa", SeatAs.Member, "seat-incomplete")]
    public void Nobody_sits_twice_and_no_organisation_votes_twice(string person, string organisation, SeatAs seat, string code) =>
        WithAChair.When(Seat(person, organisation, seat), Noor).ThenRefused(code);

    [Fact]
    public void An_alternate_may_come_from_a_members_organisation() => WithAChair.When(Seat("juma", "mango-lane", SeatAs.Alternate), Noor).ThenAccepted();

    [Fact]
    public void A_term_ends_and_the_seat_is_free() => WithAChair.After(new EndSeat("grace", new(2026, 8, 31)), Noor)
        .When(new EndSeat("grace", new(2026, 8, 31)), Noor).ThenRefused("seat-not-held").When(Seat("pilar", "mango-lane", SeatAs.Chair), Noor).ThenAccepted()
        .Where(committee => Assert.Equal(["pilar"], committee.On(Autumn).Select(seat => seat.Person)));

    [Fact]
    public void A_term_does_not_end_before_it_begins() => Founded.When(new SeatMember(new("pilar", "la-cometa", SeatAs.Member, Autumn, Spring)), Noor).ThenRefused("seat-ends-before-start");

    [Fact]
    public void The_chair_does_not_seat_friends() => WithAChair.When(Seat("pilar", "la-cometa"), By("grace", Role.CommitteeChair)).ThenRefused("committee-role");

    [Fact]
    public void It_weighs_what_makes_a_candidate_with_a_reason() => WithAChair.When(new WeighCandidates(ScaleUp.Ranking.Even), By("grace", Role.CommitteeChair).Because("All alike, to begin with."))
        .Then(new CandidatesWeighed(ScaleUp.Ranking.Even)).Where(committee => Assert.Equal("All alike, to begin with.", committee.WeightsBecause));

    [Fact]
    public void It_weighs_every_ingredient() => WithAChair.When(new WeighCandidates(ScaleUp.Ranking.Even.Remove("cost")), Noor.Because("No.")).ThenRefused("weights-incomplete");

    [Fact]
    public void A_weight_is_no_threat() => WithAChair.When(new WeighCandidates(ScaleUp.Ranking.Even.SetItem("cost", -1)), Noor.Because("No.")).ThenRefused("weights-impossible");
}

/// <summary>Every committee of up to nine members, member by member: who stepped aside, who is away, who votes how. Counted a second time by hand.</summary>
public class WhatCarries
{
    public static TheoryData<int, int, int, Majority> Rules => new()
    {
        { 1, 2, 3, Majority.Simple }, { 1, 2, 1, Majority.Simple }, { 2, 3, 3, Majority.Simple }, { 1, 3, 2, Majority.TwoThirds }, { 1, 2, 3, Majority.TwoThirds }, { 3, 4, 4, Majority.TwoThirds }, { 1, 1, 1, Majority.Simple },
    };

    [Theory, MemberData(nameof(Rules))]
    public void Is_what_a_second_count_by_hand_finds(int share, int outOf, int floor, Majority majority)
    {
        var rules = new VotingRules(share, outOf, floor, majority);
        for (var members = 1; members <= 9; members++)
        {
            foreach (var (aside, away, voteFor, against, abstain) in Splits(members))
            {
                var eligible = members - aside;
                Assert.Equal(QuorumByHand(eligible, share, outOf, floor), rules.Quorum(eligible));
                Assert.Equal(CarriedByHand(voteFor, against, floor, majority), rules.Carries(voteFor, against));
            }
        }
    }

    /// <summary>Every way in which so many members fall into those who stepped aside, are away, vote for, against or abstain.</summary>
    internal static IEnumerable<(int Aside, int Away, int For, int Against, int Abstain)> Splits(int members) =>
        from aside in Enumerable.Range(0, members + 1)
        from away in Enumerable.Range(0, members - aside + 1)
        from voteFor in Enumerable.Range(0, members - aside - away + 1)
        from against in Enumerable.Range(0, members - aside - away - voteFor + 1)
        select (aside, away, voteFor, against, members - aside - away - voteFor - against);

    /// <summary>People come in one by one until each share of the members has somebody for it and the fewest are there.</summary>
    internal static int QuorumByHand(int eligible, int share, int outOf, int floor)
    {
        var present = 0;
        while (present < floor || present * outOf < share * eligible) present++;
        return present;
    }

    /// <summary>Ballots are laid out: one against takes away one for, or two where two thirds are asked. What is left over decides.</summary>
    internal static bool CarriedByHand(int voteFor, int against, int floor, Majority majority)
    {
        if (voteFor < floor) return false;
        var left = voteFor;
        for (var ballot = 0; ballot < against; ballot++) left -= majority is Majority.Simple ? 1 : 2;
        return majority is Majority.Simple ? left > 0 : left >= 0;
    }
}
