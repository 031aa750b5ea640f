using System.Collections.Immutable;
using System.Globalization;
using InnovationScale.Pilots;
using InnovationScale.People;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale;

/// <summary>A product in a folder of its own, with trials in the field that take one cell after the other.</summary>
public sealed class Workload : IDisposable
{
    private readonly bool temporary;

    /// <summary>Of the vault on a database that several processes share.</summary>
    public static byte[] Key { get; } = [.. Enumerable.Range(0, Vault.KeyBytes).Select(n => (byte)n)];

    public Workload(string? folder = null) : this(folder ?? Directory.CreateTempSubdirectory("innovationscale-bench-").FullName, folder is null, store: null)
    {
    }

    /// <summary>The product as one node on a PostgreSQL database.</summary>
    public static Workload On(string store) => new(folder: "", temporary: false, store);

    private Workload(string folder, bool temporary, string? store)
    {
        (Folder, this.temporary) = (folder, temporary);
        var (kinds, access) = Product.Compose();
        // Several nodes on one database have the same key; a server that goes on with the folder finds it there.
        Store = store is null
            ? new(new SqliteEngine(Folder), kinds, Vault.In(Path.Combine(Folder, "vault-key")))
            : new(new PostgresEngine(store), kinds, new(Key, "the bench"));
        Log = new(Store, TimeProvider.System, NullLogger<EventLog>.Instance);
        Log.Start();
        // A busy machine makes a measurement slow, not void.
        Grains = new(kinds, Log, TimeProvider.System, new() { AnswerWithin = TimeSpan.FromMinutes(1) });
        var desk = new Desk(Grains, Store, access, TimeProvider.System);
        Trials = new(desk, Grains, Store, TimeProvider.System);
        Pilots = new(desk, Grains, Store);
    }

    public string Folder { get; }

    public SqlLogStore Store { get; }

    public EventLog Log { get; }

    public LocalGrains Grains { get; }

    public TrialDesk Trials { get; }

    public PilotDesk Pilots { get; }

    public static Principal Teacher { get; } = new("amina", "Amina", [new(Role.Teacher, School), new(Role.SchoolLead, School)]);

    public static Principal Researcher { get; } = new("ndeye", "Ndeye", [new(Role.Researcher, "institute")]);

    private static readonly Principal Second = new("binta", "Binta", [new(Role.Teacher, School)]);

    private static readonly Principal Other = new("rana", "Rana", [new(Role.Researcher, "institute")]);

    public const string School = "heron-bay";

    /// <summary>Brings a trial into the field, ready for cells.</summary>
    public async Task Field(string trial)
    {
        var pilot = $"p-{trial}";
        await Must(Grains.Execute(School, new RegisterSchool("Heron Bay", "KE"), Stamp("school", Role.System)), mayBeKnown: true);
        await Must(Pilots.Execute(Teacher, Next(), pilot, new StartPilot("Talk first", School)));
        await Must(Pilots.Execute(Teacher, Next(), pilot, new AnswerRoutinePractice(new(false, false, false, false, false, false))));
        await Must(Pilots.Execute(Teacher, Next(), pilot, new StateConsentBasis(ConsentBasis.OptOut, "A letter to families.")));
        await Must(Trials.Execute(Researcher, Next(), trial, new DraftTrial("Talk first", "talk-first", "v1", pilot, Preset.Rigorous, Plan)));
        await Must(Trials.Execute(Researcher, Next(), trial, new SubmitTrial()));
        await Must(Trials.Execute(Other, Next(), trial, new RegisterTrial()));
        await Must(Trials.Execute(Researcher, Next(), trial, new AddSite(School, pilot, null, new(2026, 1, 12))));
        await Must(Trials.Execute(Researcher, Next(), trial, new StartRecruiting()));
        await Must(Trials.Execute(Researcher, Next(), trial, new StartFieldwork()));
    }

