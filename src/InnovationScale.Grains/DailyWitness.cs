using System.Diagnostics.CodeAnalysis;
using InnovationScale.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace InnovationScale;

/// <summary>Signs the log's head at the start and after every midnight (UTC).</summary>
public sealed partial class DailyWitness(Witness witness, SqlLogStore store, TimeProvider clock, ILogger<DailyWitness> logger) : BackgroundService
{
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = clock.GetUtcNow();
            var wait = await Sign(now) ? now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime : Again;
            await Task.Delay(wait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever keeps a head from being signed is told, and tried again; records are kept meanwhile.")]
    private async Task<bool> Sign(DateTimeOffset now)
    {
        try
        {
            await witness.Sign(store, now);
            return true;
        }
        catch (InvalidDataException changed)
        {
            LogChanged(changed.Message);
            return false;
        }
        catch (Exception away)
        {
            LogNotSigned(away);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Why} Run verify, and compare with a backup.")]
    private partial void LogChanged(string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "The head of the log could not be signed; it is tried again.")]
    private partial void LogNotSigned(Exception fault);
}
