using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
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
        await Million();
        await Workbook();
    }

    /// <summary>
    /// A million rows from a file on disk, in a process of its own habits: the most that is held above what was held before, and the time against a bare pass
    /// over the same file. Goals: 200 MB, 2.5 times.
    /// </summary>
    private static async Task Million()
    {
        const int Many = 1_000_000;
        var path = Path.GetTempFileName();
        try
        {
            await System.IO.File.WriteAllBytesAsync(path, File(Many));
            var plan = Plan with { Limits = new() { Bytes = long.MaxValue, Rows = Many, Cells = Many } };
            var bare = await Watch(path, Bare);
            var reduced = await Watch(path, async file =>
            {
                var reduction = await UploadReduction.ReduceAsync(file, plan, null);
                if (reduction.Rows != Many || !reduction.Accepted) throw new InvalidOperationException($"The file was not reduced: {reduction.Errors.FirstOrDefault()}");
            });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Upload of {Many:N0} pupil rows ({new FileInfo(path).Length / 1e6:0} MB on disk)"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  bare CsvHelper pass  {bare.Milliseconds:0} ms, at most {bare.Megabytes:0} MB above rest"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  reduced to cells     {reduced.Milliseconds:0} ms, {reduced.Milliseconds / bare.Milliseconds:0.00}x bare (goal 2.50x), at most {reduced.Megabytes:0} MB above rest (goal 200 MB)"));
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    /// <summary>As many rows as an upload may hold, as a spreadsheet saves them, beside the same rows as text.</summary>
    private static async Task Workbook()
    {
        const int Many = 200_000;
        var (book, text) = (Path.GetTempFileName(), Path.GetTempFileName());
        try
        {
            var csv = File(Many);
            await System.IO.File.WriteAllBytesAsync(text, csv);
            await System.IO.File.WriteAllBytesAsync(book, Book(Encoding.UTF8.GetString(csv)));
            var plan = Plan with { Limits = new() { Cells = Many } };
            var (asText, asBook) = (await Watch(text, Reduced), await Watch(book, Reduced));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Upload of {Many:N0} pupil rows as a workbook ({new FileInfo(book).Length / 1e6:0.0} MB on disk)"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  as text      {asText.Milliseconds:0} ms, at most {asText.Megabytes:0} MB above rest"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  as workbook  {asBook.Milliseconds:0} ms, at most {asBook.Megabytes:0} MB above rest"));

            async Task Reduced(Stream file)
            {
                var reduction = await UploadReduction.ReduceAsync(file, plan);
                if (reduction.Rows != Many || !reduction.Accepted) throw new InvalidOperationException($"The file was not reduced: {reduction.Errors.FirstOrDefault()}");
            }
        }
        finally
        {
            System.IO.File.Delete(book);
            System.IO.File.Delete(text);
        }
    }

    /// <summary>Numbers as numbers, and texts in a table that cells share.</summary>
    private static byte[] Book(string csv)
    {
        const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", Package = "http://schemas.openxmlformats.org/package/2006/", Kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        var (texts, sheet) = (new Dictionary<string, int>(StringComparer.Ordinal), new StringBuilder($"<worksheet xmlns=\"{Main}\"><sheetData>"));
        foreach (var (row, line) in csv.TrimEnd('\n').Split('\n').Index())
        {
            sheet.Append(CultureInfo.InvariantCulture, $"<row r=\"{row + 1}\">");
            foreach (var (column, cell) in line.Split(',').Index())
            {
                var number = char.IsAsciiDigit(cell[0]);
                if (!number) texts.TryAdd(cell, texts.Count);
                sheet.Append(CultureInfo.InvariantCulture, $"<c r=\"{(char)('A' + column)}{row + 1}\"{(number ? "" : " t=\"s\"")}><v>{(number ? cell : $"{texts[cell]}")}</v></c>");
            }

            sheet.Append("</row>");
        }

        using var held = new MemoryStream();
        using (var archive = new ZipArchive(held, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("[Content_Types].xml", $"<Types xmlns=\"{Package}content-types\"/>");
            Add("_rels/.rels", $"<Relationships xmlns=\"{Package}relationships\"><Relationship Id=\"a\" Type=\"{Kind}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            Add("xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Kind}\"><sheets><sheet name=\"Results\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>");
            Add("xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"{Package}relationships\"><Relationship Id=\"a\" Type=\"{Kind}/worksheet\" Target=\"sheet.xml\"/><Relationship Id=\"b\" Type=\"{Kind}/sharedStrings\" Target=\"texts.xml\"/></Relationships>");
            Add("xl/texts.xml", $"<sst xmlns=\"{Main}\">{string.Concat(texts.Keys.Select(text => $"<si><t>{text}</t></si>"))}</sst>");
            Add("xl/sheet.xml", sheet.Append("</sheetData></worksheet>").ToString());

            void Add(string name, string text)
            {
                using var part = archive.CreateEntry(name).Open();
                part.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return held.ToArray();
    }

    /// <summary>Time, and the most memory that the process held above what it held before: Linux keeps the peak, and forgets the one before when it is told to.</summary>
    private static async Task<(double Milliseconds, double Megabytes)> Watch(string path, Func<Stream, Task> pass)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await System.IO.File.WriteAllTextAsync("/proc/self/clear_refs", "5");
        using var process = Process.GetCurrentProcess();
        var rest = process.WorkingSet64;
        var start = Stopwatch.GetTimestamp();
        await using (var file = System.IO.File.OpenRead(path)) await pass(file);
        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        process.Refresh();
        return (took, (process.PeakWorkingSet64 - rest) / 1e6);
    }

    private const string Header = "pupil,school,class,arm,locale,free_lunch,baseline,score";

    /// <summary>Reads every cell with CsvHelper.</summary>
    internal static Task Bare(byte[] file) => Bare(new MemoryStream(file));

    private static async Task Bare(Stream file)
    {
        using var csv = new CsvReader(new StreamReader(file), new CsvConfiguration(CultureInfo.InvariantCulture));
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

    /// <summary>Classes of 20, four in a school (5,000 of them in 100,000 rows), each pupil with both scores, in the order of a register.</summary>
    private static byte[] File(int rows = Rows)
    {
        var random = new Random(1);
        var text = new StringBuilder(Header).Append('\n');
        for (var pupil = 0; pupil < rows; pupil++)
        {
            var @class = pupil / 20;
            text.Append(CultureInfo.InvariantCulture,
                $"{100_000 + pupil},{@class / 4},{@class},{(@class % 2 == 0 ? "small" : "regular")},rural,{(pupil % 2 == 0 ? "yes" : "no")},{300 + random.Next(300)},{320 + random.Next(300)}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
