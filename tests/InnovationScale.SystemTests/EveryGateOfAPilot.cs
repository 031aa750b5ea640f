using System.Net;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Storage;
using Microsoft.Data.Sqlite;

namespace InnovationScale;

/// <summary>A server with the people of a programme, for every gate.</summary>
public sealed class ServerWithAProgramme : IAsyncLifetime
{
    private readonly EmptyServer empty = new();

    public Cast Cast { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await empty.InitializeAsync();
        Cast = await Cast.Register(empty.Server);
    }

    public Task DisposeAsync() => empty.DisposeAsync();
}

/// <summary>
/// Every row of the table of gates, over HTTP: refused with what is missing, mended by exactly that, signed by those it waits for, and passed.
/// The rows are read from the table: a gate, a need or a signer that nobody here knows how to supply fails.
/// </summary>
public class EveryGateOfAPilot(ServerWithAProgramme programme) : IClassFixture<ServerWithAProgramme>
{
    public static TheoryData<PilotStage, PilotTo, Preset> Gates()
    {
        var rows = new TheoryData<PilotStage, PilotTo, Preset>();
        foreach (var gate in PilotGates.Of(PilotGates.CurrentPolicy)) rows.Add(gate.From, gate.To, gate.Preset);
        return rows;
    }

    [Theory, MemberData(nameof(Gates))]
    public async Task Is_refused_with_what_is_missing_and_passed_when_it_is_there(PilotStage from, PilotTo to, Preset preset)
    {
        var walk = await GateWalk.To(programme.Cast, Gate(from, to, preset));

        Assert.NotEmpty(await walk.Pass(Gate(from, to, preset)));
    }

    [Theory, MemberData(nameof(Gates))]
    public void Asks_for_nothing_that_nobody_can_supply(PilotStage from, PilotTo to, Preset preset)
    {
        Assert.All(Gate(from, to, preset).Needs, need => Assert.Contains(need.Code, GateWalk.Mends));
        Assert.All(Gate(from, to, preset).Signers, signer => Assert.Contains(signer.Code, GateWalk.Signers));
    }

    internal static PilotGate Gate(PilotStage from, PilotTo to, Preset preset) =>
        PilotGates.Of(PilotGates.CurrentPolicy).Single(gate => gate.From == from && gate.To == to && gate.Preset == preset);
}

/// <summary>A pilot led from gate to gate by what its refusals say is missing, and by nothing else.</summary>
internal sealed class GateWalk(PilotOnItsWay pilot)
{
    private string? incident, reason;
    private TrialInTheField? otherTrial;
    private Person evaluator = pilot.Cast.Evaluator;
    private string? evaluation;
    private bool overTime;

