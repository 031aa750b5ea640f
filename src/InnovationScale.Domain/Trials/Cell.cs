using System.Collections.Immutable;

namespace InnovationScale.Trials;

/// <summary>
/// An event whose cells are kept as rows of their own instead of inside its JSON, which carries their SHA-256 only. The host writes the
/// rows in the event's transaction and hands them back with the event at every replay, so that live state and replayed state are the same.
/// </summary>
public interface ICarriesCells<TAggregate> : IEvent<TAggregate>
{
    ImmutableArray<Cell> Cells { get; }

    IEvent<TAggregate> WithCells(ImmutableArray<Cell> cells);
}

/// <summary>What one class in one arm scored on one measure, without a single pupil: counts and moments.</summary>
public sealed record Cell(string School, string Class, string Arm, string Measure, string Wave);
