using System.Diagnostics;
using System.Globalization;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.Data.Sqlite;

namespace InnovationScale;

/// <summary>
/// One observation made durable (W1) through the whole host, without HTTP, against a bare loop that runs the same grouped statements with
/// nothing around them; the same on one hot trial; and what one more observation costs when there are 10 and when there are 10,000.
/// </summary>
public static class LogBench
{
    private const int Rounds = 5, Streams = 100;

    public static async Task Run()
    {
        Console.WriteLine($"One observation, durable when acknowledged: medians of {Rounds} interleaved rounds");
        foreach (var (writers, streams, count) in new[] { (1, Streams, 1_500), (16, Streams, 8_000), (64, Streams, 12_000), (64, 1, 12_000) })
        {
            List<double> ours = [], bare = [], micros = [];
            for (var round = 0; round < Rounds; round++)
            {
                var (rate, cpu) = await Host(writers, streams, count);
                ours.Add(rate);
                micros.Add(cpu);
                bare.Add(BareLoop(writers, streams, count));
            }

            Say($"  {writers,3} writers on {streams,3} trials: {Median(ours),7:N0}/s   bare loop {Median(bare),7:N0}/s   {Median(ours) / Median(bare):0.00}x   {Median(micros):0} us CPU each");
        }

        Console.WriteLine("Growth of one trial, one writer");
        await Growth();
    }

    private static async Task<(double Rate, double Cpu)> Host(int writers, int streams, int count)
    {
        using var work = new Workload();
        for (var n = 0; n < streams; n++) await work.Field($"t{n}");
        var next = 0;
        var (watch, before) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(async _ =>
        {
            await Task.Yield();
            for (var n = Interlocked.Increment(ref next); n <= count; n = Interlocked.Increment(ref next)) await Workload.Must(work.Record($"t{n % streams}", n));
        }));
        return (count / watch.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMicroseconds / count);
    }

    /// <summary>The statements of the host for as many commands in a transaction as there are writers, with values made beforehand.</summary>
    private static double BareLoop(int group, int streams, int count)
    {
        var folder = Directory.CreateTempSubdirectory("innovationscale-bare-").FullName;
        try
        {
            using (var schema = new SqlLogStore(new SqliteEngine(folder), Product.Compose().Kinds)) schema.Open();
            using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, SqliteEngine.FileName)};Pooling=false");
            connection.Open();
            foreach (var pragma in (string[])["journal_mode = wal", "synchronous = full", "temp_store = memory", "cache_size = -65536"]) connection.Do($"pragma {pragma}");
            var begin = Prepare(connection, "begin immediate");
            var commit = Prepare(connection, "commit");
            var savepoint = Prepare(connection, "savepoint one_command");
            var release = Prepare(connection, "release savepoint one_command");
            var command = Prepare(connection, "insert into command (principal, id, body_sha256, stream, last_version, at) values (@1, @2, @3, @4, @5, @6) on conflict do nothing", 6);
            var head = Prepare(connection, "select version, hash from event where stream = @1 order by version desc limit 1", 1);
            var insert = Prepare(connection, "insert into event (position, stream, version, name, json, actor, role, at, command_id, reason, cells, hash) values (@1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12)", 12);
            var cell = Prepare(connection, "insert into observation (event, n, json) values (@1, @2, @3)", 3);
            var row = Prepare(connection, TrialsFeature.Trials.UpsertSql.Replace("@", "@c_", StringComparison.Ordinal), [.. TrialsFeature.Trials.Columns.Select(c => "@c_" + c.Name)]);
            var batch = Prepare(connection, "insert into batch (number, first, last, hash) values (@1, @2, @3, @4)", 4);

            var (hash, body, at, json) = (new byte[32], new string('a', 64), Time.Write(TimeProvider.System.GetUtcNow()), CellRows.Write(Workload.Cell(7)));
            var text = "{\"$type\":\"cell-recorded\",\"cellsSha256\":\"" + body + "\"}";
            var watch = Stopwatch.StartNew();
            for (int n = 0, number = 1; n < count; number++)
            {
                begin.ExecuteNonQuery();
                var first = n + 1;
                var touched = new HashSet<int>();
                for (var k = 0; k < group && n < count; k++, n++)
                {
                    var stream = $"trial/t{n % streams}";
                    savepoint.ExecuteNonQuery();
                    Run(command, "ndeye", $"cell-{n}", body, stream, n / streams + 1, at);
                    using (var reader = Bind(head, stream).ExecuteReader()) reader.Read();
                    Run(insert, n + 1, stream, n / streams + 1, "cell-recorded", text, "ndeye", "researcher@institute", at, $"cell-{n}", DBNull.Value, 1, hash);
                    Run(cell, n + 1, 0, json);
                    release.ExecuteNonQuery();
                    touched.Add(n % streams);
                }

                foreach (var stream in touched)
                {
                    Run(row, $"t{stream}", "Talk first", "talk-first", "v1", $"p-t{stream}", "Rigorous", "InField", "ClusterRandomised", at, at, DBNull.Value, DBNull.Value, 1, n, n, n);
                }

                Run(batch, number, first, n, hash);
                commit.ExecuteNonQuery();
            }

            return count / watch.Elapsed.TotalSeconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, int parameters = 0) =>
        Prepare(connection, sql, [.. Enumerable.Range(1, parameters).Select(n => $"@{n}")]);

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, string[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters) command.Parameters.Add(new SqliteParameter(name, null));
        return command;
    }

    private static SqliteCommand Bind(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var n = 0; n < values.Length; n++) command.Parameters[n].Value = values[n];
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values) => Bind(command, values).ExecuteNonQuery();

    /// <summary>Milliseconds and bytes handed to the disk for one more observation, at several sizes (goal T9: at 10,000 at most 1.2 of those at 10).</summary>
    private static async Task Growth()
    {
        using var work = new Workload();
        await work.Field("t");
        var number = 0;
        (double Ms, double Bytes)? first = null;
        foreach (var size in new[] { 10, 100, 1_000, 3_000, 10_000 })
        {
            while (number < size)
            {
                var group = Enumerable.Range(0, Math.Min(64, size - number)).Select(_ => Workload.Must(work.Record("t", ++number))).ToList();
                await Task.WhenAll(group);
            }

            const int Probes = 200;
            var times = new List<double>();
            var before = BytesWritten();
            for (var probe = 0; probe < Probes; probe++)
            {
                var watch = Stopwatch.StartNew();
                await Workload.Must(work.Record("t", 1_000_000 + size * 10 + probe));
                times.Add(watch.Elapsed.TotalMilliseconds);
            }

            var (ms, bytes) = (Median(times), (BytesWritten() - before) / (double)Probes);
            first ??= (ms, bytes);
            Say($"  at {size,6:N0}: {ms:0.000} ms ({ms / first.Value.Ms:0.00}x)   {bytes:N0} bytes written ({bytes / first.Value.Bytes:0.00}x)");
        }
    }

    private static long BytesWritten() => File.Exists("/proc/self/io")
        ? long.Parse(File.ReadLines("/proc/self/io").First(l => l.StartsWith("wchar", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture)
        : 0;

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    internal static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