    /// <summary>How each thing is supplied, by the code under which a refusal names it.</summary>
    public static IReadOnlyDictionary<string, Func<GateWalk, Task>> Mends { get; } = new Dictionary<string, Func<GateWalk, Task>>(StringComparer.Ordinal)
    {
        ["title"] = walk => walk.Pilot.Describe(new { title = "Talk first, then write" }),
        ["problem"] = walk => walk.Pilot.Describe(new { problem = "Half the class writes nothing." }),
        ["learners"] = walk => walk.Pilot.Describe(new { learners = "Year 5", learnerCount = 120 }),
        ["start-month"] = walk => walk.Pilot.Describe(new { startMonth = "2026-12" }),
        ["safeguarding-contact"] = walk => walk.Pilot.Describe(new { safeguardingContact = "Mrs Otieno" }),
        ["second-adult"] = walk => walk.Pilot.NameSecondAdult(),
        ["head-knows"] = walk => walk.Pilot.TellHead(consents: false),
        ["head-consents"] = walk => walk.Pilot.TellHead(consents: true),
        ["routine-practice"] = walk => walk.Pilot.AnswerRoutinePractice(),
        ["teaching-described"] = walk => walk.Pilot.DescribeTeaching(),
        ["school-context"] = walk => walk.Pilot.DescribeSchool(),
        ["learner-context"] = walk => walk.Pilot.DescribeContext(ContextPart.Learners),
        ["delivery-context"] = walk => walk.Pilot.DescribeContext(ContextPart.Delivery),
        ["core-component"] = walk => walk.Pilot.ChooseInnovation(),
        ["school-lead-confirms"] = walk => walk.Pilot.Confirm(),
        ["question"] = walk => walk.Pilot.PlanEnquiry(new { question = "Do more pupils write when they talk first?" }),
        ["watch"] = walk => walk.Pilot.PlanEnquiry(new { watch = "Pupils who write five lines", watchAs = "share" }),
        ["aim"] = walk => walk.Pilot.PlanEnquiry(new { aim = "Nearly everybody writes.", target = 90 }),
        ["drivers"] = walk => walk.Pilot.PlanEnquiry(new { drivers = "Talk, time, topic" }),
        ["measure"] = walk => walk.Pilot.PlanEnquiry(new { measure = "lines-written" }),
        ["challenge-group"] = walk => walk.Pilot.PlanEnquiry(new { waiver = "There is none near." }),
        ["ethics"] = walk => walk.Pilot.DecideEthics(),
        ["consent-basis"] = walk => walk.Pilot.StateConsent(),
        ["core-components-accepted"] = walk => walk.Pilot.AcceptCoreComponents(),
        ["no-open-incident"] = walk => walk.ResolveIncident(),
        ["trial-registered"] = walk => walk.RegisterTrial(),
        ["new-trial-registered"] = walk => walk.RegisterTrial(),
        ["one-trial"] = walk => walk.otherTrial!.Stop(),
        ["baseline-points"] = walk => walk.Pilot.Cycle("adopt", PilotGates.BaselineForTimeSeries),
        ["cycle-closed"] = walk => walk.Pilot.Cycle("adopt"),
        ["cycle-not-abandoned"] = walk => walk.Pilot.Cycle("adopt"),
        ["cycle-closed-adapt"] = walk => walk.Pilot.Cycle("adapt"),
        ["what-changed"] = walk => walk.Pilot.SayWhatChanged(),
        ["core-ruling"] = walk => walk.Pilot.ProposeAdaptation(),
        ["data-locked"] = walk => walk.CloseTrial(),
        ["evaluation-signed"] = walk => walk.Evaluate(),
        ["evaluation-signed-off-team"] = walk => walk.Evaluate(),
        ["evaluation-covers-all"] = walk => walk.Evaluate(),
        ["independent-evaluator"] = walk => walk.Evaluate(),
        ["evaluation-after-trial"] = walk => walk.Evaluate(),
        ["adaptation-enacted"] = walk => walk.Pilot.EnactAdaptation(),
        ["fidelity-consistent"] = walk => walk.Pilot.EnactAdaptation(),
        ["lessons"] = walk => walk.Pilot.WriteLessons(),
        ["reason"] = walk =>
        {
            walk.reason = "It is time.";
            return Task.CompletedTask;
        },
    };

    /// <summary>Who fills each place under a move.</summary>
    public static IReadOnlyDictionary<string, Func<GateWalk, Person>> Signers { get; } = new Dictionary<string, Func<GateWalk, Person>>(StringComparer.Ordinal)
    {
        ["signed-by-teacher"] = walk => walk.Pilot.Teacher,
        ["signed-by-teacher-or-network"] = walk => walk.Pilot.Teacher,
        ["signed-by-second-adult"] = walk => walk.Pilot.Colleague,
        ["signed-by-school-lead"] = walk => walk.Pilot.Head,
        ["signed-by-teacher-or-lead"] = walk => walk.Pilot.Head,
        ["signed-by-teacher-or-facilitator"] = walk => walk.Pilot.Cast.Facilitator,
        ["signed-by-team-lead"] = walk => walk.Pilot.Teacher,
        ["signed-by-researcher"] = walk => walk.Pilot.Cast.Researcher,
        ["signed-by-facilitator-or-researcher"] = walk => walk.Pilot.Cast.Facilitator,
        ["signed-by-data-steward"] = walk => walk.Pilot.Cast.Steward,
        ["signed-by-one-more"] = walk => walk.Pilot.Teacher,
        ["signed-by-somebody-off-the-team"] = walk => walk.Pilot.Cast.Steward,
        ["signed-evaluation"] = walk => walk.Pilot.Cast.Evaluator,
    };

    private PilotOnItsWay Pilot => pilot;

