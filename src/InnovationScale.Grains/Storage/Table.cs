namespace InnovationScale.Storage;

/// <summary>A column of a table. Types are those that SQLite and PostgreSQL share: text, bigint, double precision; and bytes.</summary>
public readonly record struct Column(string Name, string Type)
{
    public static implicit operator Column((string Name, string Type) column) => new(column.Name, column.Type);
}

/// <summary>A table as rows are written to it.</summary>
/// <param name="replaces">So many first columns are its key, and a row whose key is there already is replaced; 0 where every row is new.</param>
public class Table(string name, Column[] columns, int replaces = 0)
{
    public string Name => name;

    public IReadOnlyList<Column> Columns => columns;

    /// <summary>Begins a statement that writes rows.</summary>
    public string Into { get; } = $"insert into {name} ({string.Join(", ", columns.Select(c => c.Name))})";

    /// <summary>Ends it.</summary>
    public string OnConflict { get; } = replaces == 0 ? "" : $" on conflict ({string.Join(", ", columns.Take(replaces).Select(c => c.Name))}) do update set " +
        string.Join(", ", columns.Skip(replaces).Select(c => $"{c.Name} = excluded.{c.Name}"));

    /// <summary>Writes one row; each parameter has its column's name.</summary>
    public string InsertSql => $"{Into} values ({string.Join(", ", columns.Select(c => "@" + c.Name))}){OnConflict}";

    internal static Table Command { get; } = new("command", [("principal", "text"), ("id", "text"), ("body_sha256", "text"), ("stream", "text"), ("last_version", "bigint"), ("at", "text")]);

    internal static Table Event { get; } = new("event",
    [
        ("position", "bigint"), ("stream", "text"), ("version", "bigint"), ("name", "text"), ("json", "text"), ("actor", "text"), ("role", "text"), ("at", "text"),
        ("command_id", "text"), ("reason", "text"), ("cells", "bigint"), ("hash", "bytes"),
    ]);

    internal static Table Observation { get; } = new("observation", [("event", "bigint"), ("n", "bigint"), ("json", "text")]);

    internal static Table Outbox { get; } = new("outbox", [("id", "text"), ("kind", "text"), ("json", "text"), ("due", "text"), ("attempts", "bigint")]);

    internal static Table VaultKey { get; } = new("vault_key", [("subject", "text"), ("wrapped", "bytes")], replaces: 1);

    internal static Table Vault { get; } = new("vault", [("subject", "text"), ("member", "text"), ("sealed", "bytes")], replaces: 2);

    internal static Table Batch { get; } = new("batch", [("number", "bigint"), ("first", "bigint"), ("last", "bigint"), ("hash", "bytes")]);
}
