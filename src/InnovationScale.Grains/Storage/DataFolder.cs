using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using InnovationScale.Trials;
using Microsoft.Data.Sqlite;

namespace InnovationScale.Storage;

/// <summary>
/// What can be done to the records from outside a running server: verify, rebuild, back up, restore and export. Verify, backup and export
/// only read and may run beside the server; rebuild and restore claim the folder. What takes an engine works on PostgreSQL too, beside its servers.
/// </summary>
public static class DataFolder
{
    /// <summary>
    /// Recomputes every hash: each stream's chain, the chain of batches over all streams, and the cells against the hashes in their events; and
    /// compares the chain of batches with heads that were signed along the way.
    /// </summary>
    /// <returns>The first thing that is wrong, by position, or none.</returns>
    public static Verification Verify(string folder, IReadOnlyList<SignedHead>? heads = null)
    {
        using var connection = OpenToRead(Path.Combine(folder, SqliteEngine.FileName));
        return Verify(connection, heads ?? []);
    }

    /// <inheritdoc cref="Verify(string, IReadOnlyList{SignedHead}?)"/>
    public static Verification Verify(ISqlEngine engine, IReadOnlyList<SignedHead>? heads = null)
    {
        using var connection = OpenToRead(engine);
        return Verify(connection, heads ?? []);
    }

    private static Verification Verify(DbConnection connection, IReadOnlyList<SignedHead> signed)
    {
        // One moment of the log, whatever is written meanwhile.
        connection.Do("begin");
        var heads = new Dictionary<string, (long Version, byte[] Hash)>(StringComparer.Ordinal);
        using var batches = Batches(connection).GetEnumerator();
        var batch = (Number: 0L, First: 0L, Last: 0L, Hash: HashChain.Start);
        var inBatch = new List<byte[]>();
        var events = 0L;
        var signedUpTo = 0L;
        var signedAt = signed.ToLookup(head => head.Batch);

        foreach (var (position, cells, e) in Events(connection))
        {
            events++;
            if (position != events) return Verification.Broken(events, position, "an event is missing before it");
            var (version, previous) = heads.GetValueOrDefault(e.Stream, (0, HashChain.Start));
            if (e.Version != version + 1) return Verification.Broken(events, position, $"{e.Stream} jumps from version {version} to {e.Version}");
            if (!HashChain.Next(previous, e).AsSpan().SequenceEqual(e.Hash)) return Verification.Broken(events, position, $"version {e.Version} of {e.Stream} does not have the content that was hashed");
            heads[e.Stream] = (e.Version, e.Hash);
            if (cells > 0 && CellFault(connection, position, cells, e) is { } fault) return Verification.Broken(events, position, fault);

            if (position > batch.Last)
            {
                var last = batch.Number;
                if (!batches.MoveNext() || batches.Current.First != position || batches.Current.Number != last + 1)
                    return Verification.Broken(events, position, "no commit batch covers it");
                (batch, inBatch) = (batches.Current with { Hash = batch.Hash }, []);
            }

            inBatch.Add(e.Hash);
            if (position < batch.Last) continue;
            batch.Hash = HashChain.NextBatch(batch.Hash, inBatch);
            if (position != batch.Last || !batch.Hash.AsSpan().SequenceEqual(batches.Current.Hash)) return Verification.Broken(events, batch.First, $"commit batch {batch.Number} does not hold the events that were hashed");
            foreach (var head in signedAt[batch.Number])
            {
                if (head.Events != position || head.Head != Convert.ToHexStringLower(batch.Hash))
                    return Verification.Broken(events, signedUpTo + 1, $"something from there to position {head.Events} is not what was signed at {head.At:u}: it was changed and hashed again");
                signedUpTo = position;
            }
        }

        if (events < batch.Last || batches.MoveNext()) return Verification.Broken(events, events + 1, "events are missing at the end");
        if (signed.FirstOrDefault(head => head.Batch > batch.Number) is { } beyond)
            return Verification.Broken(events, events + 1, $"events are missing at the end: {beyond.Events} had been written when their head was signed at {beyond.At:u}");
        var strayCells = Rows(connection, "select event from observation o where not exists (select 1 from event e where e.position = o.event and o.n < e.cells) order by event limit 1", r => r.GetInt64(0)).FirstOrDefault();
        if (strayCells > 0) return Verification.Broken(events, strayCells, "there are cells that no event brought");
        var unaccounted = Rows(connection, "select position from event e where not exists (select 1 from command c where c.principal = e.actor and c.id = e.command_id and c.stream = e.stream and c.last_version >= e.version and c.at = e.at) order by position limit 1", r => r.GetInt64(0)).FirstOrDefault();
        if (unaccounted > 0) return Verification.Broken(events, unaccounted, "no command row accounts for it");
        var withoutEffect = Rows(connection, "select c.stream from command c where not exists (select 1 from event e where e.stream = c.stream and e.version = c.last_version and e.actor = c.principal and e.command_id = c.id) limit 1", r => r.GetString(0)).FirstOrDefault();
        if (withoutEffect is not null) return Verification.Broken(events, events, $"a command row of {withoutEffect} tells of an event that is not there");
        return new(events, heads.Count, batch.Number, Convert.ToHexStringLower(batch.Hash), null, null);
    }

