using System.Collections.Immutable;
using InnovationScale.Statistics;
using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Trials;

public class RecordingAResult
{
    private static readonly Cell One = Results[0];

    private static Asked<Trial> Recording(Cell cell) => InField().When(new RecordCell(cell) { Permission = Allowed }, Amina);

    [Fact]
    public void Carries_the_cell_beside_the_event_and_its_hash_inside() => Recording(One).Then(CellRecorded.Of(One))
        .Where(trial => Assert.Equal(("amina", null), (trial.Cells.At(One.Key)!.RecordedBy, trial.Cells.At(One.Key)!.VerifiedBy)));

    [Fact]
    public void Dates_the_first_observation() => Recording(One).ThenAccepted().Where(trial => Assert.Equal(Monday, trial.FirstObservationAt));

    [Fact]
    public void Waits_until_fieldwork_has_begun() => Recruiting().When(new RecordCell(One) { Permission = Allowed }, Amina).ThenRefused("trial-state");

    [Fact]
    public void Needs_ethics_that_are_live_on_the_day() => InField().When(new RecordCell(One) { Permission = Allowed with { EthicsDecision = null } }, Amina)
        .ThenRefused("observation-not-permitted", "ethics");

    [Fact]
    public void Is_not_for_an_evaluator() => InField().When(new RecordCell(One) { Permission = Allowed }, Adler).ThenRefused("trial-role");

    [Fact]
    public void Twice_in_one_place_is_a_correction() => InField().After(new RecordCell(One) { Permission = Allowed }, Amina)
        .When(new RecordCell(One) { Permission = Allowed }, Amina).ThenRefused("cell-known");

    [Fact]
    public void Of_a_measure_nobody_registered_is_refused() => Recording(One with { Measure = "smiles" }).ThenRefused("cell-outcome");

    [Fact]
    public void Of_a_group_that_does_not_exist_is_refused() => Recording(One with { Arm = "third" }).ThenRefused("cell-arm");

    [Fact]
    public void Of_a_school_outside_the_trial_is_refused() => Recording(One with { School = "nord" }).ThenRefused("cell-school");

    [Fact]
    public void Of_a_subgroup_nobody_registered_is_refused() => Recording(One with { Subgroup = "girls" }).ThenRefused("cell-subgroup");

    [Fact]
    public void In_the_group_the_school_is_not_in_is_refused() => Registered()
        .After(new AddSite("heron-bay", Pilot: null, "usual", new(2026, 9, 1)), Ndeye).After(new AddSite("casa", Pilot: null, "talk", new(2026, 9, 1)), Ndeye)
        .After(new StartRecruiting(), Ndeye).After(new StartFieldwork { Permission = Allowed }, Ndeye)
        .When(new RecordCell(One) { Permission = Allowed }, Amina).ThenRefused("cell-arm");

    [Fact]
    public void Of_four_pupils_is_refused() => Recording(Class("heron-bay", "1a", "talk", 52, n: 4)).ThenRefused("cell-too-small");

    [Fact]
    public void Of_small_classes_pooled_to_the_minimum_is_kept() => Recording(Class("heron-bay", Cell.OtherClasses, "talk", 52, n: 7) with { Classes = 2 }).ThenAccepted();

    [Fact]
    public void Pooled_under_the_name_of_one_class_is_refused() => Recording(One with { Classes = 2 }).ThenRefused("cell-pooled-name");

    [Fact]
    public void That_lets_a_few_pupils_be_worked_out_from_the_others_is_refused()
    {
        var all = One.Matched;
        Recording(One with { Outcome = all.Y, Baseline = all.X.With(41) }).ThenRefused("cell-leaves-a-few");
        Recording(One with { Outcome = all.Y.With(52), Baseline = all.X, Allocated = null }).ThenRefused("cell-leaves-a-few");
        Recording(One with { Outcome = all.Y.With(52), Baseline = all.X, Matched = JointMoments.None, Allocated = null }).ThenAccepted();
    }

