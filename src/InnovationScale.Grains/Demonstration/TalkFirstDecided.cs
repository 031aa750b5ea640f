using System.Collections.Immutable;
using InnovationScale.Committees;
using InnovationScale.Evidence;
using InnovationScale.ScaleUp;

namespace InnovationScale.Demonstration;

/// <summary>The committee’s decision on “Talk first”: seven seats, one steps aside, five of six are there, three to one with one abstaining. Invented.</summary>
internal static class TalkFirstDecided
{
    public const string Committee = "lantern-committee", Review = Lantern.TalkFirstReview;

    private static readonly DateOnly Since = new(2026, 8, 17);

    public static async Task Tell(DemonstrationSteps steps)
    {
        await Found(steps.On(Since));
        await Ask(steps.On(2026, 9, 21));
        await Decide(steps);
    }

    private static async Task Found(DemonstrationSteps steps)
    {
        await steps.Do("rana", Committee, new FoundCommittee("The committee on going further", "Decides which ideas the network offers to more schools, and which it does not.", new()));
        foreach (var (person, seat) in ((string, SeatAs)[])[("grace", SeatAs.Chair), ("pilar", SeatAs.ViceChair), ("moussa", SeatAs.Member), ("hanan", SeatAs.Member), ("njoroge", SeatAs.Member), ("simone", SeatAs.Member), ("tariq", SeatAs.Member)])
            await steps.Do("noor", Committee, new SeatMember(new(person, LanternPeople.All.Single(one => one.Id == person).Home, seat, Since)));
    }

    private static async Task Ask(DemonstrationSteps steps)
    {
        await steps.Do("bilal", Review, new DraftCase("Talk first, in more schools that teach in the language of the home", Lantern.TalkFirst, "v1", Committee, Reach.Expand, Pathway.Horizontal));
        await steps.Do("bilal", Review, new DescribeCase
        {
            Target = new("Schools in our four countries that teach in the language their pupils speak at home.")
            {
                Levels = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("home-language-match", [ContextSplit.Most]).Add("locality", ["rural", "peri-urban", "urban"]).Add("setting", ["stable", "displacement"]),
            },
            Cost = new(180, 120, 310, "USD", "Two afternoons of training for each class teacher and one visit a term, counted in the five trials there."),
            Justification = "Most pupils sit before an empty page. Ten minutes of talk cost little, and where the language of the lesson is the one of the home pupils then explain better in writing.",
            OptimalScale = "As far as a trainer can visit each school once a term. Beyond that the talk becomes chatting, as two schools told us.",
            Bottleneck = Area.Fundable,
            BottleneckWords = "Visits are paid by the fund until June; no ministry has a line for them.",
            Equity =
            [
                new("Pupils taught in another language than at home", "They gained nothing, and may have lost.", "three trials, pooled"), new("Girls", "Nothing is known of them apart."),
                new("Pupils in multigrade classes", "Nothing is known of them apart."),
            ],
        });
        await steps.Do("oscar", Review, Assessed(Ease.Easier, Ease.Harder));
        await steps.Do("rana", Review, Assessed(Ease.Neither, Ease.Harder));
        await steps.Do("bilal", Review, new SubmitCase());
    }

    /// <summary>Two assessors agree on money and not on how easily it is taken up.</summary>
    private static AssessScalability Assessed(Ease easyToTakeUp, Ease fundable) => new(
    [
        new(Area.Credible, Ease.Easier, "/en/innovations/talk-first"), new(Area.Observable, Ease.Easier, "pupils’ pages, shown in staff rooms"), new(Area.Relevant, Ease.Easier, "writing is examined in all four countries"),
        new(Area.BetterThanNow, Ease.Easier, "/en/innovations/talk-first"), new(Area.EasyToTakeUp, easyToTakeUp, "logs of the five pilots"), new(Area.Testable, Ease.Easier, "one class, four weeks"),
        new(Area.Fundable, fundable, "budgets of the last three years"),
    ]);

    private static async Task Decide(DemonstrationSteps steps)
    {
        await steps.On(2026, 10, 26).Do("noor", Review, new TableCase(new(2026, 11, 12), "Talk first: offer it to more schools?"));
        foreach (var member in (string[])["grace", "pilar", "moussa", "hanan", "njoroge", "tariq"]) await steps.On(2026, 10, 28).Do(member, Review, new DeclareTie(null));
        await steps.On(2026, 11, 12).Do("grace", Review, new OpenVote(new(DecisionKind.ScaleWithConditions, "Offer to schools teaching in the home language. Elsewhere use v2 only, in 4 more trials by June.")
        {
            Conditions =
            [
                new("only-v2-elsewhere", "Schools that teach in another language than the one of the home use version 2, and nothing else.", "bilal", new(2027, 6, 30)),
                new("four-more-trials", "Four more trials of version 2 are evaluated.", "oscar", new(2027, 6, 30)),
            ],
        }, Procedure.Meeting, ["grace", "pilar", "moussa", "hanan", "njoroge"]));
        var dossier = (await steps.Grains.Look<ScaleUpReview>(Review)).State.DossierSha256;
        foreach (var (member, vote, why) in ((string, Ballot, string)[])
        [
            ("grace", Ballot.For, "Five trials there say the same, and it is cheap."), ("pilar", Ballot.For, "Four of our five results at home point the same way."), ("njoroge", Ballot.For, "Teachers can begin tomorrow."),
            ("moussa", Ballot.Against, "Offices will not read the small print: in Senegal it did nothing, and one school did worse."), ("hanan", Ballot.Abstain, "One trial in my country is too little for me to say."),
        ]) await steps.Do(member, Review, new CastVote(vote, why, dossier));
        await steps.Do("noor", Review, new AddMinute("Tariq sent word that he could not come. Moussa asked that the offer name the language in its first sentence; it does."));
        await steps.Do("noor", Review, new DecideCase(
            "Where lessons are in the language of the home, five trials together show that pupils explain better in writing. Where they are not, three trials together show no gain and leave open whether pupils lose. So it is offered only there; version 2, which lets pupils talk at home’s language first, has not been shown to help yet.",
            "One member voted against: offices tend to pass an offer on without its conditions, and pupils in Senegal would pay for that. He would have waited for the trials of version 2.", new(2027, 9, 1)));
    }
}
