using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using InnovationScale.Evidence;
using InnovationScale.Trials;
using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Evaluations;

/// <summary>
/// Random histories in which results are closed, evaluated, opened, corrected and closed again, by the rules of trial and evaluation, with what follows
/// by itself done some time after: what rests on results never outlives them, and nothing is computed anew without somebody asking.
/// </summary>
public class WhatRestsOnResults
{
    private sealed class World
    {
        public Trial Trial { get; private set; } = Locked().State;

        public Dictionary<string, Evaluation> Evaluations { get; } = new(StringComparer.Ordinal);

        /// <summary>Findings as they were when they were first written down.</summary>
        public Dictionary<string, string> Written { get; } = new(StringComparer.Ordinal);

        public int Superseded { get; private set; }

        private int opened;

        public void Do(int chance)
        {
            var c = chance & 0x7fffffff;
            var place = Trial.Cells.Held.ElementAt(c / 64 % Trial.Cells.Count).Cell;
            // Half the time what would be done next, so that histories get somewhere.
            switch (c % 2 == 0 ? c / 2 % 11 : Next)
            {
                case 0: Ask(new ProposeUnlock(), Iris.Because(Why)); break;
                case 1: Ask(new ConfirmUnlock(), Adler.Because(Why)); break;
                case 2: Ask(new CorrectCell(place with { Outcome = place.Outcome with { Mean = place.Outcome.Mean + 1 + c / 4096 % 3 } }, CorrectionReason.WrongClass), Amina); break;
                case 3: Ask(new VerifyCells([.. Trial.Cells.Held.Where(held => held.VerifiedBy is null && held.RecordedBy != Sela.Actor).Select(held => held.Cell.Key)]), Sela); break;
                case 4: Ask(new ProposeLock { Team = Team }, Sela); break;
                case 5: Ask(new ConfirmLock(Trial.ProposedLock?.DatasetSha256 ?? "") { Team = Team }, Ndeye); break;
                case 6: Ask($"evaluation-{Evaluations.Count}", AnEvaluation.Compute(ClosedTrial.Of(Trial)), Ndeye); break;
                case 7: Each(EvaluationState.Draft, new SubmitEvaluation(), Ndeye); break;
                case 8: Each(EvaluationState.InReview, new SignEvaluation { LockedSha256 = Trial.LockedSha256, Opened = Trial.OpenedAgain.Length, Ties = AnEvaluation.NoTies }, Adler); break;
                case 9: Ask(new TellCosts(new("KES", 2026, 160, 30, [new("Paper", 100 + c / 4096 % 3, 1)])), Ndeye); break;
                default: FollowUp(); break;
            }
        }

        private const string Why = "A class was swapped.";

        private int Next =>
            Trial.IsLocked
                ? Evaluations.Values.Any(one => one.State is EvaluationState.InReview) ? 8 : Evaluations.Values.Any(one => one.State is EvaluationState.Draft) ? 7 : Evaluations.Values.Any(one => one.Counts) ? Trial.ProposedUnlock is null ? 0 : 1 : 6
                : Trial.Cells.Unverified > 0 ? 3 : Trial.ProposedLock is null ? 4 : 5;

        /// <summary>What the sweep does once results were opened.</summary>
        public void FollowUp()
        {
            if (Trial.OpenedAgain.Length == opened) return;
            opened = Trial.OpenedAgain.Length;
            foreach (var (id, evaluation) in Evaluations.ToArray())
            {
                Ask(id, new SupersedeEvaluation { LockedSha256 = Trial.LockedSha256, Opened = Trial.OpenedAgain.Length }, By("system", Role.System).Because(Why));
                if (Evaluations[id].State is EvaluationState.Superseded && evaluation.State is not EvaluationState.Superseded) Superseded++;
            }
        }

        private void Ask(TrialCommand command, Stamp stamp)
        {
            foreach (var e in Trial.Decide(command, stamp).Events) Trial = Trial.Evolve(e, stamp);
        }

        private void Each(EvaluationState at, EvaluationCommand command, Stamp stamp)
        {
            if (Evaluations.FirstOrDefault(one => one.Value.State == at).Key is { } id) Ask(id, command, stamp);
        }

        private void Ask(string id, EvaluationCommand command, Stamp stamp)
        {
            var evaluation = Evaluations.GetValueOrDefault(id, Evaluation.New);
            foreach (var e in evaluation.Decide(command, stamp).Events)
            {
                evaluation = evaluation.Evolve(e, stamp);
                if (e is EvaluationComputed computed) Written.Add(id, Story.Json(computed.Findings, typeof(Findings)));
                Evaluations[id] = evaluation;
            }
        }
    }

    [Fact]
    public void Falls_with_them_and_is_never_computed_anew_by_itself()
    {
        var (counted, superseded) = (0, 0);
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), chances =>
        {
            var world = new World();
            foreach (var chance in chances.SelectMany((chance, i) => Enumerable.Range(0, 6).Select(n => unchecked(chance * 2_654_435 + i * 7_919 + n * 104_729))))
            {
                var before = world.Evaluations.Values.Count(evaluation => evaluation.Counts);
                world.Do(chance);
                Assert.InRange(world.Evaluations.Values.Count(evaluation => evaluation.Counts), 0, before + 1);
            }

            world.FollowUp();
            foreach (var (id, evaluation) in world.Evaluations)
            {
                Assert.Equal(world.Written[id], Story.Json(evaluation.Findings, typeof(Findings)));
                if (evaluation.State is EvaluationState.Superseded) Assert.Equal("A class was swapped.", evaluation.SupersededBecause);
            }

            foreach (var (id, evaluation) in world.Evaluations.Where(one => one.Value.Counts))
            {
                counted++;
                // What still counts is what the results give as they are closed now.
                Assert.Equal(world.Trial.LockedSha256, evaluation.DatasetSha256);
                Assert.Equal(Story.Json(Methods.ClassAdjusted.Evaluate(ClosedTrial.Of(world.Trial)), typeof(Findings)), Story.Json(evaluation.Findings, typeof(Findings)));
                Assert.NotNull(TrialResult.Of("trial-1", Preset.Rigorous, id, evaluation, 0.2).Effect);
            }

            Assert.All(world.Evaluations.Where(one => one.Value.State is EvaluationState.Superseded), one => Assert.Null(TrialResult.Of("trial-1", Preset.Rigorous, one.Key, one.Value, 0.2).Effect));
            superseded += world.Superseded;
        }).QuickCheckThrowOnFailure();

        Assert.True(counted > 5, $"Only {counted} evaluations counted at an end.");
        Assert.True(superseded > 5, $"Only {superseded} evaluations were superseded.");
    }
}