    [Fact]
    public void Whose_matched_part_is_small_is_refused() => Recording(One with { Matched = new(3, 40, 10, 50, 10, 5) }).ThenRefused("cell-too-small");

    [Fact]
    public void Whose_counts_do_not_add_up_is_refused() => Recording(One with { Allocated = 30 }).ThenRefused("cell-flow");

    [Fact]
    public void With_a_part_above_the_whole_is_refused() => Recording(One with { JoinedLate = 21 }).ThenRefused("cell-count");

    [Theory]
    [InlineData(20, 101, 100)]
    [InlineData(20, -1, 100)]
    [InlineData(20, 99, 2100)]   // above n (mean - lowest)(highest - mean)
    [InlineData(20, double.NaN, 100)]
    [InlineData(20, 50, -1)]
    [InlineData(0, 50, 0)]
    public void That_no_real_scores_can_give_is_refused(int n, double mean, double m2) =>
        Recording(One with { Outcome = new(n, mean, m2), Matched = JointMoments.None, Allocated = null }).ThenRefused("cell-impossible");

    [Fact]
    public void Of_a_class_where_everybody_was_lost_is_kept() => Recording(One with
    {
        Allocated = 20, Lost = ImmutableSortedDictionary<string, int>.Empty.Add("school closed", 20),
        Outcome = Moments.None, Baseline = Moments.None, Matched = JointMoments.None,
    }).ThenAccepted();

    [Fact]
    public void Of_a_subgroup_that_leaves_too_few_others_is_refused()
    {
        var girls = One with { Class = "all", Subgroup = "girls", Outcome = new(18, 52, 1700), Allocated = null, Baseline = Moments.None, Matched = JointMoments.None };
        Drafted().After(new ReviseTrial("Talk", Plan with { Subgroups = ["girls"] }), Ndeye).After(new SubmitTrial(), Ndeye).After(new RegisterTrial(), Rana)
            .After(new AddSite("heron-bay", Pilot: null, Arm: null, new(2026, 9, 1)), Ndeye).After(new StartRecruiting(), Ndeye)
            .After(new StartFieldwork { Permission = Allowed }, Ndeye).After(new RecordCell(One) { Permission = Allowed }, Amina)
            .When(new RecordCell(girls) { Permission = Allowed }, Amina).ThenRefused("subgroup-reveals");
    }
}

public class UploadingResults
{
    [Fact]
    public void Records_all_of_them() => InField().When(new ImportCells(FirstBatch, Results) { Permission = Allowed }, Ndeye).Then(CellsImported.Of(FirstBatch, Results))
        .Where(trial => Assert.Equal((10, 10), (trial.Cells.Count, trial.Cells.Unverified)));

    [Fact]
    public void Records_none_of_them_when_one_is_wrong() => InField()
        .When(new ImportCells(FirstBatch, [.. Results, Results[0] with { Arm = "third" }, Class("casa", "9", "talk", 50, n: 2)]) { Permission = Allowed }, Ndeye)
        .ThenRefused("batch-refused", "cell-arm", "cell-too-small");

    [Fact]
    public void Sees_a_place_that_stands_twice_in_the_file() => InField().When(new ImportCells(FirstBatch, [Results[0], Results[0]]) { Permission = Allowed }, Ndeye)
        .ThenRefused("batch-refused", "cell-known");

    [Fact]
    public void Recognises_the_same_file_and_names_the_earlier_batch()
    {
        var refused = WithResults().When(new ImportCells(FirstBatch with { Id = "batch-2" }, [Class("casa", "9", "talk", 50)]) { Permission = Allowed }, Amina);
        refused.ThenRefused("file-known");
        Assert.Equal("batch-1", refused.Decision.Refusal!.With["0"]);
    }

    [Fact]
    public void Takes_each_batch_id_once() => WithResults()
        .When(new ImportCells(FirstBatch with { FileSha256 = "07e4" }, [Class("casa", "9", "talk", 50)]) { Permission = Allowed }, Amina).ThenRefused("batch-known");