    /// <summary>Registers the people who act over HTTP, with the roles they have here.</summary>
    public async Task Register()
    {
        foreach (var one in (Principal[])[Teacher, Second, Researcher])
        {
            await Must(Grains.Execute(one.Person, new RegisterPerson(one.Name, one.Roles[0].In), Stamp($"person-{one.Person}", Role.System)));
            foreach (var role in one.Roles) await Must(Grains.Execute(one.Person, new GrantRole(role, new(2026, 1, 1)), Stamp($"{one.Person}-{role}", Role.System)));
        }
    }

    public Task<Receipt> Start(string pilot) => Must(Pilots.Execute(Teacher, Next(), pilot, new StartPilot($"Talk first {pilot}", School)));

    public Task<Receipt> Describe(string pilot, int number) =>
        Must(Pilots.Execute(Teacher, Next(), pilot, new DescribePilot(Problem: $"Half the class writes nothing, we saw {number.ToString(CultureInfo.InvariantCulture)} times.")));

    /// <summary>A draft with all that its first gate asks for. Answers its version.</summary>
    public async Task<long> Draft(string pilot)
    {
        await Start(pilot);
        await Must(Pilots.Execute(Teacher, Next(), pilot, new DescribePilot(Problem: "Half the class writes nothing.", Learners: "Year 5", LearnerCount: 34, StartMonth: new(2027, 1))));
        await Must(Pilots.Execute(Teacher, Next(), pilot, new NameSecondAdult(Second.Person, School)));
        await Must(Pilots.Execute(Teacher, Next(), pilot, new TellHead("Mrs Otieno", new(2026, 1, 5))));
        return (await Must(Pilots.Execute(Teacher, Next(), pilot, new AnswerRoutinePractice(new(false, false, false, false, false, false))))).Version;
    }

    /// <summary>Records the cell of one class, as a researcher would.</summary>
    public Task<Outcome> Record(string trial, int number) => Record(trial, number.ToString(CultureInfo.InvariantCulture), number);

    /// <param name="command">Its own among all that are recorded.</param>
    public Task<Outcome> Record(string trial, string command, int number) => Trials.Execute(Researcher, new($"cell-{command}"), trial, new RecordCell(Cell(number)));

    public static Cell Cell(int number) => new()
    {
        School = School, Class = number.ToString(CultureInfo.InvariantCulture), Arm = number % 2 == 0 ? "talk" : "usual", Measure = "reading", Wave = "outcome",
        Allocated = 24, Lost = ImmutableSortedDictionary<string, int>.Empty.Add("absent", 1), Outcome = new(23, 51.25 + number % 7, 1234.5),
    };

    private int commands;

    private Request Next() => new($"setup-{Interlocked.Increment(ref commands).ToString(CultureInfo.InvariantCulture)}-{Guid.NewGuid():n}");

    private static Stamp Stamp(string id, Role role) => new("system", new(role, ""), TimeProvider.System.GetUtcNow(), id);

    public static async Task<Receipt> Must(Task<Outcome> asked, bool mayBeKnown = false)
    {
        var outcome = await asked;
        return outcome.Receipt ?? (mayBeKnown ? new("", 0) : throw new InvalidOperationException($"{outcome.Refusal!.Code}: {outcome.Refusal.Sentence} {string.Join(' ', outcome.Refusal.Missing)}"));
    }

    private static Registration Plan { get; } = new()
    {
        Hypothesis = "Pairs who talk first write more.",
        Design = TrialDesign.ClusterRandomised,
        UnitOfAssignment = UnitOfAssignment.Class,
        Arms = [new("talk", Comparison: false, "Ten minutes in pairs, then writing."), new("usual", Comparison: true, "Usual writing lesson.")],
        Allocation = new("lots drawn by class", SeedSha256: new string('a', 64)),
        Primary = new("reading", "points", 0, 100, Direction.HigherIsBetter),
        MissingDataRule = "Complete cases; losses are counted.",
        StoppingRule = "None.",
        Analysis = PlannedAnalysis.ClassAdjusted,
    };

    public void Dispose()
    {
        Grains.Dispose();
        Log.Dispose();
        if (temporary) Directory.Delete(Folder, recursive: true);
    }
}
