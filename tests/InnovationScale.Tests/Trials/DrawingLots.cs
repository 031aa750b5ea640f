using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using InnovationScale.Statistics;
using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Trials;

public class DrawingLots
{
    private const string Seed = "ten dice: 4 1 6 6 2 5 3 1 1 2";

    private static readonly ImmutableArray<string> Classes = ["casa/2a", "casa/2b", "casa/2c", "casa/2d", "heron-bay/1a", "heron-bay/1b", "heron-bay/1c"];

    private static readonly Registration Sealed = Plan with { Allocation = Plan.Allocation! with { SeedSha256 = Lots.SealOf(Seed) } };

    private static readonly Registration OfPupils = Sealed with { Design = TrialDesign.IndividualRandomised, UnitOfAssignment = UnitOfAssignment.Pupil };

    private static readonly ImmutableArray<string> Pupils = ["p-07", "p-03", "p-11", "p-02", "p-05"];

    private static Story<Trial> Registered() => Registered(Sealed);

    private static Story<Trial> Registered(Registration plan) => ATrial.Registered().After(new AmendTrial(plan), Ndeye.Because("The seed was drawn with dice before witnesses."))
        .After(new AddSite("heron-bay", "pilot-1", Arm: null, new(2026, 9, 1)), Ndeye).After(new AddSite("casa", Pilot: null, Arm: null, new(2026, 9, 1)), Ndeye)
        .After(new StartRecruiting(), Ndeye);

    [Fact]
    public void Reveals_the_seed_that_the_plan_had_sealed() => Registered().When(new DrawLots(Seed, Classes), Ndeye)
        .ThenAccepted()
        .Where(trial => Assert.Equal(Seed, trial.Seed))
        .Where(trial => Assert.Equal(Lots.Draw(Seed, Classes, ["talk", "usual"], unit => unit.Split('/')[0]).ToArray(), trial.Lots.ToArray()));