    /// <summary>A pilot that stands before a gate, with as little answered as the gates before it let pass.</summary>
    public static async Task<GateWalk> To(Cast cast, PilotGate gate)
    {
        var innovation = (string)(await cast.Researcher.Api.Post("/api/v1/innovations", new
        {
            title = "Talk first", description = "Pairs talk before they write.", theory = "Talking orders thoughts.", coreComponents = (string[])["Talk before writing"],
        })).Expect(HttpStatusCode.Created).Json["id"]!;
        var walk = new GateWalk(await PilotOnItsWay.OpenSchool(cast, "Heron Bay", "KE", innovation));

        // A pilot registered lightly is asked at the trial for all that registration would have asked.
        var catchesUp = gate is { From: PilotStage.Registered, To: PilotTo.Trial };
        await walk.Pilot.Start(Word(catchesUp ? Preset.Light : gate.Preset), title: " ", version: catchesUp || gate.Preset is Preset.Rigorous ? null : "v1");
        foreach (var before in Before(gate))
        {
            await walk.Pass(EveryGateOfAPilot.Gate(before.From, before.To, catchesUp ? Preset.Light : gate.Preset));
            // Signed this early, the evaluation does not move the pilot on by itself.
            if (before.To is PilotTo.Trial && gate is { From: PilotStage.Evaluation, Preset: Preset.Standard } and not { To: PilotTo.Adaptation })
            {
                await walk.CloseTrial();
                await walk.Evaluate();
            }
        }

        await walk.PutInTheWay(gate, catchesUp);
        return walk;
    }

    /// <summary>Asks, mends what is missing, and signs until the gate is passed. Answers with every code that stood in the way.</summary>
    public async Task<HashSet<string>> Pass(PilotGate gate)
    {
        var stood = new HashSet<string>(StringComparer.Ordinal);
        if (gate.Needs.IsEmpty) stood.UnionWith(await RefusedToOthers(gate));
        foreach (var place in gate.Signers) await Sign(gate, Signers[place.Code](this), stood);

        var now = await pilot.Read();
        if (Enum.TryParse<PilotStage>(gate.To.ToString(), out var stage)) Assert.Equal(Word(stage), (string?)now["stage"]);
        else if (gate.To is PilotTo.Withdrawn) Assert.Equal("withdrawn", (string?)now["status"]);
        else Assert.Equal(("closed", Word(gate.To)), ((string?)now["status"], (string?)now["closedAs"]));
        reason = null;
        return stood;
    }

    private async Task Sign(PilotGate gate, Person by, HashSet<string> stood)
    {
        for (var reply = await Ask(gate, by); reply.Status is not HttpStatusCode.OK; reply = await Ask(gate, by))
        {
            var problem = reply.Expect(HttpStatusCode.Conflict).Problem();
            // The product took this step by itself when the evaluation was signed.
            if (gate is { From: PilotStage.Evaluation, To: PilotTo.Adaptation } && problem.Code is "no-such-move") return;

            Assert.Equal(("gate-not-passed", gate.Name), (problem.Code, problem.Guard));
            Assert.NotEmpty(problem.Missing);
            Assert.All(problem.Missing, missing => Assert.True(missing.Sentence.Length > 0 && missing.Who.Length > 0));
            Assert.Contains(problem.Missing[0].Sentence, problem.Detail, StringComparison.Ordinal);
            var listed = (await pilot.Read())["gates"]!.AsArray().SingleOrDefault(ahead => (string?)ahead!["to"] == Word(gate.To));
            Assert.Equal(listed!["missing"]!.AsArray().Select(missing => (string)missing!["code"]!), problem.Missing.Select(missing => missing.Code).Where(code => code is not "reason"));
            foreach (var missing in problem.Missing)
            {
                Assert.True(stood.Add(missing.Code), $"{gate.Name}: “{missing.Code}” is missing still, although it was supplied.");
                await Mends[missing.Code](this);
            }
        }
    }

    private Task<Reply> Ask(PilotGate gate, Person by) => pilot.Move(Word(gate.To), by, reason);

