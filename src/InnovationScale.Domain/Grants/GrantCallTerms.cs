using System.Collections.Immutable;

namespace InnovationScale.Grants;

/// <summary>What a call promises to everybody alike. Publication freezes it, all but the envelope, which may be raised.</summary>
public sealed record CallTerms
{
    public string Title { get; init; } = "";

    /// <summary>What the money is for, in plain words.</summary>
    public string About { get; init; } = "";

    /// <summary>The programme it belongs to; empty where there is none.</summary>
    public string Programme { get; init; } = "";

    /// <summary>ISO 4217; one for the call and all its grants.</summary>
    public string Currency { get; init; } = "";

    public DateTimeOffset Opens { get; init; }

    /// <summary>Last moments, in order: one, or one for every batch where the call takes applications all the time.</summary>
    public ImmutableArray<DateTimeOffset> Deadlines { get; init; } = [];

    /// <summary>The time zone (IANA) in which the deadlines are told, such as <c>Africa/Nairobi</c>.</summary>
    public string Zone { get; init; } = "Etc/UTC";

    public ImmutableArray<Criterion> Criteria { get; init; } = [];

    /// <summary>What every applicant answers in words.</summary>
    public ImmutableArray<string> Questions { get; init; } = [];

    public ImmutableArray<EligibilityRule> Eligibility { get; init; } = [];

    /// <summary>How much may be awarded at which evidence level; none means that the level does not matter.</summary>
    public ImmutableArray<Ceiling> Ceilings { get; init; } = [];

    /// <summary>Reviewers do not learn who applies.</summary>
    public bool Blind { get; init; }

    /// <summary>Up to this amount a grant is small: fewer reviews, one approver; 0 means that none is.</summary>
    public long SmallGrantMost { get; init; }

    public int ReviewsLeast { get; init; } = 3;

    public int ReviewsLeastSmall { get; init; } = 2;

    public int ReviewsFor(long amount) => amount <= SmallGrantMost ? ReviewsLeastSmall : ReviewsLeast;

    /// <summary>The most that may be awarded at an evidence level.</summary>
    public long CeilingAt(int level) => Ceilings.IsEmpty ? Grants.Currency.AmountMost : Ceilings.Where(one => one.Level <= level).Select(one => one.Amount).DefaultIfEmpty(0).Max();

    /// <summary>The end of the batch into which an application falls that is sent at this moment; null before the opening and after the last deadline.</summary>
    public DateTimeOffset? BatchAt(DateTimeOffset at) => at < Opens || !Deadlines.Any(end => at <= end) ? null : Deadlines.First(end => at <= end);

    /// <summary>What stands in the way of publication.</summary>
    public IEnumerable<Missing> StillMissing()
    {
        if (string.IsNullOrWhiteSpace(Title) || string.IsNullOrWhiteSpace(About)) yield return new("title", "Give the call a title and say what the money is for.", Role.ProgrammeOfficer);
        if (!Grants.Currency.Knows(Currency)) yield return new("currency", "Choose the currency, by its three letters.", Role.ProgrammeOfficer);
        if (Opens == default || Deadlines.IsEmpty || Deadlines[0] <= Opens || Deadlines.Zip(Deadlines.Skip(1)).Any(pair => pair.First >= pair.Second))
            yield return new("deadlines", "Say when it opens and closes; every later deadline comes after the one before it.", Role.ProgrammeOfficer);
        if (Criteria.IsEmpty || Criteria.Any(one => one.Weight <= 0 || string.IsNullOrWhiteSpace(one.Name)) || Criteria.Sum(one => (long)one.Weight) != 100 || Criteria.DistinctBy(one => one.Name).Count() != Criteria.Length)
            yield return new("criteria", "Say by what applications are judged: criteria with names of their own, whose weights make 100.", Role.ProgrammeOfficer);
        if (ReviewsLeastSmall < 1 || ReviewsLeast < ReviewsLeastSmall) yield return new("reviews", "Every application is read by at least one reviewer, a large one by no fewer than a small one.", Role.ProgrammeOfficer);
        if (SmallGrantMost is < 0 or > Grants.Currency.AmountMost || Ceilings.Any(one => !Grants.Currency.IsAmount(one.Amount) || one.Level is < 0 or > 5))
            yield return new("ceilings", "The amount up to which a grant is small, and what may be awarded at each evidence level, are amounts of money.", Role.ProgrammeOfficer);
    }
}

/// <summary>One thing by which applications are judged.</summary>
/// <param name="Weight">The most points it gives; all criteria together give 100.</param>
public sealed record Criterion(string Name, int Weight);

/// <summary>The most that may be awarded from an evidence level on.</summary>
public sealed record Ceiling(int Level, long Amount);

public enum EligibilityKind
{
    /// <summary>The applicant works in one of these countries.</summary>
    Country,

    /// <summary>What is asked for is about one of these: pilot, trial, replication or question.</summary>
    Subject,

    /// <summary>The version stands at least at this evidence level.</summary>
    EvidenceLevel,

    /// <summary>No report on an earlier grant is overdue.</summary>
    NoReportOverdue,
}

/// <summary>A rule that is computed and not judged.</summary>
/// <param name="Values">What it allows: country codes, subjects, or the lowest level.</param>
public sealed record EligibilityRule(EligibilityKind Kind, ImmutableArray<string> Values);

/// <summary>What a rule found of an application.</summary>
/// <param name="Found">What was on record.</param>
public sealed record EligibilityFinding(EligibilityKind Kind, bool Met, ImmutableArray<string> Asked, string Found);
