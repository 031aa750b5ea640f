using System.Text;
using InnovationScale.Demonstration;
using InnovationScale.Evaluations;

namespace InnovationScale.Evidence;

/// <summary>A second look at a trial whose first evaluation is public: signed, and waiting to be made public.</summary>
public class AnEvaluationThatIsNotPublic(LoadedLantern lantern) : IClassFixture<LoadedLantern>
{
    private const string SecondLook = "zz-second-look", Trial = "talk-first-heron-bay-trial";

    [Fact]
    public async Task Is_in_no_evidence_and_no_dossier_of_a_visitor()
    {
        await Sign();
        var (evidence, dossier) = (await lantern.Dossiers.Read(Principal.Anonymous, Lantern.TalkFirst, "v1"))!.Value;

        Assert.Equal("talk-first-heron-bay-evaluation", evidence.Trials.Single(one => one.Id == Trial).Evaluation);
        Assert.Equal(8, evidence.Evaluated.Count());
        Assert.All(DossierPackage.Of(dossier).Files, file => Assert.DoesNotContain(SecondLook, Encoding.UTF8.GetString(file.Bytes.AsSpan()), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Counts_for_whoever_is_signed_in()
    {
        await Sign();
        var (evidence, dossier) = (await lantern.Dossiers.Read(new Principal("amina", "Amina", [new(Role.Teacher, "heron-bay")]), Lantern.TalkFirst, "v1"))!.Value;

        Assert.Equal(SecondLook, evidence.Trials.Single(one => one.Id == Trial).Evaluation);
        Assert.Contains(dossier.Decisions, decision => decision.Record == SecondLook && decision.What == "evaluation-signed");
    }

    private async Task Sign()
    {
        if ((await lantern.Grains.Look<Evaluation>(SecondLook)).Exists) return;
        var trial = (await lantern.Grains.Look<Trials.Trial>(Trial)).State;
        await Step("ndeye", Role.Researcher, new ComputeEvaluation(Trial, trial.LockedSha256!, Methods.ClassAdjusted.Name) { Data = ClosedTrial.Of(trial) });
        await Step("ndeye", Role.Researcher, new SubmitEvaluation());
        await Step("adler", Role.Evaluator, new SignEvaluation { LockedSha256 = trial.LockedSha256 });

        async Task Step(string who, Role role, EvaluationCommand command) =>
            Assert.Null((await lantern.Grains.Execute<Evaluation>(SecondLook, command, new Stamp(who, new(role, "lantern"), new(2028, 1, 10, 9, 0, 0, TimeSpan.Zero), $"second-look-{command.GetType().Name}"), null)).Refusal);
    }
}
