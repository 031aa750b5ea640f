using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.ScaleUp;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale.Safeguarding;

/// <summary>An incident is a record of its own, under an id that nobody knows before: what it stops is looked at again when one is reported meanwhile.</summary>
public sealed class AnIncidentAtThatMoment : IAsyncLifetime
{
    private static readonly Principal Teacher = new("amina", "Amina", [new(Role.Teacher, "heron-bay")]), Researcher = new("ndeye", "Ndeye", [new(Role.Researcher, "lantern")]),
        Secretary = new("omar", "Omar", [new(Role.Secretary, "committee-1")]);

    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private readonly Listening grains = new();
    private ServiceProvider services = null!;
    private int asked;

    private Request Next => new($"c{asked++}", "It is so.");

    public async Task InitializeAsync()
    {
        var product = new ServiceCollection().AddLogging().AddEmbeddedGrains(() => new SqliteEngine(folder), () => new Vault(Vault.NewKey(), "a test"));
        // Whatever the desks ask of grains is heard on the way.
        var runs = product.Last(service => service.ServiceType == typeof(IGrains));
        product.AddSingleton<IGrains>(provider => grains.Before((IGrains)runs.ImplementationFactory!(provider)));
        services = product.BuildServiceProvider();
        await Desk.Execute(Principal.System, Next, "heron-bay", new RegisterSchool("Heron Bay", "KE", "lantern"));
        await Pilots.Execute(Teacher, Next, "pilot-1", new StartPilot("Talk first", "heron-bay", null, null));
        grains.Heard.Clear();
    }

    public async Task DisposeAsync()
    {
        await services.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private Desk Desk => services.GetRequiredService<Desk>();

    private PilotDesk Pilots => services.GetRequiredService<PilotDesk>();

    [Fact]
    public async Task Sends_a_move_of_the_pilot_back_to_look_again()
    {
        var facts = await Pilots.Gather("pilot-1");
        Assert.Null((await Desk.Execute(Teacher, Next, "incident-1", new RaiseIncident("pilot-1", Severity.Soft, "Somebody was upset."))).Refusal);

        var late = await Desk.Execute(Teacher, Next, "pilot-1", new MovePilot(PilotTo.Withdrawn) { Facts = facts });
        Assert.Equal("facts-moved", late.Refusal?.Code);
        Assert.Equal(1, (await Pilots.Gather("pilot-1")).OpenIncidents);
        Assert.Null((await Pilots.Execute(Teacher, Next, "pilot-1", new MovePilot(PilotTo.Withdrawn))).Refusal);
    }

    [Fact]
    public async Task Goes_by_nothing_that_it_would_stop()
    {
        await Pilots.Execute(Teacher, Next, "pilot-1", new MovePilot(PilotTo.Registered));
        await services.GetRequiredService<TrialDesk>().Execute(Researcher, Next, "trial-1", new StartFieldwork());
        var cell = ATrial.Class("heron-bay", "c0", "talk", 50);
        await services.GetRequiredService<TrialDesk>().Execute(Researcher, Next, "trial-1", new RecordCell(cell));
        await services.GetRequiredService<TrialDesk>().Execute(Researcher, Next, "trial-1", new ImportCells(new("batch", new string('0', 64), 1, "reduction"), [cell]));
        await services.GetRequiredService<ReviewDesk>().Execute(Secretary, Next, "review-1", new SubmitCase());
        await services.GetRequiredService<ReviewDesk>().Execute(Secretary, Next, "review-1", new TableCase(new(2026, 10, 1)));
        Assert.Equal(["move-pilot", "start-fieldwork", "record-cell", "import-cells", "submit-case", "table-case"], grains.Heard.Select(one => Access.ActionOf(one.GetType())));
        Assert.All(grains.Heard, command => Assert.Contains(new Head(Incident.Kind, 0), ((IRestsOn)command).RestsOn));
    }

    /// <summary>Grains that remember what was asked of them.</summary>
    private sealed class Listening : IGrains
    {
        private IGrains grains = null!;

        public List<object> Heard { get; } = [];

        public IGrains Before(IGrains inner)
        {
            grains = inner;
            return this;
        }

        public Task<Outcome> Execute<TAggregate>(string id, ICommand<TAggregate> command, Stamp stamp, long? expectedVersion = null) where TAggregate : class, IAggregate<TAggregate>
        {
            Heard.Add(command);
            return grains.Execute(id, command, stamp, expectedVersion);
        }

        public Task<View<TAggregate>> Look<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate> => grains.Look<TAggregate>(id);
    }
}
