using System.Collections.Immutable;
using System.Text;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Trials;

/// <summary>The plan says how much of it each school is to give; schools log what they gave; everybody reads how much of the plan was done, and the effect stays what it was.</summary>
public class LoggingTheDose
{
    private static readonly PlannedDose Dose = new(MinutesAWeek: 50, Weeks: 6, "Ten minutes of talk in pairs, every day.", AsPlannedPercent: 80);

    private static Story<Trial> Planned(PlannedDose dose) => Registered().After(new AmendTrial(Plan with { Dose = dose }), Ndeye.Because("We forgot to say how much."));

    private static Story<Trial> InTheField(PlannedDose? dose = null) => Planned(dose ?? Dose)
        .After(new AddSite("heron-bay", "pilot-1", Arm: null, new(2026, 9, 1)), Ndeye).After(new AddSite("casa", Pilot: null, Arm: null, new(2026, 9, 1)), Ndeye)
        .After(new StartRecruiting(), Ndeye).After(new StartFieldwork { Permission = Allowed }, Ndeye);

    private static Story<Trial> Logs(Story<Trial> story, string school, params int[] minutes) =>
        minutes.Index().Aggregate(story, (so, week) => so.After(new LogDose(new(school, "talk", week.Index + 1, week.Item)), Amina));

    private static Trial Closed(Story<Trial> story, ImmutableArray<Cell>? results = null)
    {
        var proposed = story.After(new ImportCells(FirstBatch, results ?? Results) { Permission = Allowed }, Ndeye).After(new VerifyBatch("batch-1"), Sela).After(new ProposeLock { Team = Team }, Sela);
        return proposed.After(new ConfirmLock(proposed.State.ProposedLock!.DatasetSha256) { Team = Team }, Ndeye).State;
    }

    private static Evaluation Evaluated(Trial trial) => Story.Of<Evaluation>().After(AnEvaluation.Compute(ClosedTrial.Of(trial)), Ndeye).After(new SubmitEvaluation(), Ndeye)
        .After(new SignEvaluation { LockedSha256 = trial.LockedSha256, Ties = AnEvaluation.NoTies }, Adler).State;

    private static Dossier DossierOf(Trial trial) =>
        new("talk-first", "Talk first", "Talk in pairs", new("v1", null, [], Major: false, new(2026, 9, 1)), new(HasTheory: true, 1, RunChartSignal: false, NormReferencedGain: false, CostKnown: true))
        {
            Trials = [DossierTrial.Of("trial-1", trial, "evaluation-1", Evaluated(trial))],
        };

    [Fact]
    public void Counts_a_week_once_by_the_last_word() => InTheField()
        .After(new LogDose(new("casa", "talk", 1, 50)), Amina).When(new LogDose(new("casa", "talk", 1, 40)), Mateo)
        .Then(new DoseLogged(new("casa", "talk", 1, 40))).Where(trial => Assert.Equal([new("casa", "talk", 1, 40)], trial.Delivered.ToArray()));

    [Theory]
    [InlineData("mill", "talk", 1, 50, "site-unknown"), InlineData("casa", "usual", 1, 50, "dose-group"), InlineData("casa", "song", 1, 50, "dose-group")]
    [InlineData("casa", "talk", 0, 50, "dose-unclear"), InlineData("casa", "talk", 7, 50, "dose-unclear"), InlineData("casa", "talk", 1, -1, "dose-unclear"), InlineData("casa", "talk", 1, 10_081, "dose-unclear")]
    public void Takes_a_week_of_the_plan_from_a_group_that_tries_it(string school, string arm, int week, int minutes, string code) =>
        InTheField().When(new LogDose(new(school, arm, week, minutes)), Amina).ThenRefused(code);

    [Fact]
    public void Needs_a_plan_to_hold_it_against() => InField().When(new LogDose(new("casa", "talk", 1, 50)), Amina).ThenRefused("dose-not-planned");