    /// <summary>A gate that asks for nothing but signatures is refused to whoever it does not ask for.</summary>
    private async Task<IEnumerable<string>> RefusedToOthers(PilotGate gate)
    {
        var problem = (await Ask(gate, pilot.OwnEvaluator)).Expect(HttpStatusCode.Forbidden).Problem();
        Assert.Equal(("not-yours-to-sign", gate.Name), (problem.Code, problem.Guard));
        Assert.Equal(gate.Signers.Select(signer => signer.Code), problem.Missing.Select(missing => missing.Code));
        return problem.Missing.Select(missing => missing.Code);
    }

    private static IEnumerable<(PilotStage From, PilotTo To)> Before(PilotGate gate)
    {
        (PilotStage From, PilotTo To)[] way = gate is { From: PilotStage.Adaptation, Preset: Preset.Light }
            ? [(PilotStage.Draft, PilotTo.Registered), (PilotStage.Registered, PilotTo.Enquiry), (PilotStage.Enquiry, PilotTo.Adaptation)]
            :
            [
                (PilotStage.Draft, PilotTo.Registered), (PilotStage.Registered, PilotTo.Enquiry), (PilotStage.Enquiry, PilotTo.Trial), (PilotStage.Trial, PilotTo.Evaluation),
                (PilotStage.Evaluation, PilotTo.Adaptation),
            ];
        return way.TakeWhile(step => step.From != gate.From);
    }

    /// <summary>What a trial would not like: an incident, another trial in the school, a design that needs more points; and an evaluator of the school's own.</summary>
    private async Task PutInTheWay(PilotGate gate, bool catchesUp)
    {
        if (catchesUp)
        {
            (await pilot.Teacher.Api.Post($"{pilot.At}/preset-changes", new { to = Word(gate.Preset) }, ifMatch: (await pilot.Teacher.Api.Get(pilot.At)).ETag)).Expect(HttpStatusCode.OK);
            await pilot.ChooseInnovation();
        }

        if (gate.To is PilotTo.Trial)
        {
            incident = (await pilot.Teacher.Api.Post($"{pilot.At}/incidents", new { severity = "hard", what = "A stranger joined the call." })).Expect(HttpStatusCode.Created).Header("Location");
            otherTrial = await TrialInTheField.Register(pilot.Cast,
                new { title = "Another trial", innovation = pilot.Innovation, version = pilot.Version, preset = "standard", plan = TrialInTheField.Plan() }, [new { school = pilot.School, joined = "2026-09-01" }]);
            await otherTrial.Recruit();
        }

        overTime = gate is { From: PilotStage.Enquiry, To: PilotTo.Trial };
        if (gate is { From: PilotStage.Evaluation, Preset: Preset.Rigorous } && gate.To is not PilotTo.Adaptation) evaluator = pilot.OwnEvaluator;
    }

    private async Task ResolveIncident() => (await pilot.Cast.EthicsLead.Api.Post($"{incident}/resolutions", new { reason = "Calls need a code now." })).Expect(HttpStatusCode.OK);

    /// <summary>The trial of the version that is tried now.</summary>
    private string? registeredFor;

    private async Task RegisterTrial()
    {
        if (registeredFor == pilot.Version) return;
        registeredFor = pilot.Version;
        await pilot.RegisterTrial(overTime ? TrialInTheField.Plan(design: "interrupted-time-series") : TrialInTheField.Plan());
    }

    private async Task CloseTrial()
    {
        await pilot.Trial!.Start();
        await pilot.Trial.Record(PupilRows.Of([pilot.School], lift: 12, seed: 1));
        await pilot.Trial.Close();
    }

    /// <summary>Signed, and what follows from that by itself has been tried.</summary>
    private async Task Evaluate()
    {
        if (evaluation is not null) return;
        evaluation = await pilot.Trial!.Evaluate(evaluator.Api);
        var outbox = new SqliteConnectionStringBuilder { DataSource = Path.Combine(pilot.Cast.Server.DataFolder, SqliteEngine.FileName), Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        await using var connection = new SqliteConnection(outbox.ToString());
        await connection.OpenAsync();
        await using var waiting = connection.CreateCommand();
        waiting.CommandText = "select count(*) from outbox where due is not null";
        await Signal.Until("what follows from the signature is done", async () => await waiting.ExecuteScalarAsync() is 0L);
    }

    private static string Word<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
