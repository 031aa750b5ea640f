using InnovationScale.Demonstration;
using InnovationScale.Evaluations;
using InnovationScale.Storage;

namespace InnovationScale.ScaleUp;

/// <summary>What a dossier is frozen from: the records of the demonstration, and what is added to them here.</summary>
public class WhatACommitteeReads(LoadedLantern lantern) : IClassFixture<LoadedLantern>
{
    private EvidenceInTarget InTarget => new(lantern.Evidence, lantern.Grains, lantern.Store);

    [Fact]
    public async Task Is_no_evaluation_that_is_signed_and_not_public()
    {
        const string evaluation = "second-version-evaluation";
        var closed = (await lantern.Evidence.Read(Principal.Anonymous, Lantern.TalkFirst, "v2"))!.Trials[0];
        await Step("ndeye", Role.Researcher, evaluation, new ComputeEvaluation(closed.Id, closed.Trial.LockedSha256!, Methods.ClassAdjusted.Name) { Data = ClosedTrial.Of(closed.Trial) });
        await Step("ndeye", Role.Researcher, evaluation, new SubmitEvaluation());
        await Step("adler", Role.Evaluator, evaluation, new SignEvaluation { LockedSha256 = closed.Trial.LockedSha256, Ties = new(["ndeye"], [], PaidByThem: false) });
        var signed = (await InTarget.Freeze(Lantern.TalkFirst, "v2", new()))!;
        Assert.Equal((0, 0, 0), (signed.Trials.Length, signed.Everywhere.K, signed.Sources.Evaluations.Length));
        Assert.Equal(0, await Rechecks());

        await Step("adler", Role.Evaluator, evaluation, new PublishEvaluation());
        var published = (await InTarget.Freeze(Lantern.TalkFirst, "v2", new()))!;
        Assert.Equal((closed.Id, 1, evaluation), (Assert.Single(published.Trials).Trial, published.Everywhere.K, Assert.Single(published.Sources.Evaluations).Evaluation));
        // Whoever has this version on an agenda looks at its evidence again.
        Assert.Equal(1, await Rechecks());
    }

    private async Task<long> Rechecks() =>
        (await lantern.Store.Query(connection => connection.Query("select count(*) from outbox where kind = 'evidence-changed' and json like '%\"v2\"%'", r => r.GetInt64(0)))).Single();

    private async Task Step<T>(string who, Role role, string id, ICommand<T> command, string? because = null) where T : class, IAggregate<T> => Assert.Null(
        (await lantern.Grains.Execute(id, command, new Stamp(who, new(role, "lantern"), new(2028, 1, 10, 9, 0, 0, TimeSpan.Zero), $"{id}-{command.GetType().Name}") { Reason = because })).Refusal);
}
