using InnovationScale.Hosting;
using InnovationScale.Storage;

namespace InnovationScale.Simulation;

/// <summary>What can be wrong with a host.</summary>
internal enum HostBug
{
    None,
    AcknowledgesBeforeCommit,
    RefusesBeforeCommit,
    RefusesEchoes,
    LateMeansRefused,
    UnknownMeansSaved,
    UnknownMeansRefused,
    ShowsDecided,
    KeepsDropped,
    RetiresBusy,
    RetriesUnderNewId,
    RetriesWithoutHeads,
    DuplicateIsNew,
    ConflictMeansRefused,
    ReadsWhileAway,
    ShowsStale,
    RefusesOnStale,
}

/// <summary>
/// A host as plain as can be, on the product's own activations: a second one that keeps every promise, until one bug is planted in it.
/// </summary>
internal sealed class PlainHost(EventLog log, TimeProvider clock, GrainOptions options, HostBug bug) : IGrains
{
    private static readonly Refusal SomebodyWasFaster = new("somebody-was-faster", "Somebody was faster.");

    private readonly Dictionary<string, Task<Activation<Tally>>> held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, View<Tally>> decided = new(StringComparer.Ordinal);
    private int turns;

    public async Task<Outcome> Execute<TAggregate>(string id, ICommand<TAggregate> command, Stamp stamp, long? expectedVersion = null)
        where TAggregate : class, IAggregate<TAggregate>
    {
        var asked = (ICommand<Tally>)command;
        var stream = Streams.Of<Tally>(id);
        var body = CommandBody.Sha256(stream, asked);
        for (var attempt = 1; attempt <= options.Attempts; attempt++)
        {
            if (attempt > 1 && bug is HostBug.RetriesUnderNewId) stamp = stamp with { CommandId = $"{stamp.CommandId}+{attempt}" };
            if (attempt > 1 && bug is HostBug.RetriesWithoutHeads && asked is Count count) asked = count with { RestsOn = [] };
            if (attempt > 1 && await log.Find(new(stamp.Actor, stamp.CommandId)) is { } faster) return Again(faster, body);

            if (bug is HostBug.RetiresBusy && ++turns % 7 == 0) held.Remove(id);
            var activation = await Held(id);
            if (activation.Take(asked, body, stamp, expectedVersion, 0) is not { } turn) continue;
            if (turn.Receipt is { Replayed: false } && bug is HostBug.ShowsDecided) Decide(id, activation, asked, stamp);
            if (turn.Receipt is not null && bug is HostBug.AcknowledgesBeforeCommit) return turn.Receipt;
            if (turn.Refusal is not null && bug is HostBug.RefusesBeforeCommit) return turn.Refusal;

            var settled = AppendResult.Committed;
            try
            {
                if (turn.RestsOn is not null) settled = await turn.RestsOn.WaitAsync(options.AnswerWithin, clock);
            }
            catch (TimeoutException late)
            {
                if (bug is HostBug.LateMeansRefused) return SomebodyWasFaster;
                throw new StoreUnavailableException("Late.", late);
            }

            if (settled.Status is AppendStatus.Committed)
            {
                if (turn.Receipt is not null) return turn.Receipt;
                if (bug is not HostBug.RefusesOnStale && !IsCurrent(activation, await Head(id))) continue;
                return bug is not HostBug.RefusesEchoes && await log.Find(new(stamp.Actor, stamp.CommandId)) is { } echo ? Again(echo, body) : turn.Refusal!;
            }

            if (turn.Receipt is not { Replayed: false } receipt) continue;
            switch (settled.Status)
            {
                case AppendStatus.Duplicate when bug is HostBug.DuplicateIsNew: return receipt;
                case AppendStatus.Duplicate: return Again(settled.Earlier!, body);
                case AppendStatus.FactsMoved: return Refusals.FactsMoved;
                case AppendStatus.HeadMoved when bug is HostBug.ConflictMeansRefused: return Refusals.Stale(receipt.Version - 1, receipt.Version);
                case AppendStatus.Lost or AppendStatus.Unknown when bug is HostBug.UnknownMeansSaved: return receipt;
                case AppendStatus.Lost or AppendStatus.Unknown when bug is HostBug.UnknownMeansRefused: return SomebodyWasFaster;
                case AppendStatus.Lost or AppendStatus.Unknown: throw new StoreUnavailableException("Lost.", settled.Fault);
            }
        }

        throw new StoreUnavailableException("Others were faster.");
    }

    public async Task<View<TAggregate>> Look<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate>
    {
        if (bug is HostBug.ReadsWhileAway && log.IsAway)
        {
            return (View<TAggregate>)(object)await AroundTheLog(id);
        }

        var view = (await Current(id)).Look(0).View;
        if (bug is HostBug.ShowsDecided && decided.TryGetValue(id, out var ahead) && ahead.Version > view.Version) view = ahead;
        return (View<TAggregate>)(object)view;
    }

    private async Task<Activation<Tally>> Current(string id)
    {
        var head = bug is HostBug.ShowsStale ? LogHead.None : await Head(id);
        for (var attempt = 1; attempt <= options.Attempts; attempt++)
        {
            if (await Held(id) is var activation && IsCurrent(activation, head)) return activation;
        }

        throw new StoreUnavailableException("Others were faster.");
    }

    private async Task<LogHead> Head(string id) => log.Store.IsShared ? await log.Head(Streams.Of<Tally>(id)) : LogHead.None;

    private static bool IsCurrent(Activation<Tally> activation, LogHead head)
    {
        if (activation.Reaches(head, out _)) return true;
        activation.Drop();
        return false;
    }

    private async Task<View<Tally>> AroundTheLog(string id)
    {
        try
        {
            var events = await log.Store.Read(Streams.Of<Tally>(id));
            return new(id, Tally.Kinds.Of<Tally>().Fold(Tally.New, events), events.Count);
        }
        catch (IOException fault)
        {
            throw new StoreUnavailableException("Not readable.", fault);
        }
    }

    /// <summary>Whoever comes while it is being loaded waits for the same one: a second load could be older than what happened meanwhile.</summary>
    private Task<Activation<Tally>> Held(string id) =>
        held.TryGetValue(id, out var known) && (!known.IsCompleted || (known.IsCompletedSuccessfully && (!known.Result.Dropped || bug is HostBug.KeepsDropped)))
            ? known
            : held[id] = Activation<Tally>.Load(id, Tally.Kinds.Of<Tally>(), log);

    private void Decide(string id, Activation<Tally> activation, ICommand<Tally> asked, Stamp stamp)
    {
        var before = activation.Look(0).View;
        if (decided.TryGetValue(id, out var ahead) && ahead.Version > before.Version) before = ahead;
        if (asked is not TallyCommand command || before.State.Decide(command, stamp) is not { Refusal: null } decision) return;
        decided[id] = new(id, decision.Events.Aggregate(before.State, (state, e) => state.Evolve(e, stamp)), before.Version + decision.Events.Length);
    }

    private static Outcome Again(CommandRow earlier, string body) =>
        earlier.BodySha256 == body ? new Receipt(earlier.Stream, earlier.LastVersion, Replayed: true) : Refusals.CommandIdReused;
}
