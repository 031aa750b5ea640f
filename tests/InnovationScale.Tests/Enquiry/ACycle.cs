using FsCheck;
using FsCheck.Fluent;
using InnovationScale.Pilots;
using static InnovationScale.Pilots.HeronBay;

namespace InnovationScale.Enquiry;

/// <summary>One turn of plan, do, study, act.</summary>
public class ACycle
{
    private static readonly PilotAround Around = new("p1", "heron-bay") { Team = ["ana"], InEnquiry = true };
    private static readonly CyclePlan Idea = new("Read in pairs", Prediction: new(PredictedDirection.Up, Confidence.FairlySure, 5), Measure: "Words a minute");
    private static readonly DateOnly Monday = new(2026, 8, 31);

    private static readonly Story<Cycle> Planned = Story.Of<Cycle>()
        .When(new PlanCycle(Idea) { Around = Around }, Ana).Then(new CyclePlanned("p1", Idea));

    private static readonly Story<Cycle> Doing = Planned.When(new StartDoing { Around = Around }, Ana).Then(new DoingStarted());

    private static readonly Story<Cycle> Seen = Doing
        .When(new RecordPoint("1", Monday, 42) { Around = Around }, Ana).Then(new PointRecorded("1", Monday, 42, null, null));

    private static readonly Story<Cycle> Acting = Seen
        .When(new StudyCycle("They read faster") { Around = Around }, Ana).Then(new CycleStudied("They read faster", null))
        .When(new CompareWithPrediction(PredictionResult.AsPredicted) { Around = Around }, Ana).Then(new PredictionCompared(PredictionResult.AsPredicted));

    [Theory, InlineData(Confidence.Hunch, 55), InlineData(Confidence.FairlySure, 70), InlineData(Confidence.VerySure, 90)]
    public void Says_confidence_in_words_that_stand_for_a_chance(Confidence confidence, int percent) =>
        Assert.Equal(percent, new Prediction(PredictedDirection.Up, confidence).Percent);

    [Fact]
    public void Needs_a_prediction_before_it_starts() => Story.Of<Cycle>()
        .After(new PlanCycle(Idea with { Prediction = null }) { Around = Around }, Ana)
        .When(new StartDoing { Around = Around }, Ana).ThenRefused("prediction-missing")
        .After(new RevisePlan(Idea) { Around = Around }, Ana).When(new StartDoing { Around = Around }, Ana).Then(new DoingStarted());

    [Fact]
    public void Takes_no_point_before_the_prediction_stands() => Planned
        .When(new RecordPoint("1", Monday, 42) { Around = Around }, Ana).ThenRefused("cycle-not-at-this-stage");

    [Fact]
    public void Freezes_its_prediction_when_doing_begins() => Doing
        .When(new RevisePlan(Idea with { Prediction = new(PredictedDirection.Down, Confidence.VerySure) }) { Around = Around }, Ana).ThenRefused("prediction-frozen");

    [Fact]
    public void Keeps_a_missing_value_as_a_gap() => Doing
        .When(new RecordPoint("1", Monday, null) { Around = Around }, Ana).ThenRefused("gap-needs-a-note")
        .When(new RecordPoint("1", Monday, null, Note: "Holiday") { Around = Around }, Ana).Then(new PointRecorded("1", Monday, null, null, "Holiday"))
        .Where(c => Assert.Null(Assert.Single(c.Series()).Value));

    [Fact]
    public void Refuses_impossible_points()
    {
        Doing.When(new RecordPoint("1", Monday.AddDays(9), 42) { Around = Around }, Ana).ThenRefused("day-in-the-future");
        Doing.When(new RecordPoint("1", Monday, double.NaN) { Around = Around }, Ana).ThenRefused("value-impossible");
        Doing.When(new RecordPoint("1", Monday, 4, 0) { Around = Around }, Ana).ThenRefused("denominator-impossible");
        Seen.When(new RecordPoint("1", Monday, 43) { Around = Around }, Ana).ThenRefused("point-exists");
    }

    [Fact]
    public void Corrects_in_the_open() => Seen
        .When(new CorrectPoint("1", 24, CorrectionReason.TranscriptionError) { Around = Around }, Ana).ThenRefused("reason-missing")
        .When(new CorrectPoint("1", 42, CorrectionReason.TranscriptionError) { Around = Around }, Ana.Because("Swapped")).ThenRefused("nothing-corrected")
        .When(new CorrectPoint("9", 24, CorrectionReason.TranscriptionError) { Around = Around }, Ana.Because("Swapped")).ThenRefused("no-such-point")
        .When(new CorrectPoint("1", 24, CorrectionReason.TranscriptionError) { Around = Around }, Ana.Because("Swapped"))
        .Then(new PointCorrected("1", 24, null, CorrectionReason.TranscriptionError))
        .Where(c => Assert.Equal(new EarlierValue(42, null, CorrectionReason.TranscriptionError, "ana", Noon), Assert.Single(c.Point("1")!.Earlier)))
        .When(new VoidPoint("1") { Around = Around }, Ana.Because("Wrong class")).Then(new PointVoided("1"))
        .Where(c => Assert.Equal(24, Assert.Single(c.Points).Value)).Where(c => Assert.Empty(c.Series()));

