using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Globalization;

namespace InnovationScale.Storage;

/// <summary>What differs between SQL databases; everything else is written once, in SQL that they share.</summary>
public interface ISqlEngine : IDisposable
{
    /// <summary>Other processes may write to the same log.</summary>
    bool IsShared { get; }

    /// <summary>A connection for the writer, or for a reader.</summary>
    DbConnection Connect(bool forWriting);

    /// <summary>How rows are written on a connection, which it then owns.</summary>
    ISqlWriter Writer(DbConnection connection);

    /// <summary>Called on the writer's fresh connection: makes sure that what will be read from now on is durable.</summary>
    void Recover(DbConnection writer);

    /// <summary>Begins a transaction that no other writer enters meanwhile.</summary>
    string BeginSql { get; }

    /// <summary>Connections that read at the same time.</summary>
    int ReadersMost { get; }

    /// <summary>The type of a column of text, which sorts by code point.</summary>
    string Text { get; }

    /// <summary>The type of a column of bytes.</summary>
    string Bytes { get; }

    /// <summary>The type of a number that is its table's primary key.</summary>
    string Number { get; }

    /// <summary>What ends the definition of a table that is stored in the order of its key.</summary>
    string Clustered { get; }

    /// <summary>Ends a select of rows that are to be changed, where somebody else may have locked some of them: it passes those over and waits for nobody.</summary>
    string PassingOver { get; }

    /// <summary>The database did nothing, for now: asked again, it may.</summary>
    bool IsBusy(DbException fault);

    /// <summary>How it searches for words.</summary>
    ISqlWords Words { get; }

    /// <summary>It is about a row that cannot be kept, not about the database.</summary>
    bool IsOfARow(DbException fault);
}

/// <summary>One database's way to search for the words of read tables that have a column of them.</summary>
public interface ISqlWords
{
    /// <summary>Makes an index that the database keeps by itself.</summary>
    IEnumerable<string> CreateSql(string table);

    /// <summary>Drops what the table's own end leaves of the index.</summary>
    IEnumerable<string> DropSql(string table);

    /// <summary>Begins a query of the rows, as <c>t</c>, that have a word for each of <c>@words</c>: from … where …</summary>
    string FoundSql(string table);

    /// <summary>A number of each row of <see cref="FoundSql"/>, the smaller the better it fits.</summary>
    string BestSql { get; }

    /// <summary>Words of letters and digits as the value of <c>@words</c>: each must begin a word of the row.</summary>
    string Asked(IEnumerable<string> words);
}

/// <summary>One database's way to write: a transaction at a time, many rows together.</summary>
public interface ISqlWriter : IDisposable
{
    /// <summary>
    /// Begins a transaction that no other writer enters, and answers what the log says of these streams and commands. A kind among them, which has no slash, stands
    /// for all its streams: its version is the number of their events.
    /// </summary>
    LogState Begin(IReadOnlyCollection<string> streams, IReadOnlyCollection<CommandKey> commands);

    void Insert(Table table, IReadOnlyList<object?[]> rows);

    void Delete(Table table, IReadOnlyList<string> ids);

    /// <summary>Runs a statement at once; returns the rows it touched.</summary>
    int Do(string sql, params (string Name, object? Value)[] parameters);

    /// <summary>After a commit: nothing deleted may be read from the files of the database any more. False where that has to be tried again.</summary>
    bool Forget();

    /// <summary>A statement that answers rows.</summary>
    IReadOnlyList<T> Read<T>(string sql, Func<DbDataReader, T> read, params (string Name, object? Value)[] parameters);

    /// <summary>Makes it durable. Rows may be sent only now.</summary>
    void Commit();

    void Rollback();
}

/// <summary>What the log says of all that a batch touches, read in the batch's own transaction and kept up with it.</summary>
public sealed class LogState
{
    public BatchTail Tail { get; init; } = BatchTail.None;

    public Dictionary<string, LogHead> Heads { get; } = new(StringComparer.Ordinal);

    public Dictionary<CommandKey, CommandRow> Commands { get; } = [];

    public LogHead Head(string stream) => Heads.GetValueOrDefault(stream, LogHead.None);
}

/// <summary>The last commit batch.</summary>
/// <param name="Position">Of its last event.</param>
public sealed record BatchTail(long Number, long Position, byte[] Hash)
{
    public static BatchTail None { get; } = new(0, 0, HashChain.Start);
}

