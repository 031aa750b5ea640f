using System.Globalization;

namespace InnovationScale.People;

/// <summary>Countries by their two letters (ISO 3166-1), in English.</summary>
public static class Countries
{
    /// <summary>Every country that the machine's own tables know, by name.</summary>
    public static IReadOnlyList<(string Code, string Name)> All { get; } =
    [
        .. CultureInfo.GetCultures(CultureTypes.SpecificCultures).Select(culture => new RegionInfo(culture.Name))
            .Where(region => region.TwoLetterISORegionName is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'])
            .DistinctBy(region => region.TwoLetterISORegionName, StringComparer.Ordinal)
            .Select(region => (region.TwoLetterISORegionName, region.EnglishName))
            .OrderBy(country => country.EnglishName, StringComparer.Ordinal),
    ];

    private static readonly Dictionary<string, string> ByCode = All.ToDictionary(country => country.Code, country => country.Name, StringComparer.Ordinal);

    /// <summary>The country's name; its code where the tables do not know it.</summary>
    public static string Name(string code) => ByCode.GetValueOrDefault(code, code);
}
