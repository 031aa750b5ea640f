using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Grants;

/// <summary>A call's envelope against its grants, and every ledger against the lists.</summary>
[Authorize]
public sealed class BooksPage(GrantDesk grants) : AppPage
{
    public string Id { get; private set; } = "";

    public Reconciliation Both { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (await grants.Books(Who, id) is not { } both) return NotFound();
        (Id, Both) = (id, both);
        return Page();
    }
}
