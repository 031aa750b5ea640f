using System.Collections.Immutable;
using System.Text.Json.Serialization;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.Hosting;

/// <summary>The smallest aggregate that exercises a host: it counts, refuses, carries cells, rests on others and leaves notes.</summary>
public sealed record Tally(long Total, int Cells, ImmutableArray<string> By) : IAggregate<Tally, TallyCommand, TallyEvent>
{
    public static string Kind => "tally";

    public static Tally New { get; } = new(0, 0, []);

    public Decision<TallyEvent> Decide(TallyCommand command, Stamp stamp) => command switch
    {
        Count { By: < 1 } => Refusal.Invalid("not-positive", "Count by one or more."),
        Count { AtLeast: { } least } when Total < least => new Refusal("below-the-mark", $"Count to {least} first."),
        Count { UpTo: { } limit } count when Total + count.By > limit => new Refusal("over-the-limit", $"That would be more than {limit}."),
        Count count => new Decision<TallyEvent>([.. Enumerable.Range(0, count.Times).Select(_ => new Counted(count.By))]),
        BringCells bring => new CellsBrought(CellRows.Sha256(bring.Cells)) { Cells = bring.Cells },
        _ => throw new InvalidOperationException(command.GetType().Name),
    };

    public Tally Evolve(TallyEvent happened, Stamp stamp) => happened switch
    {
        Counted counted => this with { Total = Total + counted.By, By = By.Add(stamp.Actor) },
        CellsBrought brought => this with { Cells = Cells + brought.Cells.Length },
        _ => throw new InvalidOperationException(happened.GetType().Name),
    };

    public static Kinds Kinds { get; } = new Kinds().Add<Tally>(
        [ReadTable<Tally>.OneRow("tally", 1, [("total", "bigint"), ("version", "bigint")], [], v => [v.State.Total, v.Version])],
        (_, e, _) => e is Counted { By: 7 } ? [new FollowUp("seven", "{}")] : []);
}

public abstract record TallyCommand : ICommand<Tally>;

public sealed record Count(long By, int Times = 1, long? UpTo = null) : TallyCommand, IRestsOn
{
    public long? AtLeast { get; init; }

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

public sealed record BringCells(ImmutableArray<Cell> Cells) : TallyCommand;

[JsonDerivedType(typeof(Counted), "counted")]
[JsonDerivedType(typeof(CellsBrought), "cells-brought")]
public abstract record TallyEvent : IEvent<Tally>;

public sealed record Counted(long By) : TallyEvent;

public sealed record CellsBrought(string CellsSha256) : TallyEvent, ICarriesCells<Tally>
{
    [JsonIgnore] public ImmutableArray<Cell> Cells { get; init; } = [];

    public IEvent<Tally> WithCells(ImmutableArray<Cell> cells) => this with { Cells = cells };
}
