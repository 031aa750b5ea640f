using System.Collections.Immutable;

namespace InnovationScale;

/// <summary>Something a person asks of one <typeparamref name="TAggregate"/>. Never stored; facts gathered for it are marked <see cref="GatheredAttribute"/>.</summary>
public interface ICommand<TAggregate>;

/// <summary>Something that has happened to one <typeparamref name="TAggregate"/>. Stored for ever under an explicit name.</summary>
public interface IEvent<TAggregate>;

/// <summary>
/// What the hosts know of every aggregate: an immutable record with an identity <c>kind/id</c>. Write aggregates against
/// <see cref="IAggregate{TSelf, TCommand, TEvent}"/>; this side of it exists so that hosts need only one type parameter.
/// </summary>
public interface IAggregate<TSelf> where TSelf : class, IAggregate<TSelf>
{
    /// <summary>First part of the stream's name, such as <c>pilot</c> in <c>pilot/7f3k</c>. Stored: never changes.</summary>
    static abstract string Kind { get; }

    /// <summary>The state before the first event.</summary>
    static abstract TSelf New { get; }

    /// <summary>Raised whenever <c>Evolve</c> would give another state for the same events: older snapshots are then ignored.</summary>
    static virtual int FoldVersion => 1;

    /// <summary>The base record of its events, which carries their stored names.</summary>
    static abstract Type EventType { get; }

    /// <summary>The base record of its commands.</summary>
    static abstract Type CommandType { get; }

    Decision<IEvent<TSelf>> Decide(ICommand<TSelf> command, Stamp stamp);

    TSelf Evolve(IEvent<TSelf> happened, Stamp stamp);
}

/// <summary>
/// A set of rules around one identity. <c>Decide</c> says what a command causes, <c>Evolve</c> what an event changes. Both are pure:
/// no clock, no I/O, no chance, no new ids; time, person and ids come with the stamp and the command.
/// </summary>
public interface IAggregate<TSelf, TCommand, TEvent> : IAggregate<TSelf>
    where TSelf : class, IAggregate<TSelf, TCommand, TEvent>
    where TCommand : class, ICommand<TSelf>
    where TEvent : class, IEvent<TSelf>
{
    /// <summary>What follows from the command: one or more events, or a refusal. State is not changed here.</summary>
    Decision<TEvent> Decide(TCommand command, Stamp stamp);

    /// <summary>The state after the event. The stamp is the one the event was recorded with, live and at every replay.</summary>
    TSelf Evolve(TEvent happened, Stamp stamp);

    static Type IAggregate<TSelf>.EventType => typeof(TEvent);

    static Type IAggregate<TSelf>.CommandType => typeof(TCommand);

    Decision<IEvent<TSelf>> IAggregate<TSelf>.Decide(ICommand<TSelf> command, Stamp stamp)
    {
        var decision = Decide((TCommand)command, stamp);
        return decision.Refusal is { } refusal ? new(refusal) : new([.. decision.Events]);
    }

    TSelf IAggregate<TSelf>.Evolve(IEvent<TSelf> happened, Stamp stamp) => Evolve((TEvent)happened, stamp);
}

/// <summary>What an aggregate answers: events that have now happened, or the reason why not.</summary>
public sealed class Decision<TEvent>
{
    public Decision(params ImmutableArray<TEvent> events) => Events = events.IsDefaultOrEmpty
        ? throw new ArgumentException("An accepted command causes at least one event.", nameof(events))
        : events;

    public Decision(Refusal refusal) => (Refusal, Events) = (refusal, []);

    public ImmutableArray<TEvent> Events { get; }

    public Refusal? Refusal { get; }

    public static implicit operator Decision<TEvent>(TEvent happened) => new([happened]);

    public static implicit operator Decision<TEvent>(ImmutableArray<TEvent> happened) => new(happened);

    public static implicit operator Decision<TEvent>(Refusal refusal) => new(refusal);
}

/// <summary>
/// Marks a command's property that the application function gathered from other streams. It is no part of what the person asked,
/// so two sendings of one request are recognised as the same although the facts around them have moved on.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class GatheredAttribute : Attribute;

/// <summary>
/// Marks an event's property that says something about a person. It never stands in the event: the host keeps its last value apart, under the
/// person's own key, hands it back with every event that has such a property, and forgets it when the person is erased; then it comes back as
/// null. No rule may rest on an earlier value. Events written before the mark carry their value inside and are read as they are. A state's property
/// that is made of such values is marked too: wherever states are kept or shown whole, it is left out.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PersonalAttribute : Attribute;

/// <summary>An event after which nothing personal is known of its stream's subject: the host deletes the key and all that was kept under it.</summary>
public interface IErasesSubject;

/// <summary>A stream as it stood when something was read from it. The append re-checks it where money, votes or locks rest on what was read.</summary>
/// <param name="Stream">Such as <c>trial/9kq2</c>; a kind alone, such as <c>incident</c>, is all its streams together: what rests on there being none must know of a new one.</param>
/// <param name="Version">Number of its last event; 0 for a stream that does not exist. Of a kind, how many events its streams hold.</param>
public readonly record struct Head(string Stream, long Version);

/// <summary>A command that rests on what other streams said. The append refuses it when one of these heads has moved.</summary>
public interface IRestsOn
{
    ImmutableArray<Head> RestsOn { get; }
}
