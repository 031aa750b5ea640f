using System.Collections.Immutable;
using InnovationScale.Evaluations;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Safeguarding;
using InnovationScale.Storage;

namespace InnovationScale.Trials;

/// <summary>Work on a trial and on the evaluation of its results, with what they must know of pilots, people and each other.</summary>
public sealed class TrialDesk(Desk desk, IGrains grains, SqlLogStore store, TimeProvider clock)
{
    public Task<Outcome> Execute(Principal who, Request request, string trial, TrialCommand command) => desk.Execute<Trial>(who, request, trial, async () => command switch
    {
        StartFieldwork start => start with { RestsOn = await AllowedBy(trial), Permission = await Permission(trial) },
        RecordCell record => record with { RestsOn = await AllowedBy(trial), Permission = await Permission(trial) },
        ImportCells import => import with { RestsOn = await AllowedBy(trial), Permission = await Permission(trial) },
        ProposeLock propose => propose with { Team = await Team(trial), RestsOn = await Heads(trial) },
        ConfirmLock confirm => confirm with { Team = await Team(trial), RestsOn = await Heads(trial) },
        MarkAnalysed analysed when await grains.Look<Evaluation>(analysed.Evaluation) is var evaluation =>
            analysed with { SignedOn = evaluation.State.Counts ? evaluation.State.DatasetSha256 : null, Opened = evaluation.State.Opened, RestsOn = [evaluation.Head] },
        _ => command,
    });

    public Task<Outcome> Execute(Principal who, Request request, string evaluation, EvaluationCommand command) => desk.Execute<Evaluation>(who, request, evaluation, async () =>
    {
        var about = command is ComputeEvaluation compute ? compute.Trial : (await grains.Look<Evaluation>(evaluation)).State.Trial;
        var trial = await grains.Look<Trial>(about);
        return command switch
        {
            ComputeEvaluation asked => asked with { Data = trial.Exists ? ClosedTrial.Of(trial.State) : null, RestsOn = [trial.Head] },
            SignEvaluation sign => sign with { LockedSha256 = trial.State.LockedSha256, Opened = trial.State.OpenedAgain.Length, Ties = await Ties(trial), RestsOn = [trial.Head, .. await Heads(about)] },
            SupersedeEvaluation supersede => supersede with { LockedSha256 = trial.State.LockedSha256, Opened = trial.State.OpenedAgain.Length },
            _ => command,
        };
    });

    /// <summary>What a permission rests on, looked at before it: an incident that is reported from here on, under whatever id, sends the command back to look again.</summary>
    private async Task<ImmutableArray<Head>> AllowedBy(string trial) => [await store.Query(connection => connection.HeadOfKind(Incident.Kind)), .. await Heads(trial)];

    /// <summary>What the pilot that leads the trial allows today.</summary>
    public async Task<FieldPermission> Permission(string trial)
    {
        if ((await grains.Look<Trial>(trial)).State.Pilot is not { } id) return FieldPermission.None;
        var pilot = (await grains.Look<Pilot>(id)).State;
        var live = pilot.Ethics is { } ethics && ethics.LiveOn(DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        return new(live ? pilot.Ethics!.Reference : null, pilot.ConsentBasis?.ToString()) { HeldForSafeguarding = pilot.PausedForSafeguarding || await OpenIncidents(id) };
    }

    private async Task<bool> OpenIncidents(string pilot) => (await store.Query(connection => connection.Query(
        "select 1 from incident where pilot = @pilot and is_open = 1", r => r.GetInt32(0), ("pilot", pilot)))).Count > 0;

    /// <summary>Everybody on the teams of the pilots in the trial.</summary>
    private async Task<ImmutableArray<string>> Team(string trial) => [.. (await Pilots(trial)).SelectMany(p => p.State.Team).Distinct(StringComparer.Ordinal)];

    private async Task<ImmutableArray<Head>> Heads(string trial) => [.. (await Pilots(trial)).Select(p => p.Head)];

    private async Task<Ties> Ties(View<Trial> trial)
    {
        var team = await Team(trial.Id);
        var organisations = trial.State.Sites.Select(s => s.School).Concat((await Pilots(trial.Id)).Select(p => p.State.School)).ToHashSet(StringComparer.Ordinal);
        foreach (var person in team) organisations.Add((await grains.Look<Person>(person)).State.Home);
        organisations.Remove("");
        // The product pays nobody yet: payments will be gathered from grants.
        return new(team, [.. organisations.Order(StringComparer.Ordinal)], PaidByThem: false);
    }

    private async Task<List<View<Pilot>>> Pilots(string trial)
    {
        var state = (await grains.Look<Trial>(trial)).State;
        var pilots = new List<View<Pilot>>();
        foreach (var id in new[] { state.Pilot }.Concat(state.Sites.Select(s => s.Pilot)).OfType<string>().Distinct(StringComparer.Ordinal)) pilots.Add(await grains.Look<Pilot>(id));
        return pilots;
    }
}
