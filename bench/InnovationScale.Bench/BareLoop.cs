using System.Diagnostics;
using System.Runtime.InteropServices;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace InnovationScale;

/// <summary>The statements of the host for as many commands in a transaction as there are writers, with values made beforehand and nothing around them.</summary>
internal static partial class BareLoop
{
    /// <param name="cells">Rows beside each event.</param>
    /// <returns>Commands a second.</returns>
    public static double Run(int group, int streams, int count, int cells = 1)
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
            var row = Prepare(connection, TrialsFeature.Trials.InsertSql.Replace("@", "@c_", StringComparison.Ordinal), [.. TrialsFeature.Trials.Columns.Select(c => "@c_" + c.Name)]);
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
                    Run(insert, n + 1, stream, n / streams + 1, "cell-recorded", text, "ndeye", "researcher@institute", at, $"cell-{n}", DBNull.Value, cells, hash);
                    for (var c = 0; c < cells; c++) Run(cell, n + 1, c, json);
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

    /// <summary>Milliseconds until 200 bytes written over others are on the disk, the median: what no durable answer can be faster than.</summary>
    public static double SyncMilliseconds()
    {
        var path = Path.GetTempFileName();
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
            RandomAccess.Write(file, new byte[1 << 20], 0);
            RandomAccess.FlushToDisk(file);
            var times = new List<double>();
            for (var n = 0; n < 500; n++)
            {
                var start = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, new byte[200], n * 200);
                if (Sync(file) != 0) throw new IOException("The disk cannot be synced.");
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            return LogBench.Median(times);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);
}