    [Fact]
    public void Needs_something_to_record() => InField().When(new ImportCells(FirstBatch, []) { Permission = Allowed }, Ndeye).ThenRefused("batch-empty");

    [Fact]
    public void Needs_permission_on_the_day() => InField().When(new ImportCells(FirstBatch, Results), Ndeye).ThenRefused("observation-not-permitted", "ethics", "consent");

    [Fact]
    public void Can_be_taken_back_whole_and_done_again() => WithResults().When(new RevertBatch("batch-1"), Ndeye.Because("Wrong file.")).Then(new BatchReverted("batch-1", 10))
        .Where(trial => Assert.True(trial.Cells.IsEmpty))
        .When(new ImportCells(FirstBatch with { Id = "batch-2" }, Results) { Permission = Allowed }, Ndeye).ThenAccepted();

    [Fact]
    public void Is_taken_back_once() => WithResults().After(new RevertBatch("batch-1"), Ndeye.Because("Wrong file."))
        .When(new RevertBatch("batch-1"), Ndeye.Because("Again.")).ThenRefused("batch-unknown");

    [Fact]
    public void Is_taken_back_with_a_reason() => WithResults().When(new RevertBatch("batch-1"), Ndeye).ThenRefused("reason-needed");
}

public class CheckingResults
{
    private static readonly CellKey Place = Results[0].Key;

    [Fact]
    public void Is_for_somebody_else_than_the_recorder() => WithResults().When(new VerifyCells([Place]), Ndeye).ThenRefused("cell-own-record");

    [Fact]
    public void Marks_who_checked() => WithResults().When(new VerifyCells([Place]), Amina).Then(new CellsVerified([Place]))
        .Where(trial => Assert.Equal(("amina", 9), (trial.Cells.At(Place)!.VerifiedBy, trial.Cells.Unverified)));

    [Fact]
    public void Needs_a_result() => WithResults().When(new VerifyCells([Place with { Class = "9" }]), Amina).ThenRefused("cell-unknown");

    [Fact]
    public void Needs_a_place() => WithResults().When(new VerifyCells([]), Amina).ThenRefused("nothing-to-verify");

    [Fact]
    public void Happens_once() => Verified().When(new VerifyCells([Place]), Amina).ThenRefused("cell-verified-already");

    [Fact]
    public void Can_be_done_for_a_whole_upload() => WithResults().When(new VerifyBatch("batch-1"), Sela).Then(new BatchVerified("batch-1"))
        .Where(trial => Assert.Equal(0, trial.Cells.Unverified));

    [Fact]
    public void Of_ones_own_upload_is_refused() => WithResults().When(new VerifyBatch("batch-1"), Ndeye).ThenRefused("cell-own-record");

    [Fact]
    public void Of_no_upload_is_refused() => WithResults().When(new VerifyBatch("batch-9"), Sela).ThenRefused("batch-unknown");

    [Fact]
    public void Of_an_upload_that_is_checked_is_refused() => Verified().When(new VerifyBatch("batch-1"), Amina).ThenRefused("nothing-to-verify");
}

public class CorrectingAResult
{
    private static readonly Cell Was = Results[0];
    private static readonly Cell Now = Class("heron-bay", "1a", "talk", 53);

    [Fact]
    public void Keeps_the_hash_of_the_old_value_and_its_count() => WithResults().When(new CorrectCell(Now, CorrectionReason.TranscriptionError), Amina)
        .Then(new CellCorrected(CorrectionReason.TranscriptionError, Text: null, CellRows.Sha256([Was]), 20, CellRows.Sha256([Now])) { Cells = [Now] })
        .Where(trial => Assert.Equal(53, trial.Cells.At(Was.Key)!.Cell.Outcome.Mean));

    [Fact]
    public void That_was_checked_needs_a_second_person_again() => Verified().After(new CorrectCell(Now, CorrectionReason.LateData), Amina)
        .Where(trial => Assert.Null(trial.Cells.At(Was.Key)!.VerifiedBy))
        .When(new VerifyCells([Was.Key]), Amina).ThenRefused("cell-own-record")
        .When(new VerifyCells([Was.Key]), Sela).ThenAccepted();

