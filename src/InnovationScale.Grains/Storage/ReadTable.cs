namespace InnovationScale.Storage;

/// <summary>
/// A table that pages list, filter and sort, written in the event's own transaction from the aggregate's state alone, so that a rebuild
/// from the log gives the same rows. Raise the version when its columns or rows change: it is then rebuilt before serving.
/// </summary>
public abstract class ReadTable(string name, int version, bool many, Column[] columns, string[] indexes)
    : Table(name, many ? [("id", "text"), ("n", "bigint"), .. columns] : [("id", "text"), .. columns], replaces: many ? 2 : 1)
{
    public int Version => version;

    /// <summary>More than one row a stream: the key is (id, n).</summary>
    public bool Many => many;

    /// <summary>
    /// What each index covers, such as <c>country, stage</c> or, where no two rows may have the same, <c>unique email_key</c>. Never a column that every command changes: the index would be written with
    /// every one of them.
    /// </summary>
    public IReadOnlyList<string> Indexes => indexes;

    /// <summary>A column of this name can be searched for words.</summary>
    public const string WordsColumn = "words";

    public bool IsSearched { get; } = columns.Any(column => column.Name is WordsColumn);

    public IEnumerable<string> DropSql(ISqlEngine engine) => [$"drop table if exists {Name}", .. IsSearched ? engine.Words.DropSql(Name) : []];

    public IEnumerable<string> CreateSql(ISqlEngine engine) =>
    [
        $"create table {Name} ({string.Join(", ", Columns.Select(c => $"{c.Name} {(c.Type == "text" ? engine.Text : c.Type)}"))}, primary key ({(many ? "id, n" : "id")}))",
        .. indexes.Select((columns, i) => columns.Split(' ') is ["unique", var alone]
            ? $"create unique index {Name}_{i + 1} on {Name} ({alone})"
            : $"create index {Name}_{i + 1} on {Name} ({columns})"),
        .. IsSearched ? engine.Words.CreateSql(Name) : [],
    ];
}

/// <inheritdoc/>
/// <param name="rows">The stream's rows after an event: one array a row, in the order of the columns after the key.</param>
/// <param name="same">True where two states surely give the same rows; a table of many rows is then left as it is.</param>
public sealed class ReadTable<TAggregate>(
    string name, int version, Column[] columns, string[] indexes, Func<View<TAggregate>, IEnumerable<object?[]>> rows,
    bool many = false, Func<TAggregate, TAggregate, bool>? same = null)
    : ReadTable(name, version, many, columns, indexes)
    where TAggregate : class, IAggregate<TAggregate>
{
    /// <summary>A table with one row a stream.</summary>
    public static ReadTable<TAggregate> OneRow(string name, int version, Column[] columns, string[] indexes, Func<View<TAggregate>, object?[]> row) =>
        new(name, version, columns, indexes, view => [row(view)]);

    public void Write(IRowWriter writer, View<TAggregate> view, TAggregate? before)
    {
        if (before is not null && same?.Invoke(before, view.State) == true) return;
        if (Many) writer.Delete(this, view.Id);
        var n = 0;
        foreach (var row in rows(view))
        {
            writer.Upsert(this, Many ? [view.Id, (long)n++, .. row] : [view.Id, .. row]);
        }
    }
}

/// <summary>Writes rows of read tables inside a batch or a rebuild.</summary>
public interface IRowWriter
{
    void Upsert(ReadTable table, object?[] values);

    void Delete(ReadTable table, string id);
}

/// <summary>A stream's read rows as of one append. A batch keeps the last for each stream and writes once.</summary>
public interface IReadRows
{
    /// <summary>These rows replaced by later ones of the same stream.</summary>
    IReadRows Then(IReadRows later);

    void Write(IRowWriter writer);
}
