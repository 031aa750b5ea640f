using InnovationScale.Community;
using InnovationScale.Enquiry;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Grants;
using InnovationScale.Pilots;
using InnovationScale.Replications;
using InnovationScale.ScaleUp;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.Demonstration;

/// <summary>
/// Sends the demonstration's commands the way users do, through the desks and their one access check, on a clock of its own so that what happened has
/// plausible days. The story is told in lines that run beside each other, since a commit that waits for the disk then holds many commands. Command ids
/// are counted within their line, the same at every start: what has taken effect once is only recognised the next time.
/// </summary>
internal sealed class DemonstrationSteps
{
    /// <summary>Begins the id of every command of the story.</summary>
    public const string Mark = "demonstration-";

    private readonly Clock clock = new();
    private readonly SqlLogStore store;
    private readonly string line;
    private readonly PilotDesk pilots;
    private readonly CycleDesk cycles;
    private readonly TrialDesk trials;
    private readonly ReplicationDesk replications;
    private readonly ReviewDesk reviews;
    private readonly GrantDesk grants;
    private readonly CommunityDesk community;
    private int sent;

    public DemonstrationSteps(IGrains grains, SqlLogStore store, Access access, string line)
    {
        (Grains, Access, this.store, this.line) = (grains, access, store, line);
        Desk = new(grains, store, access, clock);
        pilots = new(Desk, grains, store);
        cycles = new(Desk, grains);
        trials = new(Desk, grains, store, clock);
        replications = new(Desk, grains, store);
        reviews = new(Desk, grains, store, new(new(Desk, grains), grains, store), new(grains, store));
        community = new(Desk, grains, store);
        this.grants = new(Desk, grains, store, new EvidenceDesk(Desk, grains), access, clock, new(grains, store));
    }

    public IGrains Grains { get; }

    public Access Access { get; }

    public Desk Desk { get; }

    public TimeProvider Time => clock;

    public DateOnly Today => DateOnly.FromDateTime(clock.Now.UtcDateTime);

    /// <summary>A line of the story that runs beside the others, with its own days.</summary>
    public DemonstrationSteps Line(string name) => new(Grains, store, Access, name) { clock = { Now = clock.Now } };

    /// <summary>What follows happens on this day.</summary>
    public DemonstrationSteps On(int year, int month, int day) => On(new(year, month, day));

    /// <inheritdoc cref="On(int, int, int)"/>
    public DemonstrationSteps On(DateOnly day)
    {
        clock.Now = new(day, new(9, 0), TimeSpan.Zero);
        return this;
    }

    public Request Next(string? reason = null)
    {
        clock.Now = clock.Now.AddMinutes(3);
        return new($"{Mark}{line}-{++sent}", reason);
    }

    public Task Do<TAggregate>(string person, string id, ICommand<TAggregate> command, string? reason = null) where TAggregate : class, IAggregate<TAggregate> =>
        Took(Next(reason), request => Desk.Execute(LanternPeople.Called(person), request, id, command));

    public Task Do(string person, string pilot, PilotCommand command, string? reason = null) =>
        Took(Next(reason), request => pilots.Execute(LanternPeople.Called(person), request, pilot, command));

    public Task Do(string person, string pilot, string cycle, CycleCommand command) =>
        Took(Next(), request => cycles.Execute(LanternPeople.Called(person), request, pilot, cycle, command));

    public Task Do(string person, string trial, TrialCommand command, string? reason = null) =>
        Took(Next(reason), request => trials.Execute(LanternPeople.Called(person), request, trial, command));

    public Task Do(string person, string evaluation, EvaluationCommand command) =>
        Took(Next(), request => trials.Execute(LanternPeople.Called(person), request, evaluation, command));

    public Task Do(string person, string replication, ReplicationCommand command, string? reason = null) =>
        Took(Next(reason), request => replications.Execute(LanternPeople.Called(person), request, replication, command));

    public Task Do(string person, string review, ScaleUpReviewCommand command) =>
        Took(Next(), request => reviews.Execute(LanternPeople.Called(person), request, review, command));

    public Task Do(string person, string call, GrantCallCommand command, string? reason = null) =>
        Took(Next(reason), request => grants.Execute(LanternPeople.Called(person), request, call, command));

    public Task Do(string person, string application, GrantApplicationCommand command, string? reason = null) =>
        Took(Next(reason), request => grants.Execute(LanternPeople.Called(person), request, application, command));

    public Task Do(string person, string grant, CatalyticGrantCommand command, string? reason = null) =>
        Took(Next(reason), request => grants.Execute(LanternPeople.Called(person), request, grant, command));

    public Task Do(string person, string question, LearningQuestionCommand command) => Took(Next(), request => community.Execute(LanternPeople.Called(person), request, question, command));

    public Task Do(string person, string group, CommunityGroupCommand command) => Took(Next(), request => community.Execute(LanternPeople.Called(person), request, group, command));

    public Task Do(string person, string membership, MembershipCommand command, string? reason = null) => Took(Next(reason), request => community.Execute(LanternPeople.Called(person), request, membership, command));

    /// <summary>What a grant to this application is made of.</summary>
    public async Task<GrantOffer> Offer(string call, string application) => (await grants.Awardable(call, await Grains.Look<GrantApplication>(application)))!.Offer;

    /// <summary>On a machine with much else to do an answer can be late: the same request is sent again and has one effect.</summary>
    private static async Task Took(Request request, Func<Request, Task<Outcome>> send)
    {
        const int most = 20;
        Outcome? outcome = null;
        for (var attempt = 1; outcome is null; attempt++)
        {
            try
            {
                outcome = await send(request);
            }
            catch (StoreUnavailableException) when (attempt < most)
            {
                // It may have been saved all the same: the next attempt finds it.
            }
        }

        if (outcome.Value.Refusal is { } refusal)
            throw new InvalidOperationException($"The demonstration's own command was refused ({refusal.Code}): {refusal.Sentence} {string.Join(' ', refusal.Missing.Select(missing => missing.Sentence))}");
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
