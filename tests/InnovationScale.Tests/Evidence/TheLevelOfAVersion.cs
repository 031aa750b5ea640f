using System.Collections.Immutable;
using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using InnovationScale.Evaluations;
using InnovationScale.Replications;
using InnovationScale.Statistics;

namespace InnovationScale.Evidence;

public class PoolingEffects
{
    // The seven reported trials of “Talk first”, invented.
    private static readonly ImmutableArray<PooledEffect> Seven =
        [Effect("ke", .38, .13), Effect("ke-2", .30, .13), Effect("co", .14, .12), Effect("co-2", .44, .14), Effect("jo", .22, .13), Effect("sn", -.02, .12), Effect("sn-2", -.21, .12)];

    private static PooledEffect Effect(string name, double g, double se) => new(name, g, se * se);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Says_too_few_below_three(int k)
    {
        var pool = Pool.Of(Seven[..k]);
        Assert.Equal((null, null, null), (pool.Fit, pool.Interval, pool.Prediction));
        Assert.NotNull(pool.NotPooled);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(7, true)]
    public void Says_what_the_next_place_might_see_from_five_on(int k, bool says)
    {
        var pool = Pool.Of(Seven[..k]);
        Assert.NotNull(pool.Interval);
        Assert.Equal((says, says), (pool.Prediction is not null, pool.ChanceAbove(0) is not null));
    }

    [Fact]
    public void Predicts_wider_than_the_mean()
    {
        var pool = Pool.Of(Seven);
        Assert.Equal("REML_knha", pool.Method);
        Assert.True(pool.Prediction!.Value.Lower < pool.Interval!.Value.Lower && pool.Prediction.Value.Upper > pool.Interval.Value.Upper);
        Assert.InRange(pool.ChanceAbove(0)!.Value, 0.5, 0.99);
        Assert.True(pool.ChanceAbove(0.2) < pool.ChanceAbove(0));
    }

    [Fact]
    public void Names_a_reason_where_an_effect_has_no_variance() => Assert.NotNull(Pool.Of([.. Seven, Effect("nowhere", 0.1, 0)]).NotPooled);
}

public class TheLevelOfAVersion
{
    private static readonly VersionRecord Account = new() { HasTheory = true, ClosedCycles = 1 };

    private static TrialResult Trial(string name, double g, double se = 0.08, Preset preset = Preset.Rigorous) =>
        new(name, preset, new($"evaluation-{name}", name, g, se, g - 1.96 * se, g + 1.96 * se, 0.20))
        {
            LowAttrition = true, Baseline = BaselineVerdict.Equivalent, Rating = 4, Verdict = Verdicts.Of(g - 1.96 * se, g + 1.96 * se, 0.20),
        };

    private static ReplicationResult Again(string name, Independence independence = Independence.Independent) =>
        new(name, ReplicationState.Assessed, independence) { Outcome = Correspondence.Equivalent, Succeeded = true };

    private static readonly VersionRecord Replicated = Account with
    {
        CostKnown = true, Trials = [Trial("a", 0.4), Trial("b", 0.35), Trial("c", 0.3)], Replications = [Again("b"), Again("c")],
    };

    private static string[] Lacks(VersionRecord record, int level) => [.. EvidenceLevel.Of(record).Steps.Single(step => step.Level == level).Missing.Select(missing => missing.Code)];

    private static int Level(VersionRecord record) => EvidenceLevel.Of(record).Level;

    [Fact]
    public void Begins_at_nought_and_says_what_is_missing()
    {
        Assert.Equal(0, Level(new()));
        Assert.Equal(["theory-of-change", "closed-cycle"], Lacks(new(), 1));
    }

    [Fact]
    public void Is_one_with_an_account() => Assert.Equal((1, "gain"), (Level(Account), Assert.Single(Lacks(Account, 2))));

    [Fact]
    public void Is_two_with_more_than_chance_wobble_a_norm_or_a_comparison()
    {
        Assert.Equal(2, Level(Account with { RunChartSignal = true }));
        Assert.Equal(2, Level(Account with { NormReferencedGain = true }));
        Assert.Equal(2, Level(Account with { Trials = [Trial("a", 0.1, 0.2)] }));
    }

    [Fact]
    public void Is_three_with_a_secure_rigorous_trial_clear_of_nothing() => Assert.Equal(3, Level(Account with { Trials = [Trial("a", 0.4)] }));

    [Fact]
    public void Is_not_three_for_a_standard_trial_alone() => Assert.Equal(["rigorous-or-pooled"], Lacks(Account with { Trials = [Trial("a", 0.4, preset: Preset.Standard)] }, 3));

    [Fact]
    public void Is_three_for_standard_trials_in_a_pool() => Assert.Equal(3, Level(Account with
    {
        Trials = [Trial("a", 0.4, preset: Preset.Standard), Trial("b", 0.38, preset: Preset.Standard), Trial("c", 0.42, preset: Preset.Standard)],
    }));

    [Fact]
    public void Is_not_three_for_one_lucky_site_among_two() => Assert.Equal(["clear-of-zero"], Lacks(Account with { Trials = [Trial("a", 0.4), Trial("b", 0.0)] }, 3));

    [Fact]
    public void Names_each_weakness_of_each_trial() => Assert.Equal(["attrition", "baseline", "security"], Lacks(Account with
    {
        Trials = [Trial("a", 0.4) with { LowAttrition = false, Baseline = BaselineVerdict.NotEquivalent, Rating = 2 }],
    }, 3));

    [Fact]
    public void Is_four_when_others_found_it_too_and_the_cost_is_known() => Assert.Equal(4, Level(Replicated));

