using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace InnovationScale.Storage;

/// <summary>
/// PostgreSQL, where several processes share one log. One advisory lock orders their appends; the server's own limits end the transaction of a
/// process that froze in it, so that nobody waits for it for long.
/// </summary>
public sealed class PostgresEngine : ISqlEngine
{
    internal const string LockSql = "select pg_advisory_xact_lock(5279813046)";

    /// <summary>Longer than any pause of a process that is well; a frozen one holds the others up for no longer.</summary>
    private const int IdleInTransactionMs = 5_000;

    /// <summary>Before a writer gives up its turn and asks again on a fresh connection.</summary>
    private const int LockMs = 4_000, WriterSeconds = 5, ReaderSeconds = 2;

    private readonly string writing, reading;

    /// <param name="store">Such as <c>Host=db.example.org;Database=innovationscale;Username=innovationscale</c>.</param>
    /// <exception cref="ArgumentException">It is not understood.</exception>
    /// <exception cref="StoreNotUsableException">It cannot be reached, or it is set so that records could be lost or not kept as they are.</exception>
    public PostgresEngine(string store)
    {
        (Name, writing, reading) = (Describe(store), Settings(store, forWriting: true), Settings(store, forWriting: false));
        // Npgsql asks a server whose answer is late to stop, and a thread of the pool waits for that: without threads for all its readers, nobody would
        // be answered at all while a server stands still.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + 2 * ReadersMost), completions);
        Check();
    }

    /// <summary>Which database on which server, for people: without user and password.</summary>
    public string Name { get; }

    /// <inheritdoc cref="Name"/>
    /// <exception cref="ArgumentException">It is not understood.</exception>
    public static string Describe(string store)
    {
        var settings = new NpgsqlConnectionStringBuilder(store);
        return settings is { Host.Length: > 0, Database.Length: > 0 }
            ? string.Create(CultureInfo.InvariantCulture, $"PostgreSQL database “{settings.Database}” on {settings.Host}:{settings.Port}")
            : throw new ArgumentException("It names no Host or no Database.", nameof(store));
    }

    private static string Settings(string store, bool forWriting)
    {
        var settings = new NpgsqlConnectionStringBuilder(store)
        {
            Pooling = false,
            Enlist = false,
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            Timeout = ReaderSeconds,
            CommandTimeout = forWriting ? WriterSeconds : ReaderSeconds,
            // The connection is then given up at once.
            CancellationTimeout = -1,
        };
        settings.ApplicationName ??= "InnovationScale";
        settings.Options = string.Join(' ', ((string?[])
        [
            settings.Options,
            "-c synchronous_commit=on",
            string.Create(CultureInfo.InvariantCulture, $"-c idle_in_transaction_session_timeout={(forWriting ? IdleInTransactionMs : 0)}"),
            string.Create(CultureInfo.InvariantCulture, $"-c lock_timeout={LockMs} -c tcp_user_timeout={IdleInTransactionMs}"),
            // A reader's transaction shows one moment from its beginning to its end.
            forWriting ? null : @"-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\ read",
        ]).OfType<string>());
        return settings.ToString();
    }

    private void Check()
    {
        try
        {
            using var connection = Connect(forWriting: false);
            connection.Open();
            var (version, encoding, syncs) = connection.Query("select current_setting('server_version_num')::int, current_setting('server_encoding'), current_setting('fsync')",
                r => (r.GetInt32(0), r.GetString(1), r.GetString(2))).GetAwaiter().GetResult()[0];
            if (version < 13_00_00) throw new StoreNotUsableException($"{Name} is of version {version / 10_000}; 13 or later is needed.");
            if (encoding is not "UTF8") throw new StoreNotUsableException($"{Name} has the encoding {encoding} and would not keep every text. Create it with: createdb --encoding=UTF8 --template=template0");
            if (syncs is not "on") throw new StoreNotUsableException($"{Name} runs with fsync={syncs}: records could be lost. Turn fsync on.");
        }
        catch (Exception away) when (away is DbException or TimeoutException or IOException)
        {
            throw new StoreNotUsableException($"{Name} cannot be opened: {away.Message}", away);
        }
    }

