using InnovationScale.Components;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.People;

/// <summary>One short form for a person and her school, on the first page of an empty server and on a page of its own.</summary>
public abstract class PersonForm(SignInSetting setting, Desk desk, Registry registry) : AppPage
{
    [BindProperty]
    public string? Name { get; set; }

    /// <summary>Id of a school on the list; empty for a new one.</summary>
    [BindProperty]
    public string? School { get; set; }

    [BindProperty]
    public string? NewSchool { get; set; }

    [BindProperty]
    public string? Country { get; set; }

    [BindProperty]
    public string[] Roles { get; set; } = [nameof(Role.Teacher)];

    public bool ChooserIsOn => setting.Mode is SignInMode.LocalPeople;

    public bool HasAccounts => setting.Mode is SignInMode.Accounts;

    public IReadOnlyList<Choice> Schools { get; private set; } = [];

    public IReadOnlyList<Choice> AllRoles => [.. ((Role[])[Role.Teacher, Role.SchoolLead, Role.Researcher, Role.Facilitator, Role.SafeguardingLead, Role.Evaluator, Role.DataSteward])
        .Select(role => new Choice(role.ToString(), Words.Name(role)))];

    protected async Task LoadSchools() => Schools = await desk.Query(Who, "list-schools", connection => connection.Query(
        "select id, name, country from school order by name, id limit 500", r => new Choice(r.GetString(0), $"{r.GetString(1)}, {Words.Country(r.GetString(2))}")));

    /// <summary>Registers the school where it is new, then the person, as the product itself: nobody is known yet who could.</summary>
    protected async Task<IActionResult> Register()
    {
        if (!ChooserIsOn) return NotFound();

        await LoadSchools();
        var roles = Roles.Select(text => Enum.TryParse<Role>(text, out var role) && AllRoles.Any(choice => choice.Value == text) ? role : (Role?)null).ToArray();
        if (string.IsNullOrWhiteSpace(Name)) ModelState.AddModelError(nameof(Name), Words["Give the person's name."]);
        if (string.IsNullOrEmpty(School) && string.IsNullOrWhiteSpace(NewSchool)) ModelState.AddModelError(nameof(NewSchool), Words["Say at which school the person works."]);
        if (string.IsNullOrEmpty(School) && string.IsNullOrEmpty(Country)) ModelState.AddModelError(nameof(Country), Words["Choose the school's country."]);
        if (roles is [] || roles.Contains(null)) ModelState.AddModelError(nameof(Roles), Words["Choose at least one role."]);
        if (!ModelState.IsValid) return Mend();

        var home = School;
        if (string.IsNullOrEmpty(home))
        {
            var school = await registry.AddSchool(Principal.System, Asked(), new(NewSchool!, Country!));
            if (school.Refusal is { } refused) return Refuse(refused, nameof(NewSchool));
            home = school.Receipt!.Id;
        }

        var person = await registry.AddPerson(Principal.System, Asked().Part(1), new(Name!, home), [.. roles.Select(role => new HeldRole(role!.Value, home))]);
        return person.Refusal is { } refusal ? Refuse(refusal, nameof(Name)) : See("sign-in");
    }
}
