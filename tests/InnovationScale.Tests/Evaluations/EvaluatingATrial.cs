using System.Collections.Immutable;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using InnovationScale.Statistics;
using InnovationScale.Trials;
using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Evaluations;

/// <summary>An evaluation of the small invented trial, state by state.</summary>
internal static class AnEvaluation
{
    public static readonly ClosedTrial Closed = ClosedTrial.Of(Locked().State);

    /// <summary>Adler has no tie to those who ran the trial.</summary>
    public static readonly Ties NoTies = new(Team, ["lantern"], PaidByThem: false);

    public static ClosedTrial In(Preset preset) => ClosedTrial.Of(Locked(preset).State);

    public static ComputeEvaluation Compute(ClosedTrial? data, string method = "class-adjusted/1") => new("trial-1", data?.LockedSha256 ?? "0", method) { Data = data };

    public static Story<Evaluation> Computed(Preset preset = Preset.Rigorous) => Story.Of<Evaluation>().After(Compute(In(preset)), Ndeye);

    public static Story<Evaluation> InReview(Preset preset = Preset.Rigorous) => Computed(preset).After(new SubmitEvaluation(), Ndeye);

    public static Story<Evaluation> Signed(Preset preset = Preset.Rigorous) =>
        InReview(preset).After(new SignEvaluation { LockedSha256 = Closed.LockedSha256, Ties = NoTies }, Adler);

    public static Story<Evaluation> Published() => Signed().After(new PublishEvaluation(), Ndeye);
}

public class EvaluatingATrial
{
    private static readonly SignEvaluation Sign = new() { LockedSha256 = AnEvaluation.Closed.LockedSha256, Ties = AnEvaluation.NoTies };

    [Fact]
    public void Names_the_closed_results_and_the_method() => Story.Of<Evaluation>().When(AnEvaluation.Compute(AnEvaluation.Closed), Ndeye)
        .Then(new EvaluationComputed("trial-1", "talk-first", "1", Preset.Rigorous, AnEvaluation.Closed.LockedSha256, "class-adjusted/1", Methods.ClassAdjusted.Evaluate(AnEvaluation.Closed)) { Opened = 0 });

    [Fact]
    public void Waits_until_results_are_closed() => Story.Of<Evaluation>().When(AnEvaluation.Compute(ClosedTrial.Of(Verified().State)), Ndeye).ThenRefused("trial-not-locked");

    [Fact]
    public void Is_about_the_results_as_they_are_closed_now() => Story.Of<Evaluation>()
        .When(AnEvaluation.Compute(AnEvaluation.Closed) with { DatasetSha256 = "0" }, Ndeye).ThenRefused("evaluation-on-other-data");

    [Fact]
    public void Notices_a_cell_that_was_not_closed_with_the_others() => Story.Of<Evaluation>()
        .When(AnEvaluation.Compute(AnEvaluation.Closed with { Cells = AnEvaluation.Closed.Cells.RemoveAt(0) }), Ndeye).ThenRefused("cells-not-as-locked");

    [Fact]
    public void Knows_its_methods() => Story.Of<Evaluation>().When(AnEvaluation.Compute(AnEvaluation.Closed, "guess/1"), Ndeye).ThenRefused("method-unknown");

    [Fact]
    public void Uses_the_analysis_that_was_registered() => Story.Of<Evaluation>().When(AnEvaluation.Compute(AnEvaluation.Closed, "unadjusted/1"), Ndeye).ThenRefused("method-not-planned");

    [Fact]
    public void Refuses_a_design_without_groups() => Story.Of<Evaluation>()
        .When(AnEvaluation.Compute(AnEvaluation.Closed with { Plan = Plan with { Design = TrialDesign.SingleCase } }), Ndeye).ThenRefused("method-does-not-fit");

    [Fact]
    public void Stays_with_its_trial() => AnEvaluation.Computed().When(AnEvaluation.Compute(AnEvaluation.Closed) with { Trial = "trial-2" }, Ndeye).ThenRefused("evaluation-of-another-trial");

