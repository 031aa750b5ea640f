using FsCheck;
using FsCheck.Fluent;
using InnovationScale.Committees;
using static InnovationScale.ScaleUp.AReview;

namespace InnovationScale.ScaleUp;

/// <summary>What can never happen in a committee, whatever its members, their ties and the order in which everybody does everything.</summary>
public class EveryHistoryOfAReview
{
    private const int Members = 9;

    private static readonly string[] Names = [.. Enumerable.Range(0, Members).Select(n => $"m{n}")];

    /// <summary>I9, I14, I15 and I16, event after event.</summary>
    [Fact]
    public void Keeps_the_rules_of_votes()
    {
        var seen = new HashSet<Type>();
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), ArbMap.Default.ArbFor<byte>(), (choices, size) =>
        {
            var (review, random) = (Put(3 + (size % (Members - 2)), size), new Random(choices.Aggregate(17, HashCode.Combine)));
            for (var step = 0; step < 100; step++)
            {
                var (command, stamp) = Any(random, review);
                var decision = review.Decide(command, stamp);
                var before = review;
                if (before.StandsAside(stamp.Actor) && command is not DeclareTie) Assert.Equal("review-stepped-aside", decision.Refusal?.Code);
                foreach (var happened in decision.Events)
                {
                    review = review.Evolve(happened, stamp);
                    Check(before, happened, review, stamp);
                    before = review;
                    seen.Add(happened.GetType());
                }
            }
        }).QuickCheckThrowOnFailure();
        // Rules that nothing came near would be kept by anything.
        Assert.Superset(new HashSet<Type> { typeof(VoteCast), typeof(CaseDecided), typeof(VoteNotCarried), typeof(VotesVoided), typeof(TieRuled), typeof(PresenceNoted), typeof(VoteAdjourned), typeof(TiesFound) }, seen);
    }

    private static void Check(ScaleUpReview before, ScaleUpReviewEvent happened, ScaleUpReview after, Stamp stamp)
    {
        switch (happened)
        {
            case VoteCast cast:
                Assert.False(before.StandsAside(stamp.Actor));                                                          // I9
                Assert.Equal((ReviewState.Voting, before.DossierSha256), (before.State, cast.DossierSha256));           // I15, I16
                break;
            case CaseDecided or VoteNotCarried:
                var round = after.Round!;
                var may = before.Seats.Where(seat => !before.Ties.Any(tie => tie.Person == seat.Person && (tie.Kind is TieKind.Hard || tie.Ruled is TieKind.Hard))).Select(seat => seat.Person).ToHashSet();
                Assert.True(round.Present.Count(may.Contains) >= WhatCarries.QuorumByHand(may.Count, before.Rules.Share, before.Rules.OutOf, before.Rules.Floor));    // I14
                var counted = round.Votes.Where(vote => may.Contains(vote.Key)).Select(vote => vote.Value.Choice).ToArray();
                Assert.Equal(happened is CaseDecided, WhatCarries.CarriedByHand(counted.Count(one => one is Ballot.For), counted.Count(one => one is Ballot.Against), before.Rules.Floor, before.Rules.Majority));
                break;
        }

        foreach (var (n, round) in after.Rounds.Index())
        {
            Assert.All(round.Votes.Values, vote => Assert.Equal(round.DossierSha256, vote.DossierSha256));               // I16
            Assert.Equal(round.Votes.Count, round.Votes.Keys.Select(person => after.Seats.First(seat => seat.Person == person).Organisation).Distinct().Count());  // I15
            // What was voted once stays, unless the vote is open.
            if (n < before.Rounds.Length && before.State is not ReviewState.Voting) Assert.Equal(before.Rounds[n].Votes, round.Votes);
        }
    }

    /// <summary>A committee of so many, each from an organisation of its own.</summary>
    private static ScaleUpReview Put(int members, int seed) => Submitted.After(ToTable with
    {
        Seats = [.. Names.Take(members).Select((name, n) => new Seat(name, $"o{n}", n switch { 0 => SeatAs.Chair, 1 => SeatAs.ViceChair, _ => SeatAs.Member }, new(2026, 1, 1)))],
        Ties = seed % 3 == 0 ? [Evaluators with { Person = Names[2] }] : [],
        Rules = new(1 + (seed % 2), 2 + (seed % 2), 1 + (seed % 3), seed % 5 == 0 ? Majority.TwoThirds : Majority.Simple),
    }, Noor).State;

    /// <summary>Mostly something that fits where the review stands, so that histories get far; sometimes anything at all.</summary>
    private static (ScaleUpReviewCommand, Stamp) Any(Random random, ScaleUpReview review)
    {
        var seated = review.Seats.Select(seat => seat.Person).ToArray();
        var waits = review.Unanswered.ToArray();
        var what = random.Next(5) == 0 ? random.Next(12) : review.State switch
        {
            ReviewState.Tabled => waits is [] ? 3 : 0,
            ReviewState.Declared => 4,
            ReviewState.Voting => random.Next(8) switch { 0 => 10, 1 => 9, 2 => 0, _ => 6 },
            _ => 11,
        };
        var who = what is 4 or 9 ? seated[random.Next(2)] : what is 0 && waits is not [] ? waits[random.Next(waits.Length)] : seated[random.Next(seated.Length)];
        var later = ((who == seated[0] ? Grace : Pilar) with { Actor = who }).Later(random.Next(9, 14)).Because("So.");
        return what switch
        {
            0 or 1 or 2 => (new DeclareTie(random.Next(12) switch { 0 => TieGround.Family, 1 or 2 => TieGround.Other, 3 => TieGround.TookPart, _ => null }, TieKind.Soft, "Something."), later),
            3 => (new RuleOnTie(seated[random.Next(seated.Length)], TieGround.Other, random.Next(3) == 0 ? TieKind.Hard : TieKind.Soft), later),
            4 or 5 => (new OpenVote(Motion(DecisionKind.Hold), random.Next(4) == 0 ? Procedure.Written : Procedure.Meeting, [.. seated.Where(person => !review.StandsAside(person) && random.Next(5) > 0)]) { Now = Sources, Ties = Found() }, later),
            6 or 7 or 8 => (new CastVote((Ballot)random.Next(3), "So.", random.Next(9) == 0 ? "another" : review.DossierSha256), later),
            9 => (random.Next(3) == 0 ? new AdjournVote() : new NotePresence(seated[random.Next(seated.Length)], random.Next(2) == 0), later),
            10 => (Close("They said no.") with { Ties = Found() }, Noor.Later()),
            _ => random.Next(6) == 0 ? (new RecheckDossier { Now = NewSources }, Host) : (ToTable with { Seats = review.Seats, Ties = [], Rules = review.Rules }, Noor),
        };

        System.Collections.Immutable.ImmutableArray<Tie> Found() => random.Next(8) == 0 ? [Evaluators with { Person = seated[random.Next(seated.Length)], Ground = TieGround.PaidByIt }] : [];
    }
}