    /// <summary>No pupil's row is ever kept: neither in what happened nor in the state, and lots that an earlier release wrote down are not read.</summary>
    [Fact]
    public void Of_pupils_keeps_counts_and_the_hash_of_the_list_alone()
    {
        var drawn = Registered(OfPupils).After(new DrawLots(Seed, Pupils), Ndeye);
        Assert.All(Pupils, pupil => Assert.DoesNotContain(pupil, string.Concat(drawn.Stored), StringComparison.Ordinal));
        Assert.Empty(drawn.State.Lots);
        Assert.Equal(5, drawn.State.LotCounts.Values.Sum());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("p-02\np-03\np-05\np-07\np-11\n"u8)), drawn.State.LotsSha256);

        Registered(OfPupils).Given(Ndeye, new LotsDrawn(Seed, Lots.Method, Lots.Draw(Seed, Pupils, ["talk", "usual"], _ => "")))
            .Where(trial => Assert.Equal((Seed, true), (trial.Seed, trial.Lots.IsEmpty)));
        drawn.When(new DrawLots(Seed, Pupils), Ndeye).ThenRefused("lots-drawn-already");
    }

    [Theory]
    [InlineData(UnitOfAssignment.Class, "amal-hassan"), InlineData(UnitOfAssignment.Class, "casa"), InlineData(UnitOfAssignment.Class, "casa/"), InlineData(UnitOfAssignment.Class, "elsewhere/1a")]
    [InlineData(UnitOfAssignment.School, "amal-hassan"), InlineData(UnitOfAssignment.School, "casa/2a")]
    public void Of_classes_and_schools_takes_those_of_the_trial_alone(UnitOfAssignment unit, string stranger) =>
        Registered(Sealed with { UnitOfAssignment = unit }).When(new DrawLots(Seed, [unit is UnitOfAssignment.School ? "casa" : "casa/2a", stranger]), Ndeye).ThenRefused("lots-of-strangers");

    /// <summary>Otherwise every pupil would be a block of her own, and her school drawn unevenly.</summary>
    [Theory]
    [InlineData("p-07"), InlineData("casa/"), InlineData("elsewhere/p-07")]
    public void Of_pupils_within_schools_takes_those_of_the_trial_s_schools_alone(string stranger)
    {
        var inSchools = Registered(OfPupils with { Design = TrialDesign.MultisiteRandomised });
        inSchools.When(new DrawLots(Seed, ["casa/p-01", stranger]), Ndeye).ThenRefused("lots-outside-schools");
        inSchools.When(new DrawLots(Seed, ["casa/p-01", "casa/p-02", "heron-bay/p-01", "heron-bay/p-02"]), Ndeye).ThenAccepted()
            .Where(trial => Assert.Equal([2, 2], trial.LotCounts.Values));
    }

    [Fact]
    public void Puts_a_school_that_was_drawn_into_its_group() =>
        Registered(Sealed with { Design = TrialDesign.ClusterRandomised, UnitOfAssignment = UnitOfAssignment.School }).When(new DrawLots(Seed, ["casa", "heron-bay"]), Ndeye).ThenAccepted()
            .Where(trial => Assert.Equal(trial.Lots.OrderBy(lot => lot.Unit, StringComparer.Ordinal).Select(lot => lot.Arm), trial.Sites.OrderBy(site => site.School, StringComparer.Ordinal).Select(site => site.Arm)));

    [Fact]
    public void Takes_no_other_seed() => Registered().When(new DrawLots("one that gives better groups", Classes), Ndeye).ThenRefused("seed-not-the-sealed-one");

    [Fact]
    public void Happens_once() => Registered().After(new DrawLots(Seed, Classes), Ndeye).When(new DrawLots(Seed, Classes), Ndeye).ThenRefused("lots-drawn-already");

    [Fact]
    public void Is_of_several_each_named_once()
    {
        Registered().When(new DrawLots(Seed, ["casa/2a"]), Ndeye).ThenRefused("lots-of-nothing");
        Registered().When(new DrawLots(Seed, ["casa/2a", " casa/2a"]), Ndeye).ThenRefused("lots-of-nothing");
    }

    [Fact]
    public void Holds_for_the_results()
    {
        var drawn = Registered().After(new DrawLots(Seed, Classes), Ndeye).After(new StartFieldwork { Permission = Allowed }, Ndeye);
        var lot = drawn.State.Lots.Single(one => one.Unit == "casa/2a");
        drawn.When(new RecordCell(Class("casa", "2a", lot.Arm, 50)) { Permission = Allowed }, Amina).ThenAccepted();
        drawn.When(new RecordCell(Class("casa", "2a", lot.Arm == "talk" ? "usual" : "talk", 50)) { Permission = Allowed }, Amina).ThenRefused("not-as-drawn");
    }

    /// <summary>By hand, as a stranger would: hash, sort, deal.</summary>
    [Fact]
    public void Is_drawn_again_by_anybody_in_any_order()
    {
        var drawn = Lots.Draw(Seed, Classes, ["talk", "usual"], unit => unit.Split('/')[0]);
        Assert.Equal(drawn.ToArray(), Lots.Draw(Seed, Classes.Reverse(), ["talk", "usual"], unit => unit.Split('/')[0]).ToArray());
        var casa = Classes.Where(unit => unit.StartsWith("casa", StringComparison.Ordinal)).OrderBy(unit => Hash($"{Seed}\n{unit}"), StringComparer.Ordinal).ToArray();
        Assert.Equal(casa, drawn.Take(4).Select(lot => lot.Unit));
        Assert.Equal(Convert.ToInt32(Hash($"{Seed}\ncasa")[..2], 16) % 2 == 0 ? ["talk", "usual", "talk", "usual"] : ["usual", "talk", "usual", "talk"], drawn.Take(4).Select(lot => lot.Arm));

        static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Deals_evenly_within_each_block_and_without_favour()
    {
        var talk = 0;
        for (var seed = 0; seed < 2_000; seed++)
        {
            var drawn = Lots.Draw($"{seed}", Classes, ["talk", "usual"], unit => unit.Split('/')[0]);
            Assert.Equal(2, drawn.Count(lot => lot.Unit.StartsWith("casa", StringComparison.Ordinal) && lot.Arm == "talk"));
            Assert.InRange(drawn.Count(lot => lot.Unit.StartsWith("heron", StringComparison.Ordinal) && lot.Arm == "talk"), 1, 2);
            talk += drawn.Count(lot => lot is { Unit: "heron-bay/1a", Arm: "talk" });
        }

        // Four standard deviations around one half.
        Assert.InRange(talk, 1_000 - 90, 1_000 + 90);
    }

    [Fact]
    public void Follows_the_planned_shares() =>
        Assert.Equal(["talk", "talk", "usual"], (Plan with { Allocation = Plan.Allocation! with { Ratio = "2:1" } }).Turns().ToArray());
}