    [Fact]
    public void Is_submitted_and_given_back_with_a_reason() => AnEvaluation.Computed().When(new SubmitEvaluation(), Ndeye).Then(new EvaluationSubmitted())
        .When(new ReturnEvaluation(), Adler).ThenRefused("reason-needed")
        .When(new ReturnEvaluation(), Adler.Because("Say more about Casa.")).Then(new EvaluationReturned());

    [Fact]
    public void Is_not_signed_as_a_draft() => AnEvaluation.Computed().When(Sign, Adler).ThenRefused("evaluation-state");

    [Fact]
    public void Is_signed_by_an_evaluator_only() => AnEvaluation.InReview().When(Sign, Omar).ThenRefused("evaluation-role");

    [Fact]
    public void Is_not_signed_by_the_one_who_submitted_it() => AnEvaluation.InReview().When(Sign, By("ndeye", Role.Evaluator)).ThenRefused("evaluation-own-submission");

    [Fact]
    public void Is_not_signed_on_results_that_were_opened_since() => AnEvaluation.InReview().When(Sign with { LockedSha256 = null }, Adler).ThenRefused("evaluation-on-other-data");

    [Fact]
    public void Signed_by_somebody_without_ties_keeps_its_rating() => AnEvaluation.Signed().Where(evaluation =>
    {
        Assert.Equal((true, true), (evaluation.Independent, evaluation.OffTeam));
        Assert.Equal(evaluation.Findings!.Rating.Value, evaluation.Rating!.Value);
    });

    [Theory]
    [InlineData("mateo", "far-university", false)]
    [InlineData("adler", "lantern", false)]
    [InlineData("adler", "far-university", true)]
    public void Signed_by_somebody_with_a_tie_is_marked_and_rated_two_at_most(string who, string at, bool paid) => AnEvaluation.InReview()
        .When(Sign with { Ties = AnEvaluation.NoTies with { PaidByThem = paid } }, By(who, Role.Evaluator, at)).ThenAccepted()
        .Where(evaluation =>
        {
            Assert.False(evaluation.Independent);
            Assert.True(evaluation.Rating!.Value <= 2);
            Assert.Contains(evaluation.Rating.Criteria, criterion => criterion.Name == "independence");
        });

    [Fact]
    public void Signed_while_nobody_looked_for_ties_is_not_independent() => AnEvaluation.InReview().When(Sign with { Ties = Ties.Unknown }, Adler).ThenAccepted()
        .Where(evaluation => Assert.Equal((false, false), (evaluation.Independent, evaluation.OffTeam)));

    [Fact]
    public void Of_a_standard_trial_is_signed_from_outside_the_team() => AnEvaluation.InReview(Preset.Standard).When(Sign, By("mateo", Role.Evaluator)).ThenRefused("evaluation-inside-team");

    [Fact]
    public void Of_a_standard_trial_is_rated_two_at_most() => AnEvaluation.Signed(Preset.Standard).Where(evaluation => Assert.True(evaluation.Rating!.Value <= 2));

    [Fact]
    public void Is_published_after_it_is_signed() => AnEvaluation.Signed().When(new PublishEvaluation(), Ndeye).Then(new EvaluationPublished());

    [Fact]
    public void Is_not_published_before() => AnEvaluation.InReview().When(new PublishEvaluation(), Ndeye).ThenRefused("evaluation-state");

    [Fact]
    public void Stands_while_the_results_stand() => AnEvaluation.Published().When(new SupersedeEvaluation { LockedSha256 = AnEvaluation.Closed.LockedSha256 }, Omar).ThenRefused("evaluation-still-stands");

