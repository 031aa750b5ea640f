namespace InnovationScale;

/// <summary>What the frame around every page knows of this installation.</summary>
/// <param name="Demo">Says on every page that everything in it is invented.</param>
/// <param name="Sections">First path segments of the features that have a page of their own, in the order of the menu; named by <c>nav.{section}</c>.</param>
public sealed record Site(bool Demo, bool SignInIsOn, IReadOnlyList<string> Sections)
{
    /// <summary>People reach it over https alone, mostly by a proxy that ends TLS.</summary>
    public bool Https { get; init; }
}

/// <summary>A step of the way to a page: <c>ViewData["Crumbs"] = new Crumb[] { new("Pilots", "/en/pilots") };</c></summary>
public sealed record Crumb(string Text, string Href);
