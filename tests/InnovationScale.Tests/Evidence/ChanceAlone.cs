using System.Collections.Immutable;
using InnovationScale.Evaluations;
using InnovationScale.Trials;

namespace InnovationScale.Evidence;

/// <summary>78 trials, as many as Project STAR has schools, in which nothing works: what chance alone would have people believe, over 200 seeds.</summary>
public class ChanceAlone
{
    private const int Seeds = 200, Trials = 78;

    private static readonly Registration Plan = new()
    {
        Design = TrialDesign.ClusterRandomised, UnitOfAssignment = UnitOfAssignment.Class, Arms = [new("small", Comparison: false), new("regular", Comparison: true)],
        Primary = new("Maths", "points", 0, 1000, Direction.HigherIsBetter) { Attainment = true, BaselineWave = "baseline" },
    };

    [Fact]
    public void Reaches_level_three_at_most_once_in_twenty()
    {
        var (reached, alone) = (0, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            ImmutableArray<TrialResult> trials = [.. Enumerable.Range(0, Trials).Select(n => Trial($"trial-{n}", random))];
            Assert.All(trials, trial => Assert.NotNull(trial.Effect));
            if (LevelOf(trials) >= 3) reached++;
            // One lucky trial among many would do, if each could speak for itself.
            if (trials.Any(trial => LevelOf([trial]) >= 3)) alone++;
        }

        Assert.InRange(reached, 0, Seeds / 20);
        Assert.True(alone > Seeds / 2, $"Only in {alone} of {Seeds} seeds one of the trials is lucky: the trials are too weak to show anything.");
    }

    [Fact]
    public void Is_told_from_an_effect()
    {
        var random = new Random(1);
        Assert.Equal(3, LevelOf([.. Enumerable.Range(0, Trials).Select(n => Trial($"trial-{n}", random, effect: 30))]));
    }

    private static int LevelOf(ImmutableArray<TrialResult> trials) => EvidenceLevel.Of(new() { HasTheory = true, ClosedCycles = 1, RunChartSignal = true, Trials = trials }).Level;

    private static TrialResult Trial(string name, Random random, double effect = 0)
    {
        ImmutableArray<Cell> cells = [.. Plan.Arms.SelectMany(arm => Enumerable.Range(0, 50).Select(n => Class($"{arm.Name}-{n}", arm, random, arm.Comparison ? 0 : effect)))];
        var findings = Methods.ClassAdjusted.Evaluate(new("", "", "", Preset.Rigorous, Plan, cells));
        return TrialResult.Of(name, Preset.Rigorous, $"evaluation-of-{name}", new() { State = EvaluationState.Signed, Trial = name, Findings = findings, Rating = findings.Rating }, Plan.SmallestWorthwhile);
    }

    /// <summary>Twenty pupils with a standard deviation of 100; a tenth of the variance lies between classes. All classes started alike. Moments are drawn as they are distributed, not pupil by pupil.</summary>
    private static Cell Class(string name, TrialArm arm, Random random, double effect)
    {
        const int Pupils = 20;
        var (between, within) = (Math.Sqrt(0.1) * 100, Math.Sqrt(0.9) * 100);
        return new()
        {
            School = "a", Class = name, Arm = arm.Name, Measure = "Maths", Wave = "outcome", Allocated = Pupils,
            Outcome = new(Pupils, 500 + effect + Normal(random) * between + Normal(random) * within / Math.Sqrt(Pupils), within * within * ChiSquared(random, Pupils - 1)),
            Baseline = new(Pupils, 480, within * within * (Pupils - 1)),
        };
    }

    private static double Normal(Random random) => Statistics.Normal.Quantile((random.Next(1, int.MaxValue) - 0.5) / int.MaxValue);

    private static double ChiSquared(Random random, int df) => Enumerable.Range(0, df).Sum(_ => Math.Pow(Normal(random), 2));
}