    [Fact]
    public void Falls_when_results_were_opened_even_if_they_were_closed_on_the_same_cells()
    {
        AnEvaluation.Published().When(new SupersedeEvaluation { LockedSha256 = AnEvaluation.Closed.LockedSha256, Opened = 1 }, Omar).Then(new EvaluationSuperseded());
        AnEvaluation.InReview().When(Sign with { Opened = 1 }, Adler).ThenRefused("evaluation-on-other-data");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    public void Is_superseded_when_the_results_are_opened_or_changed(string? now) => AnEvaluation.Published().When(new SupersedeEvaluation { LockedSha256 = now }, Omar)
        .Then(new EvaluationSuperseded()).Where(evaluation => Assert.False(evaluation.Counts));

    [Fact]
    public void Can_be_taken_back_with_a_public_reason() => AnEvaluation.Published().When(new RetractEvaluation(), Adler).ThenRefused("reason-needed")
        .When(new RetractEvaluation(), Adler.Because("The measure was wrong.")).Then(new EvaluationRetracted())
        .Where(evaluation => Assert.Equal((false, "The measure was wrong."), (evaluation.Counts, evaluation.RetractedBecause)));

    [Fact]
    public void Is_not_taken_back_before_it_is_public() => AnEvaluation.Signed().When(new RetractEvaluation(), Adler.Because("No.")).ThenRefused("evaluation-state");
}

public class WhatAnEvaluationFinds
{
    private static readonly Findings Found = Methods.ClassAdjusted.Evaluate(AnEvaluation.Closed);

    [Fact]
    public void Is_the_class_adjusted_effect_of_the_primary_outcome()
    {
        var expected = ClusteredEffect.Between(
            [new(20, 52, 1900), new(20, 55, 1900), new(20, 57, 1900), new(20, 54, 1900)], [new(20, 48, 1900), new(20, 47, 1900), new(20, 50, 1900), new(20, 51, 1900)]);
        var effect = Found.Primary!.Effect!;
        Assert.Equal((expected.G, expected.StandardError), (effect.G, effect.StandardError), Close);
        Assert.Equal((expected.Interval().Lower, expected.Interval().Upper), (effect.Low, effect.High), Close);
        Assert.Equal((80, 80, 4, 4, 5.5), (effect.Treated, effect.Compared, effect.TreatedClasses, effect.ComparedClasses, effect.Difference));
        Assert.Equal((BaselineVerdict.Equivalent, 0), (Found.Primary.Baseline!.Verdict, Found.Primary.Baseline.G));
    }

    [Fact]
    public void Includes_the_loss_of_pupils_at_the_registered_boundary()
    {
        var loss = Assert.Single(Found.Attrition);
        Assert.Equal(4 / 84.0, loss.Overall!.Value, 1e-12);
        Assert.Equal((0, true), (loss.Differential, loss.Low));
    }

    [Fact]
    public void Says_that_loss_is_unknown_where_nobody_said_how_many_began()
    {
        var found = Methods.ClassAdjusted.Evaluate(AnEvaluation.Closed with { Cells = [.. Results.Select(cell => cell with { Allocated = null })] });
        Assert.Null(Assert.Single(found.Attrition).Low);
        Assert.Contains(found.Rating.Criteria, criterion => criterion is { Name: "attrition", Value: 2 });
    }

    [Fact]
    public void Names_the_criterion_that_binds_the_rating()
    {
        var lowest = Found.Rating.Criteria.MinBy(criterion => criterion.Value)!;
        Assert.Equal((lowest.Value, lowest.Sentence), (Found.Rating.Value, Found.Rating.Binding));
    }

    [Fact]
    public void Glosses_attainment_in_months_and_nothing_else()
    {
        Assert.Equal(MonthsOfProgress.Of(Found.Primary!.Effect!.G), Found.Primary.Effect.Months);
        var days = Methods.ClassAdjusted.Evaluate(AnEvaluation.Closed with { Plan = Plan with { Primary = Reading with { Attainment = false } } });
        Assert.Null(days.Primary!.Effect!.Months);
    }

    [Fact]
    public void Says_why_an_outcome_could_not_be_computed()
    {
        var attendance = Found.Outcomes.Single(outcome => outcome.Measure == "attendance");
        Assert.Null(attendance.Effect);
        Assert.NotNull(attendance.NotComputed);
    }

