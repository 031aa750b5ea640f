using System.Text.Json;
using InnovationScale.Evaluations;
using InnovationScale.Pilots;
using InnovationScale.Replications;
using InnovationScale.Storage;

namespace InnovationScale.Trials;

/// <summary>
/// What follows by itself: a signed evaluation closes the analysis and moves the pilots on, results opened again supersede the evaluations
/// on them, and a replication follows its trial.
/// </summary>
public sealed class TrialFollowUps(TrialDesk trials, PilotDesk pilots, ReplicationDesk replications, IGrains grains, SqlLogStore store)
{
    private const string Signed = "evaluation-signed", Opened = "results-opened", Moved = "trial-moved";

    public IEnumerable<Step> Steps =>
    [
        new(Signed, note => EvaluationSigned(note, Of(note))),
        new(Opened, note => ResultsOpened(note, Of(note))),
        new(Moved, note => TrialMoved(note, Of(note))),
    ];

    internal static IEnumerable<FollowUp> Of(View<Evaluation> view, IEvent<Evaluation> happened, Stamp stamp) =>
        happened is EvaluationSigned ? [new(Signed, JsonSerializer.Serialize(view.Id))] : [];

    internal static IEnumerable<FollowUp> Of(View<Trial> view, IEvent<Trial> happened, Stamp stamp) => happened switch
    {
        ResultsUnlocked => [new(Opened, JsonSerializer.Serialize(view.Id)), new(Moved, JsonSerializer.Serialize(view.Id))],
        FieldworkStarted or ResultsLocked or TrialReported or TrialStopped => [new(Moved, JsonSerializer.Serialize(view.Id))],
        _ => [],
    };

    private async Task EvaluationSigned(Note note, string id)
    {
        var evaluation = (await grains.Look<Evaluation>(id)).State;
        Took(await trials.Execute(Principal.System, new($"{note.Id}:trial"), evaluation.Trial, new MarkAnalysed(id)));
        var ids = await Ids("select pilot from trial where id = @id and pilot is not null union select pilot from trial_site where id = @id and pilot is not null", evaluation.Trial);
        foreach (var pilot in ids)
            Took(await pilots.Execute(Principal.System, new($"{note.Id}:{pilot}"), pilot, new MovePilot(PilotTo.Adaptation)));
    }

    private async Task ResultsOpened(Note note, string trial)
    {
        var opened = await store.Query(connection => connection.Events("where stream = @stream and name = 'results-unlocked' order by version desc limit 1", ("stream", Streams.Of<Trial>(trial))));
        foreach (var evaluation in await Ids("select id from evaluation where trial = @id and state in ('Draft', 'InReview', 'Signed', 'Published')", trial))
            Took(await trials.Execute(Principal.System, new($"{note.Id}:{evaluation}", opened.FirstOrDefault()?.Reason), evaluation, new SupersedeEvaluation()));
    }

    private async Task TrialMoved(Note note, string trial)
    {
        foreach (var replication in await Ids("select id from replication where trial = @id", trial))
            Took(await replications.Execute(Principal.System, new($"{note.Id}:{replication}"), replication, new FollowTrial()));
    }

    // A refusal is an answer: the record does not need the step, or not any more. Facts that keep moving are tried again later.
    private static void Took(Outcome outcome)
    {
        if (outcome.Refusal == Refusals.FactsMoved) throw new InvalidOperationException("What the step rests on kept moving.");
    }

    private static string Of(Note note) => JsonSerializer.Deserialize<string>(note.Json)!;

    private Task<List<string>> Ids(string sql, string id) => store.Query(connection => connection.Query(sql, r => r.GetString(0), ("id", id)));
}
