using System.Data.Common;
using System.Runtime.CompilerServices;

namespace InnovationScale.Storage;

/// <summary>Short ways to read with plain SQL. Values are always parameters.</summary>
public static class SqlReading
{
    internal const string FindCommandSql = "select body_sha256, stream, last_version, at from command where principal = @principal and id = @id";

    internal const string HeadSql = "select version, hash from event where stream = @stream order by version desc limit 1";

    /// <summary>How many events the streams of a kind hold.</summary>
    internal const string OfKindSql = "select count(*) from event where stream >= @from and stream < @to";

    internal const string TailSql = "select number, last, hash from batch order by number desc limit 1";

    /// <summary>The ends of some streams, and of the log itself under no name.</summary>
    internal const string EndsSql =
        "select s.stream, e.version, e.hash from unnest(@streams::text[]) s(stream) cross join lateral (select version, hash from event where event.stream = s.stream order by version desc limit 1) e "
        + "union all select null, max(position), null from event";

    internal static LogHead Head(DbDataReader r, int from = 0) => new(r.GetInt64(from), (byte[])r.GetValue(from + 1));

    internal static (string Name, object? Value)[] OfKind(string kind) => [("from", kind + "/"), ("to", kind + "0")];

    /// <summary>Whether it is the name of a kind and not of a stream.</summary>
    internal static bool IsKind(string stream) => !stream.Contains('/', StringComparison.Ordinal);

    internal static BatchTail Tail(DbDataReader r) => new(r.GetInt64(0), r.GetInt64(1), (byte[])r.GetValue(2));

    internal static CommandRow Command(CommandKey key, DbDataReader r) => new(key, r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetString(3));

    internal static Note Note(DbDataReader r) => new(r.GetString(0), r.GetString(1), r.GetString(2), Time.Read(r.GetString(3)), r.GetInt32(4));

    /// <summary>Whether a table, which is there, has a column.</summary>
    internal static bool HasColumn(this DbConnection connection, string table, string column)
    {
        using var command = connection.Command($"select * from {table} where 1 = 0", []);
        using var reader = command.ExecuteReader();
        return Enumerable.Range(0, reader.FieldCount).Any(n => reader.GetName(n) == column);
    }

    /// <summary>All rows of a query.</summary>
    public static async Task<List<T>> Query<T>(this DbConnection connection, string sql, Func<DbDataReader, T> read, params (string Name, object? Value)[] parameters)
    {
        var command = Take(connection, sql, parameters);
        try
        {
            var rows = new List<T>();
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) rows.Add(read(reader));
            return rows;
        }
        finally
        {
            Keep(connection, sql, command);
        }
    }

    // Preparing a small query costs more than running it, so a connection keeps its commands. One connection serves one caller at a time; a
    // command in use is out of the shelf, so that a query inside a query gets one of its own.
    private const int KeptMost = 128;
    private static readonly ConditionalWeakTable<DbConnection, Dictionary<string, DbCommand>> Shelves = [];

    private static DbCommand Take(DbConnection connection, string sql, (string Name, object? Value)[] parameters)
    {
        if (!Shelves.GetOrCreateValue(connection).Remove(sql, out var command)) return connection.Command(sql, parameters);
        foreach (var (name, value) in parameters) command.Parameters["@" + name].Value = value ?? DBNull.Value;
        return command;
    }

    private static void Keep(DbConnection connection, string sql, DbCommand command)
    {
        var shelf = Shelves.GetOrCreateValue(connection);
        if (shelf.Count >= KeptMost || !shelf.TryAdd(sql, command)) command.Dispose();
    }

    /// <summary>Runs a statement; returns the rows it touched.</summary>
    public static int Do(this DbConnection connection, string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    public static string? TextOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>All streams of a kind as they stand, for what rests on there being none that matters.</summary>
    public static async Task<Head> HeadOfKind(this DbConnection connection, string kind) => new(kind, (await connection.Query(OfKindSql, r => r.GetInt64(0), OfKind(kind)))[0]);

    internal static async Task<CommandRow?> FindCommand(this DbConnection connection, CommandKey key) =>
        await connection.Query(FindCommandSql, r => Command(key, r), ("principal", key.Principal), ("id", key.Id)) is [var row] ? row : null;

    /// <summary>Events by a condition, with their cells.</summary>
    internal static async Task<List<LoggedEvent>> Events(this DbConnection connection, string where, params (string Name, object? Value)[] parameters)
    {
        var rows = await connection.Query($"select position, stream, version, name, json, actor, role, at, command_id, reason, hash, cells from event {where}",
            r => (Position: r.GetInt64(0), Cells: r.GetInt64(11), Event: new LoggedEvent(r.GetString(1), r.GetInt64(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6),
                r.GetString(7), r.GetString(8), r.TextOrNull(9), (byte[])r.GetValue(10), [])), parameters);
        if (!rows.Exists(row => row.Cells > 0)) return rows.ConvertAll(row => row.Event);

        // Two queries for a stream of any length: one for each event would cost a round trip each.
        var cells = (await connection.Query($"select event, json from observation where event in (select position from event {where}) order by event, n",
            r => (Event: r.GetInt64(0), Json: r.GetString(1)), parameters)).ToLookup(cell => cell.Event, cell => cell.Json);
        return rows.ConvertAll(row => row.Cells == 0 ? row.Event : row.Event with { Cells = [.. cells[row.Position]] });
    }

    internal static Task<List<string>> Cells(this DbConnection connection, long position) =>
        connection.Query("select json from observation where event = @event order by n", r => r.GetString(0), ("event", position));

    /// <summary>The names of a kind's streams, in order.</summary>
    internal static List<string> Streams(this DbConnection connection, string kind) =>
        // '0' is the character after '/': the range holds exactly the names that begin with "kind/".
        connection.Query("select stream from event where version = 1 and stream >= @from and stream < @to order by stream", r => r.GetString(0), OfKind(kind))
            .GetAwaiter().GetResult();

    private static DbCommand Command(this DbConnection connection, string sql, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
