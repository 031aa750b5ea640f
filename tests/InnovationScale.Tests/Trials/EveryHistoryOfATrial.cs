using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Trials;

/// <summary>What no sequence of commands, by whomever, ever brings about.</summary>
public class EveryHistoryOfATrial
{
    private static readonly ImmutableArray<Stamp> People = [Amina, Mateo, Ndeye, Omar, Sela, Rana, Adler, Iris, By("root", Role.Admin), By("sela", Role.Researcher), By("adler", Role.Auditor)];

    // Each chance picks a command (by its remainder) and a person.
    private static (TrialCommand Command, Stamp Stamp) Pick(Trial trial, int chance)
    {
        var c = chance & 0x7fffffff;
        var kind = c % 64 % 22;
        var stamp = (c / 4096 % 2 == 0 ? Suited(kind) : People[c / 64 % People.Length]).Because("because");
        var cell = Class(c % 3 == 0 ? "casa" : "heron-bay", $"{c / 8 % 4}x", c % 2 == 0 ? "talk" : "usual", 40 + c / 16 % 20);
        var place = trial.Cells.Held.ElementAtOrDefault(c / 4 % Math.Max(1, trial.Cells.Count))?.Cell.Key ?? cell.Key;
        var hash = trial.ProposedLock?.DatasetSha256 ?? "0";
        return (kind switch
        {
            0 or 1 => new RecordCell(cell) { Permission = c % 5 == 0 ? FieldPermission.None : Allowed },
            2 => new ImportCells(new($"batch-{c % 50}", $"file-{c % 50}", 20, "cells-1"), [cell]) { Permission = Allowed },
            3 => new VerifyCells([place]),
            4 => new VerifyBatch(trial.Batches.Keys.Order(StringComparer.Ordinal).FirstOrDefault() ?? "batch-0"),
            5 => new VerifyCells([.. trial.Cells.Held.Where(held => held.VerifiedBy is null && held.RecordedBy != stamp.Actor).Select(held => held.Cell.Key)]),
            6 => new CorrectCell(cell with { School = place.School, Class = place.Class, Arm = place.Arm, Measure = place.Measure, Wave = place.Wave }, CorrectionReason.UnitError),
            7 => new VoidCell(place),
            8 => new RevertBatch($"batch-{c % 50}"),
            9 => new ProposeLock { Team = Team },
            10 or 11 => new ConfirmLock(hash) { Team = Team },
            12 => new ProposeUnlock(),
            13 => new ConfirmUnlock(),
            14 => new AmendTrial(Plan with { PlannedPupils = c % 100 }),
            15 => new AmendTrial(Plan with { Primary = Attendance, Secondary = [Reading] }),
            16 => new AmendTrial(Plan with { AttritionBoundary = AttritionBoundary.Optimistic }),
            17 => new StartFieldwork { Permission = c % 3 == 0 ? Allowed : FieldPermission.None },
            18 => new ExplainMissing("casa", "talk"),
            19 => new StopTrial(),
            20 => new MarkAnalysed("evaluation-1") { SignedOn = trial.LockedSha256 },
            _ => new RegisterTrial(),
        }, stamp);
    }

    // Half the time somebody who may ask it, so that histories get somewhere.
    private static Stamp Suited(int kind) => kind switch
    {
        0 or 1 or 6 or 18 => Amina,
        3 or 4 or 5 or 9 => Sela,
        12 => Iris,
        13 or 20 => Adler,
        21 => Rana,
        _ => Ndeye,
    };

    private static void Holds(Func<Trial> start, Action<Trial, TrialEvent, Trial, Stamp> claim, int histories = 100)
    {
        var happened = 0;
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), chances =>
        {
            var trial = start();
            foreach (var chance in chances.Select((chance, i) => unchecked(chance * 2_654_435 + i * 7_919)))
            {
                var (command, stamp) = Pick(trial, chance);
                foreach (var e in trial.Decide(command, stamp).Events)
                {
                    var after = trial.Evolve(e, stamp);
                    claim(trial, e, after, stamp);
                    trial = after;
                    happened++;
                }
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(histories));
        Assert.True(happened > 100, $"Only {happened} events happened: these histories say little.");
    }

    /// <summary>I17: what the trial is judged by never changes after the first observation.</summary>
    [Fact]
    public void Keeps_what_the_trial_is_judged_by_from_the_first_observation_on() => Holds(() => InField().State, (before, _, after, _) =>
    {
        if (before.FirstObservationAt is null) return;
        Assert.Equal(before.FirstObservationAt, after.FirstObservationAt);
        Assert.Empty(Registration.Changes(before.Plan, after.Plan).Select(change => change.Field).Intersect(Registration.FixedByTheFirstObservation));
    });