/// <summary>The event log, its command rows, cells, outbox, vault and read tables in one SQL database.</summary>
/// <param name="vault">Opens and seals what is known of people. Without it nothing personal is written, and what there is is not read.</param>
public sealed class SqlLogStore(ISqlEngine engine, Kinds kinds, Vault? vault = null) : ILogStore
{
    // Whoever asked is told within two seconds that the store is away: some of it is for telling.
    private static readonly TimeSpan ReaderWithin = TimeSpan.FromSeconds(1.5);

    private readonly ConcurrentBag<DbConnection> readers = [];
    private readonly SemaphoreSlim free = new(engine.ReadersMost);
    private readonly GroupRead ends = new(standsStillAfter: TimeSpan.FromMilliseconds(200));
    private SqlBatch? writer;
    private bool made;

    // Where nobody else writes, it is known without being read.
    private long end;

    // What a broken commit left in the file may be readable without being durable: until it is settled, nothing is read.
    private volatile bool unsettled = true;

    public ISqlEngine Engine => engine;

    public Kinds Kinds => kinds;

    public bool IsShared => engine.IsShared;

    public void Open()
    {
        unsettled = true;
        writer?.Close();
        writer = null;
        CloseReaders();
        writer = Writer();
        unsettled = false;
    }

    private SqlBatch Writer()
    {
        var connection = engine.Connect(forWriting: true);
        try
        {
            connection.Open();
            engine.Recover(connection);
            var rows = engine.Writer(connection);
            if (!made) Make(connection, rows);
            made = true;
            if (!IsShared) Volatile.Write(ref end, connection.Query("select coalesce(max(position), 0) from event", r => r.GetInt64(0)).GetAwaiter().GetResult()[0]);
            return new(rows, engine, vault, position => Volatile.Write(ref end, position));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Make(DbConnection connection, ISqlWriter rows)
    {
        // Two processes that start on an empty database together make its tables one after the other.
        connection.Do(engine.BeginSql);
        foreach (var sql in Schema) connection.Do(sql);
        // An outbox of a time before there were claims.
        if (!connection.HasColumn("outbox", "held_until")) connection.Do($"alter table outbox add column held_until {engine.Text}");
        // Where nobody else may write, whoever held a note is gone.
        if (!IsShared) connection.Do("update outbox set held_until = null where held_until is not null");
        vault?.Recognise(connection, engine);
        connection.Do("commit");
        RebuildChanged(connection, rows);
    }

    public ILogBatch Begin(IReadOnlyCollection<Append> appends)
    {
        if (writer is null) throw new StoreUnavailableException("The store is not open.");
        try
        {
            if (writer.IsClosed) writer = Writer();
            writer.Begin(appends);
            return writer;
        }
        catch (DbException fault) when (engine.IsBusy(fault))
        {
            writer.Dispose();
            throw new StoreBusyException(fault);
        }
    }

    public Task<IReadOnlyList<LoggedEvent>> Read(string stream, long afterVersion = 0) => Query<IReadOnlyList<LoggedEvent>>(async connection =>
        await WithPersonal(connection, stream, await connection.Events("where stream = @stream and version > @after order by version", ("stream", stream), ("after", afterVersion))));

    /// <summary>Hands back with a stream's events what the vault keeps of its subject.</summary>
    private async Task<List<LoggedEvent>> WithPersonal(DbConnection connection, string stream, List<LoggedEvent> events)
    {
        if (vault is null || events is [] || !kinds.HasPersonal(stream)) return events;

        var known = await vault.Read(connection, LoggedEvent.SubjectOf(stream));
        return known.IsEmpty ? events : events.ConvertAll(e => e with { Personal = known });
    }

    public async Task<LogHead> Head(string stream)
    {
        // What a database refuses to be asked goes alone, so that nobody else suffers for it.
        if (IsShared && HashChain.Keeps(stream)) return (await Ends(stream)).Heads.GetValueOrDefault(stream, LogHead.None);
        return await Query(async connection => await connection.Query(SqlReading.HeadSql, r => SqlReading.Head(r), ("stream", stream)) is [var head] ? head : LogHead.None);
    }

    /// <summary>The position of the log's last event: nothing at all was written while it stays the same.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be read, or not in time.</exception>
    public async ValueTask<long> End()
    {
        if (IsShared) return (await Ends(null)).Position;
        return unsettled ? throw Away : Volatile.Read(ref end);
    }

    private async Task<LogEnds> Ends(string? stream)
    {
        try
        {
            return await ends.Ask(stream, ReadEnds).WaitAsync(ReaderWithin);
        }
        catch (TimeoutException late)
        {
            throw Late(late);
        }
    }

    private Task<LogEnds> ReadEnds(IReadOnlyCollection<string> streams) => Query(async connection =>
    {
        var (heads, position) = (new Dictionary<string, LogHead>(StringComparer.Ordinal), 0L);
        await connection.Query(SqlReading.EndsSql, r => r.IsDBNull(0) ? position = r.IsDBNull(1) ? 0 : r.GetInt64(1) : (heads[r.GetString(0)] = SqlReading.Head(r, from: 1)).Version, ("streams", streams.ToArray()));
        return new LogEnds(heads, position);
    });

    public Task<CommandRow?> Find(CommandKey command) => Query(connection => connection.FindCommand(command));

    public Task<IReadOnlyList<Note>> DueNotes(DateTimeOffset now, int most) => Query<IReadOnlyList<Note>>(async connection =>
        await connection.Query("select id, kind, json, due, attempts from outbox where due <= @now order by due, id limit @most", SqlReading.Note, ("now", Time.Write(now)), ("most", most)));

    /// <summary>Reads on a connection of its own, which is for nothing else until the query is done.</summary>
    /// <exception cref="StoreUnavailableException">The store is away, cannot be reached or does not answer in time.</exception>
    public async Task<T> Query<T>(Func<DbConnection, Task<T>> query)
    {
        if (unsettled) throw Away;
        using var within = new CancellationTokenSource(ReaderWithin);
        try
        {
            await free.WaitAsync(within.Token);
            // It has its connection and its place until it ends, though nobody may wait for it any more.
            return await Read(query).WaitAsync(within.Token);
        }
        catch (OperationCanceledException late)
        {
            throw Late(late);
        }
    }

    private static StoreUnavailableException Away => new("The store is away and cannot be read. Ask again in a moment.");

    private static StoreUnavailableException Late(Exception late) => new("The store does not answer in time. Ask again in a moment.", late);

    private async Task<T> Read<T>(Func<DbConnection, Task<T>> query)
    {
        try
        {
            // To read twice harms nobody.
            for (var attempt = 1; ; attempt++)
            {
                var isIdle = readers.TryTake(out var reader);
                reader ??= engine.Connect(forWriting: false);
                try
                {
                    return await On(reader, query);
                }
                catch (StoreUnavailableException busy) when (attempt < StoreBusyException.Attempts && busy.InnerException is DbException fault && engine.IsBusy(fault))
                {
                    await Task.Delay(StoreBusyException.Pause(attempt));
                }
                catch (StoreUnavailableException cut) when (isIdle && reader.State is not ConnectionState.Open && cut.InnerException is not (TimeoutException or { InnerException: TimeoutException }))
                {
                    // Whatever cut it while it was idle has cut the others too.
                    CloseReaders();
                }
            }
        }
        finally
        {
            free.Release();
        }
    }

    private async Task<T> On<T>(DbConnection connection, Func<DbConnection, Task<T>> query)
    {
        try
        {
            if (connection.State is not ConnectionState.Open) await connection.OpenAsync();
            return await query(connection);
        }
        catch (Exception fault) when (fault is TimeoutException || (fault is DbException away && (away.IsTransient || connection.State is not ConnectionState.Open)))
        {
            throw new StoreUnavailableException("The store cannot be read now. Ask again in a moment.", fault);
        }
        finally
        {
            if (connection.State is ConnectionState.Open) readers.Add(connection);
            else await connection.DisposeAsync();
        }
    }

    private void CloseReaders()
    {
        while (readers.TryTake(out var reader)) reader.Dispose();
    }

    public void Dispose()
    {
        writer?.Close();
        CloseReaders();
        free.Dispose();
        engine.Dispose();
    }

    private string[] Schema
    {
        get
        {
            var (text, bytes) = (engine.Text, engine.Bytes);
            return
            [
                $"create table if not exists event (position {engine.Number}, stream {text} not null, version bigint not null, name {text} not null, json {text} not null, " +
                $"actor {text} not null, role {text} not null, at {text} not null, command_id {text} not null, reason {text}, cells bigint not null, hash {bytes} not null, unique (stream, version))",
                $"create table if not exists command (principal {text} not null, id {text} not null, body_sha256 {text} not null, stream {text} not null, last_version bigint not null, at {text} not null, primary key (principal, id)) {engine.Clustered}",
                $"create table if not exists observation (event bigint not null, n bigint not null, json {text} not null, primary key (event, n)) {engine.Clustered}",
                $"create table if not exists outbox (id {text} primary key, kind {text} not null, json {text} not null, due {text}, attempts bigint not null, fault {text}, held_until {text})",
                "create index if not exists outbox_due on outbox (due)",
                $"create table if not exists batch (number {engine.Number}, first bigint not null, last bigint not null, hash {bytes} not null)",
                // The keys that protect cookies and forms, where several servers share them.
                $"create table if not exists protection_key (name {text} primary key, xml {text} not null)",
                // What lets people in and is no event: its rows come and go, and name nobody but by an id or a keyed hash.
                $"create table if not exists session (id {text} primary key, person {text} not null, handle {text} not null, device {text} not null, begun {text} not null, seen {text} not null, proven {text} not null)",
                "create index if not exists session_person on session (person)",
                $"create table if not exists sign_in_failure (id {text} primary key, failures bigint not null, last {text} not null)",
                $"create table if not exists refused_try (id {text} primary key, refused bigint not null, throttled bigint not null, last {text} not null)",
                "create index if not exists sign_in_failure_last on sign_in_failure (last)", "create index if not exists refused_try_last on refused_try (last)",
                $"create table if not exists second_factor_use (person {text} primary key, step bigint not null)",
                $"create table if not exists token_use (token {text} primary key, last {text} not null)",
                // What is known of people, each under a key of their own.
                $"create table if not exists vault_key (subject {text} primary key, wrapped {bytes} not null)",
                $"create table if not exists vault (subject {text} not null, member {text} not null, sealed {bytes} not null, primary key (subject, member)) {engine.Clustered}",
                $"create table if not exists read_table (name {text} primary key, version bigint not null)",
            ];
        }
    }

    /// <summary>A read table that is new, or whose code has another version, is made again from the log before anything is served.</summary>
    private void RebuildChanged(DbConnection connection, ISqlWriter writer)
    {
        var known = connection.Query("select name, version from read_table", r => (Name: r.GetString(0), Version: r.GetInt64(1))).GetAwaiter().GetResult()
            .ToDictionary(t => t.Name, t => t.Version, StringComparer.Ordinal);
        bool Changed(ReadTable table) => !known.TryGetValue(table.Name, out var version) || version != table.Version;
        if (kinds.All.Any(kind => kind.Tables.Any(Changed))) Rebuild(connection, writer, Changed);
    }

    /// <summary>Makes every read table anew from the log. Returns how many streams were folded.</summary>
    public int Rebuild()
    {
        var connection = engine.Connect(forWriting: true);
        connection.Open();
        using var rows = engine.Writer(connection);
        return Rebuild(connection, rows, _ => true);
    }

    /// <summary>Drops and refills read tables from the log, in one transaction.</summary>
    private int Rebuild(DbConnection connection, ISqlWriter writer, Func<ReadTable, bool> which)
    {
        const int together = 200;
        var streams = 0;
        var rows = new RowCollector();
        writer.Begin([], []);
        try
        {
            foreach (var kind in kinds.All)
            {
                var tables = kind.Tables.Where(which).ToList();
                if (tables.Count == 0) continue;
                foreach (var table in tables)
                {
                    foreach (var sql in (IEnumerable<string>)[.. table.DropSql(engine), .. table.CreateSql(engine)]) connection.Do(sql);
                    connection.Do("insert into read_table (name, version) values (@name, @version) on conflict (name) do update set version = excluded.version", ("name", table.Name), ("version", (long)table.Version));
                }

                foreach (var stream in connection.Streams(kind.Name))
                {
                    var events = connection.Events("where stream = @stream order by version", ("stream", stream)).GetAwaiter().GetResult();
                    kind.Rebuild(stream, WithPersonal(connection, stream, events).GetAwaiter().GetResult(), tables, rows);
                    if (++streams % together == 0) rows.WriteTo(writer);
                }
            }

            rows.WriteTo(writer);
            writer.Commit();
        }
        catch
        {
            writer.Rollback();
            throw;
        }

        return streams;
    }
}

/// <summary>
/// The writer's batch. All that it checks is read at its beginning, while no other writer may enter, and all that it writes goes out together at
/// its end: on a database behind a network a batch costs the same few round trips whether it holds one command or a thousand.
/// </summary>
/// <param name="committed">Told the position of the last event of a batch once it is durable.</param>
internal sealed class SqlBatch(ISqlWriter writer, ISqlEngine engine, Vault? vault, Action<long> committed) : ILogBatch
{
    private readonly RowCollector rows = new();
    private readonly Dictionary<string, IReadRows> pendingRows = new(StringComparer.Ordinal);
    private readonly List<object?[]> commands = [], events = [], cells = [], notes = [];
    private readonly List<byte[]> hashes = [];
    private readonly Dictionary<string, byte[]> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Subject, string Member), byte[]> personal = [];
    private readonly HashSet<string> newKeys = new(StringComparer.Ordinal), erased = new(StringComparer.Ordinal);
    private LogState log = new();
    private bool open;
    private bool toForget;

    public void Begin(IReadOnlyCollection<Append> appends)
    {
        open = true;
        log = writer.Begin(
            appends.SelectMany(a => a.RestsOn.Select(rest => rest.Stream).Append(a.Stream)).ToHashSet(StringComparer.Ordinal),
            appends.Select(a => a.Command.Key).ToHashSet());
        // What is sealed under a key that was changed meanwhile, or found by an address that was hashed with it, would open to nobody.
        if (appends.Any(a => KindOf(a.Stream) == People.Person.Kind || a.Events.Any(e => !e.Personal.IsEmpty))) vault?.StillOpens(writer);
    }

    private static string KindOf(string stream) => stream.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? stream[..end] : stream;

    public AppendResult Add(Append append)
    {
        var key = append.Command.Key;
        if (log.Commands.TryGetValue(key, out var earlier)) return new(AppendStatus.Duplicate, earlier);
        if (log.Head(append.Stream) != new LogHead(append.Events[0].Version - 1, append.Previous)) return AppendResult.HeadMoved;
        if (append.RestsOn.Any(rest => log.Head(rest.Stream).Version != rest.Version)) return AppendResult.FactsMoved;

        commands.Add([key.Principal, key.Id, append.Command.BodySha256, append.Stream, append.Command.LastVersion, append.Command.At]);
        foreach (var e in append.Events)
        {
            hashes.Add(e.Hash);
            var position = log.Tail.Position + hashes.Count;
            events.Add([position, e.Stream, e.Version, e.Name, e.Json, e.Actor, e.Role, e.At, e.CommandId, e.Reason, (long)e.Cells.Length, e.Hash]);
            cells.AddRange(e.Cells.Select((json, n) => new object?[] { position, (long)n, json }));
            if (e.Erases) Erase(LoggedEvent.SubjectOf(e.Stream));
            foreach (var (member, json) in e.Personal) Seal(LoggedEvent.SubjectOf(e.Stream), member, json);
        }

        notes.AddRange(append.Notes.Select(note => new object?[] { note.Id, note.Kind, note.Json, Time.Write(note.Due), 0L }));
        pendingRows[append.Stream] = pendingRows.TryGetValue(append.Stream, out var before) ? before.Then(append.Rows) : append.Rows;
        log.Commands[key] = append.Command;
        log.Heads[append.Stream] = new(append.Events[^1].Version, append.Events[^1].Hash);
        if (log.Heads.TryGetValue(KindOf(append.Stream), out var kind)) log.Heads[KindOf(append.Stream)] = kind with { Version = kind.Version + append.Events.Length };
        return AppendResult.Committed;
    }

    public IReadOnlyList<Note> Claim(DateTimeOffset now, DateTimeOffset until, int most)
    {
        var claimed = writer.Read(
            "with free as materialized (select id from outbox where due <= @now and (held_until is null or held_until <= @now) order by due, id limit @most" + engine.PassingOver + ") " +
            "update outbox set held_until = @until where id in (select id from free) returning id, kind, json, due, attempts",
            SqlReading.Note, ("now", Time.Write(now)), ("until", Time.Write(until)), ("most", most));
        return [.. claimed.OrderBy(note => note.Due).ThenBy(note => note.Id, StringComparer.Ordinal)];
    }

    private void Seal(string subject, string member, string json)
    {
        if (vault is null) throw new InvalidOperationException("Something personal cannot be kept: this log was opened without the vault's key.");
        if (!keys.TryGetValue(subject, out var key))
        {
            if (!erased.Contains(subject) && Vault.WrappedKey(writer, subject) is { } wrapped) key = vault.Unwrap(subject, wrapped);
            else
            {
                key = Vault.NewKey();
                newKeys.Add(subject);
            }

            keys[subject] = key;
        }

        personal[(subject, member)] = Vault.Seal(key, subject, member, json);
    }

    private void Erase(string subject)
    {
        foreach (var known in personal.Keys.Where(known => known.Subject == subject).ToList()) personal.Remove(known);
        keys.Remove(subject);
        newKeys.Remove(subject);
        erased.Add(subject);
    }

    /// <summary>The hash of a short text tells it to whoever guesses: those of an erased person's commands go too.</summary>
    private void WriteErased()
    {
        foreach (var subject in erased)
        {
            writer.Do("delete from vault where subject = @subject", ("subject", subject));
            writer.Do("delete from vault_key where subject = @subject", ("subject", subject));
        }

        foreach (var stream in events.Select(e => (string)e[1]!).Where(stream => erased.Contains(LoggedEvent.SubjectOf(stream))).Distinct(StringComparer.Ordinal))
            writer.Do("update command set body_sha256 = '' where stream = @stream", ("stream", stream));
    }

    public int Do(string sql, params (string Name, object? Value)[] parameters) => writer.Do(sql, parameters);

    public void Settle(string noteId, DateTimeOffset? againAt, string? fault)
    {
        if (fault is null && againAt is null) writer.Delete(Table.Outbox, [noteId]);
        else writer.Do("update outbox set due = @due, attempts = attempts + 1, fault = @fault, held_until = null where id = @id", ("due", againAt is { } due ? Time.Write(due) : null), ("fault", fault), ("id", noteId));
    }

    public void Commit()
    {
        foreach (var stream in pendingRows.Values) stream.Write(rows);
        try
        {
            List<object?[]> sealedKeys = [.. newKeys.Select(subject => new object?[] { subject, vault!.Wrap(subject, keys[subject]) })];
            List<object?[]> known = [.. personal.Select(one => new object?[] { one.Key.Subject, one.Key.Member, one.Value })];
            foreach (var (table, added) in ((Table, List<object?[]>)[])
                [(Table.Command, commands), (Table.Event, events), (Table.Observation, cells), (Table.Outbox, notes), (Table.VaultKey, sealedKeys), (Table.Vault, known)])
            {
                if (added.Count > 0) writer.Insert(table, added);
            }

            WriteErased();
            rows.WriteTo(writer);
            if (hashes.Count > 0) writer.Insert(Table.Batch, [[log.Tail.Number + 1, log.Tail.Position + 1, log.Tail.Position + hashes.Count, HashChain.NextBatch(log.Tail.Hash, hashes)]]);
            writer.Commit();
            if (hashes.Count > 0) committed(log.Tail.Position + hashes.Count);
            toForget |= erased.Count > 0;
        }
        catch (DbException fault) when (engine.IsBusy(fault))
        {
            throw new StoreBusyException(fault);
        }
        catch (DbException fault) when (engine.IsOfARow(fault))
        {
            // One append's own fault, like a read row that cannot be made: the log then commits each alone. Unique (stream, version) is met here too,
            // as the last resort.
            throw new InvalidDataException("The database refuses a row.", fault);
        }

        open = false;
        if (toForget) toForget = !writer.Forget();
    }

    /// <summary>The connection broke before a commit was asked for, or with word that it was not made.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Undoes what was not committed. A connection that cannot even do that is replaced.</summary>
    public void Dispose()
    {
        foreach (var written in (List<object?[]>[])[commands, events, cells, notes]) written.Clear();
        hashes.Clear();
        keys.Clear();
        personal.Clear();
        newKeys.Clear();
        erased.Clear();
        pendingRows.Clear();
        rows.Clear();
        if (!open) return;
        open = false;
        try
        {
            writer.Rollback();
        }
        catch (Exception broken) when (broken is DbException or InvalidOperationException)
        {
            writer.Dispose();
            IsClosed = true;
        }
    }

    public void Close() => writer.Dispose();
}

/// <summary>Collects read rows, so that those of one table are written together.</summary>
internal sealed class RowCollector : IRowWriter
{
    private readonly Dictionary<ReadTable, (List<string> Gone, List<object?[]> Rows)> tables = [];

    public void Upsert(ReadTable table, object?[] values) => Of(table).Rows.Add(values);

    public void Delete(ReadTable table, string id) => Of(table).Gone.Add(id);

    public void WriteTo(ISqlWriter writer)
    {
        foreach (var (table, (gone, rows)) in tables)
        {
            if (gone.Count > 0) writer.Delete(table, gone);
            if (rows.Count > 0) writer.Insert(table, rows);
        }

        Clear();
    }

    public void Clear() => tables.Clear();

    private (List<string> Gone, List<object?[]> Rows) Of(ReadTable table) => tables.TryGetValue(table, out var known) ? known : tables[table] = ([], []);
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