    [Fact]
    public void Withholds_a_group_of_fewer_than_ten()
    {
        var found = Methods.ClassAdjusted.Evaluate(AnEvaluation.Closed with { Cells = [Class("casa", "2a", "talk", 52, n: 9), .. Results.Where(cell => cell.Arm == "usual")] });
        Assert.Equal((true, null, null), (found.Primary!.Suppressed, found.Primary.Effect, found.Primary.Baseline));
        Assert.DoesNotContain("52", JsonSerializer.Serialize(found.Primary, StoredJson.Options), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_every_deviation_gap_lost_school_and_stop()
    {
        var found = Methods.ClassAdjusted.Evaluate(AnEvaluation.Closed with
        {
            Deviations = [new(Monday, "Five minutes of talk.", [])], Gaps = [new("casa", "talk", "A flood.")], SitesLost = 1, StoppedBecause = "Harm.",
        });
        Assert.Equal("Five minutes of talk.", Assert.Single(found.Deviations));
        Assert.Equal("casa, talk: A flood.", Assert.Single(found.Gaps));
        Assert.Equal((1, "Harm."), (found.SitesLost, found.StoppedBecause));
    }

    [Fact]
    public void Turns_the_effect_where_lower_is_better()
    {
        var found = Methods.ClassAdjusted.Evaluate(AnEvaluation.Closed with { Plan = Plan with { Primary = Reading with { Direction = Direction.LowerIsBetter } } });
        var (g, low, high) = found.Primary!.Effect!.Improvement();
        Assert.Equal((-Found.Primary!.Effect!.G, -Found.Primary.Effect.High, -Found.Primary.Effect.Low), (g, low, high), Close3);
    }

    [Theory]
    [InlineData(0.05, 0.60, Verdict.Helps)]
    [InlineData(-0.16, 0.18, Verdict.NoWorthwhileDifference)]
    [InlineData(0.01, 0.19, Verdict.NoWorthwhileDifference)]
    [InlineData(-0.66, -0.06, Verdict.Harms)]
    [InlineData(-0.15, -0.02, Verdict.Harms)]
    [InlineData(-0.40, 0.10, Verdict.CannotTellYet)]
    public void Is_told_in_one_of_four_verdicts(double low, double high, Verdict verdict) => Assert.Equal(verdict, Verdicts.Of(low, high, 0.20));

    /// <summary>Project STAR, reference results by R 4.2 with metafor 3.8-1 and lme4 1.1-31 (star-kindergarten-maths.expected.json).</summary>
    [Fact]
    public void Agrees_with_the_reference_on_Project_STAR()
    {
        var plan = Plan with { Arms = [new("small", false), new("regular", true)], Primary = new("maths", "points", 0, 800, Direction.HigherIsBetter), Secondary = [] };
        var closed = new ClosedTrial("", "small-classes", "1", Preset.Rigorous, plan, [.. Star.Classes.Select(c => new Cell
        {
            School = c.School, Class = c.Name, Arm = c.Small ? "small" : "regular", Measure = "maths", Wave = "outcome", Outcome = c.Scores,
        })]);
        var naive = Methods.Unadjusted.Evaluate(closed).Primary!.Effect!;
        var adjusted = Methods.ClassAdjusted.Evaluate(closed).Primary!.Effect!;
        Assert.Equal(0.159341191850056, naive.G, 1e-9);
        Assert.Equal(7.73201701270034, naive.Difference, 1e-7);
        Assert.Equal(48.5153118901386, naive.PooledSd, 1e-7);
        Assert.Equal(0.288037674710721, adjusted.IntraclassCorrelation!.Value, 1e-9);
        Assert.True(adjusted.StandardError > 2 * naive.StandardError);
    }

    /// <summary>I28: no group of fewer than ten pupils is shown, nor one that leaves fewer than ten when it is taken from everybody.</summary>
    [Fact]
    public void Shows_no_small_group_and_none_that_leaves_a_small_one() => Prop.ForAll(Gen.Choose(0, 45).ListOf(4).ToArbitrary(), sizes =>
    {
        var plan = Plan with { Secondary = [], Subgroups = ["girls", "boys"] };
        var pupils = sizes.ToList();
        (string Subgroup, string Arm, int Pupils)[] parts = [("girls", "talk", pupils[0]), ("girls", "usual", pupils[1]), ("boys", "talk", pupils[2]), ("boys", "usual", pupils[3])];
        var groups = parts.Where(part => part.Pupils >= 5).Select(part => Class("casa", Cell.AllClasses, part.Arm, 50, part.Pupils) with { Subgroup = part.Subgroup });
        ImmutableArray<Cell> classes = [.. ((string[])["talk", "usual"]).Select((arm, i) => Class("casa", arm, arm, 50, Math.Max(5, pupils[i] + pupils[i + 2])))];
        var shown = Methods.ClassAdjusted.Evaluate(AnEvaluation.Closed with { Plan = plan, Cells = [.. classes, .. groups] }).Outcomes.Where(finding => !finding.Suppressed && finding.Effect is not null).ToList();

        Assert.All(shown, finding => Assert.True(finding.Effect!.Treated >= 10 && finding.Effect.Compared >= 10));
        Assert.All(shown.Where(finding => finding.Subgroup.Length > 0), finding =>
        {
            Assert.False(classes[0].Outcome.N - finding.Effect!.Treated is > 0 and < 10);
            Assert.False(classes[1].Outcome.N - finding.Effect.Compared is > 0 and < 10);
        });
    }).QuickCheckThrowOnFailure();

    /// <summary>I23: every registered outcome is reported.</summary>
    [Fact]
    public void Covers_every_registered_outcome_whatever_is_missing() => Prop.ForAll(ArbMap.Default.ArbFor<bool[]>(), ArbMap.Default.ArbFor<bool>(), (kept, withSubgroups) =>
    {
        var plan = Plan with { Arms = [.. Plan.Arms, new("third", Comparison: false)], Subgroups = withSubgroups ? ["girls", "boys"] : [] };
        ImmutableArray<Cell> cells = [.. Results.Where((_, i) => i < kept.Length && kept[i])];
        var found = Methods.ClassAdjusted.Evaluate(AnEvaluation.Closed with { Plan = plan, Cells = cells });
        var expected = from outcome in plan.Outcomes() from subgroup in plan.Subgroups.Prepend("") from arm in plan.Treated() select (outcome.Measure, outcome.Wave, subgroup, arm.Name);
        Assert.Equal(expected.Order(), found.Outcomes.Select(o => (o.Measure, o.Wave, o.Subgroup, o.Arm)).Order());
        Assert.All(found.Outcomes, outcome => Assert.True(outcome.Effect is null != outcome.NotComputed is null));
    }).QuickCheckThrowOnFailure();

    /// <summary>I22: an evaluation is reproducible from its dataset and its method.</summary>
    [Fact]
    public void Follows_from_the_hash_and_the_method_alone() => Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), means =>
    {
        ImmutableArray<Cell> cells = [.. Results.Select((cell, i) => means.Length == 0 ? cell : Class(cell.School, cell.Class, cell.Arm, 40 + Math.Abs((long)means[i % means.Length]) % 20, measure: cell.Measure))];
        var book = cells.Aggregate(CellBook.Empty, (all, cell) => all.With(new(cell, "amina")));
        var closed = AnEvaluation.Closed with { LockedSha256 = book.Sha256(), Cells = [.. book.Held.Select(held => held.Cell)] };
        var again = closed with { Cells = [.. closed.Cells.Select(cell => CellRows.Read(CellRows.Write(cell)))] };
        var (one, two) = (Story.Of<Evaluation>().After(AnEvaluation.Compute(closed), Ndeye), Story.Of<Evaluation>().After(AnEvaluation.Compute(again), Sela));
        Assert.Equal(one.Stored, two.Stored);
        Assert.Equal((closed.LockedSha256, "class-adjusted/1"), (one.State.DatasetSha256, one.State.Method));
    }).QuickCheckThrowOnFailure();

    private static readonly IEqualityComparer<(double, double)> Close = EqualityComparer<(double, double)>.Create(
        (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && Math.Abs(a.Item2 - b.Item2) < 1e-12, _ => 0);

    private static readonly IEqualityComparer<(double, double, double)> Close3 = EqualityComparer<(double, double, double)>.Create(
        (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && Math.Abs(a.Item2 - b.Item2) < 1e-12 && Math.Abs(a.Item3 - b.Item3) < 1e-12, _ => 0);
}
