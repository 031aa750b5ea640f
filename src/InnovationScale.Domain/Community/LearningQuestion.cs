using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using static InnovationScale.Role;

namespace InnovationScale.Community;

/// <summary>How far a question of the learning agenda is.</summary>
public enum QuestionState
{
    /// <summary>Before the first event.</summary>
    None,

    /// <summary>Nobody looks into it yet.</summary>
    Open,
    BeingStudied,
    Answered,
}

/// <summary>
/// Something that nobody knows yet and many want to know: a question of the learning agenda, with the work that looks into it and at last an answer. An answer rests on
/// work with a public evaluation, so that everybody can read why.
/// </summary>
public sealed record LearningQuestion : IAggregate<LearningQuestion, LearningQuestionCommand, LearningQuestionEvent>
{
    public static string Kind => "learning-question";

    public static LearningQuestion New { get; } = new();

    public const int QuestionMost = 300, WorkMost = 50;

    private static readonly ImmutableArray<Grant> Judges = [Researcher, Evaluator, Facilitator];

    /// <summary>Who may ask what of a question, and when.</summary>
    public static Steps<QuestionState> Steps { get; } = new("question",
        new(typeof(AskQuestion), [QuestionState.None], Members.Working),
        new(typeof(LinkWork), [QuestionState.Open, QuestionState.BeingStudied, QuestionState.Answered], Members.Working),
        new(typeof(UnlinkWork), [QuestionState.BeingStudied, QuestionState.Answered], Judges, NeedsReason: true),
        new(typeof(AnswerQuestion), [QuestionState.BeingStudied], Judges),
        new(typeof(ReopenQuestion), [QuestionState.Answered], Judges, NeedsReason: true));

    public QuestionState State { get; init; }

    public string Question { get; init; } = "";

    /// <summary>What for it is asked.</summary>
    public string Why { get; init; } = "";

    /// <summary>What looks into it.</summary>
    public ImmutableArray<LinkedWork> Work { get; init; } = [];

    /// <summary>Empty while nobody has answered it, or the answer was taken back.</summary>
    public string Answer { get; init; } = "";

    /// <summary>Work whose public evaluations the answer rests on.</summary>
    public ImmutableArray<LinkedWork> RestsOn { get; init; } = [];

    public DateOnly? AnsweredOn { get; init; }

