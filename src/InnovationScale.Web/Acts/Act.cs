using System.Collections.Immutable;
using InnovationScale.Components;

namespace InnovationScale.Acts;

/// <summary>
/// Something that a person can do with a record by filling in a form: a row of its feature's table. Its words stand in the catalogue as
/// <c>act.{name}</c> and <c>act.{name}.{question}</c>. A question named <c>why</c> becomes the reason in the stamp.
/// </summary>
/// <param name="Command">What is asked in the end: whether it is offered depends on who may ask it.</param>
/// <param name="Do">Makes the command of the answers and sends it.</param>
public sealed record Act(string Name, Type Command, Func<Answers, Request, Task<Outcome>> Do, ImmutableArray<Question> Questions)
{
    /// <summary>Which part of the record it is about, in words; null where it is about all of it.</summary>
    public string? About { get; init; }

    /// <summary>Only adds, so that it does not matter whether the record has moved on since the form was opened.</summary>
    public bool Adds { get; init; }

    /// <summary>False where the record as it stands leaves nothing to do. What is not offered can still be sent: a form sent twice took the offer away itself.</summary>
    public bool Offered { get; init; } = true;

    /// <summary>The page to go to afterwards; the record's own when null.</summary>
    public Func<Receipt, string>? Then { get; init; }
}

/// <summary>A record that a person looks at with the wish to act.</summary>
/// <param name="Title">What people call it.</param>
/// <param name="Page">Its page, without the language: <c>pilots/7f3k</c>.</param>
/// <param name="Acts">All there are on it.</param>
public sealed record Acting(string Title, string Page, long Version, IReadOnlyList<Act> Acts)
{
    /// <summary>Those this person may do as the record stands.</summary>
    public IEnumerable<Act> Offered => Acts.Where(act => act.Offered);
}

/// <summary>The acts on one kind of record. Every feature registers its own.</summary>
public interface IActs
{
    /// <summary>First part of the address, such as <c>pilots</c>.</summary>
    string Kind { get; }

    /// <summary>The record with what may be done now; null where there is none, or none that this person sees.</summary>
    /// <param name="of">A part of the record, such as the point of a cycle; null for the acts on all of it.</param>
    Task<Acting?> Open(Principal who, string id, string? of, Words words);
}

/// <inheritdoc cref="IActs"/>
/// <remarks>One lives as long as a request: a page that links to the acts on each part of a record looks at the record once.</remarks>
public abstract class Acts<TAggregate>(string kind, Desk desk, Access access) : IActs where TAggregate : class, IAggregate<TAggregate>
{
    private readonly Dictionary<string, Task> looked = new(StringComparer.Ordinal);

    public string Kind => kind;

    protected Desk Desk => desk;

    public async Task<Acting?> Open(Principal who, string id, string? of, Words words)
    {
        var view = await Seen(who, id);
        if (!view.Exists) return null;

        var asked = new ActsAsked<TAggregate>(who, view, of, words);
        var rows = await Rows(asked);
        var standing = await StandingOf(asked);
        return new(Title(asked), Page(view), view.Version,
            [.. rows.Select(act => act with { Offered = act.Offered && !access.Roles(who, Access.ActionOf(act.Command), standing).IsEmpty && MayNow(view.State, act.Command, who) })]);
    }

    /// <summary>The record as far as this person sees it.</summary>
    protected virtual Task<View<TAggregate>> Seen(Principal who, string id) => Look<TAggregate>(who, $"read-{TAggregate.Kind}", id);

    /// <summary>A record as it was when this request first asked for it.</summary>
    protected Task<View<TOther>> Look<TOther>(Principal who, string action, string id) where TOther : class, IAggregate<TOther> => Once(Streams.Of<TOther>(id), () => desk.Look<TOther>(who, action, id));

    /// <summary>What is asked for each part of a record is asked once.</summary>
    protected Task<T> Once<T>(string what, Func<Task<T>> ask)
    {
        if (!looked.TryGetValue(what, out var known)) looked[what] = known = ask();
        return (Task<T>)known;
    }

    /// <summary>What the person's roles have to do with the record.</summary>
    protected virtual Task<Standing> StandingOf(ActsAsked<TAggregate> asked) => desk.StandingOf(asked.Who, asked.View);

    protected abstract string Title(ActsAsked<TAggregate> asked);

    protected virtual string Page(View<TAggregate> view) => $"{kind}/{view.Id}";

    /// <summary>The table, for the record as it stands.</summary>
    protected abstract Task<IReadOnlyList<Act>> Rows(ActsAsked<TAggregate> asked);

    /// <summary>What the access table allows and the record's own rules would refuse is not offered.</summary>
    protected abstract bool MayNow(TAggregate state, Type command, Principal who);

    /// <summary>The same by the record's table of steps.</summary>
    protected static bool MayNow<TState>(Steps<TState> steps, TState state, Type command, Principal who) where TState : struct, Enum =>
        steps.Rows.FirstOrDefault(row => row.Command == command) is not { } row || (row.From.Contains(state) && row.Roles.Any(who.Is));

    /// <summary>A row whose command goes straight to the record.</summary>
    protected Act Row<TCommand>(ActsAsked<TAggregate> asked, string name, Func<Answers, TCommand> command, params ImmutableArray<Question> questions) where TCommand : ICommand<TAggregate> =>
        new(name, typeof(TCommand), (answers, request) => Send(asked, request, command(answers)), questions);

    /// <summary>Through the desk that gathers what the command must know.</summary>
    protected virtual Task<Outcome> Send(ActsAsked<TAggregate> asked, Request request, ICommand<TAggregate> command) => desk.Execute(asked.Who, request, asked.View.Id, command);
}

/// <summary>Who looks at which record, and at which part of it.</summary>
public sealed record ActsAsked<TAggregate>(Principal Who, View<TAggregate> View, string? Of, Words Words) where TAggregate : class, IAggregate<TAggregate>;

/// <summary>How a question is answered.</summary>
public enum Asks
{
    /// <summary>A few words.</summary>
    Line,

    /// <summary>Sentences.</summary>
    Text,

    /// <summary>One thing a line.</summary>
    Lines,
    Number,
    Whole,

    /// <summary>Money in the <see cref="Question.Currency"/>.</summary>
    Amount,
    Day,
    YesNo,

    /// <summary>One of the options, all of them seen.</summary>
    One,

    /// <summary>One of many options.</summary>
    Select,

    /// <summary>Any of the options, or none.</summary>
    Several,

    /// <summary>Somebody who is registered.</summary>
    Person,
    School,
}

/// <summary>One question of an act.</summary>
public sealed record Question(string Name, Asks Kind = Asks.Line)
{
    /// <summary>May be left open.</summary>
    public bool Optional { get; init; }

    public IReadOnlyList<Choice> Options { get; init; } = [];

    /// <summary>The answer as it stands; several of them one a line.</summary>
    public string? Given { get; init; }

    /// <summary>Of an amount: ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>Where the words are the record's and not the catalogue's.</summary>
    public string? Label { get; init; }

    public string? Hint { get; init; }

    public static Question Why { get; } = new("why", Asks.Text);

    /// <summary>An enum's values by their words.</summary>
    public static Question Of<T>(string name, Words words, T? given = null) where T : struct, Enum => new(name, Asks.One) { Options = words.Choices<T>(), Given = given?.ToString() };
}