    [Fact]
    public void For_another_reason_says_which() => WithResults().When(new CorrectCell(Now, CorrectionReason.Other), Amina).ThenRefused("correction-text");

    [Fact]
    public void Must_change_it() => WithResults().When(new CorrectCell(Was, CorrectionReason.UnitError), Amina).ThenRefused("correction-empty");

    [Fact]
    public void Needs_one_to_correct() => InField().When(new CorrectCell(Now, CorrectionReason.UnitError), Amina).ThenRefused("cell-unknown");

    [Fact]
    public void Into_something_impossible_is_refused() => WithResults().When(new CorrectCell(Now with { Outcome = new(20, 999, 1900) }, CorrectionReason.UnitError), Amina)
        .ThenRefused("cell-impossible");

    [Fact]
    public void By_taking_it_out_needs_a_reason() => WithResults().When(new VoidCell(Was.Key), Amina).ThenRefused("reason-needed");

    [Fact]
    public void By_taking_it_out_leaves_the_others() => WithResults().When(new VoidCell(Was.Key), Amina.Because("Wrong class.")).Then(new CellVoided(Was.Key))
        .Where(trial => Assert.Equal(9, trial.Cells.Count));

    [Fact]
    public void By_taking_out_what_is_not_there_is_refused() => InField().When(new VoidCell(Was.Key), Amina.Because("Wrong class.")).ThenRefused("cell-unknown");
}

public class ClosingTheResults
{
    [Fact]
    public void Is_proposed_by_a_data_steward_with_the_hash_of_what_stands() => Verified().When(new ProposeLock { Team = Team }, Sela)
        .Then(new LockProposed(Verified().State.Cells.Sha256(), 10, OutsideTheTeam: true));

    [Fact]
    public void Is_not_proposed_by_a_researcher() => Verified().When(new ProposeLock { Team = Team }, Ndeye).ThenRefused("lock-role");

    [Fact]
    public void Is_confirmed_by_a_researcher()
    {
        var proposed = ATrial.LockProposed();
        var hash = proposed.State.ProposedLock!.DatasetSha256;
        proposed.When(new ConfirmLock(hash) { Team = Team }, Ndeye).Then(new ResultsLocked(hash, 10))
            .Where(trial => Assert.Equal((TrialState.DataLocked, hash), (trial.State, trial.LockedSha256)));
    }

    [Fact]
    public void Is_not_confirmed_by_the_one_who_proposed_it() => ATrial.LockProposed()
        .When(new ConfirmLock(ATrial.LockProposed().State.ProposedLock!.DatasetSha256), By("sela", Role.Researcher)).ThenRefused("lock-same-person");

    [Fact]
    public void Is_not_confirmed_in_another_role() => ATrial.LockProposed()
        .When(new ConfirmLock(ATrial.LockProposed().State.ProposedLock!.DatasetSha256), By("ole", Role.DataSteward)).ThenRefused("lock-role");

    [Fact]
    public void Is_not_confirmed_for_other_data() => ATrial.LockProposed().When(new ConfirmLock("0"), Ndeye).ThenRefused("lock-other-data");

    [Fact]
    public void Is_not_confirmed_before_it_is_proposed() => Verified().When(new ConfirmLock("0"), Ndeye).ThenRefused("lock-not-proposed");

    [Fact]
    public void Is_proposed_anew_after_any_change() => ATrial.LockProposed().After(new CorrectCell(Class("heron-bay", "1a", "talk", 53), CorrectionReason.UnitError), Amina)
        .When(new ConfirmLock(ATrial.LockProposed().State.ProposedLock!.DatasetSha256), Ndeye).ThenRefused("lock-not-proposed");

    [Fact]
    public void In_a_standard_trial_needs_one_of_two_from_outside() => Verified(Preset.Standard).After(new ProposeLock { Team = Team }, Amina)
        .When(new ConfirmLock(Verified().State.Cells.Sha256()) { Team = Team }, Ndeye).ThenRefused("lock-inside-team")
        .When(new ConfirmLock(Verified().State.Cells.Sha256()) { Team = Team }, Sela).ThenAccepted();

