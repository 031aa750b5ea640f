using System.Collections.Immutable;
using InnovationScale.Storage;

namespace InnovationScale.Search;

/// <summary>What of a record can be found, and what is shown of it where it is.</summary>
/// <param name="Tells">A line below the title.</param>
/// <param name="Country">ISO 3166-1, where there is one.</param>
/// <param name="Hidden">Only those find it who see hidden records of its kind.</param>
/// <param name="Texts">It is found by their words.</param>
public sealed record Searched(string Title, string Tells, string? Country, bool Hidden, params ImmutableArray<string?> Texts)
{
    /// <summary>A kind's table of what can be found. Texts change seldom: most commands leave its row alone.</summary>
    public static ReadTable<TAggregate> Table<TAggregate>(int version, Func<TAggregate, Searched> of) where TAggregate : class, IAggregate<TAggregate> => new(
        $"{TAggregate.Kind}_found", version, [("title", "text"), ("tells", "text"), ("country", "text"), ("hidden", "bigint"), (ReadTable.WordsColumn, "text")], [],
        view => of(view.State) is var found ? [[found.Title, found.Tells, found.Country, found.Hidden ? 1L : 0L, SearchWords.Of(found.Texts.AsSpan())]] : [],
        same: (before, after) => of(before).IsSame(of(after)));

    private bool IsSame(Searched other) =>
        Title == other.Title && Tells == other.Tells && Country == other.Country && Hidden == other.Hidden && Texts.AsSpan().SequenceEqual(other.Texts.AsSpan());
}

/// <summary>A record that was found.</summary>
public sealed record FoundRecord(string Kind, string Id, string Title, string Tells, string? Country);

/// <summary>Records of one kind that were found, the best first.</summary>
/// <param name="Count">How many there are, at most <see cref="Finder.CountMost"/>.</param>
public sealed record FoundKind(string Kind, long Count, IReadOnlyList<FoundRecord> Records);

/// <summary>Finds records by their words: every word asked for must begin one of theirs.</summary>
public sealed class Finder(Desk desk, SqlLogStore store, Kinds kinds)
{
    /// <summary>Beyond this many nobody counts.</summary>
    public const int CountMost = 1_000;

    private const int OfEachMost = 5, OfOneMost = 50;

    /// <param name="kind">Only records of this kind, more of them; null for some of every kind.</param>
    /// <param name="country">Only records of this country.</param>
    /// <returns>Kinds with nothing found are left out.</returns>
    public async Task<IReadOnlyList<FoundKind>> Find(Principal who, string text, string? kind = null, string? country = null)
    {
        var words = SearchWords.Asked(text);
        if (words is []) return [];

        var asked = store.Engine.Words.Asked(words);
        return await desk.Query(who, "search", async connection =>
        {
            var found = new List<FoundKind>();
            foreach (var known in kinds.All.Where(known => kind is null || known.Name == kind))
            {
                if (known.Tables.FirstOrDefault(table => table.IsSearched) is not { } table) continue;
                var seen = known.Seen(desk, who, "t.hidden = 0", "t.id");
                var from = $"{store.Engine.Words.FoundSql(table.Name)} and {seen.Sql} and (cast(@country as text) is null or t.country = @country)";
                (string, object?)[] parameters = [("words", asked), ("country", country), .. seen.Parameters];
                var count = (await connection.Query($"select count(*) from (select 1 {from} limit {CountMost}) s", r => r.GetInt64(0), parameters))[0];
                if (count == 0) continue;
                found.Add(new(known.Name, count, await connection.Query(
                    $"select t.id, t.title, t.tells, t.country {from} order by {store.Engine.Words.BestFirstSql}, t.id limit {(kind is null ? OfEachMost : OfOneMost)}",
                    r => new FoundRecord(known.Name, r.GetString(0), r.GetString(1), r.GetString(2), r.TextOrNull(3)), parameters)));
            }

            return found;
        });
    }
}
