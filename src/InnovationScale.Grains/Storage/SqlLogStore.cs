using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;

namespace InnovationScale.Storage;

/// <summary>What differs between SQL databases; everything else is written once, in SQL that they share.</summary>
public interface ISqlEngine : IDisposable
{
    /// <summary>A connection for the writer, or for a reader.</summary>
    DbConnection Connect(bool forWriting);

    /// <summary>Called on the writer's fresh connection: makes sure that what will be read from now on is durable.</summary>
    void Recover(DbConnection writer);

    string BeginSql { get; }

    /// <summary>The type of a column of bytes.</summary>
    string Bytes { get; }

    /// <summary>The type of a number that is its table's primary key.</summary>
    string Number { get; }

    /// <summary>What ends the definition of a table that is stored in the order of its key.</summary>
    string Clustered { get; }

    /// <summary>The statement alone was refused by a constraint; the transaction is still good after a rollback to its savepoint.</summary>
    bool IsConstraint(DbException fault);
}

/// <summary>The event log, its command rows, cells, outbox and read tables in one SQL database.</summary>
public sealed class SqlLogStore(ISqlEngine engine, Kinds kinds) : ILogStore
{
    private readonly ConcurrentBag<DbConnection> readers = [];
    private SqlBatch? writer;

    // What a broken commit left in the file may be readable without being durable: until it is settled, nothing is read.
    private volatile bool unsettled = true;

    public ISqlEngine Engine => engine;

    public Kinds Kinds => kinds;