    [Fact]
    public void In_a_standard_trial_counts_nobody_as_outside_while_the_team_is_unknown() => Verified(Preset.Standard).After(new ProposeLock(), Sela)
        .When(new ConfirmLock(Verified().State.Cells.Sha256()), Omar).ThenRefused("lock-inside-team");

    [Fact]
    public void Waits_for_what_nobody_explained_accounted_for_or_checked() => InField()
        .After(new RecordCell(Results[0] with { Allocated = null }) { Permission = Allowed }, Amina)
        .When(new ProposeLock(), Sela).ThenRefused("trial-not-ready-to-lock", "primary-result", "primary-result", "primary-result", "flow", "verification");

    [Fact]
    public void Needs_results() => InField().When(new ProposeLock(), Sela)
        .ThenRefused("trial-not-ready-to-lock", "cells", "primary-result", "primary-result", "primary-result", "primary-result");

    [Fact]
    public void Accepts_a_gap_with_a_reason() => InField()
        .After(new ImportCells(FirstBatch, [.. Results.Where(cell => cell.School == "heron-bay")]) { Permission = Allowed }, Ndeye)
        .After(new VerifyBatch("batch-1"), Sela)
        .When(new ProposeLock(), Sela).ThenRefused("trial-not-ready-to-lock", "primary-result", "primary-result")
        .After(new ExplainMissing("casa", "talk"), Amina.Because("A flood.")).After(new ExplainMissing("casa", "usual"), Amina.Because("A flood."))
        .When(new ProposeLock(), Sela).ThenAccepted();

    [Fact]
    public void Accepts_a_school_that_left() => InField()
        .After(new ImportCells(FirstBatch, [.. Results.Where(cell => cell.School == "heron-bay")]) { Permission = Allowed }, Ndeye)
        .After(new VerifyBatch("batch-1"), Sela).After(new SiteLeaves("casa", new(2026, 10, 1)), Mateo.Because("A flood."))
        .When(new ProposeLock(), Sela).ThenAccepted();

    [Theory]
    [InlineData("casa", "third", "site-arm")]
    [InlineData("nord", "talk", "site-unknown")]
    public void Explains_gaps_of_its_own_schools_and_groups(string school, string arm, string code) =>
        InField().When(new ExplainMissing(school, arm), Amina.Because("A flood.")).ThenRefused(code);

    [Fact]
    public void Explains_a_gap_once() => InField().After(new ExplainMissing("casa", "talk"), Amina.Because("A flood."))
        .When(new ExplainMissing("casa", "talk"), Amina.Because("A flood.")).ThenRefused("gap-known");

    public static TheoryData<string> Writes => ["record", "import", "verify", "verify-batch", "correct", "void", "revert", "explain"];

    [Theory, MemberData(nameof(Writes))]
    public void Stops_every_write(string write)
    {
        TrialCommand command = write switch
        {
            "record" => new RecordCell(Class("casa", "9", "talk", 50)) { Permission = Allowed },
            "import" => new ImportCells(FirstBatch with { Id = "batch-2", FileSha256 = "1a7e" }, [Class("casa", "9", "talk", 50)]) { Permission = Allowed },
            "verify" => new VerifyCells([Results[0].Key]),
            "verify-batch" => new VerifyBatch("batch-1"),
            "correct" => new CorrectCell(Class("heron-bay", "1a", "talk", 53), CorrectionReason.LateData),
            "void" => new VoidCell(Results[0].Key),
            "revert" => new RevertBatch("batch-1"),
            _ => new ExplainMissing("casa", "talk"),
        };
        Locked().When(command, Amina.Because("Late.")).ThenRefused("data-locked");
        Reported().When(command, By("root", Role.Admin).Because("Late.")).ThenRefused("data-locked");
    }

