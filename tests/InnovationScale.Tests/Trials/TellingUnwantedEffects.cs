using System.Text;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Trials;

/// <summary>What nobody wanted is told beside what was hoped for, and that nothing was seen is told too.</summary>
public class TellingUnwantedEffects
{
    private static Trial Closed(Story<Trial> verified)
    {
        var proposed = verified.After(new ProposeLock { Team = Team }, Sela);
        return proposed.After(new ConfirmLock(proposed.State.ProposedLock!.DatasetSha256) { Team = Team }, Ndeye).State;
    }

    private static Evaluation Evaluated(Trial trial) => Story.Of<Evaluation>().After(AnEvaluation.Compute(ClosedTrial.Of(trial)), Ndeye).After(new SubmitEvaluation(), Ndeye)
        .After(new SignEvaluation { LockedSha256 = trial.LockedSha256, Ties = AnEvaluation.NoTies }, Adler).State;

    [Fact]
    public void Stays_whatever_others_saw() => InField().After(new TellUnwanted(["Breaks became shorter."]), Amina).After(new TellUnwanted([]), Mateo)
        .Where(trial => Assert.Equal(["Breaks became shorter."], trial.Unwanted!.Value.ToArray()))
        .After(new TellUnwanted(["Some were tired.", "Breaks became shorter."]), Mateo).Where(trial => Assert.Equal(["Breaks became shorter.", "Some were tired."], trial.Unwanted!.Value.ToArray()));

    [Fact]
    public void Follows_after_none_was_seen() => InField().After(new TellUnwanted([]), Amina).When(new TellUnwanted([" Breaks became shorter. "]), Mateo)
        .Then(new UnwantedTold(["Breaks became shorter."])).Where(trial => Assert.Equal(["Breaks became shorter."], trial.Unwanted!.Value.ToArray()));

    [Fact]
    public void Tells_nobody_said_from_none_was_seen()
    {
        Assert.Null(Evaluated(Closed(Verified())).Findings!.Unwanted);
        Assert.Empty(Evaluated(Closed(Verified().After(new TellUnwanted([]), Amina))).Findings!.Unwanted!.Value);
    }

    [Theory, InlineData(0, 1), InlineData(301, 1), InlineData(10, 51)]
    public void Takes_few_short_words(int letters, int times) =>
        InField().When(new TellUnwanted([.. Enumerable.Repeat(new string('x', letters), times)]), Amina).ThenRefused("unwanted-unclear");

    [Fact]
    public void Ends_when_results_are_closed() => Locked().When(new TellUnwanted([]), Ndeye).ThenRefused("data-locked");

    [Fact]
    public void Takes_back_a_proposal_to_close() => LockProposed().After(new TellUnwanted([]), Amina).Where(trial => Assert.Null(trial.ProposedLock));

    [Fact]
    public void Reaches_the_evaluation_and_the_dossier()
    {
        var trial = Closed(Verified().After(new TellUnwanted(["Breaks became shorter."]), Amina));
        var evaluation = Evaluated(trial);
        var package = DossierPackage.Of(new("talk-first", "Talk first", "Talk in pairs", new("v1", null, [], Major: false, new(2026, 9, 1)), new(HasTheory: true, 1, RunChartSignal: false, NormReferencedGain: false, CostKnown: true))
        {
            Trials = [DossierTrial.Of("trial-1", trial, "evaluation-1", evaluation)],
        });

        Assert.Equal(["Breaks became shorter."], evaluation.Findings!.Unwanted!.Value.ToArray());
        Assert.Contains("Breaks became shorter.", Encoding.UTF8.GetString(package.Files.Single(file => file.Name == "evaluations.json").Bytes.AsSpan()), StringComparison.Ordinal);
        Assert.Empty(DossierPackage.Verify(package.Zip()).Faults);
    }
}
