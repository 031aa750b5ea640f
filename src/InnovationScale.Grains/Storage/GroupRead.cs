using System.Diagnostics.CodeAnalysis;

namespace InnovationScale.Storage;

/// <summary>
/// Where the log ends, read for many at once: whoever asks while others are being answered goes with the next read, so that a database behind a network is not
/// asked again by each of them. Nobody is told what was read before they asked.
/// </summary>
public sealed class GroupRead
{
    /// <summary>While one read is answered the next is on its way.</summary>
    private const int AtOnceMost = 2;

    private readonly Lock gate = new();
    private Group? gathering;
    private int underWay;

    /// <param name="stream">Whose end is asked for; null where only that of the whole log is.</param>
    /// <param name="read">Reads them all.</param>
    public Task<LogEnds> Ask(string? stream, Func<IReadOnlyCollection<string>, Task<LogEnds>> read)
    {
        Group? first = null;
        Task<LogEnds> told;
        lock (gate)
        {
            gathering ??= new();
            if (stream is not null) gathering.Streams.Add(stream);
            told = gathering.Told.Task;
            if (underWay < AtOnceMost)
            {
                (first, gathering) = (gathering, null);
                underWay++;
            }
        }

        // Not in the name, and not in the turn, of whoever happened to be first.
        if (first is not null) ThreadPool.UnsafeQueueUserWorkItem(group => _ = Answer(group, read), first, preferLocal: true);
        return told;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever went wrong is told to each who asked.")]
    private async Task Answer(Group? group, Func<IReadOnlyCollection<string>, Task<LogEnds>> read)
    {
        while (group is not null)
        {
            try
            {
                group.Told.SetResult(await read(group.Streams));
            }
            catch (Exception fault)
            {
                group.Told.SetException(fault);
            }

            lock (gate)
            {
                (group, gathering) = (gathering, null);
                if (group is null) underWay--;
            }
        }
    }

    private sealed class Group
    {
        public HashSet<string> Streams { get; } = new(StringComparer.Ordinal);

        public TaskCompletionSource<LogEnds> Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Where some streams and the whole log end.</summary>
/// <param name="Position">Of the log's last event; 0 where there is none.</param>
public sealed record LogEnds(IReadOnlyDictionary<string, LogHead> Heads, long Position);
