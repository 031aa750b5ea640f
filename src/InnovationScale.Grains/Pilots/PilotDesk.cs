using System.Globalization;
using System.Text.Json;
using InnovationScale.Enquiry;
using InnovationScale.Evaluations;
using InnovationScale.Innovations;
using InnovationScale.People;
using InnovationScale.Safeguarding;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.Pilots;

/// <summary>Work on a pilot: what its gates must know of other records is gathered here and checked again where it is written.</summary>
public sealed class PilotDesk(Desk desk, IGrains grains, SqlLogStore store)
{
    public Task<Outcome> Execute(Principal who, Request request, string pilot, PilotCommand command) => desk.Execute<Pilot>(who, request, pilot, async () => command switch
    {
        StartPilot start => At(start, await grains.Look<School>(start.School)),
        MovePilot move => move with { Facts = await Gather(pilot) },
        ResumePilot resume => resume with { Facts = await Gather(pilot) },
        ChangePreset change => change with { Facts = await Gather(pilot) },
        _ => command,
    });

    private static StartPilot At(StartPilot start, View<School> school) => start with
    {
        Country = school.State.Country, Network = school.State.ActedForBy, RestsOn = school.State.ActedForBy is null ? [] : [school.Head],
    };

    /// <summary>
    /// Starts a pilot that tries another again: version, plan and measure are copied, what the other school is and who works there is not. Sent again it
    /// goes on where it stopped.
    /// </summary>
    public async Task<Outcome> TryAgain(Principal who, Request request, string pilot, StartPilot start)
    {
        var origin = await desk.Look<Pilot>(who, "read-pilot", start.Origin ?? "");
        if (!origin.Exists) return Refusal.Invalid("origin-unknown", "The pilot to try again is not known.");

        var started = await Execute(who, request, pilot, start with { Innovation = origin.State.Innovation, Version = origin.State.Version });
        if (started.Refusal is not null) return started;

        var plan = origin.State.Enquiry with { ChallengeGroup = null, Waiver = null };
        PilotCommand?[] copied =
        [
            origin.State.Problem is null ? null : new DescribePilot(Problem: origin.State.Problem),
            origin.State.Teaching.Answers.All(answer => answer is null) ? null : new DescribeTeaching(origin.State.Teaching),
            plan == new EnquiryPlan() ? null : new PlanEnquiry(plan),
        ];
        var outcome = started;
        foreach (var (n, command) in copied.Index())
        {
            if (command is null) continue;
            outcome = await Execute(who, request.Part(n + 1), pilot, command);
            if (outcome.Refusal is not null) return outcome;
        }

        return outcome;
    }

    /// <summary>
    /// Ids of what a pilot's gates ask about, in one look at the read tables; an evaluation comes with its trial. With them, as of the same moment, where all incidents stand: one that
    /// is reported from here on, under whatever id, sends the command back to look again.
    /// </summary>
    private const string AroundSql =
        "select 'cycle', id, '' from cycle where pilot = @pilot " +
        "union all select 'trial', id, '' from (select id from trial where pilot = @pilot union select id from trial_site where pilot = @pilot and left_on is null) as own " +
        "union all select 'evaluation', id, trial from evaluation where state in ('Signed', 'Published') " +
        "and trial in (select id from trial where pilot = @pilot union select id from trial_site where pilot = @pilot and left_on is null) " +
        "union all select 'other', t.id, '' from trial t join trial_site s on s.id = t.id where s.school = @school and s.left_on is null and t.innovation = @innovation and t.innovation_version = @version " +
        "and t.state in ('Recruiting', 'InField') " +
        "union all select 'incident', id, '' from incident where pilot = @pilot and is_open = 1 " +
        $"union all select 'reported', cast(({SqlReading.OfKindSql}) as text), '' order by 1, 2";

    /// <inheritdoc cref="Gather(View{Pilot})"/>
    public async Task<PilotFacts> Gather(string id) => await Gather(await grains.Look<Pilot>(id));

