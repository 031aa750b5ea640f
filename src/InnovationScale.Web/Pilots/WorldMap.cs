using System.Globalization;
using InnovationScale.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Http;

namespace InnovationScale.Pilots;

/// <summary>
/// Countries shaded by how many pilots they have. The shapes stand in <c>world.svg</c>, which a browser keeps; the page only says which of them has which
/// shade. The table before the map says it all.
/// </summary>
internal sealed class WorldMap
{
    private const string Shapes = "world.svg";

    private readonly IReadOnlyList<CountryRow> countries;
    private readonly long[] bounds;

    public WorldMap(IEnumerable<CountryRow> rows)
    {
        countries = [.. rows.Where(row => row.Country.Length > 0)];
        var most = countries.Select(row => row.All).DefaultIfEmpty().Max();
        // Five shades, each of as many times the pilots of the one before; few where there are few.
        bounds = [.. Enumerable.Range(1, 5).Select(n => (long)Math.Ceiling(Math.Pow(most, n / 5.0) - 1e-9)).Distinct()];
    }

    /// <summary>What each shade stands for, the lightest first.</summary>
    public IEnumerable<(int Shade, long From, long To)> Legend => bounds.Select((bound, n) => (Shade(n), n == 0 ? 1 : bounds[n - 1] + 1, bound));

    public IHtmlContent Draw(HttpContext context, Words words)
    {
        var file = context.GetEndpoint()?.Metadata.GetMetadata<ResourceAssetCollection>()?[Shapes] ?? Shapes;
        var map = new Html("svg", ("class", "world"), ("viewBox", "0 0 720 282"), ("role", "img"), ("aria-label", words["Map of the countries in the table above, each in a shade for its number of pilots"]))
        {
            new Html("use", ("href", $"/{file}#world")),
        };
        return map.Holding(countries.Select(row => new Html("use", ("href", $"/{file}#{row.Country}"), ("class", $"shade-{ShadeOf(row.All).ToString(CultureInfo.InvariantCulture)}"))
            {
                new Html("title") { words["{country}: {count}", ("country", words.Country(row.Country)), ("count", words.Number(row.All))] },
            }));
    }

    internal int ShadeOf(long count) => Shade(Array.FindIndex(bounds, bound => count <= bound));

    // Few shades are the darker ones: one alone must still be seen.
    private int Shade(int n) => 5 - (bounds.Length - 1 - n);
}
