using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Search;

/// <summary>Finds records by their words.</summary>
public sealed class SearchPage(Finder finder) : AppPage
{
    private const int LengthMost = 200;

    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Country { get; set; }

    public IReadOnlyList<FoundKind> Found { get; private set; } = [];

    public async Task OnGet()
    {
        if (Q is { Length: > LengthMost }) Q = Q[..LengthMost];
        if (string.IsNullOrWhiteSpace(Q)) return;

        Found = await finder.Find(Who, Q, string.IsNullOrEmpty(Kind) ? null : Kind, string.IsNullOrEmpty(Country) ? null : Country);
    }

    /// <summary>How many of a kind were found, in words.</summary>
    public string CountOf(FoundKind kind) => kind.Count >= Finder.CountMost
        ? Words["more than {n}", ("n", Words.Number(Finder.CountMost - 1))]
        : Words.Number(kind.Count);

    /// <summary>The same search, of one kind only.</summary>
    public string OfKind(string kind) => $"?q={Uri.EscapeDataString(Q ?? "")}&kind={kind}{(string.IsNullOrEmpty(Country) ? "" : $"&country={Country}")}";
}
