using System.Collections.Immutable;
using InnovationScale.Components;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Grants;
using InnovationScale.Innovations;

namespace InnovationScale.ScaleUp;

/// <summary>What a review says, in sentences for people who decide about schools.</summary>
public sealed class ReviewWords(ReviewFace face, Words words)
{
    private FrozenEvidence? Evidence => face.Dossier?.Evidence;

    public Tone Tone => face switch
    {
        { Status: ScaleStatus.InQuestion or ScaleStatus.Lapsed } => Tone.Caution,
        { Decision.Motion.Kind: DecisionKind.Scale or DecisionKind.ScaleWithConditions } => Tone.Success,
        { Decision.Motion.Kind: DecisionKind.Stop } => Tone.Stop,
        _ => Tone.Information,
    };

    public string Heading => face.Decision is { } decided ? words.Name(decided.Motion.Kind) : words["Not decided yet"];

    /// <summary>Where it stands, in sentences after what was decided.</summary>
    public IEnumerable<string> Stands
    {
        get
        {
            if (face.Decision is { Tally: var t } decided)
            {
                yield return words["Decided on {day}: {for} for, {against} against, {abstained} abstained. Of {eligible} members who could vote {present} were there; {quorum} are enough.", ("day", words.Day(decided.On)), ("for", t.VotedFor),
                    ("against", t.VotedAgainst), ("abstained", t.Abstained), ("eligible", t.Eligible), ("present", t.Present), ("quorum", t.Quorum)];
                if (t.SteppedAside > 0) yield return words.Count(t.SteppedAside, "{n} member had a conflict and stepped aside.", "{n} members had a conflict and stepped aside.");
                if (face.State is ReviewState.Lapsed) yield return words["A condition was not met in time: the decision no longer holds."];
                if (!decided.EvidenceSince.IsEmpty) yield return words["Evidence has changed since this was decided. It can be put before the committee again."];
                yield return words[decided.FellDue ? "It was due to be looked at again on {day}." : "It is looked at again on {day}.", ("day", words.Day(decided.ReviewOn))];
            }
            else
            {
                if (face.VoteFrom is { } from && face.State is ReviewState.Tabled or ReviewState.Declared) yield return words["It may be voted on from {day} on.", ("day", words.Day(face.VoteFrom!.Value))];
                if (face.VotesWereVoid) yield return words["The evidence changed during a vote. Those votes are kept and count for nothing."];
            }
        }
    }

    /// <summary>For whom it helps, kind of school by kind of school where they were parted beforehand.</summary>
    public ImmutableArray<string> ForWhom => Evidence switch
    {
        null => [],
        { Groups: [] } evidence => [words["For those it is meant for: {verdict}", ("verdict", words.Name(evidence.Verdict))]],
        { } evidence => [.. evidence.Groups.Select(group => Says(VerdictOf(group.Pool), EvidenceWords.Where(group.Dimension, group.Level, words)))],
    };

    private string Says(Verdict verdict, string where) => verdict switch
    {
        Verdict.Helps => words["It helps where {where}.", ("where", where)],
        Verdict.Harms => words["It harms where {where}.", ("where", where)],
        Verdict.NoWorthwhileDifference => words["It makes no worthwhile difference where {where}.", ("where", where)],
        _ => words["Nobody can tell yet where {where}.", ("where", where)],
    };

    private static Verdict VerdictOf(FrozenPool pool) => pool is { Low: { } low, High: { } high } ? Verdicts.Of(low, high, TrialResult.UsualSmallestWorthwhile) : Verdict.CannotTellYet;

    /// <summary>How it rests on trials: how many in schools it is meant for, and how often it was tried again.</summary>
    public string? RestsOn => Evidence is { } evidence
        ? words["{trials} for those it is meant for; tried again {again} times, {independent} of them by people without a tie to the first team, {given} given up.", ("trials", words.Count(evidence.Inside.K, "{n} trial", "{n} trials")),
            ("again", evidence.Replications), ("independent", evidence.Independent), ("given", evidence.Abandoned)]
        : null;

    /// <summary>Kinds of schools of the target in which it was not tried with success.</summary>
    public IEnumerable<string> Gaps => Evidence?.Coverage is { } coverage
        ? [.. coverage.MissingLevels.Select(level => EvidenceWords.Where(level.Dimension, level.Level, words)),
            // A kind of school that was met nowhere is not told again for everything that it may come with.
            .. coverage.MissingPairs.Where(pair => !coverage.MissingLevels.Contains(pair.First) && !coverage.MissingLevels.Contains(pair.Second)).Select(pair => words["{one}, and {other}", ("one", EvidenceWords.Where(pair.First.Dimension, pair.First.Level, words)), ("other", EvidenceWords.Where(pair.Second.Dimension, pair.Second.Level, words))])]
        : [];

    public string Answer(string level) => EvidenceWords.Answer(level, words);

    /// <summary>USD 1.80, between 1.20 and 3.00.</summary>
    public string? Cost(Case about) => about.Cost is { } cost
        ? words["{cost}, likely between {low} and {high}", ("cost", words.Money(cost.Currency, cost.Likely)), ("low", words.Money(cost.Currency, cost.Low)), ("high", words.Money(cost.Currency, cost.High))]
        : null;
}
