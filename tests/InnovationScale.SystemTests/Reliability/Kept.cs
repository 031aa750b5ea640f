using System.Collections.Frozen;
using System.Data.Common;
using InnovationScale.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace InnovationScale.Reliability;

/// <summary>What a data folder or a database keeps, read from the database itself and not through the server.</summary>
/// <param name="Commands">Each command that took effect, with its stream and last version.</param>
/// <param name="Halves">Commands whose events are not all there, and events of no command.</param>
/// <param name="Marks">How many events hold each mark.</param>
internal sealed record Kept(
    IReadOnlyDictionary<(string Person, string Key), (string Stream, long LastVersion)> Commands, IReadOnlyList<string> Halves, IReadOnlyDictionary<string, int> Marks)
{
    // A command's events stand one after another and end at its last version; two commands never share a version.
    private const string HalvesSql =
        """
        select c.principal || ' ' || c.id from command c left join event e on e.stream = c.stream and e.actor = c.principal and e.command_id = c.id
        group by c.principal, c.id having count(e.position) = 0 or max(e.version) <> c.last_version or max(e.version) - min(e.version) + 1 <> count(e.position)
        union all
        select 'event ' || e.position from event e where not exists (select 1 from command c where c.principal = e.actor and c.id = e.command_id and c.stream = e.stream)
        """;

    public static Kept In(string folder)
    {
        using var database = Open(folder);
        return In(database);
    }

    /// <summary>What a PostgreSQL database keeps.</summary>
    public static Kept InStore(string store)
    {
        using var database = new NpgsqlConnection($"{store};Pooling=false");
        database.Open();
        return In(database);
    }

    private static Kept In(DbConnection database)
    {
        var commands = Rows(database, "select principal, id, stream, last_version from command",
            r => KeyValuePair.Create((r.GetString(0), r.GetString(1)), (r.GetString(2), r.GetInt64(3)))).ToFrozenDictionary();
        var halves = Rows(database, HalvesSql, r => r.GetString(0)).ToList();
        var marks = Rows(database, "select json from event where json like '%mark-%'", r => r.GetString(0))
            .SelectMany(json => Wish.Marks().Matches(json).Select(found => found.Value).Distinct(StringComparer.Ordinal))
            .CountBy(mark => mark).ToFrozenDictionary();
        return new(commands, halves, marks);
    }

    /// <summary>The hash of the commit batch that ends at this event.</summary>
    public static string? HeadAt(string folder, long events)
    {
        using var database = Open(folder);
        return Rows(database, $"select lower(hex(hash)) from batch where last = {events}", r => r.GetString(0)).SingleOrDefault();
    }

    /// <summary>Recomputes every hash of a folder. Fails with what is wrong.</summary>
    public static Verification Verified(string folder) => Well(DataFolder.Verify(folder));

    /// <summary>The same of a PostgreSQL database.</summary>
    public static Verification VerifiedStore(string store)
    {
        using var engine = new PostgresEngine(store);
        return Well(DataFolder.Verify(engine));
    }

    private static Verification Well(Verification found)
    {
        Assert.True(found.Fault is null, $"Not well at {found.FirstBad}: {found.Fault}");
        return found;
    }

    private static SqliteConnection Open(string folder)
    {
        var database = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, SqliteEngine.FileName), Mode = SqliteOpenMode.ReadOnly, Pooling = false,
        }.ToString());
        database.Open();
        return database;
    }

    private static IEnumerable<T> Rows<T>(DbConnection database, string sql, Func<DbDataReader, T> read)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read()) yield return read(reader);
    }
}
