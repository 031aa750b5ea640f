using InnovationScale.Api;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Networks;

/// <summary>The schools of a network: which it registered, and which act for themselves.</summary>
public sealed class NetworkPage(Desk desk) : AppPage
{
    private const int PageSize = 100;

    [FromRoute]
    public string Id { get; set; } = "";

    public IReadOnlyList<NetworkSchool> Schools { get; private set; } = [];

    public string? Next { get; private set; }

    /// <summary>This person acts for the network.</summary>
    public bool IsOurs => Who.Roles.Contains(new HeldRole(Role.Facilitator, Id));

    public async Task<IActionResult> OnGet()
    {
        var after = Request.Query["after"] is [{ } cursor] ? Cursor.Read(cursor, 2) : null;
        var rows = await desk.Query(Who, "list-schools", connection => connection.Query(
            "select id, name, country, acted_for_by from school where network = @network and (name, id) > (@name, @id) order by name, id limit @limit",
            r => new NetworkSchool(r.GetString(0), r.GetString(1), r.GetString(2), r.TextOrNull(3) == Id), ("network", Id), ("name", after?[0] ?? ""), ("id", after?[1] ?? ""), ("limit", PageSize + 1)));
        if (rows is [] && !IsOurs) return NotFound();

        Next = rows.Count > PageSize ? Cursor.Write(rows[PageSize - 1].Name, rows[PageSize - 1].Id) : null;
        Schools = [.. rows.Take(PageSize)];
        return Page();
    }
}

/// <param name="Unconfirmed">The network acts for it until its own lead has confirmed it.</param>
public sealed record NetworkSchool(string Id, string Name, string Country, bool Unconfirmed);
