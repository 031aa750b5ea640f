using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace InnovationScale.Storage;

/// <summary>Whether records can be kept now: what a load balancer and a person on duty ask first.</summary>
public sealed class StoreHealth(EventLog log) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(log.IsAway
        ? HealthCheckResult.Unhealthy("The store is away: nothing can be saved until it has been reopened.")
        : HealthCheckResult.Healthy());
}