    [Theory]
    [InlineData("pool")]
    [InlineData("independent-replications")]
    [InlineData("different")]
    [InlineData("context-harmed")]
    [InlineData("cost")]
    public void Is_not_four_while_one_condition_is_missing(string missing) => Assert.Equal([missing], Lacks(missing switch
    {
        "pool" => Replicated with { Trials = Replicated.Trials[..2] },
        "independent-replications" => Replicated with { Replications = [Again("b"), Again("c", Independence.SameNetwork)] },
        "different" => Replicated with { Replications = [Again("b"), Again("c"), Again("d") with { HarmfullyDifferent = true }] },
        "context-harmed" => Replicated with { HarmedContexts = ["home language differs"] },
        _ => Replicated with { CostKnown = false },
    }, 4));

    [Fact]
    public void Names_those_who_are_silent() => Assert.Equal(2, EvidenceLevel.Of(Replicated with
    {
        Trials = [.. Replicated.Trials, new("d", Preset.Rigorous, Effect: null) { Overdue = true }],
        Replications = [.. Replicated.Replications, new("e", ReplicationState.Abandoned, Independence.Independent)],
    }).Silent.Length);

    [Fact]
    public void Says_direction_apart_from_quality()
    {
        Assert.Equal(Verdict.Helps, EvidenceLevel.Of(Replicated).Verdict);
        Assert.Equal(Verdict.Harms, EvidenceLevel.Of(Account with { Trials = [Trial("a", -0.4)] }).Verdict);
        Assert.Equal(Verdict.CannotTellYet, EvidenceLevel.Of(Account with { Trials = [Trial("a", 0.4), Trial("b", -0.4)] }).Verdict);
        Assert.Equal(Verdict.CannotTellYet, EvidenceLevel.Of(Account).Verdict);
    }

    private static TrialResult Lowest(string name, double g, double lowest) =>
        Trial(name, g) with { Pupils = [new("last-score:lowest-third", lowest, 0.1, lowest - 0.196, lowest + 0.196)] };

    [Fact]
    public void Says_harm_where_a_group_named_beforehand_is_harmed_and_all_together_are_not_clearly_helped()
    {
        var harmed = EvidenceLevel.Of(Account with { Trials = [Lowest("a", -0.1, -0.4)] });
        Assert.Equal((Verdict.Harms, "last-score:lowest-third"), (harmed.Verdict, Assert.Single(harmed.HarmedPupils)));
        Assert.Equal(Verdict.Helps, EvidenceLevel.Of(Account with { Trials = [Lowest("a", 0.4, -0.4)] }).Verdict);
        Assert.Equal(Verdict.Harms, EvidenceLevel.Of(Account with { Trials = [Trial("a", 0.1)], HarmedContexts = ["home language differs"] }).Verdict);
        Assert.Contains("pupils-harmed", Lacks(Replicated with { Trials = [Lowest("a", 0.4, -0.4), .. Replicated.Trials[1..]] }, 4));
    }

    [Fact]
    public void Believes_few_trials_about_a_group_only_with_one_voice_and_many_only_together()
    {
        Assert.Empty(EvidenceLevel.Of(Account with { Trials = [Lowest("a", 0, -0.4), Lowest("b", 0, 0)] }).HarmedPupils);
        Assert.Empty(EvidenceLevel.Of(Account with { Trials = [Lowest("a", 0, -0.4), Lowest("b", 0, 0), Lowest("c", 0, 0.1)] }).HarmedPupils);
        Assert.Single(EvidenceLevel.Of(Account with { Trials = [Lowest("a", 0, -0.4), Lowest("b", 0, -0.3), Lowest("c", 0, -0.35)] }).HarmedPupils);
    }

    /// <summary>I25: the level follows from what is on record.</summary>
    [Fact]
    public void Never_skips_a_level_and_never_rises_when_a_condition_is_taken_away() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<int>(), (having, losing) =>
    {
        var (before, after) = (Of(having), Of(having & ~(1 << Math.Abs(losing % 8))));
        Assert.True(after.Level <= before.Level);
        Assert.All(before.Steps.Where(step => step.Level <= before.Level), step => Assert.Empty(step.Missing));
        if (before.Level < 4) Assert.NotEmpty(before.Steps.Single(step => step.Level == before.Level + 1).Missing);

        static EvidenceLevel Of(int has) => EvidenceLevel.Of(Record(has));

        static VersionRecord Record(int has) => new()
        {
            HasTheory = Bit(has, 0), ClosedCycles = Bit(has, 1) ? 1 : 0, RunChartSignal = Bit(has, 2), CostKnown = Bit(has, 3),
            Trials = Bit(has, 4) ? [.. Replicated.Trials.Select(trial => trial with { LowAttrition = Bit(has, 5), Rating = Bit(has, 6) ? 4 : 1 })] : [],
            Replications = Bit(has, 7) ? Replicated.Replications : [],
        };

        static bool Bit(int has, int bit) => (has >> bit & 1) == 1;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Is_typed_by_nobody()
    {
        var typed = from command in typeof(EvidenceLevel).Assembly.GetTypes()
                    where command.GetInterfaces().Any(side => side.IsGenericType && side.GetGenericTypeDefinition() == typeof(ICommand<>))
                    from property in command.GetProperties()
                    where property.GetCustomAttribute<GatheredAttribute>() is null
                        && (property.PropertyType == typeof(EvidenceLevel) || property.PropertyType == typeof(Verdict) || property.PropertyType == typeof(Rating)
                            || property.PropertyType == typeof(Findings) || property.PropertyType == typeof(Correspondence))
                    select $"{command.Name}.{property.Name}";
        Assert.Empty(typed);
    }
}
