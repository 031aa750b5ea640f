using InnovationScale.Components;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>The tokens with which programs act for a person: made, listed and revoked.</summary>
[Authorize, ProveAgain]
public sealed class TokensPage(IGrains grains, TimeProvider clock) : AccountsPage
{
    [BindProperty]
    public string? Purpose { get; set; }

    [BindProperty]
    public string[] Scopes { get; set; } = [nameof(TokenScope.Read)];

    [BindProperty]
    public int? Days { get; set; } = 90;

    public IReadOnlyList<Choice> AllScopes =>
    [
        new(nameof(TokenScope.Read), Words["Read what you may read"]),
        new(nameof(TokenScope.Write), Words["Do whatever you may do"]),
        new(nameof(TokenScope.Upload), Words["Upload results, and nothing else"]),
    ];

    public IReadOnlyList<ApiToken> Tokens { get; private set; } = [];

    public IReadOnlyDictionary<string, DateTimeOffset> LastUsed { get; private set; } = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);

    /// <summary>The token that has just been made.</summary>
    public string? Made { get; private set; }

    public async Task OnGet() => await Load();

    public async Task<IActionResult> OnPost()
    {
        var (refusal, token) = await Accounts.MakeToken(Person!.Id, Purpose ?? "", [.. Scopes.Select(text => Enum.TryParse<TokenScope>(text, out var scope) ? scope : (TokenScope?)null).OfType<TokenScope>()], Days ?? 0, Asked());
        await Load();
        if (refusal is not null)
            return Refuse(refusal, refusal.Code switch { "purpose-missing" => nameof(Purpose), "scope-missing" => nameof(Scopes), "expiry-impossible" => nameof(Days), _ => null });

        (Made, Purpose) = (token, null);
        ModelState.Clear();
        CommandId = Guid.CreateVersion7().ToString();
        return Page();
    }

    public async Task<IActionResult> OnPostRevoke(string? token)
    {
        if (await Accounts.RevokeToken(Person!.Id, token ?? "", Asked()) is not { } refused) return See("account/tokens");
        await Load();
        return Refuse(refused);
    }

    private async Task Load()
    {
        Tokens = [.. (await grains.Look<Person>(Person!.Id)).State.Tokens.Where(token => !token.Revoked && token.Expires > clock.GetUtcNow())];
        LastUsed = await Accounts.LastUsed(Person.Id);
    }
}