    public bool IsShared => true;

    public DbConnection Connect(bool forWriting) => new NpgsqlConnection(forWriting ? writing : reading);

    public ISqlWriter Writer(DbConnection connection) => new PostgresWriter((NpgsqlConnection)connection, this);

    /// <summary>
    /// A commit whose answer was lost may still be under way on the server. It holds the lock until its end, so that whatever it wrote or did
    /// not write is certain once the lock could be taken.
    /// </summary>
    public void Recover(DbConnection writer)
    {
        writer.Do($"{BeginSql}; commit");
    }

    public string BeginSql => $"begin; {LockSql}";

    public int ReadersMost => 20;

    public string Text => "text collate \"C\"";

    public ISqlWords Words { get; } = new PostgresWords();

    public string Bytes => "bytea";

    public string Number => "bigint primary key";

    public string Clustered => "";

    /// <summary>The append lock keeps other nodes out; this is for whoever has changed a row by hand and not committed yet.</summary>
    public string PassingOver => " for update skip locked";

    /// <summary>
    /// It lacks a resource (53), such as memory or a connection, or others were in the way (40001, 40P01): an answer, and not one to a commit that may have
    /// happened. After the first kind Npgsql gives the connection up.
    /// </summary>
    public bool IsBusy(DbException fault) => fault.SqlState is ['5', '3', ..] or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <summary>Data (22), constraints (23) and limits such as the size of a key (54).</summary>
    public bool IsOfARow(DbException fault) => fault.SqlState is ['2', '2' or '3', ..] or ['5', '4', ..];

    public void Dispose()
    {
    }
}

/// <summary>Two round trips a batch, however many rows: one takes the lock and reads, one writes and commits.</summary>
internal sealed class PostgresWriter(NpgsqlConnection connection, PostgresEngine engine) : ISqlWriter
{
    private const string HeadsSql =
        "select s.stream, e.version, e.hash from unnest($1::text[]) s(stream) cross join lateral (select version, hash from event where event.stream = s.stream order by version desc limit 1) e";

    private const string KindsSql =
        "select k.kind, (select count(*) from event where stream >= k.kind || '/' and stream < k.kind || '0') from unnest($1::text[]) k(kind)";

    private const string CommandsSql =
        "select c.body_sha256, c.stream, c.last_version, c.at, c.principal, c.id from unnest($1::text[], $2::text[]) k(principal, id) join command c on c.principal = k.principal and c.id = k.id";

    /// <summary>So many statements wait for one another before they are sent.</summary>
    private const int Together = 32;

    private NpgsqlBatch waiting = new(connection);

    public LogState Begin(IReadOnlyCollection<string> streams, IReadOnlyCollection<CommandKey> commands)
    {
        waiting = new(connection);
        using var asked = new NpgsqlBatch(connection);
        Add(asked, "begin");
        Add(asked, PostgresEngine.LockSql);
        Add(asked, SqlReading.TailSql);
        Add(asked, HeadsSql, streams.ToArray());
        Add(asked, CommandsSql, commands.Select(c => c.Principal).ToArray(), commands.Select(c => c.Id).ToArray());
        var kinds = streams.Where(SqlReading.IsKind).ToArray();
        if (kinds.Length > 0) Add(asked, KindsSql, kinds);

        using var reader = asked.ExecuteReader();
        reader.NextResult();
        var state = new LogState { Tail = reader.Read() ? SqlReading.Tail(reader) : BatchTail.None };
        reader.NextResult();
        while (reader.Read()) state.Heads[reader.GetString(0)] = SqlReading.Head(reader, from: 1);
        reader.NextResult();
        while (reader.Read())
        {
            var key = new CommandKey(reader.GetString(4), reader.GetString(5));
            state.Commands[key] = SqlReading.Command(key, reader);
        }

        reader.NextResult();
        while (reader.Read()) state.Heads[reader.GetString(0)] = new(reader.GetInt64(1), []);
        return state;
    }

