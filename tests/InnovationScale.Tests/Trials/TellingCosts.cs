using System.Text;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Trials;

public class TellingCosts
{
    private static readonly TrialCosts Costs = new("KES", 2026, 160, 30, [new("Training day", 4, 1_200.50m), new("Room, lent", 1, 198)]);

    [Fact]
    public void Adds_up_what_was_needed_and_shares_it_among_those_who_got_it()
    {
        Assert.Equal((5_000, 31.25m), (Costs.Total, Costs.PerLearner));
        InField().When(new TellCosts(Costs), Amina).Then(new CostsTold(Costs)).Where(trial => Assert.Equal(("KES", 5_000, 30), (trial.Costs!.Currency, trial.Costs.Total, trial.Costs.TeacherMinutes)));
    }

    [Theory]
    [InlineData("Kes", 2026, 160, 30, 1, 1), InlineData("KES", 26, 160, 30, 1, 1), InlineData("KES", 2026, 0, 30, 1, 1), InlineData("KES", 2026, 160, -1, 1, 1), InlineData("KES", 2026, 160, 30, 0, 1), InlineData("KES", 2026, 160, 30, 1, -1)]
    public void Takes_nothing_that_cannot_be_so(string currency, int year, int learners, int minutes, int quantity, int price) =>
        InField().When(new TellCosts(new(currency, year, learners, minutes, [new("Books", quantity, price)])), Amina).ThenRefused("costs-unclear");

    [Fact]
    public void Needs_something_that_was_needed() => InField().When(new TellCosts(Costs with { Ingredients = [] }), Amina).ThenRefused("costs-unclear");

    /// <summary>What is signed rests on them.</summary>
    [Fact]
    public void Ends_when_results_are_closed() => Locked().When(new TellCosts(Costs), Ndeye).ThenRefused("data-locked");

    /// <summary>Two people close results, and what they cost with them.</summary>
    [Fact]
    public void Takes_back_what_one_had_proposed_to_close() => Verified().After(new ProposeLock { Team = Team }, Sela).Where(trial => Assert.NotNull(trial.ProposedLock))
        .After(new TellCosts(Costs), Amina).Where(trial => Assert.Null(trial.ProposedLock));

    [Fact]
    public void Reaches_the_evaluation_and_the_dossier()
    {
        var proposed = Verified().After(new TellCosts(Costs), Amina).After(new ProposeLock { Team = Team }, Sela);
        var trial = proposed.After(new ConfirmLock(proposed.State.ProposedLock!.DatasetSha256) { Team = Team }, Ndeye).State;
        var evaluation = Story.Of<Evaluation>().After(AnEvaluation.Compute(ClosedTrial.Of(trial)), Ndeye).After(new SubmitEvaluation(), Ndeye)
            .After(new SignEvaluation { LockedSha256 = trial.LockedSha256, Ties = AnEvaluation.NoTies }, Adler).State;
        var package = DossierPackage.Of(new("talk-first", "Talk first", "Talk in pairs", new("v1", null, [], Major: false, new(2026, 9, 1)), new(HasTheory: true, 1, RunChartSignal: false, NormReferencedGain: false, CostKnown: true))
        {
            Trials = [DossierTrial.Of("trial-1", trial, "evaluation-1", evaluation)],
        });

        Assert.Equal(Costs.Ingredients.ToArray(), evaluation.Findings!.Costs!.Ingredients.ToArray());
        Assert.Contains("Room, lent", Encoding.UTF8.GetString(package.Files.Single(file => file.Name == "evaluations.json").Bytes.AsSpan()), StringComparison.Ordinal);
        Assert.Empty(DossierPackage.Verify(package.Zip()).Faults);
    }
}
