using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using InnovationScale.Statistics;

namespace InnovationScale.Trials;

/// <summary>Pupils by a seed: schools of some classes, whole scores around 450, some of them missing.</summary>
public static class MadeUpPupils
{
    public static IEnumerable<(int Pupil, string School, string Class, string Arm, string Baseline, string Score, string Lunch)> Rows(int count, int seed = 1)
    {
        var random = new Random(seed);
        string Score(double centre) => random.Next(20) == 0 ? "" : Math.Clamp(Math.Round(centre + (random.NextDouble() + random.NextDouble() - 1) * 150), 200, 700).ToString(CultureInfo.InvariantCulture);
        for (var pupil = 0; pupil < count; pupil++)
        {
            var @class = pupil / 20;
            yield return (pupil, $"s{@class / 4}", $"c{@class}", @class % 2 == 0 ? "small" : "regular", Score(440), Score(460), random.Next(3) == 0 ? "yes" : "no");
        }
    }
}

public class ReducingPupilRows
{
    private const string Header = "pupil,school,class,arm,baseline,score,free_lunch,reason";

    private static readonly UploadPlan Plan = new()
    {
        Arms = [new("small"), new("regular")], Measure = new("Maths", 200, 700, 1), MinimumCell = 1, Subgroups = [new("free-lunch", new Accepted("yes", "y"), new Accepted("no", "n"))],
    };

    /// <summary>A column that was named once need not be named again; what nobody named is found by its header.</summary>
    [Fact]
    public async Task Follow_the_columns_of_an_earlier_file_where_they_are_all_there()
    {
        var known = ColumnMapping.Detect(Header.Split(','), Plan) with { Class = "sala", EveryAllocatedPupilHasARow = true };
        var remembering = Plan with { Remembered = [known] };
        var headers = Header.Split(',');
        string Renamed(string name) => string.Join(',', headers.Select(header => header == ColumnMapping.Detect(headers, Plan).Class ? name : header));

        Assert.Equal(known with { EveryAllocatedPupilHasARow = false }, (await Follow(Renamed("sala"))).Mapping);
        Assert.Null((await Follow(Renamed("room"))).Mapping!.Class);
        Assert.False((await Follow(Renamed("room"))).Mapping!.EveryAllocatedPupilHasARow);
        Assert.Equal("extra", (known with { Baseline = null }).Or(new() { Baseline = "extra", LostReason = known.School }).Baseline);
        Assert.Equal(known.LostReason, known.Or(new() { LostReason = known.School }).LostReason);

        async Task<Reduction> Follow(string header) => await UploadReduction.ReduceAsync(new MemoryStream(Encoding.UTF8.GetBytes($"{header}\n")), remembering);
    }

