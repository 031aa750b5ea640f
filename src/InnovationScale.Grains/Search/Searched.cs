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
    /// <summary>How far the record has come, where anybody may know: the name of a value of its kind's own enum.</summary>
    public string? Stage { get; init; }

    /// <summary>Of its beginning, registration or decision.</summary>
    public int? Year { get; init; }

    /// <summary>A kind's table of what can be found. Texts change seldom: most commands leave its row alone.</summary>
    public static ReadTable<TAggregate> Table<TAggregate>(int version, Func<TAggregate, Searched> of) where TAggregate : class, IAggregate<TAggregate> => new(
        $"{TAggregate.Kind.Replace('-', '_')}_found", version,
        [("title", "text"), ("tells", "text"), ("country", "text"), ("stage", "text"), ("year", "bigint"), ("hidden", "bigint"), (ReadTable.WordsColumn, "text")], [],
        view => of(view.State) is var found
            ? [[found.Title, found.Tells, found.Country is "" ? null : found.Country, found.Stage, (long?)found.Year, found.Hidden ? 1L : 0L, SearchWords.Of(found.Texts.AsSpan())]]
            : [],
        same: (before, after) => of(before).IsSame(of(after)));

    private bool IsSame(Searched other) => this with { Texts = [] } == other with { Texts = [] } && Texts.AsSpan().SequenceEqual(other.Texts.AsSpan());
}
