using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;

namespace InnovationScale.Pilots;

/// <summary>
/// What people say to each other about one pilot, in the order they said it. Nothing is edited; whoever wrote a comment may withdraw it, and it is then
/// shown without its words. They stand beside the pilot, so that a comment never comes between two people who work on it.
/// </summary>
public sealed record Comments : IAggregate<Comments, CommentsCommand, CommentsEvent>
{
    public static string Kind => "comments";

    public static Comments New { get; } = new();

    public const int CommentsMost = 500, TextMost = 1_000;

    public ImmutableArray<Comment> Said { get; init; } = [];

    public Decision<CommentsEvent> Decide(CommentsCommand command, Stamp stamp) => command switch
    {
        WriteComment write => Write(write),
        WithdrawComment withdraw => Withdraw(withdraw, stamp),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public Comments Evolve(CommentsEvent happened, Stamp stamp) => happened switch
    {
        CommentWritten e => this with { Said = Said.Add(new(e.Comment, stamp.Actor, stamp.At, e.Text)) },
        CommentWithdrawn e => this with { Said = [.. Said.Select(one => one.Id == e.Comment ? one with { Text = null } : one)] },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private Decision<CommentsEvent> Write(WriteComment write)
    {
        if (string.IsNullOrWhiteSpace(write.Text)) return Refusal.Invalid("comment-empty", "Write something first. Name no pupil.");
        if (write.Text.Trim().Length > TextMost) return Refusal.Invalid("comment-too-long", "Keep a comment under 1,000 letters.");
        if (string.IsNullOrWhiteSpace(write.Comment) || Said.Any(one => one.Id == write.Comment)) return new Refusal("comment-exists", "A comment with this id stands here already.");
        if (Said.Length >= CommentsMost) return new Refusal("comments-full", "This pilot has 500 comments, and takes no more.");

        return new CommentWritten(write.Comment, write.Text.Trim());
    }

    private Decision<CommentsEvent> Withdraw(WithdrawComment withdraw, Stamp stamp) => Said.FirstOrDefault(one => one.Id == withdraw.Comment) switch
    {
        null => Refusal.NotFound("no-such-comment", "There is no such comment."),
        { Person: var person } when person != stamp.Actor => Refusal.NotAllowed("not-your-comment", "A comment is withdrawn by whoever wrote it."),
        { Text: null } => new Refusal("withdrawn-already", "This comment is withdrawn already."),
        _ => new CommentWithdrawn(withdraw.Comment),
    };
}

/// <param name="Text">Null once it is withdrawn.</param>
public sealed record Comment(string Id, string Person, DateTimeOffset At, string? Text);

/// <summary>What can be asked of <see cref="Comments"/>.</summary>
public abstract record CommentsCommand : ICommand<Comments>;

/// <param name="Comment">The new comment's own id.</param>
public sealed record WriteComment(string Comment, string Text) : CommentsCommand;

public sealed record WithdrawComment(string Comment) : CommentsCommand;

/// <summary>What has happened to <see cref="Comments"/>.</summary>
[JsonDerivedType(typeof(CommentWritten), "comment-written")]
[JsonDerivedType(typeof(CommentWithdrawn), "comment-withdrawn")]
public abstract record CommentsEvent : IEvent<Comments>;

public sealed record CommentWritten(string Comment, string Text) : CommentsEvent;

public sealed record CommentWithdrawn(string Comment) : CommentsEvent;
