using System.Collections.Immutable;
using System.Text.Json;
using InnovationScale.Trials;

namespace InnovationScale;

/// <summary>Where a story starts: an aggregate of which nothing has happened yet.</summary>
public static class Story
{
    public static Story<TAggregate> Of<TAggregate>() where TAggregate : class, IAggregate<TAggregate> => new(TAggregate.New, []);

    public static Story<TAggregate> Given<TAggregate>(params ImmutableArray<(IEvent<TAggregate> Happened, Stamp Stamp)> events)
        where TAggregate : class, IAggregate<TAggregate> => events.Aggregate(Of<TAggregate>(), (story, e) => story.Given(e.Stamp, e.Happened));

    public static Story<TAggregate> Given<TAggregate>(Stamp stamp, params ImmutableArray<IEvent<TAggregate>> events)
        where TAggregate : class, IAggregate<TAggregate> => Of<TAggregate>().Given(stamp, events);

    internal static string Json<T>(T value, Type asType) => JsonSerializer.Serialize(value, asType, StoredJson.Options);
}

/// <summary>What has happened to one aggregate so far, live and as it is stored. Told by <c>Given</c>, <c>When</c>, <c>Then</c> and <c>ThenRefused</c>.</summary>
public sealed class Story<TAggregate> where TAggregate : class, IAggregate<TAggregate>
{
    private readonly ImmutableArray<(string Json, ImmutableArray<Cell> Cells, Stamp Stamp)> stored;

    internal Story(TAggregate state, ImmutableArray<(string, ImmutableArray<Cell>, Stamp)> stored) => (State, this.stored) = (state, stored);

    public TAggregate State { get; }

    /// <summary>The stored events so far, as JSON.</summary>
    public IEnumerable<string> Stored => stored.Select(e => e.Json);

    /// <summary>State is reached by events, not by setters.</summary>
    public Story<TAggregate> Given(Stamp stamp, params ImmutableArray<IEvent<TAggregate>> events) => new(
        events.Aggregate(State, (state, e) => state.Evolve(e, stamp)),
        stored.AddRange(events.Select(e => (Written(e), e is ICarriesCells<TAggregate> carrier ? carrier.Cells : [], stamp))));

    /// <summary>The command is accepted, whatever it causes: a step on the way to the situation the story is about.</summary>
    public Story<TAggregate> After(ICommand<TAggregate> command, Stamp stamp) => When(command, stamp).ThenAccepted();

    public Asked<TAggregate> When(ICommand<TAggregate> command, Stamp stamp) => new(this, State.Decide(Travelled(command), stamp), stamp);

    /// <summary>The command as it arrives in another process of a cluster: nothing of it is lost on the way.</summary>
    private static ICommand<TAggregate> Travelled(ICommand<TAggregate> command)
    {
        var json = Commands<TAggregate>.Write(command);
        var arrived = Commands<TAggregate>.Read(Commands<TAggregate>.NameOf(command), json);
        Assert.Equal(json, Commands<TAggregate>.Write(arrived));
        return arrived;
    }

    /// <summary>A claim about the state as it is now.</summary>
    public Story<TAggregate> Where(Action<TAggregate> claim)
    {
        claim(State);
        return this;
    }

    internal static string Written(IEvent<TAggregate> happened) => Story.Json(happened, TAggregate.EventType);

    /// <summary>Folding what is stored gives the state we hold, and a snapshot of it reads back the same.</summary>
    internal Story<TAggregate> ReadsBack()
    {
        var reread = stored.Aggregate(TAggregate.New, (state, e) => state.Evolve(Read(e.Json, e.Cells), e.Stamp));
        var live = Story.Json(State, typeof(TAggregate));
        Assert.Equal(live, Story.Json(reread, typeof(TAggregate)));
        Assert.Equal(live, Story.Json(JsonSerializer.Deserialize<TAggregate>(live, StoredJson.Options), typeof(TAggregate)));
        return this;
    }

    private static IEvent<TAggregate> Read(string json, ImmutableArray<Cell> cells)
    {
        var happened = (IEvent<TAggregate>)JsonSerializer.Deserialize(json, TAggregate.EventType, StoredJson.Options)!;
        return happened is ICarriesCells<TAggregate> carrier ? carrier.WithCells(cells) : happened;
    }
}

/// <summary>A command and what came of it.</summary>
public sealed class Asked<TAggregate> where TAggregate : class, IAggregate<TAggregate>
{
    private readonly Story<TAggregate> before;
    private readonly Stamp stamp;

    internal Asked(Story<TAggregate> before, Decision<IEvent<TAggregate>> decision, Stamp stamp) => (this.before, Decision, this.stamp) = (before, decision, stamp);

    public Decision<IEvent<TAggregate>> Decision { get; }

    /// <summary>Exactly these events, compared as they are stored.</summary>
    public Story<TAggregate> Then(params ImmutableArray<IEvent<TAggregate>> expected)
    {
        var story = ThenAccepted();
        Assert.Equal(expected.Select(Story<TAggregate>.Written), Decision.Events.Select(Story<TAggregate>.Written));
        return story;
    }

    /// <summary>Accepted; the story goes on from there.</summary>
    public Story<TAggregate> ThenAccepted()
    {
        Assert.True(Decision.Refusal is null, $"Refused: {Decision.Refusal}; missing {string.Join(", ", Decision.Refusal?.Missing.Select(m => m.Code) ?? [])}");
        return before.Given(stamp, Decision.Events).ReadsBack();
    }

    /// <summary>Refused with this code, and with these things missing where a gate refused.</summary>
    public Story<TAggregate> ThenRefused(string code, params string[] missing)
    {
        Assert.True(Decision.Refusal is not null, $"Accepted: {string.Join("; ", Decision.Events.Select(Story<TAggregate>.Written))}");
        Assert.Equal(code, Decision.Refusal.Code);
        if (missing.Length > 0) Assert.Equal(missing, Decision.Refusal.Missing.Select(m => m.Code));
        return before;
    }
}
