using System.Text;
using InnovationScale.Demonstration;
using InnovationScale.Statistics;

namespace InnovationScale.Trials;

/// <summary>Project STAR, from its pupils where the reference pack is beside the repository and from its classes, which the project carries, everywhere.</summary>
public class StarThroughTheUpload
{
    private static readonly UploadPlan EveryClass = StarStudy.Plan with { MinimumCell = 1 };
    private static readonly UploadPlan Pooling = StarStudy.Plan with { PoolSmallClasses = true };

    [ReferenceFact]
    public async Task Pupil_rows_become_the_cells_of_the_class_file()
    {
        var pupils = await UploadReduction.ReduceAsync(PublishedStar.OpenPupils(), EveryClass);
        var classes = await UploadReduction.ReduceAsync(StarStudy.OpenClasses(), EveryClass);

        Assert.Equal(FileKind.PupilRows, pupils.Mapping?.Kind);
        Assert.Equal((PublishedStar.Pupils, PublishedStar.Classes), (pupils.Rows, pupils.Cells.Length));
        Assert.Equal(classes.Cells.Select(cell => cell.Key), pupils.Cells.Select(cell => cell.Key));
        foreach (var (pupil, @class) in pupils.Cells.Zip(classes.Cells)) AssertSame(@class.Outcome, pupil.Outcome, 1e-10);
        Assert.Equal(["locale", "free_lunch"], pupils.Notes.Where(note => note.Code == "column-ignored").Select(note => note.About));
    }

    [Fact]
    public async Task Class_rows_are_taken_as_they_stand()
    {
        var reduction = await UploadReduction.ReduceAsync(StarStudy.OpenClasses(), EveryClass);

        Assert.Empty(reduction.Errors);
        Assert.Equal(FileKind.ClassSummaries, reduction.Mapping?.Kind);
        Assert.Equal((234, 234), (reduction.Rows, reduction.Cells.Length));
        Assert.Equal([("regular", 2032L), ("small", 1762L)], reduction.Arms.Select(arm => (arm.Arm, arm.Measured)));
        Assert.Equal(["locale", "n_free_lunch", "teacher_years"], reduction.Notes.Select(note => note.About));
        Assert.Equal(new Moments(13, 547.615384615, 13449.0769231), reduction.Cells.Single(cell => cell is { School: "1", Class: "1" }).Outcome);
        Assert.Equal(64, reduction.FileSha256?.Length);
    }

    [Fact]
    public async Task Classes_of_one_pupil_are_refused_by_their_rows_at_the_usual_minimum()
    {
        var reduction = await UploadReduction.ReduceAsync(StarStudy.OpenClasses(), StarStudy.Plan);

        Assert.Equal(9, reduction.ErrorCount);
        Assert.Empty(reduction.Cells);
        Assert.All(reduction.Errors, error => Assert.Equal(("class-too-small", "class"), (error.Code, error.Column)));
    }

    [Fact]
    public Task Pooled_classes_leave_the_totals_of_their_school_as_they_were() => PooledTotalsAreTheSame(StarStudy.OpenClasses);

    [ReferenceFact]
    public Task Pooled_pupil_rows_leave_the_totals_of_their_school_as_they_were() => PooledTotalsAreTheSame(PublishedStar.OpenPupils);

    private static async Task PooledTotalsAreTheSame(Func<Stream> open)
    {
        var whole = await UploadReduction.ReduceAsync(open(), EveryClass);
        var pooled = await UploadReduction.ReduceAsync(open(), Pooling);

        Assert.Empty(pooled.Errors);
        Assert.NotEmpty(pooled.Pooled);
        Assert.All(pooled.Cells, cell => Assert.True(cell.Outcome.N >= 5));
        Assert.All(pooled.Pooled, cell => Assert.True(cell.Classes >= 2));
        Assert.Equal(234, pooled.Cells.Sum(cell => cell.Classes));
        var (before, after) = (Totals(whole), Totals(pooled));
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        foreach (var (place, total) in before) AssertSame(total, after[place], 1e-12);
    }

    [Fact]
    public async Task The_schools_have_the_published_effects()
    {
        var totals = Totals(await UploadReduction.ReduceAsync(Reference.IsPresent ? PublishedStar.OpenPupils() : StarStudy.OpenClasses(), Pooling));
        foreach (var (school, g, variance) in PublishedStar.Schools)
        {
            var effect = HedgesG.Between(totals[(school, "small")], totals[(school, "regular")]);
            Assert.Equal(g, effect.Value, 1e-10);
            Assert.Equal(variance, effect.Variance, 1e-10);
        }
    }

    private static Dictionary<(string School, string Arm), Moments> Totals(Reduction reduction) => reduction.Cells
        .GroupBy(cell => (cell.School, cell.Arm)).ToDictionary(arm => arm.Key, arm => arm.Aggregate(Moments.None, (sum, cell) => sum.Merge(cell.Outcome)));

    private static void AssertSame(Moments expected, Moments actual, double tolerance)
    {
        Assert.Equal(expected.N, actual.N);
        Assert.Equal(expected.Mean, actual.Mean, Math.Abs(expected.Mean) * tolerance);
        Assert.Equal(expected.M2, actual.M2, Math.Max(Math.Abs(expected.M2), 1) * tolerance);
    }
}

/// <summary>What schools really send: STAR's pupils (or, where they are not at hand, made-up ones, all with a score) with one thing wrong.</summary>
public class ADirtyFile
{
    private const string Header = "pupil,school,class,arm,locale,free_lunch,score";
    private static readonly UploadPlan Plan = StarStudy.Plan with { MinimumCell = 1 };

