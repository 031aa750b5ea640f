using System.Collections.Immutable;
using System.Data.Common;
using InnovationScale.Storage;
using Microsoft.Extensions.Logging;

namespace InnovationScale;

/// <summary>
/// Where people's requests come in: checks access, stamps the command with person, role and time, and hands it to the grain. Queries read
/// the read tables after the same check. Pages, API and the sweep all go through here.
/// </summary>
/// <param name="logger">Told of every refusal: who was refused what, and by which rule. Ids and codes only, nobody's words.</param>
public sealed partial class Desk(IGrains grains, SqlLogStore store, Access access, TimeProvider clock, ILogger<Desk>? logger = null)
{
    /// <summary>How often facts are gathered again when they moved between gathering and deciding.</summary>
    private const int GatherAttempts = 5;

    private readonly KnownSchools schools = new(store, clock);

    /// <summary>
    /// Executes a command. A person acts in the first of her roles that the rules accept, so that nobody has to choose a hat.
    /// </summary>
    public async Task<Outcome> Execute<TAggregate>(Principal who, Request request, string id, ICommand<TAggregate> command) where TAggregate : class, IAggregate<TAggregate>
    {
        using var watched = new WatchedCommand<TAggregate>();
        return watched.Answers(Noted(who, id, command, await Ask(who, request, id, watched.Asks(command))));
    }

    private async Task<Outcome> Ask<TAggregate>(Principal who, Request request, string id, ICommand<TAggregate> command) where TAggregate : class, IAggregate<TAggregate>
    {
        Outcome outcome = Access.Denied(who);
        var action = Access.ActionOf(command.GetType());
        var isHidden = access.HiddenOf<TAggregate>() is { } rule && await grains.Look<TAggregate>(id) is var view && !rule.Awaits(view.State, command, who.Person) && await IsHidden(who, view);
        foreach (var role in access.Roles(who, action))
        {
            var asked = access.Asked(action, role.Role);
            if (!isHidden && !(command is IBelongs around
                ? asked.HasFlag(Relation.Anywhere) || Standing.Of(who, around, id).Has(role, asked)
                : await HasStanding(who, role, asked, () => grains.Look<TAggregate>(id))))
            {
                outcome = Access.NoStanding(asked);
                continue;
            }

            var stamp = new Stamp(who.Person, role, clock.GetUtcNow(), request.CommandId, request.Reason);
            outcome = isHidden ? WhereThereIsNone(command, stamp, request) : await grains.Execute(id, command, stamp, request.ExpectedVersion);
            if (outcome.Refusal?.Kind is not RefusalKind.NotAllowed) return outcome;
        }

        return outcome;
    }

    /// <summary>What is answered where there is no record: nobody learns from it that there is one she may not see.</summary>
    private static Refusal WhereThereIsNone<TAggregate>(ICommand<TAggregate> command, Stamp stamp, Request request) where TAggregate : class, IAggregate<TAggregate> =>
        request.ExpectedVersion is { } expected and not 0 ? Refusals.Stale(expected, 0) : TAggregate.New.Decide(command, stamp).Refusal ?? Access.NoStanding(Relation.None);

    private async Task<bool> IsHidden<TAggregate>(Principal who, View<TAggregate> view) where TAggregate : class, IAggregate<TAggregate> =>
        view.Exists && access.HiddenOf<TAggregate>() is { } rule && rule.Whilst(view.State) && ((view.State as IBelongs)?.Barred.Contains(who.Person) is true || !await HasStanding(who, rule.Unless, view));

    /// <summary>The condition under which a person sees a row of a list.</summary>
    /// <param name="shown">What holds of a row whose record is hidden from nobody.</param>
    /// <param name="id">The column of the record's id.</param>
    public Condition Seen<TAggregate>(Principal who, string shown, string id) where TAggregate : class, IAggregate<TAggregate> =>
        access.HiddenOf<TAggregate>() is { } rule ? HiddenRows.Seen<TAggregate>([.. access.Roles(who, rule.Unless).Select(role => (role.In, access.Asked(rule.Unless, role.Role)))], who, shown, id, schools.Has) : Condition.Always;

    /// <summary>Asks no more than it must: the record only where a relation is needed, networks only where nothing nearer will do.</summary>
    private async Task<bool> HasStanding<TAggregate>(Principal who, HeldRole role, Relation asked, Func<Task<View<TAggregate>>> look) where TAggregate : class, IAggregate<TAggregate>
    {
        if (asked.HasFlag(Relation.Anywhere)) return true;
        var view = await look();
        return Standing.Of(who, view).Has(role, asked) || (asked.HasFlag(Relation.Network) && (await StandingOf(who, view)).Has(role, asked));
    }

