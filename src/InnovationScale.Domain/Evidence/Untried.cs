using System.Collections.Immutable;
using InnovationScale.People;

namespace InnovationScale.Evidence;

/// <summary>One question about schools, and the answers under which no evaluated trial of a version took place: for whom nobody knows yet.</summary>
/// <param name="Levels">As <see cref="ContextSplit.LevelOf"/> names them; empty where every kind was tried.</param>
/// <param name="Unnoted">No school of the trials answered the question, so nothing can be said of it.</param>
public sealed record Untried(string Dimension, ImmutableArray<string> Levels, bool Unnoted)
{
    /// <summary>Questions that part schools into kinds, in the order they are asked. Those that grade how much a school has say less and are left out.</summary>
    public static ImmutableArray<ContextDimension> Kinds { get; } = [.. ContextProfile.Dimensions.Where(PartsSchools)];

    internal static bool PartsSchools(ContextDimension question) => question.Part is ContextPart.School && TellsKinds(question);

    /// <summary>Its answers are kinds rather than grades of how much; shares fall into two kinds.</summary>
    public static bool TellsKinds(ContextDimension question) => question.Values is [not "0", ..] || ContextProfile.IsShare(question.Code);

    /// <summary>How many kinds of schools these questions tell apart.</summary>
    public static int LevelsAsked { get; } = Kinds.Sum(kind => LevelsOf(kind).Length);

    /// <summary>The answers to one of these questions.</summary>
    public static ImmutableArray<string> LevelsOf(ContextDimension kind) => kind.Values.IsEmpty ? [ContextSplit.Most, ContextSplit.Few] : kind.Values;

    /// <summary>Of the kinds of schools that these questions tell apart, how many were tried. A question that no school answered tells of none.</summary>
    public static double ShareTried(ImmutableArray<Untried> untried) => 1 - ((double)untried.Sum(one => one.Unnoted ? LevelsOf(Kinds.Single(kind => kind.Code == one.Dimension)).Length : one.Levels.Length) / LevelsAsked);

    /// <param name="places">The schools’ profiles, of trials whose results count.</param>
    public static ImmutableArray<Untried> Of(IReadOnlyCollection<ImmutableSortedDictionary<string, ContextAnswer>> places) =>
    [
        .. from kind in Kinds
           let tried = places.Select(place => ContextSplit.LevelOf(kind.Code, place.GetValueOrDefault(kind.Code))).OfType<string>().SelectMany(level => level.Split('+')).ToHashSet(StringComparer.Ordinal)
           let levels = tried.Count == 0 ? [] : LevelsOf(kind).RemoveAll(tried.Contains)
           where tried.Count == 0 || !levels.IsEmpty
           select new Untried(kind.Code, levels, Unnoted: tried.Count == 0),
    ];
}
