using InnovationScale.Components;
using InnovationScale.People;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Pilots;

/// <summary>The second adult, and when the head was told.</summary>
[Authorize]
public sealed class WhoElsePage(Desk desk, PilotDesk pilots, IPeople people, IGrains grains) : PilotForm(desk, pilots)
{
    [BindProperty]
    public string? SecondAdult { get; set; }

    [BindProperty]
    public string? HeadName { get; set; }

    [BindProperty]
    public DateOnly? HeadToldOn { get; set; }

    public IReadOnlyList<Choice> People { get; private set; } = [];

    public async Task<IActionResult> OnGet()
    {
        if (!await LoadPage()) return NotFound();

        (SecondAdult, HeadName, HeadToldOn) = (Pilot.SecondAdult?.Person, Pilot.Head?.Name, Pilot.Head?.On);
        return Page();
    }

    public async Task<IActionResult> OnPost(bool later)
    {
        if (!await LoadPage()) return NotFound();
        if (!later && string.IsNullOrEmpty(SecondAdult)) ModelState.AddModelError(nameof(SecondAdult), Words["Choose a second adult."]);
        if ((!later || HeadToldOn is not null) && string.IsNullOrWhiteSpace(HeadName)) ModelState.AddModelError(nameof(HeadName), Words["Give the head's name."]);
        if ((!later || !string.IsNullOrWhiteSpace(HeadName)) && HeadToldOn is null) ModelState.AddModelError(nameof(HeadToldOn), Words["Give the day the head was told."]);
        if (!ModelState.IsValid) return Mend();

        List<PilotCommand> commands = [];
        if (!string.IsNullOrEmpty(SecondAdult)) commands.Add(new NameSecondAdult(SecondAdult, (await grains.Look<Person>(SecondAdult)).State.Home));
        if (HeadToldOn is { } day) commands.Add(new TellHead(HeadName!, day));
        return await Send(commands) is { } refusal ? Refuse(refusal) : See(later ? $"pilots/{Id}" : $"pilots/{Id}/routine-practice");
    }

    private async Task<bool> LoadPage()
    {
        People = [.. (await people.List()).Where(person => person.Id != Who.Person).Select(person => new Choice(person.Id, person.At is { } at ? $"{person.Name}, {Words.At(at)}" : person.Name))];
        return await Load();
    }
}