    /// <summary>What a person's roles have to do with a record.</summary>
    public Task<Standing> StandingOf<TAggregate>(Principal who, View<TAggregate> view) where TAggregate : class, IAggregate<TAggregate> =>
        view.Exists && view.State is IBelongs ? store.Query(connection => Standing.Of(who, view, connection)) : Task.FromResult(Standing.Of(who, view));

    private Outcome Noted<TAggregate>(Principal who, string id, ICommand<TAggregate> command, Outcome outcome) where TAggregate : class, IAggregate<TAggregate>
    {
        if (logger is not null && outcome.Refusal is { } refusal) LogRefused(logger, Commands<TAggregate>.NameOf(command), Streams.Of<TAggregate>(id), who.IsSignedIn ? who.Person : "a visitor", refusal.Code);
        return outcome;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Refused {Command} of {Record} to {Person}: {Code}.")]
    private static partial void LogRefused(ILogger logger, string command, string record, string person, string code);

    /// <summary>The same for a command that rests on facts from elsewhere: they are gathered again when they have moved meanwhile.</summary>
    public async Task<Outcome> Execute<TAggregate>(Principal who, Request request, string id, Func<Task<ICommand<TAggregate>>> gather) where TAggregate : class, IAggregate<TAggregate>
    {
        using var watched = new WatchedCommand<TAggregate>();
        for (var attempt = 1; ; attempt++)
        {
            var command = await gather();
            var outcome = await Ask(who, request, id, watched.Asks(command));
            if (outcome.Refusal?.Code != Refusals.FactsMoved.Code || attempt == GatherAttempts) return watched.Answers(Noted(who, id, command, outcome));
        }
    }

    /// <summary>A grain's committed state; none where there is none, or none for this person.</summary>
    /// <param name="action">Such as <c>read-pilot</c>: a row of the access table.</param>
    /// <exception cref="AccessDeniedException">None of the person's roles may.</exception>
    public async Task<View<TAggregate>> Look<TAggregate>(Principal who, string action, string id) where TAggregate : class, IAggregate<TAggregate>
    {
        Check(who, action);
        var view = await grains.Look<TAggregate>(id);
        if (access.IsShut(action, view.State, who) || await IsHidden(who, view)) return new(id, TAggregate.New, 0);
        return await HasStanding(who, action, view) ? view : throw new AccessDeniedException(Access.NoStanding(Relation.None));
    }

    private async Task<bool> HasStanding<TAggregate>(Principal who, string action, View<TAggregate> view) where TAggregate : class, IAggregate<TAggregate>
    {
        foreach (var role in access.Roles(who, action))
        {
            if (await HasStanding(who, role, access.Asked(action, role.Role), () => Task.FromResult(view))) return true;
        }

        return false;
    }

    /// <summary>Reads the read tables.</summary>
    /// <param name="action">Such as <c>list-pilots</c>: a row of the access table.</param>
    /// <exception cref="AccessDeniedException">None of the person's roles may.</exception>
    public async Task<T> Query<T>(Principal who, string action, Func<DbConnection, Task<T>> query)
    {
        Check(who, action);
        using var span = Telemetry.Query(action);
        await schools.Learn(who);
        return await store.Query(query);
    }

    /// <summary>Everything that has happened to some streams, newest first, as it is stored.</summary>
    /// <param name="names">Only events of these stored names; all when left out.</param>
    public Task<List<LoggedEvent>> History(Principal who, string action, IEnumerable<string> streams, int most = 500, params ImmutableArray<string> names) => Query(who, action, async connection =>
    {
        (string, object?)[] named = [.. names.Select((name, n) => ($"name{n}", (object?)name))];
        var where = $"where stream = @stream{(names.IsEmpty ? "" : $" and name in ({string.Join(", ", named.Select(one => $"@{one.Item1}"))})")} order by version desc limit @most";
        var events = new List<LoggedEvent>();
        foreach (var stream in streams) events.AddRange(await connection.Events(where, [("stream", stream), ("most", most), .. named]));
        return events.OrderByDescending(e => e.At, StringComparer.Ordinal).ThenByDescending(e => e.Version).Take(most).ToList();
    });

    /// <summary>Whether one of the person's roles may ask for this.</summary>
    public bool May(Principal who, string action) => !access.Roles(who, action).IsEmpty;

    /// <summary>Whether a person may read what happened to records of a kind that she may read: always, unless the table has a row for it.</summary>
    public bool MayReadHistory(Principal who, string kind) => $"read-history-of-{kind}" is var action && (!access.Table.ContainsKey(action) || May(who, action));

    /// <summary>The same for one record.</summary>
    public bool May(Principal who, string action, Standing standing) => !As(who, action, standing).IsEmpty;

    /// <summary>The roles in which the person may.</summary>
    public ImmutableArray<HeldRole> As(Principal who, string action, Standing standing) => access.Roles(who, action, standing);

    private void Check(Principal who, string action)
    {
        if (!May(who, action)) throw new AccessDeniedException(Access.Denied(who));
    }
}
