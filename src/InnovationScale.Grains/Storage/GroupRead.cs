using System.Diagnostics.CodeAnalysis;

namespace InnovationScale.Storage;

/// <summary>
/// Where the log ends, read for many at once: whoever asks while others are being answered goes with the next read, so that a database behind a network is not
/// asked again by each of them. Nobody is told what was read before they asked.
/// </summary>
/// <param name="standsStillAfter">From then on a read that has no answer yet holds up nobody who asks later: its connection may be dead.</param>
public sealed class GroupRead(TimeSpan standsStillAfter)
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

    private async Task Answer(Group? group, Func<IReadOnlyCollection<string>, Task<LogEnds>> read)
    {
        while (group is not null)
        {
            var told = Tell(group, read);
            try
            {
                await told.WaitAsync(standsStillAfter);
            }
            catch (TimeoutException)
            {
                // Whoever goes with it still waits for it; the next do not.
            }

            lock (gate)
            {
                (group, gathering) = (gathering, null);
                if (group is null) underWay--;
            }
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever went wrong is told to each who asked.")]
    private static async Task Tell(Group group, Func<IReadOnlyCollection<string>, Task<LogEnds>> read)
    {
        try
        {
            group.Told.SetResult(await read(group.Streams));
        }
        catch (Exception fault)
        {
            group.Told.SetException(fault);
            // Those who asked may have given up before.
            _ = group.Told.Task.Exception;
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