    [Theory, InlineData(0, 6, "Talk", 80), InlineData(50, 0, "Talk", 80), InlineData(50, 6, " ", 80), InlineData(50, 6, "Talk", 0), InlineData(50, 6, "Talk", 101)]
    public void Is_planned_whole_or_not_at_all(int minutes, int weeks, string counts, int percent) =>
        Assert.Equal(["dose"], (Plan with { Dose = new(minutes, weeks, counts, percent) }).StillMissing().Select(missing => missing.Code));

    [Fact]
    public void Ends_when_results_are_closed() => Assert.Equal("data-locked", Closed(InTheField()).Decide(new LogDose(new("casa", "talk", 1, 50)), Amina).Refusal!.Code);

    [Fact]
    public void Takes_back_a_proposal_to_close() => InTheField().After(new ImportCells(FirstBatch, Results) { Permission = Allowed }, Ndeye).After(new VerifyBatch("batch-1"), Sela)
        .After(new ProposeLock { Team = Team }, Sela).After(new LogDose(new("casa", "talk", 1, 50)), Amina).Where(trial => Assert.Null(trial.ProposedLock));

    /// <summary>Whoever knows what was delivered would choose the share that was reached.</summary>
    [Fact]
    public void Keeps_the_plan_from_the_first_week_on()
    {
        var lower = new AmendTrial(Plan with { Dose = Dose with { AsPlannedPercent = 20 } });
        InTheField().When(lower, Ndeye.Because("It was too much.")).ThenAccepted();
        Logs(InTheField(), "casa", 10).When(lower, Ndeye.Because("It was too much.")).ThenRefused("dose-fixed");
    }

    [Fact]
    public void Tells_the_share_delivered_and_the_schools_that_did_as_planned()
    {
        // Exactly four fifths of 300 in one school; half in the other, which logged three weeks of six.
        var dose = Evaluated(Closed(Logs(Logs(InTheField(), "heron-bay", 40, 40, 40, 40, 40, 40), "casa", 50, 50, 50))).Findings!.Dose.Single();

        Assert.Equal(new DoseFinding("talk", Schools: 2, AsPlanned: 1, AsPlannedPercent: 80, WeeksPlanned: 12, WeeksLogged: 9, MinutesPlanned: 600, MinutesDelivered: 390), dose);
        Assert.Equal((0.65, 0.5), (dose.Delivered!.Value, dose.Fidelity!.Value));
    }

    [Theory, InlineData(55, 100, 1, 55, 1), InlineData(55, 100, 1, 54, 0), InlineData(7, 100, 1, 7, 1), InlineData(100, 30, 3, 90, 1)]
    public void Counts_a_school_at_the_very_share_as_planned(int percent, int minutes, int weeks, int delivered, int schools) =>
        Assert.Equal(schools, Evaluated(Closed(Logs(InTheField(new(minutes, weeks, "Talk", percent)), "casa", delivered))).Findings!.Dose.Single().AsPlanned);

    /// <summary>What one school gave beyond its plan is not what another left out.</summary>
    [Fact]
    public void Counts_of_no_school_more_than_was_planned() =>
        Assert.Equal(0.5, Evaluated(Closed(Logs(InTheField(), "casa", 300, 300))).Findings!.Dose.Single().Delivered);

    [Fact]
    public void Says_nothing_of_a_share_where_nobody_logged_anything()
    {
        var trial = Closed(InTheField());
        var dose = Evaluated(trial).Findings!.Dose.Single();
        Assert.Equal((2, 0, null, null), (dose.Schools, dose.WeeksLogged, dose.Delivered, dose.Fidelity));
        Assert.DoesNotContain(DossierOf(trial).Compute().Figures, figure => figure.Name is "dose-delivered" or "schools-as-planned");
    }

    [Fact]
    public void Leaves_the_effect_as_it_was()
    {
        var (little, much) = (Evaluated(Closed(Logs(InTheField(), "casa", 5))).Findings!, Evaluated(Closed(Logs(InTheField(), "casa", 50, 50, 50, 50, 50, 50))).Findings!);
        Assert.NotEqual(little.Dose.Single(), much.Dose.Single());
        Assert.Equal((Evaluated(Closed(InTheField())).Findings!.Primary!.Effect, little.Primary!.Effect, little.Verdict), (little.Primary.Effect, much.Primary!.Effect, much.Verdict));
    }

