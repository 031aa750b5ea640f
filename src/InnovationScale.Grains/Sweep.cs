using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using InnovationScale.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace InnovationScale;

/// <summary>
/// Runs the notes of the outbox when they are due: steps that must follow an event later or elsewhere. Several processes may sweep one outbox: each
/// claims what it is about to run, and what a process that died had claimed is free again after a while. A step runs at least once and, because its
/// command id is made from the note's id, takes effect once. A step that keeps failing is parked with its fault; the others go on.
/// </summary>
public sealed partial class Sweep : BackgroundService
{
    private const int AttemptsMax = 8;

    /// <summary>Notes claimed at a time: few, for a host that stops finishes them, and one that dies keeps them from others for a while.</summary>
    private const int Page = 10;

    /// <summary>How long a claim lasts: longer than a page of steps takes.</summary>
    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(30);

    private readonly EventLog log;
    private readonly IReadOnlyDictionary<string, Func<Note, Task>> steps;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Meter meter;
    private readonly SemaphoreSlim wake = new(0, 1);
    private Note? oldest;

    /// <param name="steps">What to do, by the note's kind.</param>
    public Sweep(EventLog log, IReadOnlyDictionary<string, Func<Note, Task>> steps, TimeProvider clock, ILogger<Sweep> logger)
    {
        (this.log, this.steps, this.clock, this.logger) = (log, steps, clock, logger);
        meter = Telemetry.OutboxAge(() => oldest is { } note ? (clock.GetUtcNow() - note.Due).TotalSeconds : 0);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        log.NotesWritten += Wake;
        while (!stoppingToken.IsCancellationRequested)
        {
            await RunDue(stoppingToken);
            await wake.WaitAsync(TimeSpan.FromSeconds(1), stoppingToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Wake(object? sender, EventArgs e)
    {
        if (wake.CurrentCount == 0) wake.Release();
    }

    /// <summary>Runs what is due now and nobody else has claimed. Returns how many steps were done.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever keeps the outbox from being read or settled, the next round tries again.")]
    public async Task<int> RunDue(CancellationToken stopping = default)
    {
        var done = 0;
        try
        {
            while (!stopping.IsCancellationRequested && await Claim() is ({ Count: > 0 } claimed, var until))
            {
                foreach (var note in claimed)
                {
                    // Somebody else may have it by now.
                    if (clock.GetUtcNow() >= until) break;
                    if (await Run(note) is { } fault)
                    {
                        await log.Settle(note.Id, note.Attempts + 1 < AttemptsMax ? clock.GetUtcNow() + Backoff(note.Attempts) : null, fault.Message);
                    }
                    else
                    {
                        await log.Settle(note.Id, null, null);
                        done++;
                    }
                }
            }
        }
        catch (Exception away)
        {
            // The store is away: the notes are safe in it and the next round finds them.
            LogAway(away);
        }

        return done;
    }

    /// <summary>What is due is looked at first: mostly there is nothing, and looking takes no turn from those who write.</summary>
    private async Task<(IReadOnlyList<Note> Claimed, DateTimeOffset Until)> Claim()
    {
        var now = clock.GetUtcNow();
        oldest = await log.DueNotes(now, 1) is [var first] ? first : null;
        return (oldest is null ? [] : await log.Claim(now, now + Lease, Page), now + Lease);
    }

    /// <summary>Null when the step was done.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A step may fail in any way; it is logged, tried again and at last parked.")]
    private async Task<Exception?> Run(Note note)
    {
        try
        {
            if (!steps.TryGetValue(note.Kind, out var step)) throw new InvalidOperationException($"No step “{note.Kind}” was added at start.");
            await step(note);
            return null;
        }
        catch (Exception fault)
        {
            Telemetry.OutboxFailures.Add(1, Telemetry.Step(note.Kind));
            LogFailed(fault, note.Id, note.Kind, note.Attempts + 1);
            return fault;
        }
    }

    private static TimeSpan Backoff(int attempts) => TimeSpan.FromSeconds(Math.Pow(4, attempts));

    public override void Dispose()
    {
        // The semaphore is not disposed: the writer's thread may be about to wake it, and it holds nothing that needs it.
        log.NotesWritten -= Wake;
        meter.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Step {Note} ({Kind}) failed at attempt {Attempt}.")]
    private partial void LogFailed(Exception fault, string note, string kind, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox cannot be read or settled now; the next round tries again.")]
    private partial void LogAway(Exception fault);
}
