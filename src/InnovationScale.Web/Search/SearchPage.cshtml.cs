using System.Diagnostics;
using InnovationScale.Audit;
using InnovationScale.Pilots;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Search;

/// <summary>Finds records by their words, and narrows what was found down by kind, country, stage and year.</summary>
public sealed class SearchPage(Finder finder) : AppPage
{
    private const int LengthMost = 200, ValuesMost = 12;

    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Country { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Stage { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Year { get; set; }

    public Found Found { get; private set; } = Found.Nothing;

    /// <summary>Those by which there is anything to choose.</summary>
    public IEnumerable<Facet> Facets => Found.Facets.Where(facet => facet.Values.Count > 1 || Asked(facet.Name) is not null);

    public bool IsNarrowed => Names.Any(name => Asked(name) is not null);

    private static string[] Names => ["kind", "country", "stage", "year"];

    public async Task OnGet()
    {
        if (Q is { Length: > LengthMost }) Q = Q[..LengthMost];
        if (!string.IsNullOrWhiteSpace(Q)) Found = await finder.Find(Who, Q, new(Asked("kind"), Asked("country"), Asked("stage"), Asked("year")));
    }

    /// <summary>How many of a kind were found, in words.</summary>
    public string CountOf(FoundKind kind) => kind.Count >= Finder.CountMost
        ? Words["more than {n}", ("n", Words.Number(Finder.CountMost - 1))]
        : Words.Number(kind.Count);

    /// <summary>The value that the search is narrowed down to; null where to none.</summary>
    public string? Asked(string facet) => (facet switch { "kind" => Kind, "country" => Country, "stage" => Stage, "year" => Year, _ => null }) is { Length: > 0 } value ? value : null;

    /// <summary>The same search with one facet at another value; at none where that is null.</summary>
    public string With(string facet, string? value)
    {
        var query = new QueryBuilder { { "q", Q ?? "" } };
        foreach (var name in Names)
        {
            if ((name == facet ? value : Asked(name)) is { } held) query.Add(name, held);
        }

        return query.ToString();
    }

    /// <summary>Most records first; of very many values the rest is left to another word.</summary>
    public static IEnumerable<FacetValue> Shown(Facet facet) => facet.Name is "year"
        ? facet.Values.OrderBy(one => one.Value is Narrowed.None).ThenByDescending(one => one.Value, StringComparer.Ordinal).Take(ValuesMost)
        : facet.Values.Take(ValuesMost);

    public static bool ShowsAll(Facet facet) => facet.Values.Count <= ValuesMost;

    public string NameOf(Facet facet) => facet.Name switch
    {
        "kind" => Words["What it is"],
        "country" => Words["Country"],
        "stage" => Words["Stage"],
        "year" => Words["Year"],
        _ => throw new UnreachableException($"No words for {facet.Name}."),
    };

    public string ValueOf(Facet facet, string value) => (facet.Name, value) switch
    {
        (_, Narrowed.None) => Words["Not said"],
        ("kind", _) => RecordPlace.Title(Words, value),
        ("country", _) => Words.Country(value),
        ("stage", _) => value.Split('.') is [var kind, var stage] ? $"{RecordPlace.Title(Words, kind)} · {StageOf(kind, stage)}" : value,
        _ => value,
    };

    private string StageOf(string kind, string stage) => kind switch
    {
        "pilot" when Enum.TryParse<PilotStage>(stage, out var known) => Words.Name(known),
        "trial" when Enum.TryParse<TrialState>(stage, out var known) => Words.Name(known),
        _ => stage,
    };
}
