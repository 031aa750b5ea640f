using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>Opens an account by a link: an invitation, or the one with which a new server is set up.</summary>
public sealed class JoinPage(IGrains grains) : AccountsPage
{
    [BindProperty(SupportsGet = true)]
    public string? Key { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty]
    public string? Organisation { get; set; }

    [BindProperty]
    public string? Country { get; set; }

    /// <summary>Null where the link opens nothing.</summary>
    public Invitation? Invitation { get; private set; }

    public bool AsksName { get; private set; }

    /// <summary>Nobody is here yet.</summary>
    public bool IsFirst { get; private set; }

    /// <summary>The school where the role is held, in words.</summary>
    public string Where { get; private set; } = "";

    public async Task<IActionResult> OnGet()
    {
        await Load();
        if (Invitation is null) Response.StatusCode = 404;
        return Page();
    }

    public async Task<IActionResult> OnPost()
    {
        await Load();
        var outcome = await Accounts.Join(InvitationKey.Read(Key), Asked(), new(Name ?? "", Email ?? "", Password ?? "", Organisation, Country), Place);
        return outcome.Refusal is { } refusal
            ? Refuse(refusal, refusal.Code switch
            {
                "name-missing" => nameof(Name),
                "email-impossible" or "email-taken" => nameof(Email),
                "password-length" or "password-common" => nameof(Password),
                "school-name-missing" => nameof(Organisation),
                "country-impossible" => nameof(Country),
                _ => null,
            })
            : await GoIn(outcome, null);
    }

    private async Task Load()
    {
        if (await Accounts.Invited(InvitationKey.Read(Key)) is not ({ } person, { } invitation)) return;

        (Invitation, AsksName, IsFirst) = (invitation, !person.IsRegistered, !person.IsRegistered && invitation.Home is null);
        if (invitation.Role is { In: var place } && await grains.Look<School>(place) is { Exists: true } school) Where = school.State.Name;
        else Where = invitation.Role?.In ?? "";
    }
}