    [Fact]
    public void Asks_nothing_of_a_school_whose_classes_all_go_on_as_before()
    {
        var drawn = Closed(InTheField()) with { Lots = [new("heron-bay/1a", "talk"), new("heron-bay/1c", "usual"), new("casa/2c", "usual")] };
        Assert.Equal(["heron-bay"], SiteDose.Of(drawn).Select(dose => dose.School));
    }

    [Fact]
    public void Is_computed_again_from_the_dossier_and_names_no_school()
    {
        var trial = Closed(Logs(Logs(InTheField(), "heron-bay", 40, 40, 40, 40, 40, 40), "casa", 50, 50, 50));
        var dossier = DossierOf(trial);
        var package = DossierPackage.Of(dossier);
        Assert.Empty(DossierPackage.Verify(package.Zip()).Faults);
        Assert.Equal("""
            record,arm,minutes_a_week,weeks,as_planned_percent,weeks_logged,minutes
            trial-1,talk,50,6,80,3,150
            trial-1,talk,50,6,80,6,240

            """.ReplaceLineEndings("\r\n"), Encoding.UTF8.GetString(package.Files.Single(file => file.Name == "doses.csv").Bytes.AsSpan()));
        Assert.DoesNotContain(package.Files, file => Encoding.UTF8.GetString(file.Bytes.AsSpan()).Contains("casa", StringComparison.Ordinal));

        var honest = dossier.Compute();
        Assert.Equal([("dose-delivered", 0.65), ("schools-as-planned", 0.5)], honest.Figures.Where(figure => figure.Measure.Length == 0 && figure.About == "trial-1").Select(figure => (figure.Name, figure.Value)));
        var better = honest with { Figures = [.. honest.Figures.Select(figure => figure.Name is "dose-delivered" ? figure with { Value = 0.9 } : figure)] };
        Assert.Contains(DossierPackage.Verify(DossierPackage.Of(dossier, better).Zip()).Faults, fault => fault.Contains("0.9 is claimed, the results give 0.65", StringComparison.Ordinal));
    }

    /// <summary>Two small classes in one group, of which nothing is shown; what rests on no pupil's score is computed all the same.</summary>
    [Fact]
    public void Is_computed_again_where_results_are_withheld()
    {
        var logged = Logs(InTheField(), "casa", 50, 50, 50).After(new TellUnwanted(["Breaks became shorter."]), Amina);
        var trial = Closed(logged, [Class("heron-bay", "1a", "talk", 52, n: 6), Class("casa", "2a", "talk", 57, n: 6), .. Results.Where(cell => cell.Arm == "usual")]);
        var dossier = DossierOf(trial);
        Assert.True(dossier.Trials[0].IsSealed);
        Assert.Empty(DossierPackage.Verify(DossierPackage.Of(dossier).Zip()).Faults);

        var honest = dossier.Compute();
        var delivered = honest.Figures.Single(figure => figure.Name is "dose-delivered");
        Assert.Equal(0.25, delivered.Value);
        var changed = dossier with { Trials = [dossier.Trials[0] with { Doses = [.. dossier.Trials[0].Doses.Select(dose => dose with { Minutes = dose.Minutes * 2 })] }] };
        Assert.Contains(DossierPackage.Verify(DossierPackage.Of(changed, honest).Zip()).Faults, fault => fault.StartsWith("figures.csv", StringComparison.Ordinal) && fault.EndsWith("0.25 is claimed, the results give 0.5.", StringComparison.Ordinal));
        var silent = dossier with { Trials = [dossier.Trials[0] with { Unwanted = [] }] };
        Assert.Contains(DossierPackage.Verify(DossierPackage.Of(silent, honest).Zip()).Faults, fault => fault.StartsWith("evaluations.json", StringComparison.Ordinal) && fault.Contains("Breaks became shorter.", StringComparison.Ordinal));
    }
}