    public void Open()
    {
        unsettled = true;
        writer?.Close();
        writer = null;
        while (readers.TryTake(out var reader)) reader.Dispose();

        var connection = engine.Connect(forWriting: true);
        try
        {
            connection.Open();
            engine.Recover(connection);
            foreach (var sql in Schema) connection.Do(sql);
            RebuildChanged(connection);
            writer = new(connection, engine);
            unsettled = false;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public ILogBatch Begin()
    {
        var batch = writer ?? throw new StoreUnavailableException("The store is not open.");
        batch.Begin();
        return batch;
    }

    public async Task<IReadOnlyList<LoggedEvent>> Read(string stream, long afterVersion = 0)
    {
        using var lease = Reader();
        return await lease.Connection.Events("where stream = @stream and version > @after order by version", ("stream", stream), ("after", afterVersion));
    }

    public async Task<CommandRow?> Find(CommandKey command)
    {
        using var lease = Reader();
        return await lease.Connection.FindCommand(command);
    }

    public async Task<IReadOnlyList<Note>> DueNotes(DateTimeOffset now, int most)
    {
        using var lease = Reader();
        return await lease.Connection.Query("select id, kind, json, due, attempts from outbox where due <= @now order by due limit @most",
            r => new Note(r.GetString(0), r.GetString(1), r.GetString(2), Time.Read(r.GetString(3)), r.GetInt32(4)),
            ("now", Time.Write(now)), ("most", most));
    }

    /// <summary>A connection for reading; give it back by disposing the lease.</summary>
    public ReaderLease Reader()
    {
        if (unsettled) throw new StoreUnavailableException("The store is away and cannot be read. Ask again in a moment.");
        if (!readers.TryTake(out var connection))
        {
            connection = engine.Connect(forWriting: false);
            connection.Open();
        }

        return new(connection, readers);
    }

    public void Dispose()
    {
        writer?.Close();
        while (readers.TryTake(out var reader)) reader.Dispose();
        engine.Dispose();
    }

    private string[] Schema =>
    [
        $"create table if not exists event (position {engine.Number}, stream text not null, version bigint not null, name text not null, json text not null, " +
        $"actor text not null, role text not null, at text not null, command_id text not null, reason text, cells bigint not null, hash {engine.Bytes} not null, unique (stream, version))",
        $"create table if not exists command (principal text not null, id text not null, body_sha256 text not null, stream text not null, last_version bigint not null, at text not null, primary key (principal, id)) {engine.Clustered}",
        $"create table if not exists observation (event bigint not null, n bigint not null, json text not null, primary key (event, n)) {engine.Clustered}",
        "create table if not exists outbox (id text primary key, kind text not null, json text not null, due text, attempts bigint not null, fault text)",
        "create index if not exists outbox_due on outbox (due)",
        $"create table if not exists batch (number {engine.Number}, first bigint not null, last bigint not null, hash {engine.Bytes} not null)",
        "create table if not exists read_table (name text primary key, version bigint not null)",
    ];

    /// <summary>A read table that is new, or whose code has another version, is made again from the log before anything is served.</summary>
    private void RebuildChanged(DbConnection connection)
    {
        var known = connection.Query("select name, version from read_table", r => (Name: r.GetString(0), Version: r.GetInt64(1))).GetAwaiter().GetResult()
            .ToDictionary(t => t.Name, t => t.Version, StringComparer.Ordinal);
        Rebuild(connection, table => !known.TryGetValue(table.Name, out var version) || version != table.Version);
    }

    /// <summary>Drops and refills read tables from the log, in one transaction. Returns how many streams were folded.</summary>
    internal int Rebuild(DbConnection connection, Func<ReadTable, bool> which)
    {
        var streams = 0;
        var rows = new RowWriter(connection);
        connection.Do(engine.BeginSql);
        try
        {
            foreach (var kind in kinds.All)
            {
                var tables = kind.Tables.Where(which).ToList();
                if (tables.Count == 0) continue;
                foreach (var table in tables)
                {
                    connection.Do(table.DropSql);
                    foreach (var sql in table.CreateSql) connection.Do(sql);
                    connection.Do("insert into read_table (name, version) values (@name, @version) on conflict (name) do update set version = excluded.version", ("name", table.Name), ("version", table.Version));
                }

                foreach (var stream in connection.Streams(kind.Name))
                {
                    kind.Rebuild(stream, connection.Events("where stream = @stream order by version", ("stream", stream)).GetAwaiter().GetResult(), tables, rows);
                    streams++;
                }
            }

            connection.Do("commit");
        }
        catch
        {
            connection.Do("rollback");
            throw;
        }
        finally
        {
            rows.Dispose();
        }

        return streams;
    }
}

/// <summary>A borrowed reading connection.</summary>
public readonly struct ReaderLease(DbConnection connection, ConcurrentBag<DbConnection> home) : IDisposable
{
    public DbConnection Connection => connection;

    public void Dispose()
    {
        if (connection.State is System.Data.ConnectionState.Open) home.Add(connection);
        else connection.Dispose();
    }
}

/// <summary>The writer's connection with its prepared statements; one transaction at a time.</summary>
internal sealed class SqlBatch : ILogBatch
{
    private readonly DbConnection connection;
    private readonly ISqlEngine engine;
    private readonly Statement begin, commit, rollback, savepoint, release, undo, command, findCommand, head, version, addEvent, addCell, addNote, doneNote, againNote, addBatch;
    private readonly RowWriter rows;
    private readonly Dictionary<string, IReadRows> pendingRows = new(StringComparer.Ordinal);
    private readonly List<byte[]> hashes = [];
    private long position;
    private long firstPosition;
    private long batchNumber;
    private byte[] batchHash = HashChain.Start;
    private bool open;

    public SqlBatch(DbConnection connection, ISqlEngine engine)
    {
        (this.connection, this.engine) = (connection, engine);
        begin = new(connection, engine.BeginSql);
        commit = new(connection, "commit");
        rollback = new(connection, "rollback");
        savepoint = new(connection, "savepoint one_command");
        release = new(connection, "release savepoint one_command");
        undo = new(connection, "rollback to savepoint one_command");
        command = new(connection, "insert into command (principal, id, body_sha256, stream, last_version, at) values (@principal, @id, @body, @stream, @version, @at) on conflict do nothing", "principal", "id", "body", "stream", "version", "at");
        findCommand = new(connection, SqlReading.FindCommandSql, "principal", "id");
        head = new(connection, "select version, hash from event where stream = @stream order by version desc limit 1", "stream");
        version = new(connection, "select max(version) from event where stream = @stream", "stream");
        addEvent = new(connection, "insert into event (position, stream, version, name, json, actor, role, at, command_id, reason, cells, hash) values " +
            "(@position, @stream, @version, @name, @json, @actor, @role, @at, @command, @reason, @cells, @hash)",
            "position", "stream", "version", "name", "json", "actor", "role", "at", "command", "reason", "cells", "hash");
        addCell = new(connection, "insert into observation (event, n, json) values (@event, @n, @json)", "event", "n", "json");
        addNote = new(connection, "insert into outbox (id, kind, json, due, attempts) values (@id, @kind, @json, @due, 0)", "id", "kind", "json", "due");
        doneNote = new(connection, "delete from outbox where id = @id", "id");
        againNote = new(connection, "update outbox set due = @due, attempts = attempts + 1, fault = @fault where id = @id", "id", "due", "fault");
        addBatch = new(connection, "insert into batch (number, first, last, hash) values (@number, @first, @last, @hash)", "number", "first", "last", "hash");
        rows = new(connection);
    }

    public void Begin()
    {
        begin.Run();
        open = true;
        pendingRows.Clear();
        hashes.Clear();
        (position, batchNumber, batchHash) = Tail();
        firstPosition = position + 1;
    }

    // Asked at every batch: in a cluster another process may have written since.
    private (long Position, long Batch, byte[] Hash) Tail() =>
        connection.Query("select number, last, hash from batch order by number desc limit 1", r => (r.GetInt64(1), r.GetInt64(0), (byte[])r.GetValue(2)))
            .GetAwaiter().GetResult() is [var last] ? last : (0, 0, HashChain.Start);

    public AppendResult Add(Append append)
    {
        savepoint.Run();
        AppendResult result;
        try
        {
            result = Write(append);
        }
        catch (DbException fault) when (engine.IsConstraint(fault))
        {
            // Unique (stream, version) is the last resort: another node's event of this version.
            result = AppendResult.HeadMoved;
        }

        if (result.Status is AppendStatus.Committed)
        {
            hashes.AddRange(append.Events.Select(e => e.Hash));
            pendingRows[append.Stream] = pendingRows.TryGetValue(append.Stream, out var before) ? before.Then(append.Rows) : append.Rows;
        }
        else
        {
            undo.Run();
            position = firstPosition - 1 + hashes.Count;
        }

        release.Run();
        return result;
    }

    private AppendResult Write(Append append)
    {
        var row = append.Command;
        if (command.Run(row.Key.Principal, row.Key.Id, row.BodySha256, row.Stream, row.LastVersion, row.At) == 0)
            return new(AppendStatus.Duplicate, findCommand.Read(r => SqlReading.Command(row.Key, r), row.Key.Principal, row.Key.Id));

        var (version, hash) = head.Read(r => (r.GetInt64(0), (byte[])r.GetValue(1)), append.Stream);
        if (!(hash ?? HashChain.Start).AsSpan().SequenceEqual(append.Previous) || version != append.Events[0].Version - 1) return AppendResult.HeadMoved;
        foreach (var rest in append.RestsOn)
        {
            if (this.version.Read(r => r.IsDBNull(0) ? 0 : r.GetInt64(0), rest.Stream) != rest.Version) return AppendResult.FactsMoved;
        }

        foreach (var e in append.Events)
        {
            addEvent.Run(++position, e.Stream, e.Version, e.Name, e.Json, e.Actor, e.Role, e.At, e.CommandId, e.Reason, e.Cells.Length, e.Hash);
            for (var n = 0; n < e.Cells.Length; n++) addCell.Run(position, n, e.Cells[n]);
        }

        foreach (var note in append.Notes) addNote.Run(note.Id, note.Kind, note.Json, Time.Write(note.Due));
        return AppendResult.Committed;
    }

    public void Settle(string noteId, DateTimeOffset? againAt, string? fault)
    {
        if (fault is null && againAt is null) doneNote.Run(noteId);
        else againNote.Run(noteId, againAt is { } due ? Time.Write(due) : null, fault);
    }

    public void Commit()
    {
        foreach (var stream in pendingRows.Values) stream.Write(rows);
        if (hashes.Count > 0) addBatch.Run(batchNumber + 1, firstPosition, position, HashChain.NextBatch(batchHash, hashes));
        commit.Run();
        open = false;
    }

    /// <summary>Undoes what was not committed. A connection that cannot even do that is replaced when the store is reopened.</summary>
    public void Dispose()
    {
        if (!open) return;
        open = false;
        try
        {
            rollback.Run();
        }
        catch (DbException)
        {
            connection.Close();
        }
    }

    public void Close() => connection.Dispose();
}

/// <summary>Writes read rows with one prepared statement a table.</summary>
internal sealed class RowWriter(DbConnection connection) : IRowWriter, IDisposable
{
    private readonly Dictionary<ReadTable, Statement> upserts = [];
    private readonly Dictionary<ReadTable, Statement> deletes = [];

    public void Upsert(ReadTable table, object?[] values)
    {
        if (!upserts.TryGetValue(table, out var upsert)) upserts[table] = upsert = new(connection, table.UpsertSql, [.. table.Columns.Select(c => c.Name)]);
        upsert.Run(values);
    }

    public void Delete(ReadTable table, string id)
    {
        if (!deletes.TryGetValue(table, out var delete)) deletes[table] = delete = new(connection, table.DeleteSql, "id");
        delete.Run(id);
    }

    public void Dispose()
    {
        foreach (var statement in upserts.Values.Concat(deletes.Values)) statement.Dispose();
    }
}

/// <summary>A prepared statement with its parameters in order.</summary>
internal sealed class Statement : IDisposable
{
    private readonly DbCommand command;

    public Statement(DbConnection connection, string sql, params string[] parameters)
    {
        command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            command.Parameters.Add(parameter);
        }
    }

    public int Run(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first row, or default where there is none.</summary>
    public T? Read<T>(Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        Bind(values);
        using var reader = command.ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }

    public void Dispose() => command.Dispose();
}

/// <summary>How times are stored: UTC, so that their text sorts as they do.</summary>
public static class Time
{
    public static string Write(DateTimeOffset time) => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    public static DateTimeOffset Read(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}