/// <summary>Committees of up to nine members, in every way in which they fall apart, through the review itself.</summary>
public class EveryCommitteeOfUpToNine
{
    [Theory]
    [InlineData(3, Majority.Simple)]
    [InlineData(3, Majority.TwoThirds)]
    [InlineData(1, Majority.Simple)]
    public void Decides_as_a_second_count_by_hand_says(int floor, Majority majority)
    {
        var rules = new VotingRules(Floor: floor, Majority: majority);
        for (var members = floor; members <= 9; members++)
        {
            foreach (var (aside, away, voteFor, against, abstain) in WhatCarries.Splits(members))
            {
                var names = Enumerable.Range(0, members).Select(n => $"m{n}").ToArray();
                var (here, voters) = (names[aside..(members - away)], new Queue<string>(names[aside..]));
                var opened = Submitted.After(ToTable with
                {
                    Seats = [.. names.Select((name, n) => new Seat(name, $"o{n}", SeatAs.Member, new(2026, 1, 1)))], Ties = [.. names[..aside].Select(name => Evaluators with { Person = name })], Rules = rules,
                }, Noor).State.Evolve(new VoteOpened(Motion(DecisionKind.Scale), Procedure.Meeting, [.. here]), Grace);
                foreach (var (choice, count) in ((Ballot, int)[])[(Ballot.For, voteFor), (Ballot.Against, against), (Ballot.Abstain, abstain)])
                {
                    for (var n = 0; n < count; n++)
                    {
                        var stamp = Pilar with { Actor = voters.Dequeue() };
                        opened = opened.Evolve(Assert.Single(opened.Decide(new CastVote(choice, "So.", opened.DossierSha256), stamp).Events), stamp);
                    }
                }

                var decision = opened.Decide(Close("They said no."), Noor.Later());
                var quorate = here.Length >= WhatCarries.QuorumByHand(members - aside, 1, 2, floor);
                Assert.Equal(quorate ? null : "no-quorum", decision.Refusal?.Code);
                if (quorate) Assert.Equal(WhatCarries.CarriedByHand(voteFor, against, floor, majority), Assert.Single(decision.Events) is CaseDecided);
            }
        }
    }
}
