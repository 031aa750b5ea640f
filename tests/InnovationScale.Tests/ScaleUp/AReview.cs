using System.Collections.Immutable;
using InnovationScale.Committees;
using InnovationScale.Evaluations;
using InnovationScale.Replications;
using InnovationScale.Trials;

namespace InnovationScale.ScaleUp;

/// <summary>An invented review, step by step, for the stories about committees.</summary>
internal static class AReview
{
    public static readonly Stamp Noor = ATrial.By("noor", Role.Secretary), Grace = ATrial.By("grace", Role.CommitteeChair), Pilar = Member("pilar"), Moussa = Member("moussa"), Hanan = Member("hanan"), Simone = Member("simone"),
        Juma = Member("juma"), Host = ATrial.By("system", Role.System), Ndeye = ATrial.By("ndeye", Role.Researcher), Omar = ATrial.By("omar", Role.Researcher), Adler = ATrial.By("adler", Role.Evaluator), Rana = ATrial.By("rana", Role.ProgrammeOfficer);

    public static Stamp Because(this Stamp stamp, string reason) => stamp with { Reason = reason };

    public static readonly DateOnly VoteFrom = new(2026, 9, 17);

    public static Stamp Member(string who) => ATrial.By(who, Role.CommitteeMember);

    /// <summary>On the day on which it may be voted on.</summary>
    public static Stamp Later(this Stamp stamp, int days = 10) => stamp with { At = stamp.At.AddDays(days) };

    public static readonly EvidenceSources Sources = new()
    {
        Evaluations = [new("e-1", "t-1", "aa", "class-adjusted/1", .3, .1), new("e-2", "t-2", "bb", "class-adjusted/1", .4, .1)],
        Replications = [new("r-1", ReplicationState.Assessed, Independence.Independent, null, true)],
    };

    public static readonly EvidenceSources NewSources = Sources with { Evaluations = Sources.Evaluations.Add(new("e-3", "t-3", "cc", "class-adjusted/1", -.2, .1)) };

    public static readonly CaseFacts Facts = new(new("talk-first", "Talk first", "v1", Sources) { Level = 3, Verdict = Verdict.Helps, Replications = 4, Independent = 2 }, OpenIncidents: 0);

    public static CaseFacts Now(EvidenceSources sources) => Facts with { Evidence = Facts.Evidence! with { Sources = sources } };

    public static readonly DraftCase Draft = new("Talk first, to more schools", "talk-first", "v1", "committee", Reach.Expand, Pathway.Horizontal) { VersionKnown = true, CommitteeKnown = true };

    public static readonly DescribeCase Described = new()
    {
        Target = new("Schools that teach in the language of the home.") { Levels = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("home-language-match", ["half-or-more"]) },
        Cost = new(180, 120, 300, "USD", "Two afternoons of training for each teacher."), Equity = [new("Girls", "Nothing is known of them apart.")], Justification = "It costs little and helps.",
        OptimalScale = "Where teachers can be visited once.", Bottleneck = Area.Fundable, BottleneckWords = "Nobody pays for the trainers yet.",
    };

    public static readonly AssessScalability Scores = new([.. Enum.GetValues<Area>().Select(area => new AreaScore(area, Ease.Easier, "/en/innovations/talk-first"))]);

    public static readonly ImmutableArray<Seat> Seats =
    [
        new("grace", "mango-lane", SeatAs.Chair, new(2026, 1, 1)), new("pilar", "la-cometa", SeatAs.ViceChair, new(2026, 1, 1)), new("moussa", "keur-soleil", SeatAs.Member, new(2026, 1, 1)),
        new("hanan", "wadi-nakhla", SeatAs.Member, new(2026, 1, 1)), new("simone", "clay-cup", SeatAs.Member, new(2026, 1, 1)), new("juma", "mango-lane", SeatAs.Alternate, new(2026, 1, 1)),
    ];

    /// <summary>Simone works where it was evaluated.</summary>
    public static readonly Tie Evaluators = new("simone", TieKind.Hard, TieGround.Evaluator, "clay-cup", Detected: true);

    public static readonly TableCase ToTable = new(VoteFrom) { Facts = Facts, Seats = Seats, Ties = [Evaluators] };

    public static Motion Motion(DecisionKind kind = DecisionKind.ScaleWithConditions) => new(kind, "Offer it to schools that teach in the language of the home.")
    {
        Conditions = kind is DecisionKind.ScaleWithConditions ? [new("c1", "Trainers are paid.", "rana", new(2027, 1, 31)), new("c2", "A trial of v2.", "ndeye", new(2027, 6, 30))] : [],
        Cells = kind is DecisionKind.ReplicateMore ? ["rural"] : [], Components = kind is DecisionKind.Adapt ? ["pairs"] : [],
    };

    public static OpenVote Vote(Motion motion, params ImmutableArray<string> present) => new(motion, Procedure.Meeting, present) { Now = Sources };

    public static DecideCase Close(string dissent = "") => new("It helps there.", dissent, new(2027, 9, 1)) { Now = Sources };

    public static Story<ScaleUpReview> Drafted => Story.Of<ScaleUpReview>().After(Draft, Ndeye);

    public static Story<ScaleUpReview> Ready => Drafted.After(Described, Ndeye).After(Scores, Omar);

    public static Story<ScaleUpReview> Submitted => Ready.After(new SubmitCase { Facts = Facts }, Ndeye);

    public static Story<ScaleUpReview> Tabled => Submitted.After(ToTable, Noor);

    public static Story<ScaleUpReview> Declared => Tabled.After(new DeclareTie(null), Grace).After(new DeclareTie(null), Pilar).After(new DeclareTie(null), Moussa).After(new DeclareTie(null), Hanan).After(new DeclareTie(null), Juma);

    public static Story<ScaleUpReview> Voting(DecisionKind kind = DecisionKind.ScaleWithConditions) => Declared.After(Vote(Motion(kind), "grace", "pilar", "moussa", "hanan"), Grace.Later());

    public static CastVote Cast(this Story<ScaleUpReview> story, Ballot choice) => new(choice, "I read it so.", story.State.DossierSha256);

    public static Story<ScaleUpReview> Votes(this Story<ScaleUpReview> story, params ImmutableArray<(Stamp Who, Ballot Choice)> votes)
    {
        foreach (var (who, choice) in votes) story = story.After(story.Cast(choice), who.Later());
        return story;
    }

    public static Story<ScaleUpReview> Decided(DecisionKind kind = DecisionKind.ScaleWithConditions) => Voting(kind).Votes((Grace, Ballot.For), (Pilar, Ballot.For), (Moussa, Ballot.For)).After(Close(), Noor.Later());
}
