using System.Collections.Immutable;
using InnovationScale.Statistics;
using InnovationScale.Trials;
using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Evidence;

public class AStudyFromElsewhere
{
    internal static readonly StudyDescription About = new()
    {
        Title = "Project STAR, kindergarten mathematics",
        Innovation = "small-classes",
        Version = "1",
        Source = "csv/mlmRev/star.csv of vincentarelbundock/Rdatasets",
        Licence = "GPL-2.0-or-later; the study's data are public",
        Design = TrialDesign.MultisiteRandomised,
        Arms = [new("small", Comparison: false), new("regular", Comparison: true)],
        Outcomes = [new("maths", "points", 0, 800, Direction.HigherIsBetter) { Attainment = true }],
        MinimumCellSize = 1,
    };

    internal static readonly ImmutableArray<Cell> Cells =
    [
        .. Star.Classes.Select(c => new Cell { School = c.School, Class = c.Name, Arm = c.Small ? "small" : "regular", Measure = "maths", Wave = "outcome", Outcome = c.Scores }),
    ];

    private static readonly Stamp Wen = By("wen", Role.Reviewer).Because("Classes were drawn by lot and the data are public.");

    private static Story<ExternalStudy> OnRecord => Story.Of<ExternalStudy>().After(new DescribeStudy(About), Ndeye);

    private static Story<ExternalStudy> WithCells => OnRecord.After(new ImportStudyCells(FirstBatch, Cells), Sela);

    private static Story<ExternalStudy> InPool => WithCells.After(new TakeIntoPool(WithCells.State.Cells.Sha256()), Wen);

    [Fact]
    public void Is_put_on_record_with_its_source_and_licence() => Story.Of<ExternalStudy>().When(new DescribeStudy(About), Ndeye).Then(new StudyDescribed(About));

    [Fact]
    public void Says_what_its_description_lacks() => Story.Of<ExternalStudy>().When(new DescribeStudy(new()), Ndeye)
        .ThenRefused("study-incomplete", "title", "version", "source", "licence", "arms", "outcome");

    [Fact]
    public void Is_not_described_by_just_anybody() => Story.Of<ExternalStudy>().When(new DescribeStudy(About), By("root", Role.Admin)).ThenRefused("study-role");

    [Fact]
    public void Cannot_be_described_away_from_its_results() => WithCells.When(new DescribeStudy(About with { Arms = [new("tiny", false), new("regular", true)] }), Ndeye)
        .ThenRefused("study-cells-do-not-fit");

    [Fact]
    public void Takes_the_same_upload_as_a_trial() => OnRecord.When(new ImportStudyCells(FirstBatch, Cells), Sela).Then(StudyCellsImported.Of(FirstBatch, Cells))
        .Where(study => Assert.False(study.InPool));

    /// <summary>The whole less the schools that are shown would be the one that is not.</summary>
    [Fact]
    public void Shows_no_school_where_one_is_too_small_to_show()
    {
        ImmutableArray<Cell> large = [In("north", "small", 20), In("north", "regular", 21), In("south", "small", 19), In("south", "regular", 22)];

        Assert.False(Read(About, large).WithholdsSchools);
        Assert.True(Read(About, [.. large, In("west", "small", 4), In("west", "regular", 20)]).WithholdsSchools);
        var small = Read(About, [.. large, In("west", "small", 4), In("west", "regular", 20)]);
        Assert.All(small.Reading!.Sites.Select(site => SchoolEffect.Of(site, small)), school => Assert.Equal(((long?)null, (long?)null, (double?)null), (school.Treated, school.Compared, school.G)));
        Assert.False(Read(About with { AlreadyPublic = true }, [.. large, In("west", "small", 4), In("west", "regular", 20)]).WithholdsSchools);

        static Cell In(string school, string arm, int n) => new() { School = school, Class = $"{arm}-1", Arm = arm, Measure = "maths", Wave = "outcome", Outcome = new(n, 500, 1900) };

        static StudyOnRecord Read(StudyDescription about, ImmutableArray<Cell> cells) => StudyOnRecord.Of(
            new("study-1", Story.Of<ExternalStudy>().After(new DescribeStudy(about), Ndeye).After(new ImportStudyCells(FirstBatch, cells), Sela).State, 2));
    }

    [Fact]
    public void Recognises_a_file() => WithCells.When(new ImportStudyCells(FirstBatch with { Id = "batch-2" }, Cells), Sela).ThenRefused("file-known");

    [Fact]
    public void Takes_each_batch_id_once() => WithCells.When(new ImportStudyCells(FirstBatch with { FileSha256 = "07e4" }, Cells), Sela).ThenRefused("batch-known");

    [Fact]
    public void Takes_no_empty_file() => OnRecord.When(new ImportStudyCells(FirstBatch, []), Sela).ThenRefused("batch-empty");

    [Fact]
    public void Records_all_of_a_file_or_none() => OnRecord
        .When(new ImportStudyCells(FirstBatch, [Cells[0], Cells[0], Cells[1] with { Arm = "aide" }, Cells[2] with { Measure = "art" }]), Sela)
        .ThenRefused("batch-refused", "cell-known", "cell-arm", "cell-outcome");

    [Fact]
    public void Keeps_small_classes_out_unless_its_programme_says_otherwise() => Story.Of<ExternalStudy>().After(new DescribeStudy(About with { MinimumCellSize = 5 }), Ndeye)
        .When(new ImportStudyCells(FirstBatch, Cells), Sela).ThenRefused("batch-refused");