    private static string? CellFault(DbConnection connection, long position, long count, LoggedEvent e)
    {
        var rows = connection.Cells(position).GetAwaiter().GetResult();
        using var json = JsonDocument.Parse(e.Json);
        return rows.Count == count && json.RootElement.TryGetProperty("cellsSha256", out var hash) && hash.GetString() == CellRows.Sha256(rows)
            ? null
            : $"the cells of version {e.Version} of {e.Stream} are not those that were hashed";
    }

    /// <summary>Makes every read table anew from the log. Returns how many streams were folded.</summary>
    /// <exception cref="IOException">A server owns the folder.</exception>
    public static int Rebuild(string folder, Kinds kinds, Vault? vault = null) => Rebuild(new SqliteEngine(folder), kinds, vault);

    /// <summary>The same on any engine, which it disposes of.</summary>
    public static int Rebuild(ISqlEngine engine, Kinds kinds, Vault? vault = null)
    {
        using var store = new SqlLogStore(engine, kinds, vault);
        store.Open();
        return store.Rebuild();
    }

    /// <summary>
    /// Copies the database to one file, consistent even while a server writes, with a manifest beside it. The file appears under its name only when
    /// it is whole.
    /// </summary>
    public static BackupManifest Backup(string folder, string file, DateTimeOffset at)
    {
        var partial = file + ".partial";
        File.Delete(partial);
        using (var source = OpenToRead(Path.Combine(folder, SqliteEngine.FileName)))
        using (var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = partial, Pooling = false }.ToString()))
        {
            target.Open();
            target.Do("pragma synchronous = full");
            source.BackupDatabase(target);
            target.Do("pragma journal_mode = delete");
        }

        var manifest = Describe(partial, at);
        var json = JsonSerializer.Serialize(manifest, StoredJson.Options);
        File.WriteAllText(ManifestOf(file) + ".partial", json);
        File.Move(partial, file, overwrite: true);
        File.Move(ManifestOf(file) + ".partial", ManifestOf(file), overwrite: true);
        return manifest;
    }

    /// <summary>Puts a backup into a folder that has no data yet, after checking that it is whole and that its history verifies.</summary>
    /// <exception cref="InvalidDataException">The backup is not whole, or its history does not verify.</exception>
    /// <exception cref="IOException">The folder has data already or a server owns it.</exception>
    public static Verification Restore(string file, string folder)
    {
        if (!File.Exists(ManifestOf(file))) throw new InvalidDataException($"“{file}” has no manifest “{ManifestOf(file)}”: the backup was not finished, or the two were separated.");
        var manifest = JsonSerializer.Deserialize<BackupManifest>(File.ReadAllText(ManifestOf(file)), StoredJson.Options)!;
        if (!File.Exists(file) || Sha256(file) != manifest.Sha256) throw new InvalidDataException($"“{file}” is not the file its manifest describes: it is cut off or changed.");

        Directory.CreateDirectory(folder);
        using var ownership = SqliteEngine.Own(folder);
        var target = Path.Combine(folder, SqliteEngine.FileName);
        if (File.Exists(target)) throw new IOException($"The folder “{folder}” holds data already. Restore into an empty folder.");
        var partial = target + ".partial";
        File.Copy(file, partial, overwrite: true);
        using (var connection = OpenToRead(partial))
        {
            var verification = Verify(connection, []);
            if (verification.Fault is not null) throw new InvalidDataException($"The backup's history does not verify at position {verification.FirstBad}: {verification.Fault}.");
            connection.Close();
            using (var written = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite)) written.Flush(flushToDisk: true);
            File.Move(partial, target);
            return verification;
        }
    }

    /// <summary>
    /// Writes the whole log as lines of JSON, in order of position: everything that is needed to recompute each hash, cells included.
    /// </summary>
    public static long Export(string folder, TextWriter to)
    {
        using var connection = OpenToRead(Path.Combine(folder, SqliteEngine.FileName));
        return Export(connection, to);
    }

    /// <inheritdoc cref="Export(string, TextWriter)"/>
    public static long Export(ISqlEngine engine, TextWriter to)
    {
        using var connection = OpenToRead(engine);
        return Export(connection, to);
    }

    private static long Export(DbConnection connection, TextWriter to)
    {
        var events = 0L;
        foreach (var (position, cells, e) in Events(connection))
        {
            var rows = cells == 0 ? null : connection.Cells(position).GetAwaiter().GetResult();
            to.WriteLine(JsonSerializer.Serialize(new ExportedEvent(position, e.Stream, e.Version, e.Name, e.Json, e.Actor, e.Role, e.At, e.CommandId, e.Reason, Convert.ToHexStringLower(e.Hash), rows), StoredJson.Options));
            events++;
        }

        return events;
    }

    private const int Page = 5_000;

    private static IEnumerable<(long Position, long Cells, LoggedEvent Event)> Events(DbConnection connection) => Pages(connection, "position",
        "select position, cells, stream, version, name, json, actor, role, at, command_id, reason, hash from event",
        r => (Position: r.GetInt64(0), r.GetInt64(1), new LoggedEvent(r.GetString(2), r.GetInt64(3), r.GetString(4), r.GetString(5), r.GetString(6), r.GetString(7), r.GetString(8), r.GetString(9), r.TextOrNull(10), (byte[])r.GetValue(11), [])),
        row => row.Position);

    private static IEnumerable<(long Number, long First, long Last, byte[] Hash)> Batches(DbConnection connection) => Pages(connection, "number",
        "select number, first, last, hash from batch", r => (Number: r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), (byte[])r.GetValue(3)), row => row.Number);

    // By pages of keys, so that a connection is free between two of them, and a long reading outside a transaction never holds a snapshot.
    private static IEnumerable<T> Pages<T>(DbConnection connection, string key, string select, Func<DbDataReader, T> read, Func<T, long> keyOf)
    {
        var after = 0L;
        while (true)
        {
            var page = Rows(connection, $"{select} where {key} > {after.ToString(CultureInfo.InvariantCulture)} order by {key} limit {Page}", read).ToList();
            foreach (var row in page) yield return row;
            if (page.Count < Page) yield break;
            after = keyOf(page[^1]);
        }
    }

    private static IEnumerable<T> Rows<T>(DbConnection connection, string sql, Func<DbDataReader, T> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        // Nobody waits for an answer but the person who asked for the whole.
        command.CommandTimeout = 0;
        using var reader = command.ExecuteReader();
        while (reader.Read()) yield return read(reader);
    }

    private static DbConnection OpenToRead(ISqlEngine engine)
    {
        var connection = engine.Connect(forWriting: false);
        connection.Open();
        return connection;
    }

    private static SqliteConnection OpenToRead(string file)
    {
        if (!File.Exists(file)) throw new FileNotFoundException($"There are no data at “{file}”.", file);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        return connection;
    }

    private static BackupManifest Describe(string file, DateTimeOffset at)
    {
        using var connection = OpenToRead(file);
        var events = connection.Query("select coalesce(max(position), 0) from event", r => r.GetInt64(0)).GetAwaiter().GetResult()[0];
        connection.Close();
        return new(at, events, new FileInfo(file).Length, Sha256(file));
    }

    private static string Sha256(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string ManifestOf(string file) => file + ".json";

    private sealed record ExportedEvent(
        long Position, string Stream, long Version, string Name, string Json, string Actor, string Role, string At, string CommandId, string? Reason, string Hash, List<string>? Cells);
}

/// <summary>What a verification found.</summary>
/// <param name="Head">Hash of the last commit batch, lower-case hex: write it down elsewhere, and a cut tail shows.</param>
/// <param name="FirstBad">Position of the first event that is wrong.</param>
/// <param name="Fault">What is wrong there; null when all is well.</param>
public sealed record Verification(long Events, int Streams, long Batches, string Head, long? FirstBad, string? Fault)
{
    internal static Verification Broken(long events, long position, string fault) => new(events, 0, 0, "", position, fault);
}

/// <summary>What a backup holds.</summary>
public sealed record BackupManifest(DateTimeOffset At, long Events, long Bytes, string Sha256);
