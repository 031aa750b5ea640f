using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace InnovationScale.Storage;

/// <summary>
/// SQLite in one folder that belongs to one process: WAL with synchronous=FULL, so that a commit is on the disk before anybody hears of it.
/// </summary>
public sealed class SqliteEngine : ISqlEngine
{
    private readonly FileStream ownership;

    /// <param name="folder">Where the data are; made if absent.</param>
    /// <exception cref="DataFolderInUseException">Another process owns the folder.</exception>
    public SqliteEngine(string folder)
    {
        Directory.CreateDirectory(folder);
        File = Path.Combine(folder, FileName);
        ownership = Own(folder);
    }

    public const string FileName = "innovationscale.db";

    /// <summary>The database file.</summary>
    public string File { get; }

    /// <summary>Claims the folder for this process until disposed: server, rebuild and restore never run on one folder together.</summary>
    /// <exception cref="DataFolderInUseException">Another process owns it.</exception>
    public static FileStream Own(string folder)
    {
        var path = Path.Combine(folder, "in-use");
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderInUseException($"The data folder “{folder}” is in use by another process, or may not be written. Stop the other server or choose another folder with --data.", taken);
        }
    }

    public DbConnection Connect(bool forWriting)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = File,
            Mode = forWriting ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        connection.StateChange += (_, change) =>
        {
            if (change.CurrentState is not System.Data.ConnectionState.Open) return;
            connection.Do("pragma busy_timeout = 5000");
            if (forWriting)
            {
                connection.Do("pragma journal_mode = wal");
                connection.Do("pragma synchronous = full");
                // What is deleted or replaced does not stay behind in the file: a person who was erased is gone from it.
                connection.Do("pragma secure_delete = on");
                connection.Do("pragma temp_store = memory");
                connection.Do("pragma cache_size = -65536");
            }
            else connection.Do("pragma query_only = true");
        };
        return connection;
    }

    /// <summary>
    /// Moves the write-ahead log into the database file and syncs that. After a failed sync the log's pages may be readable without being on
    /// the disk; copied and synced anew, whatever is read from now on is durable.
    /// </summary>
    public void Recover(DbConnection writer)
    {
        var (busy, frames, moved) = writer.Query("pragma wal_checkpoint(full)", r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2))).GetAwaiter().GetResult()[0];
        if (busy != 0 || frames != moved) throw new IOException($"The write-ahead log could not be moved into the database ({moved} of {frames} pages).");
    }

    public bool IsShared => false;

    public ISqlWriter Writer(DbConnection connection) => new SqliteWriter(connection);

    public string BeginSql => SqliteWriter.BeginSql;

    public int ReadersMost => 64;

    public string Text => "text";

    public string Bytes => "blob";

    public string Number => "integer primary key";

    public string Clustered => "without rowid";

    public string PassingOver => "";

    public bool IsBusy(DbException fault) => false;

    public ISqlWords Words { get; } = new SqliteWords();

    public bool IsOfARow(DbException fault) => fault is SqliteException { SqliteErrorCode: 19 };

    public void Dispose() => ownership.Dispose();
}

/// <summary>SQLite is in the same process: a prepared statement for each row is the quickest there is.</summary>
internal sealed class SqliteWriter(DbConnection connection) : ISqlWriter
{
    public const string BeginSql = "begin immediate";

    private readonly Dictionary<string, Statement> statements = new(StringComparer.Ordinal);

    public LogState Begin(IReadOnlyCollection<string> streams, IReadOnlyCollection<CommandKey> commands)
    {
        Statement(BeginSql).Run();
        var state = new LogState { Tail = Statement(SqlReading.TailSql).Read(SqlReading.Tail) ?? BatchTail.None };
        var (head, command) = (Statement(SqlReading.HeadSql, "stream"), Statement(SqlReading.FindCommandSql, "principal", "id"));
        foreach (var stream in streams)
        {
            if (SqlReading.IsKind(stream)) state.Heads[stream] = new(Statement(SqlReading.OfKindSql, "from", "to").Read(r => r.GetInt64(0), [.. SqlReading.OfKind(stream).Select(one => one.Value)]), []);
            else if (head.Read(r => SqlReading.Head(r), stream) is { Hash: not null } found) state.Heads[stream] = found;
        }

        foreach (var key in commands)
        {
            if (command.Read(r => SqlReading.Command(key, r), key.Principal, key.Id) is { } found) state.Commands[key] = found;
        }

        return state;
    }

    public void Insert(Table table, IReadOnlyList<object?[]> rows)
    {
        var statement = Statement(table.InsertSql, [.. table.Columns.Select(c => c.Name)]);
        foreach (var row in rows) statement.Run(row);
    }

    public void Delete(Table table, IReadOnlyList<string> ids)
    {
        var statement = Statement($"delete from {table.Name} where id = @id", "id");
        foreach (var id in ids) statement.Run(id);
    }

    public int Do(string sql, params (string Name, object? Value)[] parameters) => Statement(sql, [.. parameters.Select(p => p.Name)]).Run([.. parameters.Select(p => p.Value)]);

    /// <summary>The write-ahead log still holds pages as they were before: it is emptied. Somebody who reads one may be in the way.</summary>
    public bool Forget() => Statement("pragma wal_checkpoint(truncate)").Read(r => r.GetInt64(0)) == 0;

    public IReadOnlyList<T> Read<T>(string sql, Func<DbDataReader, T> read, params (string Name, object? Value)[] parameters) =>
        connection.Query(sql, read, parameters).GetAwaiter().GetResult();

    public void Commit() => Statement("commit").Run();

    public void Rollback() => Statement("rollback").Run();

    public void Dispose()
    {
        foreach (var statement in statements.Values) statement.Dispose();
        connection.Dispose();
    }

    private Statement Statement(string sql, params string[] parameters) =>
        statements.TryGetValue(sql, out var known) ? known : statements[sql] = new(connection, sql, parameters);
}

/// <summary>
/// FTS5, which keeps its terms under the row ids of the table (external content): rows are never renumbered here, since nobody vacuums. A row whose words stay the
/// same leaves the index alone.
/// </summary>
internal sealed class SqliteWords : ISqlWords
{
    public IEnumerable<string> CreateSql(string table) =>
    [
        $"create virtual table {table}_index using fts5(words, content='{table}', content_rowid='rowid', tokenize=\"unicode61 remove_diacritics 0\")",
        $"create trigger {table}_made after insert on {table} begin insert into {table}_index (rowid, words) values (new.rowid, new.words); end",
        $"create trigger {table}_gone after delete on {table} begin insert into {table}_index ({table}_index, rowid, words) values ('delete', old.rowid, old.words); end",
        $"create trigger {table}_changed after update on {table} when old.words is not new.words begin " +
            $"insert into {table}_index ({table}_index, rowid, words) values ('delete', old.rowid, old.words); insert into {table}_index (rowid, words) values (new.rowid, new.words); end",
    ];

    public IEnumerable<string> DropSql(string table) => [$"drop table if exists {table}_index"];

    public string FoundSql(string table) => $"from {table}_index join {table} t on t.rowid = {table}_index.rowid where {table}_index match @words";

    public string BestSql => "rank";

    public string Asked(IEnumerable<string> words) => string.Join(' ', words.Select(word => $"\"{word}\"*"));
}

/// <summary>Another process owns the data folder, or it may not be written.</summary>
public sealed class DataFolderInUseException(string message, Exception inner) : IOException(message, inner);
