using System.Collections.Immutable;
using InnovationScale.Committees;
using InnovationScale.Demonstration;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Storage;

namespace InnovationScale.ScaleUp;

/// <summary>What a dossier is frozen from: the records of the demonstration, and what is added to them here.</summary>
public class WhatACommitteeReads(LoadedLantern lantern) : IClassFixture<LoadedLantern>
{
    private readonly CandidateDesk candidates = new(lantern.Desk, lantern.Grains, lantern.Evidence, TimeProvider.System);

    private EvidenceInTarget InTarget => new(lantern.Evidence, lantern.Grains, lantern.Store);

    [Fact]
    public async Task Is_no_evaluation_that_is_signed_and_not_public()
    {
        const string evaluation = "second-version-evaluation";
        var closed = (await lantern.Evidence.Read(Principal.Anonymous, Lantern.TalkFirst, "v2"))!.Trials[0];
        await Step("ndeye", Role.Researcher, evaluation, new ComputeEvaluation(closed.Id, closed.Trial.LockedSha256!, Methods.ClassAdjusted.Name) { Data = ClosedTrial.Of(closed.Trial) });
        await Step("ndeye", Role.Researcher, evaluation, new SubmitEvaluation());
        await Step("wen", Role.Evaluator, evaluation, new SignEvaluation { LockedSha256 = closed.Trial.LockedSha256, Ties = new(["ndeye"], [], PaidByThem: false) });
        var signed = (await InTarget.Freeze(Lantern.TalkFirst, "v2", new()))!;
        Assert.Equal((0, 0, 0), (signed.Trials.Length, signed.Everywhere.K, signed.Sources.Evaluations.Length));
        Assert.Equal((0, "v1"), (await Rechecks(), (await Candidate(Lantern.TalkFirst)).Version));

        await Step("wen", Role.Evaluator, evaluation, new PublishEvaluation());
        var published = (await InTarget.Freeze(Lantern.TalkFirst, "v2", new()))!;
        Assert.Equal((closed.Id, 1, evaluation), (Assert.Single(published.Trials).Trial, published.Everywhere.K, Assert.Single(published.Sources.Evaluations).Evaluation));
        // Whoever has this version on an agenda looks at its evidence again.
        Assert.Equal((1, "v2"), (await Rechecks(), (await Candidate(Lantern.TalkFirst)).Version));
        // Nobody noted where Wen works, nor where somebody else does: that is no tie between them.
        Assert.Equal([("wen", TieGround.Evaluator)], (await new TiesOnRecord(lantern.Grains, lantern.Store).Of(new() { Innovation = Lantern.TalkFirst, Version = "v2" }, [.. ((string[])["wen", "stranger"]).Select(person => new Seat(person, "far-away", SeatAs.Member, default))]))
            .Select(tie => (tie.Person, tie.Ground)));
    }

    [Fact]
    public async Task Has_a_study_from_elsewhere_among_it_unless_only_some_kinds_of_schools_are_meant()
    {
        await Step("ndeye", Role.Researcher, "from-elsewhere", new DescribeStudy(AStudyFromElsewhere.About with { Innovation = Lantern.TalkFirst, Version = "v1" }));
        await Step("bilal", Role.DataSteward, "from-elsewhere", new ImportStudyCells(Trials.ATrial.FirstBatch, AStudyFromElsewhere.Cells));
        await Step("mina", Role.Reviewer, "from-elsewhere", new TakeIntoPool((await lantern.Grains.Look<ExternalStudy>("from-elsewhere")).State.Cells.Sha256()), "Drawn by lot.");
        var target = new TargetPopulation("Schools that teach in the language of the home.") { Levels = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("home-language-match", [ContextSplit.Most]) };

        Assert.Equal((9, 9), await Pooled(new()));
        Assert.Equal((5, 9), await Pooled(new() { Target = target }));

        async Task<(int, int)> Pooled(Case about) => (await InTarget.Freeze(Lantern.TalkFirst, "v1", about))! is var frozen ? (frozen.Inside.K, frozen.Everywhere.K) : default;
    }

    [Fact]
    public async Task Says_how_much_money_is_in_a_candidate_after_what_was_returned()
    {
        Assert.Equal("USD 8350.00", await Money(Lantern.VoiceNotes));
        Assert.Equal("", await Money(Lantern.SmallClasses));

        async Task<string> Money(string innovation) => (await Candidate(innovation)).Ingredients.Single(one => one.Name == Ranking.Money).Shown;
    }

    private async Task<Candidate> Candidate(string innovation) =>
        (await candidates.Rank(Principal.Anonymous, "lantern-committee"))!.Value.Ranked.Select(one => one.Candidate).Single(one => one.Innovation == innovation);

    private async Task<long> Rechecks() =>
        (await lantern.Store.Query(connection => connection.Query("select count(*) from outbox where kind = 'evidence-changed' and json like '%\"v2\"%'", r => r.GetInt64(0)))).Single();

    private async Task Step<T>(string who, Role role, string id, ICommand<T> command, string? because = null) where T : class, IAggregate<T> => Assert.Null(
        (await lantern.Grains.Execute(id, command, new Stamp(who, new(role, "lantern"), new(2028, 1, 10, 9, 0, 0, TimeSpan.Zero), $"{id}-{command.GetType().Name}") { Reason = because })).Refusal);
}