    public Decision<LearningQuestionEvent> Decide(LearningQuestionCommand command, Stamp stamp) => Steps.Refuse(command, State, stamp) is { } refusal ? refusal : command switch
    {
        AskQuestion ask => Ask(ask),
        LinkWork link => Link(link),
        UnlinkWork unlink => Unlink(unlink),
        AnswerQuestion answer => Say(answer),
        ReopenQuestion => new QuestionReopened(),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public LearningQuestion Evolve(LearningQuestionEvent happened, Stamp stamp) => happened switch
    {
        QuestionAsked e => this with { State = QuestionState.Open, Question = e.Question, Why = e.Why },
        WorkLinked e => this with { State = State is QuestionState.Open ? QuestionState.BeingStudied : State, Work = Work.Add(e.Work) },
        WorkUnlinked e => this with { State = Work.Length is 1 ? QuestionState.Open : State, Work = Work.Remove(e.Work) },
        QuestionAnswered e => this with { State = QuestionState.Answered, Answer = e.Answer, RestsOn = e.RestsOn, AnsweredOn = stamp.Day },
        QuestionReopened => this with { State = QuestionState.BeingStudied, Answer = "", RestsOn = [], AnsweredOn = null },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private static Decision<LearningQuestionEvent> Ask(AskQuestion ask) => ask.Question.Trim().Length is 0 or > QuestionMost
        ? Refusal.Invalid("question-missing", $"Ask in a sentence of at most {QuestionMost} letters what nobody knows yet.")
        : new QuestionAsked(ask.Question.Trim(), ask.Why.Trim());

    private Decision<LearningQuestionEvent> Link(LinkWork link)
    {
        if (!link.IsPublic) return Refusal.NotFound("work-unknown", "There is no such innovation, pilot or trial that everybody can see.");
        if (Work.Contains(link.Work)) return new Refusal("work-linked-already", "This looks into the question already.");
        return Work.Length == WorkMost ? new Refusal("work-full", $"{WorkMost} pieces of work look into it. Ask a narrower question.") : new WorkLinked(link.Work);
    }

    private Decision<LearningQuestionEvent> Unlink(UnlinkWork unlink)
    {
        if (!Work.Contains(unlink.Work)) return NotLinked;
        return RestsOn.Contains(unlink.Work) ? new Refusal("work-carries-answer", "The answer rests on it. Open the question again first.") : new WorkUnlinked(unlink.Work);
    }

    private Decision<LearningQuestionEvent> Say(AnswerQuestion say)
    {
        if (string.IsNullOrWhiteSpace(say.Answer)) return Refusal.Invalid("answer-missing", "Say the answer in words that a teacher understands.");
        if (say.RestsOn.IsEmpty) return Refusal.Invalid("answer-rests-on-nothing", "Name the work that the answer rests on.");
        if (say.RestsOn.Any(work => !Work.Contains(work))) return NotLinked;
        return say.RestsOn.Any(work => !say.Evaluated.Contains(work))
            ? new Refusal("answer-without-evidence", "An answer rests on work with a public evaluation. Some of this has none yet.")
            : new QuestionAnswered(say.Answer.Trim(), [.. say.RestsOn.Distinct()]);
    }

    private static Refusal NotLinked => Refusal.NotFound("work-not-linked", "This does not look into the question.");
}

/// <summary>What can look into a question.</summary>
public enum WorkKind
{
    Innovation,
    Pilot,
    Trial,
}

/// <summary>A record of another kind that looks into a question.</summary>
public sealed record LinkedWork(WorkKind Kind, string Id);

/// <summary>What can be asked of a <see cref="LearningQuestion"/>.</summary>
public abstract record LearningQuestionCommand : ICommand<LearningQuestion>;

public sealed record AskQuestion(string Question, string Why = "") : LearningQuestionCommand;

public sealed record LinkWork(LinkedWork Work) : LearningQuestionCommand
{
    /// <summary>There is such a record, and everybody can see it.</summary>
    [Gathered] public bool IsPublic { get; init; }
}

/// <summary>It does not look into the question after all; the reason stands in the stamp.</summary>
public sealed record UnlinkWork(LinkedWork Work) : LearningQuestionCommand;

/// <param name="RestsOn">Work that looks into it and has a public evaluation.</param>
public sealed record AnswerQuestion(string Answer, ImmutableArray<LinkedWork> RestsOn) : LearningQuestionCommand
{
    /// <summary>Of the work that looks into it, what has a public evaluation.</summary>
    [Gathered] public ImmutableArray<LinkedWork> Evaluated { get; init; } = [];
}

/// <summary>The answer does not hold any more; the reason stands in the stamp.</summary>
public sealed record ReopenQuestion : LearningQuestionCommand;

/// <summary>What has happened to a <see cref="LearningQuestion"/>.</summary>
[JsonDerivedType(typeof(QuestionAsked), "question-asked")]
[JsonDerivedType(typeof(WorkLinked), "work-linked")]
[JsonDerivedType(typeof(WorkUnlinked), "work-unlinked")]
[JsonDerivedType(typeof(QuestionAnswered), "question-answered")]
[JsonDerivedType(typeof(QuestionReopened), "question-reopened")]
public abstract record LearningQuestionEvent : IEvent<LearningQuestion>;

public sealed record QuestionAsked(string Question, string Why) : LearningQuestionEvent;

public sealed record WorkLinked(LinkedWork Work) : LearningQuestionEvent;

public sealed record WorkUnlinked(LinkedWork Work) : LearningQuestionEvent;

public sealed record QuestionAnswered(string Answer, ImmutableArray<LinkedWork> RestsOn) : LearningQuestionEvent;

public sealed record QuestionReopened : LearningQuestionEvent;
