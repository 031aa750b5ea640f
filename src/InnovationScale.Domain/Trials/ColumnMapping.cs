using System.Collections.Immutable;

namespace InnovationScale.Trials;

/// <summary>
/// Which column of a file says what, by the header's text. It is guessed from usual headers; the uploader corrects the guess,
/// and a mapping that was sent is followed to the letter.
/// </summary>
public sealed record ColumnMapping
{
    public FileKind Kind { get; init; }

    public string? School { get; init; }

    public string? Class { get; init; }

    public string? Arm { get; init; }

    public string? Wave { get; init; }

    /// <summary>The school's own code for a pupil: used to find a pupil sent twice, never kept.</summary>
    public string? Pupil { get; init; }

    public PupilCodes PupilCodes { get; init; }

    /// <summary>The score at the wave of the row.</summary>
    public string? Outcome { get; init; }

    /// <summary>The same pupil's score before the start.</summary>
    public string? Baseline { get; init; }

    /// <summary>Why a score is missing.</summary>
    public string? LostReason { get; init; }

    /// <summary>True when the file has a row for every pupil given to an arm, so that its rows say how many were allocated.</summary>
    public bool EveryAllocatedPupilHasARow { get; init; }

    public string? N { get; init; }

    public string? Mean { get; init; }

    /// <summary>Standard deviation with n - 1; not needed where <see cref="M2"/> is.</summary>
    public string? Sd { get; init; }

    /// <summary>Sum of squared deviations from the mean.</summary>
    public string? M2 { get; init; }

    public string? Allocated { get; init; }

    public string? Lost { get; init; }

    /// <summary>A registered subgroup's name and its column.</summary>
    public ImmutableSortedDictionary<string, string> Subgroups { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public DecimalSign DecimalSign { get; init; }

    /// <summary>Headers that something is read from.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IEnumerable<string> Headers =>
        ((string?[])[School, Class, Arm, Wave, Pupil, Outcome, Baseline, LostReason, N, Mean, Sd, M2, Allocated, Lost, .. Subgroups.Values]).OfType<string>();

    /// <summary>This mapping, and for what it leaves open another's column that it does not use.</summary>
    public ColumnMapping Or(ColumnMapping guess)
    {
        var used = Headers.ToHashSet(StringComparer.Ordinal);
        return this with
        {
            School = Or(School, guess.School), Class = Or(Class, guess.Class), Arm = Or(Arm, guess.Arm), Wave = Or(Wave, guess.Wave), Pupil = Or(Pupil, guess.Pupil),
            Outcome = Or(Outcome, guess.Outcome), Baseline = Or(Baseline, guess.Baseline), LostReason = Or(LostReason, guess.LostReason),
            N = Or(N, guess.N), Mean = Or(Mean, guess.Mean), Sd = Or(Sd, guess.Sd), M2 = Or(M2, guess.M2), Allocated = Or(Allocated, guess.Allocated), Lost = Or(Lost, guess.Lost),
            Subgroups = Subgroups.AddRange(guess.Subgroups.Where(one => !Subgroups.ContainsKey(one.Key) && !used.Contains(one.Value))),
        };

        string? Or(string? own, string? other) => own ?? (other is not null && used.Contains(other) ? null : other);
    }
}

public enum FileKind
{
    /// <summary>A row for each pupil: reduced while it streams, then dropped.</summary>
    PupilRows,

    /// <summary>A row for each class: n, mean and spread.</summary>
    ClassSummaries,
}

/// <summary>Within what a pupil's code is unique.</summary>
public enum PupilCodes
{
    File,
    School,
    Class,
}

/// <summary>How a file writes one and a half.</summary>
public enum DecimalSign
{
    /// <summary>As its first number with a fraction does; a file that mixes both signs is refused.</summary>
    AsFound,
    Point,
    Comma,
}