    [Fact]
    public async Task In_any_order_gives_the_same_cells()
    {
        string[] rows = [.. Rows(400)];
        var expected = await Reduce(rows);
        Prop.ForAll<int>(seed =>
        {
            var shuffled = rows.ToArray();
            new Random(seed).Shuffle(shuffled);
            AssertSame(expected.Cells, Reduce(shuffled).GetAwaiter().GetResult().Cells, 1e-12);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public async Task In_parts_and_merging_them_gives_the_same_cells()
    {
        string[] rows = [.. Rows(400)];
        var expected = await Reduce(rows);
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var parts = rows.GroupBy(_ => random.Next(3)).SelectMany(part => Reduce([.. part]).GetAwaiter().GetResult().Cells).GroupBy(cell => cell.Key);
            var merged = parts.Select(part => part.Aggregate((sum, cell) => sum with
            {
                Outcome = sum.Outcome.Merge(cell.Outcome), Baseline = sum.Baseline.Merge(cell.Baseline), Matched = sum.Matched.Merge(cell.Matched),
            })).ToDictionary(cell => cell.Key);
            AssertSame(expected.Cells, expected.Cells.Select(cell => merged[cell.Key]), 1e-12);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public async Task Keeps_what_two_scores_of_a_pupil_have_to_do_with_each_other()
    {
        var cell = Assert.Single((await Reduce(["1,s,c,small,400,410,,", "2,s,c,small,420,450,,", "3,s,c,small,,500,,", "4,s,c,small,440,,,Moved away"])).Cells);
        Assert.Equal(new Moments(3, 420, 800), cell.Baseline);
        Assert.Equal((3L, 453.3333333333333), (cell.Outcome.N, Math.Round(cell.Outcome.Mean, 13)));
        Assert.Equal(new JointMoments(2, 410, 200, 430, 800, 400), cell.Matched);
        Assert.Equal(1, cell.Lost["moved-away"]);
        Assert.Null(cell.Allocated);
    }

    [Theory]
    [InlineData(1, 0, 19, true)]     // one pupil without a result: only in the baseline of all
    [InlineData(0, 4, 16, false)]    // four without a baseline
    [InlineData(2, 2, 16, false)]
    [InlineData(5, 5, 15, true)]     // five of each hide each other
    public async Task Lets_nobody_be_worked_out_by_taking_those_with_both_scores_from_all(int withoutOutcome, int withoutBaseline, int baselines, bool matched)
    {
        var cell = Assert.Single((await Reduce([.. Enumerable.Range(0, 20).Select(pupil =>
            $"{pupil},s,c,small,{(pupil < withoutBaseline ? "" : 400 + pupil)},{(pupil >= 20 - withoutOutcome ? "" : 420 + pupil)},,")], Plan with { MinimumCell = 5 })).Cells);

        Assert.Equal(20 - withoutOutcome, cell.Outcome.N);
        Assert.Equal(baselines, cell.Baseline.N);
        Assert.Equal(matched ? 20 - withoutOutcome - withoutBaseline : 0, cell.Matched.N);
    }

    /// <summary>I28: what is kept lets nobody be worked out by subtraction.</summary>
    [Fact]
    public void Leaves_no_difference_of_fewer_pupils_than_the_minimum_whatever_is_missing() => Prop.ForAll(ArbMap.Default.ArbFor<(bool Before, bool After, bool Lunch)[]>(), pupils =>
    {
        var plan = Plan with { MinimumCell = 5, PoolSmallClasses = true };
        var cells = Reduce([.. pupils.Concat(Enumerable.Repeat((Before: true, After: true, Lunch: true), 6)).Concat(Enumerable.Repeat((Before: true, After: true, Lunch: false), 6))
            .Select((pupil, n) => $"{n},s,c{n % 2},small,{(pupil.Before ? 300 + n : "")},{(pupil.After ? 310 + n : "")},{(pupil.Lunch ? "yes" : "no")},")], plan).GetAwaiter().GetResult().Cells;

        Assert.NotEmpty(cells);
        var classes = cells.Where(cell => cell.Subgroup.Length == 0).ToList();
        long[] left =
        [
            .. cells.Where(cell => cell.Matched.N > 0).SelectMany(cell => (long[])[cell.Outcome.N - cell.Matched.N, cell.Baseline.N - cell.Matched.N]),
            .. cells.Where(cell => cell.Subgroup.Length > 0).SelectMany(group => (long[])
            [
                classes.Sum(cell => cell.Outcome.N) - group.Outcome.N,
                group.Baseline.N > 0 ? classes.Sum(cell => cell.Baseline.N) - group.Baseline.N : 0,
                group.Matched.N > 0 ? classes.Sum(cell => cell.Matched.N) - group.Matched.N : 0,
            ]),
        ];
        Assert.All(left, few => Assert.True(few is <= 0 or >= 5, $"{few} pupils are left."));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task That_hold_every_allocated_pupil_counts_them()
    {
        var mapping = ColumnMapping.Detect(Header.Split(','), Plan) with { EveryAllocatedPupilHasARow = true };
        Assert.Equal(2, Assert.Single((await Reduce(["1,s,c,small,,410,,", "2,s,c,small,,,,absent"], Plan, mapping)).Cells).Allocated);
    }

    [Fact]
    public async Task Keeps_a_registered_subgroup_by_school_and_arm()
    {
        var plan = Plan with { MinimumCell = 5 };
        var reduction = await Reduce([.. Enumerable.Range(0, 24).Select(pupil => $"{pupil},s,c{pupil / 12},small,,{400 + pupil},{(pupil % 2 == 0 ? "yes" : "N")},")], plan);
        var groups = reduction.Cells.Where(cell => cell.Subgroup.Length > 0).ToList();
        Assert.Equal([("free-lunch:no", 12L, 2), ("free-lunch:yes", 12L, 2)], groups.Select(cell => (cell.Subgroup, cell.Outcome.N, cell.Classes)));
        Assert.All(groups, cell => Assert.Equal(Cell.AllClasses, cell.Class));
    }

    [Theory]
    [InlineData("yes", "no", 3)]    // three with free lunch
    [InlineData("yes", "", 20)]     // four who did not say, found by taking the others from the whole
    public async Task Keeps_no_subgroup_whose_scores_could_be_worked_out(string first, string then, int firsts)
    {
        var plan = Plan with { MinimumCell = 5 };
        var reduction = await Reduce([.. Enumerable.Range(0, 24).Select(pupil => $"{pupil},s,c{pupil / 12},small,,{400 + pupil},{(pupil < firsts ? first : then)},")], plan);
        Assert.Empty(reduction.Errors);
        Assert.DoesNotContain(reduction.Cells, cell => cell.Subgroup.Length > 0);
        Assert.Contains(reduction.Notes, note => note.Code == "subgroup-too-small");
    }

    [Fact]
    public async Task Joins_a_small_class_with_the_next_smallest_until_there_are_enough()
    {
        var plan = Plan with { MinimumCell = 5, PoolSmallClasses = true };
        string[] rows = [.. new[] { ("a", 2), ("b", 2), ("c", 6), ("d", 9) }.SelectMany(c => Enumerable.Range(0, c.Item2).Select(pupil => $"{c.Item1}{pupil},s,{c.Item1},small,,{400 + pupil},,"))];
        var reduction = await Reduce(rows, plan);
        Assert.Equal([("(other classes)", 10L, 3), ("d", 9L, 1)], reduction.Cells.Select(cell => (cell.Class, cell.Outcome.N, cell.Classes)));
        Assert.Contains(reduction.Notes, note => note is { Code: "classes-pooled", About: "s" });
    }

    [Fact]
    public async Task Of_a_school_too_small_altogether_is_refused_even_when_pooling() =>
        Assert.Equal("school-too-small", Assert.Single((await Reduce(["1,s,a,small,,400,,", "2,s,b,small,,410,,"], Plan with { MinimumCell = 5, PoolSmallClasses = true })).Errors).Code);

    [Fact]
    public async Task Whose_codes_begin_anew_in_each_class_is_fine_once_it_is_said()
    {
        string[] rows = ["1,s,a,small,,400,,", "1,s,b,small,,410,,"];
        Assert.Equal("pupil-twice", Assert.Single((await Reduce(rows)).Errors).Code);
        Assert.Empty((await Reduce(rows, Plan, ColumnMapping.Detect(Header.Split(','), Plan) with { PupilCodes = PupilCodes.Class })).Errors);
    }

    [Fact]
    public async Task With_very_similar_codes_are_told_apart_and_each_one_sent_twice_is_found()
    {
        List<string> rows = [.. Enumerable.Range(0, 5_000).Select(n => $"{n % 71}-{n / 71},s,c{n % 9},small,,400,,")];
        Assert.Empty((await Reduce([.. rows])).Errors);
        var twice = await Reduce([.. rows, .. rows[..300]]);
        Assert.Equal((300, "pupil-twice"), (twice.ErrorCount, twice.Errors.Select(error => error.Code).Distinct().Single()));
    }

    [Fact]
    public async Task Follows_a_mapping_to_the_letter()
    {
        var mapping = new ColumnMapping { School = "where", Class = "who teaches", Arm = "what", Outcome = "second" };
        var text = "where,who teaches,what,first,second\ns,c,small,300,400\ns,c,small,300,410\n";
        var reduction = await UploadReduction.ReduceAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), Plan, mapping);
        Assert.Equal(405, Assert.Single(reduction.Cells).Outcome.Mean);
        Assert.Equal("column-not-found", Assert.Single((await UploadReduction.ReduceAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), Plan, mapping with { Arm = "which" })).Errors).Code);
    }

    [Fact]
    public async Task Keeps_the_waves_of_a_file_apart()
    {
        var plan = Plan with { Waves = [new("outcome", "1"), new("outcome-6-months", "2")] };
        var text = "pupil,school,class,arm,wave,score\np,s,c,small,1,400\np,s,c,small,2,450\n";
        var reduction = await UploadReduction.ReduceAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), plan);
        Assert.Equal([("outcome", 400d), ("outcome-6-months", 450d)], reduction.Cells.Select(cell => (cell.Wave, cell.Outcome.Mean)));
    }

