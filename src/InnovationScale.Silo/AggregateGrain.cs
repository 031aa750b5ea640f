namespace InnovationScale.Silo;

/// <summary>What every grain of the product can be asked, whatever its kind.</summary>
[Alias("aggregate")]
public interface IAggregateGrain : IGrainWithStringKey
{
    /// <summary>Runs a command and answers when its events are durable, with a receipt, a refusal, or word that the store is away.</summary>
    [Alias("execute")]
    Task<Wire> Execute(Wire command, Wire stamp, long? expectedVersion);

    /// <summary>The last committed state; “same” where whoever asks has it.</summary>
    /// <param name="known">Hash of the event that made the state which the caller has; null where it has none.</param>
    [Alias("look")]
    Task<Wire> Look(byte[]? known);
}

/// <summary>
/// An aggregate as an Orleans grain: the same activation that the embedded host runs. It is reentrant, for a turn ends at the enqueue, under the
/// activation's own lock, and only the wait for the commit is shared; the log's guard, not the cluster, is what keeps two activations apart.
/// </summary>
/// <remarks>Every class that derives from it carries [Reentrant]: without it each commit would hold up the next turn.</remarks>
[WhereTheLogIs]
public abstract class AggregateGrain<TAggregate>(GrainHost host) : Grain, IAggregateGrain where TAggregate : class, IAggregate<TAggregate>
{
    private RunningGrain<TAggregate> running = null!;   // before the first call, as Orleans promises

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        running = host.Run<TAggregate>(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        host.Left();
        return Task.CompletedTask;
    }

    public Task<Wire> Execute(Wire command, Wire stamp, long? expectedVersion) =>
        Answered(async () => Wire.Of(await running.Execute(command.AsCommand<TAggregate>(), stamp.AsStamp(), expectedVersion)));

    public Task<Wire> Look(byte[]? known) => Answered(async () =>
    {
        var (view, head) = await running.LookAtHead();
        return head.Hash.AsSpan().SequenceEqual(known) ? Wire.Same : Wire.Of(view, head);
    });

    // An exception's type is a name of the language too: the store's absence travels as a word. It may be away from this silo alone; so the grain moves, and takes
    // along what waits for it. Were it merely to leave, silos that remember it here would ask for it here, and so wake it here again.
    private async Task<Wire> Answered(Func<Task<Wire>> ask)
    {
        try
        {
            return await ask();
        }
        catch (StoreUnavailableException away)
        {
            MigrateOnIdle();
            return Wire.Of(away);
        }
    }
}
