using System.Collections.Immutable;
using System.Data.Common;
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
        // Money is set aside before a grant is made: whatever grant is known now, the call as it is read afterwards knows too.
        var known = await store.Query(connection => connection.Query("select id from grant_award where call = @call", r => r.GetString(0), ("call", call)));
        var view = await grains.Look<GrantCall>(call);
        if (!view.Exists) return null;

        var lines = ImmutableArray.CreateBuilder<ReconciledGrant>();
        foreach (var id in view.State.Awards.Keys.Union(known, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (grant, listed, moved) = await AtOneMoment(id);
            lines.Add(new(id, grant.Offer?.Title ?? "", view.State.Awards.GetValueOrDefault(id), grant.State, grant.Costs, Totals.Of(grant), listed, moved));
        }

        return new(view.State.Terms.Title, view.State.Funder, view.State.Terms.Currency, view.State.Envelope, view.State.Reserved, view.State.Committed, lines.DrainToImmutable());
    }

    public Task<List<string>> Calls() => store.Query(connection => connection.Query("select id from grant_call order by id", r => r.GetString(0)));

    /// <summary>A grant's rows, and the grant as the log has it up to the event that they were written with: what is written meanwhile makes no difference.</summary>
    private Task<(CatalyticGrant Grant, Totals Listed, Totals Moved)> AtOneMoment(string id) => store.Query(async connection =>
    {
        for (var again = false; ; again = true)
        {
            var rows = await Rows(connection, id);
            var events = await connection.Events("where stream = @stream and version <= @version order by version", ("stream", Streams.Of<CatalyticGrant>(id)), ("version", rows?.Version ?? long.MaxValue));
            // Both may have come between the two looks.
            if (rows is null && events.Count > 0 && !again) continue;

            return (store.Kinds.Of<CatalyticGrant>().Fold(CatalyticGrant.New, events), rows?.Listed ?? Totals.None, rows?.Moved ?? Totals.None);
        }
    });

    private static async Task<(long Version, Totals Listed, Totals Moved)?> Rows(DbConnection connection, string grant) => (await connection.Query(
        $"""
        select g.version, g.awarded, g.released, g.paid, g.repaid, g.written_off, {Sum("'Payment'", "'Pending', 'Posted'")}, {Sum("'Payment'", "'Posted'")}, {Sum("'Repayment'", "'Posted'")}, {Sum("'WriteOff'", "'Posted'")}
        from grant_award g where g.id = @id
        """,
        r => ((long, Totals, Totals)?)(r.GetInt64(0), new(r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5)), new(r.GetInt64(1), r.GetInt64(6), r.GetInt64(7), r.GetInt64(8), r.GetInt64(9))), ("id", grant)))
        .FirstOrDefault();

    private static string Sum(string kind, string states) => $"(select cast(coalesce(sum(t.amount), 0) as bigint) from grant_transfer t where t.id = g.id and t.kind = {kind} and t.state in ({states}))";
}

/// <summary>A call and its grants, side by side.</summary>
public sealed record Reconciliation(string Title, string Funder, string Currency, long Envelope, long Reserved, long Committed, ImmutableArray<ReconciledGrant> Grants)
{
    public bool Agrees => Reserved + Committed <= Envelope && Grants.All(grant => grant.Agrees);
}

/// <summary>One grant on both sides: what its call holds for it, what it costs by its own record, and what the lists say.</summary>
/// <param name="Award">As the call has it; null where the call knows nothing of it.</param>
/// <param name="Listed">By its row in the list of grants.</param>
/// <param name="Moved">By the rows of its single transfers.</param>
public sealed record ReconciledGrant(string Id, string Title, Reservation? Award, GrantState State, long Costs, Totals Ledger, Totals Listed, Totals Moved)
{
    /// <summary>What the call holds for it.</summary>
    public long Held => Award is null or { State: ReservationState.Released } ? 0 : Award.Amount;

    /// <summary>A step between call and grant is under way: money is set aside, and the grant follows or has just ended.</summary>
    public bool UnderWay => Award is { State: ReservationState.Reserved } || (Award is { State: ReservationState.Committed } && Held > Costs);

    public bool Agrees => Ledger == Listed && Ledger == Moved && Held >= Costs && (Award is not null || State is GrantState.None or GrantState.RuledOut);
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
