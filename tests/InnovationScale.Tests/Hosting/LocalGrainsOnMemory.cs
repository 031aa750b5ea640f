using InnovationScale.Simulation;
using InnovationScale.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Hosting;

/// <summary>The simulator's store keeps the contract that the real one keeps: what is shown on it is shown for both.</summary>
public sealed class LocalGrainsOnMemory : HostContract
{
    private readonly SimulatedDisk disk = new();
    private EventLog? log;
    private LocalGrains? grains;

    protected override Task<IGrains> Start()
    {
        log = new(new SimulatedStore(disk, new()), TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        grains = new(Tally.Kinds, log, TimeProvider.System);
        return Task.FromResult<IGrains>(grains);
    }

    protected override async Task<IGrains> Restart()
    {
        await Stop();
        return await Start();
    }

    protected override Task Stop()
    {
        grains?.Dispose();
        log?.Dispose();
        return Task.CompletedTask;
    }
}
