using InnovationScale.Storage;

namespace InnovationScale.Hosting;

/// <summary>One of several nodes on PostgreSQL keeps the contract.</summary>
[NeedsPostgres, Collection(Postgres.Name)]
public sealed class LocalGrainsOnPostgres(PostgresWhereItIs server) : HostContract
{
    private string? database;
    private Node? node;

    protected override Task<IGrains> Start()
    {
        node = new(database ??= server.Server.NewDatabase());
        return Task.FromResult<IGrains>(node.Grains);
    }

    protected override async Task<IGrains> Restart()
    {
        await Stop();
        return await Start();
    }

    protected override Task Stop()
    {
        node?.Dispose();
        return Task.CompletedTask;
    }
}