    [Fact]
    public void Is_undone_by_an_auditor_and_an_evaluator_together() => Locked()
        .When(new ProposeUnlock(), Iris.Because("A class was swapped.")).Then(new UnlockProposed())
        .When(new ConfirmUnlock(), Adler.Because("A class was swapped.")).Then(new ResultsUnlocked(Locked().State.LockedSha256!))
        .Where(trial => Assert.Equal((TrialState.InField, null), (trial.State, trial.LockedSha256)))
        .When(new CorrectCell(Class("heron-bay", "1a", "talk", 53), CorrectionReason.WrongClass), Amina).ThenAccepted();

    [Fact]
    public void Is_not_undone_by_two_evaluators() => Locked().After(new ProposeUnlock(), Adler.Because("A class was swapped."))
        .When(new ConfirmUnlock(), By("bea", Role.Evaluator).Because("Yes.")).ThenRefused("unlock-same-side");

    [Fact]
    public void Is_not_undone_by_one_person_in_two_roles() => Locked().After(new ProposeUnlock(), Adler.Because("A class was swapped."))
        .When(new ConfirmUnlock(), By("adler", Role.Auditor).Because("Yes.")).ThenRefused("unlock-same-side");

    [Fact]
    public void Is_not_undone_alone() => Locked().When(new ConfirmUnlock(), Adler.Because("A class was swapped.")).ThenRefused("unlock-not-proposed");

    [Fact]
    public void Is_not_undone_without_a_reason() => Locked().When(new ProposeUnlock(), Iris).ThenRefused("reason-needed");

    [Fact]
    public void Gives_the_same_hash_whoever_recorded_in_whatever_order()
    {
        var forward = Results.Aggregate(CellBook.Empty, (book, cell) => book.With(new(cell, "amina")));
        var backward = Results.Reverse().Aggregate(CellBook.Empty, (book, cell) => book.With(new(cell, "sela", "ndeye", "batch-1")));
        Assert.Equal(forward.Sha256(), backward.Sha256());
        Assert.NotEqual(forward.Sha256(), forward.Without(Results[3].Key).Sha256());
    }

    [Fact]
    public void Count_the_same_whether_taken_one_by_one_or_together_and_when_one_is_replaced()
    {
        ImmutableArray<HeldCell> held = [.. Results.Select((cell, n) => new HeldCell(cell, "amina", VerifiedBy: n % 2 == 0 ? "sela" : null)), new(Results[0], "ndeye")];
        var (one, together) = (held.Aggregate(CellBook.Empty, (book, cell) => book.With(cell)), CellBook.Empty.WithAll(held));
        Assert.Equal(one.Held, together.Held);
        Assert.Equal((one.Count, one.Unverified, one.Sha256()), (together.Count, together.Unverified, together.Sha256()));
        Assert.Equal(together.Held.Count(cell => cell.VerifiedBy is null), together.Unverified);
        foreach (var (school, arm, measure, wave) in Results.Select(cell => (cell.School, cell.Arm, cell.Measure, cell.Wave)))
        {
            Assert.Equal(one.In(school, arm, measure, wave), together.In(school, arm, measure, wave));
            Assert.Equal(Results.Where(cell => (cell.Arm, cell.Measure, cell.Wave, cell.Subgroup) == (arm, measure, wave, "")).Sum(cell => cell.Outcome.N), together.InArm(arm, measure, wave).Measured);
        }

        var none = held.Aggregate(together, (book, cell) => book.Without(cell.Cell.Key));
        Assert.Equal((0, 0, Flow.None), (none.Count, none.Unverified, none.InArm(Results[0].Arm, Results[0].Measure, Results[0].Wave)));
    }
}

public class EndingATrial
{
    [Fact]
    public void Is_analysed_by_an_evaluation_on_the_same_results() => Locked()
        .When(new MarkAnalysed("evaluation-1") { SignedOn = Locked().State.LockedSha256 }, Adler).Then(new TrialAnalysed("evaluation-1"));

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    public void Is_not_analysed_by_any_other(string? signedOn) => Locked().When(new MarkAnalysed("evaluation-1") { SignedOn = signedOn }, Adler)
        .ThenRefused("evaluation-on-other-data", "signed-evaluation");