    /// <summary>What other records say about this pilot now.</summary>
    public async Task<PilotFacts> Gather(View<Pilot> view)
    {
        var pilot = view.State;
        // What does not wait for another is asked for together, and nothing goes on before all of it has ended. While a grain is looked at, no connection is held.
        var (innovationAsked, schoolAsked) = (Each<Innovation>(pilot.Innovation is { } chosen ? [chosen] : []), Each<School>(pilot.School is { Length: > 0 } at ? [at] : []));
        var aroundAsked = store.Query(connection => connection.Query(AroundSql, r => (Kind: r.GetString(0), Id: r.GetString(1), Trial: r.GetString(2)),
            [("pilot", view.Id), ("school", pilot.School), ("innovation", pilot.Innovation ?? ""), ("version", pilot.Version ?? ""),
            .. SqlReading.OfKind(Incident.Kind)]));
        await Task.WhenAll(innovationAsked, schoolAsked, aroundAsked);
        var (innovation, school, around) = ((await innovationAsked).SingleOrDefault(), (await schoolAsked).SingleOrDefault(), await aroundAsked);
        IEnumerable<string> Of(string kind) => around.Where(one => one.Kind == kind).Select(one => one.Id);
        var (cyclesAsked, trialsAsked) = (Each<Cycle>(Of("cycle")), Each<Trial>(Of("trial")));
        await Task.WhenAll(cyclesAsked, trialsAsked);
        var (cycles, trials) = (await cyclesAsked, await trialsAsked);
        var trial = trials.OrderByDescending(t => t.State.RegisteredAt).FirstOrDefault();
        var evaluation = around.LastOrDefault(one => one.Kind is "evaluation" && one.Trial == trial?.Id).Id is { } signed ? await grains.Look<Evaluation>(signed) : null;

        return new()
        {
            Cycles = [.. cycles.Where(c => c.State.Decision is not null).Select(c => new ClosedCycle(c.Id, Kebab(c.State.Decision!.Value)))],
            BaselinePoints = cycles.Where(c => c.State.Stage is CycleStage.Closed).Sum(c => c.State.Series().Count(p => p.Value is not null)),
            Trial = trial is null ? null : Facts(trial),
            OtherActiveTrial = Of("other").FirstOrDefault(id => id != trial?.Id),
            Evaluation = evaluation is null ? null : Facts(evaluation),
            Adaptation = innovation?.State.Adaptations.LastOrDefault(a => a.Of == pilot.Version) is { } adaptation ? Facts(adaptation) : null,
            CoreComponents = innovation?.State.Version(pilot.Version ?? "")?.CoreComponents.Length ?? 0,
            SchoolContext = school?.State.ContextCount ?? default,
            OpenIncidents = Of("incident").Count(),
            Network = school?.State.ActedForBy,
            Heads =
            [
                new(Incident.Kind, long.Parse(Of("reported").Single(), CultureInfo.InvariantCulture)), .. cycles.Select(c => c.Head), .. trial is null ? [] : (Head[])[trial.Head], .. evaluation is null ? [] : (Head[])[evaluation.Head],
                .. innovation is null ? [] : (Head[])[innovation.Head], .. school is null ? [] : (Head[])[school.Head],
            ],
        };
    }

    private static TrialFacts Facts(View<Trial> view)
    {
        var trial = view.State;
        return new(view.Id, Kebab(trial.Plan.Design),
            Registered: trial.State is TrialState.Registered or TrialState.Recruiting or TrialState.InField,
            EnteredField: trial.State is TrialState.InField or TrialState.DataLocked or TrialState.Analysed or TrialState.Reported or TrialState.Stopped,
            HasData: trial.FirstObservationAt is not null, Locked: trial.IsLocked, Stopped: trial.StopReason is not null);
    }

    private static EvaluationFacts Facts(View<Evaluation> view)
    {
        var evaluation = view.State;
        // An evaluation is computed over every registered outcome and lists every deviation, or it is not computed at all.
        return new(view.Id, evaluation.Trial, Signed: true, evaluation.OffTeam, evaluation.Independent, CoversAll: evaluation.Findings is not null, evaluation.Rating?.Value ?? 0);
    }

    private static AdaptationFacts Facts(Adaptation adaptation) => new(adaptation.Id, adaptation.Stage is AdaptationStage.Enacted, adaptation.NewVersion,
        adaptation.Fidelity is Fidelity.Consistent, adaptation.Ruled || adaptation.Frame.CoreComponentsTouched.IsEmpty);

    private Task<View<TAggregate>[]> Each<TAggregate>(IEnumerable<string> ids) where TAggregate : class, IAggregate<TAggregate> => Task.WhenAll(ids.Select(grains.Look<TAggregate>));

    private static string Kebab<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
