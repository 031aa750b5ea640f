using System.Collections.Immutable;
using System.Data.Common;

namespace InnovationScale.Storage;

/// <summary>Who sent a command under which id: the key under which it takes effect once.</summary>
public readonly record struct CommandKey(string Principal, string Id);

/// <summary>A command that has taken effect.</summary>
/// <param name="BodySha256">Hash of what was asked, lower-case hex.</param>
/// <param name="LastVersion">The stream's version after its last event.</param>
public sealed record CommandRow(CommandKey Key, string BodySha256, string Stream, long LastVersion, string At);

/// <summary>
/// Everything one accepted command writes, in one transaction or not at all: its events behind the guard, its command row, cells, read rows
/// and notes for later.
/// </summary>
/// <param name="Previous">The guard: the stream's head must have this hash when the append is written.</param>
/// <param name="RestsOn">Other streams that must still stand where they stood when the command's facts were gathered.</param>
/// <param name="Rows">The stream's read rows after the last event.</param>
/// <param name="Settled">Told what became of it, before anyone who waits for it hears.</param>
public sealed record Append(
    CommandRow Command, byte[] Previous, ImmutableArray<LoggedEvent> Events, ImmutableArray<Head> RestsOn, IReadRows Rows,
    ImmutableArray<Note> Notes, Action<AppendResult> Settled)
{
    public string Stream => Command.Stream;
}

public enum AppendStatus
{
    Committed,

    /// <summary>The stream's head is not the one that was decided on.</summary>
    HeadMoved,

    /// <summary>A stream the facts came from has moved on.</summary>
    FactsMoved,

    /// <summary>The same principal's command of this id had taken effect before.</summary>
    Duplicate,

    /// <summary>It was certainly not written, because the store failed.</summary>
    Lost,

    /// <summary>The store failed and the log was closed before it could be asked.</summary>
    Unknown,
}

/// <summary>What became of an append.</summary>
/// <param name="Earlier">The command that had taken effect before, for <see cref="AppendStatus.Duplicate"/>.</param>
/// <param name="Fault">Why it was lost.</param>
public sealed record AppendResult(AppendStatus Status, CommandRow? Earlier = null, Exception? Fault = null)
{
    public static AppendResult Committed { get; } = new(AppendStatus.Committed);

    public static AppendResult HeadMoved { get; } = new(AppendStatus.HeadMoved);

    public static AppendResult FactsMoved { get; } = new(AppendStatus.FactsMoved);

    /// <summary>The fault is the append's own, such as a read row that cannot be made, and not the store's: written again it would fail again.</summary>
    public bool FailsAlways => Status is AppendStatus.Lost && Fault is not (null or DbException or IOException);
}

/// <summary>
/// A step that must follow an event later or elsewhere, written with it: a row of the outbox. Handlers are found by kind and run at least
/// once, with a command id made from the note's id, so that each takes effect once.
/// </summary>
/// <param name="Id">Made from the event that caused it: <c>stream@version#n</c>.</param>
/// <param name="Due">Not before this time (UTC).</param>
public sealed record Note(string Id, string Kind, string Json, DateTimeOffset Due, int Attempts = 0);