    private static readonly string[] Rows = Reference.IsPresent
        ? [.. File.ReadAllLines(Path.Combine(Reference.Folder!, "trials", "star-kindergarten-maths.csv")).Skip(1)]
        : [.. MadeUpPupils.Rows(500).Select(row => $"{row.Pupil},{row.School},{row.Class},{row.Arm},rural,{(row.Pupil % 3 == 0 ? "yes" : "no")},{row.Score}").Where(row => !row.EndsWith(','))];

    [Fact]
    public async Task With_a_missing_score_counts_the_pupil_as_lost()
    {
        var clean = await Reduce(Rows);
        var dirty = await Reduce([WithScore(Rows[0], ""), .. Rows[1..]]);
        Assert.Empty(dirty.Errors);
        Assert.Equal(clean.Arms.Sum(arm => arm.Measured) - 1, dirty.Arms.Sum(arm => arm.Measured));
        Assert.Equal(1, dirty.Cells.Single(cell => !cell.Lost.IsEmpty).Lost["not-given"]);
    }

    [Fact]
    public Task With_a_missing_class_is_refused() => Refused([Replace(Rows[0], 2, ""), .. Rows[1..]], "class-missing", row: 2, "class", value: null);

    [Fact]
    public Task With_a_pupil_twice_is_refused() => Refused([.. Rows, Rows[0]], "pupil-twice", Rows.Length + 2, "pupil", value: null);

    [Fact]
    public async Task With_an_unknown_arm_is_refused_with_the_arms_there_are() =>
        Assert.Contains("small, regular", (await Refused([.. Rows[..9], Replace(Rows[9], 3, "aide")], "unknown-arm", row: 11, "arm", "aide")).Fix, StringComparison.Ordinal);

    [Fact]
    public async Task With_a_score_of_9999_is_refused_with_the_bounds() =>
        Assert.Contains("from 200 to 700", (await Refused([.. Rows[..5], WithScore(Rows[5], "9999")], "score-out-of-range", row: 7, "score", "9999")).Sentence, StringComparison.Ordinal);

    [Fact]
    public Task With_a_formula_in_a_cell_is_refused() => Refused([.. Rows[..5], Replace(Rows[5], 2, "=1+2")], "formula-like", row: 7, "class", value: null);

    [Fact]
    public async Task With_decimal_commas_gives_the_same_cells()
    {
        var clean = await Reduce(Rows.Select(row => row + ".0"));
        AssertSameCells(clean, await Reduce(Rows.Select(row => row.Replace(',', ';') + ",0"), Header.Replace(',', ';')));
        AssertSameCells(clean, await Reduce(Rows.Select(row => row[..(row.LastIndexOf(',') + 1)] + $"\"{row[(row.LastIndexOf(',') + 1)..]},0\"")));
    }

    [Fact]
    public async Task With_a_byte_order_mark_and_Windows_line_ends_gives_the_same_cells()
    {
        var text = string.Join("\r\n", Rows.Prepend(Header));
        AssertSameCells(await Reduce(Rows), await UploadReduction.ReduceAsync(new MemoryStream([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]), Plan));
    }

    [Fact]
    public async Task Of_a_hundred_thousand_rows_is_reduced()
    {
        var reduction = await Reduce(Enumerable.Range(0, 100_000).Select(pupil => Replace(Rows[pupil % Rows.Length], 0, $"x{pupil}")));
        Assert.Empty(reduction.Errors);
        Assert.Equal(100_000, reduction.Arms.Sum(arm => arm.Measured));
    }

    [Fact]
    public async Task Wrong_in_every_row_tells_the_first_errors_and_counts_the_rest()
    {
        var reduction = await Reduce(Enumerable.Repeat(Rows[0], 2000).Select((row, pupil) => WithScore(Replace(row, 0, $"x{pupil}"), "9999")));
        Assert.Equal((500, 2000), (reduction.Errors.Length, reduction.ErrorCount));
        Assert.Empty(reduction.Cells);
    }

    [Fact]
    public async Task Gives_its_rows_to_fix_without_a_value()
    {
        var reduction = await Reduce([.. Rows[..5], WithScore(Replace(Rows[5], 0, "secret-code"), "98765")]);
        var csv = reduction.RowsToFix();
        Assert.StartsWith("\uFEFFrow,column,code,", csv, StringComparison.Ordinal);
        Assert.Contains("7,score,score-out-of-range,", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("98765", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-code", csv, StringComparison.Ordinal);
    }

    private static async Task<UploadError> Refused(IEnumerable<string> rows, string code, int row, string column, string? value)
    {
        var reduction = await Reduce(rows);
        Assert.Empty(reduction.Cells);
        var error = Assert.Single(reduction.Errors);
        Assert.Equal((code, row, column, value), (error.Code, error.Row, error.Column, error.Value));
        return error;
    }

    private static void AssertSameCells(Reduction expected, Reduction actual)
    {
        Assert.Empty(actual.Errors);
        Assert.Equal(expected.Cells.Select(CellRows.Write), actual.Cells.Select(CellRows.Write));
    }

    private static Task<Reduction> Reduce(IEnumerable<string> rows, string header = Header) =>
        UploadReduction.ReduceAsync(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', rows.Prepend(header)))), Plan);

    private static string WithScore(string row, string score) => Replace(row, 6, score);

    private static string Replace(string row, int at, string value)
    {
        var cells = row.Split(',');
        cells[at] = value;
        return string.Join(',', cells);
    }
}
