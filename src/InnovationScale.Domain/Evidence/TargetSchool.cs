using System.Collections.Immutable;
using System.Globalization;
using InnovationScale.Evaluations;
using InnovationScale.People;
using InnovationScale.Replications;
using InnovationScale.Statistics;
using ContextDimension = InnovationScale.People.ContextDimension;
using Profile = System.Collections.Immutable.ImmutableSortedDictionary<string, InnovationScale.People.ContextAnswer>;

namespace InnovationScale.Evidence;

/// <summary>
/// A school that somebody describes, held against the places where a version was tried: which is nearest and how far, what was found there, and what nobody
/// knows of such a school. There is no single agreed distance between schools; this one is Gower's (1971), over questions about school and learners.
/// </summary>
public sealed record TargetSchool
{
    /// <summary>The policy by which distances are measured: these questions, ranges and weights.</summary>
    public const string Policy = "distance/1";

    /// <summary>Questions that the effect may depend on, said beforehand, weigh double.</summary>
    public const double ModeratorWeight = 2;

    /// <summary>Below this share of the weight of what was answered two schools are not compared.</summary>
    public const double LeastComparability = 0.5;

    /// <summary>Answered questions of those that distance looks at.</summary>
    public required int Known { get; init; }

    public required int Asked { get; init; }

    /// <summary>Trials whose results count, nearest first; those that cannot be compared last.</summary>
    public required ImmutableArray<NearPlace> Places { get; init; }

    /// <summary>Answers of this school that no school of an evaluated trial gave: nobody knows.</summary>
    public required ImmutableArray<TargetLevel> NobodyTried { get; init; }

    /// <summary>Questions that the effect may depend on and that the description leaves open.</summary>
    public required ImmutableArray<string> LeftOpen { get; init; }

    /// <summary>What the trials in schools like this one show together, by what was said beforehand the effect may depend on; null where they were not parted, or the question is open.</summary>
    public ContextGroup? Alike { get; init; }

    /// <param name="tried">Trials whose results count, with the profiles of their schools.</param>
    public static TargetSchool Of(Profile school, IEnumerable<TriedPlace> tried, ImmutableArray<string> mayDependOn, ImmutableArray<ContextSplit> splits)
    {
        ImmutableArray<ContextDimension> questions = [.. ContextProfile.Dimensions.Where(question => question.Part is ContextPart.School or ContextPart.Learners)];
        ImmutableArray<TriedPlace> places = [.. tried];
        ImmutableArray<ContextDimension> known = [.. questions.Where(question => Value(school, question) is not null)];
        return new()
        {
            Known = known.Length,
            Asked = questions.Length,
            Places =
            [
                .. places.Select(place => place.Schools.Select(at => NearPlace.Between(place, school, at, known, mayDependOn)).MinBy(near => near.Distance ?? double.MaxValue) ?? new(place, null, 0, []))
                    .OrderBy(near => near.Distance ?? double.MaxValue).ThenByDescending(near => near.Comparability).ThenBy(near => near.Place.Trial, StringComparer.Ordinal),
            ],
            NobodyTried =
            [
                .. from question in known
                   where Evidence.Untried.PartsSchools(question)
                   from level in Levels(school, question)
                   where !places.IsEmpty && !places.SelectMany(place => place.Schools).SelectMany(at => Levels(at, question)).Contains(level, StringComparer.Ordinal)
                   select new TargetLevel(question.Code, level),
            ],
            LeftOpen = [.. mayDependOn.Where(code => school.GetValueOrDefault(code)?.Value is null)],
            Alike = splits.SelectMany(split => split.Groups).FirstOrDefault(group => ContextSplit.LevelOf(group.Dimension, school.GetValueOrDefault(group.Dimension)) == group.Level),
        };
    }

    internal static string? Value(Profile profile, ContextDimension question) => profile.GetValueOrDefault(question.Code)?.Value;

    /// <summary>Ordered answers and numbers are near or far, and one of them alone parts nobody; shares fall into two kinds.</summary>
    private static IEnumerable<string> Levels(Profile profile, ContextDimension question) =>
        ContextSplit.LevelOf(question.Code, profile.GetValueOrDefault(question.Code))?.Split('+') ?? [];
}

/// <summary>A trial whose results count, and what its schools say of themselves.</summary>
public sealed record TriedPlace(string Trial, string Title, SignedEffect Effect, Verdict Verdict, int Rating, ImmutableArray<ImmutableSortedDictionary<string, ContextAnswer>> Schools);

/// <summary>How near a trial's nearest school is.</summary>
/// <param name="Distance">0 alike to 1; null where too little is known of both.</param>
/// <param name="Comparability">The share of the weight of what was answered that is known there too.</param>
/// <param name="Differs">Where the two differ, what counts most first.</param>
public sealed record NearPlace(TriedPlace Place, double? Distance, double Comparability, ImmutableArray<ContextDifference> Differs)
{
    internal static NearPlace Between(TriedPlace place, Profile school, Profile there, ImmutableArray<ContextDimension> questions, ImmutableArray<string> mayDependOn)
    {
        if (questions.IsEmpty) return new(place, null, 0, []);
        ImmutableArray<(ContextDimension Question, Statistics.ContextDimension Measured, double? Here, double? There)> compared =
            [.. questions.Select(question => Coded(question, mayDependOn.Contains(question.Code) ? TargetSchool.ModeratorWeight : 1, TargetSchool.Value(school, question), TargetSchool.Value(there, question)))];
        var distance = GowerDistance.Between([.. compared.Select(one => one.Measured)], [.. compared.Select(one => one.Here)], [.. compared.Select(one => one.There)]);
        return new(place, distance.Comparability >= TargetSchool.LeastComparability ? distance.Value : null, distance.Comparability,
        [
            .. from one in compared
               where one is { Here: not null, There: not null }
               let apart = one.Measured.Weight * GowerDistance.Between([one.Measured], [one.Here], [one.There]).Value!.Value
               where apart > 0
               orderby apart descending, one.Question.Code
               select new ContextDifference(one.Question.Code, TargetSchool.Value(school, one.Question)!, TargetSchool.Value(there, one.Question)!),
        ]);
    }

    private static (ContextDimension, Statistics.ContextDimension, double?, double?) Coded(ContextDimension question, double weight, string? here, string? there)
    {
        if (question.Scale is ContextScale.Number) return (question, new NumericDimension(question.Code, question.Max - question.Min, weight), Number(here), Number(there));
        if (question.Scale is ContextScale.Ordinal) return (question, new OrdinalDimension(question.Code, question.Values.Length, weight), Order(here), Order(there));
        // Where several answers may apply at once, one in common is alike.
        var alike = here is not null && there is not null && here.Split('+').Intersect(there.Split('+'), StringComparer.OrdinalIgnoreCase).Any();
        return (question, new NominalDimension(question.Code, weight), here is null ? null : 0, there is null ? null : alike ? 0 : 1);

        double? Order(string? value) => value is null ? null : question.Values.IndexOf(value);

        static double? Number(string? value) => value is null ? null : double.Parse(value, CultureInfo.InvariantCulture);
    }
}

/// <summary>One question on which two schools differ.</summary>
public sealed record ContextDifference(string Dimension, string Here, string There);