    [Fact]
    public void Is_studied_on_data_or_says_why_there_is_none()
    {
        Doing.When(new StudyCycle("Nothing") { Around = Around }, Ana).ThenRefused("no-observation");
        Doing.When(new StudyCycle("Nothing", "School was closed") { Around = Around }, Ana).Then(new CycleStudied("Nothing", "School was closed"));
    }

    [Fact]
    public void Closes_with_a_decision_and_why()
    {
        Seen.When(new CloseCycle(CycleDecision.Adopt, "It helps") { Around = Around }, Ana).ThenRefused("cycle-not-at-this-stage");
        Acting.When(new CloseCycle(CycleDecision.Adopt, " ") { Around = Around }, Ana).ThenRefused("rationale-missing");
        Acting.When(new CloseCycle(CycleDecision.Extend, "More weeks") { Around = Around }, Ana).ThenRefused("next-cycle-missing");
        Acting.When(new CloseCycle(CycleDecision.Adopt, "It helps", "c2") { Around = Around }, Ana).ThenRefused("no-next-cycle");
        Acting.When(new CloseCycle(CycleDecision.Extend, "More weeks", "c2") { Around = Around }, Ana).Then(new CycleClosed(CycleDecision.Extend, "More weeks", "c2"))
            .When(new RecordPoint("2", Monday, 1) { Around = Around }, Ana).ThenRefused("cycle-ended");
    }

    [Fact]
    public void Is_cancelled_with_a_reason() => Doing
        .When(new CancelCycle { Around = Around }, Ana).ThenRefused("reason-missing")
        .When(new CancelCycle { Around = Around }, Ana.Because("Teacher ill")).Then(new CycleCancelled());

    [Fact]
    public void Is_worked_on_while_the_pilot_allows_it()
    {
        Planned.When(new StartDoing { Around = Around with { Pilot = "p2" } }, Ana).ThenRefused("other-pilot");
        Planned.When(new StartDoing { Around = Around with { Paused = true } }, Ana).ThenRefused("paused");
        Doing.When(new RecordPoint("1", Monday, 42) { Around = Around with { Paused = true } }, Ana).ThenAccepted();
        Doing.When(new RecordPoint("1", Monday, 42) { Around = Around with { PausedForSafeguarding = true } }, Ana).ThenRefused("paused-for-safeguarding");
        Story.Of<Cycle>().When(new PlanCycle(Idea) { Around = Around with { InEnquiry = false } }, Ana).ThenRefused("pilot-not-in-enquiry");
    }

    /// <summary>Whatever is asked in whatever order: after doing began the plan never changes, and no value that was recorded is ever lost.</summary>
    /// <summary>I18 and I19 for the points of an enquiry.</summary>
    [Fact]
    public void Never_changes_a_prediction_nor_loses_a_value() => Prop.ForAll(Asked.ToArbitrary(), commands =>
    {
        var cycle = Planned.State;
        CyclePlan? frozen = null;
        var values = new List<(string Id, double? Value)>();
        foreach (var command in commands)
        {
            var decision = cycle.Decide(command with { Around = Around }, Ana.Because("Because"));
            foreach (var happened in decision.Events)
            {
                cycle = cycle.Evolve(happened, Ana.Because("Because"));
                if (happened is DoingStarted) frozen = cycle.Plan;
                if (happened is PointRecorded recorded) values.Add((recorded.Point, recorded.Value));
                if (happened is PointCorrected corrected) values.Add((corrected.Point, corrected.Value));
            }
        }

        Assert.True(frozen is null || frozen == cycle.Plan);
        Assert.Equal(values.Order(), cycle.Points.SelectMany(p => p.Earlier.Select(e => (p.Id, e.Value)).Append((p.Id, p.Value))).Order());
    }).QuickCheckThrowOnFailure();

    private static readonly Gen<CycleCommand[]> Asked = Gen.OneOf(
        Gen.Choose(0, 3).Select(CycleCommand (n) => new RecordPoint($"{n}", Monday, n)),
        Gen.Choose(0, 3).SelectMany(p => Gen.Choose(0, 9).Select(CycleCommand (v) => new CorrectPoint($"{p}", v, CorrectionReason.Other))),
        Gen.Choose(0, 3).Select(CycleCommand (n) => new VoidPoint($"{n}")),
        Gen.Choose(0, 9).Select(CycleCommand (n) => new RevisePlan(Idea with { Prediction = new(PredictedDirection.Down, Confidence.Hunch, n) })),
        Gen.Elements<CycleCommand>(new StartDoing(), new StudyCycle("Seen"), new CompareWithPrediction(PredictionResult.CannotTell))).ArrayOf();
}