    public void Insert(Table table, IReadOnlyList<object?[]> rows)
    {
        var types = table.Columns.Select((c, n) => string.Create(CultureInfo.InvariantCulture, $"${n + 1}::{(c.Type == "bytes" ? "bytea" : c.Type)}[]"));
        Wait($"{table.Into} select * from unnest({string.Join(", ", types)}){table.OnConflict}", [.. table.Columns.Select((c, n) => Values(c.Type, rows, n))]);
    }

    public void Delete(Table table, IReadOnlyList<string> ids) => Wait($"delete from {table.Name} where id = any($1)", ids.ToArray());

    public int Do(string sql, params (string Name, object? Value)[] parameters)
    {
        Send();
        return connection.Do(sql, parameters);
    }

    public IReadOnlyList<T> Read<T>(string sql, Func<DbDataReader, T> read, params (string Name, object? Value)[] parameters)
    {
        Send();
        return connection.Query(sql, read, parameters).GetAwaiter().GetResult();
    }

    /// <summary>Dead rows go with the next vacuum of the server's own, its write-ahead log with the next checkpoints.</summary>
    public bool Forget() => true;

    public void Commit()
    {
        Add(waiting, "commit");
        Send();
    }

    public void Rollback()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                connection.Do("rollback");
                return;
            }
            catch (PostgresException busy) when (engine.IsBusy(busy) && attempt < StoreBusyException.Attempts)
            {
                // Asked again, it may find the time.
            }
        }
    }

    public void Dispose()
    {
        waiting.Dispose();
        connection.Dispose();
    }

    private static Array Values(string type, IReadOnlyList<object?[]> rows, int column) => type switch
    {
        "text" => Values(rows, column, v => (string?)v),
        "bytes" => Values(rows, column, v => (byte[]?)v),
        "bigint" => Values(rows, column, v => v is null ? (long?)null : Convert.ToInt64(v, CultureInfo.InvariantCulture)),
        "double precision" => Values(rows, column, v => v is null ? (double?)null : Convert.ToDouble(v, CultureInfo.InvariantCulture)),
        _ => throw new InvalidOperationException($"A column of type {type} is not written."),
    };

    private static T[] Values<T>(IReadOnlyList<object?[]> rows, int column, Func<object?, T> read)
    {
        var values = new T[rows.Count];
        for (var n = 0; n < values.Length; n++) values[n] = read(rows[n][column]);
        return values;
    }

    private void Wait(string sql, params Array[] parameters)
    {
        Add(waiting, sql, parameters);
        if (waiting.BatchCommands.Count >= Together) Send();
    }

    private void Send()
    {
        if (waiting.BatchCommands.Count > 0) waiting.ExecuteNonQuery();
        waiting.Dispose();
        waiting = new(connection);
    }

    private static void Add(NpgsqlBatch batch, string sql, params Array[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var values in parameters) command.Parameters.Add(new NpgsqlParameter { Value = values });
        batch.BatchCommands.Add(command);
    }
}

/// <summary>The database cannot be reached or must not be used as it is.</summary>
public sealed class StoreNotUsableException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>A generated column of terms in a GIN index; the words come folded already, so that the configuration need not know a language.</summary>
internal sealed class PostgresWords : ISqlWords
{
    public IEnumerable<string> CreateSql(string table) =>
    [
        $"alter table {table} add column word_index tsvector generated always as (to_tsvector('simple', words)) stored",
        $"create index {table}_index on {table} using gin (word_index)",
    ];

    public IEnumerable<string> DropSql(string table) => [];

    public string FoundSql(string table) => $"from {table} t where t.word_index @@ to_tsquery('simple', @words)";

    public string BestSql => "-ts_rank(t.word_index, to_tsquery('simple', @words))";

    public string Asked(IEnumerable<string> words) => string.Join(" & ", words.Select(word => $"'{word}':*"));
}