    /// <summary>I18 and I19: nothing is silently edited or deleted, and a correction says why and what stood there; who, when and in which words stand in its stamp.</summary>
    [Fact]
    public void Changes_a_result_only_by_an_event_that_says_so() => Holds(() => Verified().State, (before, e, after, _) =>
    {
        foreach (var held in before.Cells.Held.Where(held => after.Cells.At(held.Cell.Key)?.Cell != held.Cell))
        {
            if (e is CellCorrected corrected)
            {
                Assert.Equal(CellRows.Sha256([held.Cell]), corrected.WasSha256);
                Assert.Equal(held.Cell.Outcome.N, corrected.WasN);
                Assert.True(Enum.IsDefined(corrected.ReasonCode));
            }
            else
            {
                Assert.True(e is CellVoided or BatchReverted, $"{e} changed {held.Cell.Key}.");
            }
        }
    });

    /// <summary>I20: closed results take no write by any command.</summary>
    [Fact]
    public void Leaves_closed_results_as_they_were_closed() => Holds(() => Locked().State, (before, _, after, _) =>
    {
        if (after.LockedSha256 is { } hash) Assert.Equal(hash, after.Cells.Sha256());
        if (before.IsLocked && after.IsLocked) Assert.Same(before.Cells, after.Cells);
    });

    [Fact]
    public void Closes_and_opens_results_by_two_people_in_their_roles()
    {
        var (closed, opened) = (0, 0);
        // Chance alone seldom reaches either, so that many are tried; and begun anew where only the opening is left.
        Holds(() => LockProposed().State, Claim, histories: 500);
        Holds(() => Locked().State, Claim, histories: 500);
        Assert.True(closed > 0, "No history closed the results.");
        Assert.True(opened > 0, "No history opened them again.");

        void Claim(Trial before, TrialEvent e, Trial after, Stamp stamp)
        {
            if (e is ResultsLocked)
            {
                closed++;
                Assert.NotEqual(before.ProposedLock!.By, stamp.Actor);
                Assert.Equal((Role.DataSteward, Role.Researcher), (before.ProposedLock.Role, stamp.Role.Role));
                Assert.Equal(0, before.Cells.Unverified);
            }

            if (e is ResultsUnlocked)
            {
                opened++;
                Assert.NotEqual(before.ProposedUnlock!.By, stamp.Actor);
                Assert.Equal([Role.Evaluator, Role.Auditor], new[] { before.ProposedUnlock.Role, stamp.Role.Role }.Order());
            }
        }
    }

    [Fact]
    public void Never_lets_anybody_check_their_own_record() => Holds(() => InField().State, (_, _, after, _) =>
        Assert.All(after.Cells.Held, held => Assert.NotEqual(held.RecordedBy, held.VerifiedBy)));

    [Fact]
    public void Never_lets_anybody_register_their_own_plan() => Assert.All(People, submitter => Assert.All(People, registrar =>
    {
        var submitted = Drafted().State.Evolve(new TrialSubmitted(), submitter);
        if (submitter.Actor == registrar.Actor) Assert.NotNull(submitted.Decide(new RegisterTrial(), registrar).Refusal);
    }));

    [Fact]
    public void Enters_the_field_and_observes_only_with_ethics_and_consent() => Holds(() => Recruiting().State, (before, e, after, _) =>
    {
        if (before.State is not TrialState.InField && after.State is TrialState.InField && e is not ResultsUnlocked)
        {
            var permission = Assert.IsType<FieldworkStarted>(e).Permission;
            Assert.NotNull(permission.EthicsDecision);
            Assert.NotNull(permission.Consent);
        }
    });

    [Fact]
    public void Counts_pupils_as_if_it_counted_them_anew() => Holds(() => WithResults().State, (_, _, after, _) =>
    {
        foreach (var arm in Plan.Arms)
        {
            var anew = after.Cells.Held.Select(held => held.Cell).Where(cell => cell.Arm == arm.Name && cell.Measure == "reading" && cell.Wave == "outcome").ToList();
            var counted = after.Cells.InArm(arm.Name, "reading", "outcome");
            Assert.Equal((anew.Count, anew.Sum(cell => cell.Outcome.N), anew.Sum(cell => cell.Allocated ?? 0)), (counted.Cells, counted.Measured, counted.Allocated));
        }

        Assert.Equal(after.Cells.Held.Count(held => held.VerifiedBy is null), after.Cells.Unverified);
    });
}