public class TheOutlookOfAPlan
{
    private static readonly Registration Forty = Plan with { PlannedPupils = 800, PlannedUnits = 40, SmallestWorthwhile = 0.2, Primary = Plan.Primary! with { Attainment = true } };

    [Fact]
    public void Is_said_where_the_plan_says_how_many()
    {
        Assert.Null(PlannedOutlook.Of(Plan));
        Assert.Null(PlannedOutlook.Of(Forty with { PlannedUnits = null }));
        Assert.Null(PlannedOutlook.Of(Forty with { Design = TrialDesign.SingleCase }));
    }

    [Fact]
    public void Is_the_smallest_difference_by_Bloom() =>
        Assert.Equal(new ClusterDesign(40, 20, 0.2).MinimumDetectableEffect(), PlannedOutlook.Of(Forty)!.SmallestNoticed, 1e-12);

    [Fact]
    public void Follows_the_planned_shares() => Assert.Equal(new ClusterDesign(40, 20, 0.2, TreatedShare: 0.75).MinimumDetectableEffect(),
        PlannedOutlook.Of(Forty with { Allocation = Forty.Allocation! with { Ratio = "3:1" } })!.SmallestNoticed, 1e-12);

    /// <summary>Its verdict is about the first group and the comparison.</summary>
    [Fact]
    public void Leaves_out_whoever_is_in_another_group()
    {
        var three = Forty with { PlannedPupils = 1_200, PlannedUnits = 60, Arms = [.. Forty.Arms, new("talk at home", Comparison: false)], Allocation = Forty.Allocation! with { Ratio = "1:1:1" } };
        Assert.Equal(new ClusterDesign(40, 20, 0.2).MinimumDetectableEffect(), PlannedOutlook.Of(three)!.SmallestNoticed, 1e-12);
        Assert.Equal(new IndividualDesign(800).MinimumDetectableEffect(), PlannedOutlook.Of(three with { UnitOfAssignment = UnitOfAssignment.Pupil })!.SmallestNoticed, 1e-12);
    }

    /// <summary>Counted over many estimates, by the rule that gives a verdict.</summary>
    [Theory]
    [InlineData(800, 40), InlineData(8_000, 400), InlineData(80_000, 4_000)]
    public void Counts_how_often_it_would_end_with_cannot_tell(int pupils, int units)
    {
        var plan = Forty with { PlannedPupils = pupils, PlannedUnits = units };
        var (outlook, design) = (PlannedOutlook.Of(plan)!, new ClusterDesign(units, 20, 0.2));
        var half = StudentT.Quantile(0.975, design.DegreesOfFreedom) * design.StandardError;
        const int Draws = 20_000;
        foreach (var (truth, said) in ((double, double)[])[(0.2, outlook.CannotTellIfWorthwhile), (0, outlook.CannotTellIfNone)])
        {
            var counted = Enumerable.Range(0, Draws).Select(n => truth + design.StandardError * Normal.Quantile((n + 0.5) / Draws))
                .Count(g => Evaluations.Verdicts.Of(g - half, g + half, 0.2) is Evaluations.Verdict.CannotTellYet);
            Assert.Equal((double)counted / Draws, said, 2e-4);
        }
    }
}