    [Fact]
    public async Task Knows_the_file_again_by_its_hash()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', Rows(50).Prepend(Header)));
        var reduction = await UploadReduction.ReduceAsync(new Dripping(bytes), Plan);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), reduction.FileSha256);
        Assert.Equal(bytes.Length, reduction.Bytes);
        Assert.Equal((await UploadReduction.ReduceAsync(new MemoryStream(bytes), Plan)).Cells.Select(CellRows.Write), reduction.Cells.Select(CellRows.Write));
    }

    [Fact]
    public async Task Leaves_no_pupil_code_and_no_single_score_in_the_answer()
    {
        string[] rows = [.. Enumerable.Range(0, 12).Select(pupil => $"zebra-{pupil},s,c,small,{311 + pupil * 7},{613 + pupil * 3},yes,")];
        var told = System.Text.Json.JsonSerializer.Serialize(await Reduce(rows, Plan with { MinimumCell = 5 }), StoredJson.Options);
        Assert.DoesNotContain("zebra", told, StringComparison.Ordinal);
        Assert.All(Enumerable.Range(0, 12), pupil => Assert.DoesNotMatch($@"[^\d.]{613 + pupil * 3}[^\d.]", told));
    }

    private static IEnumerable<string> Rows(int count) => MadeUpPupils.Rows(count).Select(row => $"{row.Pupil},{row.School},{row.Class},{row.Arm},{row.Baseline},{row.Score},{row.Lunch},");

    private static Task<Reduction> Reduce(string[] rows, UploadPlan? plan = null, ColumnMapping? mapping = null) =>
        UploadReduction.ReduceAsync(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', rows.Prepend(Header)))), plan ?? Plan, mapping);

    private static void AssertSame(IEnumerable<Cell> expected, IEnumerable<Cell> actual, double tolerance)
    {
        foreach (var (e, a) in expected.Zip(actual))
        {
            Assert.Equal(e.Key, a.Key);
            Assert.Equal((e.Outcome.N, e.Baseline.N, e.Matched.N), (a.Outcome.N, a.Baseline.N, a.Matched.N));
            foreach (var (x, y) in Numbers(e).Zip(Numbers(a))) Assert.Equal(x, y, Math.Max(1, Math.Abs(x)) * tolerance);
        }

        static double[] Numbers(Cell cell) =>
            [cell.Outcome.Mean, cell.Outcome.M2, cell.Baseline.Mean, cell.Baseline.M2, cell.Matched.MeanX, cell.Matched.M2X, cell.Matched.MeanY, cell.Matched.M2Y];
    }

    /// <summary>A slow line: seven bytes at a time.</summary>
    private sealed class Dripping(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(7, buffer.Length)], cancellationToken);
    }
}
