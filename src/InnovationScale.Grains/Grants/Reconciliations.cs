using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using InnovationScale.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace InnovationScale.Grants;

/// <summary>Holds a call's envelope against its grants, and every grant's ledger against the read tables: on demand for a page, and for all calls after every midnight.</summary>
public sealed class Reconciliations(IGrains grains, SqlLogStore store)
{
    /// <summary>Both sides of a call; null where there is no such call.</summary>
    public async Task<Reconciliation?> Of(string call)
    {
        var view = await grains.Look<GrantCall>(call);
        if (!view.Exists) return null;

        var known = (await store.Query(connection => connection.Query("select id from grant_award where call = @call", r => r.GetString(0), ("call", call)))).ToHashSet(StringComparer.Ordinal);
        var lines = ImmutableArray.CreateBuilder<ReconciledGrant>();
        foreach (var id in view.State.Awards.Keys.Union(known, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var grant = (await grains.Look<CatalyticGrant>(id)).State;
            lines.Add(new(id, grant.Offer?.Title ?? "", view.State.Awards.GetValueOrDefault(id), grant.State, grant.Costs, Totals.Of(grant), await Listed(id)));
        }

        return new(view.State.Terms.Title, view.State.Funder, view.State.Terms.Currency, view.State.Envelope, view.State.Reserved, view.State.Committed, lines.DrainToImmutable());
    }

    public Task<List<string>> Calls() => store.Query(connection => connection.Query("select id from grant_call order by id", r => r.GetString(0)));

    private async Task<Totals> Listed(string grant)
    {
        var row = (await store.Query(connection => connection.Query("select awarded, released, paid, repaid, written_off from grant_award where id = @id",
            r => new Totals(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4)), ("id", grant)))).FirstOrDefault(Totals.None);
        // The rows of the single transfers say the same, or something is wrong.
        var sums = await store.Query(connection => connection.Query("select kind, state, sum(amount) from grant_transfer where id = @id group by kind, state",
            r => (Kind: r.GetString(0), State: r.GetString(1), Sum: Convert.ToInt64(r.GetValue(2), System.Globalization.CultureInfo.InvariantCulture)), ("id", grant)));
        var (paid, pending) = (Sum("Payment", "Posted"), Sum("Payment", "Pending"));
        return row == new Totals(row.Awarded, paid + pending, paid, Sum("Repayment", "Posted"), Sum("WriteOff", "Posted")) ? row : row with { Paid = -1 };

        long Sum(string kind, string state) => sums.Where(one => one.Kind == kind && one.State == state).Sum(one => one.Sum);
    }
}

/// <summary>A call and its grants, side by side.</summary>
public sealed record Reconciliation(string Title, string Funder, string Currency, long Envelope, long Reserved, long Committed, ImmutableArray<ReconciledGrant> Grants)
{
    public bool Agrees => Reserved + Committed <= Envelope && Grants.All(grant => grant.Agrees);
}

/// <summary>One grant on both sides: what its call holds for it, what it costs by its own record, and what the lists say.</summary>
/// <param name="Award">As the call has it; null where the call knows nothing of it.</param>
public sealed record ReconciledGrant(string Id, string Title, Reservation? Award, GrantState State, long Costs, Totals Ledger, Totals Listed)
{
    /// <summary>What the call holds for it.</summary>
    public long Held => Award is null or { State: ReservationState.Released } ? 0 : Award.Amount;

    /// <summary>A step between call and grant is under way: money is set aside, and the grant follows or has just ended.</summary>
    public bool UnderWay => Award is { State: ReservationState.Reserved } || (Award is { State: ReservationState.Committed } && Held > Costs);

    public bool Agrees => Ledger == Listed && Held >= Costs && (Award is not null || State is GrantState.None or GrantState.RuledOut);
}

/// <summary>A grant's sums.</summary>
public readonly record struct Totals(long Awarded, long Released, long Paid, long Repaid, long WrittenOff)
{
    public static Totals None { get; } = new(0, 0, 0, 0, 0);

    public static Totals Of(CatalyticGrant grant) => new(grant.Awarded, grant.Ledger.Released, grant.Ledger.Paid, grant.Ledger.Repaid, grant.Ledger.WrittenOff);
}

/// <summary>Reconciles every call after midnight (UTC) and says so in the log where the two sides differ.</summary>
public sealed partial class NightlyReconciliation(Reconciliations reconciliations, TimeProvider clock, ILogger<NightlyReconciliation> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            await Task.Delay(now.Date.AddDays(1) - now, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested) await Run();
        }
    }

    /// <summary>Reconciles every call now; returns how many were held against their grants.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever keeps a call from being reconciled is told, and the next night looks again.")]
    public async Task<int> Run()
    {
        try
        {
            var calls = await reconciliations.Calls();
            foreach (var call in calls)
            {
                if (await reconciliations.Of(call) is { Agrees: false } differs) LogDiffers(call, string.Join(", ", differs.Grants.Where(grant => !grant.Agrees).Select(grant => grant.Id)));
            }

            return calls.Count;
        }
        catch (Exception away)
        {
            LogNotReconciled(away);
            return 0;
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The books of the call {Call} do not agree with its grants {Grants}. Look at its reconciliation.")]
    private partial void LogDiffers(string call, string grants);

    [LoggerMessage(Level = LogLevel.Error, Message = "The calls could not be reconciled this night; the next one looks again.")]
    private partial void LogNotReconciled(Exception fault);
}
