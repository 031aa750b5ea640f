using System.Globalization;
using InnovationScale.Storage;

namespace InnovationScale.Search;

/// <summary>A record that was found.</summary>
public sealed record FoundRecord(string Kind, string Id, string Title, string Tells, string? Country);

/// <summary>Records of one kind that were found, the best first; where there are more than <see cref="Finder.CountMost"/>, the best of as many that the database met first.</summary>
/// <param name="Count">How many there are, at most <see cref="Finder.CountMost"/>.</param>
public sealed record FoundKind(string Kind, long Count, IReadOnlyList<FoundRecord> Records);

/// <summary>What was found, and by what it can be narrowed down.</summary>
/// <param name="Kinds">Those with nothing found are left out.</param>
/// <param name="Facets">None where too much was found to count.</param>
public sealed record Found(IReadOnlyList<FoundKind> Kinds, IReadOnlyList<Facet> Facets)
{
    public static Found Nothing { get; } = new([], []);
}

/// <summary>One way to narrow a search down: how many records there are of each value, as the other ways stand. Together they are all of them.</summary>
/// <param name="Name"><c>kind</c>, <c>country</c>, <c>stage</c> or <c>year</c>.</param>
public sealed record Facet(string Name, IReadOnlyList<FacetValue> Values);

/// <param name="Value">A kind, a country (ISO 3166-1), a stage such as <c>pilot.Enquiry</c>, a year, or <see cref="Narrowed.None"/> where a record has none.</param>
public sealed record FacetValue(string Value, long Count);

/// <summary>To which values of which facets a search is narrowed down; null where to none.</summary>
public sealed record Narrowed(string? Kind = null, string? Country = null, string? Stage = null, string? Year = null)
{
    public const string None = "none";

    /// <summary>The facets in the order in which they are shown.</summary>
    internal static (string Name, Func<Narrowed, string?> Asked, Func<Narrowed, Narrowed> Without)[] Facets { get; } =
    [
        ("kind", by => by.Kind, by => by with { Kind = null }), ("country", by => by.Country, by => by with { Country = null }),
        ("stage", by => by.Stage, by => by with { Stage = null }), ("year", by => by.Year, by => by with { Year = null }),
    ];

    /// <summary>Whether records whose values these are, are among those asked for.</summary>
    internal bool Takes(Narrowed values) => Facets.All(facet => facet.Asked(this) is null || facet.Asked(this) == facet.Asked(values));
}

/// <summary>Finds records by their words: every word asked for must begin one of theirs.</summary>
public sealed class Finder(Desk desk, SqlLogStore store, Kinds kinds)
{
    /// <summary>Beyond this many of a kind nobody counts.</summary>
    public const int CountMost = 10_000;

    private const int OfEachMost = 5, OfOneMost = 50;

    /// <summary>Some records of every kind; of one kind, where it is narrowed down to one, more.</summary>
    public async Task<Found> Find(Principal who, string text, Narrowed? narrowed = null)
    {
        var (words, by) = (SearchWords.Asked(text), narrowed ?? new());
        if (words is []) return Found.Nothing;

        var asked = store.Engine.Words.Asked(words);
        return await desk.Query(who, "search", async connection =>
        {
            var (found, counted, tooMany) = (new List<FoundKind>(), new List<(Narrowed Values, long Count)>(), false);
            foreach (var known in kinds.All)
            {
                if (known.Tables.FirstOrDefault(table => table.IsSearched) is not { } table) continue;
                var seen = known.Seen(desk, who, "t.hidden = 0", "t.id");
                var from = $"{store.Engine.Words.FoundSql(table.Name)} and {seen.Sql}";
                (string, object?)[] parameters = [("words", asked), .. seen.Parameters];
                // Counted once by all facets together, so that every number on the page is of the same moment and of the same records.
                var ofKind = await connection.Query(
                    $"select s.country, s.stage, s.year, count(*) from (select t.country, t.stage, t.year {from} limit {CountMost}) s group by s.country, s.stage, s.year",
                    r => (Values: new Narrowed(known.Name, r.TextOrNull(0) ?? Narrowed.None, r.TextOrNull(1) is { } stage ? $"{known.Name}.{stage}" : Narrowed.None,
                        r.IsDBNull(2) ? Narrowed.None : r.GetInt64(2).ToString(CultureInfo.InvariantCulture)), Count: r.GetInt64(3)), parameters);
                counted.AddRange(ofKind);
                var some = ofKind.Where(cell => by.Takes(cell.Values)).Sum(cell => cell.Count);
                var all = ofKind.Sum(cell => cell.Count);
                tooMany |= all >= CountMost;
                // Of those that were not counted some may be asked for.
                if (some == 0 && (all < CountMost || (by.Kind ?? known.Name) != known.Name)) continue;

                var (where, values) = Within(by, known.Name);
                parameters = [.. parameters, .. values];
                var count = all < CountMost ? some : (await connection.Query($"select count(*) from (select 1 {from}{where} limit {CountMost}) s", r => r.GetInt64(0), parameters))[0];
                if (count == 0) continue;
                found.Add(new(known.Name, count, await connection.Query(
                    // Of more than anybody counts, the best of as many.
                    $"select s.id, s.title, s.tells, s.country from (select t.id, t.title, t.tells, t.country, {store.Engine.Words.BestSql} as best {from}{where} limit {CountMost}) s "
                    + $"order by s.best, s.id limit {(by.Kind is null ? OfEachMost : OfOneMost)}",
                    r => new FoundRecord(known.Name, r.GetString(0), r.GetString(1), r.GetString(2), r.TextOrNull(3)), parameters)));
            }

            return new Found(found, tooMany ? [] : FacetsOf(counted, by));
        });
    }

    private static IReadOnlyList<Facet> FacetsOf(List<(Narrowed Values, long Count)> counted, Narrowed narrowed) =>
    [
        .. from facet in Narrowed.Facets
           let others = facet.Without(narrowed)
           let values = counted.Where(cell => others.Takes(cell.Values)).GroupBy(cell => facet.Asked(cell.Values)!, cell => cell.Count)
           select new Facet(facet.Name,
           [
               .. values.Select(one => new FacetValue(one.Key, one.Sum())).OrderBy(one => one.Value is Narrowed.None).ThenByDescending(one => one.Count).ThenBy(one => one.Value, StringComparer.Ordinal),
           ]),
    ];

    /// <summary>The condition of what is asked for, within a kind.</summary>
    private static (string Sql, (string, object?)[] Parameters) Within(Narrowed by, string kind)
    {
        var (sql, parameters) = ("", new List<(string, object?)>());
        void Add(string column, object? value)
        {
            sql += value is null ? $" and t.{column} is null" : $" and t.{column} = @{column}";
            if (value is not null) parameters.Add((column, value));
        }

        if (by.Country is { } country) Add("country", country is Narrowed.None ? null : country);
        if (by.Stage is { } stage) Add("stage", stage is Narrowed.None ? null : stage.StartsWith($"{kind}.", StringComparison.Ordinal) ? stage[(kind.Length + 1)..] : stage);
        // What is no year is nobody's.
        if (by.Year is { } year) Add("year", year is Narrowed.None ? null : long.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1L);
        return (sql, [.. parameters]);
    }
}
