namespace InnovationScale.Trials;

/// <summary>One thing that a column of an upload may say, as a person chooses it.</summary>
/// <param name="Name">Ends its word's code and its field's name.</param>
public sealed record UploadColumn(string Name, Func<ColumnMapping, string?> Get, Func<ColumnMapping, string?, ColumnMapping> Set)
{
    public string? Of(ColumnMapping? mapping) => mapping is null ? null : Get(mapping);
}

/// <summary>Everything that a column may say, in the order it is asked.</summary>
public static class UploadColumns
{
    public static IReadOnlyList<UploadColumn> All { get; } =
    [
        new("school", known => known.School, (known, header) => known with { School = header }),
        new("class", known => known.Class, (known, header) => known with { Class = header }),
        new("arm", known => known.Arm, (known, header) => known with { Arm = header }),
        new("wave", known => known.Wave, (known, header) => known with { Wave = header }),
        new("outcome", known => known.Outcome, (known, header) => known with { Outcome = header }),
        new("baseline", known => known.Baseline, (known, header) => known with { Baseline = header }),
        new("lost-reason", known => known.LostReason, (known, header) => known with { LostReason = header }),
        new("pupil", known => known.Pupil, (known, header) => known with { Pupil = header }),
        new("n", known => known.N, (known, header) => known with { N = header }),
        new("mean", known => known.Mean, (known, header) => known with { Mean = header }),
        new("sd", known => known.Sd, (known, header) => known with { Sd = header }),
        new("allocated", known => known.Allocated, (known, header) => known with { Allocated = header }),
        new("lost", known => known.Lost, (known, header) => known with { Lost = header }),
    ];

    /// <summary>What was sent along with a file: a mapping as it was tried, with the columns that a person chose put over it. Null to go by the headers.</summary>
    public static ColumnMapping? Read(ColumnMapping? tried, Func<string, string?> field)
    {
        var chosen = All.Where(part => field($"map-{part.Name}") is not null).Aggregate(tried ?? new(), (mapping, part) => part.Set(mapping, field($"map-{part.Name}") is { Length: > 0 } header ? header : null));
        return field("map-school") is null ? tried : chosen with
        {
            Kind = chosen is { N: not null, Mean: not null } ? FileKind.ClassSummaries : FileKind.PupilRows,
            PupilCodes = Enum.TryParse<PupilCodes>(field("codes"), out var codes) && Enum.IsDefined(codes) ? codes : chosen.PupilCodes,
            EveryAllocatedPupilHasARow = field("everybody") is "true",
        };
    }
}