    [Fact]
    public void Is_not_analysed_by_one_from_before_results_were_opened() => Locked().When(new MarkAnalysed("evaluation-1") { SignedOn = Locked().State.LockedSha256, Opened = 1 }, Adler)
        .ThenRefused("evaluation-on-other-data", "signed-evaluation");

    [Fact]
    public void Is_reported() => Analysed().When(new ReportTrial("report-1"), Ndeye).Then(new TrialReported("report-1"));

    [Fact]
    public void Is_not_reported_with_nothing() => Analysed().When(new ReportTrial(""), Ndeye).ThenRefused("report-empty");

    [Fact]
    public void Is_not_reported_before_it_is_analysed() => Locked().When(new ReportTrial("report-1"), Ndeye).ThenRefused("trial-state");

    [Fact]
    public void Early_needs_a_reason() => InField().When(new StopTrial(), Ndeye).ThenRefused("reason-needed");

    [Fact]
    public void Early_is_not_possible_once_results_are_closed() => Locked().When(new StopTrial(), Ndeye.Because("Harm.")).ThenRefused("trial-state");

    [Fact]
    public void Early_still_closes_and_evaluates_what_there_is() => Verified().When(new StopTrial(), Ndeye.Because("The stopping rule was met.")).Then(new TrialStopped())
        .After(new ProposeLock(), Sela).When(new ConfirmLock(Verified().State.Cells.Sha256()), Ndeye).ThenAccepted()
        .Where(trial => Assert.Equal((TrialState.DataLocked, "The stopping rule was met."), (trial.State, trial.StopReason)))
        .After(new ProposeUnlock(), Iris.Because("Swapped.")).After(new ConfirmUnlock(), Adler.Because("Swapped."))
        .Where(trial => Assert.Equal(TrialState.Stopped, trial.State));

    [Fact]
    public void Early_still_reports() => InField().After(new StopTrial(), Ndeye.Because("A flood.")).When(new ReportTrial("report-1"), Ndeye).ThenAccepted();
}

public class ScoresOfAFewPupils
{
    private static readonly RegisteredOutcome WithBaseline = Reading with { BaselineWave = "baseline" };

    private static readonly Registration Asked = Plan with { Primary = WithBaseline, Subgroups = ["lunch:yes", "lunch:no"] };

    private static Story<Trial> Begun() => Recruiting().After(new AmendTrial(Asked), Ndeye.Because("Lunch matters.")).After(new StartFieldwork { Permission = Allowed }, Ndeye);

    private static Cell Result(long measured, long before) => Class("casa", "1a", "talk", 40) with
    {
        Outcome = new(measured, 50, 400), Baseline = before == 0 ? default : new(before, 40, 400), Matched = default, Allocated = null, Lost = ImmutableSortedDictionary<string, int>.Empty,
    };

    [Theory]
    [InlineData(24, true), InlineData(26, false), InlineData(20, false), InlineData(19, true)]
    public void Are_not_told_by_scores_before_the_start_that_come_twice(long beside, bool kept)
    {
        var asked = Begun().After(new RecordCell(Result(24, 0) with { Wave = "baseline" }) { Permission = Allowed }, Amina).When(new RecordCell(Result(30, beside)) { Permission = Allowed }, Amina);
        if (kept) asked.ThenAccepted();
        else asked.ThenRefused("baseline-reveals");
    }

    [Fact]
    public void Are_not_told_by_pupils_who_gave_no_answer()
    {
        var part = Result(10, 0) with { Class = Cell.AllClasses, Subgroup = "lunch:yes" };
        Begun().After(new RecordCell(Result(24, 0)) { Permission = Allowed }, Amina).After(new RecordCell(part) { Permission = Allowed }, Amina)
            .When(new RecordCell(part with { Subgroup = "lunch:no", Outcome = new(12, 50, 400) }) { Permission = Allowed }, Amina).ThenRefused("subgroup-reveals");
    }
}
