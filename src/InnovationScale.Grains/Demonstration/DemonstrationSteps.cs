using System.Collections.Immutable;
using InnovationScale.Enquiry;
using InnovationScale.Evaluations;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.Demonstration;

/// <summary>
/// Sends the demonstration's commands the way users do, through the desks and their one access check, on a clock of its own so that what happened has
/// plausible days. Command ids are counted, the same at every start: what has taken effect once is only recognised the next time.
/// </summary>
internal sealed class DemonstrationSteps
{
    private readonly Dictionary<string, Principal> people = new(StringComparer.Ordinal);
    private readonly Clock clock = new();
    private readonly Desk desk;
    private readonly PilotDesk pilots;
    private readonly CycleDesk cycles;
    private readonly TrialDesk trials;
    private int sent;

    public DemonstrationSteps(IGrains grains, SqlLogStore store, Access access)
    {
        desk = new(grains, store, access, clock);
        pilots = new(desk, grains, store);
        cycles = new(desk, grains);
        trials = new(desk, grains, store, clock);
        Grains = grains;
        Access = access;
    }

    public IGrains Grains { get; }

    public Access Access { get; }

    public Desk Desk => desk;

    public TimeProvider Time => clock;

    public DateOnly Today => DateOnly.FromDateTime(clock.Now.UtcDateTime);

    public Principal this[string person] => people[person];

    /// <summary>What follows happens on this day.</summary>
    public DemonstrationSteps On(int year, int month, int day)
    {
        clock.Now = new(year, month, day, 9, 0, 0, TimeSpan.Zero);
        return this;
    }

    public Request Next(string? reason = null)
    {
        clock.Now = clock.Now.AddMinutes(3);
        return new($"demonstration-{++sent}", reason);
    }

    public async Task School(string id, string name, string country)
    {
        Took(await desk.Execute(Principal.System, Next(), id, new RegisterSchool(name, country, "Lantern Schools Network")));
        var unknown = ContextProfile.Dimensions.Where(question => question.Part is ContextPart.School && question.Code != "country")
            .ToImmutableSortedDictionary(question => question.Code, _ => ContextAnswer.Unknown, StringComparer.Ordinal);
        Took(await desk.Execute(Principal.System, Next(), id, new DescribeSchoolContext(unknown)));
    }

    public async Task Person(string id, string name, string home, params ImmutableArray<HeldRole> roles)
    {
        Took(await desk.Execute(Principal.System, Next(), id, new RegisterPerson(name, home)));
        foreach (var role in roles) Took(await desk.Execute(Principal.System, Next(), id, new GrantRole(role, Today)));
        people[id] = new(id, name, roles);
    }

    public async Task Do<TAggregate>(string person, string id, ICommand<TAggregate> command, string? reason = null) where TAggregate : class, IAggregate<TAggregate> =>
        Took(await desk.Execute(people[person], Next(reason), id, command));

    public async Task Do(string person, string pilot, PilotCommand command, string? reason = null) => Took(await pilots.Execute(people[person], Next(reason), pilot, command));

    public async Task Do(string person, string pilot, string cycle, CycleCommand command) => Took(await cycles.Execute(people[person], Next(), pilot, cycle, command));

    public async Task Do(string person, string trial, TrialCommand command, string? reason = null) => Took(await trials.Execute(people[person], Next(reason), trial, command));

    public async Task Do(string person, string evaluation, EvaluationCommand command) => Took(await trials.Execute(people[person], Next(), evaluation, command));

    public static void Took(Outcome outcome)
    {
        if (outcome.Refusal is { } refusal)
            throw new InvalidOperationException($"The demonstration's own command was refused ({refusal.Code}): {refusal.Sentence} {string.Join(' ', refusal.Missing.Select(missing => missing.Sentence))}");
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