    [Fact]
    public void Enters_a_pool_when_a_reviewer_says_so() => WithCells.When(new TakeIntoPool(WithCells.State.Cells.Sha256()), Wen)
        .Then(new StudyTakenIntoPool(WithCells.State.Cells.Sha256())).Where(study => Assert.True(study.InPool));

    [Fact]
    public void Does_not_enter_a_pool_by_itself() => WithCells.When(new TakeIntoPool(WithCells.State.Cells.Sha256()), Ndeye.Because("I like it.")).ThenRefused("study-role");

    [Fact]
    public void Does_not_enter_by_the_word_of_those_who_brought_it() => WithCells
        .When(new TakeIntoPool(WithCells.State.Cells.Sha256()), By("sela", Role.Reviewer).Because("Mine.")).ThenRefused("study-own-record");

    [Fact]
    public void Does_not_enter_without_a_reason() => WithCells.When(new TakeIntoPool(WithCells.State.Cells.Sha256()), Wen with { Reason = null }).ThenRefused("reason-needed");

    [Fact]
    public void Does_not_enter_with_other_results_than_were_looked_at() => WithCells.When(new TakeIntoPool("0"), Wen).ThenRefused("study-other-data");

    [Fact]
    public void Does_not_enter_empty() => OnRecord.When(new TakeIntoPool("0"), Wen).ThenRefused("study-empty");

    [Fact]
    public void Leaves_the_pool_when_its_results_change() => InPool.When(new RevertStudyBatch("batch-1"), Sela.Because("Another release.")).Then(new StudyBatchReverted("batch-1"))
        .Where(study => Assert.Equal((false, true), (study.InPool, study.Cells.IsEmpty)));

    [Fact]
    public void Leaves_the_pool_when_a_reviewer_says_so() => InPool.When(new LeaveOutOfPool(), Wen).Then(new StudyLeftOut())
        .When(new LeaveOutOfPool(), Wen).ThenRefused("study-out-already");

    [Fact]
    public void Takes_back_only_what_stands() => OnRecord.When(new RevertStudyBatch("batch-1"), Sela.Because("No.")).ThenRefused("batch-unknown");

    private static readonly StudyReading Reading = StudyReading.Of(Cells, About.Outcomes[0], "small", "regular");

    [Fact]
    public void Leads_with_the_class_adjusted_reading()
    {
        // lme4 1.1-31: lmer(y ~ small + factor(school) + (1|class), REML) on Project STAR
        Assert.Equal(8.07236187385245, Reading.Adjusted!.Difference, 1e-5);
        Assert.Equal(2.78215146957864, Reading.Adjusted.StandardError, 1e-5);
        Assert.InRange(Reading.Adjusted.Interval.Lower, 2.5, 2.7);
    }

    [Fact]
    public void Shows_a_school_with_one_group_and_does_not_pool_it()
    {
        var alone = Assert.Single(Reading.OneGroupOnly);
        Assert.NotNull(alone.NotComputed);
        Assert.Equal((79, 78), (Reading.Sites.Length, Reading.Unadjusted.K));
        Assert.DoesNotContain(alone.School, Reading.Unadjusted.Effects.Select(effect => effect.Name));
    }

    /// <summary>metafor 3.8-1 over the schools' Hedges g (star-kindergarten-maths.expected.json, across_schools).</summary>
    [Theory]
    [InlineData("REML_knha", 0.186481748605023, 0.0664150864000473, 0.226445211254519, 71.4909622860205, -0.770266102024377, 1.14322959923442)]
    [InlineData("REML_z", 0.186481748605023, 0.0644455805793917, 0.226445211254519, 71.4909622860205, -0.754706026053955, 1.127669523264)]
    [InlineData("DL_z", 0.186480823882153, 0.0623189585677526, 0.2056219142642, 69.4848610424349, -0.710629541570929, 1.08359118933524)]
    public void Pools_its_schools_as_the_reference_does(string method, double mu, double se, double tau2, double i2, double low, double high)
    {
        var fit = StudyReading.Of(Cells, About.Outcomes[0], "small", "regular", PoolMethod.Named(method)).Unadjusted.Fit!;
        Assert.Equal(mu, fit.Estimate, 1e-8);
        Assert.Equal(se, fit.StandardError, 1e-8);
        Assert.Equal(tau2, fit.Tau2, 1e-8);
        Assert.Equal(i2, fit.I2, 1e-6);
        Assert.Equal(252.333768189874, fit.Q, 1e-6);
        Assert.Equal(low, fit.Prediction!.Default!.Interval.Lower, 1e-8);
        Assert.Equal(high, fit.Prediction.Default.Interval.Upper, 1e-8);
    }

    /// <summary>The reference stops its search of Paule and Mandel's root at 1e-4; ours is the root, and differs from it by no more than that.</summary>
    [Fact]
    public void Pools_its_schools_by_Paule_and_Mandel_at_the_root_itself()
    {
        var pool = StudyReading.Of(Cells, About.Outcomes[0], "small", "regular", PoolMethod.Named("PM_z")).Unadjusted;
        var fit = pool.Fit!;
        Assert.Equal(0.186485478235571, fit.Estimate, 1e-6);
        Assert.Equal(0.247784815194875, fit.Tau2, 1e-4);
        Assert.Equal(77, pool.Effects.Sum(effect => Math.Pow(effect.G - fit.Estimate, 2) / (effect.Variance + fit.Tau2)), 1e-9);
    }
}
