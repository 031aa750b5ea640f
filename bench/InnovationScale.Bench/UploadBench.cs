using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using InnovationScale.Trials;

namespace InnovationScale;

/// <summary>
/// Pupil rows reduced to cells, against a bare CsvHelper pass that reads every cell of the same 100,000 rows and does nothing with it. Goal T7:
/// at least 0.4 of the bare pass's speed.
/// </summary>
public static class UploadBench
{
    private const int Rows = 100_000, Rounds = 15;

    private static readonly UploadPlan Plan = new()
    {
        Arms = [new("small"), new("regular")], Measure = new("Maths", 200, 700, 1), Subgroups = [new("free-lunch", new Accepted("yes"), new Accepted("no"))],
    };

    public static async Task Run()
    {
        var file = File();
        var withoutCodes = ColumnMapping.Detect(Header.Split(','), Plan) with { Pupil = null };
        List<double> bare = [], reduced = [], withoutCodesTimes = [];
        for (var round = -2; round < Rounds; round++)   // two rounds to warm up
        {
            var times = (await Time(() => Bare(file)), await Time(() => Reduce(file, null)), await Time(() => Reduce(file, withoutCodes)));
            if (round < 0) continue;
            bare.Add(times.Item1);
            reduced.Add(times.Item2);
            withoutCodesTimes.Add(times.Item3);
        }

        var (b, r, u) = (LogBench.Median(bare), LogBench.Median(reduced), LogBench.Median(withoutCodesTimes));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Upload of {Rows:N0} pupil rows ({file.Length / 1e6:0.0} MB), medians of {Rounds} interleaved rounds"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  bare CsvHelper pass              {b:0.0} ms  {Rows / b:0.0}k rows/s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  reduced to cells                 {r:0.0} ms  {Rows / r:0.0}k rows/s  {b / r:0.00}x bare (goal 0.40x)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  the same without a pupil column  {u:0.0} ms  {Rows / u:0.0}k rows/s  {b / u:0.00}x bare"));
    }

    private const string Header = "pupil,school,class,arm,locale,free_lunch,baseline,score";

    /// <summary>Reads every cell with CsvHelper.</summary>
    internal static async Task Bare(byte[] file)
    {
        using var csv = new CsvReader(new StreamReader(new MemoryStream(file)), new CsvConfiguration(CultureInfo.InvariantCulture));
        var length = 0L;
        while (await csv.ReadAsync())
        {
            for (var i = 0; i < csv.Parser.Count; i++) length += csv.GetField(i)!.Length;
        }

        if (length == 0) throw new InvalidOperationException("The bare pass read nothing.");
    }

    private static async Task Reduce(byte[] file, ColumnMapping? mapping)
    {
        var reduction = await UploadReduction.ReduceAsync(new MemoryStream(file), Plan, mapping);
        if (reduction.Rows != Rows || !reduction.Accepted) throw new InvalidOperationException($"The file was not reduced: {reduction.Errors.FirstOrDefault()}");
    }

    private static async Task<double> Time(Func<Task> pass)
    {
        GC.Collect();
        var start = Stopwatch.GetTimestamp();
        await pass();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>5,000 classes of 20 in 1,250 schools, each pupil with both scores, in the order of a register.</summary>
    private static byte[] File()
    {
        var random = new Random(1);
        var text = new StringBuilder(Header).Append('\n');
        for (var pupil = 0; pupil < Rows; pupil++)
        {
            var @class = pupil / 20;
            text.Append(CultureInfo.InvariantCulture,
                $"{100_000 + pupil},{@class / 4},{@class},{(@class % 2 == 0 ? "small" : "regular")},rural,{(pupil % 2 == 0 ? "yes" : "no")},{300 + random.Next(300)},{320 + random.Next(300)}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
